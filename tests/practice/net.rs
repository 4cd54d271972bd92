//! The program's own way in: what the checks will see.

use sdr_wizard::net::{
    DnsError, Ending, Envelope, RecordType, ResponseCode, Script, Sender, TlsState, TrustVerdict,
    Unreached, converse,
};
use sdr_wizard::practice::Fault;

use super::stranger::*;

#[tokio::test]
async fn names_lead_to_servers_that_answer() {
    let world = world_with([]).await;
    let net = world.net();
    let servers = net.authorities("rackspace.example.com").await.unwrap();
    let named: Vec<_> = servers.iter().map(|server| (&*server.zone, &*server.name)).collect();
    assert_eq!(named, [("example.com", "ns1.example.com"), ("example.com", "ns2.example.com")]);
    for server in servers {
        let answer = net.ask(server.at, "rackspace.example.com", RecordType::Mx).await.unwrap();
        assert!(answer.authoritative);
        let mx = [(10, "mx1.emailsrvr.com".to_owned()), (20, "mx2.emailsrvr.com".to_owned())];
        assert_eq!(answer.mx(), mx);
    }
    let plan = world.plan();
    let external = plan.external.host_name.as_ref().unwrap().as_str();
    for host in plan.host.mx.iter().map(|mx| mx.exchange.as_str()).chain([external]) {
        let addresses = net.addresses(host).await.unwrap();
        let [at] = addresses.as_slice() else { panic!("{host}: {addresses:?}") };
        real(&net, &format!("{at}:{}", net.smtp_port));
    }
}

#[tokio::test]
async fn a_missing_subdomain_is_no_error_of_the_servers() {
    let world = world_with([Fault::NoSubdomainMx]).await;
    let net = world.net();
    let answer = net.lookup("rackspace.example.com", RecordType::Mx).await.unwrap();
    assert_eq!((answer.code, answer.negative_ttl), (ResponseCode::NxDomain, Some(900)));
    assert_eq!(net.authorities("rackspace.example.com").await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_rest_of_the_world_is_not_there() {
    let world = world_with([]).await;
    let net = world.net();
    let outside = net.ask("9.9.9.9:53".parse().unwrap(), "example.com", RecordType::Mx).await;
    assert!(matches!(outside, Err(DnsError::Unreachable { .. })), "{outside:?}");
    let stranger = net.lookup("example.org", RecordType::Mx).await.unwrap();
    assert_eq!(stranger.code, ResponseCode::NxDomain);
}

#[tokio::test]
async fn a_conversation_sees_the_server_as_its_name_says() {
    for (fault, trusted) in [(None, true), (Some(Fault::BadCertificate), false)] {
        let world = world_with(fault).await;
        let script = Script {
            host: "mail.example.com".to_owned(),
            at: EXTERNAL.parse().unwrap(),
            starttls: true,
            envelopes: vec![Envelope {
                from: Sender::Null,
                to: vec![address("karen.mills@example.com"), address("nobody-1f3a@example.com")],
            }],
        };
        let talk = converse(&world.net(), &script).await;
        assert_eq!(talk.ending, Ending::Quit);
        let TlsState::Up { certificate, .. } = &talk.tls else { panic!("{:?}", talk.tls) };
        assert_eq!(certificate.trust == TrustVerdict::Trusted, trusted, "{certificate:?}");
        let codes =
            talk.envelopes[0].rcpts.iter().map(|rcpt| rcpt.reply.as_ref().unwrap().enhanced);
        assert_eq!(codes.collect::<Vec<_>>(), [Some((2, 1, 5)), Some((5, 1, 10))]);
    }
}

#[tokio::test]
async fn a_blocked_port_is_silence_to_a_conversation() {
    let world = world_with([Fault::PortBlocked]).await;
    let script = Script {
        host: "mx1.emailsrvr.com".to_owned(),
        at: MX1.parse().unwrap(),
        starttls: true,
        envelopes: Vec::new(),
    };
    let talk = converse(&world.net(), &script).await;
    assert!(matches!(talk.ending, Ending::NotConnected { how: Unreached::Silent, .. }), "{talk:?}");
}

//! STARTTLS and the certificates.

use std::sync::Arc;

use sdr_wizard::net::Reach;
use sdr_wizard::practice::{Fault, PracticeWorld, Switches};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore, crypto::ring};

use super::stranger::*;

async fn starttls(
    world: &PracticeWorld,
    published: &str,
    name: &'static str,
) -> Result<Smtp<tokio_rustls::client::TlsStream<TcpStream>>, std::io::Error> {
    let net = world.net();
    let Reach::Practice { roots, .. } = &net.reach else { panic!() };
    let mut trusted = RootCertStore::empty();
    for root in roots.iter() {
        trusted.add(root.clone().into()).unwrap();
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(trusted)
        .with_no_client_auth();
    let (mut smtp, _) = Smtp::connect(&net, published).await;
    smtp.say("EHLO test.invalid").await;
    // The second command must not survive into the encrypted session.
    smtp.stream.write_all(b"STARTTLS\r\nVRFY slipped-in\r\n").await.unwrap();
    assert!(smtp.reply().await.starts_with("220"));
    let name = ServerName::try_from(name).unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, smtp.stream).await?;
    Ok(Smtp { stream })
}

#[tokio::test]
async fn certificates_are_trusted_for_the_name_and_no_other() {
    let world = world_with([]).await;
    for (published, name) in
        [(EXTERNAL, "mail.example.com"), (MX1, "mx1.emailsrvr.com"), (MX2, "mx2.emailsrvr.com")]
    {
        let mut smtp = starttls(&world, published, name).await.unwrap();
        assert!(smtp.say("MAIL FROM:<>").await.starts_with("503"), "all is forgotten");
        let ehlo = smtp.say("EHLO test.invalid").await;
        assert!(ehlo.starts_with("250-") && !ehlo.contains("STARTTLS"), "{ehlo}");
        assert!(smtp.say("STARTTLS").await.starts_with("503"));
    }
    assert!(starttls(&world, EXTERNAL, "other.example.com").await.is_err());
}

#[tokio::test]
async fn a_bad_certificate_is_for_another_name_and_self_signed() {
    let world = world_with([Fault::BadCertificate]).await;
    for name in ["mail.example.com", "exch01.corp.example"] {
        let error = starttls(&world, EXTERNAL, name).await.map(|_| ()).unwrap_err();
        let tls = error.get_ref().unwrap().downcast_ref::<rustls::Error>().unwrap();
        assert!(matches!(tls, rustls::Error::InvalidCertificate(_)), "{tls}");
    }
    assert!(starttls(&world, MX1, "mx1.emailsrvr.com").await.is_ok(), "the host's is fine");
    world.controls().set(Switches::all_done());
    assert!(starttls(&world, EXTERNAL, "mail.example.com").await.is_ok(), "replaced");
}

//! The practice world, spoken to as any stranger on the network would.

// What goes wrong in a test's own hands ends the test.
#![allow(clippy::unwrap_used)]

mod above;
mod api;
mod dns;
mod exchangers;
mod faults;
mod name_servers;
mod net;
mod records;
mod smtp;
mod stranger;
mod switches;
mod test_message;
mod tls;
mod way_back;

use std::net::{IpAddr, SocketAddr};

use sdr_wizard::practice::Fault;
use tokio::net::TcpStream;

use stranger::*;

#[tokio::test]
async fn nothing_listens_off_loopback_and_nothing_stays_behind() {
    let world = world_with([]).await;
    let other = world_with([Fault::SdrOff]).await;
    let net = world.net();
    let resolvers = net.resolvers.iter().map(SocketAddr::to_string);
    let published = [EXTERNAL, MX1, MX2, NS1, NS2, API].map(str::to_owned);
    let sockets: Vec<SocketAddr> =
        published.into_iter().chain(resolvers).map(|at| real(&net, &at)).collect();
    let neighbour: IpAddr = "127.0.0.2".parse().unwrap();
    for socket in &sockets {
        assert_eq!(socket.ip(), IpAddr::from([127, 0, 0, 1]));
        TcpStream::connect(socket).await.unwrap();
        // A server on all interfaces would answer here as well.
        assert!(TcpStream::connect((neighbour, socket.port())).await.is_err(), "{socket}");
    }
    assert!(lead(&net, "192.0.2.80:25").is_none() && lead(&net, "8.8.8.8:53").is_none());
    assert!(rcpt(&net, MX1, "karen.mills@example.com").await.starts_with("250"));
    assert!(rcpt(&other.net(), MX1, "karen.mills@example.com").await.starts_with("550"));

    let (mut open, _) = Smtp::connect(&net, EXTERNAL).await;
    drop(world);
    assert_eq!(open.reply().await, "", "open sessions end");
    for socket in sockets {
        while TcpStream::connect(socket).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }
    assert!(rcpt(&other.net(), MX2, "ann.lee@example.com").await.starts_with("250"));
}

//! Loopback sockets on free ports, and the bounds that hold for each.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinSet;

/// Connections that one server holds at once; more wait in the queue.
const SESSIONS: usize = 64;
/// Ports tried until one is free for both UDP and TCP.
const TRIES: usize = 32;

/// A free TCP port. 127.0.0.1 alone: macOS has no other without set-up.
pub(super) async fn tcp() -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let at = listener.local_addr()?;
    Ok((listener, at))
}

/// The same free port by UDP and TCP, as name servers have it.
pub(super) async fn udp_and_tcp() -> io::Result<(UdpSocket, TcpListener, SocketAddr)> {
    let mut last = None;
    for _ in 0..TRIES {
        let (listener, at) = tcp().await?;
        match UdpSocket::bind(at).await {
            Ok(socket) => return Ok((socket, listener, at)),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
}

/// Holds a talk with everyone who connects. Ends, and all talks with it, when
/// the future is dropped.
pub(super) async fn serve<F>(listener: TcpListener, talk: impl Fn(TcpStream) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut talks = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if talks.len() < SESSIONS => match accepted {
                Ok((stream, _)) => {
                    // Short replies go out as they are said.
                    let _ = stream.set_nodelay(true);
                    talks.spawn(talk(stream));
                }
                // Out of file handles, as a rule: they come back.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = talks.join_next() => {}
        }
    }
}

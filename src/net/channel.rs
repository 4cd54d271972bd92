//! The bytes of a connection to a mail server, encrypted or not.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::task::Poll;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// The connection, in plain text or inside TLS.
pub(super) enum Channel {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    /// Not open, or given away to a handshake.
    None,
}

/// What is there without waiting. A timer would round the nothing that it
/// waits up to a millisecond, ten times in an envelope.
pub(super) async fn at_once<T>(reading: impl Future<Output = T>) -> Option<T> {
    // Lets the runtime look at its sockets first.
    tokio::task::yield_now().await;
    let mut reading = pin!(reading);
    poll_fn(|context| match reading.as_mut().poll(context) {
        Poll::Ready(there) => Poll::Ready(Some(there)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// Reads what has come; 0 at the end.
pub(super) async fn read(channel: &mut Channel, buffer: &mut [u8]) -> io::Result<usize> {
    let size = match channel {
        Channel::Plain(stream) => stream.read(buffer).await,
        Channel::Tls(stream) => stream.read(buffer).await,
        Channel::None => Ok(0),
    };
    match size {
        // Many servers end TLS without saying so.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
        size => size,
    }
}

//! A door before each socket, which keeps out what the ZeroMQ library can't bear.
//!
//! Anybody on the machine can connect, before any key is checked. zeromq 0.7 reserves memory for whatever length a
//! frame claims, and a claim of a terabyte ends the process; it has no limit to set. And it waits for a subscriber
//! that takes nothing (a suspended console, a laptop that left the network), and so would the cell and all others.
//! So connections are taken here and passed on byte by byte, to a socket in a folder that only this user can enter.

use std::io::{Error, ErrorKind};
use std::path::PathBuf;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split};
use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio::time::{sleep, timeout};

use super::frames::Frames;

/// A peer that takes nothing for so long is cut off.
const STALLED: Duration = Duration::from_secs(20);
/// How much is passed on at once.
const CHUNK: usize = 64 << 10;
/// A listener that can't accept (too many open files) tries again, but not in a tight loop.
const AGAIN: Duration = Duration::from_millis(100);

/// Where the connection file says to listen.
pub(super) enum Public {
    Tcp(TcpListener),
    File(UnixListener),
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

impl Public {
    async fn accept(&self) -> Result<Box<dyn Stream>, Error> {
        match self {
            Public::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
            Public::File(listener) => Ok(Box::new(listener.accept().await?.0)),
        }
    }
}

/// Passes every connection on to the socket at `inner`.
pub(super) async fn keep(public: Public, inner: PathBuf) {
    loop {
        match public.accept().await {
            Ok(stream) => {
                let inner = inner.clone();
                tokio::spawn(async move {
                    // However a connection ends, both sides of it are closed, and that is all there is to do.
                    let _ = pass(stream, inner).await;
                });
            }
            Err(_) => sleep(AGAIN).await,
        }
    }
}

async fn pass(stream: Box<dyn Stream>, inner: PathBuf) -> Result<(), Error> {
    let (mut from_peer, mut to_peer) = split(stream);
    let (mut from_kernel, mut to_kernel) = split(UnixStream::connect(inner).await?);
    let inward = async {
        let mut frames = Frames::default();
        let mut chunk = vec![0; CHUNK];
        loop {
            let bytes = taken(&mut from_peer, &mut chunk).await?;
            frames.check(bytes).map_err(|claim| Error::new(ErrorKind::InvalidData, claim))?;
            to_kernel.write_all(bytes).await?;
        }
    };
    let outward = async {
        let mut chunk = vec![0; CHUNK];
        loop {
            let bytes = taken(&mut from_kernel, &mut chunk).await?;
            timeout(STALLED, to_peer.write_all(bytes)).await??;
        }
    };
    tokio::select! {
        ended = inward => ended,
        ended = outward => ended,
    }
}

/// The next bytes; an error at the end.
async fn taken<'a>(from: &mut (impl AsyncRead + Unpin), chunk: &'a mut [u8]) -> Result<&'a [u8], Error> {
    match from.read(chunk).await? {
        0 => Err(ErrorKind::UnexpectedEof.into()),
        length => Ok(&chunk[..length]),
    }
}

//! Without the feature `rustls`: no certificates, and no HTTPS.

use std::io;

use tokio::net::TcpStream;

use super::host::Options;

/// There are none.
pub(super) enum Certificates {}

impl Certificates {
    /// None, as no builder has a method that asks for HTTPS.
    #[allow(clippy::unnecessary_wraps, reason = "the other module's fails if none can be made")]
    pub(super) fn new(_: &Options) -> io::Result<Option<Self>> {
        Ok(None)
    }

    #[allow(clippy::unused_async, reason = "the other module's is a handshake")]
    pub(super) async fn accept(&self, _: TcpStream) -> io::Result<(TcpStream, bool)> {
        match *self {}
    }
}

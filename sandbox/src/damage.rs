//! Damaged responses: a body that is cut, changed, or slowed down. The headers stay, and with them
//! the original `Content-Length`.

use std::future::pending;
use std::time::Duration;

use axum::Error;
use axum::body::{Body, BodyDataStream, Bytes};
use bytes::BytesMut;
use futures_util::TryStreamExt;
use futures_util::stream::{Stream, try_unfold};
use tokio::time::sleep;

use crate::connection::{Connection, End};
use crate::fault::Kind;

/// Damages a body that is sent on this connection. Other faults leave it as it is.
pub(crate) fn damage(body: Body, fault: &Kind, connection: Connection) -> Body {
    let data = body.into_data_stream();
    match *fault {
        Kind::ResetAfter { bytes } => Body::from_stream(cut(data, bytes, connection, End::Reset)),
        Kind::StallAfter { bytes } => Body::from_stream(cut(data, bytes, connection, End::Silence)),
        Kind::TruncateAfter { bytes } => {
            Body::from_stream(cut(data, bytes, connection, End::Close))
        }
        Kind::FlipByte { offset } => Body::from_stream(flip(data, offset)),
        Kind::Slow { bytes, pause_ms } => {
            Body::from_stream(slow(data, bytes.max(1), Duration::from_millis(pause_ms)))
        }
        _ => Body::new(data),
    }
}

/// A body that has no end: the connection ends.
fn cut(
    data: BodyDataStream,
    after: u64,
    connection: Connection,
    end: End,
) -> impl Stream<Item = Result<Bytes, Error>> {
    try_unfold((data, after, connection), move |(mut data, left, connection)| async move {
        if left == 0 {
            connection.end(end);
            return pending().await;
        }
        let Some(mut chunk) = data.try_next().await? else { return Ok(None) };
        chunk.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        let left = left - wide(chunk.len());
        Ok(Some((chunk, (data, left, connection))))
    })
}

/// A body with one inverted byte.
fn flip(data: BodyDataStream, offset: u64) -> impl Stream<Item = Result<Bytes, Error>> {
    let mut start = 0;
    data.map_ok(move |chunk| {
        let index = offset.checked_sub(start).and_then(|index| usize::try_from(index).ok());
        start += wide(chunk.len());
        let mut chunk = Vec::from(chunk);
        if let Some(byte) = index.and_then(|index| chunk.get_mut(index)) {
            *byte = !*byte;
        }
        chunk.into()
    })
}

/// A body in small pieces, with a pause after each.
fn slow(
    data: BodyDataStream,
    bytes: usize,
    pause: Duration,
) -> impl Stream<Item = Result<Bytes, Error>> {
    try_unfold((data, BytesMut::new(), false), move |(mut data, mut held, begun)| async move {
        if begun {
            sleep(pause).await;
        }
        while held.len() < bytes
            && let Some(chunk) = data.try_next().await?
        {
            held.extend_from_slice(&chunk);
        }
        let piece = held.split_to(bytes.min(held.len())).freeze();
        Ok((!piece.is_empty()).then_some((piece, (data, held, true))))
    })
}

/// A length in memory as a length on the wire.
fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

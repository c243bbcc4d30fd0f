//! The same writers for async programs: they encode on tokio's blocking threads, and never block a
//! task. They need a tokio runtime.

use std::{io::Write, mem, path::Path};

use ::tokio::{
    io::{AsyncWrite, AsyncWriteExt as _},
    task::{JoinHandle, spawn_blocking},
};
use scanops_nessus::Finding;

use crate::{
    BatchBuilder, Error, Result, Table,
    atomic_file::{AtomicFile, RemoveOnDrop},
    writer::{Encoder, failed, panicked},
};

/// Writes findings to Parquet as [`crate::Writer`] does, to any `AsyncWrite`.
///
/// That can be an object store: `object_store::buffered::BufWriter` is an `AsyncWrite`, which
/// uploads in parts while this writes. The object appears with [`finish`](Self::finish), which shuts
/// the destination down.
///
/// ```
/// use std::error::Error;
/// use scanops_arrow::{Table, tokio::Writer};
/// use scanops_nessus::FindingStream;
/// use tokio::io::AsyncWrite;
///
/// /// `upload` is `BufWriter::new(store, "lake/scan=121.parquet".into())`, for example.
/// async fn save(
///     mut findings: FindingStream,
///     upload: impl AsyncWrite + Unpin,
/// ) -> Result<(), Box<dyn Error>> {
///     let mut writer = Writer::new(Table::Findings, upload)?;
///     while let Some(finding) = findings.next_finding().await? {
///         writer.write(finding).await?;
///     }
///     writer.finish().await?;
///     Ok(())
/// }
/// ```
#[derive(Debug)]
pub struct Writer<W> {
    background: Background<Vec<u8>>,
    out: W,
    /// Encoded bytes, and how many of them are written.
    buffer: Vec<u8>,
    written: usize,
}

impl<W: AsyncWrite + Unpin> Writer<W> {
    /// Writes to `out`.
    ///
    /// # Errors
    /// [`Error::Parquet`], if the encoder rejects the schema. It accepts those of all tables.
    pub fn new(table: Table, out: W) -> Result<Self> {
        let background = Background::new(table, Encoder::new(table, Vec::new())?);
        Ok(Self { background, out, buffer: Vec::new(), written: 0 })
    }

    /// Writes a finding. For [`Table::Plugins`] and [`Table::Hosts`], writes its plugin or host, unless
    /// that was written before.
    ///
    /// Cancel safe: the finding is taken as soon as the future is polled, and nothing is lost or
    /// written twice if the future is dropped then.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for a finding of more than 1 GiB, which is skipped; the next one can be
    /// written. Any other error, which may concern an earlier finding, is final: nothing more can be
    /// written.
    pub async fn write(&mut self, finding: Finding) -> Result<()> {
        if self.background.add(finding)? {
            self.drain().await?;
            self.background.start();
        }
        Ok(())
    }

    /// Writes the remaining rows and the end of the file, shuts the destination down, and returns it.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn finish(mut self) -> Result<W> {
        self.drain().await?;
        self.buffer = self.background.finish(Ok).await?;
        self.write_buffer().await?;
        self.out.shutdown().await.map_err(Error::io("the destination can't be completed"))?;
        Ok(self.out)
    }

    /// Waits for the batch that is being encoded, and writes the result.
    async fn drain(&mut self) -> Result<()> {
        let encoder = self.background.wait().await?;
        self.buffer.append(encoder.out());
        self.write_buffer().await
    }

    async fn write_buffer(&mut self) -> Result<()> {
        while let Some(rest @ [_, ..]) = self.buffer.get(self.written..) {
            let written = self.out.write(rest).await.and_then(|written| match written {
                0 => Err(std::io::ErrorKind::WriteZero.into()),
                more => Ok(more),
            });
            match written {
                Ok(more) => self.written += more,
                Err(error) => {
                    self.background.state = State::Failed;
                    return Err(Error::io("the destination can't be written")(error));
                }
            }
        }
        (self.buffer, self.written) = (Vec::new(), 0);
        Ok(())
    }
}

/// Writes findings to a Parquet file as [`crate::FileWriter`] does: it appears when it is complete.
///
/// Dropping it, or the future of [`finish`](Self::finish), removes the temporary file and does not wait:
/// a batch that is being encoded is completed in the background, and discarded. Nothing is renamed
/// after the drop; a rename that has begun can't be cancelled.
///
/// ```
/// use std::error::Error;
/// use scanops_arrow::{Table, partition_path, tokio::FileWriter};
/// use scanops_nessus::FindingStream;
///
/// async fn save(id: u64, mut findings: FindingStream) -> Result<(), Box<dyn Error>> {
///     let path = partition_path("lake", &[("scan", &id)]);
///     let mut file = FileWriter::create(Table::Findings, path).await?;
///     while let Some(finding) = findings.next_finding().await? {
///         file.write(finding).await?;
///     }
///     file.finish().await?;
///     Ok(())
/// }
/// ```
#[derive(Debug)]
pub struct FileWriter {
    background: Background<AtomicFile>,
    _temporary: RemoveOnDrop,
}

impl FileWriter {
    /// Creates a temporary file, and its directory if there is none.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub async fn create(table: Table, path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        let (encoder, temporary) = blocking(move || {
            let file = AtomicFile::create(&path)?;
            let temporary = file.remove_on_drop();
            Ok((Encoder::new(table, file)?, temporary))
        })
        .await?;
        Ok(Self { background: Background::new(table, encoder), _temporary: temporary })
    }

    /// Writes a finding, as [`Writer::write`].
    ///
    /// # Errors
    /// As [`Writer::write`].
    pub async fn write(&mut self, finding: Finding) -> Result<()> {
        if self.background.add(finding)? {
            self.background.wait().await?;
            self.background.start();
        }
        Ok(())
    }

    /// Completes the file.
    ///
    /// # Errors
    /// As [`Writer::write`], and [`Error::Io`]. Then there is no file, or the previous one.
    pub async fn finish(mut self) -> Result<()> {
        self.background.wait().await?;
        self.background.finish(AtomicFile::persist).await
    }
}

/// Encodes one batch at a time on a blocking thread, while the task continues.
#[derive(Debug)]
struct Background<W: Write + Send + 'static> {
    builder: BatchBuilder,
    state: State<W>,
}

#[derive(Debug)]
enum State<W: Write + Send + 'static> {
    Idle(Encoder<W>),
    Encoding(JoinHandle<Result<Encoder<W>>>),
    Failed,
}

impl<W: Write + Send + 'static> Background<W> {
    fn new(table: Table, encoder: Encoder<W>) -> Self {
        Self { builder: BatchBuilder::new(table), state: State::Idle(encoder) }
    }

    /// Adds a finding, and returns whether the batch is full.
    fn add(&mut self, finding: Finding) -> Result<bool> {
        if matches!(self.state, State::Failed) {
            return Err(failed());
        }
        self.builder.add(finding)
    }

    /// Waits for the batch that is being encoded. Cancel safe.
    async fn wait(&mut self) -> Result<&mut Encoder<W>> {
        if let State::Encoding(task) = &mut self.state {
            let encoded = task.await.unwrap_or_else(|_| Err(panicked()));
            self.state = State::Failed;
            self.state = State::Idle(encoded?);
        }
        match &mut self.state {
            State::Idle(encoder) => Ok(encoder),
            State::Encoding(_) | State::Failed => Err(failed()),
        }
    }

    /// Starts to encode the added findings, after [`wait`](Self::wait).
    fn start(&mut self) {
        self.state = match mem::replace(&mut self.state, State::Failed) {
            State::Idle(encoder) => match self.builder.take() {
                Some(rows) => State::Encoding(spawn_blocking(move || encoder.encode(rows))),
                None => State::Idle(encoder),
            },
            other => other,
        };
    }

    /// Encodes the remaining rows, after [`wait`](Self::wait), and passes the destination to
    /// `complete`.
    async fn finish<T: Send + 'static>(
        &mut self,
        complete: impl FnOnce(W) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let State::Idle(encoder) = mem::replace(&mut self.state, State::Failed) else {
            return Err(failed());
        };
        let rows = self.builder.take();
        blocking(move || complete(encoder.finish(rows)?)).await
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    spawn_blocking(work).await.unwrap_or_else(|_| Err(panicked()))
}

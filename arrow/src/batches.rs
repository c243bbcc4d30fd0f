//! Iterators and streams of findings as record batches.

use std::{
    collections::VecDeque,
    error::Error as StdError,
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use arrow_array::RecordBatch;
use futures_core::Stream;
use scanops_nessus::Finding;

use crate::{BatchBuilder, Error, Result, Table};

/// Converts an iterator or a stream of findings to an iterator or a stream of record batches.
///
/// An error of the source comes after a batch of the findings before it. Then the source is asked
/// again: some errors concern a single finding.
///
/// ```
/// use scanops_arrow::{Batches, Table};
/// use scanops_nessus::Findings;
///
/// let report = br#"<NessusClientData_v2><Report name="weekly"><ReportHost name="10.0.0.7">
///     <ReportItem pluginID="19506"/><ReportItem pluginID="57582" severity="2" port="443"/>
///     </ReportHost></Report></NessusClientData_v2>"#;
/// for batch in Batches::new(Table::Findings, Findings::new(&report[..])) {
///     assert_eq!(batch?.num_rows(), 2);
/// }
/// # Ok::<(), scanops_arrow::Error>(())
/// ```
pub struct Batches<S> {
    source: S,
    builder: BatchBuilder,
    /// The item to return before the source is asked again.
    ready: VecDeque<Result<RecordBatch>>,
    ended: bool,
}

impl<S> Batches<S> {
    /// The batches of a source of `Result<Finding, E>`, where `E` is any error.
    #[must_use]
    pub fn new(table: Table, source: S) -> Self {
        let builder = BatchBuilder::new(table);
        Self { source, builder, ready: VecDeque::new(), ended: false }
    }

    /// Processes an item of the source.
    fn take<E: Into<Box<dyn StdError + Send + Sync>>>(
        &mut self,
        given: Option<Result<Finding, E>>,
    ) {
        let (batch, error) = match given {
            Some(Ok(finding)) => (self.builder.push(finding), None),
            Some(Err(error)) => (self.builder.finish(), Some(Error::Source(error.into()))),
            None => {
                self.ended = true;
                (self.builder.finish(), None)
            }
        };
        self.ready.extend(batch.transpose());
        self.ready.extend(error.map(Err));
    }
}

impl<S, E> Iterator for Batches<S>
where
    S: Iterator<Item = Result<Finding, E>>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() && !self.ended {
            let given = self.source.next();
            self.take(given);
        }
        self.ready.pop_front()
    }
}

impl<S, E> Stream for Batches<S>
where
    S: Stream<Item = Result<Finding, E>> + Unpin,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while self.ready.is_empty() && !self.ended {
            let given = ready!(Pin::new(&mut self.source).poll_next(context));
            self.take(given);
        }
        Poll::Ready(self.ready.pop_front())
    }
}

impl<S> fmt::Debug for Batches<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batches").field("builder", &self.builder).finish_non_exhaustive()
    }
}

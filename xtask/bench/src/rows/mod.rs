//! What is measured, in the order in which it is measured and printed.
//!
//! To add a row:
//!
//! 1. Write the work in `bench-client`: if both scanops and reqwest do it, as a method of its trait
//!    `Client`, otherwise as a function beside it. pyTenable's part is in `peers.py`. What the
//!    server has to answer goes into `bench-server`.
//! 2. Write a function here that runs the programs with [`compare`](crate::measure::compare), which
//!    checks what each of them did, and makes a [`Row`](crate::report::Row) of it. Give the figures
//!    that matter their targets. A row with two or more programs gets a chart.
//! 3. Put it into [`ROWS`], and run `cargo xtask bench --quick NAME`.
//! 4. If it misses a target, say why in `notes.md`, under the name of the row.

mod builds;
mod calls;
mod findings;
mod growth;
mod transfer;

use bench::Failure;

use crate::{environment::Environment, report::Report};

type Measure = fn(&Environment, &mut Report) -> Result<(), Failure>;

/// Name, whether `--quick` has time for it, and what measures it.
pub(crate) const ROWS: [(&str, bool, Measure); 11] = [
    ("save", true, transfer::save),
    ("save-deflated", true, transfer::save_deflated),
    ("import", true, transfer::import),
    ("findings", true, findings::findings),
    ("call", true, calls::call),
    ("walk", true, calls::walk),
    ("downloads", true, transfer::downloads),
    ("growth", true, growth::growth),
    ("build", false, builds::build),
    ("upkeep", false, builds::upkeep),
    ("suite", false, builds::suite),
];

//! What is measured, a file for each kind of work.

pub(crate) mod builds;
pub(crate) mod calls;
pub(crate) mod downloads;
pub(crate) mod findings;
pub(crate) mod growth;
pub(crate) mod transfer;

use std::process::Command;

use bench::{Failure, Told};

use crate::contest::{Clock, Runner};

#[expect(clippy::unnecessary_wraps, reason = "it stands where checks that fail do")]
/// A check that accepts anything: what it did is seen elsewhere.
fn any(_: &Told) -> Result<(), Failure> {
    Ok(())
}

fn runner<'a>(
    name: &'static str,
    times: usize,
    clock: Clock,
    command: impl Fn() -> Command + 'a,
    check: impl Fn(&Told) -> Result<(), Failure> + 'a,
) -> Runner<'a> {
    Runner { name, times, clock, command: Box::new(command), check: Box::new(check) }
}

/// A command with its arguments.
fn with<const N: usize>(mut command: Command, arguments: [&str; N]) -> Command {
    command.args(arguments);
    command
}

/// Fails where two programs found something else.
#[expect(clippy::needless_pass_by_value, reason = "numbers, and pairs of them")]
fn same<T: PartialEq + std::fmt::Debug>(found: T, expected: T) -> Result<(), Failure> {
    if found == expected {
        return Ok(());
    }
    Err(format!("{found:?} was found, not {expected:?}").into())
}

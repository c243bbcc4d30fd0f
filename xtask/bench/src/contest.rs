//! The same work by several programs: in turn, some times each, and the median of each.

use std::{
    io::Read as _,
    process::{Command, Stdio},
    time::Instant,
};

use bench::{Failure, Told};
use wait4::Wait4 as _;

/// Whose time counts.
#[derive(Clone, Copy)]
pub(crate) enum Clock {
    /// From the start of the process to its end: for programs that tell nothing.
    Process,
    /// What the program tells of its work: without the start of an interpreter.
    Told,
}

/// Fails where a program did not do what it was to do.
type Check<'a> = dyn Fn(&Told) -> Result<(), Failure> + 'a;

/// One program.
pub(crate) struct Runner<'a> {
    pub(crate) name: &'static str,
    pub(crate) times: usize,
    pub(crate) clock: Clock,
    pub(crate) command: Box<dyn Fn() -> Command + 'a>,
    /// Looks at what it did; an error ends the contest.
    pub(crate) check: Box<Check<'a>>,
}

#[derive(Clone)]
pub(crate) struct Sample {
    pub(crate) seconds: f64,
    pub(crate) processor: f64,
    pub(crate) peak: u64,
    pub(crate) told: Told,
}

/// What came of one program.
#[derive(Clone)]
pub(crate) struct Outcome {
    pub(crate) name: &'static str,
    pub(crate) samples: Vec<Sample>,
}

impl Outcome {
    pub(crate) fn seconds(&self) -> f64 {
        median(self.samples.iter().map(|sample| sample.seconds))
    }

    pub(crate) fn processor(&self) -> f64 {
        median(self.samples.iter().map(|sample| sample.processor))
    }

    /// The largest: a limit on memory holds each time.
    pub(crate) fn peak(&self) -> u64 {
        self.samples.iter().map(|sample| sample.peak).max().unwrap_or(0)
    }

    pub(crate) fn range(&self) -> (f64, f64) {
        let seconds = self.samples.iter().map(|sample| sample.seconds);
        seconds.fold((f64::INFINITY, 0.0), |(least, most), it| (least.min(it), most.max(it)))
    }
}

pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[odd / 2],
        even => f64::midpoint(values[even / 2 - 1], values[even / 2]),
    }
}

/// Runs them in turn: what else the machine does meets all of them.
pub(crate) fn contest(runners: &[Runner<'_>]) -> Result<Vec<Outcome>, Failure> {
    let named = |runner: &Runner<'_>| Outcome { name: runner.name, samples: Vec::new() };
    let mut outcomes: Vec<Outcome> = runners.iter().map(named).collect();
    let rounds = runners.iter().map(|runner| runner.times).max().unwrap_or(0);
    for round in 0..rounds {
        for (runner, outcome) in runners.iter().zip(&mut outcomes) {
            if round < runner.times {
                let sample = run(&mut (runner.command)(), runner.clock)
                    .and_then(|sample| (runner.check)(&sample.told).map(|()| sample))
                    .map_err(|failure| format!("{}: {failure}", runner.name))?;
                outcome.samples.push(sample);
            }
        }
    }
    Ok(outcomes)
}

/// Runs a program once.
///
/// The kernel counts into its peak of memory what this process has when it starts it: a few MiB,
/// as long as nothing large is ever held here.
pub(crate) fn run(command: &mut Command, clock: Clock) -> Result<Sample, Failure> {
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{command:?}: {error}"))?;
    let (mut said, mut complaint) = (String::new(), String::new());
    if let Some(mut out) = child.stdout.take() {
        out.read_to_string(&mut said)?;
    }
    if let Some(mut errors) = child.stderr.take() {
        errors.read_to_string(&mut complaint)?;
    }
    let used = child.wait4()?;
    let wall = start.elapsed().as_secs_f64();
    if !used.status.success() {
        return Err(format!("{}: {}", used.status, complaint.trim()).into());
    }
    let told = match clock {
        Clock::Process => serde_json::from_str(&said).unwrap_or_default(),
        Clock::Told => serde_json::from_str::<Told>(&said)?,
    };
    Ok(Sample {
        seconds: if matches!(clock, Clock::Told) { told.seconds } else { wall },
        processor: (used.rusage.utime + used.rusage.stime).as_secs_f64(),
        peak: used.rusage.maxrss,
        told,
    })
}

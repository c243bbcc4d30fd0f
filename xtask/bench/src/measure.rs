//! Runs several programs that do the same work, in turn, and takes their times.

use std::{
    fmt::Debug,
    io::Read as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use bench::{Failure, Output};
use wait4::Wait4 as _;

/// A program to run, and how its time is taken.
pub(crate) struct Program {
    name: &'static str,
    path: PathBuf,
    arguments: Vec<String>,
    runs: Option<usize>,
    whole: bool,
}

impl Program {
    pub(crate) fn new<'a>(
        name: &'static str,
        program: &Path,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let arguments = arguments.into_iter().map(str::to_owned).collect();
        Self { name, path: program.to_owned(), arguments, runs: None, whole: false }
    }

    /// Runs less often than the others.
    pub(crate) fn runs(self, runs: usize) -> Self {
        Self { runs: Some(runs), ..self }
    }

    /// Times the whole process, instead of the work as the program itself reports it: for programs that
    /// report nothing, and for those that are compared with them.
    pub(crate) fn whole_process(self) -> Self {
        Self { whole: true, ..self }
    }

    /// Runs it once.
    ///
    /// The kernel includes the memory of this process at the start of the program in the program's peak:
    /// a few MiB, as this process never holds anything large.
    fn run(&self) -> Result<(Sample, Output), Failure> {
        let start = Instant::now();
        let mut child = Command::new(&self.path)
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (mut stdout, mut stderr) = (String::new(), String::new());
        child.stdout.take().map(|mut pipe| pipe.read_to_string(&mut stdout)).transpose()?;
        child.stderr.take().map(|mut pipe| pipe.read_to_string(&mut stderr)).transpose()?;
        let used = child.wait4()?;
        let elapsed = start.elapsed().as_secs_f64();
        if !used.status.success() {
            // The last line of a traceback names the error.
            let last = stderr.lines().next_back().unwrap_or_default();
            return Err(format!("{}: {last}", used.status).into());
        }
        let output: Output = match serde_json::from_str(&stdout) {
            Err(error) if !self.whole => return Err(error.into()),
            output => output.unwrap_or_default(),
        };
        let sample = Sample {
            seconds: if self.whole { elapsed } else { output.seconds },
            cpu_time: (used.rusage.utime + used.rusage.stime).as_secs_f64(),
            peak: used.rusage.maxrss,
        };
        Ok((sample, output))
    }
}

#[derive(Clone)]
struct Sample {
    seconds: f64,
    cpu_time: f64,
    peak: u64,
}

/// All runs of one program.
#[derive(Clone)]
pub(crate) struct Measurement {
    pub(crate) name: &'static str,
    samples: Vec<Sample>,
}

impl Measurement {
    /// The median.
    pub(crate) fn seconds(&self) -> f64 {
        median(self.samples.iter().map(|sample| sample.seconds))
    }

    /// The median of the CPU time.
    pub(crate) fn cpu_time(&self) -> f64 {
        median(self.samples.iter().map(|sample| sample.cpu_time))
    }

    /// The largest peak of resident memory, in MiB: a limit on memory holds for each run.
    pub(crate) fn peak(&self) -> f64 {
        let peak = self.samples.iter().map(|sample| sample.peak).max().unwrap_or(0);
        peak as f64 / f64::from(1 << 20)
    }

    /// The shortest and the longest time.
    pub(crate) fn range(&self) -> (f64, f64) {
        let seconds = self.samples.iter().map(|sample| sample.seconds);
        seconds.fold((f64::INFINITY, 0.0), |(min, max), it| (min.min(it), max.max(it)))
    }

    pub(crate) fn runs(&self) -> usize {
        self.samples.len()
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[odd / 2],
        even => f64::midpoint(values[even / 2 - 1], values[even / 2]),
    }
}

/// Runs the programs in turn, so that other load on the machine affects all of them. `check` checks
/// the output of each run; its error ends the comparison.
pub(crate) fn compare(
    runs: usize,
    programs: impl IntoIterator<Item = Program>,
    check: impl Fn(&Output) -> Result<(), Failure>,
) -> Result<Vec<Measurement>, Failure> {
    let mut programs: Vec<_> = programs
        .into_iter()
        .map(|program| (Measurement { name: program.name, samples: Vec::new() }, program))
        .collect();
    for round in 0..runs {
        for (measurement, program) in &mut programs {
            if round < program.runs.unwrap_or(runs) {
                let sample = program
                    .run()
                    .and_then(|(sample, output)| check(&output).map(|()| sample))
                    .map_err(|failure| format!("{}: {failure}", program.name))?;
                measurement.samples.push(sample);
            }
        }
    }
    Ok(programs.into_iter().map(|(measurement, _)| measurement).collect())
}

/// Fails if the result is not the expected one.
pub(crate) fn same<T: PartialEq + Debug>(found: &T, expected: &T) -> Result<(), Failure> {
    if found == expected {
        return Ok(());
    }
    Err(format!("{found:?} was found, not {expected:?}").into())
}

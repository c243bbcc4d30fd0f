//! Writes the measurements to BENCHMARKS.md and its charts.

use std::{fmt::Write as _, fs, path::Path};

use bench::Failure;

use crate::{
    chart::{self, time},
    environment::Environment,
    measure::Measurement,
};

/// The hand-written texts: what a row measures, why it misses its target, and what was tried.
const NOTES: &str = include_str!("../notes.md");

/// The share of the cores that other programs may use before the figures are unreliable.
const QUIET: f64 = 0.05;

/// The target of a figure.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    AtMost(f64),
    AtLeast(f64),
    /// The figure is shown and not judged.
    None,
}
use Target::{AtLeast, AtMost};

struct Figure {
    what: String,
    value: f64,
    target: Target,
}

impl Figure {
    fn is_missed(&self) -> bool {
        match self.target {
            AtMost(limit) => self.value > limit,
            AtLeast(limit) => self.value < limit,
            Target::None => false,
        }
    }

    fn line(&self, key: &str) -> String {
        let (target, verdict) = match self.target {
            AtMost(limit) => (format!("≤ {}", number(limit)), "reached"),
            AtLeast(limit) => (format!("≥ {}", number(limit)), "reached"),
            Target::None => ("-".to_owned(), ""),
        };
        let verdict = if self.is_missed() { "**missed**" } else { verdict };
        let (what, value) = (&self.what, number(self.value));
        format!("| [{key}](#{key}) | {what} | {value} | {target} | {verdict} |\n")
    }
}

/// A row: its measurements, and the figures that are made of them.
pub(crate) struct Row {
    key: String,
    what: String,
    measurements: Vec<Measurement>,
    /// The measurements are of these sizes.
    sizes: Option<[u64; 3]>,
    figures: Vec<Figure>,
    missing: Vec<String>,
}

impl Row {
    pub(crate) fn figure(&mut self, what: &str, value: f64, target: Target) {
        println!("          {}: {what} {}", self.key, number(value));
        self.figures.push(Figure { what: what.to_owned(), value, target });
    }

    pub(crate) fn missing(&mut self, what: &str) {
        self.missing.push(what.to_owned());
    }

    /// The time of the first program against that of a peer. With a target of at least something,
    /// how many times as fast it is.
    pub(crate) fn time(&mut self, what: &str, peer: &str, target: Target) {
        let ours = self.measurements[0].seconds();
        match self.measurements.iter().find(|measurement| measurement.name == peer) {
            Some(peer) if matches!(target, AtLeast(_)) => {
                self.figure(what, peer.seconds() / ours, target);
            }
            Some(peer) => self.figure(what, ours / peer.seconds(), target),
            None => self.missing(&format!("{what}: {peer} is missing")),
        }
    }

    /// The first program's peak of memory against that of the second.
    pub(crate) fn memory(&mut self, what: &str, target: Target) {
        let value = self.measurements[0].peak() / self.measurements[1].peak();
        self.figure(what, value, target);
    }

    /// Draws growth as a line.
    pub(crate) fn grows(&mut self, sizes: [u64; 3]) {
        self.sizes = Some(sizes);
    }

    fn chart(&self, file: &Path) -> Result<(), Failure> {
        let seconds = self.measurements.iter().map(Measurement::seconds);
        if let Some(sizes) = self.sizes {
            let sizes = sizes.map(|size| size as f64 / sizes[0] as f64);
            return chart::growth(file, &sizes.into_iter().zip(seconds).collect::<Vec<_>>());
        }
        let names = self.measurements.iter().map(|measurement| measurement.name);
        chart::bars(file, &names.zip(seconds).collect::<Vec<_>>())
    }

    fn print(&self, folder: &Path) -> Result<String, Failure> {
        let mut text = format!("### {}\n\n{}\n\n", self.key, self.what);
        if !self.measurements.is_empty() {
            text.push_str("| program | median | min to max | runs | CPU time | peak |\n");
            text.push_str("| --- | ---: | ---: | ---: | ---: | ---: |\n");
        }
        for it in &self.measurements {
            let (min, max) = it.range();
            let (median, min, max) = (time(it.seconds()), time(min), time(max));
            let (name, runs, cpu, peak) = (it.name, it.runs(), time(it.cpu_time()), it.peak());
            writeln!(
                text,
                "| {name} | {median} | {min} to {max} | {runs} | {cpu} | {peak:.1} MiB |"
            )?;
        }
        if self.measurements.len() > 1 {
            let chart = format!("docs/bench/{}.svg", self.key);
            self.chart(&folder.join(&chart))?;
            write!(text, "\n![{}]({chart})\n", self.key)?;
        }
        for missing in &self.missing {
            write!(text, "\nNot measured: {missing}.\n")?;
        }
        if self.figures.iter().any(Figure::is_missed) {
            let why = note(&self.key).and_then(|(_, why)| why);
            write!(text, "\n{}\n", why.unwrap_or("Why it misses its target is not known yet."))?;
        }
        Ok(text + "\n")
    }
}

/// All rows.
#[derive(Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Begins a row. The first measurement is that of scanops, if it is a comparison.
    /// Its description is in the notes, in which `{name}` stands for each of the numbers.
    pub(crate) fn row(
        &mut self,
        key: &str,
        numbers: &[(&str, u64)],
        measurements: Vec<Measurement>,
    ) -> &mut Row {
        let at = self.rows.len();
        let what = note(key).map_or("", |(what, _)| what);
        let what = numbers.iter().fold(what.to_owned(), |what, (name, number)| {
            what.replace(&format!("{{{name}}}"), &number.to_string())
        });
        let (key, figures, missing) = (key.to_owned(), Vec::new(), Vec::new());
        self.rows.push(Row { key, what, measurements, sizes: None, figures, missing });
        &mut self.rows[at]
    }

    /// Writes BENCHMARKS.md and its charts to a directory, and returns the text.
    pub(crate) fn write(
        &self,
        environment: &Environment,
        seconds: f64,
        folder: &Path,
    ) -> Result<String, Failure> {
        fs::create_dir_all(folder.join("docs/bench"))?;
        let arguments = std::env::args().skip(1).collect::<Vec<_>>().join(" ");
        let command = format!("cargo xtask bench {arguments}");
        let mut text = note("introduction").map_or("", |(text, _)| text).to_owned();
        let minutes = seconds / 60.0;
        let command = command.trim();
        writeln!(text, "\n\nWritten by `{command}`, in {minutes:.0} minutes.\n")?;
        if let Some(load) = environment.cpu_load.filter(|load| *load > QUIET) {
            writeln!(
                text,
                "**Other programs had {:.0} % of the cores when this began. Whatever works on several \
                 threads is slower here than it is, and its figures are not to be relied on.**\n",
                load * 100.0
            )?;
        }
        text.push_str("| machine | |\n| --- | --- |\n");
        for (name, value) in environment.describe() {
            writeln!(text, "| {name} | {value} |")?;
        }
        text.push_str("\n## The targets\n\n| row | what | measured | target | |\n");
        text.push_str("| --- | --- | ---: | ---: | --- |\n");
        for row in &self.rows {
            row.figures.iter().for_each(|figure| text.push_str(&figure.line(&row.key)));
        }
        text.push_str("\n## The rows\n\n");
        for row in &self.rows {
            text.push_str(&row.print(folder)?);
        }
        for (key, heading) in
            [("by hand", "Measured by other commands"), ("tried", "What did not help")]
        {
            let what = note(key).map_or("", |(text, _)| text);
            writeln!(text, "## {heading}\n\n{what}\n")?;
        }
        text.truncate(text.trim_end().len() + 1);
        fs::write(folder.join("BENCHMARKS.md"), &text)?;
        Ok(text)
    }
}

/// The text of the notes under a heading, and the reason for a missed target.
fn note(key: &str) -> Option<(&'static str, Option<&'static str>)> {
    let mut sections = NOTES.split("\n## ").filter_map(|section| section.split_once('\n'));
    let (_, text) = sections.find(|(heading, _)| *heading == key)?;
    let why = text.split_once("\n### missed\n");
    Some((why.map_or(text, |(what, _)| what).trim(), why.map(|(_, why)| why.trim())))
}

fn number(value: f64) -> String {
    match value {
        value if value >= 1000.0 || (value >= 20.0 && value.fract() == 0.0) => {
            format!("{value:.0}")
        }
        value if value >= 20.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

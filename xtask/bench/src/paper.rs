//! What was found, and how it is printed: BENCHMARKS.md.

use std::{fmt::Write as _, path::Path};

use bench::Failure;

use crate::{chart, contest::Outcome};

/// What is written by hand about the rows: why one misses its mark, and what was tried.
const NOTES: &str = include_str!("../notes.md");

/// How much of the cores other programs may have, for the figures to be worth something.
const QUIET: f64 = 0.05;

/// What is to be reached.
#[derive(Clone, Copy)]
pub(crate) enum Limit {
    AtMost(f64),
    AtLeast(f64),
    /// Told and not judged.
    Open,
}

pub(crate) fn at_most(value: f64) -> Limit {
    Limit::AtMost(value)
}

pub(crate) fn at_least(value: f64) -> Limit {
    Limit::AtLeast(value)
}

struct Mark {
    what: String,
    value: f64,
    limit: Limit,
}

impl Mark {
    fn is_missed(&self) -> bool {
        match self.limit {
            Limit::AtMost(limit) => self.value > limit,
            Limit::AtLeast(limit) => self.value < limit,
            Limit::Open => false,
        }
    }

    fn line(&self, key: &str) -> String {
        let limit = match self.limit {
            Limit::AtMost(limit) => format!("≤ {}", number(limit)),
            Limit::AtLeast(limit) => format!("≥ {}", number(limit)),
            Limit::Open => "-".to_owned(),
        };
        let verdict = match (self.limit, self.is_missed()) {
            (Limit::Open, _) => "",
            (_, true) => "**missed**",
            (_, false) => "reached",
        };
        format!(
            "| [{key}](#{key}) | {} | {} | {limit} | {verdict} |\n",
            self.what,
            number(self.value)
        )
    }
}

/// Work that grows, for a chart.
pub(crate) struct Series {
    pub(crate) sizes: Vec<f64>,
    pub(crate) seconds: Vec<f64>,
}

/// One row of what is measured.
pub(crate) struct Row {
    key: String,
    what: String,
    outcomes: Vec<Outcome>,
    series: Option<Series>,
    marks: Vec<Mark>,
    missing: Vec<String>,
}

impl Row {
    pub(crate) fn outcomes(&mut self, outcomes: &[Outcome]) {
        self.outcomes.extend_from_slice(outcomes);
    }

    pub(crate) fn series(&mut self, series: Series) {
        self.series = Some(series);
    }

    pub(crate) fn mark(&mut self, what: &str, value: f64, limit: Limit) {
        println!("          {}: {what} {}", self.key, number(value));
        self.marks.push(Mark { what: what.to_owned(), value, limit });
    }

    pub(crate) fn figure(&mut self, what: &str, value: f64) {
        self.mark(what, value, Limit::Open);
    }

    pub(crate) fn missing(&mut self, what: &str) {
        self.missing.push(what.to_owned());
    }

    /// Our time by the peer's. The first outcome is ours.
    pub(crate) fn ratio(&mut self, what: &str, outcomes: &[Outcome], peer: &str, limit: Limit) {
        match outcomes.iter().find(|outcome| outcome.name == peer) {
            Some(peer) => self.mark(what, outcomes[0].seconds() / peer.seconds(), limit),
            None => self.missing(&format!("{what}: {peer} is missing")),
        }
    }

    /// How many times as fast as the peer we are.
    pub(crate) fn speedup(&mut self, what: &str, outcomes: &[Outcome], peer: &str, limit: Limit) {
        match outcomes.iter().find(|outcome| outcome.name == peer) {
            Some(peer) => self.mark(what, peer.seconds() / outcomes[0].seconds(), limit),
            None => self.missing(&format!("{what}: {peer} is missing")),
        }
    }

    fn print(&self, folder: &Path) -> Result<String, Failure> {
        let mut text = format!("### {}\n\n{}\n\n", self.key, self.what);
        if !self.outcomes.is_empty() {
            text.push_str("| program | median | least to most | runs | processor | peak |\n");
            text.push_str("| --- | ---: | ---: | ---: | ---: | ---: |\n");
        }
        for outcome in &self.outcomes {
            let (least, most) = outcome.range();
            writeln!(
                text,
                "| {} | {} | {} to {} | {} | {} | {:.1} MiB |",
                outcome.name,
                time(outcome.seconds()),
                time(least),
                time(most),
                outcome.samples.len(),
                time(outcome.processor()),
                mib(outcome.peak()),
            )?;
        }
        let drawing = match &self.series {
            Some(series) => Some(chart::growth(&self.key, &series.sizes, &series.seconds)),
            None if self.outcomes.len() > 1 => {
                let bars: Vec<(&str, f64)> =
                    self.outcomes.iter().map(|it| (it.name, it.seconds())).collect();
                Some(chart::bars(&self.key, &bars))
            }
            None => None,
        };
        if let Some(drawing) = drawing {
            let charts = folder.join("docs/bench");
            std::fs::create_dir_all(&charts)?;
            std::fs::write(charts.join(format!("{}.svg", self.key)), drawing)?;
            write!(text, "\n![{0}](docs/bench/{0}.svg)\n", self.key)?;
        }
        for missing in &self.missing {
            write!(text, "\nNot measured: {missing}.\n")?;
        }
        if self.marks.iter().any(Mark::is_missed) {
            let why = note(&self.key).unwrap_or("Why it misses its mark is not known yet.");
            write!(text, "\n{why}\n")?;
        }
        Ok(text + "\n")
    }
}

/// All rows.
pub(crate) struct Paper {
    rows: Vec<Row>,
    left_out: Vec<(String, String)>,
}

impl Paper {
    pub(crate) fn new() -> Self {
        Self { rows: Vec::new(), left_out: Vec::new() }
    }

    pub(crate) fn row(&mut self, key: &str, what: &str) -> &mut Row {
        let at = self.rows.len();
        self.rows.push(Row {
            key: key.to_owned(),
            what: what.to_owned(),
            outcomes: Vec::new(),
            series: None,
            marks: Vec::new(),
            missing: Vec::new(),
        });
        &mut self.rows[at]
    }

    pub(crate) fn left_out(&mut self, key: &str, why: &str) {
        self.left_out.push((key.to_owned(), why.to_owned()));
    }

    /// Writes BENCHMARKS.md and its charts to a folder, and returns the text.
    pub(crate) fn print(
        &self,
        machine: &[(String, String)],
        seconds: f64,
        business: Option<f64>,
        folder: &Path,
    ) -> Result<String, Failure> {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let command = [&["cargo xtask bench".to_owned()], &arguments[..]].concat().join(" ");
        let mut text = note("introduction").map_or_else(String::new, |it| format!("{it}\n\n"));
        writeln!(text, "Written by `{command}`, in {:.0} minutes.\n", seconds / 60.0)?;
        if let Some(part) = business.filter(|part| *part > QUIET) {
            writeln!(
                text,
                "**Other programs had {:.0} % of the cores when this began. Whatever works on several \
                 threads is slower here than it is, and its figures are not to be relied on.**\n",
                part * 100.0
            )?;
        }
        text.push_str("| machine | |\n| --- | --- |\n");
        for (name, value) in machine {
            writeln!(text, "| {name} | {value} |")?;
        }
        text.push_str("\n## The marks\n\n| row | what | is | to reach | |\n");
        text.push_str("| --- | --- | ---: | ---: | --- |\n");
        for row in &self.rows {
            row.marks.iter().for_each(|mark| text.push_str(&mark.line(&row.key)));
        }
        for (key, why) in &self.left_out {
            write!(text, "\nNot measured: {key}, as {why}.\n")?;
        }
        text.push_str("\n## The rows\n\n");
        for row in &self.rows {
            text.push_str(&row.print(folder)?);
        }
        if let Some(tried) = note("tried") {
            writeln!(text, "## Tried, and of no help\n\n{tried}")?;
        }
        std::fs::write(folder.join("BENCHMARKS.md"), &text)?;
        Ok(text)
    }
}

/// What the notes have under a heading.
fn note(key: &str) -> Option<&'static str> {
    let sections = NOTES.split("\n## ").skip(1);
    sections
        .filter_map(|section| section.split_once('\n'))
        .find_map(|(heading, text)| (heading.trim() == key).then(|| text.trim()))
}

fn number(value: f64) -> String {
    match value {
        value if value >= 1000.0 => format!("{value:.0}"),
        value if value >= 20.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn time(seconds: f64) -> String {
    match seconds {
        seconds if seconds >= 1.0 => format!("{seconds:.2} s"),
        _ => format!("{:.1} ms", seconds * 1000.0),
    }
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

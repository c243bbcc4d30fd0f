//! What can be asked for on the command line.

use clap::{Arg, ArgAction, Command, value_parser};

/// How the servers are to be.
pub(crate) struct Options {
    pub(crate) plain_http: bool,
    pub(crate) tenable_sc_port: u16,
    pub(crate) insightvm_port: u16,
    pub(crate) report_size: u64,
    /// None is the world that each begins with by default.
    pub(crate) scans: Option<u32>,
}

impl Options {
    /// Reads the command line. Where it is wrong, says why and ends the process with status 2.
    pub(crate) fn read() -> Self {
        let given = command().get_matches();
        let number = |name: &str| given.get_one::<u16>(name).copied().unwrap_or_default();
        Self {
            plain_http: given.get_flag("plain-http"),
            tenable_sc_port: number("tenable-sc-port"),
            insightvm_port: number("insightvm-port"),
            report_size: given.get_one::<u64>("report-size").copied().unwrap_or_default(),
            scans: given.get_one::<u32>("scans").copied(),
        }
    }
}

fn command() -> Command {
    let port = |name: &'static str, help: &'static str| {
        let port = Arg::new(name).long(name).value_name("N").help(help);
        port.value_parser(value_parser!(u16)).default_value("0").hide_default_value(true)
    };
    Command::new("sandbox")
        .about("A Tenable.sc and an InsightVM console on this machine, until interrupted")
        .arg(
            Arg::new("plain-http")
                .long("plain-http")
                .action(ArgAction::SetTrue)
                .help("Serve HTTP instead of HTTPS"),
        )
        .arg(port("tenable-sc-port", "Port of the Tenable.sc [default: a free one]"))
        .arg(port("insightvm-port", "Port of the InsightVM console [default: a free one]"))
        .arg(
            Arg::new("report-size")
                .long("report-size")
                .value_name("SIZE")
                .value_parser(bytes)
                .default_value("1MiB")
                .help("How large the reports in Tenable.sc's downloads are, unzipped"),
        )
        .arg(
            Arg::new("scans")
                .long("scans")
                .value_name("N")
                .value_parser(value_parser!(u32))
                .help("How many scan results Tenable.sc has, and how many scans engine 3 has run"),
        )
}

/// A size: a number of bytes, or of KiB, MiB or GiB.
fn bytes(written: &str) -> Result<u64, String> {
    let digits = written.trim_end_matches(|it: char| !it.is_ascii_digit());
    let unit: Option<u64> = match written[digits.len()..].trim() {
        "" | "B" => Some(1),
        "KiB" => Some(1 << 10),
        "MiB" => Some(1 << 20),
        "GiB" => Some(1 << 30),
        _ => None,
    };
    let size = unit.zip(digits.parse().ok()).and_then(|(unit, count)| unit.checked_mul(count));
    size.ok_or_else(|| {
        "a size is a number of bytes, or one such as 512KiB, 10MiB or 2GiB".to_owned()
    })
}

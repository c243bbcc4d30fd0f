//! Reports as tables, for measurements and comparisons with other programs.
//!
//! ```text
//! cargo run --release -p scanops-arrow --example parquet -- \
//!     write TABLE REPORT OUT        a report as Parquet: findings, findings_narrow, plugins or hosts
//!     json PARQUET                 the findings of such a file as JSON, one in a line
//! ```
#![allow(clippy::print_stdout, reason = "a program")]

use std::{
    env,
    error::Error,
    fs::{self, File},
    time::Instant,
};

use scanops_arrow::{
    FileWriter, Table, findings_from, parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder,
};
use scanops_nessus::Findings;

const TABLES: [Table; 4] = [Table::Findings, Table::NarrowFindings, Table::Plugins, Table::Hosts];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["write", table, report, out] => {
            let table = TABLES.into_iter().find(|known| known.name() == table).ok_or("no table")?;
            let start = Instant::now();
            let mut file = FileWriter::create(table, out)?;
            let mut count = 0_u64;
            for finding in Findings::open(report)? {
                file.write(finding?)?;
                count += 1;
            }
            file.finish()?;
            let (seconds, bytes) = (start.elapsed().as_secs_f64(), fs::metadata(out)?.len());
            println!("{count} findings, {bytes} bytes, {seconds:.3} s, peak {} KiB", peak());
        }
        ["json", file] => {
            for batch in ParquetRecordBatchReaderBuilder::try_new(File::open(file)?)?.build()? {
                for finding in findings_from(&batch?)? {
                    println!("{}", serde_json::to_string(&finding)?);
                }
            }
        }
        _ => return Err("write TABLE REPORT OUT | json PARQUET".into()),
    }
    Ok(())
}

/// The peak of resident memory in KiB, on Linux.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

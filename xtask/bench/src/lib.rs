//! What the programs of the benchmark share: the report, its archives, and how results are told.

pub mod archive;

use std::{
    error::Error,
    fs::File,
    io::{self, Read},
    path::Path,
    time::Instant,
};

use flate2::Crc;
use serde::{Deserialize, Serialize};

/// Anything that ends a run.
pub type Failure = Box<dyn Error + Send + Sync>;

/// What a measured program found, printed as a line of JSON: results are compared before times.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// How long the work took, without the start of the program.
    pub seconds: f64,
    /// How many things there were: findings, calls, scans, downloads.
    pub count: u64,
    /// How many bytes.
    pub bytes: u64,
    /// Their checksum, or something else that the same work must give.
    pub sum: u64,
    /// Parts of the time, where the work has parts.
    pub parts: Vec<f64>,
}

impl Told {
    /// Prints it.
    pub fn print(&self) {
        #[expect(clippy::print_stdout, reason = "how the programs tell their results")]
        if let Ok(line) = serde_json::to_string(self) {
            println!("{line}");
        }
    }
}

/// Runs the work and takes its time.
///
/// # Errors
/// The work's.
pub async fn timed<T>(work: impl Future<Output = Result<Told, T>>) -> Result<Told, T> {
    let start = Instant::now();
    let told = work.await?;
    Ok(Told { seconds: start.elapsed().as_secs_f64(), ..told })
}

/// Size and checksum of a file.
///
/// # Errors
/// Where it can't be read.
pub fn checksum(path: &Path) -> io::Result<(u64, u32)> {
    let (mut file, mut crc) = (File::open(path)?, Crc::new());
    let (mut part, mut size) = (vec![0; 1 << 18], 0);
    loop {
        match file.read(&mut part)? {
            0 => return Ok((size, crc.sum())),
            read => {
                crc.update(&part[..read]);
                size += read as u64;
            }
        }
    }
}

//! The work that is measured: `bench-client scanops|reqwest WORK`. Both sides implement [`Client`],
//! and share what is around it.

// It prints what it found to the program that started it.
#![expect(clippy::print_stdout)]

mod with_reqwest;
mod with_scanops;

use std::{env, path::Path, time::Instant};

use bench::{Failure, Output};
use flate2::Crc;
use scanops::{insightvm::types::Scan, tenable_sc::record::ScanResult};
use tokio::{runtime::Builder, task::JoinSet};

const USAGE: &str = "\
scanops|reqwest save URL ID FILE | import URL FILE | calls URL N | walk URL SCANS PREFETCH |
                downloads URL ID N | downloads-saved URL ID N FOLDER
scanops         findings FILE | findings-one-thread FILE | findings-download URL ID
reqwest         inflate FILE | inflate-and-read-events FILE
two-threads";

/// The work that both do, written as a user of each would.
trait Client: Clone + Send + Sync + 'static {
    fn new(url: &str) -> Result<Self, Failure>;

    /// Downloads to a file, and returns how many bytes it has.
    fn save(&self, id: u64, file: &Path) -> impl Future<Output = Result<u64, Failure>> + Send;

    /// Downloads, and passes on every chunk.
    fn download(
        &self,
        id: u64,
        chunk: impl FnMut(&[u8]) -> Result<(), Failure> + Send,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    fn import(&self, file: &Path) -> impl Future<Output = Result<(), Failure>>;

    fn scan_result(&self, id: u64) -> impl Future<Output = Result<ScanResult, Failure>>;

    /// Walks through an engine's scans in pages of 500.
    fn walk(
        url: &str,
        engine: i32,
        prefetch: usize,
        scan: impl FnMut(&Scan) -> Result<(), Failure>,
    ) -> impl Future<Output = Result<(), Failure>>;
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let many = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let one = Builder::new_current_thread().enable_all().build()?;
    let start = Instant::now();
    let mut output = match arguments[..] {
        ["scanops", "findings", file] => many.block_on(with_scanops::findings(file))?,
        ["scanops", "findings-one-thread", file] => with_scanops::findings_one_thread(file)?,
        ["scanops", "findings-download", url, id] => {
            many.block_on(with_scanops::findings_download(url, id.parse()?))?
        }
        ["reqwest", "inflate", file] => with_reqwest::inflate(file)?,
        ["reqwest", "inflate-and-read-events", file] => with_reqwest::read_events(file)?,
        ["two-threads"] => two_threads(),
        [who, what, ..] => {
            let runtime = if matches!(what, "calls" | "walk") { &one } else { &many };
            match who {
                "scanops" => runtime.block_on(work::<with_scanops::Client>(&arguments[1..]))?,
                "reqwest" => runtime.block_on(work::<with_reqwest::Client>(&arguments[1..]))?,
                _ => return Err(USAGE.into()),
            }
        }
        _ => return Err(USAGE.into()),
    };
    if output.seconds == 0.0 {
        output.seconds = start.elapsed().as_secs_f64();
    }
    println!("{}", serde_json::to_string(&output)?);
    Ok(())
}

async fn work<C: Client>(arguments: &[&str]) -> Result<Output, Failure> {
    let mut output = Output::default();
    match *arguments {
        ["save", url, id, file] => {
            output.bytes = C::new(url)?.save(id.parse()?, Path::new(file)).await?;
            output.count = 1;
        }
        ["import", url, file] => {
            C::new(url)?.import(Path::new(file)).await?;
            output.count = 1;
        }
        ["calls", url, count] => {
            let client = C::new(url)?;
            // The connection is warm, and everything has been used once.
            client.scan_result(121).await?;
            let start = Instant::now();
            for _ in 0..count.parse()? {
                output.sum += client.scan_result(121).await?.id;
                output.count += 1;
            }
            output.seconds = start.elapsed().as_secs_f64();
        }
        ["walk", url, scans, prefetch] => {
            let take = |scan: &Scan| {
                same(u64::try_from(scan.id)?, output.count)?;
                output.count += 1;
                output.sum += u64::from(scan.assets.unwrap_or_default().unsigned_abs());
                Ok(())
            };
            C::walk(url, scans.parse()?, prefetch.parse()?, take).await?;
        }
        ["downloads", url, id, count] => {
            let (client, id) = (C::new(url)?, id.parse()?);
            let one = |_| {
                let client = client.clone();
                async move {
                    let (mut crc, mut bytes) = (Crc::new(), 0);
                    let chunk = |chunk: &[u8]| {
                        crc.update(chunk);
                        bytes += chunk.len() as u64;
                        Ok(())
                    };
                    client.download(id, chunk).await?;
                    Ok((bytes, u64::from(crc.sum())))
                }
            };
            add(&mut output, (0..count.parse()?).map(one).collect()).await?;
        }
        ["downloads-saved", url, id, count, folder] => {
            let (client, id) = (C::new(url)?, id.parse()?);
            let one = |n: u64| {
                let (client, file) = (client.clone(), Path::new(folder).join(format!("{n}.zip")));
                async move { Ok((client.save(id, &file).await?, 0)) }
            };
            add(&mut output, (0..count.parse()?).map(one).collect()).await?;
        }
        _ => return Err(USAGE.into()),
    }
    Ok(output)
}

/// Waits for downloads that run at once, and adds up their sizes and checksums.
async fn add(
    output: &mut Output,
    mut downloads: JoinSet<Result<(u64, u64), Failure>>,
) -> Result<(), Failure> {
    while let Some(download) = downloads.join_next().await {
        let (bytes, sum) = download??;
        output.count += 1;
        output.bytes += bytes;
        output.sum += sum;
    }
    Ok(())
}

fn same<T: PartialEq + std::fmt::Display>(found: T, expected: T) -> Result<(), Failure> {
    if found == expected { Ok(()) } else { Err(format!("{found}, not {expected}").into()) }
}

/// How many times as much two threads do as one, in `seconds`.
fn two_threads() -> Output {
    let work = || {
        let text = include_str!("../../../../../Cargo.lock").as_bytes();
        for _ in 0..40 {
            // A buffer does not fail.
            let packed = flate2::read::ZlibEncoder::new(text, flate2::Compression::default());
            let _ = bench::read_all(flate2::read::ZlibDecoder::new(packed));
        }
    };
    let seconds = |threads: usize| {
        let start = Instant::now();
        std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
        start.elapsed().as_secs_f64()
    };
    let mut factors: Vec<f64> = (0..5).map(|_| 2.0 * seconds(1) / seconds(2)).collect();
    factors.sort_by(f64::total_cmp);
    Output { seconds: factors[2], ..Output::default() }
}

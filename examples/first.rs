//! A first program: which engines there are, and what is critical in the newest report.
//!
//! ```text
//! cargo run --example first
//! ```
//!
//! Both products are in this process. Elsewhere, put your own URLs and credentials in their place.
#![allow(clippy::print_stdout, reason = "a program for a terminal")]

use scanops::{
    insightvm,
    nessus::{Findings, Severity},
    tenable_sc::{self, record::Field},
};
use scanops_sandbox as sandbox;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = sandbox::InsightVm::start().await?;
    let console = insightvm::Client::builder(server.url())
        .basic_auth(server.user(), server.password())
        .build()?;
    for engine in &console.get_scan_engines().await?.resources {
        println!("{} is {:?}", engine.name, engine.status);
    }

    let server = sandbox::TenableSc::start().await?;
    let sc = tenable_sc::Client::builder(server.url())
        .api_key(server.access_key(), server.secret_key())
        .build()?;
    let results = sc.scan_results();
    let list = results.list().fields([Field::Name, Field::FinishTime]).all_time().await?;
    let newest = list.usable.iter().max_by_key(|record| record.finish_time).ok_or("no scan")?;
    println!("The newest is {}, {:?}.", newest.id, newest.name);

    let path = std::env::temp_dir().join("scanops-first.zip");
    let saved = results.download(newest.id).await?.save_to(&path).replace(true).await?;
    println!("{} bytes in {}, critical:", saved.bytes, saved.path.display());
    for finding in Findings::open(&path)? {
        let finding = finding?;
        if finding.severity == Severity::Critical {
            println!("{}: {}", finding.host.name, finding.plugin.name);
        }
    }
    Ok(())
}

//! Tenable.sc's part of the tour: all the calls on scan results.

use std::error::Error;

use scanops::{
    Result,
    tenable_sc::{
        Client, ScanResults,
        record::{Field, ImportStatus, ScanResult, ScanStatus},
    },
    transfer::Upload,
};
use scanops_sandbox::TenableSc;

pub(crate) async fn walk(sc: &Client, sandbox: &TenableSc) -> Result<(), Box<dyn Error>> {
    println!("version {}", sc.system().await?.version.as_deref().unwrap_or("unknown"));
    let results = sc.scan_results();

    let fields = [Field::Name, Field::Status, Field::ImportStatus];
    let list = results.list().fields(fields).all_time().await?.into_inner().into_merged();
    println!("{} scan results of all time (the server's own default is 30 days):", list.len());
    for listed in &list {
        show(&listed.record);
    }

    println!("\n-- a running scan");
    if let Some(id) = first(&results, &ScanStatus::Running).await? {
        results.pause(id).await?;
        let paused = results.get(id).await?;
        show(&paused);
        results.resume(id).await?;
        let resumed = results.get(id).await?;
        show(&resumed);
        results.stop(id).await?;
        let stopped = results.get(id).await?;
        show(&stopped);
    }

    println!("\n-- a completed one");
    if let Some(id) = first(&results, &ScanStatus::Completed).await? {
        let mut report = results.download(id).await?;
        while report.next_chunk().await?.is_some() {}
        println!("its report came in {} bytes, none of them held", report.bytes_read());
        results.copy(id, [1]).await?;
        println!("copied it");
        results.email(id, ["soc@example.com"]).await?;
        println!("mailed it");
        let reason = "No mail server is configured.";
        sandbox.configure(|settings| settings.fail_mail = Some(reason.to_owned()));
        if let Err(error) = results.email(id, ["soc@example.com"]).await {
            println!("a mail that the server could not send is an error:\n  {error}");
        }
        results.reimport(id).await?;
        println!("imported it once more");
        results.delete(id).await?;
        if let Err(error) = results.get(id).await {
            println!("deleted it, it is not found any more: {}", error.is_not_found());
        }
    }

    println!("\n-- an import");
    let report = Upload::bytes(super::report::small()).file_name("tour.nessus");
    results.import(report, 1).host_tracking(true).await?;
    println!("imported a report");
    let reason = "The license does not allow for so many hosts.";
    sandbox.configure(|settings| settings.reject_imports = Some(reason.to_owned()));
    let report = Upload::bytes(super::report::small());
    if let Err(error) = results.import(report, 1).await {
        println!("a rejected import cleans up after itself:\n  {error}");
    }
    println!("files left on the server: {}", sandbox.uploads().len());

    sc.logout().await?;
    println!("logged out, after {} login", sandbox.logins());
    Ok(())
}

fn show(record: &ScanResult) {
    let status = record.status.as_ref().map_or("-", ScanStatus::as_str);
    let import = record.import_status.as_ref().map_or("-", ImportStatus::as_str);
    let name = record.name.as_deref().unwrap_or("without a name");
    println!("  {:>3}  {status:<10}  {import:<14}  {name}", record.id);
}

async fn first(results: &ScanResults, status: &ScanStatus) -> Result<Option<u64>> {
    let list = results.list().all_time().await?;
    let found = list.manageable.iter().find(|record| record.status.as_ref() == Some(status));
    Ok(found.map(|record| record.id))
}

//! The console's part of the tour: first what only reads, then what changes.

use std::error::Error;

use scanops::{
    Result,
    insightvm::{
        Client,
        types::{EnginePoolCreate, ScanEngineCreate},
    },
};

/// Engines, pools, and the scans of the engine that has the most to show.
pub(crate) async fn look(console: &Client) -> Result<()> {
    let engines = console.get_scan_engines().await?;
    println!("{} entries in the list of engines:", engines.resources.len());
    for engine in &engines.resources {
        // Consoles list pools among the engines, with port -1.
        let what = if engine.port == Some(-1) { "pool" } else { "engine" };
        let status = engine.status.as_ref().map_or("-", |status| status.as_str());
        println!("  {:>3}  {what:<6}  {status:<21}  {}", engine.id, engine.name);
    }

    let pools = console.get_scan_engine_pools().await?;
    println!("{} pools:", pools.resources.len());
    for pool in &pools.resources {
        println!("  {:>3}  {} with the engines {:?}", pool.id, pool.name, pool.engines);
    }

    for engine in engines.resources.iter().filter(|engine| engine.port != Some(-1)) {
        let scans = walk_scans(console, engine.id).await?;
        if scans > 0 {
            println!("{} ran {scans} scans.", engine.name);
        }
    }
    Ok(())
}

/// Page by page, newest first.
async fn walk_scans(console: &Client, engine: i32) -> Result<usize> {
    let (mut page, mut seen) = (0, 0);
    let sort = ["startTime,DESC".to_owned()];
    loop {
        let scans =
            console.get_scan_engine_scans(engine, Some(page), Some(10), Some(&sort)).await?;
        seen += scans.resources.len();
        let info = scans.page.clone().unwrap_or_default();
        let pages = info.total_pages.unwrap_or(0);
        if let Some(first) = scans.resources.first() {
            println!(
                "  page {} of {pages}: {} scans from {:?} ({}) on",
                page + 1,
                scans.resources.len(),
                first.scan_name.as_deref().unwrap_or("a scan without a name"),
                first.start_time.map_or_else(|| "no date".to_owned(), |time| time.to_string()),
            );
        }
        page += 1;
        if scans.resources.is_empty() || i64::from(page) >= pages {
            return Ok(seen);
        }
    }
}

/// Consoles return an id, though no document promises it.
const NO_ID: &str = "the console did not return an id";

/// An engine and a pool are made, joined and deleted; a shared secret is made and revoked.
pub(crate) async fn change(console: &Client) -> Result<(), Box<dyn Error>> {
    println!("\n-- an engine and a pool");
    let berlin = ScanEngineCreate::new("Berlin", "engine.berlin.example.com", 40814);
    let berlin = console.create_scan_engine(&berlin).await?.id.ok_or(NO_ID)?;
    println!("created the engine Berlin, id {berlin}");

    let hamburg = ScanEngineCreate::new("Hamburg", "engine.hamburg.example.com", 40814);
    let hamburg = console.create_scan_engine(&hamburg).await?.id.ok_or(NO_ID)?;
    let north = EnginePoolCreate::new("North", [hamburg]);
    let north = console.create_scan_engine_pool(&north).await?.id.ok_or(NO_ID)?;
    println!("created the pool North, id {north}, with the engine Hamburg, id {hamburg}");

    console.add_scan_engine_pool_scan_engine(north, berlin).await?;
    let members = console.get_scan_engine_pool_scan_engines(north).await?;
    println!("put Berlin in too: the engines of North are {:?}", members.resources);

    println!("\n-- a shared secret, for a new engine to pair with");
    let secret = console.create_shared_secret().await?;
    let again = console.get_current_shared_secret().await?;
    let left = *console.shared_secret_time_to_live().await?;
    println!("{:?}, {} characters, valid for {left:?}", *secret, secret.expose().len());
    println!("asked again, it is the same: {}", secret.expose() == again.expose());
    console.delete_shared_secret().await?;
    match console.get_current_shared_secret().await {
        Err(error) if error.is_not_found() => println!("revoked: {error}"),
        Err(error) => return Err(error.into()),
        Ok(_) => println!("it is still valid"),
    }

    println!("\n-- and away with what was made");
    console.remove_scan_engine_pool(north).await?;
    for engine in [berlin, hamburg] {
        console.delete_scan_engine(engine).await?;
    }
    println!("deleted North, Berlin and Hamburg");
    Ok(())
}

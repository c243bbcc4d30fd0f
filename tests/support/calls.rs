//! Tables of every call of both clients.
#![allow(dead_code, unreachable_pub, reason = "each test uses its own part")]

use std::{
    path::Path,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use futures_util::{FutureExt as _, Stream, StreamExt as _, future::BoxFuture};
use scanops::{
    Result, RetryPolicy,
    insightvm::{
        self,
        types::{ScanEngineCreate, ScanEngineUpdate},
    },
    reqwest::{self, Method},
    tenable_sc,
    transfer::Upload,
};
use scanops_sandbox::{Fault, InsightVm, RecordedRequest, TenableSc};
use tempfile::TempDir;

use crate::support::{FakeClock, files};

pub const USER: &str = "the-user";
pub const PASSWORD: &str = "the-password";

/// A call, the request of it that meets the fault, and whether that request may be sent twice.
pub struct Call {
    pub name: &'static str,
    pub request: (&'static str, &'static str),
    pub repeatable: bool,
    pub make: fn(Clients) -> BoxFuture<'static, Result<()>>,
}

/// Writes a table of calls.
macro_rules! calls {
    ($($method:literal $path:literal, $repeatable:literal, |$clients:ident| $call:expr;)*) => {
        &[$(Call {
            name: stringify!($call),
            request: ($method, $path),
            repeatable: $repeatable,
            make: |$clients| async move { $call.await.map(drop) }.boxed(),
        }),*]
    };
}

/// The calls of Tenable.sc, for a new sandbox.
#[rustfmt::skip]
pub const TENABLE_SC_CALLS: &[Call] = calls! {
    "GET"    "/rest/system",                    true,  |w| w.sc().system();
    "GET"    "/rest/scanResult",                true,  |w| w.sc().scan_results().list();
    "GET"    "/rest/scanResult",                true,  |w| w.sc().scan_results().list().finished_before(SystemTime::now());
    "GET"    "/rest/scanResult/{id}",           true,  |w| w.sc().scan_results().get(1);
    "GET"    "/rest/scanResult/{id}",           true,  |w| w.sc().request(Method::GET, "scanResult/1");
    "GET"    "/rest/scanResult/{id}",           true,  |w| w.sc().scan_results().watch(1).max_failures(0).until_imported();
    "GET"    "/rest/scanResult/{id}",           true,  |w| read_all(w.sc().scan_results().watch(1).max_failures(0).stream());
    "POST"   "/rest/scanResult/{id}/copy",      false, |w| w.sc().scan_results().copy(1, []);
    "POST"   "/rest/scanResult/{id}/email",     false, |w| w.sc().scan_results().email(1, ["soc@example.com"]);
    "POST"   "/rest/scanResult/{id}/pause",     true,  |w| w.sc().scan_results().pause(2);
    "POST"   "/rest/scanResult/{id}/resume",    true,  |w| w.sc().scan_results().resume(3);
    "POST"   "/rest/scanResult/{id}/stop",      true,  |w| w.sc().scan_results().stop(2);
    "DELETE" "/rest/scanResult/{id}",           true,  |w| w.sc().scan_results().delete(1);
    "POST"   "/rest/scanResult/{id}/import",    false, |w| w.sc().scan_results().reimport(1);
    "POST"   "/rest/file/upload",               false, |w| w.sc().files().upload(report());
    "POST"   "/rest/file/upload",               false, |w| w.sc().scan_results().import(report(), 1);
    "POST"   "/rest/scanResult/import",         false, |w| w.sc().scan_results().import(report(), 1);
    "POST"   "/rest/file/clear",                true,  |w| cleared(w);
    "POST"   "/rest/scanResult/{id}/download",  true,  |w| w.sc().scan_results().download(8);
    "POST"   "/rest/scanResult/{id}/download",  true,  |w| chunks(w.download());
    "POST"   "/rest/scanResult/{id}/download",  true,  |w| written(w.download());
    "POST"   "/rest/scanResult/{id}/download",  true,  |w| saved(w);
    "POST"   "/rest/scanResult/{id}/download",  true,  |w| findings(w.download());
    "POST"   "/rest/token",                     true,  |w| w.new_client().scan_results().get(1);
    "DELETE" "/rest/token",                     true,  |w| logged_out(w);
};

/// The calls of InsightVM, for a new sandbox.
#[rustfmt::skip]
pub const INSIGHTVM_CALLS: &[Call] = calls! {
    "GET"    "/api/3/scan_engines",             true,  |w| w.console().get_scan_engines();
    "GET"    "/api/3/scan_engines/{id}",        true,  |w| w.console().get_scan_engine(3);
    "POST"   "/api/3/scan_engines",             false, |w| w.console().create_scan_engine(&ScanEngineCreate::new("e", "a", 1));
    "PUT"    "/api/3/scan_engines/{id}",        true,  |w| w.console().update_scan_engine(4, &ScanEngineUpdate::new("e", "a", 1));
    "DELETE" "/api/3/scan_engines/{id}",        true,  |w| w.console().delete_scan_engine(4);
    "PUT"    "/api/3/scan_engine_pools/{id}/engines", true, |w| w.console().set_scan_engine_pool_scan_engines(2, &[3]);
    "GET"    "/api/3/scan_engines/{id}/scans",  true,  |w| read_all(w.console().scan_engine_scans(3).prefetch(3).stream());
    "GET"    "/api/3/scan_engines/{id}/sites",  true,  |w| read_all(w.console().scan_engine_sites(3).pages());
    "GET"    "/api/3/scan_engines/shared_secret", true, |w| w.console().get_current_shared_secret();
    "POST"   "/api/3/scan_engines/shared_secret", true, |w| w.console().create_shared_secret();
    "DELETE" "/api/3/scan_engines/shared_secret", true, |w| w.console().delete_shared_secret();
    "GET"    "/api/3/scan_engines/shared_secret/time_to_live", true, |w| w.console().shared_secret_time_to_live();
};

/// A client of one product, and a directory for its files.
#[derive(Clone)]
pub struct Clients(Arc<Inner>);

struct Inner {
    product: Product,
    settings: Settings,
    folder: TempDir,
}

enum Product {
    TenableSc(String, tenable_sc::Client),
    InsightVm(insightvm::Client),
}

/// The settings of the clients.
#[derive(Clone)]
pub struct Settings {
    /// The attempt timeout and the stall timeout.
    pub limit: Duration,
    pub retry: RetryPolicy,
    /// The system clock by default.
    pub clock: Option<FakeClock>,
}

impl Clients {
    pub fn tenable_sc(url: &str, settings: Settings) -> Self {
        let client = sc_client(url, &settings);
        Self::of(Product::TenableSc(url.to_owned(), client), settings)
    }

    pub fn insightvm(url: &str, settings: Settings) -> Self {
        let builder = insightvm::Client::builder(url)
            .basic_auth(USER, PASSWORD)
            .attempt_timeout(settings.limit)
            .retry(settings.retry.clone())
            .reqwest_builder(without_roots);
        let builder = match settings.clock.clone() {
            Some(clock) => builder.clock(clock),
            None => builder,
        };
        Self::of(Product::InsightVm(builder.build().unwrap()), settings)
    }

    fn of(product: Product, settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self(Arc::new(Inner { product, settings, folder }))
    }

    pub fn sc(&self) -> &tenable_sc::Client {
        let Product::TenableSc(_, client) = &self.0.product else { unreachable!() };
        client
    }

    pub fn console(&self) -> &insightvm::Client {
        let Product::InsightVm(client) = &self.0.product else { unreachable!() };
        client
    }

    /// A client that has not logged in.
    fn new_client(&self) -> tenable_sc::Client {
        let Product::TenableSc(url, _) = &self.0.product else { unreachable!() };
        sc_client(url, &self.0.settings)
    }

    pub fn folder(&self) -> &Path {
        self.0.folder.path()
    }

    fn download(&self) -> tenable_sc::DownloadReport {
        self.sc().scan_results().download(8)
    }

    /// A call that changes nothing, and succeeds whatever was called before.
    pub async fn harmless(&self) -> Result<()> {
        match &self.0.product {
            Product::TenableSc(_, client) => client.scan_results().get(9).await.map(drop),
            Product::InsightVm(client) => client.get_scan_engine(3).await.map(drop),
        }
    }
}

fn sc_client(url: &str, settings: &Settings) -> tenable_sc::Client {
    let builder = tenable_sc::Client::builder(url)
        .password(USER, PASSWORD)
        .attempt_timeout(settings.limit)
        .stall_timeout(settings.limit)
        .retry(settings.retry.clone())
        .reqwest_builder(without_roots);
    let builder = match settings.clock.clone() {
        Some(clock) => builder.clock(clock),
        None => builder,
    };
    builder.build().unwrap()
}

/// Without the system's roots, which take longer to read than the rest of building a client.
fn without_roots() -> reqwest::ClientBuilder {
    #[cfg(feature = "rustls")]
    return reqwest::Client::builder().tls_certs_only([]);
    #[cfg(not(feature = "rustls"))]
    reqwest::Client::builder()
}

/// A sandbox of one product.
pub enum Sandbox {
    TenableSc(TenableSc),
    InsightVm(InsightVm),
}

/// What both products have.
macro_rules! on_product {
    ($self:ident, |$sandbox:ident| $call:expr) => {
        match $self {
            Self::TenableSc($sandbox) => $call,
            Self::InsightVm($sandbox) => $call,
        }
    };
}

impl Sandbox {
    /// Starts a sandbox on this port, or on a free one if it is 0.
    pub async fn start(tenable_sc: bool, port: u16) -> Self {
        if tenable_sc {
            let builder = TenableSc::builder().credentials(USER, PASSWORD).report_size(20_000);
            let sandbox = builder.port(port).keep_requests(usize::MAX).start();
            Self::TenableSc(sandbox.await.unwrap())
        } else {
            let builder = InsightVm::builder().credentials(USER, PASSWORD).scans(50);
            let sandbox = builder.port(port).keep_requests(usize::MAX).start();
            Self::InsightVm(sandbox.await.unwrap())
        }
    }

    pub fn url(&self) -> &str {
        on_product!(self, |sandbox| sandbox.url())
    }

    pub fn clients(&self, settings: Settings) -> Clients {
        match self {
            Self::TenableSc(center) => Clients::tenable_sc(center.url(), settings),
            Self::InsightVm(console) => Clients::insightvm(console.url(), settings),
        }
    }

    pub fn inject(&self, fault: Fault) {
        on_product!(self, |sandbox| drop(sandbox.inject(fault)));
    }

    pub fn clear_faults(&self) {
        on_product!(self, |sandbox| sandbox.clear_faults());
    }

    pub fn requests(&self) -> Vec<RecordedRequest> {
        on_product!(self, |sandbox| sandbox.requests())
    }

    pub fn forget_requests(&self) {
        on_product!(self, |sandbox| sandbox.forget_requests());
    }

    pub async fn stop(self) {
        on_product!(self, |sandbox| sandbox.stop().await);
    }
}

impl Call {
    pub fn is_tenable_sc(&self) -> bool {
        self.request.1.starts_with("/rest")
    }

    /// Whether this is the request of the call that meets the fault.
    pub fn sends(&self, request: &RecordedRequest) -> bool {
        let (method, path) = self.request;
        let (found, expected) = (request.path().split('/'), path.split('/'));
        request.method() == method
            && found.clone().count() == expected.clone().count()
            && found
                .zip(expected)
                .all(|(found, expected)| found == expected || expected.starts_with('{'))
    }
}

async fn cleared(clients: Clients) -> Result<()> {
    let file = clients.sc().files().upload(report()).await?;
    clients.sc().files().clear(&*file.filename).await.map(drop)
}

async fn logged_out(clients: Clients) -> Result<()> {
    // Opens a session.
    clients.harmless().await?;
    clients.sc().logout().await
}

fn report() -> Upload {
    Upload::bytes("<NessusClientData_v2/>")
}

/// Reads a stream to its end or its first error.
async fn read_all<T>(stream: impl Stream<Item = Result<T>>) -> Result<()> {
    let mut stream = pin!(stream);
    while let Some(item) = stream.next().await {
        item?;
    }
    Ok(())
}

async fn chunks(report: tenable_sc::DownloadReport) -> Result<()> {
    read_all(report.await?).await
}

async fn written(report: tenable_sc::DownloadReport) -> Result<u64> {
    report.await?.write_to(tokio::io::sink()).await
}

/// Saves a report, each time under a name of its own.
async fn saved(clients: Clients) -> Result<()> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let name = format!("{}.zip", NUMBER.fetch_add(1, Ordering::Relaxed));
    let report = clients.download().await?;
    let saved = report.save_to(clients.folder().join(&name)).await?;
    assert!(files(clients.folder()).contains(&name));
    std::fs::remove_file(saved.path).unwrap();
    Ok(())
}

async fn findings(report: tenable_sc::DownloadReport) -> Result<()> {
    let mut findings = report.await?.findings();
    while findings.next_finding().await?.is_some() {}
    Ok(())
}

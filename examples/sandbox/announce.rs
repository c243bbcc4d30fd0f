//! What the example says on its standard output.

use scanops::sandbox::{InsightVm, TenableSc};
use serde_json::json;

/// One JSON object, on one line.
pub(crate) fn for_programs(center: &TenableSc, console: &InsightVm) -> String {
    let object = json!({
        "tenable_sc": {
            "url": center.url(),
            "access_key": center.access_key(),
            "secret_key": center.secret_key(),
            "user": center.user(),
            "password": center.password(),
        },
        "insightvm": {
            "url": console.url(),
            "user": console.user(),
            "password": console.password(),
        },
    });
    object.to_string()
}

/// How to point a client at the servers.
pub(crate) fn for_people(center: &TenableSc, console: &InsightVm) -> String {
    let (sc, access, secret) = (center.url(), center.access_key(), center.secret_key());
    let (vm, user, password) = (console.url(), console.user(), console.password());
    format!(
        r#"
Tenable.sc is at {sc}

  curl -H 'x-apikey: accesskey={access}; secretkey={secret}' {sc}/rest/scanResult

  Python:  sc = TenableSC(url="{sc}", access_key="{access}", secret_key="{secret}")
  Rust:    tenable_sc::Client::builder("{sc}").api_key("{access}", "{secret}").build()?

InsightVM is at {vm}

  curl -u {user}:{password} {vm}/api/3/scan_engines

  Rust:    insightvm::Client::builder("{vm}").basic_auth("{user}", "{password}").build()?

Ctrl-C ends both. What they hold is gone then.
"#
    )
}

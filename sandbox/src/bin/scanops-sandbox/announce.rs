//! What the example says on its standard output.

use scanops_sandbox::{InsightVm, TenableSc};
use serde_json::{Value, json};

/// One JSON object, on one line.
pub(crate) fn for_programs(center: &TenableSc, console: &InsightVm) -> String {
    let tenable_sc = json!({
        "url": center.url(),
        "access_key": center.access_key(),
        "secret_key": center.secret_key(),
        "user": center.user(),
        "password": center.password(),
    });
    let insightvm = json!({
        "url": console.url(),
        "user": console.user(),
        "password": console.password(),
    });
    let object = json!({
        "tenable_sc": with_tls(tenable_sc, center.fingerprint(), center.certificate_pem()),
        "insightvm": with_tls(insightvm, console.fingerprint(), console.certificate_pem()),
    });
    object.to_string()
}

/// Adds what a client needs to trust the server, if it speaks HTTPS.
fn with_tls(mut product: Value, fingerprint: Option<&str>, certificate: Option<&str>) -> Value {
    if let (Some(fingerprint), Some(certificate)) = (fingerprint, certificate) {
        product["fingerprint"] = json!(fingerprint);
        product["certificate_pem"] = json!(certificate);
    }
    product
}

/// How to point a client at the servers.
pub(crate) fn for_people(center: &TenableSc, console: &InsightVm) -> String {
    let (sc, access, secret) = (center.url(), center.access_key(), center.secret_key());
    let (vm, user, password) = (console.url(), console.user(), console.password());
    let (curl, python, note) = match center.fingerprint() {
        Some(_) => ("curl --cacert sandbox.pem", r#", ssl_verify="sandbox.pem""#, TRUST),
        None => ("curl", "", ""),
    };
    let pin = |fingerprint: Option<&str>| {
        let pin = |it| format!("\n               .pin_certificate_sha256(\"{it}\")");
        fingerprint.map(pin).unwrap_or_default()
    };
    let (sc_pin, vm_pin) = (pin(center.fingerprint()), pin(console.fingerprint()));
    format!(
        r#"
Tenable.sc is at {sc}

  curl:    {curl} -H 'x-apikey: accesskey={access}; secretkey={secret}' {sc}/rest/scanResult
  Python:  TenableSC(url="{sc}", access_key="{access}", secret_key="{secret}"{python})
  Rust:    tenable_sc::Client::builder("{sc}")
               .api_key("{access}", "{secret}"){sc_pin}
               .build()?

InsightVM is at {vm}

  curl:    {curl} -u {user}:{password} {vm}/api/3/scan_engines
  Rust:    insightvm::Client::builder("{vm}")
               .basic_auth("{user}", "{password}"){vm_pin}
               .build()?
{note}
Ctrl-C ends both, and what they hold is gone then.
"#
    )
}

const TRUST: &str = "
Each has a certificate of its own, new in each run: sandbox.pem is what the first line gives as
certificate_pem. With --plain-http there is none.
";

//! The keys of findings: their parts, their text, and the same in Python.

use std::{
    io::Write as _,
    process::{Command, Stdio},
    sync::Arc,
};

use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    strategy::ValueTree as _,
    test_runner::{Config, TestRunner},
};
use scanops_nessus::{Compliance, Finding, FindingKey};
use serde_json::json;

/// Texts like those of hosts and checks, and any other.
fn text() -> impl Strategy<Value = Option<String>> {
    let known = select(vec![
        "",
        " ",
        "22633C46-e142-4c6c-912c-271b15810d47",
        "22633c46e1424c6c912c271b15810d47",
        "00000000-0000-0000-0000-000000000000",
        "22633c46-e142-4c6c-912c-271b15810d4",
        "WWW.Example.com.",
        "localhost",
        "LocalHost.localdomain.",
        "localhosts.example.com",
        "http://Example.com/A|b.",
        "FE80::1",
        "1.1.1 Ensure 100% of a|b\r\n is ÄÖÜ İ\u{85}\u{a0}",
        "\u{1c}\u{7f}%7C",
        ".",
    ]);
    prop_oneof![
        2 => Just(None),
        5 => known.prop_map(|text| Some(text.to_owned())),
        2 => "[a-cA-C |%.:\\n\\t0-9/-]{0,40}".prop_map(Some),
        1 => any::<String>().prop_map(Some),
    ]
}

fn finding() -> impl Strategy<Value = Finding> {
    let compliance = proptest::option::of((text(), text()));
    let protocol = prop_oneof![
        select(vec!["tcp", "TCP", "udp", "icmp", ""]).prop_map(str::to_owned),
        "[A-Z|%a-zÄ]{0,4}"
    ];
    let host = [text(), text(), text(), text()];
    (host, any::<u32>(), any::<u16>(), protocol, compliance).prop_map(
        |(host, plugin_id, port, protocol, compliance)| {
            let mut finding = finding_of(host, compliance);
            Arc::make_mut(&mut finding.plugin).id = plugin_id;
            (finding.port, finding.protocol) = (port, protocol.into());
            finding
        },
    )
}

/// A finding on a host of this UUID, FQDN, address and name, of a check with this name and id.
fn finding_of(
    host: [Option<String>; 4],
    compliance: Option<(Option<String>, Option<String>)>,
) -> Finding {
    let mut finding = Finding::default();
    let [uuid, fqdn, ip, name] = host;
    let of_host = Arc::make_mut(&mut finding.host);
    (of_host.uuid, of_host.fqdn, of_host.ip) = (uuid, fqdn, ip);
    of_host.name = name.unwrap_or_default();
    finding.compliance = compliance.map(|(check_name, check_id)| {
        let mut compliance = Compliance::default();
        (compliance.check_name, compliance.check_id) = (check_name, check_id);
        Arc::new(compliance)
    });
    finding
}

#[test]
fn python_computes_the_same_keys_from_the_documented_code() {
    let mut runner = TestRunner::deterministic();
    let findings = vec((finding(), text()), 2000).new_tree(&mut runner).unwrap().current();
    let documented = include_str!("../../src/key.py");
    let program = format!(
        r"{documented}
import json, sys
for line in sys.stdin:
    scope, host, plugin_id, port, protocol, check, text = json.loads(line)
    made = text_of(scope, host_of(*host), plugin_id, port, protocol, check_of(*check))
    print(json.dumps([made, str(uuid_of(made)), str(uuid_of(text))]))
"
    );
    let mut lines = String::new();
    let mut expected = Vec::new();
    for (finding, scope) in findings {
        let (host, scope) = (&finding.host, scope.unwrap_or_default());
        let given = |text: &Option<String>| text.clone().unwrap_or_default();
        let check = finding.compliance.as_ref().map_or_else(Default::default, |compliance| {
            [given(&compliance.check_name), given(&compliance.check_id)]
        });
        let key = finding.key().in_scope(&scope);
        lines += &json!([
            scope,
            [given(&host.uuid), given(&host.fqdn), given(&host.ip), host.name.clone()],
            finding.plugin.id,
            finding.port,
            finding.protocol.as_str(),
            check,
            key.as_str(),
        ])
        .to_string();
        lines.push('\n');
        let uuid = key.uuid().to_string();
        expected.push(json!([key.as_str(), uuid, uuid]));
    }
    let mut python = Command::new("python3")
        .args(["-c", &program])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = python.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()).unwrap());
    let output = python.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).unwrap();
    let printed = printed.lines().map(|line| serde_json::from_str(line).unwrap());
    let printed: Vec<serde_json::Value> = printed.collect();
    assert_eq!(printed.len(), expected.len());
    for (printed, expected) in printed.into_iter().zip(expected) {
        assert_eq!(printed, expected);
    }
}

#[test]
fn a_key_is_host_plugin_port_protocol_and_check() {
    let finding = |uuid: &str, fqdn: &str, ip: &str, check: Option<[&str; 2]>| {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let host = [uuid, fqdn, ip, "as scanned"].map(given);
        let mut finding = finding_of(host, check.map(|check| check.map(given).into()));
        finding.protocol = "TCP".into();
        finding
    };
    let uuid = "22633C46-E142-4C6C-912C-271B15810D47";
    for (uuid, fqdn, ip, host) in [
        (uuid, "a.example", "10.0.0.7", "uuid:22633c46e1424c6c912c271b15810d47"),
        ("not one", "A.example.", "10.0.0.7", "fqdn:a.example"),
        ("00000000-0000-0000-0000-000000000000", "", "FE80::7", "ip:fe80::7"),
        ("", "localhost.localdomain", "10.0.0.7", "ip:10.0.0.7"),
        ("", "http://a.example/B", "10.0.0.7", "fqdn:http://a.example/B"),
        ("", "", "", "name:as scanned"),
    ] {
        assert_eq!(finding(uuid, fqdn, ip, None).key().as_str(), format!("1||{host}|0|0|tcp|"));
    }
    let check = finding("", "", "10.0.0.7", Some(["", "abc"]));
    assert_eq!(check.key().as_str(), "1||ip:10.0.0.7|0|0|tcp|id:abc");
    let check = finding("", "", "10.0.0.7", Some([" 1.1 All | of\n100% ", "abc"]));
    let key = check.key();
    assert_eq!(key.as_str(), "1||ip:10.0.0.7|0|0|tcp|name:1.1 All %7C of%0A100%25");
    assert_eq!(key.in_scope("a|b").in_scope("c|d").as_str().split('|').nth(1), Some("c%7Cd"));
    let brief = serde_json::to_string(&check.brief()).unwrap();
    assert_eq!(serde_json::from_str::<Finding>(&brief).unwrap().key(), key);
}

#[test]
fn only_keys_as_they_are_written_are_parsed() {
    for text in [
        "",
        "1||ip:a|0|0|tcp",
        "2||ip:a|0|0|tcp|",
        "1||ip:a|0|0|tcp||",
        "1||a|0|0|tcp|",
        "1||ip:a|00|0|tcp|",
        "1||ip:a|+1|0|tcp|",
        "1||ip:a|0|65536|tcp|",
        "1||ip:a|0|0|tcp|check",
        "1||ip:a\n|0|0|tcp|",
        "1||ip:%7c|0|0|tcp|",
        "1||ip:%+9|0|0|tcp|",
        "1||ip:%41|0|0|tcp|",
        "1||ip:%|0|0|tcp|",
        "1||ip:%é|0|0|tcp|",
    ] {
        assert!(text.parse::<FindingKey>().is_err(), "{text}");
    }
}

proptest! {
    #![proptest_config(Config::with_cases(1000))]

    #[test]
    fn a_key_is_read_as_it_was_written_and_has_no_line_break(
        finding in finding(),
        scope in text(),
    ) {
        let key = finding.key().in_scope(&scope.unwrap_or_default());
        prop_assert_eq!(&key.to_string().parse::<FindingKey>().unwrap(), &key);
        let json = serde_json::to_string(&key).unwrap();
        prop_assert_eq!(&serde_json::from_str::<FindingKey>(&json).unwrap(), &key);
        prop_assert!(!key.as_str().contains(['\n', '\r']));
        prop_assert_eq!(key.in_scope(""), finding.key());
    }

    #[test]
    fn any_text_is_a_key_or_an_error(text in "1\\|[a|%0-9:]{0,20}|\\PC*") {
        if let Ok(key) = text.parse::<FindingKey>() {
            prop_assert_eq!(key.as_str(), text);
        }
    }
}

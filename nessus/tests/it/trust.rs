//! How hosts were scanned: each row of the decision table of `Credentials`, and the policy, plugins
//! and settings of a scan.

use proptest::{prelude::*, sample::subsequence};
use scanops_nessus::{Credentials, ErrorKind, Findings, HostTrust, trust};

/// A report of one host with `Credentialed_Scan`, the value of "Credentialed checks", and plugins.
fn report(property: &str, checks: &str, plugins: &[u32]) -> String {
    let property = match property {
        "" => String::new(),
        value => format!("<tag name='Credentialed_Scan'>{value}</tag>"),
    };
    let information = match checks {
        "" => String::new(),
        value => format!(
            "<ReportItem pluginID='19506'><plugin_output>Information about this scan : \n\n\
             Nessus version : 10.1.1\nPlugin feed version : 202203221555\n\
             Scan type : Normal\nScan policy used : Basic : Network Scan\nPort range : default\n\
             Credentialed checks : {value}\nScan Start Date : 2022/3/22 14:54 EDT\n\
             </plugin_output></ReportItem>"
        ),
    };
    let items: String =
        plugins.iter().map(|id| format!("<ReportItem pluginID='{id}' port='22'/>")).collect();
    format!(
        "<NessusClientData_v2><Policy><policyName>P</policyName></Policy><Report name='r'>\
         <ReportHost name='h'><HostProperties>{property}</HostProperties>{items}{information}\
         </ReportHost></Report></NessusClientData_v2>"
    )
}

fn judge(report: &str) -> HostTrust {
    let hosts: Vec<_> =
        trust(Findings::new(report.as_bytes()).events()).map(Result::unwrap).collect();
    let [host] = hosts.try_into().unwrap();
    host
}

#[test]
fn each_row_of_the_table_decides() {
    use Credentials::{Absent, Failed, Limited, Unclear, Unknown, Working};
    const LOGGED_IN: [u32; 5] = [141_118, 110_095, 110_385, 117_885, 24_786];
    let mut rows: Vec<(u32, &str, &str, Vec<u32>, Credentials)> = vec![
        (1, "true", "no", vec![], Unclear),
        (1, "false", "yes", vec![117_887, 141_118], Unclear),
        (1, "", "", vec![117_887, 21_745], Unclear),
        (1, "true", "yes, as 'root' via ssh", vec![21_745], Unclear),
        (3, "true", "yes (on the localhost)", vec![117_887, 141_118, 110_095], Working),
        (3, "", "yes, as 'DOMAIN\\scan' via smb", vec![], Working),
        (3, "", "yes", vec![110_723], Working),
        (3, "TRUE", "", vec![], Working),
        (3, "", "", vec![117_887], Working),
        (5, "false", "no", vec![104_410, 21_745], Failed),
        (5, "", "no", vec![104_410], Failed),
        (5, "", "", vec![21_745], Failed),
        (5, "false", "", vec![104_410, 110_723], Failed),
        (6, "false", "no", vec![], Absent),
        (6, "", "no", vec![110_723, 117_886], Absent),
        (6, "false", "", vec![22], Absent),
        (8, "", "", vec![104_410], Failed),
        (8, "", "maybe", vec![104_410, 117_886], Failed),
        (10, "", "", vec![110_095, 141_118], Working),
        (11, "", "", vec![141_118], Unclear),
        (11, "", "", vec![117_886, 110_723], Unclear),
        (12, "", "", vec![110_723], Absent),
        (13, "", "", vec![], Unknown),
        (13, "perhaps", "partially", vec![122_503, 22], Unknown),
    ];
    for id in [104_410, 110_385, 117_885, 24_786, 117_886] {
        rows.push((2, "true", "yes", vec![id], Limited));
    }
    for id in LOGGED_IN {
        rows.push((4, "false", "no", vec![id, 104_410], Unclear));
        rows.push((7, "", "", vec![104_410, id], Unclear));
    }
    for id in [110_385, 117_885, 24_786] {
        rows.push((9, "", "", vec![141_118, id], Limited));
    }
    for row in 1..=13 {
        assert!(rows.iter().any(|(number, ..)| *number == row), "row {row} has no fixture");
    }
    for (row, property, checks, plugins, expected) in rows {
        let host = judge(&report(property, checks, &plugins));
        let case = format!("row {row}: {property}, {checks}, {plugins:?}: {:?}", host.evidence);
        assert_eq!(host.credentials, expected, "{case}");
        assert_eq!(host.evidence.is_empty(), expected == Unknown, "{case}");
    }
}

#[test]
fn evidence_names_its_plugin_and_is_listed_once() {
    let host = judge(&report("false", "yes, as 'root' via ssh", &[104_410, 104_410, 141_118]));
    let evidence = host.evidence.iter().map(|evidence| (evidence.plugin, evidence.says.as_str()));
    let evidence: Vec<_> = evidence.collect();
    assert_eq!(
        evidence,
        [
            (Some(104_410), "no login worked by a protocol"),
            (Some(141_118), "a login worked"),
            (Some(19_506), "yes, as 'root' via ssh"),
            (None, "false"),
        ]
    );
}

#[test]
fn policy_plugins_and_settings_are_those_of_the_scan() {
    let host = judge(&report("", "yes", &[]));
    assert_eq!(host.policy.as_deref(), Some("Basic : Network Scan"));
    assert_eq!(host.plugin_set.as_deref(), Some("202203221555"));
    assert_eq!(host.settings["Port range"], "default");
    assert_eq!(host.settings["Scan Start Date"], "2022/3/22 14:54 EDT");
    let host = judge(&report("", "", &[22]));
    assert_eq!((host.policy.as_deref(), host.plugin_set), (Some("P"), None));
    let used = report("", "", &[22])
        .replace("<HostProperties>", "<HostProperties><tag name='policy-used'>U</tag>");
    assert_eq!(judge(&used).policy.as_deref(), Some("U"));
}

#[test]
fn hosts_do_not_share_evidence_and_errors_are_passed_on() {
    let two = report("", "yes", &[]).replace(
        "</Report>",
        "<ReportHost name='two'><ReportItem pluginID='none'/><ReportItem pluginID='104410'/>\
         </ReportHost><ReportHost name='three'/></Report>",
    );
    let hosts: Vec<_> = trust(Findings::new(two.as_bytes()).events()).collect();
    let [first, error, second, third] = &hosts[..] else { panic!("{hosts:?}") };
    assert_eq!(first.as_ref().unwrap().credentials, Credentials::Working);
    assert_eq!(error.as_ref().unwrap_err().kind(), ErrorKind::InvalidItem);
    assert_eq!(second.as_ref().unwrap().credentials, Credentials::Failed);
    let third = third.as_ref().unwrap();
    assert_eq!((third.credentials, third.host.name.as_str()), (Credentials::Unknown, "three"));
}

#[test]
fn a_hostile_host_takes_little_memory() {
    let value = format!("yes, {}", "x".repeat(10_000));
    let mut text = String::new();
    for number in 0..5000 {
        let items = report("", &format!("{value}{number}"), &[141_118]);
        let start = items.find("<ReportItem").unwrap();
        let end = items.find("</ReportHost>").unwrap();
        text += &items[start..end];
    }
    let all = report("", "", &[]).replace("</ReportHost>", &format!("{text}</ReportHost>"));
    let host = judge(&all);
    assert_eq!(host.evidence.len(), 2);
    assert!(host.evidence.iter().all(|evidence| evidence.says.len() <= 200));
}

proptest! {
    /// Scanners write items in any order.
    #[test]
    fn the_order_of_evidence_does_not_matter(
        plugins in subsequence(vec![
            117_887, 117_886, 21_745, 141_118, 104_410, 110_723, 110_095, 110_385, 117_885, 24_786,
        ], 0..6).prop_shuffle(),
        property in prop::sample::select(vec!["", "true", "false"]),
        checks in prop::sample::select(vec!["", "yes", "no"]),
    ) {
        let mut sorted = plugins.clone();
        sorted.sort_unstable();
        let [one, other] =
            [plugins, sorted].map(|plugins| judge(&report(property, checks, &plugins)).credentials);
        prop_assert_eq!(one, other);
        // Never credentialed if the report says that the scan was not.
        prop_assert!(one < Credentials::Limited || (property != "false" && checks != "no"));
    }
}

//! Any finding at all, written as JSON, is one line that reads back as itself.

use std::sync::Arc;

use proptest::prelude::*;
use scanops_nessus::Finding;
use serde_json::Value;

use crate::fields::any_finding;

proptest! {
    #[test]
    fn any_finding_is_one_line_of_flat_json_and_reads_back_as_itself(json in any_finding()) {
        let finding: Finding = serde_json::from_value(json.clone()).unwrap();
        let line = serde_json::to_string(&finding).unwrap();
        prop_assert!(!line.contains(['\n', '\r']));
        prop_assert_eq!(&serde_json::from_str::<Value>(&line).unwrap(), &json);
        prop_assert_eq!(&serde_json::from_str::<Finding>(&line).unwrap(), &finding);

        let brief = serde_json::to_string(&finding.brief()).unwrap();
        let mut expected = finding;
        Arc::make_mut(&mut expected.host).properties.clear();
        prop_assert_eq!(serde_json::from_str::<Finding>(&brief).unwrap(), expected);
    }
}

#[test]
fn fields_may_be_missing_and_unknown_ones_are_ignored() {
    let finding: Finding =
        serde_json::from_str(r#"{"plugin_id": 1, "from_the_future": [2]}"#).unwrap();
    let mut expected = Finding::default();
    Arc::make_mut(&mut expected.plugin).id = 1;
    assert_eq!(finding, expected);
}

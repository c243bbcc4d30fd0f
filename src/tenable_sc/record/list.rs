//! The list of scan results, which is two lists.

use std::{collections::HashMap, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::SerializeMap};
use serde_json::{Map, Value};

use super::scan_result::ScanResult;

const USABLE: &str = "usable";
const MANAGEABLE: &str = "manageable";

/// The scan results that the logged-in user may use and those that the user may manage.
///
/// The two lists overlap. [`into_merged`](Self::into_merged) makes one of them, in which each scan
/// result stands once.
///
/// An element that can't be read costs none of the others: it is kept aside, see
/// [`broken`](Self::broken).
#[derive(Clone, PartialEq, Eq)]
pub struct ScanResultList {
    usable: Option<Vec<Element>>,
    manageable: Option<Vec<Element>>,
    rest: Map<String, Value>,
}

type Element = Result<ScanResult, BrokenRecord>;

impl ScanResultList {
    /// What the user may use, in the server's order.
    pub fn usable(&self) -> impl Iterator<Item = &ScanResult> {
        self.usable.iter().flatten().flatten()
    }

    /// What the user may manage, in the server's order.
    pub fn manageable(&self) -> impl Iterator<Item = &ScanResult> {
        self.manageable.iter().flatten().flatten()
    }

    /// The elements of both lists that are not scan results.
    pub fn broken(&self) -> impl Iterator<Item = &BrokenRecord> {
        let elements = self.usable.iter().chain(&self.manageable).flatten();
        elements.filter_map(|element| element.as_ref().err())
    }

    /// Each scan result once, in the order in which the lists first name it.
    ///
    /// Where one of the lists says more of a scan result than the other, all of it is kept.
    /// [Broken](Self::broken) elements are left out: look at them first.
    #[must_use]
    pub fn into_merged(self) -> Vec<Listed> {
        let usable = self.usable.into_iter().flatten().flatten();
        let usable = usable.map(|record| Listed { record, usable: true, manageable: false });
        let manageable = self.manageable.into_iter().flatten().flatten();
        let manageable =
            manageable.map(|record| Listed { record, usable: false, manageable: true });

        let mut by_id: HashMap<u64, (usize, Listed)> = HashMap::new();
        for listed in usable.chain(manageable) {
            let (id, next) = (listed.record.id(), by_id.len());
            let entry = match by_id.remove(&id) {
                Some((place, earlier)) => (place, earlier.merged_with(listed)),
                None => (next, listed),
            };
            by_id.insert(id, entry);
        }

        let mut merged: Vec<_> = by_id.into_values().collect();
        merged.sort_unstable_by_key(|(place, _)| *place);
        merged.into_iter().map(|(_, listed)| listed).collect()
    }
}

impl fmt::Debug for ScanResultList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScanResultList")
            .field("usable", &self.usable().collect::<Vec<_>>())
            .field("manageable", &self.manageable().collect::<Vec<_>>())
            .field("broken", &self.broken().collect::<Vec<_>>())
            .finish()
    }
}

impl<'de> Deserialize<'de> for ScanResultList {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut rest = Map::deserialize(from)?;
        let usable = take_elements(&mut rest, USABLE).map_err(D::Error::custom)?;
        let manageable = take_elements(&mut rest, MANAGEABLE).map_err(D::Error::custom)?;
        Ok(Self { usable, manageable, rest })
    }
}

/// Moves a list out of the answer.
///
/// Servers send one list only where a filter asks for it, and may send nothing (`null`, `""`) for
/// an empty one. Anything else is no list of scan results: to take it for an empty one would hide
/// them all.
fn take_elements(
    answer: &mut Map<String, Value>,
    name: &str,
) -> Result<Option<Vec<Element>>, String> {
    match answer.remove(name) {
        None => Ok(None),
        Some(Value::Array(items)) => Ok(Some(items.into_iter().map(element).collect())),
        Some(nothing) if nothing.is_null() || nothing == "" => {
            answer.insert(name.to_owned(), nothing);
            Ok(None)
        }
        Some(_) => Err(format!("`{name}` is not a list")),
    }
}

fn element(value: Value) -> Element {
    match value {
        Value::Object(fields) => ScanResult::try_from(fields).map_err(|missing| BrokenRecord {
            reason: missing.to_string(),
            value: Value::Object(missing.into_fields()),
        }),
        value => Err(BrokenRecord { reason: "not an object".to_owned(), value }),
    }
}

impl Serialize for ScanResultList {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        for (name, elements) in [(USABLE, &self.usable), (MANAGEABLE, &self.manageable)] {
            if let Some(elements) = elements {
                let elements: Vec<_> = elements.iter().map(AsSent).collect();
                map.serialize_entry(name, &elements)?;
            }
        }
        for (name, value) in &self.rest {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

struct AsSent<'a>(&'a Element);

impl Serialize for AsSent<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Ok(record) => record.serialize(to),
            Err(broken) => broken.value.serialize(to),
        }
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for ScanResultList {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ScanResultList".into()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        concat!(module_path!(), "::ScanResultList").into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        use super::schema;
        let mut object = schema::Object::new(&[
            "The scan results that the logged-in user may use and those that the user may manage.",
        ]);
        let list = schema::list::<ScanResult>(generator);
        object.property(USABLE, &["What the user may use."], list.clone());
        object.property(MANAGEABLE, &["What the user may manage."], list);
        object.finish()
    }
}

/// A scan result, and which of the two lists it was in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Listed {
    /// The scan result.
    pub record: ScanResult,
    /// Whether the logged-in user may use it.
    pub usable: bool,
    /// Whether the logged-in user may manage it.
    pub manageable: bool,
}

impl Listed {
    fn merged_with(self, other: Self) -> Self {
        Self {
            record: self.record.completed_with(other.record),
            usable: self.usable || other.usable,
            manageable: self.manageable || other.manageable,
        }
    }
}

/// An element of a list that could not be read as a scan result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct BrokenRecord {
    /// What is wrong with it.
    pub reason: String,
    /// What the server sent.
    pub value: Value,
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};
    use serde_json::json;

    use super::*;
    use crate::tenable_sc::record::{ScanStatus, samples};

    fn list(answer: Value) -> ScanResultList {
        serde_json::from_value(answer).unwrap()
    }

    fn ids<'a>(records: impl Iterator<Item = &'a ScanResult>) -> Vec<u64> {
        records.map(ScanResult::id).collect()
    }

    #[test]
    fn the_lists_are_given_as_sent() {
        let list = list(json!({
            "usable": [{ "id": "3" }, { "id": "1" }],
            "manageable": [{ "id": "1" }, { "id": 2 }],
        }));
        assert_eq!(ids(list.usable()), [3, 1]);
        assert_eq!(ids(list.manageable()), [1, 2]);
        assert_eq!(list.broken().count(), 0);
    }

    #[test]
    fn merged_names_each_scan_result_once() {
        let list = list(json!({
            "usable": [{ "id": "3" }, { "id": "1", "name": "weekly" }],
            "manageable": [{ "id": 1, "name": "other", "status": "Queued" }, { "id": "2" }],
        }));
        let merged = list.into_merged();
        let places: Vec<_> =
            merged.iter().map(|it| (it.record.id(), it.usable, it.manageable)).collect();
        assert_eq!(places, [(3, true, false), (1, true, true), (2, false, true)]);
        assert_eq!(merged[1].record.name(), Some("weekly"));
        assert_eq!(merged[1].record.status(), Some(ScanStatus::Queued));
    }

    #[test]
    fn merging_keeps_records_within_records() {
        let list = list(json!({
            "usable": [{ "id": "1", "owner": { "id": "5" }, "progress": [] }],
            "manageable": [
                { "id": "1", "owner": [], "groups": [{ "id": 0 }], "progress": { "status": "x" } },
            ],
        }));
        let merged = list.into_merged();
        let whole = json!(
            { "id": "1", "owner": { "id": "5" }, "progress": [], "groups": [{ "id": 0 }] }
        );
        assert_eq!(serde_json::to_value(&merged[0].record).unwrap(), whole);
    }

    #[test]
    fn one_broken_element_costs_no_other() {
        let sent = json!({
            "usable": [{ "id": "1" }, "gone", { "name": "no id" }, { "id": "2" }, null],
            "manageable": [{ "id": "-1" }, { "id": "2", "status": ["a", "list"] }],
        });
        let list = list(sent.clone());
        assert_eq!(ids(list.usable()), [1, 2]);
        assert_eq!(ids(list.manageable()), [2]);
        let broken: Vec<_> = list.broken().map(|it| (it.reason.as_str(), &it.value)).collect();
        assert_eq!(
            broken,
            [
                ("not an object", &json!("gone")),
                ("a scan result without a usable id", &json!({ "name": "no id" })),
                ("not an object", &json!(null)),
                ("a scan result without a usable id", &json!({ "id": "-1" })),
            ]
        );
        assert_eq!(serde_json::to_value(&list).unwrap(), sent);
    }

    #[test]
    fn a_list_that_was_not_sent_is_empty() {
        for sent in [
            json!({ "usable": [{ "id": "1" }] }),
            json!({ "usable": [{ "id": "1" }], "manageable": "" }),
        ] {
            let list = list(sent.clone());
            assert_eq!(ids(list.usable()), [1]);
            assert_eq!(list.manageable().count(), 0);
            assert_eq!(serde_json::to_value(&list).unwrap(), sent);
        }
    }

    #[test]
    fn what_is_no_list_is_an_error_and_not_an_empty_list() {
        for sent in
            [json!({ "usable": { "id": "1" } }), json!({ "manageable": 1 }), json!([]), json!("")]
        {
            assert!(serde_json::from_value::<ScanResultList>(sent.clone()).is_err(), "{sent}");
        }
    }

    proptest! {
        #[test]
        fn any_list_is_written_as_it_was_read(
            usable in vec(prop_oneof![samples::scan_result(), samples::json()], 0..4),
            manageable in vec(samples::scan_result(), 0..4),
            total in samples::json(),
        ) {
            let sent = json!({ "usable": usable, "manageable": manageable, "total": total });
            let list = list(sent.clone());
            prop_assert_eq!(serde_json::to_value(&list).unwrap(), sent);
            let text = serde_json::to_string(&list).unwrap();
            prop_assert_eq!(serde_json::from_str::<ScanResultList>(&text).unwrap(), list);
        }

        #[test]
        fn merged_has_each_id_once_and_in_order(
            usable in vec(0_u64..8, 0..12),
            manageable in vec(0_u64..8, 0..12),
        ) {
            let records =
                |ids: &[u64]| -> Value { ids.iter().map(|id| json!({ "id": id })).collect() };
            let sent = json!({ "usable": records(&usable), "manageable": records(&manageable) });
            let merged = list(sent).into_merged();

            let mut expected = Vec::new();
            for id in usable.iter().chain(&manageable) {
                if !expected.contains(id) {
                    expected.push(*id);
                }
            }
            prop_assert_eq!(ids(merged.iter().map(|it| &it.record)), expected);
            for it in merged {
                prop_assert_eq!(it.usable, usable.contains(&it.record.id()));
                prop_assert_eq!(it.manageable, manageable.contains(&it.record.id()));
            }
        }
    }
}

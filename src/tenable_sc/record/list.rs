//! The list of scan results, which is two lists.

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt,
};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

use super::scan_result::ScanResult;
use crate::{InvalidRecord, response::InvalidRecords};

const USABLE: &str = "usable";
const MANAGEABLE: &str = "manageable";

/// The scan results that the logged-in user may use and those that the user may manage.
///
/// The two lists overlap. [`into_merged`](Self::into_merged) makes one list of them, in which each
/// scan result is listed once.
///
/// If an element can't be read as a scan result, the others are read all the same: a
/// [list call](crate::tenable_sc::ScanResults::list) returns that element in the response's
/// [`invalid_records`](crate::Response::invalid_records). Reading a `ScanResultList` with serde
/// fails on such an element instead.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct ScanResultList {
    /// What the user may use, in the server's order.
    pub usable: Vec<ScanResult>,
    /// What the user may manage, in the server's order.
    pub manageable: Vec<ScanResult>,
    /// What else the server sent.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl ScanResultList {
    /// Each scan result once, in the order in which the lists first name it.
    ///
    /// If a scan result has more fields in one list than in the other, all are kept. If both lists
    /// have a field, the value in `usable` is kept.
    #[must_use]
    pub fn into_merged(self) -> Vec<Listed> {
        let usable = self.usable.into_iter();
        let usable = usable.map(|record| Listed { record, usable: true, manageable: false });
        let manageable = self.manageable.into_iter();
        let manageable =
            manageable.map(|record| Listed { record, usable: false, manageable: true });

        let mut merged: Vec<Listed> = Vec::new();
        let mut places = HashMap::new();
        for listed in usable.chain(manageable) {
            match places.entry(listed.record.id) {
                Entry::Vacant(entry) => {
                    entry.insert(merged.len());
                    merged.push(listed);
                }
                Entry::Occupied(entry) => {
                    if let Some(earlier) = merged.get_mut(*entry.get()) {
                        earlier.merge(listed);
                    }
                }
            }
        }
        merged
    }
}

/// A scan result, and which of the two lists it was in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
    fn merge(&mut self, other: Self) {
        self.usable |= other.usable;
        self.manageable |= other.manageable;
        self.record = std::mem::take(&mut self.record).completed_with(other.record);
    }
}

/// A list as it is received: what can be read of it, and what can't.
#[derive(Debug, Default)]
pub(crate) struct ReceivedList {
    pub(crate) list: ScanResultList,
    /// The invalid records of both lists.
    pub(crate) invalid: InvalidRecords,
}

impl<'de> Deserialize<'de> for ReceivedList {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(ReceivedList::default())
    }
}

impl<'de> Visitor<'de> for ReceivedList {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the lists `usable` and `manageable`")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        let mut has_a_list = false;
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                USABLE => {
                    let records = Records { received: &mut self, list: USABLE };
                    let records = map.next_value_seed(records)?;
                    self.list.usable = records;
                    has_a_list = true;
                }
                MANAGEABLE => {
                    let records = Records { received: &mut self, list: MANAGEABLE };
                    let records = map.next_value_seed(records)?;
                    self.list.manageable = records;
                    has_a_list = true;
                }
                _ => {
                    self.list.extra.insert(name, map.next_value()?);
                }
            }
        }
        // A filter can leave out one of them. To take an object with neither, such as a message, for
        // two empty lists would hide all records.
        if has_a_list {
            Ok(self)
        } else {
            Err(serde::de::Error::custom("neither `usable` nor `manageable` is given"))
        }
    }
}

/// Reads one of the lists, an element at a time: the memory of an invalid element is freed before the
/// next one is read.
///
/// Servers send one list only where a filter asks for it, and may send nothing (`null`, `""`) for
/// an empty one. Anything else is an error: to take it for an empty list would hide all records.
struct Records<'a> {
    received: &'a mut ReceivedList,
    list: &'static str,
}

impl<'de> DeserializeSeed<'de> for Records<'_> {
    type Value = Vec<ScanResult>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Records<'_> {
    type Value = Vec<ScanResult>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list in `{}`", self.list)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut records = Vec::new();
        let mut index = 0;
        while let Some(element) = elements.next_element::<Value>()? {
            match read(element) {
                Ok(record) => records.push(record),
                Err((reason, value)) => self.received.invalid.push(|| {
                    let (list, reason) = (Some(self.list.to_owned()), reason.to_owned());
                    InvalidRecord { list, index, value, reason }
                }),
            }
            index += 1;
        }
        Ok(records)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        if text.is_empty() {
            Ok(Vec::new())
        } else {
            Err(E::custom(format_args!("`{}` is not a list", self.list)))
        }
    }
}

fn read(element: Value) -> Result<ScanResult, (&'static str, Value)> {
    match element {
        Value::Object(fields) => ScanResult::try_from(fields).map_err(|missing| {
            ("a scan result without a usable id", Value::Object(missing.into_fields()))
        }),
        other => Err(("not an object", other)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};
    use serde_json::json;

    use super::*;
    use crate::tenable_sc::record::{ScanStatus, samples};

    fn received(response: Value) -> ReceivedList {
        serde_json::from_value(response).unwrap()
    }

    fn list(response: Value) -> ScanResultList {
        received(response).list
    }

    fn ids(records: &[ScanResult]) -> Vec<u64> {
        records.iter().map(|record| record.id).collect()
    }

    #[test]
    fn the_lists_are_given_as_sent() {
        let received = received(json!({
            "usable": [{ "id": "3" }, { "id": "1" }],
            "manageable": [{ "id": "1" }, { "id": 2 }],
            "total": "3",
        }));
        assert_eq!(ids(&received.list.usable), [3, 1]);
        assert_eq!(ids(&received.list.manageable), [1, 2]);
        assert_eq!(received.list.extra.get("total"), Some(&json!("3")));
        assert_eq!(received.invalid, InvalidRecords::default());
    }

    #[test]
    fn merged_names_each_scan_result_once() {
        let list = list(json!({
            "usable": [{ "id": "3" }, { "id": "1", "name": "weekly" }],
            "manageable": [{ "id": 1, "name": "other", "status": "Queued" }, { "id": "2" }],
        }));
        let merged = list.into_merged();
        let places: Vec<_> =
            merged.iter().map(|it| (it.record.id, it.usable, it.manageable)).collect();
        assert_eq!(places, [(3, true, false), (1, true, true), (2, false, true)]);
        assert_eq!(merged[1].record.name.as_deref(), Some("weekly"));
        assert_eq!(merged[1].record.status, Some(ScanStatus::Queued));
    }

    #[test]
    fn merging_keeps_what_only_one_list_has_or_has_typed() {
        let list = list(json!({
            "usable": [{ "id": 1, "owner": { "id": 5 }, "progress": [], "scan": [] }],
            "manageable": [
                { "id": 1, "owner": [], "groups": [{ "id": 0 }], "progress": { "status": "x" } },
            ],
        }));
        let merged = list.into_merged();
        let whole = json!({
            "id": 1, "owner": { "id": 5 }, "progress": { "status": "x" }, "groups": [{ "id": 0 }],
            "scan": [],
        });
        assert_eq!(serde_json::to_value(&merged[0].record).unwrap(), whole);
    }

    #[test]
    fn an_invalid_element_affects_no_other() {
        let sent = r#"{
            "usable": [{ "id": "1" }, "gone", { "name": "no id" }, { "id": "2" }, null],
            "manageable": [{ "id": "-1" }, { "id": "2", "status": ["a", "list"] }]
        }"#;
        let received: ReceivedList = serde_json::from_str(sent).unwrap();
        assert_eq!(ids(&received.list.usable), [1, 2]);
        assert_eq!(ids(&received.list.manageable), [2]);
        let invalid = received.invalid.kept.iter();
        let invalid: Vec<_> = invalid
            .map(|it| (it.list.as_deref().unwrap(), it.index, it.reason.as_str(), &it.value))
            .collect();
        assert_eq!(
            invalid,
            [
                ("usable", 1, "not an object", &json!("gone")),
                ("usable", 2, "a scan result without a usable id", &json!({ "name": "no id" })),
                ("usable", 4, "not an object", &json!(null)),
                ("manageable", 0, "a scan result without a usable id", &json!({ "id": "-1" })),
            ]
        );
    }

    #[test]
    fn of_many_invalid_elements_the_first_are_kept_and_the_others_counted() {
        let received = received(json!({ "usable": vec![0; 650], "manageable": [{ "id": 1 }, 0] }));
        assert_eq!((received.invalid.kept.len(), received.invalid.more), (500, 151));
        assert_eq!(ids(&received.list.manageable), [1]);
    }

    #[test]
    fn a_list_that_was_not_sent_is_empty() {
        for sent in [
            json!({ "usable": [{ "id": "1" }] }),
            json!({ "usable": [{ "id": "1" }], "manageable": "" }),
            json!({ "usable": [{ "id": "1" }], "manageable": null }),
        ] {
            let list = list(sent);
            assert_eq!(ids(&list.usable), [1]);
            assert!(list.manageable.is_empty());
        }
    }

    #[test]
    fn what_is_not_a_list_is_an_error_and_not_an_empty_list() {
        for sent in [
            json!({ "usable": { "id": "1" } }),
            json!({ "manageable": 1 }),
            json!({ "manageable": "none" }),
            json!({}),
            json!({ "message": "try later", "total": 7 }),
            json!([]),
            json!(""),
        ] {
            assert!(serde_json::from_value::<ReceivedList>(sent.clone()).is_err(), "{sent}");
        }
    }

    #[test]
    fn serde_reads_a_list_without_invalid_elements_alone() {
        let read = serde_json::from_value::<ScanResultList>;
        assert_eq!(read(json!({ "usable": [{ "id": 1 }], "total": 1 })).unwrap().usable.len(), 1);
        assert!(read(json!({ "usable": [{ "id": 1 }, 0] })).is_err());
    }

    proptest! {
        #[test]
        fn any_list_is_written_in_a_form_that_reads_the_same(
            usable in vec(prop_oneof![samples::scan_result(), samples::json()], 0..4),
            manageable in vec(samples::scan_result(), 0..4),
            total in samples::json(),
        ) {
            let all = usable.len() + manageable.len();
            let sent = json!({ "usable": usable, "manageable": manageable, "total": total });
            let ReceivedList { list, invalid } = received(sent);
            prop_assert_eq!(list.usable.len() + list.manageable.len() + invalid.kept.len(), all);
            let text = serde_json::to_string(&list).unwrap();
            prop_assert_eq!(&serde_json::from_str::<ScanResultList>(&text).unwrap(), &list);
            prop_assert_eq!(list.extra.get("total"), Some(&total));
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
            prop_assert_eq!(merged.iter().map(|it| it.record.id).collect::<Vec<_>>(), expected);
            for it in merged {
                prop_assert_eq!(it.usable, usable.contains(&it.record.id));
                prop_assert_eq!(it.manageable, manageable.contains(&it.record.id));
            }
        }
    }
}

//! The people and things that a scan result names.

use super::{
    values::DataFormat,
    wire::{from_any_object, record},
};

record! {
    /// A user: the one who started a scan, or the owner of its result.
    pub struct User {
        /// The user's id.
        pub id: Option<u64> = "id",
        /// The name that the user logs in with.
        pub username: Option<String> = "username",
        /// The first name.
        pub first_name: Option<String> = "firstname",
        /// The last name.
        pub last_name: Option<String> = "lastname",
        /// The user's id across servers. Newer servers only.
        pub uuid: Option<String> = "uuid",
    }
}

record! {
    /// A group of users.
    pub struct Group {
        /// The group's id.
        pub id: Option<u64> = "id",
        /// Its name.
        pub name: Option<String> = "name",
        /// Its description.
        pub description: Option<String> = "description",
    }
}

record! {
    /// The definition that a scan was run from.
    pub struct ScanReference {
        /// The definition's id; `None` where there is no definition, as for an imported report.
        pub id: Option<u64> = "id",
        /// Its name.
        pub name: Option<String> = "name",
        /// Its description.
        pub description: Option<String> = "description",
        /// Its id across servers. Newer servers only.
        pub uuid: Option<String> = "uuid",
    }
}

record! {
    /// The repository that results are imported into.
    pub struct RepositoryReference {
        /// The repository's id.
        pub id: Option<u64> = "id",
        /// Its name.
        pub name: Option<String> = "name",
        /// Its description.
        pub description: Option<String> = "description",
        /// What its findings are about.
        pub data_format: Option<DataFormat> = "dataFormat",
        /// Its id across servers. Newer servers only.
        pub uuid: Option<String> = "uuid",
    }
}

from_any_object!(User, Group, ScanReference, RepositoryReference);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_scan_of_no_definition_has_no_id() {
        let scan: ScanReference =
            serde_json::from_value(json!({ "id": -1, "name": "", "description": "" })).unwrap();
        assert_eq!(scan.id, None);
        assert_eq!(scan.name, None);
        assert_eq!(scan.extra.get("id"), Some(&json!(-1)));
    }

    #[test]
    fn fields_of_newer_servers_are_kept() {
        let sent = json!({ "id": 1, "name": "Main", "type": "Local", "dataFormat": "IPv6" });
        let repository: RepositoryReference = serde_json::from_value(sent.clone()).unwrap();
        assert_eq!(repository.data_format, Some(DataFormat::Ipv6));
        assert_eq!(
            repository.extra.iter().collect::<Vec<_>>(),
            [(&"type".to_owned(), &json!("Local"))]
        );
        assert_eq!(serde_json::to_value(&repository).unwrap(), sent);
    }

    #[test]
    fn debug_shows_the_fields_that_have_a_value() {
        let user: User =
            serde_json::from_value(json!({ "id": "3", "username": "ann", "uuid": null })).unwrap();
        assert_eq!(
            format!("{user:?}"),
            r#"User { id: Some(3), username: Some("ann"), extra: {"uuid": Null} }"#
        );
    }
}

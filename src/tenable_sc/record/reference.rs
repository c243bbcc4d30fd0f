//! The people and things that a scan result names.

use super::{
    define::{read_from_any_object, record},
    values::DataFormat,
};

record! {
    /// A user, as the one who started a scan or the one who owns its result.
    pub struct User {
        plain {
            /// The user's id.
            id: u64 = "id";
            /// The name that the user logs in with.
            username: &str = "username";
            /// The first name.
            first_name: &str = "firstname";
            /// The last name.
            last_name: &str = "lastname";
            /// The user's id across servers. Newer servers only.
            uuid: &str = "uuid";
        }
    }
}

record! {
    /// A group of users.
    pub struct Group {
        plain {
            /// The group's id.
            id: u64 = "id";
            /// Its name.
            name: &str = "name";
            /// Its description.
            description: &str = "description";
        }
    }
}

record! {
    /// The definition that a scan was run from.
    pub struct ScanReference {
        plain {
            /// The definition's id; `None` where there is no definition, as for an imported report.
            id: u64 = "id";
            /// Its name.
            name: &str = "name";
            /// Its description.
            description: &str = "description";
            /// Its id across servers. Newer servers only.
            uuid: &str = "uuid";
        }
    }
}

record! {
    /// The repository that results are imported into.
    pub struct RepositoryReference {
        plain {
            /// The repository's id.
            id: u64 = "id";
            /// Its name.
            name: &str = "name";
            /// Its description.
            description: &str = "description";
            /// What its findings are about.
            data_format: DataFormat = "dataFormat";
            /// Its id across servers. Newer servers only.
            uuid: &str = "uuid";
        }
    }
}

read_from_any_object!(User, Group, ScanReference, RepositoryReference);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_scan_of_no_definition_has_no_id() {
        let scan: ScanReference =
            serde_json::from_value(json!({ "id": -1, "name": "", "description": "" })).unwrap();
        assert_eq!(scan.id(), None);
        assert_eq!(scan.name(), None);
        assert_eq!(scan.raw("id"), Some(&json!(-1)));
    }

    #[test]
    fn fields_of_newer_servers_are_kept() {
        let sent = json!({ "id": "1", "name": "Main", "type": "Local", "dataFormat": "IPv6" });
        let repository: RepositoryReference = serde_json::from_value(sent.clone()).unwrap();
        assert_eq!(repository.data_format(), Some(DataFormat::Ipv6));
        assert_eq!(repository.unknown().collect::<Vec<_>>(), [("type", &json!("Local"))]);
        assert_eq!(serde_json::to_value(&repository).unwrap(), sent);
    }

    #[test]
    fn debug_shows_what_was_sent() {
        let user: User =
            serde_json::from_value(json!({ "id": "3", "username": "ann", "uuid": null })).unwrap();
        assert_eq!(format!("{user:?}"), r#"User { id: "3", username: "ann", uuid: null }"#);
    }
}

//! What a server says about itself.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a server says about itself and about the login: `GET /rest/system`.
///
/// The session's token, which servers send as well, is removed.
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema), schemars(!from))]
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Map<String, Value>")]
#[non_exhaustive]
pub struct System {
    /// The version of Tenable.sc, such as `6.4.0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Everything else that the server sent.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl From<Map<String, Value>> for System {
    fn from(mut extra: Map<String, Value>) -> Self {
        extra.remove("token");
        let version = extra.get("version").and_then(Value::as_str).map(ToOwned::to_owned);
        if version.is_some() {
            extra.remove("version");
        }
        Self { version, extra }
    }
}

/// The version alone: what else servers send may describe the account.
impl fmt::Debug for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("System").field("version", &self.version).finish_non_exhaustive()
    }
}

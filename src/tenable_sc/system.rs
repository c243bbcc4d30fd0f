//! What a server says of itself.

use std::fmt;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// What a server says of itself, and of the visitor's login.
///
/// The session's token, which servers send along, is taken out.
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[derive(Clone, PartialEq, Eq)]
pub struct System(Map<String, Value>);

impl System {
    /// The version of Tenable.sc, as `6.4.0`.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.0.get("version")?.as_str()
    }

    /// A field as the server sent it, by the server's name for it.
    #[must_use]
    pub fn raw(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
}

impl<'de> Deserialize<'de> for System {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut fields = Map::deserialize(from)?;
        fields.remove("token");
        Ok(Self(fields))
    }
}

impl fmt::Debug for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("System").field("version", &self.version()).finish_non_exhaustive()
    }
}

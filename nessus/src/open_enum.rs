//! Enumerations that servers and scanners extend: known values are variants, others are kept as text.

/// Declares an open enumeration of strings.
///
/// Known values are recognised in any letter case, as servers vary it, and written in the spelling
/// given here. What is not known is `Other`, as sent.
#[doc(hidden)]
#[macro_export]
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $text:literal, )+
        }
    ) => {
        $(#[$meta])*
        ///
        /// There are values that no document lists, so match with a wildcard arm. Known values are
        /// recognised in any letter case.
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )+
            /// A value that is not known here, as it was written.
            Other(String),
        }

        impl $name {
            /// The known values.
            pub const KNOWN: &'static [Self] = &[$( Self::$variant, )+];

            /// The value as the product writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $text, )+
                    Self::Other(text) => text,
                }
            }

            fn known(text: &str) -> Option<Self> {
                $( if text.eq_ignore_ascii_case($text) {
                    return Some(Self::$variant);
                } )+
                None
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::known(text).unwrap_or_else(|| Self::Other(text.to_owned()))
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::known(&text).unwrap_or(Self::Other(text))
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(text.into())
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <::std::borrow::Cow<'de, str> as ::serde::Deserialize>::deserialize(from)?;
                Ok(Self::from(text.into_owned()))
            }
        }

        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({
                    "anyOf": [{ "enum": Self::KNOWN }, { "type": "string" }],
                })
            }
        }
    };
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro makes public types")]
mod tests {
    use proptest::prelude::*;

    open_enum! {
        /// For the test.
        pub enum Light {
            /// Stop.
            Red = "red",
            /// Go.
            Green = "green-ish",
        }
    }

    #[test]
    fn known_values_come_in_any_case_and_leave_in_one() {
        for text in ["green-ish", "Green-Ish", "GREEN-ISH"] {
            assert_eq!(Light::from(text), Light::Green);
        }
        assert_eq!(serde_json::to_string(&Light::Green).unwrap(), r#""green-ish""#);
        assert_eq!(format!("{:>5}|", Light::Red), "  red|");
    }

    proptest! {
        #[test]
        fn any_other_value_is_kept_as_it_came(text in "\\PC*") {
            let json = serde_json::to_string(&text).unwrap();
            let light: Light = serde_json::from_str(&json).unwrap();
            let known = Light::KNOWN.iter().any(|l| l.as_str().eq_ignore_ascii_case(&text));
            prop_assert!(known || light == Light::Other(text.clone()));
            prop_assert!(known || serde_json::to_string(&light).unwrap() == json);
        }
    }
}

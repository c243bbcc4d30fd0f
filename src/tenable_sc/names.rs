//! Names that are only sent: known ones as variants, any other as text.

/// Declares an enumeration of names that a request can hold. `Other` is for a name that a server
/// knows and this crate does not.
macro_rules! names {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $text:literal, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )+
            /// Any other, by the server's name for it.
            Other(String),
        }

        impl $name {
            #[cfg(test)]
            #[allow(dead_code, reason = "not every enumeration is tested by its list")]
            pub(crate) const KNOWN: &[Self] = &[$( Self::$variant, )+];

            /// The name as it is sent.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $text, )+
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $( $text => Self::$variant, )+
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                match text.as_str() {
                    $( $text => Self::$variant, )+
                    _ => Self::Other(text),
                }
            }
        }
    };
}
pub(in crate::tenable_sc) use names;

//! What all records have in common: the JSON as it was sent, and typed accessors to it.

use serde_json::{Map, Value};

/// Moves a field out of the JSON into a record of its own.
///
/// What is not an object (`progress` is `[]` on a failed scan) stays where it was.
pub(super) fn take_record<R: From<Map<String, Value>>>(
    fields: &mut Map<String, Value>,
    name: &str,
) -> Option<R> {
    match fields.remove(name)? {
        Value::Object(inner) => Some(R::from(inner)),
        other => {
            fields.insert(name.to_owned(), other);
            None
        }
    }
}

/// Moves a field out of the JSON into a list of records.
///
/// A list with anything but objects in it stays where it was.
pub(super) fn take_list<R: From<Map<String, Value>>>(
    fields: &mut Map<String, Value>,
    name: &str,
) -> Option<Vec<R>> {
    match fields.remove(name)? {
        Value::Array(items) if items.iter().all(Value::is_object) => {
            Some(items.into_iter().filter_map(object).map(R::from).collect())
        }
        other => {
            fields.insert(name.to_owned(), other);
            None
        }
    }
}

fn object(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(fields) => Some(fields),
        _ => None,
    }
}

/// Declares a record: the type, an accessor for each field, and what every record can do.
///
/// - `required`: without it there is no record.
/// - `plain`: read from the JSON whenever asked for.
/// - `records` and `lists`: records of their own, taken out of the JSON so that they can be lent.
/// - `also`: fields whose accessor is written by hand.
macro_rules! record {
    (
        $(#[doc = $about:literal])*
        pub struct $record:ident {
            $( required {
                $(#[doc = $required_doc:literal])*
                $required:ident: $required_type:ty = $required_name:literal;
            } )?
            plain { $(
                $(#[doc = $plain_doc:literal])*
                $plain:ident: $plain_type:ty = $plain_name:literal;
            )+ }
            $( records { $(
                $(#[doc = $nested_doc:literal])*
                $nested:ident: $nested_type:ty = $nested_name:literal;
            )+ } )?
            $( lists { $(
                $(#[doc = $list_doc:literal])*
                $list:ident: $item_type:ty = $list_name:literal;
            )+ } )?
            $( also { $( $also_name:literal: $also_type:ty, )+ } )?
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $record {
            /// As sent, without what `records` and `lists` hold.
            fields: ::serde_json::Map<String, ::serde_json::Value>,
            $( $required: $required_type, )?
            $( $( $nested: Option<$nested_type>, )+ )?
            $( $( $list: Option<Vec<$item_type>>, )+ )?
        }

        impl $record {
            const KNOWN: &[&str] = &[
                $( $required_name, )?
                $( $plain_name, )+
                $( $( $nested_name, )+ )?
                $( $( $list_name, )+ )?
                $( $( $also_name, )+ )?
            ];

            $(
                $(#[doc = $required_doc])*
                #[doc = concat!("\n\n`", $required_name, "` on the wire.")]
                #[must_use]
                pub fn $required(&self) -> $required_type {
                    self.$required
                }
            )?

            $(
                $(#[doc = $plain_doc])*
                #[doc = concat!("\n\n`", $plain_name, "` on the wire.")]
                #[must_use]
                pub fn $plain(&self) -> Option<$plain_type> {
                    self.read($plain_name)
                }
            )+

            $( $(
                $(#[doc = $nested_doc])*
                #[doc = concat!("\n\n`", $nested_name, "` on the wire.")]
                #[must_use]
                pub fn $nested(&self) -> Option<&$nested_type> {
                    self.$nested.as_ref()
                }
            )+ )?

            $( $(
                $(#[doc = $list_doc])*
                #[doc = concat!("\n\n`", $list_name, "` on the wire.")]
                #[must_use]
                pub fn $list(&self) -> Option<&[$item_type]> {
                    self.$list.as_deref()
                }
            )+ )?

            /// A field as the server sent it, by the server's name for it, known here or not.
            ///
            /// `None` for what an accessor gives as a record or as a list of records: these keep
            /// their own fields.
            #[must_use]
            pub fn raw(&self, name: &str) -> Option<&::serde_json::Value> {
                self.fields.get(name)
            }

            /// The fields that have no accessor here, such as those that a newer server adds.
            pub fn unknown(&self) -> impl Iterator<Item = (&str, &::serde_json::Value)> {
                let fields = self.fields.iter().map(|(name, value)| (name.as_str(), value));
                fields.filter(|(name, _)| !Self::KNOWN.contains(name))
            }

            fn read<'a, T>(&'a self, name: &str) -> Option<T>
            where
                T: $crate::tenable_sc::record::wire::FromWire<'a>,
            {
                self.fields.get(name).and_then(T::from_wire)
            }

            #[allow(unused_mut, reason = "some records hold no others")]
            fn assemble(
                mut fields: ::serde_json::Map<String, ::serde_json::Value>,
                $( $required: $required_type, )?
            ) -> Self {
                Self {
                    $( $required, )?
                    $( $(
                        $nested: $crate::tenable_sc::record::define::take_record(
                            &mut fields,
                            $nested_name,
                        ),
                    )+ )?
                    $( $(
                        $list: $crate::tenable_sc::record::define::take_list(
                            &mut fields,
                            $list_name,
                        ),
                    )+ )?
                    fields,
                }
            }
        }

        impl From<$record> for ::serde_json::Map<String, ::serde_json::Value> {
            #[allow(unused_mut, reason = "some records hold no others")]
            fn from(record: $record) -> Self {
                let mut fields = record.fields;
                $( $( if let Some(nested) = record.$nested {
                    let nested = ::serde_json::Value::Object(nested.into());
                    fields.insert($nested_name.to_owned(), nested);
                } )+ )?
                $( $( if let Some(items) = record.$list {
                    let items = items.into_iter().map(::serde_json::Map::from).collect();
                    fields.insert($list_name.to_owned(), items);
                } )+ )?
                fields
            }
        }

        impl ::serde::Serialize for $record {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                use ::serde::ser::SerializeMap as _;
                let mut map = to.serialize_map(None)?;
                for (name, value) in &self.fields {
                    map.serialize_entry(name, value)?;
                }
                $( $( if let Some(nested) = &self.$nested {
                    map.serialize_entry($nested_name, nested)?;
                } )+ )?
                $( $( if let Some(items) = &self.$list {
                    map.serialize_entry($list_name, items)?;
                } )+ )?
                map.end()
            }
        }

        /// The fields under the server's names, as sent.
        impl ::std::fmt::Debug for $record {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let mut record = f.debug_struct(stringify!($record));
                for (name, value) in &self.fields {
                    record.field(name, &format_args!("{value}"));
                }
                $( $( if let Some(nested) = &self.$nested {
                    record.field($nested_name, nested);
                } )+ )?
                $( $( if let Some(items) = &self.$list {
                    record.field($list_name, items);
                } )+ )?
                record.finish()
            }
        }

        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for $record {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($record).into()
            }

            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($record)).into()
            }

            fn json_schema(generator: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                use $crate::tenable_sc::record::{schema, wire::FromWire};
                let mut object = schema::Object::new(&[$( $about ),*]);
                $(
                    let required = <$required_type as FromWire<'_>>::schema(generator);
                    object.property($required_name, &[$( $required_doc ),*], required);
                    object.require($required_name);
                )?
                $(
                    let plain = <$plain_type as FromWire<'_>>::schema(generator);
                    object.property($plain_name, &[$( $plain_doc ),*], plain);
                )+
                $( $(
                    let nested = schema::nested::<$nested_type>(generator);
                    object.property($nested_name, &[$( $nested_doc ),*], nested);
                )+ )?
                $( $(
                    let list = schema::list::<$item_type>(generator);
                    object.property($list_name, &[$( $list_doc ),*], list);
                )+ )?
                $( $(
                    let also = <$also_type as FromWire<'_>>::schema(generator);
                    object.property($also_name, &[], also);
                )+ )?
                object.finish()
            }
        }
    };
}
pub(super) use record;

/// Lets records that require no field be read from any JSON object.
macro_rules! read_from_any_object {
    ($($record:ident),+) => {$(
        impl From<::serde_json::Map<String, ::serde_json::Value>> for $record {
            fn from(fields: ::serde_json::Map<String, ::serde_json::Value>) -> Self {
                Self::assemble(fields)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $record {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                ::serde_json::Map::deserialize(from).map(Self::from)
            }
        }
    )+};
}
pub(super) use read_from_any_object;

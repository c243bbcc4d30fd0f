//! How each type of field is represented in Arrow: one implementation of [`Value`] for each.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::{Display, Write as _},
    ops::Add,
    ptr,
    str::FromStr,
    sync::Arc,
};

use arrow_array::{
    AnyDictionaryArray, Array, ArrayRef, ArrowPrimitiveType, BooleanArray, DictionaryArray,
    ListArray, MapArray, OffsetSizeTrait, PrimitiveArray, StringArray, StructArray,
    builder::GenericStringBuilder,
    cast::AsArray,
    types::{Date32Type, Float64Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType},
};
use arrow_buffer::{ArrowNativeType, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Fields, TimeUnit};
use scanops_nessus::{
    ComplianceResult, Protocol, Severity, Xref,
    jiff::{Span, Timestamp, Unit, civil::Date},
};

use crate::{
    Error, Result,
    columns::{Reader, Record},
};

/// The records of the rows of an array. Absent ones belong to rows whose parent is null.
#[derive(Debug)]
pub(crate) struct Rows<'r, T> {
    records: Vec<Option<&'r T>>,
    /// The record of each row. `None` if each record is one row.
    keys: Option<ScalarBuffer<i32>>,
}

impl<'r, T> Rows<'r, T> {
    /// A record for each row.
    pub(crate) fn each(records: impl IntoIterator<Item = &'r T>) -> Self {
        Self { records: records.into_iter().map(Some).collect(), keys: None }
    }

    /// A part of each record, shared between rows like the records.
    pub(crate) fn map<U>(&self, part: impl Fn(&'r T) -> Option<&'r U>) -> Rows<'r, U> {
        let records = self.records.iter().map(|record| record.and_then(&part)).collect();
        Rows { records, keys: self.keys.clone() }
    }

    /// The record that the rows' records point to, where rows may share it.
    pub(crate) fn shared<U>(&self, part: impl Fn(&'r T) -> Option<&'r Arc<U>>) -> Rows<'r, U> {
        let (mut records, mut known, mut last) = (Vec::new(), HashMap::new(), None);
        let keys = self.iter().map(|record| {
            let record = record.and_then(&part).map(|shared| &**shared);
            let address = record.map(ptr::from_ref);
            match last {
                Some((known, key)) if known == address => key,
                _ => {
                    let key = *known.entry(address).or_insert_with(|| {
                        records.push(record);
                        // There are fewer records than rows, and fewer rows than bytes.
                        i32::try_from(records.len() - 1).unwrap_or(i32::MAX)
                    });
                    last = Some((address, key));
                    key
                }
            }
        });
        let keys = keys.collect();
        Rows { records, keys: Some(keys) }
    }

    /// An array of values computed from the records, shared between rows like the records.
    pub(crate) fn compute<U>(
        &self,
        compute: impl Fn(&T) -> U,
        array: impl FnOnce(&Rows<'_, U>) -> ArrayRef,
    ) -> ArrayRef {
        let values: Vec<_> = self.records.iter().map(|record| record.map(&compute)).collect();
        let records = values.iter().map(Option::as_ref).collect();
        array(&Rows { records, keys: self.keys.clone() })
    }

    /// The record of each row.
    fn iter(&self) -> impl Iterator<Item = Option<&'r T>> {
        let count = self.keys.as_ref().map_or(self.records.len(), ScalarBuffer::len);
        (0..count).map(|row| {
            let at = self.keys.as_ref().map_or(row, |keys| keys[row].as_usize());
            self.records.get(at).copied().flatten()
        })
    }

    /// Which rows have a record. `None` if all have one.
    fn nulls(&self) -> Option<NullBuffer> {
        if self.records.iter().all(Option::is_some) {
            return None;
        }
        Some(self.iter().map(|record| record.is_some()).collect())
    }
}

/// The approximate number of bytes that a value takes in a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Size {
    /// In each row, though rows share the record.
    pub(crate) each: usize,
    /// Once, if rows share the record: its texts.
    pub(crate) once: usize,
}

impl Add for Size {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { each: self.each + other.each, once: self.once + other.once }
    }
}

/// A type of field: its Arrow type, and both directions.
pub(crate) trait Value: Sized {
    /// Whether null is one of its values.
    const NULLABLE: bool = false;

    /// The Arrow type. Texts of shared records are dictionaries.
    fn data_type(shared: bool) -> DataType;

    fn size(&self) -> Size;

    /// Must not panic as long as the rows' sizes add up to less than 2 GiB.
    fn array(rows: &Rows<'_, Self>) -> ArrayRef;

    /// The value of a row, which is null for types that are [`NULLABLE`](Self::NULLABLE) alone.
    fn read(array: &dyn Array, row: usize) -> Result<Self>;
}

pub(crate) fn field<T: Value>(name: &str, shared: bool) -> Field {
    Field::new(name, T::data_type(shared), T::NULLABLE)
}

/// A value of a column that must have one.
fn required<T>(value: Option<T>) -> Result<T> {
    value.ok_or_else(|| Error::schema("is null where a value is required"))
}

fn wrong_type(array: &dyn Array, wanted: &str) -> Error {
    Error::schema(format!("is {} instead of {wanted}", array.data_type()))
}

/// Types that are numbers in Arrow.
macro_rules! numbers {
    ($($type:ty: $arrow:ident, $name:expr, |$value:ident| $to:expr, |$number:ident| $from:expr;)+) => { $(
        impl Value for $type {
            fn data_type(_: bool) -> DataType {
                $name
            }

            fn size(&self) -> Size {
                Size { each: size_of::<<$arrow as ArrowPrimitiveType>::Native>(), once: 0 }
            }

            fn array(rows: &Rows<'_, Self>) -> ArrayRef {
                let numbers = rows.iter().map(|row| row.map(|$value| $to));
                let array: PrimitiveArray<$arrow> = numbers.collect();
                Arc::new(array.with_data_type($name))
            }

            fn read(array: &dyn Array, row: usize) -> Result<Self> {
                let numbers = array.as_primitive_opt::<$arrow>();
                let $number = numbers.ok_or_else(|| wrong_type(array, stringify!($arrow)))?.value(row);
                $from.ok_or_else(|| Error::schema(format!("{} is out of range", $number)))
            }
        }
    )+ };
}

// Only types that every engine has: some have no unsigned numbers.
numbers! {
    u16: Int32Type, DataType::Int32, |value| i32::from(*value), |number| u16::try_from(number).ok();
    u32: Int64Type, DataType::Int64, |value| i64::from(*value), |number| u32::try_from(number).ok();
    f64: Float64Type, DataType::Float64, |value| *value, |number| Some(number);
    Severity: Int16Type, DataType::Int16, |value| i16::from(value.number()),
        |number| u8::try_from(number).ok().map(Self::from);
    Date: Date32Type, DataType::Date32, |value| days(*value),
        |number| Span::new().try_days(number).and_then(|days| EPOCH.checked_add(days)).ok();
    // Parquet has no type for times in seconds.
    Timestamp: TimestampMicrosecondType, DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        |value| value.as_microsecond(), |number| Self::from_microsecond(number).ok();
}

const EPOCH: Date = Date::constant(1970, 1, 1);

fn days(date: Date) -> i32 {
    EPOCH.until((Unit::Day, date)).map_or(0, |span| span.get_days())
}

impl Value for bool {
    fn data_type(_: bool) -> DataType {
        DataType::Boolean
    }

    fn size(&self) -> Size {
        Size { each: 1, once: 0 }
    }

    fn array(rows: &Rows<'_, Self>) -> ArrayRef {
        Arc::new(rows.iter().map(Option::<&bool>::copied).collect::<BooleanArray>())
    }

    fn read(array: &dyn Array, row: usize) -> Result<Self> {
        let array = array.as_boolean_opt().ok_or_else(|| wrong_type(array, "Boolean"))?;
        Ok(array.value(row))
    }
}

/// Types that are texts in Arrow: their `Display` output.
trait Text: FromStr + Display {
    fn length(&self) -> usize;
}

macro_rules! texts {
    ($($type:ty: |$value:ident| $length:expr;)+) => { $(
        impl Text for $type {
            fn length(&self) -> usize {
                let $value = self;
                $length
            }
        }

        impl Value for $type {
            fn data_type(shared: bool) -> DataType {
                text_type(shared)
            }

            fn size(&self) -> Size {
                // With its offset.
                Size { each: 8, once: self.length() }
            }

            fn array(rows: &Rows<'_, Self>) -> ArrayRef {
                text_array(rows)
            }

            fn read(array: &dyn Array, row: usize) -> Result<Self> {
                let text = read_text(array, row)?;
                text.parse().map_err(|_| Error::schema(format!("{text:?} is not a valid value")))
            }
        }
    )+ };
}

texts! {
    String: |value| value.len();
    Protocol: |value| value.as_str().len();
    ComplianceResult: |value| value.as_str().len();
    Xref: |value| value.source.len() + 1 + value.id.len();
}

fn text_type(shared: bool) -> DataType {
    if shared {
        DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
    } else {
        DataType::LargeUtf8
    }
}

fn text_array<T: Text>(rows: &Rows<'_, T>) -> ArrayRef {
    let Some(keys) = &rows.keys else {
        return Arc::new(texts::<i64, _>(rows).finish());
    };
    // Rows without a string have a null key, as not every reader looks for nulls among the values.
    let keys = PrimitiveArray::<Int32Type>::new(keys.clone(), rows.nulls());
    let mut values = texts::<i32, _>(rows).finish();
    values = StringArray::new(values.offsets().clone(), values.values().clone(), None);
    Arc::new(DictionaryArray::new(keys, Arc::new(values)))
}

/// The text of each record.
fn texts<O: OffsetSizeTrait, T: Text>(rows: &Rows<'_, T>) -> GenericStringBuilder<O> {
    let bytes = rows.records.iter().flatten().map(|text| text.length()).sum();
    let mut texts = GenericStringBuilder::with_capacity(rows.records.len(), bytes);
    for record in &rows.records {
        match record {
            // Writing to memory does not fail.
            Some(text) => _ = write!(texts, "{text}").map(|()| texts.append_value("")),
            None => texts.append_null(),
        }
    }
    texts
}

/// Whether a row is null: of a dictionary, also if its value is.
fn is_null(array: &dyn Array, row: usize) -> bool {
    array.is_null(row)
        || array.as_any_dictionary_opt().is_some_and(|dictionary| {
            let key = key_of(dictionary, row);
            key.is_some_and(|key| is_null(&**dictionary.values(), key))
        })
}

/// The key of a row that has one. `None` if the keys have another type.
fn key_of(dictionary: &dyn AnyDictionaryArray, row: usize) -> Option<usize> {
    let keys = dictionary.keys().as_primitive_opt::<Int32Type>();
    keys.map(|keys| keys.value(row).as_usize())
}

/// The text of a row, in any of the array types that readers of Parquet return.
fn read_text(array: &dyn Array, row: usize) -> Result<&str> {
    if let Some(dictionary) = array.as_any_dictionary_opt() {
        let key = key_of(dictionary, row);
        let key = key.ok_or_else(|| wrong_type(dictionary.keys(), "Int32"))?;
        return read_text(&**dictionary.values(), key);
    }
    match array.data_type() {
        DataType::Utf8 => Ok(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => Ok(array.as_string::<i64>().value(row)),
        DataType::Utf8View => Ok(array.as_string_view().value(row)),
        _ => Err(wrong_type(array, "text")),
    }
}

impl<T: Value> Value for Option<T> {
    const NULLABLE: bool = true;

    fn data_type(shared: bool) -> DataType {
        T::data_type(shared)
    }

    fn size(&self) -> Size {
        self.as_ref().map_or(Size { each: 8, once: 0 }, T::size)
    }

    fn array(rows: &Rows<'_, Self>) -> ArrayRef {
        T::array(&rows.map(Option::as_ref))
    }

    fn read(array: &dyn Array, row: usize) -> Result<Self> {
        if is_null(array, row) { Ok(None) } else { T::read(array, row).map(Some) }
    }
}

/// Compares records by address alone: equal addresses are equal records, as all records are alive.
impl<T: Value> Value for Arc<T> {
    const NULLABLE: bool = T::NULLABLE;

    fn data_type(_: bool) -> DataType {
        T::data_type(true)
    }

    fn size(&self) -> Size {
        T::size(self)
    }

    fn array(rows: &Rows<'_, Self>) -> ArrayRef {
        T::array(&rows.shared(Some))
    }

    fn read(array: &dyn Array, row: usize) -> Result<Self> {
        T::read(array, row).map(Self::new)
    }
}

/// Lists are never null: a row without a record has an empty one.
impl<T: Value> Value for Vec<T> {
    fn data_type(_: bool) -> DataType {
        DataType::List(Arc::new(field::<T>("item", false)))
    }

    fn size(&self) -> Size {
        let items = self.iter().map(T::size).map(|size| size.each + size.once);
        Size { each: 4 + items.sum::<usize>(), once: 0 }
    }

    fn array(rows: &Rows<'_, Self>) -> ArrayRef {
        let offsets = OffsetBuffer::from_lengths(rows.iter().map(|list| list.map_or(0, Vec::len)));
        let items = T::array(&Rows::each(rows.iter().flatten().flatten()));
        let item = Arc::new(field::<T>("item", false));
        Arc::new(ListArray::new(item, offsets, items, None))
    }

    fn read(array: &dyn Array, row: usize) -> Result<Self> {
        let list = array.as_list_opt::<i32>().ok_or_else(|| wrong_type(array, "a list"))?;
        let items = list.value(row);
        (0..items.len()).map(|item| read(&items, item)).collect()
    }
}

fn entries<V: Value>() -> Fields {
    Fields::from(vec![field::<String>("key", false), field::<V>("value", false)])
}

/// Maps are never null: a row without a record has an empty one.
impl<V: Value> Value for BTreeMap<String, V> {
    fn data_type(_: bool) -> DataType {
        let entries = DataType::Struct(entries::<V>());
        DataType::Map(Arc::new(Field::new("key_value", entries, false)), false)
    }

    fn size(&self) -> Size {
        let entries = self.iter().map(|(key, value)| key.size() + value.size());
        Size { each: 4 + entries.map(|size| size.each + size.once).sum::<usize>(), once: 0 }
    }

    fn array(rows: &Rows<'_, Self>) -> ArrayRef {
        let lengths = rows.iter().map(|map| map.map_or(0, BTreeMap::len));
        let offsets = OffsetBuffer::from_lengths(lengths);
        let keys = String::array(&Rows::each(rows.iter().flatten().flat_map(BTreeMap::keys)));
        let values = V::array(&Rows::each(rows.iter().flatten().flat_map(BTreeMap::values)));
        let entries = StructArray::new(entries::<V>(), vec![keys, values], None);
        let field = Field::new("key_value", entries.data_type().clone(), false);
        Arc::new(MapArray::new(Arc::new(field), offsets, entries, None, false))
    }

    fn read(array: &dyn Array, row: usize) -> Result<Self> {
        let map = array.as_map_opt().ok_or_else(|| wrong_type(array, "a map"))?;
        let entries = map.value(row);
        let [keys, values] = entries.columns() else {
            return Err(wrong_type(array, "a map"));
        };
        (0..entries.len()).map(|entry| Ok((read(keys, entry)?, read(values, entry)?))).collect()
    }
}

/// The value of a row of a column, null or not.
pub(crate) fn read<T: Value>(array: &ArrayRef, row: usize) -> Result<T> {
    required((T::NULLABLE || !is_null(array, row)).then_some(()))?;
    T::read(&**array, row)
}

/// A record is a struct of its columns.
impl<R: Record> Value for R {
    fn data_type(shared: bool) -> DataType {
        DataType::Struct(fields::<R>(shared))
    }

    fn size(&self) -> Size {
        R::COLUMNS.iter().map(|column| column.size(self)).fold(Size::default(), Add::add)
    }

    fn array(rows: &Rows<'_, Self>) -> ArrayRef {
        let fields = fields::<R>(rows.keys.is_some());
        let arrays = R::COLUMNS.iter().map(|column| column.array(rows)).collect();
        Arc::new(StructArray::new(fields, arrays, rows.nulls()))
    }

    fn read(array: &dyn Array, row: usize) -> Result<Self> {
        let fields = array.as_struct_opt().ok_or_else(|| wrong_type(array, "a struct"))?;
        Reader::new(R::COLUMNS, |name| fields.column_by_name(name))?.read(row)
    }
}

fn fields<R: Record>(shared: bool) -> Fields {
    R::COLUMNS.iter().map(|column| column.field(shared)).collect()
}

//! The columns: each has one home here, with its name, its type, what it says, and the field that
//! it is of.
//!
//! Names are those of a finding's JSON, where that has one. There are no unsigned numbers, which
//! some engines lack. A column that may be null says so.

use std::fmt;

use arrow_array::{Array as _, ArrayRef};
use arrow_schema::{DataType, Field};
use scanops_nessus::{Compliance, Exploit, Finding, Host, Plugin, Report};

use crate::{
    Error, Result,
    value::{self, Rows, Size, Value},
};

/// A record whose fields are columns.
pub(crate) trait Record: Default + 'static {
    const COLUMNS: &'static [&'static dyn Column<Self>];
}

/// One column of a kind of record.
pub(crate) trait Column<R>: Sync {
    fn name(&self) -> &'static str;

    /// `shared`: rows share their records.
    fn field(&self, shared: bool) -> Field;

    fn size(&self, record: &R) -> Size;

    fn array(&self, rows: &Rows<'_, R>) -> ArrayRef;

    /// Sets what the column is of. Nothing, if it is computed from other fields.
    fn read(&self, array: &ArrayRef, row: usize, into: &mut R) -> Result<()>;
}

/// A column that is a field of its record.
struct Of<R, T> {
    name: &'static str,
    get: fn(&R) -> &T,
    get_mut: fn(&mut R) -> &mut T,
}

impl<R, T: Value> Column<R> for Of<R, T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn field(&self, shared: bool) -> Field {
        value::field::<T>(self.name, shared)
    }

    fn size(&self, record: &R) -> Size {
        (self.get)(record).size()
    }

    fn array(&self, rows: &Rows<'_, R>) -> ArrayRef {
        T::array(&rows.map(|record| Some((self.get)(record))))
    }

    fn read(&self, array: &ArrayRef, row: usize, into: &mut R) -> Result<()> {
        *(self.get_mut)(into) = value::read(array, row).map_err(|error| error.at(self.name))?;
        Ok(())
    }
}

/// A text that is computed from a record, and not read back.
struct Computed<R> {
    name: &'static str,
    text: fn(&R) -> String,
}

impl<R> Column<R> for Computed<R> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn field(&self, shared: bool) -> Field {
        value::field::<String>(self.name, shared)
    }

    fn size(&self, _: &R) -> Size {
        // About.
        Size { each: 40, once: 0 }
    }

    fn array(&self, rows: &Rows<'_, R>) -> ArrayRef {
        rows.texts(self.text)
    }

    fn read(&self, _: &ArrayRef, _: usize, _: &mut R) -> Result<()> {
        Ok(())
    }
}

/// The fields of a record in a schema.
pub(crate) fn fields<R: Record>(shared: bool) -> impl Iterator<Item = Field> {
    R::COLUMNS.iter().map(move |column| column.field(shared))
}

/// Reads records of their columns.
pub(crate) struct Reader<'a, R: 'static> {
    columns: Vec<(&'static dyn Column<R>, &'a ArrayRef)>,
}

impl<'a, R: Record> Reader<'a, R> {
    /// Fails if a column is missing.
    pub(crate) fn new(array: impl Fn(&str) -> Option<&'a ArrayRef>) -> Result<Self> {
        Self::of(R::COLUMNS, array)
    }

    /// The same, of some of a record's columns.
    pub(crate) fn of(
        columns: &'static [&'static dyn Column<R>],
        array: impl Fn(&str) -> Option<&'a ArrayRef>,
    ) -> Result<Self> {
        let find = |column: &&'static dyn Column<R>| {
            let name = column.name();
            let array = array(name).ok_or_else(|| Error::schema("is missing").at(name))?;
            Ok((*column, array))
        };
        Ok(Self { columns: columns.iter().map(find).collect::<Result<_>>()? })
    }

    pub(crate) fn read(&self, row: usize) -> Result<R> {
        let mut record = R::default();
        for (column, array) in &self.columns {
            column.read(array, row, &mut record)?;
        }
        Ok(record)
    }
}

/// Declares the columns of a record, and documents them as a table.
macro_rules! columns {
    ($(
        $(#[doc = $about:literal])*
        $list:ident: $record:ty {
            $( $(#[doc = $doc:literal])+ $name:ident: $type:literal $how:tt $($field:ident).+ ; )+
        }
    )+) => { $(
        $(#[doc = $about])*
        ///
        /// | column | type | |
        /// | --- | --- | --- |
        $(#[doc = concat!("| `", stringify!($name), "` | ", $type, " |", $($doc),+, " |")])+
        pub const $list: &[&str] = &[$( stringify!($name), )+];

        impl Record for $record {
            const COLUMNS: &'static [&'static dyn Column<Self>] =
                &[$( columns!(@ $record, $name, $how $($field).+) ),+];
        }

        #[cfg(test)]
        types_are_as_documented! { $record { $($name: $type,)+ } }
    )+ };
    (@ $record:ty, $name:ident, = $($field:ident).+) => {
        &Of {
            name: stringify!($name),
            get: |record: &$record| &record.$($field).+,
            get_mut: |record: &mut $record| &mut record.$($field).+,
        }
    };
    (@ $record:ty, $name:ident, <- $compute:ident) => {
        &Computed::<$record> { name: stringify!($name), text: $compute }
    };
}

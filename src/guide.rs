//! The guide: how each job is done.
//!
#![doc = include_str!("../docs/guide/guide.md")]

pub mod from_pytenable {
    //! pyTenable's calls beside this crate's.
    //!
    #![doc = include_str!("../docs/guide/from_pytenable.md")]
}

//! Placeholder of the front page.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod error;
pub mod http;
pub mod insightvm;
pub mod nessus;
mod open_enum;
#[cfg(feature = "sandbox")]
#[cfg_attr(docsrs, doc(cfg(feature = "sandbox")))]
pub mod sandbox;

pub use self::error::{Error, ErrorKind, Result};
pub use reqwest;

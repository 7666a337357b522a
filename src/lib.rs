//! # 確認 (kakunin)

mod error;
mod history;
mod lang;
pub mod mnist;

pub use error::{Error, ErrorKind};
pub use history::{History, Hits, Point};
pub use lang::Lang;

//! # 確認 (kakunin)

mod check;
mod error;
mod experiment;
mod history;
mod lang;
mod matrix;
pub mod nn;
pub mod rng;
mod samples;
mod simd;

pub use error::{Error, ErrorKind};
pub use experiment::{Experiment, Measure, On, Source, Step, Training, When};
pub use history::{History, Hits, Point};
pub use lang::Lang;
pub use matrix::Matrix;
pub use samples::{Batch, Samples, Split};
pub use simd::InstructionSet;

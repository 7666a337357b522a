//! # 確認 (kakunin)

mod check;
pub mod course;
mod error;
mod experiment;
mod history;
mod lang;
mod matrix;
pub mod mnist;
mod near;
pub mod nn;
pub mod optimizer;
pub mod overfitting;
pub mod plot;
mod published;
mod results;
pub mod rng;
mod samples;
mod simd;
pub mod simple_cnn;
mod slips;
pub mod vanishing_gradient;

pub use error::{Error, ErrorKind};
pub use experiment::{Experiment, Measure, On, Source, Step, Training, When};
pub use history::{History, Hits, Point};
pub use lang::Lang;
pub use matrix::Matrix;
pub use published::{Published, percentile, published, published_ids};
pub use results::{Mode, RESULTS_VERSION, Results, RunRecord};
pub use samples::{Batch, Samples, Split};
pub use simd::InstructionSet;
pub use slips::Slip;

use std::sync::Arc;

/// MNIST を読む（付属のもの。一つのプロセスで一度だけ読み、あとは同じものを渡す）。
///
/// # Errors
/// ファイルがない、壊れているとき（[`ErrorKind::Data`]）。
///
/// ```
/// let mnist = kakunin::mnist()?;
/// assert_eq!((mnist.train.len(), mnist.test.len()), (60_000, 10_000));
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn mnist() -> Result<Arc<Split>, Error> {
    static LOADED: std::sync::Mutex<Option<Arc<Split>>> = std::sync::Mutex::new(None);
    let mut loaded = LOADED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(split) = &*loaded {
        return Ok(Arc::clone(split));
    }
    let split = Arc::new(crate::mnist::load(crate::mnist::MNIST)?.set.split()?);
    *loaded = Some(Arc::clone(&split));
    Ok(split)
}

//! # 確認（kakunin）: 深層学習講座のノートブックのためのライブラリ
//!
//! 講座の 47 の学習を、同じシードから NumPy とひとつ残らず同じ正答率でやり直す。式がそのままコードになった
//! 小さなニューラルネットワークの部品（[`nn`]）でできていて、それ自体が教材になっている。
//!
//! | 節 | モジュール | 原典のノートブック | 学習 |
//! | --- | --- | --- | --- |
//! | Section1 勾配消失問題 | [`vanishing_gradient`] | 2_2_1 | 6 |
//! | Section2 学習率最適化手法 | [`optimizer`] | 2_4 | 26 |
//! | Section3 過学習 | [`overfitting`] | 2_5 | 14 |
//! | Section4 CNN | [`simple_cnn`] | 2_6 | 1 |
//!
//! ```no_run
//! use kakunin::{mnist, optimizer};
//! let data = mnist()?;
//! let adam = optimizer::EXPERIMENTS[4].run(0, &data)?;         // 2_4/16, np.random.seed(0)
//! println!("{:?}", adam.last());
//! # Ok::<(), kakunin::Error>(())
//! ```
//!
//! 読む順: 節のモジュール → [`Experiment`]（一行の実験と、ただ一つの学習の繰り返し）→ [`nn`] → [`rng`]。
//! 原典の書き誤りには名前がある: [`Slip`]。
//!
//! ノートブックでは `use kakunin::prelude::*;`（[`prelude`]）。考えごとの図は [`lab`]、自分のコードを調べるのは [`exercise`]。図や表は [`notebook`]、途中で止めるのは [`interrupt`]。

pub mod bands;
mod check;
pub mod claims;
pub mod course;
pub mod diagnosis;
pub mod errata;
mod error;
pub mod exercise;
mod experiment;
mod history;
pub mod interrupt;
pub mod lab;
mod lang;
mod listed;
mod matrix;
pub mod mnist;
mod near;
pub mod nn;
pub mod notebook;
pub mod optimizer;
pub mod overfitting;
pub mod plot;
pub mod prelude;
mod published;
pub mod quiz;
mod results;
pub mod rng;
mod samples;
mod simd;
pub mod simple_cnn;
mod slips;
pub mod vanishing_gradient;

pub use error::{Error, ErrorKind};
pub use experiment::{Experiment, Measure, On, Source, Step, Training, When};
pub use history::{History, Hits, Origin, Point};
pub use lang::Lang;
pub use listed::Listed;
pub use matrix::Matrix;
pub use published::{Published, percentile, published, published_ids};
pub use results::{Mode, RESULTS_VERSION, Results, RunRecord};
pub use samples::{Samples, Split};
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

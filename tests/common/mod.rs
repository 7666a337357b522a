//! Data so small that a training takes no time.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use kakunin::{Experiment, Samples, Split, optimizer};
use std::sync::Arc;

/// Images of 4 × 4 pixels in four classes.
pub(crate) fn small_data() -> Arc<Split> {
    let samples = |n: usize| {
        let pixels: Vec<u8> = (0..n * 16).map(|i| (i * i % 251) as u8).collect();
        Samples::from_images(&pixels, (0..n).map(|i| (i % 4) as u8).collect(), [1, 4, 4]).unwrap()
    };
    Arc::new(Split { train: samples(40), test: samples(24) })
}

/// A training on them.
pub(crate) const SMALL: Experiment =
    Experiment { iterations: 30, batch: 8, train_rows: 40, test_rows: 24, ..optimizer::BASE };

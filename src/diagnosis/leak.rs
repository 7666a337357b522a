//! 検証データの行が、訓練データにもあるか。

use super::Finding;
use crate::Training;
use crate::samples::Samples;
use std::collections::HashSet;

/// 検証データのうち、どれだけの割合が訓練データにもあったら言うか。偶然同じ画像が何枚かあることはある。
const SHARE: f64 = 0.005;

pub(super) fn check(training: &Training) -> Option<Finding> {
    let (e, data) = (training.experiment(), training.data());
    let seen: HashSet<Vec<u8>> = (0..e.train_rows).map(|r| key(&data.train, r)).collect();
    let rows = (0..e.test_rows).filter(|&r| seen.contains(&key(&data.test, r))).count();
    (rows as f64 > SHARE * e.test_rows as f64).then_some(Finding::Leak { rows, of: e.test_rows })
}

/// The set pixels and their values, as bytes.
fn key(samples: &Samples, row: usize) -> Vec<u8> {
    let (pixels, values) = samples.sparse_rows().row(row);
    let mut key = Vec::with_capacity(6 * pixels.len());
    for (pixel, value) in pixels.iter().zip(values) {
        key.extend(pixel.to_le_bytes());
        key.extend(value.to_le_bytes());
    }
    key
}

//! 結果のページ（`--out`）。

use kakunin::{Error, History, Lang};
use std::path::Path;

/// One finished training.
#[allow(dead_code, reason = "read once the pages are written")]
pub(crate) struct PageRun {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) seed: u32,
    pub(crate) history: History,
    pub(crate) seconds: f64,
    pub(crate) exact: bool,
}

/// Writes the pages.
pub(crate) fn write(_dir: &Path, _runs: &[PageRun], _lang: Lang) -> Result<(), Error> {
    Ok(())
}

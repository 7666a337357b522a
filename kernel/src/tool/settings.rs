//! What the next cell is compiled with: written by the kernel, read by the compiler's stand-in.

use crate::layout::SessionDir;
use serde::{Deserialize, Serialize};
use std::io;

/// How a cell is compiled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CellSettings {
    /// rustc's `opt-level`
    pub(crate) opt_level: String,
    /// whether a `Debug` value that ends a cell is displayed by the prelude's trait
    pub(crate) display_debug: bool,
    /// whether a failed `?` is told by the prelude
    pub(crate) display_errors: bool,
}

impl Default for CellSettings {
    fn default() -> CellSettings {
        CellSettings { opt_level: "0".to_owned(), display_debug: true, display_errors: true }
    }
}

impl CellSettings {
    pub(crate) fn read(session: &SessionDir) -> CellSettings {
        std::fs::read(session.settings())
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default()
    }

    pub(crate) fn write(&self, session: &SessionDir) -> io::Result<()> {
        std::fs::write(session.settings(), serde_json::to_vec(self)?)
    }
}

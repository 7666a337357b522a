//! Where templates and compiled cells lie.

use super::Description;
use std::path::PathBuf;

/// The learner's cache folder: `KAKUNIN_CACHE`, else the user's cache folder, else the temporary one.
pub(crate) fn cache() -> PathBuf {
    std::env::var_os("KAKUNIN_CACHE")
        .filter(|dir| !dir.is_empty())
        .map(PathBuf::from)
        .or_else(|| dirs::cache_dir().map(|dir| dir.join("kakunin")))
        .unwrap_or_else(|| std::env::temp_dir().join("kakunin"))
}

/// Where a user's own templates lie.
pub(crate) fn default_root() -> PathBuf {
    cache().join("kernel")
}

/// The user's own store of compiled cells for a template.
pub(crate) fn own_cells(known: &Description) -> PathBuf {
    default_root().join("cells").join(&known.key)
}

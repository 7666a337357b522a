//! Where templates and compiled cells lie.

use super::Description;
use kakunin::mnist::Places;
use std::path::PathBuf;

/// The learner's cache folder: the library's own, else one among the temporary files.
pub(crate) fn cache() -> PathBuf {
    Places::from_env().cache.unwrap_or_else(|| std::env::temp_dir().join("kakunin"))
}

/// Where a user's own templates lie.
pub(crate) fn default_root() -> PathBuf {
    cache().join("kernel")
}

/// The user's own store of compiled cells for a template.
pub(crate) fn own_cells(known: &Description) -> PathBuf {
    default_root().join("cells").join(&known.key)
}

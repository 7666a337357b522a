//! A panic of the interpreter must not end the session.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::CellError;
use crate::lang::pick;

/// Runs `work`; a panic becomes an error that says so.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, CellError> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let said = panic
            .downcast_ref::<&str>()
            .map(ToString::to_string)
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        CellError::new(
            "InternalError",
            pick(
                format!("カーネルの内部エラーです（{said}）。カーネルを再起動してください。"),
                format!("Internal error of the kernel ({said}). Please restart the kernel."),
            ),
        )
    })
}

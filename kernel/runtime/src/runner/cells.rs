//! Loading and calling compiled cells and the prelude.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::path::Path;

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};

use super::signals;

/// The name of a cell's function when it does not have the one that evcxr gave it.
const CELL: &str = "kakunin_cell";

/// The variables, and what the prelude exports.
pub(super) struct Cells {
    /// evcxr's variable store, which only cells look into; null before the first cell.
    variables: *mut c_void,
    cell_start: Option<extern "C" fn()>,
    flush: Option<extern "C" fn()>,
}

impl Default for Cells {
    fn default() -> Cells {
        Cells { variables: std::ptr::null_mut(), cell_start: None, flush: None }
    }
}

/// A library that stays loaded: variables hold pointers into its code and data.
///
/// All symbols are bound now, so that a missing one is a message and not a crash in the middle of the cell;
/// they stay local, because cells name what they link to and should not meet each other's symbols.
fn load(path: &Path) -> Result<ManuallyDrop<Library>, String> {
    // SAFETY: the library's initialisers run; it is code that the user asked to run.
    let library = unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) };
    library.map(ManuallyDrop::new).map_err(|error| describe(&error))
}

/// What the loader itself says is the error's source.
fn describe(error: &libloading::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

impl Cells {
    /// Loads a library that the prelude or the cells link to: the loader then knows it by its name.
    pub(super) fn load_library(path: &Path) -> Result<(), String> {
        load(path).map(drop)
    }

    /// Loads the prelude dylib and lets it prepare the process.
    pub(super) fn load_prelude(&mut self, path: &Path) -> Result<(), String> {
        let library = load(path)?;
        // SAFETY: these are the types under which the prelude exports the symbols, and it stays loaded.
        unsafe {
            self.cell_start = library.get(b"kakunin_cell_start\0").ok().map(|symbol| *symbol);
            self.flush = library.get(b"kakunin_flush\0").ok().map(|symbol| *symbol);
            if let Some(flush) = self.flush {
                signals::set_flush(flush);
            }
            if let Ok(interrupt) = library.get::<extern "C" fn() -> bool>(b"kakunin_interrupt\0") {
                signals::set_listener(*interrupt);
            }
            if let Ok(start) = library.get::<extern "C" fn()>(b"kakunin_runner_start\0") {
                start();
            }
        }
        Ok(())
    }

    /// Loads a cell and calls its function.
    pub(super) fn run(&mut self, library: &str, function: &str) -> Result<(), String> {
        if let Some(cell_start) = self.cell_start {
            cell_start();
        }
        signals::while_running(|| -> Result<(), String> {
            let library = load(Path::new(library))?;
            // SAFETY: evcxr generates each cell's function with this type; the kernel may compile it under one
            // name for all cells.
            let cell = unsafe {
                library
                    .get::<extern "C" fn(*mut c_void) -> *mut c_void>(function.as_bytes())
                    .or_else(|error| library.get(CELL.as_bytes()).map_err(|_| error))
            };
            self.variables = cell.map_err(|error| describe(&error))?(self.variables);
            Ok(())
        })?;
        if let Some(flush) = self.flush {
            flush();
        }
        Ok(())
    }
}

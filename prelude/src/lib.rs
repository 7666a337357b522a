//! What all cells of a notebook share, compiled once and linked dynamically.
//!
//! A cell is a small crate of its own. What it would otherwise compile again each time lies here: the library and
//! the crates used with it, the store that carries variables from cell to cell ([`store`]), the display of the
//! last expression ([`display`]) and what the kernel is told about errors and panics ([`cell`], `panics`).
//!
//! The process that runs the cells finds the C functions of `runner` in this library.
//!
//! Reading order: [`store`] → [`display`] → [`cell`] → `panics` → `runner` → `instances`.

mod bench;
pub mod cell;
pub mod display;
#[doc(hidden)]
pub mod instances;
mod panics;
pub mod runner;
pub mod store;

pub use bench::bench;
pub use display::EvcxrDisplay;
pub use {kakunin, mnist, ndarray, plotters, serde_json};

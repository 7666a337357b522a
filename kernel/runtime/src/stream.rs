//! What a cell writes on its standard streams, told apart: text, displays, control lines, markers.

mod block;
mod marker;
mod panic_text;
mod router;
mod text;

pub(crate) use panic_text::{allocation_failed, panic_in};
pub(crate) use router::{Piece, Router};
pub(crate) use text::Text;

//! How large rows are, for error bounds.

use super::lanes::{Lanes, Number};
use super::{InstructionSet, kernel};

#[derive(Clone, Copy)]
struct Row<'a, T> {
    x: &'a [T],
    to: *mut [T; 2],
}

#[inline(always)]
unsafe fn sizes<L: Lanes>(task: Row<'_, L::Elem>) {
    // SAFETY: only whole registers within x are loaded; `to` is the caller's.
    unsafe {
        let (mut sum, mut square) = (L::zero(), L::zero());
        for chunk in task.x.chunks_exact(L::N) {
            let x = L::load(chunk.as_ptr());
            sum = sum.add(x);
            square = x.fma(x, square);
        }
        *task.to = [sum.total(), square.total()];
    }
}

kernel! { fn run<T>(Row<'_, T>) = sizes; avx512: [], others: [] }

/// Σx and Σx² of whole lines.
pub(crate) fn sum_and_square(x: &[f32]) -> [f32; 2] {
    assert_eq!(x.len() % f32::LINE, 0, "行の長さ");
    let mut to = [0.0; 2];
    run::<f32>(InstructionSet::current(), Row { x, to: &mut to });
    to
}

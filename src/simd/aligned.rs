//! Memory that starts at a 64-byte boundary: a register load never straddles two cache lines.

use super::lanes::Number;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// One cache line. Any bit pattern is a valid number of those kinds.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([u64; 8]);

/// A vector of numbers in whole cache lines.
#[derive(Clone, Default)]
pub(crate) struct AlignedVec<T> {
    lines: Vec<Line>,
    len: usize,
    of: PhantomData<T>,
}

impl<T: Number> AlignedVec<T> {
    pub(crate) fn zeros(len: usize) -> Self {
        AlignedVec { lines: vec![Line([0; 8]); len.div_ceil(T::LINE)], len, of: PhantomData }
    }

    pub(crate) fn resize(&mut self, len: usize) {
        self.lines.resize(len.div_ceil(T::LINE), Line([0; 8]));
        self.len = len;
    }
}

impl<T: Number> Deref for AlignedVec<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        // SAFETY: the lines hold at least `len` numbers, are aligned for them, and every bit pattern is one.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.len) }
    }
}

impl<T: Number> DerefMut for AlignedVec<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as above, and borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.len) }
    }
}

impl<T: Number + std::fmt::Debug> std::fmt::Debug for AlignedVec<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (**self).fmt(f)
    }
}

//! The fast kernels: the only `unsafe` code of the library.
//!
//! Each kernel is written once over [`Lanes`] and compiled for AVX-512, AVX2 with FMA, and plain Rust; which
//! one runs is found at run time. A lane is one output and its sum runs serially, so that every instruction
//! set and every number of threads gives the same bits. What is done to each number alone (activations,
//! update rules) is ordinary Rust compiled for each set by [`vectorized!`].
#![allow(unsafe_code)]
// Registers are walked by index, in loops of a fixed length that the compiler unrolls.
#![allow(clippy::needless_range_loop)]

mod aligned;
mod bytes;
mod conv;
mod elementwise;
mod gemm;
mod lanes;
mod sizes;
mod sparse_columns;
mod sparse_rows;

pub(crate) use aligned::AlignedVec;
pub(crate) use bytes::{BYTES_DEPTH, ByteRows, ByteWeights, bytes_matmul, bytes_supported};
pub(crate) use conv::{Taps, conv_relu_pool, conv_relu_pool_routes, conv_weight_gradient};
pub(crate) use elementwise::{
    add_to_listed, exp, exp32, map, map_in_place, map_rows, map2, merge, merge2, sum, sum_of_listed, update,
};
pub(crate) use gemm::{
    Left, Listed, RowsOf, matmul, matmul_tn, prefetch, product_of, transpose, transpose_rows,
};
pub(crate) use lanes::{Number, Real};
pub(crate) use sizes::sum_and_square;
pub(crate) use sparse_columns::{Columns, columns_matmul};
pub(crate) use sparse_rows::{Rows, rows_matmul, rows_matmul_single};

use std::sync::OnceLock;

/// The instruction sets that the kernels are compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InstructionSet {
    /// Plain Rust, any machine.
    Portable,
    /// AVX2 with FMA (x86-64, from 2013 on).
    Avx2,
    /// AVX-512 (F, VL and DQ).
    Avx512,
}

impl InstructionSet {
    /// The best set that this machine has; the environment variable `KAKUNIN_SIMD` (`portable`, `avx2`,
    /// `avx512`) can lower it.
    pub fn current() -> InstructionSet {
        static CURRENT: OnceLock<InstructionSet> = OnceLock::new();
        *CURRENT.get_or_init(|| {
            let wanted = match std::env::var("KAKUNIN_SIMD").as_deref() {
                Ok("portable") => InstructionSet::Portable,
                Ok("avx2") => InstructionSet::Avx2,
                _ => InstructionSet::Avx512,
            };
            wanted.min(InstructionSet::best())
        })
    }

    fn best() -> InstructionSet {
        #[cfg(target_arch = "x86_64")]
        {
            let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
            if avx2
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512dq")
            {
                return InstructionSet::Avx512;
            }
            if avx2 {
                return InstructionSet::Avx2;
            }
        }
        InstructionSet::Portable
    }

    /// All sets that this machine has, plainest first.
    #[cfg(test)]
    pub(crate) fn available() -> impl Iterator<Item = InstructionSet> {
        [InstructionSet::Portable, InstructionSet::Avx2, InstructionSet::Avx512]
            .into_iter()
            .filter(|&set| set <= InstructionSet::best())
    }
}

/// Compiles a kernel for each instruction set and chooses at run time.
///
/// `body::<Lanes, tile sizes…>(task)`: the tile sizes are what the registers of each set hold.
macro_rules! kernel {
    ($(#[$doc:meta])* fn $name:ident<$T:ident>($task:ty) = $body:ident; avx512: [$($c5:literal),*], others: [$($c2:literal),*]) => {
        $(#[$doc])*
        fn $name<$T: $crate::simd::Real>(set: $crate::simd::InstructionSet, task: $task) {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx2,fma")]
            fn avx512<$T: $crate::simd::Real>(task: $task) {
                // SAFETY: this function has AVX-512; the task's maker checked its bounds.
                unsafe { $body::<$T::Avx512, $($c5),*>(task) }
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2<$T: $crate::simd::Real>(task: $task) {
                // SAFETY: this function has AVX2 and FMA; the task's maker checked its bounds.
                unsafe { $body::<$T::Avx2, $($c2),*>(task) }
            }
            match set {
                // SAFETY: `InstructionSet::best` has seen these features on this machine.
                #[cfg(target_arch = "x86_64")]
                $crate::simd::InstructionSet::Avx512 => unsafe { avx512::<$T>(task) },
                // SAFETY: likewise.
                #[cfg(target_arch = "x86_64")]
                $crate::simd::InstructionSet::Avx2 => unsafe { avx2::<$T>(task) },
                // SAFETY: plain Rust; the task's maker checked its bounds.
                _ => unsafe { $body::<$T::Portable, $($c2),*>(task) },
            }
        }
    };
}

/// Runs an inlined function compiled for the best instruction set, so that the compiler's own vectorisation
/// has its registers. For loops over numbers that do not meet.
macro_rules! vectorized {
    ($(#[$doc:meta])* fn $name:ident $(<$($g:ident: $b:path),*>)? ($($arg:ident: $ty:ty),* $(,)?) $(-> $out:ty)? = $body:ident) => {
        $(#[$doc])*
        #[inline]
        pub(crate) fn $name $(<$($g: $b),*>)? ($($arg: $ty),*) $(-> $out)? {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx2,fma")]
            fn avx512 $(<$($g: $b),*>)? ($($arg: $ty),*) $(-> $out)? {
                $body($($arg),*)
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2 $(<$($g: $b),*>)? ($($arg: $ty),*) $(-> $out)? {
                $body($($arg),*)
            }
            match $crate::simd::InstructionSet::current() {
                // SAFETY: `InstructionSet::best` has seen these features on this machine.
                #[cfg(target_arch = "x86_64")]
                $crate::simd::InstructionSet::Avx512 => unsafe { avx512($($arg),*) },
                // SAFETY: likewise.
                #[cfg(target_arch = "x86_64")]
                $crate::simd::InstructionSet::Avx2 => unsafe { avx2($($arg),*) },
                _ => $body($($arg),*),
            }
        }
    };
}
pub(crate) use {kernel, vectorized};

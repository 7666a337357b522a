//! One register's worth of numbers, for each instruction set.
//!
//! Lanes never meet: each is one output with its own serial sum, so all sets give the same bits.

/// A fixed number of lanes that calculate side by side.
///
/// # Safety
/// Every function may be called only where the instruction set of the implementing type is available,
/// and pointers must be valid for `N` elements.
pub(crate) trait Lanes: Copy {
    type Elem: Copy;
    const N: usize;
    /// SAFETY: see the trait.
    unsafe fn zero() -> Self;
    /// SAFETY: see the trait.
    unsafe fn splat(x: Self::Elem) -> Self;
    /// SAFETY: see the trait.
    unsafe fn load(p: *const Self::Elem) -> Self;
    /// SAFETY: see the trait.
    unsafe fn store(self, p: *mut Self::Elem);
    /// self · b + acc, rounded once. SAFETY: see the trait.
    unsafe fn fma(self, b: Self, acc: Self) -> Self;
    /// SAFETY: see the trait.
    unsafe fn add(self, b: Self) -> Self;
    /// The sum of all lanes. SAFETY: see the trait.
    unsafe fn total(self) -> Self::Elem;
    /// `yes` where a > b, else `no`. SAFETY: see the trait.
    unsafe fn if_greater(a: Self, b: Self, yes: Self, no: Self) -> Self;
    /// `yes` where a = b, else `no`. SAFETY: see the trait.
    unsafe fn if_equal(a: Self, b: Self, yes: Self, no: Self) -> Self;
}

/// A number that a cache line holds several of.
pub(crate) trait Number: Copy {
    /// Numbers in 64 bytes; rows of a matrix start at multiples of this.
    const LINE: usize = 64 / size_of::<Self>();
}

impl Number for f64 {}
impl Number for f32 {}
impl Number for i32 {}

/// f64 or f32, with its lanes under each instruction set.
pub(crate) trait Real:
    Number + Default + PartialOrd + From<f32> + std::ops::Add<Output = Self> + Send + Sync + 'static
{
    type Portable: Lanes<Elem = Self>;
    #[cfg(target_arch = "x86_64")]
    type Avx2: Lanes<Elem = Self>;
    #[cfg(target_arch = "x86_64")]
    type Avx512: Lanes<Elem = Self>;
}

impl Real for f64 {
    type Portable = Plain<f64, 8>;
    #[cfg(target_arch = "x86_64")]
    type Avx2 = x86::Avx2F64;
    #[cfg(target_arch = "x86_64")]
    type Avx512 = x86::Avx512F64;
}

impl Real for f32 {
    type Portable = Plain<f32, 16>;
    #[cfg(target_arch = "x86_64")]
    type Avx2 = x86::Avx2F32;
    #[cfg(target_arch = "x86_64")]
    type Avx512 = x86::Avx512F32;
}

/// The plain version: an array, number by number. What the others are tested against.
#[derive(Clone, Copy)]
pub(crate) struct Plain<T, const N: usize>([T; N]);

macro_rules! plain {
    ($t:ty, $n:literal) => {
        impl Lanes for Plain<$t, $n> {
            type Elem = $t;
            const N: usize = $n;
            #[inline(always)]
            unsafe fn zero() -> Self {
                Plain([0.0; $n])
            }
            #[inline(always)]
            unsafe fn splat(x: $t) -> Self {
                Plain([x; $n])
            }
            #[inline(always)]
            unsafe fn load(p: *const $t) -> Self {
                // SAFETY: p is valid for N elements (trait).
                unsafe { Plain(p.cast::<[$t; $n]>().read_unaligned()) }
            }
            #[inline(always)]
            unsafe fn store(self, p: *mut $t) {
                // SAFETY: p is valid for N elements (trait).
                unsafe { p.cast::<[$t; $n]>().write_unaligned(self.0) }
            }
            #[inline(always)]
            unsafe fn fma(self, b: Self, acc: Self) -> Self {
                Plain(std::array::from_fn(|i| self.0[i].mul_add(b.0[i], acc.0[i])))
            }
            #[inline(always)]
            unsafe fn add(self, b: Self) -> Self {
                Plain(std::array::from_fn(|i| self.0[i] + b.0[i]))
            }
            #[inline(always)]
            unsafe fn total(self) -> $t {
                self.0.iter().sum()
            }
            #[inline(always)]
            unsafe fn if_greater(a: Self, b: Self, yes: Self, no: Self) -> Self {
                Plain(std::array::from_fn(|i| if a.0[i] > b.0[i] { yes.0[i] } else { no.0[i] }))
            }
            #[inline(always)]
            unsafe fn if_equal(a: Self, b: Self, yes: Self, no: Self) -> Self {
                Plain(std::array::from_fn(|i| if a.0[i] == b.0[i] { yes.0[i] } else { no.0[i] }))
            }
        }
    };
}
plain!(f64, 8);
plain!(f32, 16);

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Lanes;
    use std::arch::x86_64::*;

    /// One 512-bit register.
    macro_rules! avx512 {
        ($name:ident, $t:ty, $reg:ty, $n:literal, $set1:ident, $load:ident, $store:ident, $fma:ident, $add:ident, $cmp:ident, $blend:ident, $total:ident) => {
            #[derive(Clone, Copy)]
            pub(crate) struct $name($reg);
            impl Lanes for $name {
                type Elem = $t;
                const N: usize = $n;
                #[inline(always)]
                unsafe fn zero() -> Self {
                    // SAFETY: AVX-512F is available (trait).
                    unsafe { $name($set1(0.0)) }
                }
                #[inline(always)]
                unsafe fn splat(x: $t) -> Self {
                    // SAFETY: AVX-512F is available (trait).
                    unsafe { $name($set1(x)) }
                }
                #[inline(always)]
                unsafe fn load(p: *const $t) -> Self {
                    // SAFETY: AVX-512F is available and p valid for N elements (trait).
                    unsafe { $name($load(p)) }
                }
                #[inline(always)]
                unsafe fn store(self, p: *mut $t) {
                    // SAFETY: AVX-512F is available and p valid for N elements (trait).
                    unsafe { $store(p, self.0) }
                }
                #[inline(always)]
                unsafe fn fma(self, b: Self, acc: Self) -> Self {
                    // SAFETY: AVX-512F is available (trait).
                    unsafe { $name($fma(self.0, b.0, acc.0)) }
                }
                #[inline(always)]
                unsafe fn add(self, b: Self) -> Self {
                    // SAFETY: AVX-512F is available (trait).
                    unsafe { $name($add(self.0, b.0)) }
                }
                #[inline(always)]
                unsafe fn total(self) -> $t {
                    // SAFETY: AVX-512F is available (trait).
                    unsafe { $total(self.0) }
                }
                #[inline(always)]
                unsafe fn if_greater(a: Self, b: Self, yes: Self, no: Self) -> Self {
                    // SAFETY: AVX-512F is available (trait).
                    unsafe { $name($blend($cmp::<_CMP_GT_OQ>(a.0, b.0), no.0, yes.0)) }
                }
                #[inline(always)]
                unsafe fn if_equal(a: Self, b: Self, yes: Self, no: Self) -> Self {
                    // SAFETY: AVX-512F is available (trait).
                    unsafe { $name($blend($cmp::<_CMP_EQ_OQ>(a.0, b.0), no.0, yes.0)) }
                }
            }
        };
    }
    avx512!(
        Avx512F64,
        f64,
        __m512d,
        8,
        _mm512_set1_pd,
        _mm512_loadu_pd,
        _mm512_storeu_pd,
        _mm512_fmadd_pd,
        _mm512_add_pd,
        _mm512_cmp_pd_mask,
        _mm512_mask_blend_pd,
        _mm512_reduce_add_pd
    );
    avx512!(
        Avx512F32,
        f32,
        __m512,
        16,
        _mm512_set1_ps,
        _mm512_loadu_ps,
        _mm512_storeu_ps,
        _mm512_fmadd_ps,
        _mm512_add_ps,
        _mm512_cmp_ps_mask,
        _mm512_mask_blend_ps,
        _mm512_reduce_add_ps
    );

    /// Two 256-bit registers, so that a row has the same lanes as under AVX-512.
    macro_rules! avx2 {
        ($name:ident, $t:ty, $reg:ty, $n:literal, $half:literal, $set1:ident, $load:ident, $store:ident, $fma:ident, $add:ident, $cmp:ident, $blend:ident) => {
            #[derive(Clone, Copy)]
            pub(crate) struct $name($reg, $reg);
            impl Lanes for $name {
                type Elem = $t;
                const N: usize = $n;
                #[inline(always)]
                unsafe fn zero() -> Self {
                    // SAFETY: AVX2 is available (trait).
                    unsafe { $name($set1(0.0), $set1(0.0)) }
                }
                #[inline(always)]
                unsafe fn splat(x: $t) -> Self {
                    // SAFETY: AVX2 is available (trait).
                    unsafe { $name($set1(x), $set1(x)) }
                }
                #[inline(always)]
                unsafe fn load(p: *const $t) -> Self {
                    // SAFETY: AVX2 is available and p valid for N elements (trait).
                    unsafe { $name($load(p), $load(p.add($half))) }
                }
                #[inline(always)]
                unsafe fn store(self, p: *mut $t) {
                    // SAFETY: AVX2 is available and p valid for N elements (trait).
                    unsafe {
                        $store(p, self.0);
                        $store(p.add($half), self.1);
                    }
                }
                #[inline(always)]
                unsafe fn fma(self, b: Self, acc: Self) -> Self {
                    // SAFETY: FMA is available (trait).
                    unsafe { $name($fma(self.0, b.0, acc.0), $fma(self.1, b.1, acc.1)) }
                }
                #[inline(always)]
                unsafe fn add(self, b: Self) -> Self {
                    // SAFETY: AVX2 is available (trait).
                    unsafe { $name($add(self.0, b.0), $add(self.1, b.1)) }
                }
                #[inline(always)]
                unsafe fn total(self) -> $t {
                    let mut lanes = [0.0; $n];
                    // SAFETY: AVX2 is available (trait), and the array holds all lanes.
                    unsafe { self.store(lanes.as_mut_ptr()) };
                    lanes.iter().sum()
                }
                #[inline(always)]
                unsafe fn if_greater(a: Self, b: Self, yes: Self, no: Self) -> Self {
                    // SAFETY: AVX2 is available (trait).
                    unsafe {
                        $name(
                            $blend(no.0, yes.0, $cmp::<_CMP_GT_OQ>(a.0, b.0)),
                            $blend(no.1, yes.1, $cmp::<_CMP_GT_OQ>(a.1, b.1)),
                        )
                    }
                }
                #[inline(always)]
                unsafe fn if_equal(a: Self, b: Self, yes: Self, no: Self) -> Self {
                    // SAFETY: AVX2 is available (trait).
                    unsafe {
                        $name(
                            $blend(no.0, yes.0, $cmp::<_CMP_EQ_OQ>(a.0, b.0)),
                            $blend(no.1, yes.1, $cmp::<_CMP_EQ_OQ>(a.1, b.1)),
                        )
                    }
                }
            }
        };
    }
    avx2!(
        Avx2F64,
        f64,
        __m256d,
        8,
        4,
        _mm256_set1_pd,
        _mm256_loadu_pd,
        _mm256_storeu_pd,
        _mm256_fmadd_pd,
        _mm256_add_pd,
        _mm256_cmp_pd,
        _mm256_blendv_pd
    );
    avx2!(
        Avx2F32,
        f32,
        __m256,
        16,
        8,
        _mm256_set1_ps,
        _mm256_loadu_ps,
        _mm256_storeu_ps,
        _mm256_fmadd_ps,
        _mm256_add_ps,
        _mm256_cmp_ps,
        _mm256_blendv_ps
    );
}

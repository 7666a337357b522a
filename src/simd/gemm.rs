//! Matrix products: register tiles without packing, a lane per output column, a serial sum over k.

use super::lanes::{Lanes, Number, Real};
use super::{InstructionSet, kernel};
use crate::matrix::Matrix;

/// C (+)= A·B, with A's element (i, k) at `a + i·a_row + k·a_k`.
#[derive(Clone, Copy)]
struct Product<'a, T> {
    a: *const T,
    a_row: usize,
    a_k: usize,
    b: *const T,
    b_row: usize,
    c: *mut T,
    c_row: usize,
    /// Which rows take part, where not simply the first ones: A's, B's (one for each k) and C's.
    a_rows: Option<&'a [u32]>,
    b_rows: Option<&'a [u32]>,
    c_rows: Option<&'a [u32]>,
    m: usize,
    k: usize,
    /// Columns of C in whole lanes.
    lanes: usize,
    /// Adds the finished sum to what C holds, instead of replacing it.
    add: bool,
}

#[inline(always)]
unsafe fn tile<L: Lanes, const MR: usize, const NV: usize, const LISTED: bool>(
    p: &Product<'_, L::Elem>,
    i: usize,
    v: usize,
) {
    let listed = |rows: Option<&[u32]>, i: usize| rows.map_or(i, |rows| rows[i] as usize);
    // SAFETY: the caller keeps i + MR ≤ m and v + NV ≤ lanes; the maker checked all rows against the matrices.
    unsafe {
        let column = v * L::N;
        let mut a = [p.a; MR];
        let mut c = [p.c; MR];
        for r in 0..MR {
            a[r] = p.a.add(listed(p.a_rows, i + r) * p.a_row);
            c[r] = p.c.add(listed(p.c_rows, i + r) * p.c_row + column);
        }
        let b = p.b.add(column);
        let mut sum = [[L::zero(); NV]; MR];
        for k in 0..p.k {
            let b_row = if LISTED { *p.b_rows.unwrap_or_default().get_unchecked(k) as usize } else { k };
            let b = b.add(b_row * p.b_row);
            let mut right = [L::zero(); NV];
            for n in 0..NV {
                right[n] = L::load(b.add(n * L::N));
            }
            for r in 0..MR {
                let left = L::splat(*a[r].add(k * p.a_k));
                for n in 0..NV {
                    sum[r][n] = left.fma(right[n], sum[r][n]);
                }
            }
        }
        for r in 0..MR {
            for n in 0..NV {
                let to = c[r].add(n * L::N);
                let total = if p.add { sum[r][n].add(L::load(to)) } else { sum[r][n] };
                total.store(to);
            }
        }
    }
}

/// All rows of a strip of NV lanes: tiles of MR rows, then smaller ones.
#[inline(always)]
unsafe fn strip<L: Lanes, const MR: usize, const NV: usize, const LISTED: bool>(
    p: &Product<'_, L::Elem>,
    v: usize,
) {
    let mut i = 0;
    // SAFETY: every tile stays within m rows.
    unsafe {
        while i + MR <= p.m {
            tile::<L, MR, NV, LISTED>(p, i, v);
            i += MR;
        }
        while i + 4 <= p.m {
            tile::<L, 4, NV, LISTED>(p, i, v);
            i += 4;
        }
        while i + 2 <= p.m {
            tile::<L, 2, NV, LISTED>(p, i, v);
            i += 2;
        }
        if i < p.m {
            tile::<L, 1, NV, LISTED>(p, i, v);
        }
    }
}

#[inline(always)]
unsafe fn strips<L: Lanes, const MR: usize, const NV: usize, const LISTED: bool>(p: &Product<'_, L::Elem>) {
    let mut v = 0;
    // SAFETY: every strip stays within the lanes of a row.
    unsafe {
        while v + NV <= p.lanes {
            strip::<L, MR, NV, LISTED>(p, v);
            v += NV;
        }
        match p.lanes - v {
            3 => strip::<L, MR, 3, LISTED>(p, v),
            2 => strip::<L, MR, 2, LISTED>(p, v),
            1 => strip::<L, MR, 1, LISTED>(p, v),
            _ => {}
        }
    }
}

#[inline(always)]
unsafe fn product<L: Lanes, const MR: usize, const NV: usize>(p: Product<'_, L::Elem>) {
    // SAFETY: as the caller's.
    unsafe { if p.b_rows.is_some() { strips::<L, MR, NV, true>(&p) } else { strips::<L, MR, NV, false>(&p) } }
}

kernel! { fn run<T>(Product<'_, T>) = product; avx512: [6, 4], others: [4, 1] }

/// The left side of a product: element (i, k) at `data[i·row + k·k]`.
pub(crate) struct Left<'a, T> {
    pub(crate) data: &'a [T],
    pub(crate) row: usize,
    pub(crate) k: usize,
}

/// Rows of a matrix: `row` numbers apart, all of them or those listed.
pub(crate) struct RowsOf<D> {
    pub(crate) data: D,
    pub(crate) row: usize,
}

/// m, k, and the columns of C in whole lines.
pub(crate) type Size = (usize, usize, usize);

/// Which rows take part in a product.
pub(crate) enum Listed<'a> {
    /// C = A·B
    None,
    /// C = A\[rows]·B
    Left(&'a [u32]),
    /// C = A·B\[rows]
    Right(&'a [u32]),
    /// C\[rows] += A·B
    Add(&'a [u32]),
}

/// A·B with m rows and a sum of k terms.
pub(crate) fn product_of<T: Real>(
    a: Left<'_, T>,
    b: RowsOf<&[T]>,
    c: RowsOf<&mut [T]>,
    (m, k, lines): Size,
    listed: Listed<'_>,
) {
    let (mut a_rows, mut b_rows, mut c_rows) = (None, None, None);
    let add = matches!(listed, Listed::Add(_));
    match listed {
        Listed::None => {}
        Listed::Left(rows) => a_rows = Some(rows),
        Listed::Right(rows) => b_rows = Some(rows),
        Listed::Add(rows) => c_rows = Some(rows),
    }
    let last = |rows: Option<&[u32]>, n: usize| match rows {
        Some(rows) => {
            assert_eq!(rows.len(), n, "行の数");
            rows.iter().max().map_or(0, |&r| r as usize)
        }
        None => n.saturating_sub(1),
    };
    let width = lines * T::LINE;
    if m == 0 {
        return;
    }
    assert!(width <= b.row && width <= c.row, "B と C の行の長さ");
    assert!(k == 0 || last(a_rows, m) * a.row + (k - 1) * a.k < a.data.len(), "A の大きさ");
    assert!(k == 0 || last(b_rows, k) * b.row + width <= b.data.len(), "B の大きさ");
    assert!(last(c_rows, m) * c.row + width <= c.data.len(), "C の大きさ");
    let task = Product {
        a: a.data.as_ptr(),
        a_row: a.row,
        a_k: a.k,
        b: b.data.as_ptr(),
        b_row: b.row,
        c: c.data.as_mut_ptr(),
        c_row: c.row,
        a_rows,
        b_rows,
        c_rows,
        m,
        k,
        lanes: lines,
        add,
    };
    run::<T>(InstructionSet::current(), task);
}

/// C = A·B
pub(crate) fn matmul<T: Real>(a: &Matrix<T>, b: &Matrix<T>, c: &mut Matrix<T>) {
    assert_eq!(a.cols(), b.rows(), "A の列数と B の行数");
    c.reshape(a.rows(), b.cols());
    let left = Left { data: a.padded(), row: a.stride(), k: 1 };
    let size = (a.rows(), a.cols(), b.stride() / T::LINE);
    product_of(left, b.as_rows(), c.as_rows_mut(), size, Listed::None);
}

/// C = Aᵀ·B
pub(crate) fn matmul_tn(a: &Matrix, b: &Matrix, c: &mut Matrix) {
    assert_eq!(a.rows(), b.rows(), "A と B の行数");
    c.reshape(a.cols(), b.cols());
    let left = Left { data: a.padded(), row: 1, k: a.stride() };
    let size = (a.cols(), a.rows(), b.stride() / f64::LINE);
    product_of(left, b.as_rows(), c.as_rows_mut(), size, Listed::None);
}

/// Asks for the memory ahead of its use.
pub(crate) fn prefetch<T>(data: &[T]) {
    #[cfg(target_arch = "x86_64")]
    for line in data.chunks((64 / size_of::<T>()).max(1)) {
        // SAFETY: a prefetch reads nothing and cannot fault; SSE is part of x86-64.
        unsafe { std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T1 }>(line.as_ptr().cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = data;
}

/// B = Aᵀ
pub(crate) fn transpose(a: &Matrix, b: &mut Matrix) {
    b.reshape(a.cols(), a.rows());
    let to = b.as_rows_mut();
    transpose_rows(a.as_rows(), a.rows(), a.cols(), to);
}

/// The transpose of a rows × cols part, in blocks of 8 × 8.
pub(crate) fn transpose_rows(a: RowsOf<&[f64]>, rows: usize, cols: usize, b: RowsOf<&mut [f64]>) {
    const N: usize = 8;
    for i in (0..rows).step_by(N) {
        for j in (0..cols).step_by(N) {
            #[cfg(target_arch = "x86_64")]
            if i + N <= rows && j + N <= cols && InstructionSet::current() == InstructionSet::Avx512 {
                let from = &a.data[i * a.row + j..][..(N - 1) * a.row + N];
                let to = &mut b.data[j * b.row + i..][..(N - 1) * b.row + N];
                // SAFETY: AVX-512 is there, and both blocks lie within their slices.
                unsafe { transpose_block(from.as_ptr(), a.row, to.as_mut_ptr(), b.row) };
                continue;
            }
            for i in i..(i + N).min(rows) {
                for j in j..(j + N).min(cols) {
                    b.data[j * b.row + i] = a.data[i * a.row + j];
                }
            }
        }
    }
}

/// 8 × 8 numbers in registers: pairs, then fours, then eights change places.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
unsafe fn transpose_block(a: *const f64, a_row: usize, b: *mut f64, b_row: usize) {
    use std::arch::x86_64::*;
    // SAFETY: the caller gives eight rows of eight numbers on both sides.
    unsafe {
        let mut x = [_mm512_setzero_pd(); 8];
        for i in 0..8 {
            x[i] = _mm512_loadu_pd(a.add(i * a_row));
        }
        let mut y = x;
        for i in 0..4 {
            y[2 * i] = _mm512_unpacklo_pd(x[2 * i], x[2 * i + 1]);
            y[2 * i + 1] = _mm512_unpackhi_pd(x[2 * i], x[2 * i + 1]);
        }
        for h in 0..2 {
            for o in 0..2 {
                let (low, high) = (y[4 * h + o], y[4 * h + 2 + o]);
                x[4 * h + o] = _mm512_permutex2var_pd(low, _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13), high);
                x[4 * h + 2 + o] =
                    _mm512_permutex2var_pd(low, _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15), high);
            }
        }
        for o in 0..4 {
            y[o] = _mm512_shuffle_f64x2::<0b01_00_01_00>(x[o], x[4 + o]);
            y[4 + o] = _mm512_shuffle_f64x2::<0b11_10_11_10>(x[o], x[4 + o]);
        }
        for j in 0..8 {
            _mm512_storeu_pd(b.add(j * b_row), y[j]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::RandomState;

    fn random(rng: &mut RandomState, rows: usize, cols: usize) -> Matrix {
        let mut m = Matrix::zeros(rows, cols);
        (0..rows).for_each(|i| m.row_mut(i).fill_with(|| rng.randn()));
        m
    }

    #[test]
    fn the_product_equals_ndarrays_in_every_shape() {
        let mut rng = RandomState::new(1);
        for (m, k, n) in [(1, 1, 1), (7, 5, 3), (8, 784, 40), (13, 100, 100), (100, 20, 10), (33, 17, 26)] {
            let (a, b) = (random(&mut rng, m, k), random(&mut rng, k, n));
            let mut c = Matrix::default();
            matmul(&a, &b, &mut c);
            let want = a.to_array().dot(&b.to_array());
            assert!((c.to_array() - &want).iter().all(|d| d.abs() < 1e-11));
            let mut t = Matrix::default();
            transpose(&a, &mut t);
            matmul_tn(&t, &b, &mut c);
            assert!((c.to_array() - &want).iter().all(|d| d.abs() < 1e-11));
        }
    }

    #[test]
    fn every_instruction_set_gives_the_same_bits() {
        let mut rng = RandomState::new(2);
        let (a, b) = (random(&mut rng, 29, 100), random(&mut rng, 100, 77));
        let results: Vec<Matrix> = InstructionSet::available()
            .map(|set| {
                let mut c = Matrix::zeros(29, 77);
                let task = Product {
                    a: a.padded().as_ptr(),
                    a_row: a.stride(),
                    a_k: 1,
                    b: b.padded().as_ptr(),
                    b_row: b.stride(),
                    c_row: c.stride(),
                    c: c.padded_mut().as_mut_ptr(),
                    a_rows: None,
                    b_rows: None,
                    c_rows: None,
                    m: 29,
                    k: 100,
                    lanes: b.stride() / f64::LINE,
                    add: false,
                };
                run::<f64>(set, task);
                c
            })
            .collect();
        assert!(results.iter().all(|c| *c == results[0]));
    }
}

//! Matrix products: register tiles without packing, a lane per output column, a serial sum over k.

use super::lanes::{Lanes, Real};
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
    /// The row of C that row i of A goes to; the same row where there is no list.
    c_rows: Option<&'a [u32]>,
    m: usize,
    k: usize,
    /// Columns of C in whole lanes.
    lanes: usize,
    /// Adds the finished sum to what C holds, instead of replacing it.
    add: bool,
}

#[inline(always)]
unsafe fn tile<L: Lanes, const MR: usize, const NV: usize>(p: &Product<'_, L::Elem>, i: usize, v: usize) {
    // SAFETY: the caller keeps i + MR ≤ m and v + NV ≤ lanes, within all three matrices.
    unsafe {
        let column = v * L::N;
        let mut c = [p.c; MR];
        for (r, c) in c.iter_mut().enumerate() {
            let row = p.c_rows.map_or(i + r, |rows| rows[i + r] as usize);
            *c = p.c.add(row * p.c_row + column);
        }
        let mut sum = [[L::zero(); NV]; MR];
        let mut a = p.a.add(i * p.a_row);
        let mut b = p.b.add(column);
        for _ in 0..p.k {
            let mut right = [L::zero(); NV];
            for n in 0..NV {
                right[n] = L::load(b.add(n * L::N));
            }
            for r in 0..MR {
                let left = L::splat(*a.add(r * p.a_row));
                for n in 0..NV {
                    sum[r][n] = left.fma(right[n], sum[r][n]);
                }
            }
            a = a.add(p.a_k);
            b = b.add(p.b_row);
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

#[inline(always)]
unsafe fn strip<L: Lanes, const MR: usize, const NV: usize>(p: &Product<'_, L::Elem>, v: usize) {
    let mut i = 0;
    // SAFETY: every tile stays within m rows.
    unsafe {
        while i + MR <= p.m {
            tile::<L, MR, NV>(p, i, v);
            i += MR;
        }
        while i + 4 <= p.m {
            tile::<L, 4, NV>(p, i, v);
            i += 4;
        }
        while i < p.m {
            tile::<L, 1, NV>(p, i, v);
            i += 1;
        }
    }
}

#[inline(always)]
unsafe fn product<L: Lanes, const MR: usize, const NV: usize>(p: Product<'_, L::Elem>) {
    let mut v = 0;
    // SAFETY: every strip stays within the lanes of a row.
    unsafe {
        while v + NV <= p.lanes {
            strip::<L, MR, NV>(&p, v);
            v += NV;
        }
        if NV > 2 && v + 2 <= p.lanes {
            strip::<L, MR, 2>(&p, v);
            v += 2;
        }
        while v < p.lanes {
            strip::<L, MR, 1>(&p, v);
            v += 1;
        }
    }
}

kernel! { fn run<T>(Product<'_, T>) = product; avx512: [8, 3], others: [4, 1] }

/// The left side of a product: element (i, k) at `data[i·row + k·k]`.
pub(crate) struct Left<'a, T> {
    pub(crate) data: &'a [T],
    pub(crate) row: usize,
    pub(crate) k: usize,
}

/// C = A·B with m rows, a sum of k terms, and C's columns in whole lines; or C[rows[i]] += A[i]·B where rows
/// are listed. B's and C's rows are `b_row` and `c_row` numbers apart.
#[allow(clippy::too_many_arguments)]
pub(crate) fn product_of<T: Real>(
    a: Left<'_, T>,
    (b, b_row): (&[T], usize),
    (c, c_row): (&mut [T], usize),
    m: usize,
    k: usize,
    lines: usize,
    add_to_rows: Option<&[u32]>,
) {
    let width = lines * T::LINE;
    let last_row = add_to_rows.map_or(m.saturating_sub(1), |r| r.iter().max().map_or(0, |&r| r as usize));
    assert!(width <= b_row && width <= c_row, "B と C の行の長さ");
    assert!(m == 0 || k == 0 || (m - 1) * a.row + (k - 1) * a.k < a.data.len(), "A の大きさ");
    assert!(k == 0 || (k - 1) * b_row + width <= b.len(), "B の大きさ");
    assert!(m == 0 || last_row * c_row + width <= c.len(), "C の大きさ");
    assert!(add_to_rows.is_none_or(|rows| rows.len() == m), "C の行の数");
    let task = Product {
        a: a.data.as_ptr(),
        a_row: a.row,
        a_k: a.k,
        b: b.as_ptr(),
        b_row,
        c: c.as_mut_ptr(),
        c_row,
        c_rows: add_to_rows,
        m,
        k,
        lanes: lines,
        add: add_to_rows.is_some(),
    };
    run::<T>(InstructionSet::current(), task);
}

/// C = A·B
pub(crate) fn matmul<T: Real>(a: &Matrix<T>, b: &Matrix<T>, c: &mut Matrix<T>) {
    assert_eq!(a.cols(), b.rows(), "A の列数と B の行数");
    c.reshape(a.rows(), b.cols());
    let left = Left { data: a.padded(), row: a.stride(), k: 1 };
    let c_row = c.stride();
    let lines = b.stride() / T::LINE;
    product_of(left, (b.padded(), b.stride()), (c.padded_mut(), c_row), a.rows(), a.cols(), lines, None);
}

/// C = Aᵀ·B
pub(crate) fn matmul_tn(a: &Matrix, b: &Matrix, c: &mut Matrix) {
    assert_eq!(a.rows(), b.rows(), "A と B の行数");
    c.reshape(a.cols(), b.cols());
    let left = Left { data: a.padded(), row: 1, k: a.stride() };
    let c_row = c.stride();
    let lines = b.stride() / f64::LINE;
    product_of(left, (b.padded(), b.stride()), (c.padded_mut(), c_row), a.cols(), a.rows(), lines, None);
}

/// B = Aᵀ, block by block so that both sides stay in the cache.
pub(crate) fn transpose(a: &Matrix, b: &mut Matrix) {
    const BLOCK: usize = 8;
    b.reshape(a.cols(), a.rows());
    let (from, from_row, to_row) = (a.padded(), a.stride(), b.stride());
    let (rows, cols) = (a.rows(), a.cols());
    let to = b.padded_mut();
    for i0 in (0..rows).step_by(BLOCK) {
        for j0 in (0..cols).step_by(BLOCK) {
            for j in j0..(j0 + BLOCK).min(cols) {
                for i in i0..(i0 + BLOCK).min(rows) {
                    to[j * to_row + i] = from[i * from_row + j];
                }
            }
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
                    c_rows: None,
                    m: 29,
                    k: 100,
                    lanes: b.stride() / f64::LINE,
                    add: true,
                };
                run::<f64>(set, task);
                c
            })
            .collect();
        assert!(results.iter().all(|c| *c == results[0]));
    }
}

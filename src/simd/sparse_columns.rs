//! Sparse rows sorted by pixel, for the gradient of the weights that they meet.

use super::lanes::{Lanes, Number};
use super::sparse_rows::Rows;
use super::{InstructionSet, kernel};
use crate::matrix::Matrix;

/// A sparse batch, pixel by pixel: which rows have that pixel set, and its values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    rows: usize,
    /// Where the entries of each pixel start; one more than there are pixels.
    starts: Vec<u32>,
    entries: Vec<Entry>,
}

/// One set pixel: single precision holds a pixel's value exactly.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    row: u32,
    value: f32,
}

impl Columns {
    /// A counting sort by pixel: each pixel's rows stay in ascending order.
    pub(crate) fn sort(&mut self, x: &Rows) {
        let Columns { rows, starts, entries } = self;
        *rows = x.len();
        starts.clear();
        starts.resize(x.pixels() + 1, 0);
        (0..x.len()).flat_map(|r| x.row(r).0).for_each(|&pixel| starts[usize::from(pixel)] += 1);
        // Each pixel's count becomes the place of its first entry …
        let mut total = 0;
        for start in starts.iter_mut() {
            (*start, total) = (total, total + *start);
        }
        entries.resize(x.set(), Entry::default());
        for r in 0..x.len() {
            let (pixel, value) = x.row(r);
            for (&pixel, &value) in pixel.iter().zip(value) {
                let at = &mut starts[usize::from(pixel)];
                entries[*at as usize] = Entry { row: r as u32, value };
                *at += 1;
            }
        }
        // … and, when all are filled in, that of the next pixel's first.
        starts.copy_within(0..x.pixels(), 1);
        starts[0] = 0;
    }
}

#[derive(Clone, Copy)]
struct ColumnProduct<'a, T> {
    x: &'a Columns,
    y: *const T,
    y_row: usize,
    w: *mut T,
    w_row: usize,
    lanes: usize,
}

#[inline(always)]
unsafe fn column_strip<L: Lanes<Elem: From<f32>>, const NV: usize>(p: &ColumnProduct<'_, L::Elem>, v: usize) {
    // SAFETY: a `Columns` keeps its starts and rows in range; the maker checked y, w and the lanes.
    unsafe {
        let (w, y) = (p.w.add(v * L::N), p.y.add(v * L::N));
        for pixel in 0..p.x.starts.len() - 1 {
            let (from, to) = (p.x.starts[pixel] as usize, p.x.starts[pixel + 1] as usize);
            let mut sum = [L::zero(); NV];
            for e in from..to {
                let Entry { row, value } = *p.x.entries.get_unchecked(e);
                let y = y.add(row as usize * p.y_row);
                let x = L::splat(value.into());
                for n in 0..NV {
                    sum[n] = x.fma(L::load(y.add(n * L::N)), sum[n]);
                }
            }
            let w = w.add(pixel * p.w_row);
            for n in 0..NV {
                sum[n].store(w.add(n * L::N));
            }
        }
    }
}

/// Strips of seven lanes, then what is left: the rows of y that a strip meets stay in the first cache.
#[inline(always)]
unsafe fn column_strips<L: Lanes<Elem: From<f32>>>(p: ColumnProduct<'_, L::Elem>) {
    let mut v = 0;
    // SAFETY: every strip stays within the lanes of a row.
    unsafe {
        while v < p.lanes {
            match p.lanes - v {
                7.. => column_strip::<L, 7>(&p, v),
                6 => column_strip::<L, 6>(&p, v),
                5 => column_strip::<L, 5>(&p, v),
                4 => column_strip::<L, 4>(&p, v),
                3 => column_strip::<L, 3>(&p, v),
                2 => column_strip::<L, 2>(&p, v),
                _ => column_strip::<L, 1>(&p, v),
            }
            v += 7;
        }
    }
}

kernel! { fn run<T>(ColumnProduct<'_, T>) = column_strips; avx512: [], others: [] }

/// W = Xᵀ·Y
pub(crate) fn columns_matmul(x: &Columns, y: &Matrix, w: &mut Matrix) {
    assert_eq!(x.rows, y.rows(), "入力と Y の行数");
    w.reshape(x.starts.len().saturating_sub(1), y.cols());
    let task = ColumnProduct {
        x,
        y: y.padded().as_ptr(),
        y_row: y.stride(),
        w_row: w.stride(),
        w: w.padded_mut().as_mut_ptr(),
        lanes: y.stride() / f64::LINE,
    };
    run::<f64>(InstructionSet::current(), task);
}

#[cfg(test)]
mod tests {
    use super::super::sparse_rows::tests::{COLUMNS, random, sparse};
    use super::*;
    use crate::simd::matmul_tn;

    fn columns() -> (Columns, Matrix) {
        let ((x, dense), mut columns) = (sparse(9), Columns::default());
        columns.sort(&x);
        (columns, dense)
    }

    #[test]
    fn the_product_by_columns_equals_the_dense_one() {
        let (x, dense) = columns();
        for cols in COLUMNS {
            let (y, [mut w, mut want]) = (random::<f64>(3, 9, cols), [Matrix::default(), Matrix::default()]);
            columns_matmul(&x, &y, &mut w);
            matmul_tn(&dense, &y, &mut want);
            assert_eq!((w.rows(), w.cols()), (300, cols));
            assert!((w.to_array() - want.to_array()).iter().all(|d| d.abs() < 1e-13));
        }
    }

    #[test]
    fn every_instruction_set_gives_the_same_bits_of_a_product_by_columns() {
        let (x, _) = columns();
        for cols in COLUMNS {
            let y = random::<f64>(3, 9, cols);
            let results: Vec<Matrix> = InstructionSet::available()
                .map(|set| {
                    let mut w = Matrix::zeros(300, cols);
                    let task = ColumnProduct {
                        x: &x,
                        y: y.padded().as_ptr(),
                        y_row: y.stride(),
                        w_row: w.stride(),
                        w: w.padded_mut().as_mut_ptr(),
                        lanes: y.stride() / f64::LINE,
                    };
                    run::<f64>(set, task);
                    w
                })
                .collect();
            assert!(results.iter().all(|w| *w == results[0]), "{cols} columns");
        }
    }
}

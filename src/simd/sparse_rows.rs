//! Rows of which most numbers are zero (four fifths of MNIST's pixels are), and their products: a zero adds
//! nothing.

use super::lanes::{Lanes, Real};
use super::{InstructionSet, kernel};
use crate::matrix::Matrix;

/// Sparse rows in blocks of pixels: entries of row r and block k are `starts[r·blocks + k]..` of the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    pixels: usize,
    blocks: usize,
    starts: Vec<u32>,
    pixel: Vec<u16>,
    value: Vec<f32>,
}

/// Pixels in a block.
const BLOCK: usize = 56;
/// Bytes of weights that a group of blocks may meet, as measured. In single precision fewer are as fast, and a
/// sum passes fewer roundings.
const SERIAL_BYTES: usize = 80 << 10;
const SINGLE_BYTES: usize = 40 << 10;
/// What a strip of lanes takes of a row of weights, about.
const STRIP: usize = 256;

impl Rows {
    pub(crate) fn new(pixels: usize, rows: usize) -> Rows {
        assert!(pixels <= 1 << 16, "列の数");
        let blocks = pixels.div_ceil(BLOCK);
        let mut starts = Vec::with_capacity(rows * blocks + 1);
        starts.push(0);
        let room = rows * pixels / 4;
        Rows { pixels, blocks, starts, pixel: Vec::with_capacity(room), value: Vec::with_capacity(room) }
    }

    /// Appends a row of `pixels` numbers.
    pub(crate) fn push(&mut self, row: &[f32]) {
        assert_eq!(row.len(), self.pixels, "行の長さ");
        for (k, block) in row.chunks(BLOCK).enumerate() {
            // Written in any case, kept only where not zero: no branch to guess.
            let (mut pixel, mut value, mut n) = ([0; BLOCK], [0.0; BLOCK], 0);
            for (i, &v) in block.iter().enumerate() {
                pixel[n] = (k * BLOCK + i) as u16;
                value[n] = v;
                n += usize::from(v != 0.0);
            }
            self.pixel.extend_from_slice(&pixel[..n]);
            self.value.extend_from_slice(&value[..n]);
            self.starts.push(self.pixel.len() as u32);
        }
    }

    /// Takes copies of the listed rows of another, instead of what it held.
    pub(crate) fn gather(&mut self, from: &Rows, rows: impl Iterator<Item = usize> + Clone) {
        (self.pixels, self.blocks) = (from.pixels, from.blocks);
        self.starts.clear();
        self.starts.push(0);
        self.pixel.clear();
        self.value.clear();
        for r in rows.clone() {
            let (pixel, value) = from.row(r);
            super::prefetch(pixel);
            super::prefetch(value);
        }
        for r in rows {
            let (pixel, value) = from.row(r);
            let moved = self.pixel.len() as u32;
            let starts = &from.starts[r * from.blocks..][..from.blocks + 1];
            self.starts.extend(starts[1..].iter().map(|s| s - starts[0] + moved));
            self.pixel.extend_from_slice(pixel);
            self.value.extend_from_slice(value);
        }
    }

    pub(crate) fn len(&self) -> usize {
        (self.starts.len() - 1) / self.blocks.max(1)
    }

    pub(crate) fn pixels(&self) -> usize {
        self.pixels
    }

    /// How many numbers are not zero.
    pub(crate) fn set(&self) -> usize {
        self.pixel.len()
    }

    /// The set pixels of row r and their values.
    pub(crate) fn row(&self, r: usize) -> (&[u16], &[f32]) {
        let range = self.starts[r * self.blocks] as usize..self.starts[(r + 1) * self.blocks] as usize;
        (&self.pixel[range.clone()], &self.value[range])
    }

    /// How many blocks to take at a time, so that the weights they meet fit the given bytes.
    fn group(&self, bytes: usize, bytes_a_pixel: usize) -> usize {
        (bytes / (BLOCK * bytes_a_pixel.min(STRIP))).clamp(1, self.blocks.max(1))
    }

    /// How many additions a sum of `rows_matmul_single` over one row passes at most.
    pub(crate) fn depth(&self, bytes_a_pixel: usize) -> usize {
        let group = self.group(SINGLE_BYTES, bytes_a_pixel);
        (group * BLOCK).div_ceil(2) + 1 + self.blocks.div_ceil(group)
    }
}

#[derive(Clone, Copy)]
struct RowProduct<'a, T> {
    x: &'a Rows,
    group: usize,
    from: usize,
    rows: usize,
    w: *const T,
    w_row: usize,
    y: *mut T,
    y_row: usize,
    lanes: usize,
    /// One serial sum over the pixels, as double precision wants; else two side by side in each block.
    serial: bool,
}

#[inline(always)]
unsafe fn row_strip<L: Lanes<Elem: From<f32>>, const NV: usize>(p: &RowProduct<'_, L::Elem>, v: usize) {
    // SAFETY: a `Rows` keeps its starts and pixels in range; the maker checked rows and lanes.
    unsafe {
        let (w, y) = (p.w.add(v * L::N), p.y.add(v * L::N));
        for block in (0..p.x.blocks).step_by(p.group) {
            let end = (block + p.group).min(p.x.blocks);
            for r in 0..p.rows {
                let at = (p.from + r) * p.x.blocks;
                let mut e = *p.x.starts.get_unchecked(at + block) as usize;
                let to = *p.x.starts.get_unchecked(at + end) as usize;
                let y = y.add(r * p.y_row);
                let mut sum = [L::zero(); NV];
                if p.serial && block > 0 {
                    for n in 0..NV {
                        sum[n] = L::load(y.add(n * L::N));
                    }
                }
                if !p.serial {
                    // Two sums side by side, since a register must wait for its own last sum.
                    let mut odd = [L::zero(); NV];
                    while e + 2 <= to {
                        let w0 = w.add(usize::from(*p.x.pixel.get_unchecked(e)) * p.w_row);
                        let w1 = w.add(usize::from(*p.x.pixel.get_unchecked(e + 1)) * p.w_row);
                        let x0 = L::splat((*p.x.value.get_unchecked(e)).into());
                        let x1 = L::splat((*p.x.value.get_unchecked(e + 1)).into());
                        for n in 0..NV {
                            sum[n] = x0.fma(L::load(w0.add(n * L::N)), sum[n]);
                            odd[n] = x1.fma(L::load(w1.add(n * L::N)), odd[n]);
                        }
                        e += 2;
                    }
                    for n in 0..NV {
                        sum[n] = sum[n].add(odd[n]);
                        if block > 0 {
                            sum[n] = sum[n].add(L::load(y.add(n * L::N)));
                        }
                    }
                }
                while e < to {
                    let w0 = w.add(usize::from(*p.x.pixel.get_unchecked(e)) * p.w_row);
                    let x0 = L::splat((*p.x.value.get_unchecked(e)).into());
                    for n in 0..NV {
                        sum[n] = x0.fma(L::load(w0.add(n * L::N)), sum[n]);
                    }
                    e += 1;
                }
                for n in 0..NV {
                    sum[n].store(y.add(n * L::N));
                }
            }
        }
    }
}

/// Strips of up to `MOST` lanes.
#[inline(always)]
unsafe fn row_strips<L: Lanes<Elem: From<f32>>, const MOST: usize>(p: RowProduct<'_, L::Elem>) {
    let mut v = 0;
    // SAFETY: every strip stays within the lanes of a row.
    unsafe {
        while v < p.lanes {
            let n = (p.lanes - v).min(MOST);
            match n {
                7.. => row_strip::<L, 7>(&p, v),
                6 => row_strip::<L, 6>(&p, v),
                5 => row_strip::<L, 5>(&p, v),
                4 => row_strip::<L, 4>(&p, v),
                3 => row_strip::<L, 3>(&p, v),
                2 => row_strip::<L, 2>(&p, v),
                _ => row_strip::<L, 1>(&p, v),
            }
            v += n.min(7);
        }
    }
}

kernel! { fn run<T>(RowProduct<'_, T>) = row_strips; avx512: [7], others: [3] }

fn task<'a, T: Real>(
    x: &'a Rows,
    from: usize,
    rows: usize,
    w: &Matrix<T>,
    y: &mut Matrix<T>,
    serial: bool,
) -> RowProduct<'a, T> {
    assert!(from + rows <= x.len(), "行の範囲");
    assert_eq!(x.pixels, w.rows(), "入力の列数と W の行数");
    y.reshape(rows, w.cols());
    RowProduct {
        x,
        group: x.group(if serial { SERIAL_BYTES } else { SINGLE_BYTES }, w.stride() * size_of::<T>()),
        from,
        rows,
        w: w.padded().as_ptr(),
        w_row: w.stride(),
        y_row: y.stride(),
        y: y.padded_mut().as_mut_ptr(),
        lanes: w.stride() / T::LINE,
        serial,
    }
}

/// Y = X·W, block by block: the part of W that a block meets stays in the first cache.
pub(crate) fn rows_matmul(x: &Rows, w: &Matrix, y: &mut Matrix) {
    run::<f64>(InstructionSet::current(), task(x, 0, x.len(), w, y, true));
}

/// The same for the rows `from..from + rows` in single precision, where the order of a sum is free.
pub(crate) fn rows_matmul_single(x: &Rows, from: usize, rows: usize, w: &Matrix<f32>, y: &mut Matrix<f32>) {
    let task = task(x, from, rows, w, y, false);
    // Blocks take the rows piece by piece; fetched as a whole, the pieces don't have to be waited for.
    let entries = x.starts[from * x.blocks] as usize..x.starts[(from + rows) * x.blocks] as usize;
    super::prefetch(&x.pixel[entries.clone()]);
    super::prefetch(&x.value[entries]);
    run::<f32>(InstructionSet::current(), task);
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::rng::RandomState;
    use crate::simd::matmul;

    /// Rows of 300 pixels, a fifth of them set, and the same as a dense matrix.
    pub(in crate::simd) fn sparse(rows: usize) -> (Rows, Matrix) {
        let (mut rng, mut x, mut dense) =
            (RandomState::new(1), Rows::new(300, rows), Matrix::zeros(rows, 300));
        for r in 0..rows {
            let row: Vec<f32> =
                (0..300).map(|_| if rng.rand() < 0.2 { rng.rand() as f32 } else { 0.0 }).collect();
            x.push(&row);
            dense.row_mut(r).iter_mut().zip(&row).for_each(|(to, from)| *to = f64::from(*from));
        }
        (x, dense)
    }

    pub(in crate::simd) fn random<T: Real>(seed: u32, rows: usize, cols: usize) -> Matrix<T> {
        let (mut rng, mut m) = (RandomState::new(seed), Matrix::zeros(rows, cols));
        (0..rows).for_each(|i| m.row_mut(i).fill_with(|| T::from(rng.randn() as f32)));
        m
    }

    /// Numbers of columns that make up strips of every width.
    pub(in crate::simd) const COLUMNS: [usize; 6] = [1, 10, 40, 52, 100, 300];

    #[test]
    fn the_sparse_product_equals_the_dense_one() {
        let (x, dense) = sparse(9);
        for cols in COLUMNS {
            let (w, single) = (random::<f64>(2, 300, cols), random::<f32>(2, 300, cols));
            let [mut y, mut want] = [Matrix::default(), Matrix::default()];
            rows_matmul(&x, &w, &mut y);
            matmul(&dense, &w, &mut want);
            assert!((y.to_array() - want.to_array()).iter().all(|d| d.abs() < 1e-12));
            let mut y = Matrix::default();
            rows_matmul_single(&x, 2, 6, &single, &mut y);
            for r in 0..6 {
                let pairs = y.row(r).iter().zip(want.row(r + 2));
                assert!(pairs.into_iter().all(|(y, want)| (f64::from(*y) - want).abs() < 1e-4));
            }
        }
    }

    #[test]
    fn every_instruction_set_gives_the_same_bits_of_a_sparse_product() {
        let (x, _) = sparse(9);
        for cols in COLUMNS {
            let (w, single) = (random::<f64>(2, 300, cols), random::<f32>(2, 300, cols));
            let results: Vec<(Matrix, Matrix<f32>)> = InstructionSet::available()
                .map(|set| {
                    let (mut y, mut y32) = (Matrix::default(), Matrix::default());
                    run::<f64>(set, task(&x, 0, 9, &w, &mut y, true));
                    run::<f32>(set, task(&x, 2, 6, &single, &mut y32, false));
                    (y, y32)
                })
                .collect();
            assert!(results.iter().all(|one| *one == results[0]), "{cols} columns");
        }
    }

    #[test]
    fn gathered_rows_are_those_listed() {
        let ((x, _), mut some) = (sparse(9), Rows::default());
        some.gather(&x, [7, 0, 7].into_iter());
        assert_eq!((some.len(), some.pixels()), (3, 300));
        assert!([7, 0, 7].into_iter().enumerate().all(|(i, r)| some.row(i) == x.row(r)));
    }

    #[test]
    #[should_panic(expected = "行の範囲")]
    fn rows_that_are_not_there_are_refused() {
        rows_matmul_single(&sparse(9).0, 5, 5, &random::<f32>(2, 300, 4), &mut Matrix::default());
    }
}

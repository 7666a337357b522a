//! Products with a sparse left side: four fifths of MNIST's pixels are zero, and a zero adds nothing.

use super::lanes::{Lanes, Real};
use super::{InstructionSet, kernel};
use crate::matrix::Matrix;

/// A sparse batch, pixel by pixel: which rows have that pixel set, and its values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    pub(crate) rows: usize,
    /// Where the entries of each pixel start; one more than there are pixels.
    pub(crate) starts: Vec<u32>,
    pub(crate) entries: Vec<Entry>,
}

/// One set pixel: single precision holds a pixel's value exactly.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Entry {
    pub(crate) row: u32,
    pub(crate) value: f32,
}

impl Columns {
    fn pixels(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// What the kernels rely on.
    fn check(&self) {
        assert!(self.starts.is_sorted() && self.starts.last().copied() == Some(self.entries.len() as u32));
        assert!(self.entries.iter().all(|e| (e.row as usize) < self.rows));
    }
}

#[derive(Clone, Copy)]
struct ColumnProduct<'a, T> {
    x: &'a Columns,
    /// X·W: reads w, adds to y. Xᵀ·dy: reads y, writes w.
    w: *mut T,
    w_row: usize,
    y: *mut T,
    y_row: usize,
    lanes: usize,
}

#[inline(always)]
unsafe fn add_strip<L: Lanes<Elem: From<f32>>, const NV: usize>(p: &ColumnProduct<'_, L::Elem>, v: usize) {
    // SAFETY: rows and pixels were checked against y and w, v + NV against the lanes of a row.
    unsafe {
        let (w, y) = (p.w.add(v * L::N), p.y.add(v * L::N));
        for pixel in 0..p.x.starts.len() - 1 {
            let (from, to) = (p.x.starts[pixel] as usize, p.x.starts[pixel + 1] as usize);
            let w = w.add(pixel * p.w_row);
            let mut weights = [L::zero(); NV];
            for n in 0..NV {
                weights[n] = L::load(w.add(n * L::N));
            }
            for e in from..to {
                let Entry { row, value } = *p.x.entries.get_unchecked(e);
                let y = y.add(row as usize * p.y_row);
                let x = L::splat(value.into());
                for n in 0..NV {
                    x.fma(weights[n], L::load(y.add(n * L::N))).store(y.add(n * L::N));
                }
            }
        }
    }
}

#[inline(always)]
unsafe fn transposed_strip<L: Lanes<Elem: From<f32>>, const NV: usize>(
    p: &ColumnProduct<'_, L::Elem>,
    v: usize,
) {
    // SAFETY: as above.
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

/// Strips of five lanes, then what is left: the rows of y that a strip meets stay in the first cache.
macro_rules! in_strips {
    ($name:ident, $strip:ident) => {
        #[inline(always)]
        unsafe fn $name<L: Lanes<Elem: From<f32>>>(p: ColumnProduct<'_, L::Elem>) {
            let mut v = 0;
            // SAFETY: every strip stays within the lanes of a row.
            unsafe {
                while v + 5 <= p.lanes {
                    $strip::<L, 5>(&p, v);
                    v += 5;
                }
                match p.lanes - v {
                    4 => $strip::<L, 4>(&p, v),
                    3 => $strip::<L, 3>(&p, v),
                    2 => $strip::<L, 2>(&p, v),
                    1 => $strip::<L, 1>(&p, v),
                    _ => {}
                }
            }
        }
    };
}
in_strips!(add_strips, add_strip);
in_strips!(transposed_strips, transposed_strip);

kernel! { fn run_add<T>(ColumnProduct<'_, T>) = add_strips; avx512: [], others: [] }
kernel! { fn run_transposed<T>(ColumnProduct<'_, T>) = transposed_strips; avx512: [], others: [] }

/// Y = X·W
pub(crate) fn columns_matmul(x: &Columns, w: &Matrix, y: &mut Matrix) {
    x.check();
    assert_eq!(x.pixels(), w.rows(), "入力の列数と W の行数");
    y.reshape(x.rows, w.cols());
    y.fill(0.0);
    let lanes = w.stride() / f64::LINE;
    // The kernel only reads `w` here; the type is shared with the transposed product, which writes it.
    let (w, w_row) = (w.padded().as_ptr().cast_mut(), w.stride());
    let task = ColumnProduct { x, w, w_row, y_row: y.stride(), y: y.padded_mut().as_mut_ptr(), lanes };
    run_add::<f64>(InstructionSet::current(), task);
}

/// W = Xᵀ·Y
pub(crate) fn columns_matmul_tn(x: &Columns, y: &Matrix, w: &mut Matrix) {
    x.check();
    assert_eq!(x.rows, y.rows(), "入力と Y の行数");
    w.reshape(x.pixels(), y.cols());
    let lanes = y.stride() / f64::LINE;
    let (y, y_row) = (y.padded().as_ptr().cast_mut(), y.stride());
    let task = ColumnProduct { x, w_row: w.stride(), w: w.padded_mut().as_mut_ptr(), y, y_row, lanes };
    run_transposed::<f64>(InstructionSet::current(), task);
}

/// Sparse rows in blocks of pixels: entries of row r and block k are `starts[r·blocks + k]..` of the next.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    pixels: usize,
    blocks: usize,
    starts: Vec<u32>,
    pixel: Vec<u16>,
    value: Vec<f32>,
}

/// Pixels in a block.
const BLOCK: usize = 56;

impl Rows {
    pub(crate) fn new(pixels: usize, rows: usize) -> Rows {
        assert!(pixels <= 1 << 16, "列の数");
        let blocks = pixels.div_ceil(BLOCK);
        let mut starts = Vec::with_capacity(rows * blocks + 1);
        starts.push(0);
        let room = rows * pixels / 4;
        Rows { pixels, blocks, starts, pixel: Vec::with_capacity(room), value: Vec::with_capacity(room) }
    }

    pub(crate) fn push(&mut self, row: impl Iterator<Item = f32>) {
        let from = self.starts.len();
        for (p, v) in row.take(self.pixels).enumerate() {
            if p % BLOCK == 0 && p > 0 {
                self.starts.push(self.pixel.len() as u32);
            }
            if v != 0.0 {
                self.pixel.push(p as u16);
                self.value.push(v);
            }
        }
        self.starts.resize(from + self.blocks, self.pixel.len() as u32);
    }

    pub(crate) fn len(&self) -> usize {
        self.starts.len() / self.blocks
    }

    /// The set pixels of row r and their values.
    pub(crate) fn row(&self, r: usize) -> (&[u16], &[f32]) {
        let range = self.starts[r * self.blocks] as usize..self.starts[(r + 1) * self.blocks] as usize;
        (&self.pixel[range.clone()], &self.value[range])
    }

    /// How many blocks to take at a time, so that the weights they meet fit the first cache.
    fn group(&self, bytes_a_pixel: usize) -> usize {
        (FIRST_CACHE / (BLOCK * bytes_a_pixel)).clamp(1, self.blocks.max(1))
    }

    /// How many additions a sum over one row passes at most, for weights of so many bytes a pixel.
    pub(crate) fn depth(&self, bytes_a_pixel: usize) -> usize {
        let group = self.group(bytes_a_pixel);
        (group * BLOCK).div_ceil(2) + 1 + self.blocks.div_ceil(group)
    }
}

/// What of the first cache the weights may take.
const FIRST_CACHE: usize = 40 << 10;

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
}

#[inline(always)]
unsafe fn row_strip<L: Lanes<Elem: From<f32>>, const NV: usize>(p: &RowProduct<'_, L::Elem>, v: usize) {
    // SAFETY: starts, pixels and rows were checked by `rows_matmul`.
    unsafe {
        let (w, y) = (p.w.add(v * L::N), p.y.add(v * L::N));
        for block in (0..p.x.blocks).step_by(p.group) {
            let end = (block + p.group).min(p.x.blocks);
            for r in 0..p.rows {
                let at = (p.from + r) * p.x.blocks;
                let from = *p.x.starts.get_unchecked(at + block);
                let to = *p.x.starts.get_unchecked(at + end);
                let (mut e, to) = (from as usize, to as usize);
                // Two sums side by side, since one register must wait for its own last sum.
                let mut even = [L::zero(); NV];
                let mut odd = [L::zero(); NV];
                while e + 2 <= to {
                    let w0 = w.add(usize::from(*p.x.pixel.get_unchecked(e)) * p.w_row);
                    let w1 = w.add(usize::from(*p.x.pixel.get_unchecked(e + 1)) * p.w_row);
                    let x0 = L::splat((*p.x.value.get_unchecked(e)).into());
                    let x1 = L::splat((*p.x.value.get_unchecked(e + 1)).into());
                    for n in 0..NV {
                        even[n] = x0.fma(L::load(w0.add(n * L::N)), even[n]);
                        odd[n] = x1.fma(L::load(w1.add(n * L::N)), odd[n]);
                    }
                    e += 2;
                }
                if e < to {
                    let w0 = w.add(usize::from(*p.x.pixel.get_unchecked(e)) * p.w_row);
                    let x0 = L::splat((*p.x.value.get_unchecked(e)).into());
                    for n in 0..NV {
                        even[n] = x0.fma(L::load(w0.add(n * L::N)), even[n]);
                    }
                }
                let y = y.add(r * p.y_row);
                for n in 0..NV {
                    let sum = even[n].add(odd[n]);
                    let sum = if block == 0 { sum } else { sum.add(L::load(y.add(n * L::N))) };
                    sum.store(y.add(n * L::N));
                }
            }
        }
    }
}

#[inline(always)]
unsafe fn row_strips<L: Lanes<Elem: From<f32>>>(p: RowProduct<'_, L::Elem>) {
    let mut v = 0;
    // SAFETY: every strip stays within the lanes of a row.
    unsafe {
        while p.lanes - v > 7 {
            row_strip::<L, 4>(&p, v);
            v += 4;
        }
        match p.lanes - v {
            7 => row_strip::<L, 7>(&p, v),
            6 => row_strip::<L, 6>(&p, v),
            5 => row_strip::<L, 5>(&p, v),
            4 => row_strip::<L, 4>(&p, v),
            3 => row_strip::<L, 3>(&p, v),
            2 => row_strip::<L, 2>(&p, v),
            1 => row_strip::<L, 1>(&p, v),
            _ => {}
        }
    }
}

kernel! { fn run_rows<T>(RowProduct<'_, T>) = row_strips; avx512: [], others: [] }

/// Y = X·W for the rows `from..from + rows` of x, block by block: the part of W that a block meets stays in
/// the first cache.
pub(crate) fn rows_matmul(x: &Rows, from: usize, rows: usize, w: &Matrix<f32>, y: &mut Matrix<f32>) {
    assert!(from + rows <= x.len(), "行の範囲");
    assert_eq!(x.pixels, w.rows(), "入力の列数と W の行数");
    y.reshape(rows, w.cols());
    let task = RowProduct {
        x,
        group: x.group(w.stride() * size_of::<f32>()),
        from,
        rows,
        w: w.padded().as_ptr(),
        w_row: w.stride(),
        y_row: y.stride(),
        y: y.padded_mut().as_mut_ptr(),
        lanes: w.stride() / f32::LINE,
    };
    run_rows::<f32>(InstructionSet::current(), task);
}

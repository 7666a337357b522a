//! 行列: 行がそろった位置（64 バイト境界）から始まる、行優先の二次元配列。

use crate::simd::{AlignedVec, Real, RowsOf};
use ndarray::{Array2, ArrayView2};

/// 行列。行は一件のデータ、列はその成分。
///
/// Each row is padded to a whole number of 64-byte lines. The padding is never read as a value.
///
/// ```
/// use kakunin::Matrix;
/// use ndarray::array;
/// let x = Matrix::from(array![[1.0, 2.0], [3.0, 4.0]]);
/// assert_eq!(x.row(1), [3.0, 4.0]);
/// assert_eq!(x.to_array(), array![[1.0, 2.0], [3.0, 4.0]]);
/// ```
#[derive(Clone, Debug, Default)]
#[allow(private_bounds)]
pub struct Matrix<T: Real = f64> {
    rows: usize,
    cols: usize,
    stride: usize,
    data: AlignedVec<T>,
}

#[allow(private_bounds)]
impl<T: Real> Matrix<T> {
    /// すべて 0 の行列。
    pub fn zeros(rows: usize, cols: usize) -> Matrix<T> {
        let stride = cols.next_multiple_of(T::LINE);
        Matrix { rows, cols, stride, data: AlignedVec::zeros(rows * stride) }
    }

    /// 行数
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// 列数
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// Numbers from the start of one row to the start of the next.
    pub(crate) fn stride(&self) -> usize {
        self.stride
    }

    /// i 行目
    pub fn row(&self, i: usize) -> &[T] {
        &self.data[i * self.stride..][..self.cols]
    }

    /// i 行目（書き換え用）
    pub fn row_mut(&mut self, i: usize) -> &mut [T] {
        &mut self.data[i * self.stride..][..self.cols]
    }

    /// すべての行を順に。
    pub fn iter_rows(&self) -> impl Iterator<Item = &[T]> {
        (0..self.rows).map(|i| self.row(i))
    }

    /// All numbers, row padding included: for what is done to each number alone.
    pub(crate) fn padded(&self) -> &[T] {
        &self.data
    }

    /// All numbers, row padding included, for writing.
    pub(crate) fn padded_mut(&mut self) -> &mut [T] {
        &mut self.data
    }

    /// The whole matrix as the right side of a product.
    pub(crate) fn as_rows(&self) -> RowsOf<&[T]> {
        RowsOf { data: &self.data, row: self.stride }
    }

    /// The whole matrix as the result of a product.
    pub(crate) fn as_rows_mut(&mut self) -> RowsOf<&mut [T]> {
        RowsOf { row: self.stride, data: &mut self.data }
    }

    /// `count` rows from `from` on, or as many as there are.
    pub(crate) fn rows_from(&self, from: usize, count: usize) -> RowsOf<&[T]> {
        let data = &self.data[(from * self.stride).min(self.data.len())..];
        RowsOf { data: &data[..(count * self.stride).min(data.len())], row: self.stride }
    }

    /// `count` rows from `from` on, for writing.
    pub(crate) fn rows_from_mut(&mut self, from: usize, count: usize) -> RowsOf<&mut [T]> {
        RowsOf { data: &mut self.data[from * self.stride..][..count * self.stride], row: self.stride }
    }

    /// Takes a new shape; what it holds afterwards is unspecified. Keeps its memory where it can.
    pub(crate) fn reshape(&mut self, rows: usize, cols: usize) {
        if (rows, cols) != (self.rows, self.cols) {
            self.rows = rows;
            self.cols = cols;
            self.stride = cols.next_multiple_of(T::LINE);
            self.data.resize(rows * self.stride);
        }
    }

    /// すべてを一つの値にする。
    pub fn fill(&mut self, value: T) {
        self.data.fill(value);
    }
}

impl Matrix {
    /// `ndarray` の配列にする。
    pub fn to_array(&self) -> Array2<f64> {
        Array2::from_shape_fn((self.rows, self.cols), |(i, j)| self.row(i)[j])
    }

    /// ‖w‖ₚ = (Σ |w|ᵖ)^(1/p) over all numbers.
    #[inline]
    pub(crate) fn norm(&self, p: f64) -> f64 {
        self.iter_rows().flatten().map(|w| w.abs().powf(p)).sum::<f64>().powf(1.0 / p)
    }

    /// The largest |w|.
    pub(crate) fn largest(&self) -> f64 {
        self.iter_rows().flatten().fold(0.0, |most: f64, w| most.max(w.abs()))
    }

    /// The largest difference between two columns, which are a layer's units.
    pub(crate) fn columns_apart(&self) -> f64 {
        let ends =
            |row: &[f64]| row.iter().fold((f64::MAX, f64::MIN), |(low, high), &w| (low.min(w), high.max(w)));
        self.iter_rows().map(ends).map(|(low, high)| high - low).fold(0.0, f64::max)
    }
}

impl From<ArrayView2<'_, f64>> for Matrix {
    fn from(a: ArrayView2<'_, f64>) -> Matrix {
        let mut m = Matrix::zeros(a.nrows(), a.ncols());
        for (i, row) in a.rows().into_iter().enumerate() {
            m.row_mut(i).iter_mut().zip(row).for_each(|(to, from)| *to = *from);
        }
        m
    }
}

impl From<Array2<f64>> for Matrix {
    fn from(a: Array2<f64>) -> Matrix {
        a.view().into()
    }
}

#[allow(private_bounds)]
impl<T: Real> PartialEq for Matrix<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cols == other.cols && self.rows == other.rows && self.iter_rows().eq(other.iter_rows())
    }
}

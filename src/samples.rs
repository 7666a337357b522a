//! ラベルの付いた行（画像など）と、そこから取り出すバッチ。
//!
//! Rows are held sparse: MNIST's pixels are four fifths zeros. Nothing here draws random numbers.

use crate::error::{Error, ErrorKind};
use crate::matrix::Matrix;
use crate::simd::{ByteRows, Real, Rows, bytes_supported};
use ndarray::ArrayView2;
use std::sync::OnceLock;

/// ラベルの付いた行の集まり。入力 x は単精度の値（MNIST なら k/255）、d は正解のラベル。
#[doc(alias = "データセット")]
#[derive(Clone)]
pub struct Samples {
    shape: [usize; 3],
    classes: usize,
    rows: Rows,
    labels: Vec<u8>,
    norms: Vec<Norms>,
    /// The first rows as bytes, made when first asked for.
    bytes: OnceLock<Option<ByteRows>>,
}

impl std::fmt::Debug for Samples {
    /// 何万もの行は書かない。
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (rows, shape, classes) = (self.len(), self.shape, self.classes);
        write!(f, "Samples {{ rows: {rows}, shape: {shape:?}, classes: {classes} }}")
    }
}

/// How large a row is: what the error bound of a screening pass needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Norms {
    /// Σ |x|
    pub(crate) one: f32,
    /// Σ x²
    pub(crate) square: f32,
}

/// 訓練データと検証データ。
#[derive(Debug, Clone)]
pub struct Split {
    /// 訓練データ
    pub train: Samples,
    /// 検証データ
    pub test: Samples,
}

impl Samples {
    /// 行列 x（一行が一件）とラベル d から作る。
    ///
    /// # Errors
    /// 行数が合わないとき、列が 65,536 を超えるとき、有限でない値があるとき。
    ///
    /// ```
    /// use kakunin::Samples;
    /// use ndarray::array;
    /// let xor = Samples::new(array![[0., 0.], [0., 1.], [1., 0.], [1., 1.]].view(), &[0, 1, 1, 0])?;
    /// assert_eq!((xor.len(), xor.features(), xor.classes()), (4, 2, 2));
    /// assert_eq!(xor.row(2), [1.0, 0.0]);
    /// # Ok::<(), kakunin::Error>(())
    /// ```
    pub fn new(x: ArrayView2<'_, f32>, d: &[u8]) -> Result<Samples, Error> {
        if x.iter().any(|v| !v.is_finite()) {
            return Err(Error::new(
                ErrorKind::Data,
                "入力に有限でない値（NaN か無限大）があります。取り除いてください。",
                "The input has a value that is not finite (NaN or infinity); remove it.",
            ));
        }
        Samples::from_rows([1, 1, x.ncols()], d.to_vec(), x.nrows(), |r, row| {
            row.iter_mut().zip(x.row(r)).for_each(|(to, from)| *to = *from);
        })
    }

    /// 画像（1 画素 1 バイト、値は k/255）とラベルから作る。shape は（チャンネル、縦、横）。
    ///
    /// # Errors
    /// 画素数がラベルの数と合わないとき。
    pub fn from_images(pixels: &[u8], labels: Vec<u8>, shape: [usize; 3]) -> Result<Samples, Error> {
        let shades: [f32; 256] = std::array::from_fn(|k| k as f32 / 255.0);
        let size = shape.iter().product::<usize>().max(1);
        // An incomplete last image counts as one too many.
        Samples::from_rows(shape, labels, pixels.len().div_ceil(size), |r, row| {
            row.iter_mut().zip(&pixels[r * size..]).for_each(|(v, &k)| *v = shades[usize::from(k)]);
        })
    }

    fn from_rows(
        shape: [usize; 3],
        labels: Vec<u8>,
        count: usize,
        mut fill: impl FnMut(usize, &mut [f32]),
    ) -> Result<Samples, Error> {
        let features: usize = shape.iter().product();
        if features == 0 || features > 1 << 16 || count != labels.len() || count == 0 {
            let labels = labels.len();
            return Err(Error::new(
                ErrorKind::Data,
                format!(
                    "入力は {count} 行 {features} 列、ラベルは {labels} 個です。同じ数の行とラベル（1 個以上）、1 から 65,536 の列にしてください。"
                ),
                format!(
                    "The input has {count} rows of {features} columns and there are {labels} labels; give as many labels as rows (at least 1) and 1 to 65,536 columns."
                ),
            ));
        }
        let (mut rows, mut norms) = (Rows::new(features, count), Vec::with_capacity(count));
        let mut row = vec![0.0; features];
        for r in 0..count {
            fill(r, &mut row);
            rows.push(&row);
            let values = rows.row(r).1;
            let one = values.iter().map(|v| f64::from(v.abs())).sum::<f64>() as f32;
            let square = values.iter().map(|v| f64::from(*v) * f64::from(*v)).sum::<f64>() as f32;
            norms.push(Norms { one, square });
        }
        let classes = usize::from(labels.iter().copied().max().unwrap_or(0)) + 1;
        Ok(Samples { shape, classes, rows, labels, norms, bytes: OnceLock::new() })
    }

    /// 行数
    #[allow(clippy::len_without_is_empty)] // never empty
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// 一行の値の数（MNIST なら 784）
    pub fn features(&self) -> usize {
        self.shape.iter().product()
    }

    /// 一行の形（チャンネル、縦、横）。画像でなければ（1, 1, 列数）。
    pub fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// 分類の数: 最大のラベル + 1
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// 正解のラベル
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// i 行目の値
    pub fn row(&self, i: usize) -> Vec<f32> {
        let mut row = vec![0.0; self.features()];
        self.entries(i).for_each(|(pixel, value)| row[pixel] = value);
        row
    }

    fn entries(&self, i: usize) -> impl Iterator<Item = (usize, f32)> {
        let (pixel, value) = self.rows.row(i);
        pixel.iter().map(|&p| usize::from(p)).zip(value.iter().copied())
    }

    pub(crate) fn norms(&self) -> &[Norms] {
        &self.norms
    }

    pub(crate) fn sparse_rows(&self) -> &Rows {
        &self.rows
    }

    /// The first 10,000 rows as bytes, where all values are k/255 and the machine can use them.
    pub(crate) fn byte_rows(&self) -> Option<&ByteRows> {
        let make = || bytes_supported().then(|| ByteRows::new(&self.rows, 10_000)).flatten();
        self.bytes.get_or_init(make).as_ref()
    }

    /// Copies the given rows into a batch, in the form that a network asks for.
    pub(crate) fn pick(&self, rows: impl Iterator<Item = usize> + Clone, form: Form, batch: &mut Batch) {
        batch.d.clear();
        batch.d.extend(rows.clone().map(|r| self.labels[r]));
        match form {
            Form::Sparse => batch.sparse.gather(&self.rows, rows),
            Form::Images => self.unfold(rows, &mut batch.images),
        }
    }

    /// Unfolds the given rows, zeros and all, and marks which pixels are set.
    pub(crate) fn unfold<T: Real>(&self, rows: impl Iterator<Item = usize> + Clone, images: &mut Images<T>) {
        let [_, height, width] = self.shape;
        images.x.reshape(rows.clone().count(), self.features());
        images.x.fill(T::default());
        images.marks.clear();
        images.marks.resize(images.x.rows() * height, 0);
        for (i, r) in rows.enumerate() {
            let marks = &mut images.marks[i * height..][..height];
            let x = images.x.row_mut(i);
            for (pixel, v) in self.entries(r) {
                x[pixel] = v.into();
                marks[pixel / width % height] |= 1u64.checked_shl((pixel % width) as u32).unwrap_or(0);
            }
        }
    }
}

/// The form of a batch that a network's first layer reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Zeros left out.
    Sparse,
    /// Image by image, zeros and all.
    Images,
}

/// いくつかの行と、その正解。
#[derive(Debug, Clone, Default)]
pub(crate) struct Batch {
    /// 正解のラベル
    pub(crate) d: Vec<u8>,
    pub(crate) sparse: Rows,
    pub(crate) images: Images,
}

/// Whole images, and which pixels of each are set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Images<T: Real = f64> {
    pub(crate) x: Matrix<T>,
    /// Bit c of `marks[i·height + r]`: pixel (r, c) of image i is set in some channel.
    pub(crate) marks: Vec<u64>,
}

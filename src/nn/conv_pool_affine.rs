//! 畳み込み → ReLU → 2×2 最大プーリング → 全結合、をプールの窓ごとに一気に計算する層。
//!
//! The formula is that of [`Convolution`](super::Convolution), [`Relu`](super::Relu),
//! [`MaxPooling`](super::MaxPooling) and [`Affine`](super::Affine) one after the other, which is also its test.
//! It is fast for two reasons: everything of one window stays in the cache, and a window with no pixel set
//! (a third of MNIST's) has the same output relu(b) in every image, so that its share is worked out once.

use super::affine::{add_to_rows, sum_of_rows};
use super::layer::{InputLayer, Param, ParamName, Step};
use super::windows::{Geometry, Seen};
use crate::matrix::Matrix;
use crate::rng::RandomState;
use crate::samples::{Batch, Form};
use crate::simd::{
    Left, Listed, Number, Real, RowsOf, add_to_listed, conv_relu_pool, conv_relu_pool_routes,
    conv_weight_gradient, merge2, prefetch, product_of, sum_of_listed, transpose_rows,
};

/// What a forward pass leaves behind: pooled outputs and where each came from, window after window.
#[derive(Default)]
struct Memory {
    seen: Vec<Seen>,
    /// \[image that has the window set]\[filter, padded]
    z: Vec<Vec<f64>>,
    routes: Vec<Vec<f64>>,
}

/// See the module.
pub(crate) struct ConvPoolAffine {
    geometry: Geometry,
    /// Filters as columns: (taps, filters).
    w1: Matrix,
    b1: Matrix,
    /// (windows · filters, outputs), window by window.
    w2: Matrix,
    b2: Matrix,
    dw1: Matrix,
    db1: Matrix,
    dw2: Matrix,
    db2: Matrix,
    memory: Memory,
}

impl ConvPoolAffine {
    /// w1: (taps, filters). w2: rows in the order of the originals (filter, window), as an [`Affine`] has them.
    pub(crate) fn new(geometry: Geometry, w1: Matrix, b1: Matrix, w2: &Matrix, b2: Matrix) -> ConvPoolAffine {
        let filters = w1.cols();
        let mut by_window = Matrix::zeros(w2.rows(), w2.cols());
        for row in 0..w2.rows() {
            let (filter, window) = (row / geometry.count(), row % geometry.count());
            by_window.row_mut(window * filters + filter).copy_from_slice(w2.row(row));
        }
        let zeros = |m: &Matrix| Matrix::zeros(m.rows(), m.cols());
        ConvPoolAffine {
            dw1: zeros(&w1),
            db1: zeros(&b1),
            dw2: zeros(&by_window),
            db2: zeros(&b2),
            geometry,
            w1,
            b1,
            w2: by_window,
            b2,
            memory: Memory::default(),
        }
    }
}

/// What each window adds to u where it is blank: relu(b1)·W2 of that window.
pub(crate) fn blank_shares(b1: &Matrix, w2: &Matrix) -> Matrix {
    let background = background(b1);
    let filters = background.len();
    let mut shares = Matrix::zeros(w2.rows() / filters, w2.cols());
    let size = (1, filters, w2.stride() / f64::LINE);
    for window in 0..shares.rows() {
        let left = Left { data: &background, row: filters, k: 1 };
        let w2 = w2.rows_from(window * filters, filters);
        product_of(left, w2, shares.rows_from_mut(window, 1), size, Listed::None);
    }
    shares
}

/// relu(b): the output of every filter on a blank window.
fn background(b: &Matrix) -> Vec<f64> {
    b.row(0).iter().map(|b| b.max(0.0)).collect()
}

impl InputLayer for ConvPoolAffine {
    fn form(&self) -> Form {
        Form::Images
    }

    fn predict(&self, x: &Batch, u: &mut Matrix) {
        let mut seen = vec![];
        self.geometry.split(&x.images.marks, &mut seen);
        let (x, taps) = (&x.images.x, &self.geometry.taps);
        let (shares, z_row) = (blank_shares(&self.b1, &self.w2), self.w1.stride());
        let mut z = vec![];
        add_windows(u, x.rows(), &seen, (&self.w2, &shares), z_row, |window, images, add| {
            z.resize(images.len() * z_row, 0.0);
            conv_relu_pool(x, taps, self.geometry.corner(window), images, &self.w1, &self.b1, &mut z);
            add(&z);
        });
        add_to_rows(u, &self.b2);
    }

    fn forward(&mut self, x: &Batch, u: &mut Matrix, _rng: &mut RandomState) {
        let mut memory = std::mem::take(&mut self.memory);
        self.geometry.split(&x.images.marks, &mut memory.seen);
        memory.z.resize(self.geometry.count(), vec![]);
        memory.routes.resize(self.geometry.count(), vec![]);
        let (x, taps) = (&x.images.x, &self.geometry.taps);
        let (shares, z_row) = (blank_shares(&self.b1, &self.w2), self.w1.stride());
        let Memory { seen, z, routes } = &mut memory;
        add_windows(u, x.rows(), seen, (&self.w2, &shares), z_row, |window, images, add| {
            let (z, routes, corner) = (&mut z[window], &mut routes[window], self.geometry.corner(window));
            z.resize(images.len() * z_row, 0.0);
            routes.resize(z.len(), 0.0);
            conv_relu_pool_routes(x, taps, corner, images, &self.w1, &self.b1, z, routes);
            add(z);
        });
        add_to_rows(u, &self.b2);
        self.memory = memory;
    }

    fn backward(&mut self, x: &Batch, _u: &Matrix, du: &Matrix) {
        let (filters, row) = (self.w1.cols(), self.w1.stride());
        let background = background(&self.b1);
        sum_of_rows(du, &mut self.db2);
        self.dw1.fill(0.0);
        self.db1.fill(0.0);
        let mut dz = vec![];
        let mut of_blank = vec![0.0; du.cols()];
        let mut wt = Matrix::zeros(du.cols(), filters);
        for window in 0..self.geometry.count() {
            let Seen { set, blank } = &self.memory.seen[window];
            let (z, routes) = (&self.memory.z[window], &self.memory.routes[window]);
            let w2 = self.w2.rows_from(window * filters, filters);
            prefetch(self.w2.rows_from((window + 1) * filters, filters).data);
            prefetch(self.dw2.rows_from((window + 1) * filters, filters).data);
            if let Some(next) = self.memory.z.get(window + 1) {
                prefetch(next);
                prefetch(&self.memory.routes[window + 1]);
            }

            // ∂W2 = zᵀ du over the images that have this window set …
            let left = Left { data: z, row: 1, k: row };
            let size = (filters, set.len(), du.stride() / f64::LINE);
            let dw2 = self.dw2.rows_from_mut(window * filters, filters);
            product_of(left, du.as_rows(), dw2, size, Listed::Right(set));

            // dz = du W2ᵀ
            transpose_rows(w2, filters, du.cols(), wt.as_rows_mut());
            dz.resize(z.len(), 0.0);
            let left = Left { data: du.padded(), row: du.stride(), k: 1 };
            let size = (set.len(), du.cols(), row / f64::LINE);
            product_of(left, wt.as_rows(), RowsOf { data: &mut dz, row }, size, Listed::Left(set));

            // ∂W1, ∂b1: each dz goes back to the position that its maximum came from
            let corner = self.geometry.corner(window);
            conv_weight_gradient(&x.images.x, &self.geometry.taps, corner, set, &dz, routes, &mut self.dw1);
            for (dz, routes) in dz.chunks(row).zip(routes.chunks(row)) {
                merge2(
                    self.db1.padded_mut(),
                    dz,
                    routes,
                    |db, dz, route| if route >= 0.0 { db + dz } else { db },
                );
            }

            // … and over those in which it is blank, where z = relu(b1) for all of them.
            sum_of_listed(du.padded(), du.stride(), blank, &mut of_blank);
            for (f, z) in background.iter().enumerate().filter(|(_, z)| **z > 0.0) {
                let dw2 = self.dw2.row_mut(window * filters + f);
                dw2.iter_mut().zip(&of_blank).for_each(|(dw, du)| *dw += z * du);
                let w2 = self.w2.row(window * filters + f).iter();
                self.db1.row_mut(0)[f] += w2.zip(&of_blank).map(|(w, du)| w * du).sum::<f64>();
            }
        }
    }

    fn params(&mut self) -> Vec<Param<'_>> {
        vec![
            Param { name: ParamName::W(1), value: &mut self.w1, grad: &mut self.dw1 },
            Param { name: ParamName::B(1), value: &mut self.b1, grad: &mut self.db1 },
            Param { name: ParamName::W(2), value: &mut self.w2, grad: &mut self.dw2 },
            Param { name: ParamName::B(2), value: &mut self.b2, grad: &mut self.db2 },
        ]
    }

    fn screen(&self) -> Option<Step<'_>> {
        let (w1, b1, w2, b2) = (&self.w1, &self.b1, &self.w2, &self.b2);
        Some(Step::ConvPoolAffine { geometry: &self.geometry, w1, b1, w2, b2 })
    }
}

/// u = Σ over windows of z·W2, with W2's rows and `shares` window by window. `pool` works out z of the images that
/// have the window set, in rows of `z_row` numbers, and hands it on.
pub(crate) fn add_windows<T: Real>(
    u: &mut Matrix<T>,
    rows: usize,
    seen: &[Seen],
    (w2, shares): (&Matrix<T>, &Matrix<T>),
    z_row: usize,
    mut pool: impl FnMut(usize, &[u32], &mut dyn FnMut(&[T])),
) {
    let filters = w2.rows() / shares.rows();
    u.reshape(rows, w2.cols());
    u.fill(T::default());
    let u_row = u.stride();
    for (window, Seen { set, blank }) in seen.iter().enumerate() {
        prefetch(w2.rows_from((window + 1) * filters, filters).data);
        pool(window, set, &mut |z| {
            let left = Left { data: z, row: z_row, k: 1 };
            let size = (set.len(), filters, w2.stride() / T::LINE);
            let right = w2.rows_from(window * filters, filters);
            product_of(left, right, u.as_rows_mut(), size, Listed::Add(set));
        });
        add_to_listed(u.padded_mut(), u_row, blank, shares.row(window));
    }
}

#[cfg(test)]
mod tests;

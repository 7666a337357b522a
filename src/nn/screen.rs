//! 正答数を数えるための、単精度のふるい。
//!
//! An accuracy pass only asks which output is largest. Single precision answers that for nearly every row at
//! half the cost; a row is trusted only if its two largest outputs are further apart than single precision can
//! be wrong, by a bound worked out from the weights and the row's size. All others are counted in double
//! precision, so that the count is always that of double precision.
//!
//! The bound, with u = 2⁻²⁴ and all norms Euclidean: a sum of products that passes at most d roundings is off by
//! at most γ_d Σ|x||w|, γ_d = d·u / (1 − d·u); over a whole layer by γ_d · ‖x‖ · ‖W‖_F, or by
//! γ_d · Σ|x| · (longest row of W). An error e in x comes out as at most ‖W‖₂ · e. ReLU lets it pass, a sigmoid
//! makes it at most a quarter and adds its own rounding.

use super::conv_pool_affine::{add_windows, blank_shares};
use super::layer::Step;
use super::windows::{Geometry, Seen};
use crate::matrix::Matrix;
use crate::samples::{Images, Norms, Samples};
use crate::simd::{
    BYTES_DEPTH, ByteWeights, bytes_matmul, bytes_supported, conv_relu_pool, exp32, map_rows, matmul,
    matmul_tn, rows_matmul_single, sum, sum_and_square,
};
use std::borrow::Cow;

/// Unit roundoff of single precision.
const U: f32 = 1.0 / 16_777_216.0;
/// Added to the weights' size: single precision loses digits of numbers below 2⁻¹²⁶, which no bound
/// relative to that size would cover.
const LEAST: f32 = 1e-30;
/// Room for the rounding of the bound itself, of the weights' fold, and of double precision.
const SLACK: f32 = 1.0 + 1e-3;
/// A sigmoid from `exp32` is off by less than this: a quarter of 4 u from the exponential, 2 u from the rest.
const SIGMOID: f32 = 4.0 * U;

#[derive(Clone, Copy, PartialEq)]
enum Then {
    Nothing,
    Relu,
    Sigmoid,
}

/// x → then(x W + b), with what its error bound needs.
struct Stage {
    w: Matrix<f32>,
    b: Matrix<f32>,
    then: Then,
    /// At least ‖W‖₂
    gain: f32,
    /// ‖(W; b)‖_F
    frobenius: f32,
    /// The longest row of (W; b)
    longest: f32,
}

/// The single-precision image of a network.
pub(crate) struct Screen {
    conv: Option<Conv>,
    stages: Vec<Stage>,
    /// Whether few enough stages follow the first to amplify its rounding.
    shallow: bool,
    /// The first stage's weights in whole numbers, where few enough stages follow to amplify their rounding.
    bytes: Option<ByteWeights>,
}

/// Stages up to which the first layer's rounding to 16 bits leaves few rows unsure.
const FEW: usize = 3;

/// What one evaluating thread writes to, again and again.
#[derive(Default)]
pub(crate) struct ScreenScratch {
    x: Matrix<f32>,
    y: Matrix<f32>,
    images: Images<f32>,
    seen: Vec<Seen>,
    z: Vec<f32>,
}

struct Conv {
    geometry: Geometry,
    w: Matrix<f32>,
    b: Matrix<f32>,
    /// What each window adds where it is blank.
    shares: Matrix<f32>,
    /// ‖W‖_F and ‖b‖
    norms: (f32, f32),
}

/// γ_d
fn gamma(depth: usize) -> f32 {
    let du = depth as f32 * U;
    du / (1.0 - du)
}

impl Screen {
    /// None where a layer has no single-precision form.
    pub(crate) fn new<'a>(steps: impl Iterator<Item = Option<Step<'a>>>) -> Option<Screen> {
        let mut screen = Screen { conv: None, stages: vec![], shallow: false, bytes: None };
        // The affine map that is not closed yet, and what the inputs of the next one are to be multiplied by.
        let mut open: Option<(Cow<'a, Matrix>, Cow<'a, Matrix>)> = None;
        let mut scale = 1.0;
        let steps = steps.collect::<Option<Vec<_>>>()?;
        screen.shallow = steps.iter().filter(|step| matches!(step, Step::Affine { .. })).count() <= FEW;
        for step in steps {
            match step {
                Step::Affine { w, b } => {
                    if open.is_some() {
                        return None;
                    }
                    let mut w = Cow::Borrowed(w);
                    if scale != 1.0 {
                        w.to_mut().padded_mut().iter_mut().for_each(|w| *w *= scale);
                        scale = 1.0;
                    }
                    open = Some((w, Cow::Borrowed(b)));
                }
                Step::ConvPoolAffine { geometry, w1, b1, w2, b2 } => {
                    screen.conv = Some(Conv {
                        geometry: geometry.clone(),
                        w: single(w1),
                        b: single(b1),
                        shares: single(&blank_shares(b1, w2)),
                        norms: (up(frobenius(w1)) + LEAST, up(frobenius(b1)) + LEAST),
                    });
                    open = Some((Cow::Borrowed(w2), Cow::Borrowed(b2)));
                }
                Step::Normalize { scale, shift } => {
                    let (w, b) = open.as_mut().map(|(w, b)| (w.to_mut(), b.to_mut()))?;
                    for i in 0..w.rows() {
                        w.row_mut(i).iter_mut().zip(&scale).for_each(|(w, s)| *w *= s);
                    }
                    let b = b.row_mut(0).iter_mut();
                    b.zip(scale.iter().zip(&shift)).for_each(|(b, (scale, shift))| *b = *b * scale + shift);
                }
                Step::Relu => screen.close(Some(open.take()?), Then::Relu),
                Step::Sigmoid => screen.close(Some(open.take()?), Then::Sigmoid),
                Step::Scale(by) => {
                    if open.is_some() {
                        return None;
                    }
                    scale *= by;
                }
            }
        }
        // Only the difference of two outputs matters in the end, √2 of which `count` takes for the error.
        let spread =
            open.as_ref().map_or(f64::INFINITY, |(w, _)| spread(w) * std::f64::consts::FRAC_1_SQRT_2);
        screen.close(open, Then::Nothing);
        if let [_, .., last] = &mut screen.stages[..] {
            last.gain = last.gain.min(up(spread));
        }
        Some(screen)
    }

    fn close(&mut self, open: Option<(Cow<'_, Matrix>, Cow<'_, Matrix>)>, then: Then) {
        let Some((w, b)) = open else { return };
        let squares = |m: &Matrix, i: usize| m.row(i).iter().map(|x| x * x).sum::<f64>();
        let longest = (0..w.rows()).map(|i| squares(&w, i)).fold(squares(&b, 0), f64::max).sqrt();
        if self.shallow && self.stages.is_empty() && self.conv.is_none() && bytes_supported() {
            self.bytes = ByteWeights::new(&w);
        }
        // The first stage's input is exact; what its rounded weights change is an error of its output.
        let gain = if self.stages.is_empty() && self.conv.is_none() { 1.0 } else { spectral_bound(&w) };
        let frobenius = (frobenius(&w).powf(2.0) + squares(&b, 0)).sqrt();
        let (gain, frobenius, longest) = (up(gain), up(frobenius) + LEAST, up(longest) + LEAST);
        self.stages.push(Stage { w: single(&w), b: single(&b), then, gain, frobenius, longest });
    }

    /// Counts the correct rows among `from..from + n`, and lists those that single precision can't tell.
    pub(crate) fn count(
        &self,
        samples: &Samples,
        from: usize,
        n: usize,
        scratch: &mut ScreenScratch,
        unsure: &mut Vec<usize>,
    ) -> u32 {
        let errors = self.outputs(samples, from, n, scratch);
        let mut hits = 0;
        for (i, error) in errors.iter().enumerate() {
            let label = usize::from(samples.labels()[from + i]);
            // By how much the label's output leads; two outputs are off by at most √2·error.
            let lead = lead(scratch.x.row_mut(i), label);
            if lead.abs() > std::f32::consts::SQRT_2 * error * SLACK {
                hits += u32::from(lead > 0.0);
            } else {
                // NaN comes here as well.
                unsure.push(from + i);
            }
        }
        hits
    }

    /// The network's outputs for the rows `from..from + n`, in `scratch.x`, and an error for each row: the
    /// difference of any two of its outputs is off by at most √2 times that.
    fn outputs(&self, samples: &Samples, from: usize, n: usize, scratch: &mut ScreenScratch) -> Vec<f32> {
        let norms = &samples.norms()[from..from + n];
        let mut errors = vec![0.0; n];
        let (mut sizes, depth) = match &self.conv {
            None => (norms.to_vec(), self.first(samples, from, n, &mut scratch.x, &mut errors)),
            Some(conv) => {
                let sizes: Vec<Norms> = norms.iter().map(|x| conv.bound(x)).collect();
                let taps = gamma(conv.w.rows() + 2);
                errors.iter_mut().zip(&sizes).for_each(|(e, size)| *e = taps * size.square.sqrt());
                conv.apply(samples, from, n, &self.stages[0].w, scratch);
                (sizes, conv.w.cols() + conv.geometry.count() + 1)
            }
        };
        let ScreenScratch { x, y, .. } = scratch;
        self.stages[0].finish(x, &mut sizes, depth, &mut errors);
        for stage in &self.stages[1..] {
            matmul(x, &stage.w, y);
            stage.finish(y, &mut sizes, stage.w.rows(), &mut errors);
            std::mem::swap(x, y);
        }
        errors
    }

    /// X·W of the first stage; returns its depth, and adds to the errors what its rounded weights change.
    fn first(
        &self,
        samples: &Samples,
        from: usize,
        n: usize,
        y: &mut Matrix<f32>,
        errors: &mut [f32],
    ) -> usize {
        let bytes = self.bytes.as_ref().zip(samples.byte_rows().filter(|x| from + n <= x.len()));
        if let Some((w, x)) = bytes {
            bytes_matmul(x, from, n, w, y);
            let norms = &samples.norms()[from..];
            errors.iter_mut().zip(norms).for_each(|(e, x)| *e = w.quantum * x.one);
            return BYTES_DEPTH;
        }
        let w = &self.stages[0].w;
        rows_matmul_single(samples.sparse_rows(), from, n, w, y);
        samples.sparse_rows().depth(w.stride() * size_of::<f32>())
    }
}

impl Stage {
    /// Adds the bias, applies the activation, and carries the error bound of each row and its size through.
    fn finish(&self, x: &mut Matrix<f32>, sizes: &mut [Norms], depth: usize, errors: &mut [f32]) {
        // One more rounding each for the weights made single, for the bias, and for a product without FMA.
        let gamma = gamma(depth + 3) * SLACK;
        let own = SIGMOID * (self.b.cols() as f32).sqrt();
        for (error, size) in errors.iter_mut().zip(sizes.iter()) {
            let by_size = (size.square + 1.0).sqrt() * self.frobenius;
            let by_sum = (size.one + 1.0) * self.longest;
            *error = self.gain * *error + gamma * by_size.min(by_sum);
            if self.then == Then::Sigmoid {
                *error = 0.25 * *error + own;
            }
        }
        let row = x.stride();
        let (x, b) = (x.padded_mut(), self.b.padded());
        match self.then {
            Then::Nothing => map_rows(x, b, |u, b| u + b),
            Then::Relu => {
                map_rows(x, b, |u, b| if u + b > 0.0 || (u + b).is_nan() { u + b } else { 0.0 });
                for (x, size) in x.chunks_exact(row).zip(sizes) {
                    let [one, square] = sum_and_square(x);
                    *size = Norms { one, square };
                }
            }
            Then::Sigmoid => {
                map_rows(x, b, |u, b| 1.0 / (1.0 + exp32(-(u + b))));
                // Each output lies below 1.
                let most = self.b.cols() as f32;
                sizes.fill(Norms { one: most, square: most });
            }
        }
    }
}

impl Conv {
    /// At least the size of the pooled outputs. A pixel lies in at most `cover` windows, so that
    /// Σ over windows of ‖patch‖² ≤ cover·‖x‖².
    fn bound(&self, x: &Norms) -> Norms {
        let (cover, windows) = (self.geometry.cover() as f32, self.geometry.count() as f32);
        let (norm_w, norm_b) = self.norms;
        let two = (cover * x.square).sqrt() * norm_w + windows.sqrt() * norm_b;
        Norms { one: f32::INFINITY, square: two * two }
    }

    /// x = pooled(conv)·W2 for the given rows.
    fn apply(&self, samples: &Samples, from: usize, n: usize, w2: &Matrix<f32>, scratch: &mut ScreenScratch) {
        let ScreenScratch { x: u, images, seen, z, .. } = scratch;
        samples.unfold(from..from + n, images);
        self.geometry.split(&images.marks, seen);
        let (x, taps, z_row) = (&images.x, &self.geometry.taps, self.w.stride());
        add_windows(u, n, seen, (w2, &self.shares), z_row, |window, set, add| {
            z.resize(set.len() * z_row, 0.0);
            conv_relu_pool(x, taps, self.geometry.corner(window), set, &self.w, &self.b, z);
            add(z);
        });
    }
}

fn single(m: &Matrix) -> Matrix<f32> {
    let mut to = Matrix::zeros(m.rows(), m.cols());
    for i in 0..m.rows() {
        to.row_mut(i).iter_mut().zip(m.row(i)).for_each(|(to, from)| *to = *from as f32);
    }
    to
}

/// Single precision, and not below.
fn up(x: f64) -> f32 {
    (x as f32).next_up()
}

fn frobenius(m: &Matrix) -> f64 {
    m.iter_rows().map(|row| sum(row, |x| x * x)).sum::<f64>().sqrt()
}

/// At least ‖W‖₂: the smallest of ‖W‖_F, √(‖W‖₁‖W‖∞) and, for small W, ‖(WᵀW)⁸‖_F^(1/16).
fn spectral_bound(w: &Matrix) -> f64 {
    let mut columns = vec![0.0; w.cols()];
    let mut widest: f64 = 0.0;
    for row in w.iter_rows() {
        row.iter().zip(&mut columns).for_each(|(w, sum)| *sum += w.abs());
        widest = widest.max(row.iter().map(|w| w.abs()).sum());
    }
    let bound = frobenius(w).min((widest * columns.iter().copied().fold(0.0, f64::max)).sqrt());
    if w.rows() > 512 || w.cols() > 512 {
        return bound;
    }
    let (mut gram, mut square) = (Matrix::default(), Matrix::default());
    matmul_tn(w, w, &mut gram);
    for _ in 0..3 {
        matmul(&gram, &gram, &mut square);
        std::mem::swap(&mut gram, &mut square);
    }
    bound.min(frobenius(&gram).powf(0.0625) * f64::from(SLACK))
}

/// The longest difference of two columns: how much an error of the input can part two outputs.
fn spread(w: &Matrix) -> f64 {
    let apart = |a: usize, b: usize| w.iter_rows().map(|row| (row[a] - row[b]).powf(2.0)).sum::<f64>();
    let pairs = (0..w.cols()).flat_map(|a| (0..a).map(move |b| (a, b)));
    pairs.map(|(a, b)| apart(a, b)).fold(0.0, f64::max).sqrt()
}

/// How far the label's output lies above the largest of the others.
fn lead(u: &mut [f32], label: usize) -> f32 {
    let own = std::mem::replace(&mut u[label], f32::NEG_INFINITY);
    let others = u.iter().fold(f32::NEG_INFINITY, |max, &u| if u > max || u.is_nan() { u } else { max });
    own - others
}

#[cfg(test)]
mod tests;

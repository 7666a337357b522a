//! 逆伝播を中心差分と比べる: ∂L/∂x ≈ (L(x + h) − L(x − h)) / 2h、L = Σ y ⊙ 重み。

#![allow(clippy::unwrap_used, reason = "clippy.toml exempts tests, but not the helpers beside them")]

use kakunin::Matrix;
use kakunin::nn::activation::Slope;
use kakunin::nn::im2col::Filter;
use kakunin::nn::{
    Affine, AveragePooling, BatchNorm, Convolution, Dropout, Layer, MaxPooling, Relu, Sigmoid, Tanh,
};
use kakunin::rng::RandomState;

const H: f64 = 1e-5;

fn random(seed: u32, rows: usize, cols: usize) -> Matrix {
    let (mut rng, mut m) = (RandomState::new(seed), Matrix::zeros(rows, cols));
    (0..rows).for_each(|i| m.row_mut(i).fill_with(|| rng.randn()));
    m
}

/// Numbers at least 0.05 apart from each other and from 0, in a random order: no maximum and no ReLU changes
/// within h.
fn apart(seed: u32, rows: usize, cols: usize) -> Matrix {
    let order = random(seed, 1, rows * cols);
    let (all, mut m) = (order.row(0), Matrix::zeros(rows, cols));
    for i in 0..rows {
        for j in 0..cols {
            let rank = all.iter().filter(|&&other| other < all[i * cols + j]).count();
            m.row_mut(i)[j] = (rank as f64 - (rows * cols) as f64 / 2.0 + 0.5) * 0.1;
        }
    }
    m
}

/// L of a forward pass in training mode, always with the same stream.
fn loss(layer: &mut dyn Layer, x: &Matrix) -> (f64, Matrix, Matrix) {
    let mut y = Matrix::default();
    layer.forward(x, &mut y, &mut RandomState::new(7));
    let weights = random(8, y.rows(), y.cols());
    let products = y.iter_rows().flatten().zip(weights.iter_rows().flatten()).map(|(y, w)| y * w);
    (products.sum(), y, weights)
}

/// The largest difference between the layer's gradients and central differences, for x and each parameter.
fn error(layer: &mut dyn Layer, x: &Matrix) -> f64 {
    let (_, y, dy) = loss(layer, x);
    let mut dx = Matrix::default();
    layer.backward(x, &y, &dy, &mut dx);
    let gradients: Vec<Matrix> = layer.params().iter().map(|p| p.grad.clone()).collect();
    assert_eq!((dx.rows(), dx.cols()), (x.rows(), x.cols()));

    let mut worst: f64 = 0.0;
    let mut compare = |gradient: f64, numeric: f64| {
        assert!(gradient.is_finite());
        worst = worst.max((gradient - numeric).abs());
    };
    for i in 0..x.rows() {
        for j in 0..x.cols() {
            let mut at = |by: f64| {
                let mut x = x.clone();
                x.row_mut(i)[j] += by;
                loss(layer, &x).0
            };
            compare(dx.row(i)[j], (at(H) - at(-H)) / (2.0 * H));
        }
    }
    for (k, gradient) in gradients.iter().enumerate() {
        for i in 0..gradient.rows() {
            for j in 0..gradient.cols() {
                let mut at = |by: f64| {
                    layer.params()[k].value.row_mut(i)[j] += by;
                    let loss = loss(layer, x).0;
                    layer.params()[k].value.row_mut(i)[j] -= by;
                    loss
                };
                compare(gradient.row(i)[j], (at(H) - at(-H)) / (2.0 * H));
            }
        }
    }
    worst
}

fn check(mut layer: impl Layer, parameters: usize, x: &Matrix) {
    assert_eq!(layer.params().len(), parameters);
    let error = error(&mut layer, x);
    assert!(error < 1e-7, "{error:e}");
}

#[test]
fn affine() {
    check(Affine::new(1, random(1, 5, 9), random(2, 1, 9)), 2, &random(3, 4, 5));
}

#[test]
fn sigmoid() {
    check(Sigmoid::default(), 0, &random(3, 4, 9));
}

#[test]
fn relu_away_from_zero() {
    check(Relu, 0, &apart(3, 4, 9));
}

#[test]
fn tanh() {
    check(Tanh, 0, &random(3, 4, 9));
}

#[test]
fn batch_norm_with_the_same_batch() {
    let mut layer = BatchNorm::new(1, 9);
    for (k, p) in layer.params().into_iter().enumerate() {
        *p.value = random(4 + k as u32, 1, 9);
    }
    check(layer, 2, &random(3, 6, 9));
}

#[test]
fn dropout_with_the_same_stream() {
    check(Dropout::new(0.4), 0, &random(3, 4, 9));
}

/// (C, H, W), the filter, and how many filters there are.
fn check_convolution(input: [usize; 3], filter: Filter, filters: usize) {
    let taps = input[0] * filter.height * filter.width;
    let (w, b) = (random(1, taps, filters), random(2, 1, filters));
    let x = random(3, 2, input.iter().product());
    check(Convolution::new(1, input, filter, w, b).unwrap(), 2, &x);
}

#[test]
fn convolution() {
    check_convolution([1, 5, 5], Filter::square(3, 1, 0), 2);
}

#[test]
fn convolution_of_three_channels() {
    check_convolution([3, 4, 5], Filter::square(2, 1, 0), 4);
}

#[test]
fn convolution_with_stride_and_padding() {
    check_convolution([2, 5, 6], Filter::square(3, 2, 1), 3);
}

#[test]
fn convolution_whose_stride_leaves_pixels_out() {
    check_convolution([1, 5, 7], Filter { height: 2, width: 3, stride: 3, pad: 0 }, 2);
}

#[test]
fn max_pooling() {
    check(MaxPooling::new([2, 4, 6], Filter::square(2, 2, 0)).unwrap(), 0, &apart(3, 2, 48));
}

#[test]
fn max_pooling_with_overlap_and_padding() {
    check(MaxPooling::new([2, 5, 5], Filter::square(3, 2, 1)).unwrap(), 0, &apart(3, 2, 50));
}

#[test]
fn average_pooling() {
    check(AveragePooling::new([2, 4, 6], Filter::square(2, 2, 0)).unwrap(), 0, &random(3, 2, 48));
}

#[test]
fn average_pooling_with_overlap_and_padding() {
    check(AveragePooling::new([2, 5, 5], Filter::square(3, 2, 1)).unwrap(), 0, &random(3, 2, 50));
}

#[test]
fn the_notebooks_sigmoid_slope_is_not_the_gradient() {
    let error = error(&mut Sigmoid { slope: Slope::OfOutput }, &random(3, 4, 9));
    assert!(error > 0.05, "{error:e}");
}

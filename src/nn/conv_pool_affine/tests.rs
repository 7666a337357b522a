use super::*;
use crate::nn::im2col::Filter;
use crate::nn::{Affine, Convolution, Layer, MaxPooling, Relu};
use crate::samples::Samples;

fn random(rng: &mut RandomState, rows: usize, cols: usize) -> Matrix {
    let mut m = Matrix::zeros(rows, cols);
    (0..rows).for_each(|i| m.row_mut(i).fill_with(|| rng.randn()));
    m
}

/// Images of which some are blank, some are blank on one side, and some full.
fn batch(rng: &mut RandomState, shape: [usize; 3], n: usize) -> Batch {
    let [_, height, width] = shape;
    let size: usize = shape.iter().product();
    let mut pixels = vec![0u8; n * size];
    for (k, pixel) in pixels.iter_mut().enumerate() {
        let (image, y, x) = (k / size, k / width % height, k % width);
        let drawn = [false, x > width / 2, y < height / 3, true][image % 4];
        *pixel = if drawn && rng.rand() < 0.7 { (rng.rand() * 255.0) as u8 } else { 0 };
    }
    let samples = Samples::from_images(&pixels, vec![0; n], shape).unwrap();
    let mut batch = Batch::default();
    samples.pick(0..n, Form::Images, &mut batch);
    batch
}

fn assert_close(ours: &Matrix, plain: &Matrix, what: &str) {
    assert_eq!((ours.rows(), ours.cols()), (plain.rows(), plain.cols()));
    let size = plain.iter_rows().flatten().fold(1.0, |max: f64, x| max.max(x.abs()));
    let pairs = ours.iter_rows().flatten().zip(plain.iter_rows().flatten());
    let error = pairs.fold(0.0, |max: f64, (a, b)| max.max((a - b).abs()));
    assert!(error <= 1e-12 * size, "{what}: {error:e} of {size}");
}

/// Rows (window, filter) of the fused layer's W2 in the originals' order (filter, window).
fn by_filter(w2: &Matrix, filters: usize) -> Matrix {
    let (windows, mut to) = (w2.rows() / filters, Matrix::zeros(w2.rows(), w2.cols()));
    for row in 0..w2.rows() {
        to.row_mut(row % filters * windows + row / filters).copy_from_slice(w2.row(row));
    }
    to
}

/// Predictions, forward values and all gradients of the fused layer against the four plain ones.
fn check(shape: [usize; 3], size: usize, filters: usize, bias: f64) {
    let mut rng = RandomState::new((size * 100 + filters) as u32);
    let geometry = Geometry::new(shape, size).unwrap();
    let (taps, outputs, n) = (shape[0] * size * size, 13, 9);
    let w1 = random(&mut rng, taps, filters);
    let mut b1 = random(&mut rng, 1, filters);
    b1.row_mut(0).iter_mut().for_each(|b| *b += bias);
    let (w2, b2) = (random(&mut rng, filters * geometry.count(), outputs), random(&mut rng, 1, outputs));
    let (x, du) = (batch(&mut rng, shape, n), random(&mut rng, n, outputs));

    let filter = Filter::square(size, 1, 0);
    let mut conv = Convolution::new(1, shape, filter, w1.clone(), b1.clone()).unwrap();
    let mut pool = MaxPooling::new(conv.output(), Filter::square(2, 2, 0)).unwrap();
    let mut affine = Affine::new(2, w2.clone(), b2.clone());
    let mut fused = ConvPoolAffine::new(geometry, w1, b1, &w2, b2);

    let [mut c, mut r, mut p, mut plain, mut u] = [(); 5].map(|()| Matrix::default());
    conv.predict(&x.images.x, &mut c);
    Relu.predict(&c, &mut r);
    pool.predict(&r, &mut p);
    Layer::predict(&affine, &p, &mut plain);
    InputLayer::predict(&fused, &x, &mut u);
    assert_close(&u, &plain, "predict");
    fused.forward(&x, &mut u, &mut rng);
    assert_close(&u, &plain, "forward");

    let [mut dp, mut dr, mut dc, mut dx] = [(); 4].map(|()| Matrix::default());
    Layer::backward(&mut affine, &p, &plain, &du, &mut dp);
    pool.backward(&r, &p, &dp, &mut dr);
    Relu.backward(&c, &r, &dr, &mut dc);
    conv.backward(&x.images.x, &c, &dc, &mut dx);
    InputLayer::backward(&mut fused, &x, &u, &du);
    assert_close(&fused.dw1, conv.params()[0].grad, "dW1");
    assert_close(&fused.db1, conv.params()[1].grad, "db1");
    assert_close(&by_filter(&fused.dw2, filters), Layer::params(&mut affine)[0].grad, "dW2");
    assert_close(&fused.db2, Layer::params(&mut affine)[1].grad, "db2");
}

#[test]
fn the_fused_layer_equals_its_four_parts_for_any_number_of_filters() {
    for filters in [1, 7, 30, 33] {
        check([1, 14, 14], 5, filters, 0.0);
        check([1, 12, 10], 3, filters, 0.0);
    }
}

#[test]
fn the_fused_layer_equals_its_four_parts_for_two_channels() {
    check([2, 9, 11], 4, 5, 0.0);
    check([2, 8, 8], 3, 12, 0.0);
}

#[test]
fn the_fused_layer_equals_its_four_parts_where_blank_windows_shine() {
    check([1, 14, 14], 5, 30, 3.0);
    check([2, 8, 8], 3, 7, 3.0);
}

#[test]
fn the_fused_layer_equals_its_four_parts_where_blank_windows_are_dark() {
    check([1, 14, 14], 5, 30, -3.0);
}

#[test]
fn a_batch_of_the_test_has_blank_windows_and_set_ones() {
    let geometry = Geometry::new([1, 14, 14], 5).unwrap();
    let mut seen = vec![];
    geometry.split(&batch(&mut RandomState::new(1), [1, 14, 14], 9).images.marks, &mut seen);
    assert!(seen.iter().all(|s| s.set.len() + s.blank.len() == 9 && !s.blank.is_empty()));
    assert!(seen.iter().any(|s| s.set.len() > 4) && seen.iter().any(|s| s.blank.len() > 4));
}

#[test]
fn images_that_do_not_tile_have_no_fused_form() {
    assert!(Geometry::new([1, 14, 14], 4).is_none()); // 11 positions
    assert!(Geometry::new([1, 14, 65], 4).is_none()); // wider than a mark
    assert!(Geometry::new([1, 4, 4], 5).is_none());
    assert!(Geometry::new([1, 4, 4], 0).is_none());
}

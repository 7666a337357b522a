use super::*;
use crate::nn::net::{Scratch, hits};
use crate::nn::{Activation, ConvNet, Init, Mlp, Model, Net, ParamName, im2col::Filter};
use crate::rng::RandomState;
use crate::samples::Batch;
use crate::vanishing_gradient;

const N: usize = 300;

/// Images of which a third of the pixels are set; the first ones are blank.
fn samples(shape: [usize; 3]) -> Samples {
    let mut rng = RandomState::new(3);
    let size: usize = shape.iter().product();
    let grey: Vec<u32> = rng.choice(768, N * size);
    let pixels = (0..N * size).map(|k| if k < 5 * size || grey[k] > 255 { 0 } else { grey[k] as u8 });
    let labels = rng.choice(10, N).into_iter().map(|d| d as u8).collect();
    Samples::from_images(&pixels.collect::<Vec<_>>(), labels, shape).unwrap()
}

/// Double precision's outputs for all rows.
fn outputs(net: &Net, samples: &Samples) -> Matrix {
    let (mut batch, mut scratch) = (Batch::default(), Scratch::default());
    samples.pick(0..samples.len(), net.form(), &mut batch);
    net.predict(&batch, &mut scratch);
    scratch.now
}

fn assert_counts_as_double_precision(net: &Net, samples: &Samples) {
    assert!(net.screen().is_some());
    let want = hits(&outputs(net, samples), samples.labels());
    assert_eq!(net.hits(samples, 0..samples.len(), 1), want);
}

/// The largest share of the claimed error that is real, over all rows.
fn share_of_claim(net: &Net, samples: &Samples) -> f64 {
    let (screen, mut scratch) = (net.screen().unwrap(), ScreenScratch::default());
    let claimed = screen.outputs(samples, 0, samples.len(), &mut scratch);
    let double = outputs(net, samples);
    let mut worst: f64 = 0.0;
    for (i, claimed) in claimed.into_iter().enumerate() {
        let pairs = scratch.x.row(i).iter().zip(double.row(i));
        let error = pairs.map(|(a, b)| (f64::from(*a) - b) * (f64::from(*a) - b)).sum::<f64>().sqrt();
        worst = worst.max(error / f64::from(claimed));
    }
    worst
}

fn mlp(hidden: &'static [usize], activation: Activation) -> Mlp {
    Mlp { hidden, activation, init: Init::He, batch_norm: false, dropout: None }
}

const SHAPE: [usize; 3] = [1, 14, 14];

/// A net with random biases, and random running statistics where there is batch norm.
fn build(model: Model, seed: u32, samples: &Samples) -> Net {
    let mut rng = RandomState::new(seed);
    let mut net = model.build(&mut rng, samples.shape(), 10).unwrap();
    for p in net.params() {
        if !matches!(p.name, ParamName::W(_)) {
            (0..p.value.rows()).for_each(|i| p.value.row_mut(i).iter_mut().for_each(|v| *v += rng.randn()));
        }
    }
    let mut batch = Batch::default();
    samples.pick(0..60, net.form(), &mut batch);
    (0..3).for_each(|_| _ = net.forward(&batch, &mut rng));
    net
}

/// Nets of one to seven layers, with everything that can be folded in.
fn nets() -> Vec<Model> {
    let deep = &[30, 30, 30, 30, 30, 30];
    let conv = ConvNet { filters: 7, filter: Filter::square(5, 1, 0), hidden: 20, init: Init::He };
    vec![
        Model::Mlp(mlp(&[], Activation::Relu)),
        Model::Mlp(mlp(&[40], Activation::Sigmoid)),
        Model::Mlp(mlp(&[40, 20], Activation::Relu)),
        Model::Mlp(Mlp { batch_norm: true, ..mlp(&[40, 20], Activation::Sigmoid) }),
        Model::Mlp(Mlp { dropout: Some(0.3), ..mlp(&[30, 30, 30], Activation::Relu) }),
        Model::Mlp(Mlp { batch_norm: true, dropout: Some(0.3), ..mlp(&[30, 30, 30, 30], Activation::Relu) }),
        Model::Mlp(mlp(&[30, 30, 30, 30, 30], Activation::Sigmoid)),
        Model::Mlp(mlp(deep, Activation::Relu)),
        Model::ConvNet(conv),
    ]
}

/// Every net with its weights changed.
fn assert_counts_after(mut change: impl FnMut(usize, &mut Matrix)) {
    let samples = samples(SHAPE);
    for (seed, model) in (0..).zip(nets()) {
        let mut net = build(model, seed, &samples);
        let last = model.layers();
        for p in net.params().into_iter().filter(|p| matches!(p.name, ParamName::W(_))) {
            // 0 for the last layer
            change(last - p.name.layer(), p.value);
        }
        assert_counts_as_double_precision(&net, &samples);
    }
}

fn scale(w: &mut Matrix, by: f64) {
    (0..w.rows()).for_each(|i| w.row_mut(i).iter_mut().for_each(|w| *w *= by));
}

#[test]
fn the_count_is_that_of_double_precision() {
    assert_counts_after(|_, _| ());
}

#[test]
fn the_count_is_that_of_double_precision_for_huge_weights() {
    for by in [1e6, 1e15, 1e25, 1e45] {
        assert_counts_after(|_, w| scale(w, by));
    }
}

#[test]
fn the_count_is_that_of_double_precision_for_tiny_weights() {
    for by in [1e-6, 1e-25, 1e-38, 1e-43, 1e-60] {
        assert_counts_after(|_, w| scale(w, by));
    }
}

#[test]
fn the_count_is_that_of_double_precision_for_tiny_weights_without_biases() {
    let samples = samples(SHAPE);
    for (seed, model) in (0..).zip(nets()) {
        for by in [1e-20, 1e-38, 1e-42, 1e-44] {
            let mut net = model.build(&mut RandomState::new(seed), SHAPE, 10).unwrap();
            net.params().into_iter().take(1).for_each(|p| scale(p.value, by));
            assert_counts_as_double_precision(&net, &samples);
        }
    }
}

#[test]
fn the_count_is_that_of_double_precision_for_tiny_weights_and_large_inputs() {
    let (mut rng, labels) = (RandomState::new(8), samples(SHAPE).labels().to_vec());
    let x = ndarray::Array2::from_shape_simple_fn((N, 77), || (1e20 * rng.randn()) as f32);
    let samples = Samples::new(x.view(), &labels).unwrap();
    for (seed, by) in (0..).zip([1e-38, 1e-42, 1e-43, 1e-44, 1e-45]) {
        let model = Model::Mlp(mlp(&[], Activation::Relu));
        let mut net = model.build(&mut RandomState::new(seed), samples.shape(), 10).unwrap();
        net.params().into_iter().take(1).for_each(|p| scale(p.value, by));
        assert_counts_as_double_precision(&net, &samples);
    }
}

#[test]
fn the_count_is_that_of_double_precision_for_outputs_that_nearly_tie() {
    for apart in [0.0, 1e-16, 1e-12, 1e-8, 1e-6] {
        let mut rng = RandomState::new(9);
        assert_counts_after(|to_last, w| {
            for i in (0..w.rows()).filter(|_| to_last == 0) {
                let first = w.row(i)[0];
                w.row_mut(i).iter_mut().for_each(|w| *w = first + apart * rng.randn());
            }
        });
    }
}

#[test]
fn the_count_is_that_of_double_precision_for_weights_that_are_no_numbers() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for layer in 0..3 {
            assert_counts_after(|to_last, w| {
                if to_last == layer {
                    let middle = w.rows() / 2;
                    w.row_mut(middle)[3] = value;
                }
            });
        }
    }
}

#[test]
fn the_count_is_that_of_double_precision_for_rows_that_are_all_alike() {
    let labels = (0..40).map(|i| i % 10).collect::<Vec<u8>>();
    for pixels in [vec![0; 40 * 196], (0..40 * 196).map(|k| (k % 196) as u8).collect()] {
        let samples = Samples::from_images(&pixels, labels.clone(), SHAPE).unwrap();
        for (seed, model) in (0..).zip(nets()) {
            let mut net = build(model, seed, &self::samples(SHAPE));
            assert_counts_as_double_precision(&net, &samples);
            net.params().into_iter().for_each(|p| p.value.fill(0.0));
            assert_counts_as_double_precision(&net, &samples);
        }
    }
}

#[test]
fn the_claimed_error_is_never_exceeded() {
    let samples = samples(SHAPE);
    for (i, model) in nets().into_iter().enumerate() {
        for seed in 0..4 {
            let share = share_of_claim(&build(model, seed, &samples), &samples);
            assert!(share > 0.0 && share <= 1.0, "net {i}, seed {seed}: {share}");
        }
    }
}

#[test]
fn inputs_that_are_no_bytes_are_counted_as_double_precision_does() {
    let mut rng = RandomState::new(8);
    let labels: Vec<u8> = rng.choice(10, N).into_iter().map(|d| d as u8).collect();
    for size in [1e-20, 0.1, 300.0, 1e15] {
        let x = ndarray::Array2::from_shape_simple_fn((N, 77), || (size * rng.randn()) as f32);
        let samples = Samples::new(x.view(), &labels).unwrap();
        for (seed, model) in (0..).zip(nets()).filter(|(_, model)| matches!(model, Model::Mlp(_))) {
            let net = build(model, seed, &samples);
            assert_counts_as_double_precision(&net, &samples);
            assert!(share_of_claim(&net, &samples) <= 1.0, "net {seed}, inputs of {size}");
        }
    }
}

#[test]
fn images_whose_pixels_make_up_no_whole_register_are_counted_as_double_precision_does() {
    for shape in [[1, 1, 1], [1, 3, 5], [3, 7, 19]] {
        let samples = samples(shape);
        for (seed, model) in (0..).zip(nets()).filter(|(_, model)| matches!(model, Model::Mlp(_))) {
            let net = build(model, seed, &samples);
            assert_counts_as_double_precision(&net, &samples);
            assert!(share_of_claim(&net, &samples) <= 1.0, "net {seed}, images of {shape:?}");
        }
    }
}

#[test]
fn the_claimed_error_is_never_exceeded_for_small_and_large_weights() {
    let samples = samples(SHAPE);
    for (seed, model) in (0..).zip(nets()) {
        for by in [1e-9, 1e-3, 30.0] {
            let mut net = build(model, seed, &samples);
            let weights = net.params().into_iter().filter(|p| matches!(p.name, ParamName::W(_)));
            weights.for_each(|p| scale(p.value, by));
            assert!(share_of_claim(&net, &samples) <= 1.0, "net {seed}, times {by}");
        }
    }
}

#[test]
fn few_rows_of_the_first_section_are_left_to_double_precision() {
    let mnist = crate::mnist().unwrap();
    for e in vanishing_gradient::EXPERIMENTS {
        let mut training = e.start(0, &mnist).unwrap();
        training.by_ref().take(100).for_each(drop);
        let (screen, mut unsure) = (training.net.screen().unwrap(), vec![]);
        screen.count(&mnist.test, 0, 2_000, &mut ScreenScratch::default(), &mut unsure);
        assert!(unsure.len() < 100, "{}: {} of 2000", e.id(), unsure.len());
        let share = share_of_claim(&training.net, &mnist.test);
        assert!(share > 0.0 && share <= 1.0, "{}: {share}", e.id());
    }
}

//! いつでも成り立つこと: シードを決めた乱数で、いろいろな場合に確かめる。

#![allow(clippy::unwrap_used, reason = "clippy.toml exempts tests, but not the helpers beside them")]

use std::sync::Arc;

use kakunin::nn::im2col::{Filter, col2im, im2col, im2col_without_transpose};
use kakunin::nn::loss::softmax;
use kakunin::nn::rule::{Moments, WithState};
use kakunin::nn::{
    Activation, AdaGrad, Adam, Affine, AveragePooling, BatchNorm, ConvNet, Convolution, Dropout,
    FirstGradient, Init, Layer, MaxPooling, Mlp, Model, Momentum, Penalty, Relu, RmsProp, Rule, Sgd, Sigmoid,
    Tanh, Trains, UpdateRule,
};
use kakunin::rng::RandomState;
use kakunin::{
    ErrorKind, Experiment, History, Lang, Matrix, Measure, On, Samples, Slip, Split, When, course, optimizer,
    overfitting, simple_cnn, vanishing_gradient,
};
use ndarray::{Array2, Array4};

fn random(seed: u32, rows: usize, cols: usize) -> Matrix {
    let (mut rng, mut m) = (RandomState::new(seed), Matrix::zeros(rows, cols));
    (0..rows).for_each(|i| m.row_mut(i).fill_with(|| rng.randn()));
    m
}

// ---- functions and layers

#[test]
fn softmax_rows_sum_to_1() {
    for (seed, size) in (0..).zip([1e-3, 1.0, 30.0, 1e4]) {
        let mut u = random(seed, 20, 11);
        (0..20).for_each(|i| u.row_mut(i).iter_mut().for_each(|u| *u *= size));
        let mut y = Matrix::default();
        softmax(&u, &mut y);
        for y in y.iter_rows() {
            assert!((y.iter().sum::<f64>() - 1.0).abs() < 1e-14);
            assert!(y.iter().all(|y| (0.0..=1.0).contains(y)));
        }
    }
}

#[test]
fn predict_gives_the_same_y_for_the_same_x() {
    let pool = Filter::square(2, 2, 0);
    let conv = Convolution::new(1, [2, 4, 4], Filter::square(3, 1, 1), random(1, 18, 3), random(2, 1, 3));
    let layers: [Box<dyn Layer>; 9] = [
        Box::new(Affine::new(1, random(1, 32, 7), random(2, 1, 7))),
        Box::new(Sigmoid::default()),
        Box::new(Relu),
        Box::new(Tanh),
        Box::new(BatchNorm::new(1, 32)),
        Box::new(Dropout::new(0.5)),
        Box::new(conv.unwrap()),
        Box::new(MaxPooling::new([2, 4, 4], pool).unwrap()),
        Box::new(AveragePooling::new([2, 4, 4], pool).unwrap()),
    ];
    let (x, other) = (random(3, 5, 32), random(4, 6, 32));
    for layer in layers {
        let (mut first, mut again) = (Matrix::default(), Matrix::default());
        layer.predict(&x, &mut first);
        layer.predict(&other, &mut again);
        assert!(first != again);
        layer.predict(&x, &mut again);
        assert!(first == again);
    }
}

/// Image sizes and filters: overlapping or not, with padding or pixels left out.
fn settings() -> Vec<((usize, usize, usize, usize), Filter)> {
    vec![
        ((1, 1, 4, 4), Filter::square(2, 1, 0)),
        ((2, 3, 5, 6), Filter::square(3, 1, 1)),
        ((2, 2, 6, 6), Filter::square(2, 2, 0)),
        ((1, 2, 7, 5), Filter::square(3, 2, 1)),
        ((3, 1, 6, 8), Filter { height: 2, width: 3, stride: 3, pad: 0 }),
        ((2, 2, 3, 3), Filter::square(1, 1, 2)),
    ]
}

fn random_images(seed: u32, shape: (usize, usize, usize, usize)) -> Array4<f64> {
    let mut rng = RandomState::new(seed);
    Array4::from_shape_simple_fn(shape, || rng.randn())
}

#[test]
fn col2im_of_im2col_counts_the_places_that_see_a_pixel() {
    for (shape, filter) in settings() {
        let x = random_images(1, shape);
        let back = col2im(im2col(x.view(), filter).unwrap().view(), shape, filter).unwrap();
        let (oh, ow) = filter.output(shape.2, shape.3).unwrap();
        let seen = |at: usize, size: usize, places: usize| {
            (0..places)
                .filter(|p| (p * filter.stride..p * filter.stride + size).contains(&(at + filter.pad)))
                .count()
        };
        for ((at, back), x) in back.indexed_iter().zip(&x) {
            let count = seen(at.2, filter.height, oh) * seen(at.3, filter.width, ow);
            assert!((back - count as f64 * x).abs() < 1e-12, "{filter:?} {at:?}");
        }
    }
}

/// ⟨im2col(x), c⟩ − ⟨x, col2im(c)⟩
fn adjoint_error(col: &Array2<f64>, x: &Array4<f64>, filter: Filter) -> f64 {
    let mut rng = RandomState::new(9);
    let c = Array2::from_shape_simple_fn(col.dim(), || rng.randn());
    let back = col2im(c.view(), x.dim(), filter).unwrap();
    ((col * &c).sum() - (x * &back).sum()).abs()
}

#[test]
fn col2im_is_the_adjoint_of_im2col() {
    for (shape, filter) in settings() {
        let x = random_images(2, shape);
        let error = adjoint_error(&im2col(x.view(), filter).unwrap(), &x, filter);
        assert!(error < 1e-11, "{filter:?}: {error:e}");
    }
}

#[test]
fn col2im_is_not_the_adjoint_of_im2col_as_printed() {
    for (shape, filter) in &settings()[..5] {
        let x = random_images(2, *shape);
        let error = adjoint_error(&im2col_without_transpose(x.view(), *filter).unwrap(), &x, *filter);
        assert!(error > 0.1, "{filter:?}: {error:e}");
    }
}

#[test]
fn batch_norm_keeps_nine_tenths_of_its_running_statistics() {
    let mut layer = BatchNorm::new(1, 1);
    let batch: Matrix = ndarray::array![[1.0], [5.0]].into(); // μ = 3, σ² = 4
    let (mut y, mut rng) = (Matrix::default(), RandomState::new(0));
    for (mean, var) in [(0.0, 0.0), (0.3, 0.4), (0.57, 0.76)] {
        layer.predict(&batch, &mut y);
        let want = (1.0 - mean) / f64::sqrt(var + 1e-6);
        assert!((y.row(0)[0] - want).abs() < 1e-9 * want.abs(), "{} {want}", y.row(0)[0]);
        layer.forward(&batch, &mut y, &mut rng);
    }
}

#[test]
fn batch_norm_predicts_in_the_long_run_what_it_trains_with() {
    let (mut layer, x) = (BatchNorm::new(1, 5), random(1, 30, 5));
    let (mut trained, mut predicted) = (Matrix::default(), Matrix::default());
    for _ in 0..400 {
        layer.forward(&x, &mut trained, &mut RandomState::new(0));
    }
    layer.predict(&x, &mut predicted);
    assert!((trained.to_array() - predicted.to_array()).iter().all(|d| d.abs() < 1e-9));
}

#[test]
fn dropout_gives_on_average_in_training_what_it_predicts() {
    let (mut layer, x) = (Dropout::new(0.3), random(1, 4, 10));
    let (mut rng, mut y, mut mean) = (RandomState::new(2), Matrix::default(), Array2::zeros((4, 10)));
    for _ in 0..20_000 {
        layer.forward(&x, &mut y, &mut rng);
        mean += &(y.to_array() / 20_000.0);
    }
    layer.predict(&x, &mut y);
    // The mean of 20,000 masks is within five of its standard errors of 0.7.
    let bound = 5.0 * (0.7f64 * 0.3 / 20_000.0).sqrt();
    let error = (mean - y.to_array()) / x.to_array();
    assert!(error.iter().all(|e| e.abs() < bound), "{error}");
}

// ---- update rules, by hand

/// The steps of a rule for the given gradients.
fn steps<R: UpdateRule>(rule: R, gradients: &[f64]) -> Vec<f64> {
    let mut state = rule.start();
    (1..).zip(gradients).map(|(t, &g)| rule.delta(t, rule.rate(t), g, &mut state)).collect()
}

fn assert_close(ours: &[f64], by_hand: &[f64]) {
    assert_eq!(ours.len(), by_hand.len());
    assert!(ours.iter().zip(by_hand).all(|(a, b)| (a - b).abs() < 1e-6), "{ours:?} {by_hand:?}");
}

#[test]
fn sgd_goes_down_the_slope() {
    assert_close(&steps(Sgd { lr: 0.1 }, &[3.0, -2.0]), &[-0.3, 0.2]);
}

#[test]
fn momentum_keeps_its_speed() {
    assert_close(&steps(Momentum { lr: 0.1, mu: 0.5 }, &[2.0, 0.0, 4.0]), &[-0.2, -0.1, -0.45]);
}

#[test]
fn ada_grad_divides_by_all_gradients_so_far() {
    let rule = AdaGrad { lr: 0.1, h0: 9.0, theta: 1.0, first: FirstGradient::Counted };
    assert_close(&steps(rule, &[4.0, 12.0]), &[-0.1 * 4.0 / 6.0, -0.1 * 12.0 / 14.0]); // h = 25, 169
}

#[test]
fn the_notebooks_ada_grad_leaves_the_first_gradient_out() {
    let rule = AdaGrad { lr: 0.1, h0: 9.0, theta: 0.0, first: FirstGradient::Skipped };
    assert_close(&steps(rule, &[4.0, 4.0]), &[-0.1 * 4.0 / 3.0, -0.1 * 4.0 / 5.0]); // h = 9, 25
}

#[test]
fn rms_prop_forgets_old_gradients() {
    let rule = RmsProp { lr: 0.1, alpha: 0.75 };
    assert_close(&steps(rule, &[2.0, 0.0, 2.0]), &[-0.2, 0.0, -0.2 / f64::sqrt(1.5625)]); // h = 1, 0.75, 1.5625
}

#[test]
fn adam_corrects_its_two_averages() {
    let rule = Adam { lr: 1.0, beta1: 0.5, beta2: 0.75 };
    // m = 1, v = 1, ε₁ = 0.5/0.5; m = 2.5, v = 4.75, ε₂ = √0.4375/0.75
    let second = -(f64::sqrt(0.4375) / 0.75) * 2.5 / f64::sqrt(4.75);
    assert_close(&steps(rule, &[2.0, 4.0]), &[-1.0, second]);
    assert_eq!(rule.start(), Moments { m: 0.0, v: 0.0 });
}

// ---- experiments

/// Images with a bright stripe that tells their class, and some noise.
fn stripes(shape: [usize; 3], train: usize, test: usize) -> Arc<Split> {
    let mut rng = RandomState::new(11);
    let mut samples = |n: usize| {
        let size: usize = shape.iter().product();
        let labels: Vec<u8> = rng.choice(4, n).into_iter().map(|d| d as u8).collect();
        let noise = rng.choice(90, n * size);
        let bright = |i: usize, p: usize| p * 4 / size == usize::from(labels[i]);
        let pixels: Vec<u8> = (0..n * size)
            .map(|k| match noise[k] {
                0..40 if !bright(k / size, k % size) => 0,
                noise => noise as u8 + if bright(k / size, k % size) { 150 } else { 0 },
            })
            .collect();
        Samples::from_images(&pixels, labels, shape).unwrap()
    };
    Arc::new(Split { train: samples(train), test: samples(test) })
}

/// Picks one of the choices.
fn one_of<T: Copy>(rng: &mut RandomState, choices: &[T]) -> T {
    choices[rng.choice(choices.len() as u32, 1)[0] as usize]
}

/// Mostly one of the right choices, sometimes a wrong one.
fn mostly<T: Copy>(rng: &mut RandomState, right: &[T], wrong: &[T]) -> T {
    let choices = if rng.rand() < 0.94 { right } else { wrong };
    one_of(rng, choices)
}

/// A row that may be wrong: each part mostly fine, sometimes out of range.
fn arbitrary(rng: &mut RandomState) -> Experiment {
    const INF: f64 = f64::INFINITY;
    let lr = mostly(rng, &[0.01, 0.1, 1.0, 1e-300, 1e300], &[0.0, -0.1, f64::NAN, INF]);
    let share = mostly(rng, &[0.0, 0.5, 0.9, 0.999], &[1.0, -0.1, f64::NAN, INF]);
    let strength = mostly(rng, &[0.0, 0.1, 1e-7, 1e300], &[-1.0, f64::NAN, INF]);
    let init = one_of(
        rng,
        &[
            Init::Gauss { std: strength },
            Init::Xavier,
            Init::He,
            Init::XavierByDivision,
            Init::HeByDivision,
            Init::Gauss { std: 0.01 },
        ],
    );
    let mlp = Mlp {
        hidden: mostly(rng, &[&[] as &[usize], &[5], &[4, 3], &[3, 3, 3, 3], &[17, 9]], &[&[0], &[6, 0]]),
        activation: one_of(
            rng,
            &[Activation::Sigmoid, Activation::SigmoidSlopeOfOutput, Activation::Relu, Activation::Tanh],
        ),
        init,
        batch_norm: one_of(rng, &[true, false]),
        dropout: one_of(rng, &[None, None, Some(share)]),
    };
    let net = ConvNet {
        filters: mostly(rng, &[1, 2, 3, 9], &[0]),
        filter: Filter {
            height: mostly(rng, &[1, 2, 3, 3, 3, 5], &[0, 9, 30, usize::MAX]),
            width: mostly(rng, &[1, 2, 3, 3, 3, 5], &[0, 9, 30, usize::MAX]),
            stride: mostly(rng, &[1, 1, 2, 3], &[0, 50]),
            pad: mostly(rng, &[0, 0, 1, 2, 20], &[usize::MAX]),
        },
        hidden: mostly(rng, &[1, 6, 11], &[0]),
        init,
    };
    let first = one_of(rng, &[FirstGradient::Counted, FirstGradient::Skipped]);
    Experiment {
        model: one_of(rng, &[Model::Mlp(mlp), Model::ConvNet(net)]),
        rule: one_of(
            rng,
            &[
                Rule::Sgd(Sgd { lr }),
                Rule::Momentum(Momentum { lr, mu: share }),
                Rule::AdaGrad(AdaGrad { lr, h0: strength, theta: 0.0, first }),
                Rule::AdaGrad(AdaGrad { lr, h0: 0.0, theta: strength, first }),
                Rule::RmsProp(RmsProp { lr, alpha: share }),
                Rule::Adam(Adam { lr, beta1: share, beta2: 0.9 }),
                Rule::Adam(Adam { lr, beta1: 0.9, beta2: share }),
            ],
        ),
        penalty: one_of(
            rng,
            &[
                Penalty::None,
                Penalty::None,
                Penalty::L1 { lambda: strength },
                Penalty::L2 { lambda: strength },
                Penalty::L2RecordedAsRoot { lambda: strength },
                Penalty::L1HeadedL2 { lambda: strength },
                Penalty::L2LeftOver { lambda: strength },
            ],
        ),
        trains: one_of(rng, &[Trains::All, Trains::AffineOnly, Trains::HiddenOnly]),
        iterations: mostly(rng, &[3], &[0]),
        batch: mostly(rng, &[1, 2, 7, 10, 13, 40], &[0]),
        train_rows: mostly(rng, &[1, 2, 20], &[0, 21, usize::MAX]),
        test_rows: mostly(rng, &[1, 2, 10], &[0, 11, usize::MAX]),
        measure: Measure {
            every: mostly(rng, &[1, 2, 3, 100], &[0]),
            when: one_of(rng, &[When::BeforeUpdate, When::AfterUpdate]),
            train: one_of(rng, &[On::Batch, On::TrainRows]),
        },
        ..optimizer::BASE
    }
}

#[test]
fn an_arbitrary_row_is_refused_as_a_setting_or_trains() {
    let data = [stripes([1, 8, 8], 20, 10), stripes([2, 7, 6], 20, 10), stripes([1, 1, 12], 20, 10)];
    let mut rng = RandomState::new(5);
    let [mut refused, mut trained, mut diverged, mut convolved] = [0; 4];
    for seed in 0..3_000 {
        let e = arbitrary(&mut rng);
        match e.start(seed, &data[seed as usize % 3]) {
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Setting, "{e:?}: {error}");
                refused += 1;
            }
            Ok(training) => {
                let history: History = training.collect();
                match history.diverged_at {
                    None => assert_eq!(history.loss.len(), 3, "{e:?}"),
                    Some(at) => assert_eq!(history.loss.len(), at - 1, "{e:?}"),
                }
                assert!(history.curve.iter().all(|p| p.train.hits <= p.train.of && p.test.hits <= p.test.of));
                *if history.diverged_at.is_none() { &mut trained } else { &mut diverged } += 1;
                convolved += usize::from(matches!(e.model, Model::ConvNet(_)));
            }
        }
    }
    // Neither outcome is rare.
    let counts = format!("{refused} refused, {trained} trained ({convolved} convolved), {diverged} diverged");
    assert!(refused > 500 && trained > 500 && diverged > 100 && convolved > 100, "{counts}");
}

#[test]
fn a_training_too_large_for_any_memory_is_refused() {
    let data = stripes([1, 6, 6], 20, 10);
    let small = |e: Experiment| Experiment { train_rows: 20, test_rows: 10, ..e };
    let net = ConvNet { filters: 2, filter: Filter::square(3, 1, 0), hidden: 4, init: Init::He };
    let conv = |net| small(Experiment { model: Model::ConvNet(net), ..simple_cnn::BASE });
    let huge = 1 << 40;
    for experiment in [
        small(Experiment { batch: huge, ..optimizer::BASE }),
        conv(ConvNet { filters: huge, ..net }),
        conv(ConvNet { hidden: huge, ..net }),
        conv(ConvNet { filter: Filter::square(3, 1, 1 << 30), ..net }),
    ] {
        let error = experiment.start(0, &data).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Setting);
        assert!(error.message(Lang::En).contains("at most 268435456 numbers"), "{error}");
    }
}

#[test]
fn a_test_set_of_another_shape_is_refused() {
    let (one, other) = (stripes([1, 8, 8], 20, 10), stripes([1, 7, 7], 20, 10));
    let data = Arc::new(Split { train: one.train.clone(), test: other.test.clone() });
    let e = Experiment { train_rows: 20, test_rows: 10, ..optimizer::BASE };
    assert_eq!(e.start(0, &data).err().unwrap().kind(), ErrorKind::Setting);
}

/// A small row that learns the stripes.
const SMALL: Experiment = Experiment {
    model: Model::Mlp(Mlp {
        hidden: &[12, 9],
        activation: Activation::Relu,
        init: Init::He,
        batch_norm: false,
        dropout: None,
    }),
    rule: Rule::Sgd(Sgd { lr: 0.1 }),
    iterations: 60,
    batch: 20,
    train_rows: 700,
    test_rows: 900,
    ..optimizer::BASE
};

#[test]
fn a_diverging_run_stops_says_when_and_keeps_its_curve() {
    let e = Experiment {
        rule: Rule::Sgd(Sgd { lr: 1e300 }),
        measure: Measure { every: 1, when: When::BeforeUpdate, train: On::Batch },
        ..SMALL
    };
    let mut training = e.start(0, &stripes([1, 8, 8], 700, 900)).unwrap();
    let history: History = training.by_ref().collect();
    assert_eq!(history.diverged_at, Some(2));
    assert_eq!((history.loss.len(), history.curve.len()), (1, 1));
    assert!(training.next().is_none());
}

#[test]
fn a_run_that_does_not_diverge_says_nothing_of_it() {
    let history = SMALL.run(0, &stripes([1, 8, 8], 700, 900)).unwrap();
    assert_eq!((history.diverged_at, history.loss.len(), history.curve.len()), (None, 60, 6));
    assert!(history.last().unwrap().test.accuracy() > 0.9);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let data = stripes([1, 8, 8], 700, 900);
    let filter = Filter::square(3, 1, 0);
    let net = ConvNet { filters: 5, filter, hidden: 7, init: Init::He };
    let measure = Measure { every: 10, when: When::AfterUpdate, train: On::TrainRows };
    for e in [Experiment { measure, ..SMALL }, Experiment { measure, model: Model::ConvNet(net), ..SMALL }] {
        let run = |threads| e.start(3, &data).unwrap().threads(threads).collect::<History>();
        let alone = run(1);
        assert!([0, 2, 3, 7, 100].into_iter().all(|threads| run(threads) == alone));
    }
}

/// A learner's own rule: steps of one size, in the direction of the gradient's sign.
struct SignStep;

impl UpdateRule for SignStep {
    type State = ();
    fn start(&self) {}
    fn rate(&self, t: usize) -> f64 {
        0.01 / (t as f64).sqrt()
    }
    fn delta(&self, _t: usize, rate: f64, g: f64, _state: &mut ()) -> f64 {
        -rate * g.signum()
    }
}

#[test]
fn a_learners_own_rule_trains() {
    let data = stripes([1, 8, 8], 700, 900);
    let training = SMALL.start_with(0, &data, Box::new(WithState::new(SignStep))).unwrap();
    let history: History = training.collect();
    assert!(history.loss[59] < 0.3 * history.loss[0], "{:?}", history.loss);
    assert_ne!(history, SMALL.run(0, &data).unwrap());
}

#[test]
fn a_rule_written_again_by_a_learner_gives_the_same_history() {
    struct Mine;
    impl UpdateRule for Mine {
        type State = f64;
        fn start(&self) -> f64 {
            0.0
        }
        fn rate(&self, _t: usize) -> f64 {
            0.05
        }
        fn delta(&self, _t: usize, rate: f64, g: f64, v: &mut f64) -> f64 {
            *v = 0.9 * *v - rate * g;
            *v
        }
    }
    let data = stripes([1, 8, 8], 700, 900);
    let mine: History = SMALL.start_with(0, &data, Box::new(WithState::new(Mine))).unwrap().collect();
    let momentum = Experiment { rule: Rule::Momentum(Momentum { lr: 0.05, mu: 0.9 }), ..SMALL };
    assert_eq!(mine, momentum.run(0, &data).unwrap());
}

// ---- slips

/// The cells of a section that have the slip.
fn cells_with(slip: Slip, rows: &[Experiment]) -> Vec<u32> {
    rows.iter().filter(|e| e.slips().contains(&slip)).map(|e| e.source.cell).collect()
}

#[test]
fn each_slip_is_listed_where_the_originals_have_it() {
    let (gradient, optimizer) = (vanishing_gradient::EXPERIMENTS, optimizer::EXPERIMENTS);
    let overfitting = overfitting::EXPERIMENTS;
    let want: [(Slip, &[Experiment], &[u32]); 7] = [
        (Slip::SigmoidSlopeOfOutput, gradient, &[8, 12, 17]),
        (Slip::FirstGradientSkipped, optimizer, &[12, 24, 36, 49, 60]),
        (Slip::ScaleAndShiftFrozen, optimizer, &[56, 58, 60, 62, 64]),
        (Slip::OutputLayerFrozen, overfitting, &[10, 12, 16, 18, 22, 24, 36]),
        (Slip::RootInRecordedPenalty, overfitting, &[10]),
        (Slip::HeadedL2RunsL1, overfitting, &[16, 22]),
        (Slip::LeftOverPenalty, overfitting, &[28, 30, 31, 32, 33, 34]),
    ];
    for (slip, rows, cells) in want {
        assert_eq!(cells_with(slip, rows), cells, "{slip:?}");
        let all = course::experiments().filter(|e| e.slips().contains(&slip)).count();
        assert_eq!(all, cells.len(), "{slip:?} in another section");
    }
    assert!(simple_cnn::BASE.slips().is_empty());
}

#[test]
fn exact_removes_every_slip_and_changes_nothing_else() {
    for e in course::experiments() {
        assert!(e.exact().slips().is_empty(), "{}", e.id());
        assert_eq!(e.exact().exact(), e.exact());
        assert_eq!(e.slips().is_empty(), e.exact() == *e);
        let same =
            |e: &Experiment| (e.source, e.title, e.iterations, e.batch, e.train_rows, e.test_rows, e.measure);
        assert_eq!(same(&e.exact()), same(e));
    }
}

#[test]
fn mending_one_slip_leaves_the_others() {
    for e in course::experiments() {
        for slip in e.slips() {
            let left: Vec<Slip> = e.slips().into_iter().filter(|other| *other != slip).collect();
            assert_eq!(slip.mend(*e).slips(), left, "{} {slip:?}", e.id());
        }
    }
}

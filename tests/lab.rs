//! The labs: their numbers against figures worked out another way.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "clippy.toml exempts tests, but not the helpers beside them"
)]

mod common;

use common::{SMALL, small_data};
use kakunin::bands::band;
use kakunin::lab::{self, Part, Schedule, Surface};
use kakunin::nn::im2col::Filter;
use kakunin::nn::{Activation, ConvNet, Init, Mlp, Model, ParamName, Penalty, Rule, Sgd, UpdateRule, custom};
use kakunin::notebook::Output;
use kakunin::rng::RandomState;
use kakunin::{
    Experiment, History, Matrix, Samples, Split, mnist, optimizer, overfitting, published, simple_cnn,
    vanishing_gradient,
};
use ndarray::{Array1, Array2, Array4, Axis, array};
use std::sync::Arc;

fn close(a: f64, b: f64, share: f64) -> bool {
    (a - b).abs() <= share * a.abs().max(b.abs()) + 1e-14
}

const SMALL_CNN: Experiment = Experiment {
    model: Model::ConvNet(ConvNet {
        filters: 3,
        filter: Filter::square(2, 1, 0),
        hidden: 5,
        init: Init::Gauss { std: 0.1 },
    }),
    ..SMALL
};

/// √Σx²
fn norm(m: &Matrix) -> f64 {
    m.iter_rows().flatten().map(|x| x * x).sum::<f64>().sqrt()
}

#[test]
fn the_gradient_flow_of_the_course_is_that_of_numpy() {
    let data = mnist().unwrap();
    let flow = lab::gradient_flow(vanishing_gradient::BASE, 0, &data).unwrap();
    // NumPy, np.random.seed(0), exact gradient: mean |∂W| of the three layers.
    for (layer, numpy) in flow.exact.iter().zip([5.7e-7, 8.8e-5, 1.4e-2]) {
        assert!(close(layer.grad, numpy, 0.03), "{} {numpy}", layer.grad);
    }
    assert!(close(flow.ratio(), 24_000.0, 0.01));
    // The published slope is taken at the output and never falls below 0.1966.
    assert!(flow.published[..2].iter().all(|l| l.slope.unwrap() > 0.1966));
}

#[test]
fn the_two_factors_make_up_the_whole_attenuation() {
    let flow = lab::gradient_flow(vanishing_gradient::EXPERIMENTS[3], 1, &mnist().unwrap()).unwrap();
    for pair in flow.exact.windows(2) {
        let product = pair[1].delta * pair[0].weight.unwrap() * pair[0].slope.unwrap();
        assert!(close(product, pair[0].delta, 1e-12));
    }
    assert_eq!((flow.exact[2].weight, flow.exact[2].slope), (None, None));
}

#[test]
fn a_gradient_flow_of_a_convolution_is_refused_in_a_sentence() {
    let error = lab::gradient_flow(simple_cnn::BASE, 0, &mnist().unwrap()).unwrap_err();
    assert!(error.to_string().contains("Mlp"));
}

#[test]
fn the_bound_is_a_quarter_a_layer_and_two_layers_agree_with_the_flow() {
    let data = mnist().unwrap();
    let bound = lab::slope_bound(0, &data).unwrap();
    assert_eq!((bound.depths[0], bound.bound[0]), (2, 0.0625));
    let model = Model::Mlp(Mlp {
        hidden: &[40, 40],
        activation: Activation::Relu,
        init: Init::He,
        batch_norm: false,
        dropout: None,
    });
    let flow = lab::gradient_flow(Experiment { model, ..vanishing_gradient::BASE }, 0, &data).unwrap();
    assert!(close(bound.measured[2].1[0], 1.0 / flow.ratio(), 1e-12));
}

#[test]
fn every_activation_is_counted_once() {
    let sigmoid = lab::activation_histograms(Activation::Sigmoid, 3).unwrap();
    assert_eq!(sigmoid.cells.len(), 4 * 3);
    assert!(sigmoid.cells.iter().all(|c| c.counts.iter().sum::<usize>() == 100_000));
    // u of a layer of weights 1 on normal inputs has a standard deviation of 10: two thirds lie at the ends.
    assert!(close(sigmoid.cells[0].saturated, 0.64, 0.03));
    let relu = lab::activation_histograms(Activation::Relu, 1).unwrap();
    assert!(relu.cells.iter().all(|c| (c.zeros - 0.5).abs() < 0.05), "half of a symmetric u lies below 0");
    assert!(lab::activation_histograms(Activation::Relu, 0).is_err());
}

#[test]
fn the_relative_update_is_the_way_the_weights_went() {
    let data = small_data();
    let one = Experiment { iterations: 1, ..SMALL };
    let mut training = one.start(5, &data).unwrap();
    let before = training.net.param(ParamName::W(2)).unwrap();
    training.next().unwrap();
    let after = training.net.param(ParamName::W(2)).unwrap();
    let moved = norm(&Matrix::from(after.to_array() - before.to_array()));
    let updates = lab::weight_updates(one, 5, &data).unwrap();
    assert_eq!(updates.layers[1].0, 2);
    assert!(close(updates.layers[1].1[0].1, moved / norm(&before), 1e-12));
}

#[test]
fn without_an_input_every_unit_is_dead_and_a_sigmoid_is_never_zero() {
    let blank = |n: usize| Samples::from_images(&vec![0; n * 4], vec![0; n], [1, 2, 2]).unwrap();
    let data = Arc::new(Split { train: blank(10), test: blank(10) });
    let model = |activation| {
        let init = Init::Gauss { std: 0.1 };
        Model::Mlp(Mlp { hidden: &[6], activation, init, batch_norm: false, dropout: None })
    };
    let e = Experiment { iterations: 2, batch: 2, train_rows: 10, test_rows: 10, ..optimizer::BASE };
    let relu = lab::zero_share(Experiment { model: model(Activation::Relu), ..e }, 0, &data).unwrap();
    assert_eq!((relu.layers[0].zeros[0], relu.layers[0].dead[0]), ((0, 1.0), (0, 1.0)));
    let sigmoid = lab::zero_share(Experiment { model: model(Activation::Sigmoid), ..e }, 0, &data).unwrap();
    assert!(sigmoid.layers[0].zeros.iter().all(|(_, share)| *share == 0.0));
}

#[test]
fn batch_norm_puts_every_unit_at_mean_0_and_deviation_1() {
    let units = lab::batch_norm(0, &mnist().unwrap()).unwrap();
    let names: Vec<_> = units.places.iter().map(|p| p.name).collect();
    assert_eq!(names, ["u", "BN(u)", "σ(u)", "σ(BN(u))", "BN(σ(u))"]);
    assert!(units.places[1].mean.iter().all(|m| m.abs() < 1e-12));
    assert!(units.places[1].std.iter().all(|s| (s - 1.0).abs() < 1e-3));
    // 0.9 of the old value is kept: after n batches about 0.9ⁿ of the way is left.
    let (first, tenth) = (units.running[0].1, units.running[9].1);
    assert!(tenth < first / 4.0 && units.running[59].1 < 0.1);
}

#[test]
fn sgd_goes_down_the_valley_by_a_fixed_share() {
    let valley = lab::paths_of(Surface::Valley, &[Rule::Sgd(Sgd { lr: 0.1 })]);
    // ∂f/∂x = x/10 and ∂f/∂y = 2y: each step leaves 0.99 of x and 0.8 of y.
    for (t, (x, y)) in valley.paths[0].points.iter().enumerate() {
        assert!(close(*x, -7.0 * 0.99f64.powf(t as f64), 1e-12));
        assert!(close(*y, 2.0 * 0.8f64.powf(t as f64), 1e-9));
    }
    assert_eq!(valley.paths[0].points.len(), 101);
}

#[test]
fn every_surface_has_the_slope_of_its_height() {
    let step = 1e-6;
    for surface in [Surface::Valley, Surface::Saddle, Surface::TwoWells] {
        for (x, y) in [(0.3, -0.7), (-1.2, 0.4), surface.start()] {
            let across = (surface.height(x + step, y) - surface.height(x - step, y)) / (2.0 * step);
            let upright = (surface.height(x, y + step) - surface.height(x, y - step)) / (2.0 * step);
            let (dx, dy) = surface.gradient(x, y);
            assert!((across - dx).abs() < 1e-7 && (upright - dy).abs() < 1e-7, "{surface:?}");
        }
        let lowest =
            lab::paths(surface).paths.iter().flat_map(|p| p.heights.clone()).fold(f64::MAX, f64::min);
        assert!(lowest >= surface.lowest() - 1e-12, "{surface:?}");
    }
}

struct Still;

impl UpdateRule for Still {
    type State = ();
    fn start(&self) {}
    fn rate(&self, _t: usize) -> f64 {
        0.0
    }
    fn delta(&self, _t: usize, _rate: f64, _g: f64, _: &mut ()) -> f64 {
        0.0
    }
}

#[test]
fn a_learners_rule_has_a_path_and_a_training() {
    let paths = lab::paths_of(Surface::Saddle, &[custom(Still)]);
    assert_eq!(paths.paths[0].points.last(), Some(&Surface::Saddle.start()));
    let data = small_data();
    let mine = Experiment { rule: custom(Still), ..SMALL };
    let history = mine.run(0, &data).unwrap();
    assert_eq!(history.curve.len(), 3);
    assert!(history.curve.windows(2).all(|p| p[0].test == p[1].test), "nothing moves, nothing changes");
    assert_eq!(mine.watch(0, &data).unwrap(), history);
    assert_eq!(format!("{:?}", mine.rule), "Custom(Still)");
    assert_ne!(custom(Still), custom(Still));
}

struct MySgd {
    lr: f64,
}

impl UpdateRule for MySgd {
    type State = ();
    fn start(&self) {}
    fn rate(&self, _t: usize) -> f64 {
        self.lr
    }
    fn delta(&self, _t: usize, rate: f64, g: f64, _: &mut ()) -> f64 {
        -(rate * g)
    }
}

#[test]
fn a_learners_rule_trains_as_the_built_in_one_of_the_same_formula() {
    let data = small_data();
    let mine = Experiment { rule: custom(MySgd { lr: 0.01 }), ..SMALL }.run(3, &data).unwrap();
    assert_eq!(mine, SMALL.run(3, &data).unwrap());
}

#[test]
fn sgd_reaches_the_lower_well_from_the_left_of_the_hill_alone() {
    let wells = lab::two_wells();
    // The hill's top is the middle root of x³ − 2x + 0.3: 0.1518…
    for (start, end) in wells.starts.iter().zip(&wells.ends[0].1) {
        assert_eq!(*end < 0.0, *start < 0.1518, "{start}");
    }
    assert_eq!(wells.share(0), 54.0 / 101.0);
}

#[test]
fn steps_under_a_constant_gradient_follow_their_formulas() {
    let steps = lab::effective_steps(400).steps;
    for t in [1, 7, 100, 400] {
        let at = |rule: usize| steps[rule].1[t - 1];
        let n = t as f64;
        assert!(close(at(0), 0.1, 1e-12));
        assert!(close(at(1), 0.1 * (1.0 - 0.9f64.powf(n)) / 0.1, 1e-9));
        assert!(close(at(2), 0.1 / n.sqrt(), 1e-6));
        assert!(close(at(3), 0.1 / (1.0 - 0.99f64.powf(n)).sqrt(), 1e-5));
        assert!(close(at(4), 0.1, 1e-4));
    }
}

#[test]
fn schedules_start_at_the_rate_and_fall() {
    assert!(Schedule::ALL.iter().all(|s| s.rate(0.5, 1, 100) == 0.5));
    assert!(close(Schedule::Cosine.rate(0.5, 51, 100), 0.25, 1e-12));
    assert!(close(Schedule::Inverse.rate(0.5, 11, 100), 0.25, 1e-12));
    assert_eq!(Schedule::Step.rate(0.5, 26, 100), 0.25);
    let made = lab::schedules(0.5, 100);
    assert_eq!((made.rates[0].1.len(), made.heights[0].1.len()), (100, 101));
    // A rate that falls ends lower than one that stays.
    assert!(made.heights[3].1[100] < made.heights[0].1[100] / 2.0);
}

#[test]
fn each_cell_of_a_sweep_is_a_training_of_its_own() {
    let data = small_data();
    let sweep = lab::rate_sweep(SMALL, 2, &data).unwrap();
    let alone = Experiment { rule: Rule::Sgd(Sgd { lr: 0.3 }), ..SMALL }.run(2, &data).unwrap();
    let (name, accuracy) = &sweep.accuracy[0];
    assert_eq!((*name, sweep.rates[5]), ("SGD", 0.3));
    assert_eq!(accuracy[5], alone.last().map(|p| p.test.accuracy()));
    assert_eq!(sweep.width("SGD", 0.0), 8);
    assert_eq!(sweep.width("SGD", 1.1), 0);
}

#[test]
fn a_penalised_run_is_measured_at_its_end() {
    let data = small_data();
    let penalties = [Penalty::None, Penalty::L2 { lambda: 5.0 }];
    let runs = lab::weights_and_gap(SMALL, &penalties, 1, &data).unwrap().runs;
    let mut training = SMALL.start(1, &data).unwrap();
    let last = training.by_ref().filter_map(|step| step.point).last().unwrap();
    let weights = [1, 2, 3].map(|l| training.net.param(ParamName::W(l)).unwrap());
    let squares: f64 = weights.iter().map(|w| norm(w) * norm(w)).sum();
    assert!(close(runs[0].norm, squares.sqrt(), 1e-12));
    assert_eq!((runs[0].train, runs[0].test), (last.train, last.test));
    assert!(close(runs[0].gap(), last.train.accuracy() - last.test.accuracy(), 1e-12));
    assert_eq!(runs[0].counts.iter().sum::<usize>(), 16 * 40 + 40 * 20 + 20 * 4);
    assert!(runs[1].norm < runs[0].norm);
}

#[test]
fn the_touching_points_are_where_no_step_along_the_shape_helps() {
    let lab::PenaltyContours { centre, l1, l2 } = lab::penalty_contours();
    // The error is a² + ab/2 + 1.2b² about the centre.
    let slope = |w: (f64, f64)| {
        let (a, b) = (w.0 - centre.0, w.1 - centre.1);
        (2.0 * a + 0.5 * b, 0.5 * a + 2.4 * b)
    };
    let (g1, g2) = slope(l2);
    assert!((g1 * l2.1 - g2 * l2.0).abs() < 1e-3, "the slope points straight out of the circle");
    let (g1, g2) = slope(l1);
    assert_eq!(l1, (0.0, 1.0));
    assert!(g1.abs() < g2.abs(), "leaving the corner costs more than it gains");
}

#[test]
fn a_ridge_solution_has_no_slope_left() {
    let ridge = lab::ridge(&[0.0, 0.5, 20.0]).unwrap();
    for (i, lambda) in ridge.lambdas.iter().enumerate() {
        let residuals: Vec<f64> =
            ridge.x.iter().zip(&ridge.y).map(|(&x, y)| ridge.predict(i, x) - y).collect();
        // ∂/∂b: the residuals add up to 0 at any λ, for b is not penalised.
        assert!(residuals.iter().sum::<f64>().abs() < 1e-9);
        for k in 0..4 {
            let along: f64 =
                residuals.iter().zip(&ridge.x).map(|(r, x)| r * x.powf(f64::from(k as u32) + 1.0)).sum();
            assert!((along + lambda * ridge.weights[i][k]).abs() < 1e-9, "λ = {lambda}");
        }
    }
    assert!(lab::ridge(&[]).is_err() && lab::ridge(&[-1.0]).is_err());
}

#[test]
fn the_mean_of_dropout_comes_near_what_is_put_out_at_test_time() {
    let dropout = lab::dropout(0.25, 3).unwrap();
    assert_eq!(dropout.masks.dim(), (8, 20));
    for ((x, test), mean) in dropout.x.iter().zip(&dropout.test).zip(&dropout.train_mean) {
        assert!(close(*test, 0.75 * x, 1e-12));
        // Five standard errors of 10,000 draws.
        assert!((mean - test).abs() < 5.0 * x * (0.25f64 * 0.75).sqrt() / 100.0);
    }
    assert!(lab::dropout(1.0, 0).is_err());
}

#[test]
fn an_ensemble_wants_dropout_and_counts_its_masks() {
    let data = small_data();
    assert!(lab::dropout_ensemble(SMALL, 0, &data).unwrap_err().to_string().contains("dropout"));
    let model = Model::Mlp(Mlp {
        hidden: &[20],
        activation: Activation::Relu,
        init: Init::He,
        batch_norm: false,
        dropout: Some(0.0),
    });
    // With nothing deleted every mask is the network itself.
    let none = lab::dropout_ensemble(Experiment { model, ..SMALL }, 0, &data).unwrap();
    assert_eq!(none.averaged.iter().map(|a| a.0).collect::<Vec<_>>(), [1, 2, 4, 8, 16, 32, 64]);
    assert!(none.averaged.iter().all(|(_, hits)| *hits == none.test));
}

#[test]
fn col2im_counts_and_is_the_adjoint_of_im2col() {
    let x = Array4::from_shape_fn((1, 2, 5, 4), |(_, c, h, w)| ((7 * c + 3 * h + w) % 5) as f64 - 1.0);
    let filter = Filter { height: 3, width: 2, stride: 1, pad: 1 };
    let view = lab::col2im(&x, filter).unwrap();
    assert_eq!(view.back, &view.coverage * &x);
    assert!(!view.is_identity() && view.back_printed != view.back);
    // ⟨im2col(x), y⟩ = ⟨x, col2im(y)⟩ with y = im2col(x).
    let col = lab::im2col(&x, filter).unwrap().col;
    assert!(close(col.iter().map(|v| v * v).sum(), (&view.back * &x).sum(), 1e-12));
    let apart = lab::col2im(&array![[1.0, 2.0], [3.0, 4.0]], Filter::square(1, 1, 0)).unwrap();
    assert!(apart.is_identity());
}

#[test]
fn windows_say_the_size_of_the_output() {
    assert_eq!(lab::windows((6, 6), Filter::square(2, 1, 1)).unwrap().output, (7, 7));
    assert_eq!(lab::windows((6, 5), Filter::square(3, 2, 0)).unwrap().output, (2, 2));
    assert!(lab::windows((2, 2), Filter::square(3, 1, 0)).is_err());
    assert!(lab::windows((2, 2), Filter::square(3, 1, usize::MAX)).is_err());
}

#[test]
fn a_convolution_by_hand() {
    let x = array![[1.0, 2.0, 0.0], [0.0, 1.0, 3.0], [2.0, 0.0, 1.0]];
    let made = lab::convolve(&x, &array![[1.0, 0.0], [0.0, -2.0]], 1, 0).unwrap();
    assert_eq!(made.output, array![[-1.0, -4.0], [0.0, -1.0]]);
    assert_eq!(made.first_sum, "1×1 + 2×0 + 0×0 + 1×(-2) = -1");
    let padded = lab::convolve(&x, &array![[1.0]], 2, 1).unwrap();
    assert_eq!(padded.output, array![[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]);
}

#[test]
fn zero_padding_costs_a_border_what_its_windows_see_of_the_zeros() {
    let pixels = [[0, 0, 0, 0, 0, 102, 102, 0, 0, 102, 102, 0, 0, 0, 0, 0], [51; 16]];
    let split = |pixels: &[u8]| {
        let samples = || Samples::from_images(pixels, vec![0], [1, 4, 4]).unwrap();
        Arc::new(Split { train: samples(), test: samples() })
    };
    let filter = Filter::square(3, 1, 1);
    let margin = lab::zero_padding(&split(&pixels[0]), filter).unwrap();
    assert_eq!((margin.digit.lost_at_border, margin.digit.lost), (0.0, 0.0), "its margin is 0 anyway");
    let even = lab::zero_padding(&split(&pixels[1]), filter).unwrap().digit;
    // 0.2 everywhere: corners see 4 pixels of 9, edges 6, and 4 places in the middle all 9.
    assert!(
        close(even.zeros[[0, 0]], 0.2 * 4.0 / 9.0, 1e-6) && close(even.zeros[[0, 1]], 0.2 * 6.0 / 9.0, 1e-6)
    );
    assert!(even.continued.iter().all(|v| close(*v, 0.2, 1e-6)));
    assert!(close(even.lost_at_border, (4.0 * 5.0 + 8.0 * 3.0) / (12.0 * 9.0), 1e-6));
    assert!(close(even.lost, (4.0 * 5.0 + 8.0 * 3.0) / (16.0 * 9.0), 1e-6));
    let none = lab::zero_padding(&split(&pixels[1]), Filter::square(3, 1, 0)).unwrap();
    assert_eq!((none.full.lost_at_border, none.full.lost), (0.0, 0.0));
    assert!(lab::zero_padding(&split(&pixels[1]), Filter::square(9, 1, 1)).is_err());
}

#[test]
fn units_that_start_at_0_stay_alike_and_relus_stay_at_0() {
    let data = small_data();
    let zero = lab::zero_weights(SMALL, 2, &data).unwrap();
    let end = |of: &[(usize, f64)]| of.last().unwrap().1;
    let [sigmoid, relu, he] = zero.runs.as_slice() else { panic!() };
    assert_eq!((end(&sigmoid.apart), end(&relu.apart), end(&relu.largest)), (0.0, 0.0, 0.0));
    assert!(end(&sigmoid.largest) > 0.0 && end(&he.apart) > 0.1);
    assert!(sigmoid.last.outer_iter().all(|unit| unit == sigmoid.last.row(0)), "one row for all units");
    assert!(sigmoid.last.iter().any(|w| *w != 0.0) && relu.last.iter().all(|w| *w == 0.0));
    // Nothing but b3 learns from zeros with ReLU: it answers one class to all.
    let labels = |d: u8| data.test.labels().iter().filter(|l| **l == d).count() as u32;
    assert!((0..4).any(|d| labels(d) == relu.test.hits));
    assert!(lab::zero_weights(SMALL_CNN, 0, &data).is_err());
    let flat =
        Mlp { hidden: &[], activation: Activation::Relu, init: Init::He, batch_norm: false, dropout: None };
    let flat = Model::Mlp(flat);
    let refused = lab::zero_weights(Experiment { model: flat, ..SMALL }, 0, &data).unwrap_err();
    assert!(refused.to_string().contains("中間層"));
}

#[test]
fn pooling_by_hand() {
    let x = array![[1.0, 5.0, 2.0, 0.0], [3.0, 4.0, 8.0, 6.0]];
    let pooled = lab::pooling(&x, Filter::square(2, 2, 0)).unwrap();
    let values = |a: &Array4<f64>| a.iter().copied().collect::<Vec<_>>();
    assert_eq!(values(&pooled.max), [5.0, 8.0]);
    assert_eq!(values(&pooled.average), [3.25, 4.0]);
    assert_eq!(values(&pooled.max_gradient), [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    assert_eq!(values(&pooled.average_gradient), [0.25; 8]);
    assert!(lab::pooling(&Array2::zeros((0, 3)), Filter::square(1, 1, 0)).is_err());
}

#[test]
fn filters_begin_as_numpy_draws_them_and_move() {
    let filters = lab::filters(SMALL_CNN, 4, &small_data()).unwrap();
    let mut rng = RandomState::new(4);
    for drawn in filters.before.iter() {
        assert!(close(*drawn, 0.1 * rng.randn(), 1e-12));
    }
    assert_ne!(filters.before, filters.after);
    assert!(lab::filters(SMALL, 0, &small_data()).is_err());
}

#[test]
fn mistakes_and_hits_add_up() {
    let data = small_data();
    for e in [SMALL, SMALL_CNN] {
        let found = lab::mistakes(e, 2, &data).unwrap();
        let trained = e.run(2, &data).unwrap().last().unwrap().test;
        assert_eq!(found.hits, trained);
        assert_eq!(found.wrong.len() as u32, found.hits.of - found.hits.hits);
        assert_eq!(found.confusion.sum(), 24);
        assert_eq!(found.confusion.diag().sum() as u32, found.hits.hits);
        let first = &found.wrong[0];
        assert_eq!(first.label, data.test.labels()[first.row]);
        assert_eq!(f64::from(data.test.row(first.row)[5]), first.image[[1, 1]]);
    }
}

#[test]
fn alex_net_has_the_shapes_and_parameters_of_its_arithmetic() {
    let alex_net = lab::alex_net();
    let sides: Vec<usize> = alex_net.rows.iter().filter(|r| r.shape.len() == 3).map(|r| r.shape[1]).collect();
    assert_eq!(sides, [55, 55, 27, 27, 27, 13, 13, 13, 13, 13, 13, 13, 6]);
    let dense: Vec<usize> =
        alex_net.rows.iter().filter(|r| matches!(r.part, Part::Dense(_))).map(|r| r.shape[0]).collect();
    assert_eq!(dense, [4096, 4096, 1000]);
    let by_hand = 96 * (3 * 121 + 1)
        + 256 * (96 * 25 + 1)
        + 384 * (256 * 9 + 1)
        + 384 * (384 * 9 + 1)
        + 256 * (384 * 9 + 1)
        + 4096 * (256 * 36 + 1)
        + 4096 * (4096 + 1)
        + 1000 * (4096 + 1);
    assert_eq!(alex_net.parameters(), by_hand);
    assert_eq!(alex_net.rows[0].multiply_adds, 55 * 55 * 96 * 363);
    assert_eq!(lab::alex_net_at(224).unwrap().rows[0].shape[1], 54);
}

#[test]
fn a_list_of_layers_that_does_not_fit_is_refused_in_a_sentence() {
    let refused = |input, parts: &[Part]| lab::network(input, parts).unwrap_err().to_string();
    assert!(refused([1, 4, 4], &[Part::conv(1, 5, 1, 0)]).contains("5×5"));
    assert!(refused([1, 4, 4], &[Part::dense(3), Part::pool(2, 2)]).contains("全結合"));
    assert!(refused([1, 4, 4], &[Part::dropout(1.0)]).contains("ドロップアウト"));
    assert!(refused([1, 4, 4], &[Part::dense(0)]).contains('0'));
    assert!(refused([0, 4, 4], &[]).contains("[0, 4, 4]"));
}

#[test]
fn the_model_of_a_row_has_the_parameters_that_its_network_has() {
    let shapes = lab::shapes(overfitting::BASE.model, [1, 28, 28]).unwrap();
    let mut net = overfitting::BASE.model.build(&mut RandomState::new(0), [1, 28, 28], 10).unwrap();
    let numbers: usize = net.params().iter().map(|p| p.value.rows() * p.value.cols()).sum();
    assert_eq!(shapes.parameters(), numbers as u64);
}

#[test]
fn a_forward_pass_of_alex_net_is_the_sum_it_should_be() {
    let pass = lab::alex_net_forward(1).unwrap();
    let mut rng = RandomState::new(1);
    let std = (2.0f64 / 363.0).sqrt();
    let w = Array2::from_shape_simple_fn((363, 96), || std * rng.randn());
    // The third filter's output at the place that begins at row 8 and column 12.
    let tap = |t: usize| pass.image[[t / 121, 8 + t / 11 % 11, 12 + t % 11]] - 0.5;
    let u: f64 = (0..363).map(|t| w[[t, 2]] * tap(t)).sum();
    assert!((pass.maps[0][[2, 2, 3]] - u.max(0.0)).abs() < 1e-9);
    let shapes: Vec<usize> = pass.layers.iter().map(|l| l.shape[0]).collect();
    assert_eq!(shapes, [96, 256, 384, 384, 256, 4096, 4096, 1000]);
    assert!(pass.layers[..7].iter().all(|l| (l.zeros - 0.5).abs() < 0.06 && l.mean.is_finite()));
    assert!(pass.top.windows(2).all(|t| t[0].1 >= t[1].1));
}

#[test]
fn an_array_of_any_kind_is_shown() {
    let shown = lab::show(&array![[1.0f32, 2.0], [f32::NAN, -4.0]]);
    assert_eq!((shown.shape.as_slice(), shown.min, shown.max, shown.nan), (&[2, 2][..], -4.0, 2.0, 1));
    assert!(close(shown.mean, -1.0 / 3.0, 1e-12));
    assert_eq!(lab::show(&vec![1u8, 3]).mean, 2.0);
    assert_eq!(lab::show(&[0.5; 3]).shape, [3]);
    assert_eq!(lab::show(&Array4::<f64>::zeros((2, 3, 4, 5)).view()).shape, [2, 3, 4, 5]);
    assert_eq!(lab::show(&Matrix::zeros(2, 3)).shape, [2, 3]);
    assert!(format!("{:?}", Output::from(&lab::show(&Array1::<f64>::zeros(0)))).contains("NaN 0"));
}

#[test]
fn rows_side_by_side_stand_beside_what_was_published() {
    let data = mnist().unwrap();
    let rows = [optimizer::EXPERIMENTS[0], Experiment { batch: 10, iterations: 20, ..optimizer::BASE }];
    let made = lab::compare(&rows, 0, &data).unwrap();
    assert_eq!(*made.histories()[0], rows[0].run(0, &data).unwrap());
    assert_eq!(made.rows[0].published.unwrap().final_test().hits, 1135);
    assert!(made.rows[1].published.is_none());
    let shown = format!("{:?}", Output::from(&made));
    assert!(shown.contains("2_4/8 SGD: 検証 11.35%（原典 11.35%）"));
    assert!(shown.contains("「SGD」を変えたもの（SGD）: 検証"));
}

#[test]
fn a_row_of_the_course_stands_among_its_seeds_and_any_other_does_not() {
    let alone = |experiment: Experiment, theirs| {
        let row = lab::Compared { experiment, history: History::default(), published: theirs };
        format!("{:?}", Output::from(&lab::Comparison { seed: 0, rows: vec![row] }))
    };
    let row = vanishing_gradient::EXPERIMENTS[3];
    let (band, theirs) = (band("2_2_1/14").unwrap(), published("2_2_1/14").unwrap());
    let shown = alone(row, Some(theirs));
    let [_, low, .., high, _] = band.levels();
    assert!(shown.contains(&format!(">{:.1}–{:.1}%<", 100.0 * low, 100.0 * high)), "{shown}");
    assert!(shown.contains(&format!(">{:.0}<", band.percentile(theirs.final_test()))), "{shown}");
    assert!(!alone(Experiment { iterations: 7, ..row }, None).contains("シードの"));
}

#[test]
fn every_lab_is_shown_as_text_as_html_and_as_a_picture_that_says_what_it_is() {
    let x = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]];
    let data = small_data();
    let filter = Filter::square(2, 1, 0);
    let shown: Vec<Output> = vec![
        Output::from(&lab::activations()),
        Output::from(&lab::activation_histograms(Activation::Tanh, 7).unwrap()),
        Output::from(&lab::gradient_flow(SMALL, 0, &data).unwrap()),
        Output::from(&lab::weight_updates(SMALL, 0, &data).unwrap()),
        Output::from(&lab::zero_share(SMALL, 0, &data).unwrap()),
        Output::from(&lab::paths(Surface::Saddle)),
        Output::from(&lab::two_wells()),
        Output::from(&lab::effective_steps(50)),
        Output::from(&lab::schedules(0.5, 20)),
        Output::from(&lab::rate_sweep(Experiment { iterations: 3, ..SMALL }, 0, &data).unwrap()),
        Output::from(&lab::weights_and_gap(SMALL, &[Penalty::None], 0, &data).unwrap()),
        Output::from(&lab::penalty_contours()),
        Output::from(&lab::ridge(&[1.0]).unwrap()),
        Output::from(&lab::dropout(0.5, 0).unwrap()),
        Output::from(&lab::im2col(&x, filter).unwrap()),
        Output::from(&lab::im2col(&x, filter).unwrap().printed()),
        Output::from(&lab::im2col(&Array4::zeros((2, 4, 20, 20)), Filter::square(3, 1, 1)).unwrap()),
        Output::from(&lab::col2im(&x, filter).unwrap()),
        Output::from(&lab::windows((6, 6), filter).unwrap()),
        Output::from(&lab::convolve(&x, &array![[1.0]], 1, 0).unwrap()),
        Output::from(&lab::pooling(&x.clone().insert_axis(Axis(0)), filter).unwrap()),
        Output::from(&lab::zero_padding(&data, Filter::square(3, 1, 1)).unwrap()),
        Output::from(&lab::zero_weights(SMALL, 0, &data).unwrap()),
        Output::from(&lab::filters(SMALL_CNN, 0, &data).unwrap()),
        Output::from(&lab::mistakes(SMALL, 0, &data).unwrap()),
        Output::from(&lab::shapes(SMALL.model, [1, 4, 4]).unwrap()),
        Output::from(&lab::channels()),
        Output::from(&lab::alex_net()),
        Output::from(&lab::show(&Array2::<f64>::zeros((30, 40)))),
    ];
    for output in shown {
        let text = format!("{output:?}");
        let title = text.split("<title>").nth(1).and_then(|t| t.split("</title>").next()).unwrap();
        for part in [
            "text/html",
            "image/svg+xml",
            "plain: Some(",
            "role=\\\"img\\\"",
            "<desc>",
            "fill=\\\"#ffffff\\\"",
        ] {
            assert!(text.contains(part), "{title}: {part}");
        }
        assert!(text.contains("<details>") || text.contains("<pre>"), "{title}");
        assert!(!text.contains("NaN\\\"") && !text.contains("=\\\"inf"), "{title}");
    }
}

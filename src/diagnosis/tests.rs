use super::*;
use crate::nn::{
    Activation, AdaGrad, Adam, FirstGradient, Init, Mlp, Model, Momentum, Penalty, RmsProp, Rule, Sgd, Trains,
};
use crate::rng::RandomState;
use crate::{Hits, Measure, On, Point, Samples, Source, When};

/// Ten patterns of 6 × 6 pixels, each with noise.
fn samples(seed: u32, rows: usize) -> Samples {
    let mut rng = RandomState::new(seed);
    let patterns: Vec<f64> = (0..360).map(|i| f64::from(i * 7919 % 11 < 4)).collect();
    let labels: Vec<u8> = (0..rows).map(|r| (r % 10) as u8).collect();
    let pixel = |r: usize, p: usize, noise: f64| (200.0 * patterns[r % 10 * 36 + p] + 50.0 * noise) as u8;
    let pixels = (0..rows * 36).map(|i| pixel(i / 36, i % 36, rng.rand())).collect::<Vec<_>>();
    Samples::from_images(&pixels, labels, [1, 6, 6]).unwrap()
}

fn data() -> Arc<Split> {
    Arc::new(Split { train: samples(1, 200), test: samples(2, 100) })
}

const MLP: Mlp =
    Mlp { hidden: &[20, 15], activation: Activation::Relu, init: Init::He, batch_norm: false, dropout: None };

/// A training without any fault.
const SOUND: Experiment = Experiment {
    source: Source { family: "own", cell: 1 },
    title: "own",
    model: Model::Mlp(MLP),
    rule: Rule::Sgd(Sgd { lr: 0.3 }),
    penalty: Penalty::None,
    trains: Trains::All,
    iterations: 200,
    batch: 20,
    train_rows: 200,
    test_rows: 100,
    measure: Measure { every: 10, when: When::AfterUpdate, train: On::TrainRows },
};

fn found(e: Experiment) -> Listed<Finding> {
    diagnose(e, 0, &data()).unwrap().findings
}

fn kinds(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|f| f.name(crate::Lang::En)).collect()
}

fn with(mlp: Mlp) -> Experiment {
    Experiment { model: Model::Mlp(mlp), ..SOUND }
}

#[test]
fn nothing_is_found_in_a_sound_training() {
    assert_eq!(found(SOUND), []);
    assert_eq!(found(with(Mlp { activation: Activation::Tanh, init: Init::Xavier, ..MLP })), []);
    assert_eq!(found(with(Mlp { batch_norm: true, dropout: Some(0.1), ..MLP })), []);
}

#[test]
fn a_slope_taken_at_the_wrong_place_is_a_wrong_gradient() {
    let sigmoid = Mlp { activation: Activation::Sigmoid, init: Init::Xavier, ..MLP };
    let slip = found(with(Mlp { activation: Activation::SigmoidSlopeOfOutput, ..sigmoid }));
    let Some(Finding::WrongGradient { params }) = slip.first() else { panic!("{slip:?}") };
    // The output layer's own gradient is right.
    assert!(params.iter().all(|(name, _)| ["W1", "b1", "W2", "b2"].contains(&name.as_str())), "{params:?}");
    assert!(!kinds(&found(with(sigmoid))).contains(&"wrong gradient"));
}

#[test]
fn a_penalty_is_named_with_its_strength_and_one_recorded_otherwise_is_a_wrong_gradient() {
    let penalty = |penalty| found(Experiment { penalty, ..SOUND });
    let acts = |norm| Finding::PenaltyActs { norm, lambda: 0.02 };
    assert!(penalty(Penalty::L2 { lambda: 0.02 }).contains(&acts("L2")));
    assert!(penalty(Penalty::L1 { lambda: 0.02 }).contains(&acts("L1")));
    assert!(penalty(Penalty::L1HeadedL2 { lambda: 0.02 }).contains(&acts("L1")));
    assert!(kinds(&penalty(Penalty::L2RecordedAsRoot { lambda: 0.02 })).contains(&"wrong gradient"));
    assert!(!kinds(&penalty(Penalty::L2 { lambda: 0.02 })).contains(&"wrong gradient"));
}

#[test]
fn parameters_that_never_move_are_named() {
    let frozen = |e| found(e).into_iter().find(|f| matches!(f, Finding::Frozen { .. }));
    let names = |names: &[&str]| {
        Some(Finding::Frozen { params: names.iter().map(|name| (*name).to_owned()).collect() })
    };
    assert_eq!(frozen(Experiment { trains: Trains::HiddenOnly, ..SOUND }), names(&["W3", "b3"]));
    let norm = with(Mlp { batch_norm: true, ..MLP });
    let four = names(&["gamma1", "beta1", "gamma2", "beta2"]);
    assert_eq!(frozen(Experiment { trains: Trains::AffineOnly, ..norm }), four);
    assert_eq!(frozen(norm), None);
}

#[test]
fn relu_from_zeros_has_no_gradient_and_no_living_unit() {
    let found = found(with(Mlp { init: Init::Gauss { std: 0.0 }, ..MLP }));
    let Some(Finding::NoGradient { params }) = found.iter().find(|f| matches!(f, Finding::NoGradient { .. }))
    else {
        panic!("{found:?}")
    };
    assert_eq!(params, &["W1", "b1", "W2", "b2", "W3"]);
    assert!(found.contains(&Finding::DeadUnits { layer: 1, dead: 20, of: 20 }));
    assert!(kinds(&found).contains(&"constant predictor"));
}

#[test]
fn a_deep_sigmoid_net_vanishes_and_its_factors_multiply() {
    const DEEP: Mlp = Mlp {
        hidden: &[20, 20, 20, 20],
        activation: Activation::Sigmoid,
        init: Init::Gauss { std: 0.01 },
        ..MLP
    };
    let examined = diagnose(with(DEEP), 0, &data()).unwrap();
    assert!(kinds(&examined.findings).contains(&"vanishing gradient"));
    let he =
        diagnose(with(Mlp { activation: Activation::Relu, init: Init::He, ..DEEP }), 0, &data()).unwrap();
    assert!(!kinds(&he.findings).contains(&"vanishing gradient"));
    for pair in examined.flow.windows(2) {
        let product = pair[0].through_weights.unwrap() * pair[0].through_slope.unwrap();
        let ratio = pair[0].output.unwrap() / pair[1].output.unwrap();
        assert!((product / ratio - 1.0).abs() < 1e-12);
        assert!(pair[0].through_slope.unwrap() <= 0.25);
    }
}

#[test]
fn only_a_rule_that_forgets_its_first_gradient_is_told() {
    let ada = |first| Rule::AdaGrad(AdaGrad { lr: 0.05, h0: 1e-4, theta: 0.0, first });
    let told = |rule| found(Experiment { rule, ..SOUND }).contains(&Finding::FirstGradientSkipped);
    assert!(told(ada(FirstGradient::Skipped)));
    assert!(!told(ada(FirstGradient::Counted)));
    assert!(!told(Rule::Momentum(Momentum { lr: 0.1, mu: 0.9 })));
    assert!(!told(Rule::RmsProp(RmsProp { lr: 0.01, alpha: 0.99 })));
    assert!(!told(Rule::Adam(Adam { lr: 0.01, beta1: 0.9, beta2: 0.999 })));
}

#[test]
fn test_rows_among_the_training_rows_are_counted() {
    let leaky = Arc::new(Split { train: samples(1, 200), test: samples(1, 100) });
    let findings = diagnose(SOUND, 0, &leaky).unwrap().findings;
    assert!(findings.contains(&Finding::Leak { rows: 100, of: 100 }));
    let other = Arc::new(Split { train: samples(3, 200), test: samples(1, 100) });
    assert!(!kinds(&diagnose(SOUND, 0, &other).unwrap().findings).contains(&"leak"));
}

fn history(train: u32, test: u32, loss: &[f64]) -> History {
    let point = |i: usize| Point {
        iteration: i,
        train: Hits { hits: train, of: 100 },
        test: Hits { hits: test, of: 100 },
    };
    History { curve: (1..=20).map(point).collect(), loss: loss.to_vec(), ..History::default() }
}

#[test]
fn the_record_alone_tells_underfitting_overfitting_and_divergence() {
    let labels: Vec<u8> = (0..100).map(|i| i % 10).collect();
    let found = |train, test, loss: &[f64]| kinds(&of_history(&history(train, test, loss), &labels));
    assert_eq!(found(99, 95, &[2.0, 0.1]), Vec::<&str>::new());
    assert_eq!(found(100, 76, &[2.0, 0.1]), ["overfitting"]);
    assert_eq!(found(60, 58, &[2.0, 1.5]), ["underfitting"]);
    assert_eq!(found(80, 58, &[2.0, 1.5]), ["underfitting", "overfitting"]);
    assert_eq!(found(10, 10, &[2.0, 2.3]), ["divergence", "constant predictor"]);
    let nan = History { diverged_at: Some(3), ..History::default() };
    assert_eq!(of_history(&nan, &labels), [Finding::Diverged { iteration: 3 }]);
}

#[test]
fn a_constant_predictor_is_told_from_the_iteration_on_at_which_it_became_one() {
    let labels: Vec<u8> = (0..100).map(|i| if i < 30 { 4 } else { 5 + i % 3 }).collect();
    let mut record = history(50, 30, &[]);
    record.curve[9].test.hits = 77;
    let found = constant_predictor(&record, &labels);
    assert_eq!(found, Some(Finding::ConstantPredictor { digit: 4, share: 0.3, since: 11 }));
    assert_eq!(constant_predictor(&history(50, 31, &[]), &labels), None);
    // Fewer labels than rows that were tested: nothing can be said.
    assert_eq!(constant_predictor(&record, &labels[..50]), None);
}

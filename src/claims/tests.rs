use super::*;
use crate::nn::{Activation, Model, Penalty, Rule};
use crate::{Experiment, History, Hits, Lang, Point};

/// Rows of values for four seeds, the same in each.
fn rows(values: &[f64]) -> Vec<(u32, Vec<f64>)> {
    (0..4).map(|seed| (seed, values.to_vec())).collect()
}

fn judged(claim: &Claim, values: &[f64]) -> Verdict {
    claim.judge(rows(values), false).unwrap().verdict
}

#[test]
fn every_claim_is_supported_above_its_thresholds_and_refuted_below() {
    for claim in all() {
        let by = |d: f64| claim.parts.iter().map(|p| p.threshold + d).collect::<Vec<_>>();
        assert_eq!(judged(&claim, &by(0.001)), Verdict::Supported, "{}", claim.id);
        assert_eq!(judged(&claim, &by(-0.001)), Verdict::NotSupported, "{}", claim.id);
    }
}

#[test]
fn one_part_below_refutes_a_claim_of_all_and_divides_one_by_definition() {
    for claim in all().into_iter().filter(|claim| claim.parts.len() > 1) {
        let mut values: Vec<_> = claim.parts.iter().map(|p| p.threshold + 1.0).collect();
        values[1] = claim.parts[1].threshold - 1.0;
        let wanted = match claim.decision {
            Decision::All => Verdict::NotSupported,
            Decision::ByDefinition => Verdict::Depends,
        };
        assert_eq!(judged(&claim, &values), wanted, "{}", claim.id);
    }
}

#[test]
fn seeds_that_disagree_leave_every_claim_undecided() {
    for claim in all() {
        let row = |seed: u32| {
            let by = if seed.is_multiple_of(2) { 1.0 } else { -1.0 };
            (seed, claim.parts.iter().map(|p| p.threshold + by).collect())
        };
        assert_eq!(claim.judge((0..6).map(row).collect(), false).unwrap().verdict, Verdict::Undecided);
    }
}

#[test]
fn a_claim_of_all_is_refuted_by_one_part_even_if_another_is_unknown() {
    let claim = he_helps_only_relu();
    let row = |seed: u32| (seed, vec![if seed == 0 { 9.0 } else { -9.0 }, -1.0, -1.0]);
    assert_eq!(claim.judge((0..4).map(row).collect(), false).unwrap().verdict, Verdict::NotSupported);
}

#[test]
fn fewer_than_two_seeds_are_refused() {
    for seeds in [0..0, 3..4] {
        let error = he_helps_only_relu().run(seeds.clone()).unwrap_err();
        assert!(error.message(Lang::En).contains("at least 2 seeds"), "{error}");
        assert!(error.message(Lang::En).contains(&format!("there are {}", seeds.len())));
    }
}

#[test]
fn names_are_unique_sentences_are_there_and_two_languages() {
    let all = all();
    let ids: std::collections::BTreeSet<_> = all.iter().map(|c| c.id).collect();
    assert_eq!(ids.len(), all.len());
    for claim in &all {
        for text in
            [claim.quote, claim.place, claim.measures.0, claim.measures.1, claim.advice.0, claim.advice.1]
        {
            assert!(!text.is_empty(), "{}", claim.id);
        }
        assert!(!claim.parts.is_empty());
    }
}

/// A training whose last accuracies are these.
fn ends(train: f64, test: f64) -> History {
    let hits = |share: f64| Hits { hits: (share * 10_000.0).round() as u32, of: 10_000 };
    let point =
        |iteration, share: f64| Point { iteration, train: hits(train * share), test: hits(test * share) };
    History { curve: vec![point(100, 0.3), point(1_000, 1.0)], ..History::default() }
}

/// What a claim says in a world where a training ends as `world` says, with a little noise by seed.
fn verdict_in(claim: Claim, world: fn(&Experiment) -> (f64, f64)) -> Verdict {
    let bench = Bench::imagined(move |e, seed| {
        let (train, test) = world(e);
        ends(train, test + 0.0005 * f64::from(seed % 3))
    });
    claim.run_on(&bench, 0..5).unwrap().verdict
}

fn activation(e: &Experiment) -> Activation {
    match e.model {
        Model::Mlp(mlp) => mlp.activation,
        Model::ConvNet(_) => Activation::Relu,
    }
}

fn init(e: &Experiment) -> &'static str {
    match e.model {
        Model::Mlp(mlp) if mlp.init.std(100) == 0.01 => "gauss",
        Model::Mlp(mlp) if mlp.init.std(100) > 0.12 => "he",
        _ => "xavier",
    }
}

fn rule(e: &Experiment) -> (&'static str, f64) {
    if let Rule::Sgd(r) = e.rule {
        ("sgd", r.lr)
    } else if let Rule::Momentum(r) = e.rule {
        ("momentum", r.lr)
    } else if let Rule::AdaGrad(r) = e.rule {
        ("ada_grad", r.lr)
    } else if let Rule::RmsProp(r) = e.rule {
        ("rms_prop", r.lr)
    } else if let Rule::Adam(r) = e.rule {
        ("adam", r.lr)
    } else {
        panic!("{:?}", e.rule)
    }
}

fn has_dropout(e: &Experiment) -> bool {
    matches!(e.model, Model::Mlp(mlp) if mlp.dropout.is_some())
}

fn same(_: &Experiment) -> (f64, f64) {
    (0.5, 0.5)
}

#[test]
fn what_the_activations_do_decides_the_claims_about_them() {
    let relu_wins = |e: &Experiment| (0.9, if activation(e) == Activation::Relu { 0.9 } else { 0.5 });
    let relu_loses = |e: &Experiment| (0.9, if activation(e) == Activation::Relu { 0.5 } else { 0.9 });
    for claim in [relu_improves(), relu_keeps_accuracy()] {
        assert_eq!(verdict_in(claim, relu_wins), Verdict::Supported);
        assert_eq!(verdict_in(claim, relu_loses), Verdict::NotSupported);
    }
    // To be as good is enough to keep the accuracy, and no improvement.
    assert_eq!(verdict_in(relu_keeps_accuracy(), same), Verdict::Supported);
    assert_eq!(verdict_in(relu_improves(), same), Verdict::NotSupported);
}

#[test]
fn what_the_initial_weights_do_decides_the_claims_about_them() {
    let both = |e: &Experiment| (0.9, if init(e) == "gauss" { 0.1 } else { 0.9 });
    let relu_alone = |e: &Experiment| {
        (0.9, if init(e) != "gauss" && activation(e) == Activation::Relu { 0.9 } else { 0.1 })
    };
    assert_eq!(verdict_in(xavier_helps_both(), both), Verdict::Supported);
    assert_eq!(verdict_in(xavier_helps_both(), relu_alone), Verdict::NotSupported);
    assert_eq!(verdict_in(he_helps_only_relu(), relu_alone), Verdict::Supported);
    assert_eq!(verdict_in(he_helps_only_relu(), both), Verdict::NotSupported);
    assert_eq!(verdict_in(he_helps_only_relu(), same), Verdict::NotSupported);
    let either = |e: &Experiment| {
        (0.9, if init(e) == "gauss" && activation(e) == Activation::Sigmoid { 0.1 } else { 0.9 })
    };
    assert_eq!(verdict_in(init_and_activation_help(), either), Verdict::Supported);
    assert_eq!(verdict_in(init_and_activation_help(), both), Verdict::NotSupported);
}

#[test]
fn what_the_rules_do_decides_the_claims_about_them() {
    let adaptive =
        |e: &Experiment| (0.9, if matches!(rule(e).0, "sgd" | "momentum" | "ada_grad") { 0.1 } else { 0.94 });
    assert_eq!(verdict_in(optimizers_make_it_learn(), adaptive), Verdict::Supported);
    assert_eq!(verdict_in(optimizers_make_it_learn(), same), Verdict::NotSupported);
    assert_eq!(verdict_in(adam_has_both_merits(), adaptive), Verdict::Supported);
    let not_at_a_tenth = |e: &Experiment| (0.9, if rule(e) == ("adam", 0.1) { 0.1 } else { 0.9 });
    assert_eq!(verdict_in(adam_has_both_merits(), not_at_a_tenth), Verdict::Depends);
    assert_eq!(verdict_in(rms_prop_needs_little_tuning(), adaptive), Verdict::Supported);
    assert_eq!(verdict_in(rms_prop_needs_little_tuning(), same), Verdict::NotSupported);
    assert_eq!(verdict_in(rms_prop_mends_ada_grad(), adaptive), Verdict::Supported);
    assert_eq!(verdict_in(rms_prop_mends_ada_grad(), same), Verdict::NotSupported);
    let by_rate = |e: &Experiment| (0.9, if rule(e).1 == 0.005 { 0.3 } else { 0.9 });
    assert_eq!(verdict_in(rate_changes_speed_and_accuracy(), same), Verdict::NotSupported);
    // The made-up curves reach 50% at the last point or never; both count as 1,000.
    assert_eq!(verdict_in(rate_changes_speed_and_accuracy(), by_rate), Verdict::NotSupported);
}

#[test]
fn what_the_penalties_do_decides_the_claims_about_them() {
    let as_taught = |e: &Experiment| match e.penalty.lambda() {
        l if l >= 0.01 => (0.6, 0.5),
        _ => (1.0, 0.76),
    };
    assert_eq!(verdict_in(strength_of_the_penalty(), as_taught), Verdict::Supported);
    let small_helps = |e: &Experiment| if e.penalty == Penalty::None { (1.0, 0.7) } else { (0.9, 0.6) };
    assert_eq!(
        verdict_in(strength_of_the_penalty(), |e| if e.penalty == Penalty::None {
            (1.0, 0.7)
        } else {
            (0.8, 0.75)
        }),
        Verdict::NotSupported
    );
    // The gap is the same under a small penalty: it does not narrow, but a large one costs accuracy.
    assert_eq!(verdict_in(strength_of_the_penalty(), small_helps), Verdict::Supported);
    let better = |e: &Experiment| if has_dropout(e) { (0.95, 0.8) } else { (1.0, 0.76) };
    let worse = |e: &Experiment| if has_dropout(e) { (0.9, 0.71) } else { (1.0, 0.76) };
    let harmful = |e: &Experiment| if has_dropout(e) { (1.0, 0.6) } else { (1.0, 0.76) };
    assert_eq!(verdict_in(dropout_prevents_overfitting(), better), Verdict::Supported);
    assert_eq!(verdict_in(dropout_prevents_overfitting(), worse), Verdict::Depends);
    assert_eq!(verdict_in(dropout_prevents_overfitting(), harmful), Verdict::NotSupported);
}

#[test]
fn a_network_that_learns_images_is_told_from_one_that_does_not() {
    assert_eq!(verdict_in(cnn_learns_images(), |_| (0.95, 0.95)), Verdict::Supported);
    assert_eq!(verdict_in(cnn_learns_images(), |_| (0.11, 0.11)), Verdict::NotSupported);
    let padding_hurts = |e: &Experiment| match e.model {
        Model::ConvNet(net) if net.filter.pad > 0 => (0.9, 0.5),
        _ => (0.9, 0.9),
    };
    assert_eq!(verdict_in(zero_padding_is_mild(), same), Verdict::Supported);
    assert_eq!(verdict_in(zero_padding_is_mild(), padding_hurts), Verdict::NotSupported);
}

#[test]
fn claims_that_take_no_training_are_decided_by_their_surfaces_and_matrices() {
    let decided =
        |claim: Claim| claim.run_on(&Bench::imagined(|_, _| History::default()), 0..6).unwrap().verdict;
    assert_eq!(decided(momentum_is_fast_in_a_valley()), Verdict::Supported);
    assert_eq!(decided(ada_grad_suits_gentle_slopes()), Verdict::Supported);
    assert_eq!(decided(im2col_makes_two_dimensions()), Verdict::Supported);
    assert_eq!(decided(im2col_and_col2im_disagree()), Verdict::Depends);
    assert_ne!(decided(momentum_reaches_the_global_minimum()), Verdict::Supported);
}

#[test]
fn evidence_survives_its_file_and_can_be_judged_again() {
    let claim = batch_norm_saves_time();
    let values = (0..3).map(|s| (s, vec![0.5, 0.6, 0.7 + f64::from(s), -0.2])).collect();
    let evidence = claim.judge(values, true).unwrap();
    assert_eq!(evidence.verdict, Verdict::Depends);
    let again: Evidence = serde_json::from_str(&serde_json::to_string(&evidence).unwrap()).unwrap();
    assert_eq!(again, evidence);
    assert_eq!(claim.judge(again.rows(), true).unwrap(), evidence);
    // What the clock said stands apart.
    assert_eq!((evidence.parts[3].interval, evidence.parts[3].values.len()), (None, 0));
    assert_eq!(evidence.timing.values[3], [-0.2, -0.2, -0.2]);
}

#[test]
fn a_prediction_stands_beside_the_verdict() {
    let evidence = relu_improves().judge(rows(&[0.5, 0.5, 0.5]), false).unwrap();
    let wrong = Evidence { predicted: Some(Verdict::Depends), ..evidence.clone() };
    assert!(wrong.text(Lang::Ja).contains("判定: 支持（予想は「定義による」）"));
    let right = Evidence { predicted: Some(Verdict::Supported), ..evidence };
    assert!(right.text(Lang::Ja).contains("判定: 支持（予想「支持」のとおり）"));
}

#[test]
fn a_measured_prediction_is_recorded_with_the_verdict_it_met_and_what_fails_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let guess = relu_improves().predict(Verdict::Depends);
    let evidence = || relu_improves().judge(rows(&[0.5, 0.5, 0.5]), false).unwrap();
    let progress = Progress::at(folder.path().join("quiz.json"));
    assert_eq!(guess.recorded(evidence(), &progress).remark, None);
    let event = &progress.events()[0];
    let did = Did::Predict { predicted: Verdict::Depends, met: Verdict::Supported };
    assert_eq!((event.q.as_str(), &event.did), ("relu_improves", &did));
    std::fs::write(folder.path().join("file"), "").unwrap();
    let unwritable = Progress::at(folder.path().join("file/quiz.json"));
    assert!(guess.recorded(evidence(), &unwritable).text(Lang::Ja).contains("KAKUNIN_STATE"));
}

#[test]
fn evidence_that_is_not_there_is_said_in_a_sentence() {
    let evidence = relu_improves().judge(rows(&[0.5, 0.5, 0.5]), false).unwrap();
    let file = EvidenceFile::new(String::new(), false, true, vec![evidence]);
    assert_eq!(file.of(&relu_improves()).unwrap().id, "relu_improves");
    let missing = file.of(&cnn_learns_images()).unwrap_err();
    assert!(missing.message(Lang::Ja).contains("kakunin claims cnn_learns_images"));
}

//! 正誤表: どの証拠もたどれて、ここで確かめるものは、ここで確かめる。

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use kakunin::errata::{Link, errata, find, of_question};
use kakunin::nn::im2col::Filter;
use kakunin::nn::{Init, Layer, Penalty, Sigmoid};
use kakunin::rng::RandomState;
use kakunin::{Lang, Matrix, claims, quiz};
use ndarray::array;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_link_leads_to_a_claim_or_a_test() {
    for e in &errata().errata {
        assert!(!e.evidence.is_empty(), "{}", e.id);
        for link in &e.evidence {
            match link {
                Link::Claim(id) => assert!(claims::find(id).is_ok(), "{}: {id}", e.id),
                Link::Test(name) => {
                    let (file, test) = name.split_once("::").unwrap();
                    let text =
                        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
                    assert!(text.contains(&format!("#[test]\nfn {test}()")), "{}: {name}", e.id);
                }
            }
        }
    }
}

#[test]
fn what_shows_an_erratum_is_a_function_of_the_library() {
    let source =
        |file: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let (labs, diagnosis) = (source("src/lab.rs"), source("src/diagnosis.rs"));
    let is_exported = |name: &str| {
        let lists = labs.lines().filter_map(|line| line.strip_prefix("pub use ")?.strip_suffix("};"));
        lists.flat_map(|list| list.split(['{', ','])).any(|item| item.trim() == name)
    };
    assert!(is_exported("activations") && !is_exported("activation"));
    for e in &errata().errata {
        assert!(!e.shown_by().is_empty(), "{}", e.id);
        for shown in e.shown_by() {
            match shown.split_once("::").unwrap() {
                ("lab", name) => assert!(is_exported(name), "{}: {shown}", e.id),
                ("claims", id) => assert!(claims::find(id).is_ok(), "{}: {shown}", e.id),
                (_, name) => assert!(diagnosis.contains(&format!("pub fn {name}(")), "{}: {shown}", e.id),
            }
        }
    }
}

#[test]
fn names_are_unique_and_questions_are_there() {
    let all = &errata().errata;
    assert_eq!(all.iter().map(|e| &e.id).collect::<BTreeSet<_>>().len(), all.len());
    for e in all {
        assert!(!e.precise.ja.is_empty() && !e.precise.en.is_empty() && !e.course.is_empty());
        if let Some(question) = &e.question {
            assert!(quiz::question(question).is_ok(), "{question}");
        }
    }
    assert_eq!(of_question("ct2_sigmoid_max").next().unwrap().id, "sigmoid_half");
    assert!(find("he_only").unwrap_err().message(Lang::En).contains("he_only_relu"));
}

#[test]
fn every_item_that_is_wrong_or_imprecise_is_listed() {
    let items: BTreeSet<u32> = errata().errata.iter().filter_map(|e| e.item).collect();
    for item in [3, 9, 10, 16, 20, 23, 24, 31, 33, 39, 42, 49, 50, 78, 83, 85] {
        assert!(items.contains(&item), "{item}");
    }
}

/// σ(x) and σ′(x).
fn sigmoid(x: f64) -> (f64, f64) {
    let (u, mut z, mut du) = (array![[x]].into(), Matrix::default(), Matrix::default());
    Sigmoid::default().predict(&u, &mut z);
    Sigmoid::default().backward(&u, &z, &array![[1.0]].into(), &mut du);
    (z.row(0)[0], du.row(0)[0])
}

#[test]
fn for_large_inputs_the_sigmoid_is_near_1_and_its_slope_near_0() {
    let (value, slope) = sigmoid(10.0);
    assert!(value > 0.9999 && slope < 1e-4);
}

#[test]
fn the_slope_is_largest_at_0_where_the_sigmoid_is_one_half() {
    assert_eq!(sigmoid(0.0), (0.5, 0.25));
    for i in 1..100 {
        let x = f64::from(i) / 10.0;
        assert!(sigmoid(x).1 < 0.25 && sigmoid(-x).1 < 0.25);
    }
    assert!((sigmoid(0.5).1 - 0.235).abs() < 1e-3);
}

fn deviation(init: Init, n: usize) -> f64 {
    let w = init.weights(&mut RandomState::new(0), n, 500);
    let squares: f64 = w.iter_rows().flatten().map(|w| w * w).sum();
    (squares / (n * 500) as f64).sqrt()
}

#[test]
fn xaviers_weights_have_a_standard_deviation_of_one_over_the_root_of_n() {
    for n in [25, 100, 400] {
        assert!((deviation(Init::XavierByDivision, n) * (n as f64).sqrt() - 1.0).abs() < 0.02);
    }
}

#[test]
fn hes_weights_are_xaviers_times_the_root_of_2() {
    let ratio = deviation(Init::HeByDivision, 100) / deviation(Init::XavierByDivision, 100);
    assert!((ratio - 2f64.sqrt()).abs() < 1e-12);
}

#[test]
fn the_printed_penalty_weakens_as_lambda_grows_and_the_right_one_strengthens() {
    // p = 2, w = (3, −4): as printed 1/(pλ)·‖w‖, rightly λ·(1/p)·‖w‖².
    let printed = |lambda: f64| 5.0 / (2.0 * lambda);
    let right = |lambda| Penalty::L2 { lambda }.loss(&array![[3.0, -4.0]].into());
    assert!(printed(0.1) > printed(0.2) && right(0.1) < right(0.2));
    assert_eq!(right(0.1), 0.1 / 2.0 * 25.0);
}

#[test]
fn padding_changes_the_size_of_the_output() {
    assert_eq!(Filter::square(3, 1, 0).output(6, 6).unwrap(), (4, 4));
    assert_eq!(Filter::square(3, 1, 1).output(6, 6).unwrap(), (6, 6));
}

#[test]
fn ridge_weights_approach_0_and_never_reach_it() {
    // One feature: w = Σxy / (Σx² + λ), here with x = y = (1, 2).
    let w = |lambda: f64| 5.0 / (5.0 + lambda);
    assert_eq!(w(0.0), 1.0);
    assert!(w(1e3) < 0.01 && w(1e9) > 0.0);
}

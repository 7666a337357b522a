//! 乱数の列を NumPy の記録（`tests/golden/stream.json`）と比べる: 一ビットも違わない。

#![allow(clippy::unwrap_used, reason = "clippy.toml exempts tests, but not the helpers beside them")]

use std::collections::BTreeMap;

use kakunin::rng::RandomState;
use serde::Deserialize;

#[derive(Deserialize)]
struct Stream {
    rows: BTreeMap<String, BTreeMap<String, Vec<f64>>>,
}

fn stream() -> Stream {
    serde_json::from_str(include_str!("golden/stream.json")).unwrap()
}

fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|x| x.to_bits()).collect()
}

/// The draws of `regenerate.py stream`, in its order, from one stream.
fn draws(rng: &mut RandomState) -> Vec<(&'static str, Vec<f64>)> {
    let randn = |rng: &mut RandomState, n: usize| (0..n).map(|_| rng.randn()).collect::<Vec<_>>();
    let rand = |rng: &mut RandomState, n: usize| (0..n).map(|_| rng.rand()).collect::<Vec<_>>();
    let choice = |rng: &mut RandomState, n: u32, size: usize| {
        rng.choice(n, size).into_iter().map(f64::from).collect::<Vec<_>>()
    };
    vec![
        ("randn(7)", randn(rng, 7)),
        ("choice(60000,5)", choice(rng, 60_000, 5)),
        ("choice(300,5)", choice(rng, 300, 5)),
        ("rand(2,3)", rand(rng, 6)),
        ("randn(3)", randn(rng, 3)),
        ("choice(5000,5)", choice(rng, 5_000, 5)),
        ("choice(1,3)", choice(rng, 1, 3)),
        ("randn(2)", randn(rng, 2)),
    ]
}

#[test]
fn the_stream_equals_numpys_bit_for_bit() {
    let rows = stream().rows;
    assert!(rows.len() >= 4);
    for (seed, golden) in rows {
        for (call, ours) in draws(&mut RandomState::new(seed.parse().unwrap())) {
            assert_eq!(bits(&ours), bits(&golden[call]), "seed {seed}: {call}");
        }
    }
}

#[test]
fn thirty_thousand_weights_drawn_on_from_there_have_numpys_sums() {
    for (seed, golden) in stream().rows {
        let mut rng = RandomState::new(seed.parse().unwrap());
        draws(&mut rng);
        let weights: Vec<f64> = (0..784 * 40).map(|_| rng.randn()).collect();
        let sums = [weights.iter().sum::<f64>(), weights.iter().map(|w| w * w).sum()];
        let want = &golden["randn(784,40): sum, sum of squares"];
        // NumPy adds in another order.
        assert!(sums.iter().zip(want).all(|(ours, want)| (ours - want).abs() < 1e-9), "{sums:?} {want:?}");
    }
}

#[test]
fn a_seed_of_its_own_gives_a_stream_of_its_own() {
    assert_ne!(draws(&mut RandomState::new(0)), draws(&mut RandomState::new(1)));
}

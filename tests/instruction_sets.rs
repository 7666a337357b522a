//! どの命令セットでも同じ結果になる: 命令セットは一つのプロセスで一つなので、この試験自身を三度起動して比べる。

#![allow(clippy::unwrap_used, reason = "clippy.toml exempts tests, but not the helpers beside them")]

use std::process::Command;
use std::sync::Arc;

use kakunin::nn::im2col::Filter;
use kakunin::nn::{Activation, ConvNet, Init, Mlp, Model};
use kakunin::rng::RandomState;
use kakunin::{
    Experiment, History, InstructionSet, Samples, Split, optimizer, overfitting, simple_cnn,
    vanishing_gradient,
};

/// Images of 28 × 28 with a blank border, of ten classes.
fn images() -> Arc<Split> {
    let mut rng = RandomState::new(4);
    let mut samples = |n: usize| {
        let labels: Vec<u8> = rng.choice(10, n).into_iter().map(|d| d as u8).collect();
        let grey = rng.choice(512, n * 784);
        let pixels: Vec<u8> = (0..n * 784)
            .map(|k| {
                let (y, x) = (k % 784 / 28, k % 28);
                let bright = y / 3 == usize::from(labels[k / 784]);
                let inside = (4..24).contains(&y) && (4..24).contains(&x) && (bright || grey[k] < 100);
                if inside { (grey[k] % 256) as u8 } else { 0 }
            })
            .collect();
        Samples::from_images(&pixels, labels, [1, 28, 28]).unwrap()
    };
    Arc::new(Split { train: samples(300), test: samples(200) })
}

/// A net whose rows fill no register evenly, and which can't be screened.
const WIDE: Mlp = Mlp {
    hidden: &[107, 50],
    activation: Activation::Tanh,
    init: Init::Xavier,
    batch_norm: false,
    dropout: None,
};

/// Short rows that meet every kernel.
fn rows() -> Vec<Experiment> {
    let short = |e: Experiment| Experiment { iterations: 10, train_rows: 300, test_rows: 200, ..e };
    let row = |rows: &[Experiment], cell| short(*rows.iter().find(|e| e.source.cell == cell).unwrap());
    let net = |filters| {
        let filter = Filter::square(5, 1, 0);
        Model::ConvNet(ConvNet { filters, filter, hidden: 20, init: Init::He })
    };
    let mut rows = vec![
        row(vanishing_gradient::EXPERIMENTS, 17),
        row(optimizer::EXPERIMENTS, 62),
        row(overfitting::EXPERIMENTS, 34),
        row(optimizer::EXPERIMENTS, 53),
        short(Experiment { model: Model::Mlp(WIDE), ..optimizer::BASE }),
    ];
    rows.extend(
        [3, 30].map(|filters| short(Experiment { model: net(filters), batch: 10, ..simple_cnn::BASE })),
    );
    rows.iter_mut().for_each(|e| e.measure.every = 2);
    rows
}

/// Every hit and every bit of the losses and the final parameters.
fn digest(e: &Experiment, data: &Arc<Split>) -> String {
    let mut training = e.start(1, data).unwrap();
    let history: History = training.by_ref().collect();
    let hits: Vec<_> = history.curve.iter().map(|p| (p.train.hits, p.test.hits)).collect();
    let losses: Vec<_> = history.loss.iter().map(|loss| loss.to_bits()).collect();
    let mixed = |sum: u64, x: &f64| sum.rotate_left(5) ^ x.to_bits().wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let params = training.net.params();
    let params: Vec<_> = params.iter().map(|p| p.value.iter_rows().flatten().fold(0, mixed)).collect();
    format!("{hits:?} {losses:x?} {params:x?}")
}

const MARK: &str = "digest: ";

#[test]
#[ignore = "started by the other tests of this file, once for each instruction set"]
fn child() {
    let data = images();
    println!("{MARK}{:?}", InstructionSet::current());
    for e in rows() {
        println!("{MARK}{} {}", e.title, digest(&e, &data));
    }
}

/// What `child` prints under the named set: the set it ran with, then its digests.
fn digests(set: &str) -> (String, Vec<String>) {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .env("KAKUNIN_SIMD", set)
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
    let printed = String::from_utf8(child.stdout).unwrap();
    // The harness may have begun the line.
    let marked =
        printed.lines().filter_map(|line| line.split_once(MARK)).map(|(_, digest)| digest.to_owned());
    let mut digests: Vec<String> = marked.collect();
    (digests.remove(0), digests)
}

#[test]
fn every_instruction_set_gives_the_same_histories() {
    let (best, want) = digests("avx512");
    assert_eq!(want.len(), rows().len());
    for set in ["portable", "avx2"] {
        let (ran, have) = digests(set);
        assert!(ran == "Portable" || (set == "avx2" && ran == "Avx2"), "{ran}");
        assert_eq!(have, want, "{ran} and {best}");
    }
}

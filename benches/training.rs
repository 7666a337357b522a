//! 速さの計測: 層の積と、節ごとの一つの学習。
//!
//! ```text
//! cargo bench --bench training
//! ```
//! NumPy との比較は `benches/compare.py`。
#![allow(missing_docs, clippy::unwrap_used)]

use divan::Bencher;
use kakunin::nn::{Affine, Layer};
use kakunin::{Matrix, course, mnist};

fn main() {
    divan::main();
}

/// u = xW + b and its backward pass, in the shapes of the course's networks.
#[divan::bench(args = [(100, 100, 100), (100, 40, 20), (250, 100, 100)])]
fn affine(bencher: Bencher<'_, '_>, (n, input, output): (usize, usize, usize)) {
    let mut x = Matrix::zeros(n, input);
    x.fill(0.5);
    let mut affine = Affine::new(1, Matrix::zeros(input, output), Matrix::zeros(1, output));
    let (mut u, mut dx) = (Matrix::default(), Matrix::default());
    bencher.bench_local(|| {
        affine.predict(&x, &mut u);
        affine.backward(&x, &u, &u, &mut dx);
    });
}

/// The first 100 iterations of one row of each family, ten measurements included.
#[divan::bench(args = ["2_2_1/14", "2_4/8", "2_4/16", "2_5/7", "2_5/28", "2_6/21"], sample_count = 5, sample_size = 1)]
fn first_hundred(bencher: Bencher<'_, '_>, id: &str) {
    let (experiment, data) = (course::find(id).unwrap()[0], mnist().unwrap());
    bencher.bench_local(|| experiment.start(0, &data).unwrap().take(100).count());
}

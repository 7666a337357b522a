//! 小さな面の上を下る: 二つのくぼみ、細い谷、緩やかな斜面、鞍点。更新規則は学習と同じもの（[`UpdateRule`]）。

use crate::nn::UpdateRule;
use crate::rng::RandomState;

/// A point in the plane.
pub(super) type Point = [f64; 2];

/// Steps from `start` until `stop` says so (with the iteration and the point), at most `most`.
pub(super) fn descend<R: UpdateRule>(
    rule: &R,
    start: Point,
    most: usize,
    mut gradient: impl FnMut(Point) -> Point,
    stop: impl Fn(Point) -> bool,
) -> (usize, Point) {
    let (mut w, mut state) = (start, [rule.start(), rule.start()]);
    for t in 1..=most {
        let (g, rate) = (gradient(w), rule.rate(t));
        for k in 0..2 {
            w[k] += rule.delta(t, rate, g[k], &mut state[k]);
        }
        if stop(w) || !w[0].is_finite() || !w[1].is_finite() {
            return (t, w);
        }
    }
    (most, w)
}

/// f(x) = (x² − 1)² + 0.3 x: the lower well is at x ≈ −1.04, the other one at x ≈ 0.96.
pub(super) fn two_wells(w: Point) -> Point {
    [4.0 * w[0] * (w[0] * w[0] - 1.0) + 0.3, 0.0]
}

/// Of 200 starts between −2 and 2, the share that ends in the lower well.
pub(super) fn share_in_the_lower_well<R: UpdateRule>(rule: &R, seed: u32) -> f64 {
    let mut rng = RandomState::new(seed);
    let starts: Vec<f64> = (0..200).map(|_| 4.0 * rng.rand() - 2.0).collect();
    let is_lower = |x: &&f64| descend(rule, [**x, 0.0], 2_000, two_wells, |_| false).1[0] < 0.0;
    starts.iter().filter(is_lower).count() as f64 / starts.len() as f64
}

/// A start at distance about 1 in either direction, with random signs.
pub(super) fn start(seed: u32) -> Point {
    let mut rng = RandomState::new(seed);
    [0; 2].map(|_| (0.5 + rng.rand()) * if rng.rand() < 0.5 { -1.0 } else { 1.0 })
}

/// ½ (a x² + b y²)
pub(super) fn bowl([a, b]: Point, w: Point) -> f64 {
    0.5 * (a * w[0] * w[0] + b * w[1] * w[1])
}

pub(super) fn bowl_gradient([a, b]: Point, w: Point) -> Point {
    [a * w[0], b * w[1]]
}

/// Iterations until f < 1e-6 in the narrow valley ½ (x² + 100 y²).
pub(super) fn iterations_in_the_valley<R: UpdateRule>(rule: &R, seed: u32) -> f64 {
    const VALLEY: Point = [1.0, 100.0];
    let gradient = |w| bowl_gradient(VALLEY, w);
    descend(rule, start(seed), 10_000, gradient, |w| bowl(VALLEY, w) < 1e-6).0 as f64
}

/// After 100 steps on ½ (1000 x² + y²): f, and the distance left along the gentle slope.
pub(super) fn on_the_gentle_slope<R: UpdateRule>(rule: &R, seed: u32) -> [f64; 2] {
    const SLOPE: Point = [1_000.0, 1.0];
    let w = descend(rule, start(seed), 100, |w| bowl_gradient(SLOPE, w), |_| false).1;
    [bowl(SLOPE, w), w[1].abs()]
}

/// The size of a step for a gradient of 1 at iteration t, under gradients drawn from N(0, 1).
pub(super) fn effective_step<R: UpdateRule>(rule: &R, seed: u32, t: usize) -> f64 {
    let (mut rng, mut state) = (RandomState::new(seed), rule.start());
    (1..t).for_each(|i| {
        rule.delta(i, rule.rate(i), rng.randn(), &mut state);
    });
    rule.delta(t, rule.rate(t), 1.0, &mut state).abs()
}

/// Iterations until |y| > 1 from the saddle of ½ x² − ½ 0.01 y², under gradients with noise of 0.1.
pub(super) fn iterations_at_the_saddle<R: UpdateRule>(rule: &R, seed: u32) -> f64 {
    let mut rng = RandomState::new(seed);
    let gradient = |w: Point| [w[0] + 0.1 * rng.randn(), -0.01 * w[1] + 0.1 * rng.randn()];
    descend(rule, [1.0, 0.0], 20_000, gradient, |w| w[1].abs() > 1.0).0 as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{AdaGrad, FirstGradient, Sgd};

    #[test]
    fn sgd_ends_in_the_well_it_starts_above() {
        for (x, well) in [(2.0, 0.9602), (0.5, 0.9602), (-0.1, -1.0355), (-2.0, -1.0355)] {
            let w = descend(&Sgd { lr: 0.01 }, [x, 0.0], 2_000, two_wells, |_| false).1;
            assert!((w[0] - well).abs() < 1e-3, "{x}: {}", w[0]);
        }
    }

    #[test]
    fn sgd_in_the_valley_takes_what_its_contraction_says() {
        // Along x each step multiplies by 1 − 0.0198; f falls by its square.
        let n = iterations_in_the_valley(&Sgd { lr: 2.0 / 101.0 }, 0);
        let w = start(0);
        let f0 = bowl([1.0, 100.0], w);
        let wanted = (1e-6 / f0).ln() / (2.0 * (99.0_f64 / 101.0).ln());
        assert!((n - wanted).abs() <= 1.0, "{n} {wanted}");
    }

    #[test]
    fn the_effective_step_of_ada_grad_falls_as_one_over_the_root_of_t() {
        let ada = AdaGrad { lr: 0.1, h0: 0.0, theta: 0.0, first: FirstGradient::Counted };
        let ratio = effective_step(&ada, 0, 100) / effective_step(&ada, 0, 10_000);
        assert!((ratio - 10.0).abs() < 2.0, "{ratio}");
        assert_eq!(effective_step(&Sgd { lr: 0.1 }, 0, 100), 0.1);
    }
}

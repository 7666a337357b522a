//! What is done to each number alone. Ordinary Rust; the compiler fills the registers.

use super::{Real, vectorized};

/// eˣ to about one unit in the last place, by the same steps on every machine.
///
/// x = n·ln 2 + r, |r| ≤ ln 2 / 2; eʳ by its Taylor polynomial, then n is added to the exponent. The ends are
/// cut where a sigmoid no longer notices.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    /// 1.5 · 2⁵²: adding it rounds to a whole number, which then stands in the low bits.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    const LN2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let x = x.clamp(-708.0, 709.0);
    let shifted = x.mul_add(std::f64::consts::LOG2_E, ROUND);
    let n = shifted - ROUND;
    let r = n.mul_add(-LN2_LOW, n.mul_add(-LN2_HIGH, x));
    let mut p = 1.0 / 6_227_020_800.0;
    for over in [
        1.0 / 479_001_600.0,
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ] {
        p = r.mul_add(p, over);
    }
    f64::from_bits(p.to_bits().wrapping_add(shifted.to_bits() << 52))
}

/// eˣ in single precision, within 2 units in the last place.
#[inline(always)]
pub(crate) fn exp32(x: f32) -> f32 {
    /// 1.5 · 2²³
    const ROUND: f32 = 12_582_912.0;
    const LN2_HIGH: f32 = 0.693_145_75;
    const LN2_LOW: f32 = 1.428_606_8e-6;
    let x = x.clamp(-87.0, 88.0);
    let shifted = x.mul_add(std::f32::consts::LOG2_E, ROUND);
    let n = shifted - ROUND;
    let r = n.mul_add(-LN2_LOW, n.mul_add(-LN2_HIGH, x));
    let mut p = 1.0 / 5_040.0;
    for over in [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        p = r.mul_add(p, over);
    }
    f32::from_bits(p.to_bits().wrapping_add(shifted.to_bits() << 23))
}

#[inline(always)]
fn map_body<T: Copy, F: Fn(T) -> T>(x: &[T], y: &mut [T], f: F) {
    for (x, y) in x.iter().zip(y) {
        *y = f(*x);
    }
}

#[inline(always)]
fn map_in_place_body<T: Copy, F: Fn(T) -> T>(x: &mut [T], f: F) {
    x.iter_mut().for_each(|x| *x = f(*x));
}

#[inline(always)]
fn map2_body<F: Fn(f64, f64) -> f64>(a: &[f64], b: &[f64], to: &mut [f64], f: F) {
    for ((a, b), to) in a.iter().zip(b).zip(to) {
        *to = f(*a, *b);
    }
}

#[inline(always)]
fn merge_body<F: Fn(f64, f64) -> f64>(to: &mut [f64], b: &[f64], f: F) {
    for (to, b) in to.iter_mut().zip(b) {
        *to = f(*to, *b);
    }
}

#[inline(always)]
fn merge2_body<F: Fn(f64, f64, f64) -> f64>(to: &mut [f64], a: &[f64], b: &[f64], f: F) {
    for ((to, a), b) in to.iter_mut().zip(a).zip(b) {
        *to = f(*to, *a, *b);
    }
}

#[inline(always)]
fn map_rows_body<F: Fn(f32, f32) -> f32>(x: &mut [f32], b: &[f32], f: F) {
    for row in x.chunks_exact_mut(b.len()) {
        for (x, b) in row.iter_mut().zip(b) {
            *x = f(*x, *b);
        }
    }
}

#[inline(always)]
fn add_to_listed_body<T: Real>(to: &mut [T], row: usize, rows: &[u32], add: &[T]) {
    for &r in rows {
        for (to, a) in to[r as usize * row..][..add.len()].iter_mut().zip(add) {
            *to = *to + *a;
        }
    }
}

#[inline(always)]
fn sum_of_listed_body(from: &[f64], row: usize, rows: &[u32], sum: &mut [f64]) {
    sum.fill(0.0);
    for &r in rows {
        for (sum, x) in sum.iter_mut().zip(&from[r as usize * row..]) {
            *sum += x;
        }
    }
}

#[inline(always)]
fn update_body<S: Sized, F: Fn(&mut f64, f64, &mut S)>(w: &mut [f64], g: &[f64], state: &mut [S], f: F) {
    for ((w, g), s) in w.iter_mut().zip(g).zip(state) {
        f(w, *g, s);
    }
}

#[inline(always)]
fn sum_body<F: Fn(f64) -> f64>(x: &[f64], f: F) -> f64 {
    let mut lanes = [0.0; 8];
    let chunks = x.chunks_exact(8);
    let rest: f64 = chunks.remainder().iter().map(|x| f(*x)).sum();
    for chunk in chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane += f(*x);
        }
    }
    lanes.iter().sum::<f64>() + rest
}

vectorized! {
    /// yᵢ = f(xᵢ)
    fn map<T: Copy, F: Fn(T) -> T>(x: &[T], y: &mut [T], f: F) = map_body
}
vectorized! {
    /// xᵢ ← f(xᵢ)
    fn map_in_place<T: Copy, F: Fn(T) -> T>(x: &mut [T], f: F) = map_in_place_body
}
vectorized! {
    /// toᵢ = f(aᵢ, bᵢ)
    fn map2<F: Fn(f64, f64) -> f64>(a: &[f64], b: &[f64], to: &mut [f64], f: F) = map2_body
}
vectorized! {
    /// toᵢ ← f(toᵢ, bᵢ)
    fn merge<F: Fn(f64, f64) -> f64>(to: &mut [f64], b: &[f64], f: F) = merge_body
}
vectorized! {
    /// toᵢ ← f(toᵢ, aᵢ, bᵢ)
    fn merge2<F: Fn(f64, f64, f64) -> f64>(to: &mut [f64], a: &[f64], b: &[f64], f: F) = merge2_body
}
vectorized! {
    /// x ← f(x, b) for rows as long as b.
    fn map_rows<F: Fn(f32, f32) -> f32>(x: &mut [f32], b: &[f32], f: F) = map_rows_body
}
vectorized! {
    /// toᵣ += add for the listed rows r, which are `row` numbers apart.
    fn add_to_listed<T: Real>(to: &mut [T], row: usize, rows: &[u32], add: &[T]) = add_to_listed_body
}
vectorized! {
    /// sum = Σ fromᵣ over the listed rows r, which are `row` numbers apart.
    fn sum_of_listed(from: &[f64], row: usize, rows: &[u32], sum: &mut [f64]) = sum_of_listed_body
}
vectorized! {
    /// f(wᵢ, gᵢ, stateᵢ): one step of an update rule on every number.
    fn update<S: Sized, F: Fn(&mut f64, f64, &mut S)>(w: &mut [f64], g: &[f64], state: &mut [S], f: F) = update_body
}
vectorized! {
    /// Σ f(xᵢ), in eight sums side by side.
    fn sum<F: Fn(f64) -> f64>(x: &[f64], f: F) -> f64 = sum_body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_right_to_one_unit_in_the_last_place() {
        for i in -70_000..70_000 {
            let x = f64::from(i) * 0.01 + 1e-5;
            let want = x.exp();
            assert!((exp(x) - want).abs() <= 2.3e-16 * want, "{x}: {} {want}", exp(x));
        }
        assert!(exp(f64::NAN).is_nan());
    }

    #[test]
    fn exp32_is_right_to_two_units_in_the_last_place() {
        for i in -8_600..8_700 {
            let x = i as f32 * 0.01 + 1e-4;
            let want = f64::from(x).exp();
            assert!((f64::from(exp32(x)) - want).abs() <= 2.4e-7 * want, "{x}");
        }
    }
}

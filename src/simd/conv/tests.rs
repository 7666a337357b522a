use super::*;
use crate::rng::RandomState;

/// Two channels, 9 × 9 pixels, a filter of 5 × 5: the window at (1, 2).
fn shape() -> (Taps, usize) {
    let at = |c: u32, y: u32, x: u32| (c * 9 + y) * 9 + x;
    let taps = (0..50).map(|t| at(t / 25, t / 5 % 5, t % 5)).collect();
    (Taps { taps, positions: [at(0, 0, 0), at(0, 0, 1), at(0, 1, 0), at(0, 1, 1)] }, at(0, 1, 2) as usize)
}

fn random<T: Real>(seed: u32, rows: usize, cols: usize) -> Matrix<T> {
    let (mut rng, mut m) = (RandomState::new(seed), Matrix::zeros(rows, cols));
    (0..rows).for_each(|i| m.row_mut(i).fill_with(|| T::from(rng.randn() as f32)));
    m
}

const IMAGES: [u32; 5] = [4, 0, 2, 6, 3];

/// The pooled outputs and routes under each instruction set.
fn forward<T: Real + From<i8>>(filters: usize) -> Vec<(Vec<T>, Vec<T>)> {
    let (taps, corner) = shape();
    let (x, w, b) = (random::<T>(1, 7, 162), random::<T>(2, 50, filters), random::<T>(3, 1, filters));
    let run = |set| {
        let (mut z, mut routes) = (vec![T::default(); 5 * w.stride()], vec![T::default(); 5 * w.stride()]);
        check(&x, &taps, corner, &IMAGES, &w, z.len());
        let (to, from) = (z.as_mut_ptr(), Some(routes.as_mut_ptr()));
        let task = window(&x, &taps, corner, &IMAGES, &w, &b, to, from);
        if T::LINE == 8 {
            run_double::<T>(set, task)
        } else {
            run_single::<T>(set, task)
        }
        (z, routes)
    };
    InstructionSet::available().map(run).collect()
}

#[test]
fn every_instruction_set_pools_to_the_same_bits() {
    for filters in [1, 7, 30, 33] {
        let double = forward::<f64>(filters);
        assert!(double.iter().all(|one| *one == double[0]), "{filters} filters");
        let single = forward::<f32>(filters);
        assert!(single.iter().all(|one| *one == single[0]), "{filters} filters");
        assert!(double[0].0.iter().any(|z| *z > 0.0) && double[0].1.iter().any(|route| *route > 0.0));
    }
}

#[test]
fn every_instruction_set_gives_the_same_bits_of_the_weight_gradient() {
    let (taps, corner) = shape();
    let x = random::<f64>(1, 7, 162);
    for filters in [1, 7, 30, 33] {
        let (z, routes) = forward::<f64>(filters).remove(0);
        let dz: Vec<f64> = z.iter().map(|z| z * 0.7 - 0.3).collect();
        let run = |set| {
            let mut dw = random::<f64>(4, 50, filters);
            check(&x, &taps, corner, &IMAGES, &dw, dz.len());
            let task = Gradient {
                taps: &taps.taps,
                positions: taps.positions,
                x: x.padded()[corner..].as_ptr(),
                x_row: x.stride(),
                images: &IMAGES,
                dz: dz.as_ptr(),
                routes: routes.as_ptr(),
                lanes: dw.stride() / f64::LINE,
                dw: dw.padded_mut().as_mut_ptr(),
                zero_to_three: [0.0, 1.0, 2.0, 3.0],
            };
            run_gradient::<f64>(set, task);
            dw
        };
        let results: Vec<Matrix> = InstructionSet::available().map(run).collect();
        assert!(results.iter().all(|dw| *dw == results[0]), "{filters} filters");
        assert!(results[0] != random(4, 50, filters));
    }
}

#[test]
#[should_panic(expected = "窓は画像の中にある")]
fn a_window_outside_the_image_is_refused() {
    let (taps, _) = shape();
    let (x, w, b) = (random::<f64>(1, 7, 162), random::<f64>(2, 50, 1), random::<f64>(3, 1, 1));
    conv_relu_pool(&x, &taps, 40, &IMAGES, &w, &b, &mut [0.0; 40]);
}

#[test]
#[should_panic(expected = "画像の番号")]
fn an_image_that_is_not_there_is_refused() {
    let (taps, corner) = shape();
    let (x, w, b) = (random::<f64>(1, 6, 162), random::<f64>(2, 50, 1), random::<f64>(3, 1, 1));
    conv_relu_pool(&x, &taps, corner, &IMAGES, &w, &b, &mut [0.0; 40]);
}

//! Convolution, ReLU and 2×2 max pooling in one pass over a window: neither an im2col matrix nor a
//! convolved image is ever written.

use super::lanes::{Lanes, Number, Real};
use super::{InstructionSet, kernel};
use crate::matrix::Matrix;

/// Where a filter's taps and a pool window's four positions lie in a flattened image.
#[derive(Clone, Debug)]
pub(crate) struct Taps {
    /// Offset of each tap (channel, row, column) from the filter's corner.
    pub(crate) taps: Vec<u32>,
    /// Offset of the four positions of a pool window from its corner: the order in which the first of equal
    /// maxima wins.
    pub(crate) positions: [u32; 4],
}

impl Taps {
    /// How far from its corner a window reaches.
    fn reach(&self) -> usize {
        (self.taps.iter().max().copied().unwrap_or(0) + self.positions.iter().max().copied().unwrap_or(0))
            as usize
    }
}

#[derive(Clone, Copy)]
struct Window<'a, T> {
    taps: &'a [u32],
    positions: [u32; 4],
    /// The window's corner in the first image, and from one image to the next.
    x: *const T,
    x_row: usize,
    /// The images whose window this is about.
    images: &'a [u32],
    /// Weights \[tap]\[filter].
    w: *const T,
    b: *const T,
    /// Pooled outputs \[image of the list]\[filter], and which position each came from (−1: ReLU is off).
    z: *mut T,
    routes: Option<*mut T>,
    lanes: usize,
    minus_one_zero_to_three: [T; 5],
}

#[inline(always)]
unsafe fn pool<L: Lanes, const NV: usize, const P: usize>(p: &Window<'_, L::Elem>, slot: usize, v: usize) {
    // SAFETY: the maker checked that every tap of every image lies inside it; v + NV ≤ lanes.
    unsafe {
        let (w, column, row) = (p.w.add(v * L::N), v * L::N, p.lanes * L::N);
        let mut x = [p.x; P];
        for (i, x) in x.iter_mut().enumerate() {
            *x = p.x.add(*p.images.get_unchecked(slot + i) as usize * p.x_row);
        }
        let mut u = [[[L::zero(); NV]; 4]; P];
        for (t, &tap) in p.taps.iter().enumerate() {
            let mut weight = [L::zero(); NV];
            for n in 0..NV {
                weight[n] = L::load(w.add(t * row + n * L::N));
            }
            for i in 0..P {
                let x = x[i].add(tap as usize);
                for q in 0..4 {
                    let pixel = L::splat(*x.add(p.positions[q] as usize));
                    for n in 0..NV {
                        u[i][q][n] = pixel.fma(weight[n], u[i][q][n]);
                    }
                }
            }
        }
        let zero = L::zero();
        for i in 0..P {
            for n in 0..NV {
                let bias = L::load(p.b.add(column + n * L::N));
                let to = (slot + i) * row + column + n * L::N;
                let mut best = u[i][0][n].add(bias);
                let mut route = L::splat(p.minus_one_zero_to_three[1]);
                for q in 1..4 {
                    let z = u[i][q][n].add(bias);
                    route = L::if_greater(z, best, L::splat(p.minus_one_zero_to_three[q + 1]), route);
                    best = L::if_greater(z, best, z, best);
                }
                L::if_greater(best, zero, best, zero).store(p.z.add(to));
                if let Some(routes) = p.routes {
                    let off = L::splat(p.minus_one_zero_to_three[0]);
                    L::if_greater(best, zero, route, off).store(routes.add(to));
                }
            }
        }
    }
}

#[inline(always)]
unsafe fn windows<L: Lanes, const NV: usize, const P: usize>(p: Window<'_, L::Elem>) {
    // SAFETY: slots and lanes stay within their bounds.
    unsafe {
        let mut v = 0;
        while v + NV <= p.lanes {
            let mut slot = 0;
            while slot + P <= p.images.len() {
                pool::<L, NV, P>(&p, slot, v);
                slot += P;
            }
            while slot < p.images.len() {
                pool::<L, NV, 1>(&p, slot, v);
                slot += 1;
            }
            v += NV;
        }
        while v < p.lanes {
            for slot in 0..p.images.len() {
                pool::<L, 1, 1>(&p, slot, v);
            }
            v += 1;
        }
    }
}

kernel! { fn run_double<T>(Window<'_, T>) = windows; avx512: [4, 1], others: [1, 1] }
kernel! { fn run_single<T>(Window<'_, T>) = windows; avx512: [2, 2], others: [1, 1] }

fn check<T: Real>(x: &Matrix<T>, shape: &Taps, corner: usize, images: &[u32], w: &Matrix<T>, outputs: usize) {
    assert!(corner + shape.reach() < x.cols(), "窓は画像の中にある");
    assert!(images.iter().all(|&i| (i as usize) < x.rows()), "画像の番号");
    assert!(w.rows() == shape.taps.len() && outputs >= images.len() * w.stride(), "W と出力の大きさ");
}

/// z = max over the window of relu(x ∗ w + b), for one pool window of the listed images; z is
/// \[image of the list]\[filter] with rows as long as W's.
pub(crate) fn conv_relu_pool<T: Real + From<i8>>(
    x: &Matrix<T>,
    shape: &Taps,
    corner: usize,
    images: &[u32],
    w: &Matrix<T>,
    b: &Matrix<T>,
    z: &mut [T],
) {
    check(x, shape, corner, images, w, z.len());
    assert!(b.padded().len() >= w.stride(), "b の大きさ");
    run(window(x, shape, corner, images, w, b, z.as_mut_ptr(), None));
}

/// The same, and where in the window each maximum stands: 0 to 3, or −1 where ReLU is off.
#[allow(clippy::too_many_arguments)]
pub(crate) fn conv_relu_pool_routes(
    x: &Matrix,
    shape: &Taps,
    corner: usize,
    images: &[u32],
    w: &Matrix,
    b: &Matrix,
    z: &mut [f64],
    routes: &mut [f64],
) {
    check(x, shape, corner, images, w, z.len().min(routes.len()));
    assert!(b.padded().len() >= w.stride(), "b の大きさ");
    run(window(x, shape, corner, images, w, b, z.as_mut_ptr(), Some(routes.as_mut_ptr())));
}

#[allow(clippy::too_many_arguments)]
fn window<'a, T: Real + From<i8>>(
    x: &Matrix<T>,
    shape: &'a Taps,
    corner: usize,
    images: &'a [u32],
    w: &Matrix<T>,
    b: &Matrix<T>,
    z: *mut T,
    routes: Option<*mut T>,
) -> Window<'a, T> {
    Window {
        taps: &shape.taps,
        positions: shape.positions,
        x: x.padded()[corner..].as_ptr(),
        x_row: x.stride(),
        images,
        w: w.padded().as_ptr(),
        b: b.padded().as_ptr(),
        z,
        routes,
        lanes: w.stride() / T::LINE,
        minus_one_zero_to_three: [-1, 0, 1, 2, 3].map(T::from),
    }
}

fn run<T: Real>(task: Window<'_, T>) {
    let set = InstructionSet::current();
    if T::LINE == 8 { run_double::<T>(set, task) } else { run_single::<T>(set, task) }
}

#[derive(Clone, Copy)]
struct Gradient<'a, T> {
    taps: &'a [u32],
    positions: [u32; 4],
    x: *const T,
    x_row: usize,
    images: &'a [u32],
    dz: *const T,
    routes: *const T,
    dw: *mut T,
    lanes: usize,
    zero_to_three: [T; 4],
}

/// `NT` taps at a time: their sums stay in registers over all images of the window.
#[inline(always)]
unsafe fn gradient_taps<L: Lanes, const NV: usize, const NT: usize>(
    p: &Gradient<'_, L::Elem>,
    t: usize,
    v: usize,
) {
    // SAFETY: the maker checked that every tap of every image lies inside it; t + NT ≤ taps, v + NV ≤ lanes.
    unsafe {
        let row = p.lanes * L::N;
        let dw = p.dw.add(t * row + v * L::N);
        let mut sum = [[L::zero(); NV]; NT];
        for i in 0..NT {
            for n in 0..NV {
                sum[i][n] = L::load(dw.add(i * row + n * L::N));
            }
        }
        for slot in 0..p.images.len() {
            let x = p.x.add(*p.images.get_unchecked(slot) as usize * p.x_row);
            let at = slot * row + v * L::N;
            for q in 0..4 {
                let mut dz = [L::zero(); NV];
                for n in 0..NV {
                    let route = L::load(p.routes.add(at + n * L::N));
                    let here = L::splat(p.zero_to_three[q]);
                    dz[n] = L::if_equal(route, here, L::load(p.dz.add(at + n * L::N)), L::zero());
                }
                let x = x.add(p.positions[q] as usize);
                for i in 0..NT {
                    let pixel = L::splat(*x.add(*p.taps.get_unchecked(t + i) as usize));
                    for n in 0..NV {
                        sum[i][n] = pixel.fma(dz[n], sum[i][n]);
                    }
                }
            }
        }
        for i in 0..NT {
            for n in 0..NV {
                sum[i][n].store(dw.add(i * row + n * L::N));
            }
        }
    }
}

/// All taps of a strip of NV lanes: 13 and 12 make up a 5 × 5 filter.
#[inline(always)]
unsafe fn gradient_strip<L: Lanes, const NV: usize, const NT: usize>(p: &Gradient<'_, L::Elem>, v: usize) {
    let mut t = 0;
    // SAFETY: taps stay within their bounds.
    unsafe {
        while t < p.taps.len() {
            let left = p.taps.len() - t;
            if left >= NT {
                gradient_taps::<L, NV, NT>(p, t, v);
                t += NT;
            } else if NT > 12 && left >= 12 {
                gradient_taps::<L, NV, 12>(p, t, v);
                t += 12;
            } else if left >= 4 {
                gradient_taps::<L, NV, 4>(p, t, v);
                t += 4;
            } else {
                gradient_taps::<L, NV, 1>(p, t, v);
                t += 1;
            }
        }
    }
}

#[inline(always)]
unsafe fn gradient<L: Lanes, const NV: usize, const NT: usize>(p: Gradient<'_, L::Elem>) {
    let mut v = 0;
    // SAFETY: lanes stay within their bounds.
    unsafe {
        while v + NV <= p.lanes {
            gradient_strip::<L, NV, NT>(&p, v);
            v += NV;
        }
        while v < p.lanes {
            gradient_strip::<L, 1, NT>(&p, v);
            v += 1;
        }
    }
}

kernel! { fn run_gradient<T>(Gradient<'_, T>) = gradient; avx512: [2, 13], others: [1, 5] }

/// dW += x patch · dz, for one pool window of the listed images: each dz goes to the position it came from.
#[allow(clippy::too_many_arguments)]
pub(crate) fn conv_weight_gradient(
    x: &Matrix,
    shape: &Taps,
    corner: usize,
    images: &[u32],
    dz: &[f64],
    routes: &[f64],
    dw: &mut Matrix,
) {
    check(x, shape, corner, images, dw, dz.len().min(routes.len()));
    let task = Gradient {
        taps: &shape.taps,
        positions: shape.positions,
        x: x.padded()[corner..].as_ptr(),
        x_row: x.stride(),
        images,
        dz: dz.as_ptr(),
        routes: routes.as_ptr(),
        lanes: dw.stride() / f64::LINE,
        dw: dw.padded_mut().as_mut_ptr(),
        zero_to_three: [0.0, 1.0, 2.0, 3.0],
    };
    run_gradient::<f64>(InstructionSet::current(), task);
}

#[cfg(test)]
mod tests;

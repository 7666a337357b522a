//! The first layer of a screening pass in whole numbers: pixels are bytes k/255, so a product with weights
//! rounded to 16 bits is exact, and AVX-512 VNNI does 64 of them at once.
//!
//! Weights are v·scale with v = 256·high + low, both digits within a signed byte; four pixels side by side make
//! a group, and a group that is blank is left out.

use super::aligned::AlignedVec;
use super::lanes::Number;
use super::sparse_rows::Rows;
use crate::matrix::Matrix;

/// Whether this machine has the instructions.
pub(crate) fn bytes_supported() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        super::InstructionSet::current() == super::InstructionSet::Avx512
            && is_x86_feature_detected!("avx512vnni")
    }
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// Rows of bytes, in groups of four pixels, blank groups left out.
#[derive(Clone, Debug)]
pub(crate) struct ByteRows {
    groups: usize,
    blocks: usize,
    /// Entries of row r and block b: `starts[r·blocks + b]..` of the next.
    starts: Vec<u32>,
    group: Vec<u16>,
    bytes: Vec<u32>,
}

/// Groups whose weights are met at a time, so that they stay in the first cache.
const BLOCK: usize = 98;

impl ByteRows {
    /// The first `rows` rows; none where a value isn't k/255.
    pub(crate) fn new(x: &Rows, rows: usize) -> Option<ByteRows> {
        let groups = x.pixels().div_ceil(4);
        let blocks = groups.div_ceil(BLOCK);
        let mut b = ByteRows { groups, blocks, starts: vec![0], group: vec![], bytes: vec![] };
        let mut row = vec![0u32; groups];
        for r in 0..rows.min(x.len()) {
            row.fill(0);
            let (pixel, value) = x.row(r);
            for (&pixel, &value) in pixel.iter().zip(value) {
                let k = (value * 255.0).round();
                if !(0.0..=255.0).contains(&k) || k / 255.0 != value {
                    return None;
                }
                row[usize::from(pixel) / 4] |= (k as u32) << (8 * (pixel % 4));
            }
            for (block, bytes) in row.chunks(BLOCK).enumerate() {
                for (i, &bytes) in bytes.iter().enumerate().filter(|(_, bytes)| **bytes != 0) {
                    b.group.push((block * BLOCK + i) as u16);
                    b.bytes.push(bytes);
                }
                b.starts.push(b.group.len() as u32);
            }
        }
        Some(b)
    }

    pub(crate) fn len(&self) -> usize {
        (self.starts.len() - 1) / self.blocks
    }
}

/// Weights as two digits a pixel: \[group]\[high, low]\[output]\[pixel of the group].
pub(crate) struct ByteWeights {
    pixels: usize,
    outputs: usize,
    /// Lines of 16 outputs.
    lines: usize,
    digits: AlignedVec<i32>,
    /// What a step of v is worth, over 255, for each output.
    scale: Vec<f32>,
    /// Per Σ|x| of a row, at most so much is the norm of what rounding the weights changes.
    pub(crate) quantum: f32,
}

/// Additions in single precision that an output passes: digits joined, scaled, and one for each block.
pub(crate) const BYTES_DEPTH: usize = 16;
/// The largest |v|: 127·256 and a low digit.
const MOST: f64 = 32_512.0;

impl ByteWeights {
    /// None where a weight is not finite.
    pub(crate) fn new(w: &Matrix) -> Option<ByteWeights> {
        let (lines, groups) = (w.cols().div_ceil(16), w.rows().div_ceil(4));
        let mut largest = vec![0.0f64; w.cols()];
        for row in w.iter_rows() {
            largest.iter_mut().zip(row).for_each(|(most, w)| *most = most.max(w.abs()));
        }
        if w.iter_rows().flatten().any(|w| !w.is_finite()) || groups > BLOCK * BYTES_DEPTH / 2 {
            return None;
        }
        let mut digits = AlignedVec::<i32>::zeros(groups * lines * 32);
        let per_step: Vec<f64> =
            largest.iter().map(|most| if *most > 0.0 { MOST / most } else { 0.0 }).collect();
        for (p, row) in w.iter_rows().enumerate() {
            let group = &mut digits[p / 4 * lines * 32..][..lines * 32];
            for (o, (w, per_step)) in row.iter().zip(&per_step).enumerate() {
                let steps = w * per_step;
                // Rounded by truncation, which needs no library call.
                let v = (steps + 0.5f64.copysign(steps)) as i32;
                let high = (v + 128) >> 8;
                let low = v - 256 * high;
                let shift = 8 * (p % 4);
                group[o] |= (high & 0xff) << shift;
                group[lines * 16 + o] |= (low & 0xff) << shift;
            }
        }
        let mut scale: Vec<f32> = largest.iter().map(|most| (most / MOST / 255.0) as f32).collect();
        scale.resize(lines * 16, 0.0);
        // Half a step for each output, a little more for the steps' own rounding.
        let quantum = 0.51 * largest.iter().map(|most| (most / MOST).powf(2.0)).sum::<f64>().sqrt();
        Some(ByteWeights {
            pixels: w.rows(),
            outputs: w.cols(),
            lines,
            digits,
            scale,
            quantum: quantum as f32,
        })
    }
}

/// Y ≈ X·W for the rows `from..from + rows`, off by at most `quantum`·Σ|x| and the rounding of `BYTES_DEPTH`.
pub(crate) fn bytes_matmul(x: &ByteRows, from: usize, rows: usize, w: &ByteWeights, y: &mut Matrix<f32>) {
    assert!(bytes_supported() && from + rows <= x.len() && x.groups == w.pixels.div_ceil(4), "行と列の範囲");
    y.reshape(rows, w.outputs);
    assert_eq!(y.stride(), w.lines * f32::LINE);
    let entries = x.starts[from * x.blocks] as usize..x.starts[(from + rows) * x.blocks] as usize;
    super::prefetch(&x.group[entries.clone()]);
    super::prefetch(&x.bytes[entries]);
    #[cfg(target_arch = "x86_64")]
    for line in (0..w.lines).step_by(3) {
        // SAFETY: the instructions are there; rows, groups and lines were checked above.
        unsafe {
            match w.lines - line {
                1 => strip::<1>(x, from, rows, w, y, line),
                2 => strip::<2>(x, from, rows, w, y, line),
                _ => strip::<3>(x, from, rows, w, y, line),
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512vnni")]
unsafe fn strip<const NV: usize>(
    x: &ByteRows,
    from: usize,
    rows: usize,
    w: &ByteWeights,
    y: &mut Matrix<f32>,
    line: usize,
) {
    use std::arch::x86_64::*;
    let y_row = y.stride();
    let y = y.padded_mut().as_mut_ptr();
    // SAFETY: a `ByteRows` keeps its starts and groups in range; the caller checked rows and lines.
    unsafe {
        for block in 0..x.blocks {
            for r in 0..rows {
                let at = (from + r) * x.blocks + block;
                let mut e = *x.starts.get_unchecked(at) as usize;
                let to = *x.starts.get_unchecked(at + 1) as usize;
                // Two sums of each digit side by side, since a register must wait for its own last sum.
                let mut sum = [[[_mm512_setzero_si512(); NV]; 2]; 2];
                while e < to {
                    for sum in &mut sum {
                        if e < to {
                            let group = usize::from(*x.group.get_unchecked(e));
                            let digits = w.digits.as_ptr().add((group * 2 * w.lines + line) * 16);
                            let pixels = _mm512_set1_epi32(*x.bytes.get_unchecked(e) as i32);
                            for digit in 0..2 {
                                for n in 0..NV {
                                    let weights = digits.add((digit * w.lines + n) * 16);
                                    let weights = _mm512_load_si512(weights.cast());
                                    sum[digit][n] = _mm512_dpbusd_epi32(sum[digit][n], pixels, weights);
                                }
                            }
                            e += 1;
                        }
                    }
                }
                for n in 0..NV {
                    let total = |d: usize| _mm512_cvtepi32_ps(_mm512_add_epi32(sum[0][d][n], sum[1][d][n]));
                    let v = _mm512_fmadd_ps(total(0), _mm512_set1_ps(256.0), total(1));
                    let scale = _mm512_loadu_ps(w.scale.as_ptr().add((line + n) * 16));
                    let to = y.add(r * y_row + (line + n) * 16);
                    let before = if block == 0 { _mm512_setzero_ps() } else { _mm512_loadu_ps(to) };
                    _mm512_storeu_ps(to, _mm512_fmadd_ps(v, scale, before));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::RandomState;

    #[test]
    fn products_of_bytes_stay_within_their_bound() {
        if !bytes_supported() {
            return;
        }
        let mut rng = RandomState::new(4);
        let (rows, pixels, outputs) = (9, 785, 41);
        let mut x = Rows::new(pixels, rows);
        for _ in 0..rows {
            let row: Vec<f32> = (0..pixels)
                .map(|_| if rng.rand() < 0.7 { 0.0 } else { rng.choice(256, 1)[0] as f32 / 255.0 })
                .collect();
            x.push(&row);
        }
        let mut w = Matrix::zeros(pixels, outputs);
        (0..pixels).for_each(|i| w.row_mut(i).fill_with(|| rng.randn()));
        let bytes = ByteRows::new(&x, rows).expect("every value is k/255");
        let weights = ByteWeights::new(&w).expect("every weight is finite");
        let (mut y, mut exact) = (Matrix::default(), Matrix::default());
        bytes_matmul(&bytes, 0, rows, &weights, &mut y);
        crate::simd::rows_matmul(&x, &w, &mut exact);
        for r in 0..rows {
            let off =
                y.row(r).iter().zip(exact.row(r)).map(|(a, b)| (f64::from(*a) - b).powf(2.0)).sum::<f64>();
            let sum: f32 = x.row(r).1.iter().sum();
            assert!(off.sqrt() < f64::from(weights.quantum * sum) && off > 0.0, "{} {r}", off.sqrt());
        }
    }
}

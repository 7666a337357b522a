//! NumPy's legacy stream, repeated bit for bit: `np.random.seed(s)` and what the originals draw from it.
//!
//! Knows nothing of networks. The only foreign part is `ln`, which comes from the platform's C library:
//! on Linux with glibc it equals NumPy's; elsewhere the last digit of a `randn` may differ.

use rand_mt::Mt;

/// NumPy の `RandomState`（乱数の列）。同じシードからは、NumPy と同じ数が同じ順に出る。
///
/// ```
/// use kakunin::rng::RandomState;
/// let mut rng = RandomState::new(0);
/// assert_eq!(rng.randn(), 1.764052345967664);   // np.random.seed(0); np.random.randn()
/// assert_eq!(rng.randn(), 0.4001572083672233);
/// ```
#[doc(alias = "乱数")]
#[derive(Debug, Clone)]
pub struct RandomState {
    mt: Mt,
    /// The second number of a polar pair, kept for the next `randn`; other draws leave it alone.
    second: Option<f64>,
}

impl RandomState {
    /// `np.random.seed(seed)`
    pub fn new(seed: u32) -> RandomState {
        RandomState { mt: Mt::new(seed), second: None }
    }

    /// `np.random.rand()`: 0 以上 1 未満の一様乱数（53 ビット）。
    #[inline]
    pub fn rand(&mut self) -> f64 {
        let a = f64::from(self.mt.next_u32() >> 5);
        let b = f64::from(self.mt.next_u32() >> 6);
        (a * 67_108_864.0 + b) / 9_007_199_254_740_992.0
    }

    /// `np.random.randn()`: 平均 0、標準偏差 1 の正規乱数（極座標法、二つずつ作る）。
    pub fn randn(&mut self) -> f64 {
        if let Some(second) = self.second.take() {
            return second;
        }
        loop {
            let x1 = 2.0 * self.rand() - 1.0;
            let x2 = 2.0 * self.rand() - 1.0;
            let r2 = x1 * x1 + x2 * x2;
            if r2 < 1.0 && r2 != 0.0 {
                let f = (-2.0 * r2.ln() / r2).sqrt();
                self.second = Some(f * x1);
                return f * x2;
            }
        }
    }

    /// `np.random.choice(n, size)`: 0 以上 n 未満の整数を、重複を許して `size` 個。
    ///
    /// A word is masked to the smallest 2ᵏ − 1 that covers n − 1 and drawn again while it is too large.
    pub fn choice(&mut self, n: u32, size: usize) -> Vec<u32> {
        let last = n.saturating_sub(1);
        if last == 0 {
            return vec![0; size];
        }
        let mask = u32::MAX >> last.leading_zeros();
        let mut draw = || {
            loop {
                let word = self.mt.next_u32() & mask;
                if word <= last {
                    return word;
                }
            }
        };
        (0..size).map(|_| draw()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choice_of_one_draws_nothing() {
        let mut rng = RandomState::new(3);
        assert_eq!(rng.choice(1, 4), [0; 4]);
        assert_eq!(rng.rand(), RandomState::new(3).rand());
    }
}

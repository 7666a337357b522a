//! 平均と 95% 区間（スチューデントの t 分布）。

use serde::{Deserialize, Serialize};

/// 平均と、その 95% 区間。
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// 平均
    pub mean: f64,
    /// 区間の下の端
    pub low: f64,
    /// 区間の上の端
    pub high: f64,
}

/// 平均の 95% 区間: 平均 ± t(n−1)・s/√n。値が一つ以下なら区間はない。
///
/// ```text
/// s² = Σ (x − 平均)² ÷ (n − 1)      t(n−1): 自由度 n−1 の t 分布の 97.5% 点
/// ```
///
/// ```
/// use kakunin::claims::t_interval;
/// let i = t_interval(&[1.0, 2.0, 3.0]).ok_or("三つある")?;      // s = 1、t(2) = 4.303
/// assert_eq!(i.mean, 2.0);
/// assert!((i.high - (2.0 + 4.303 / 3.0_f64.sqrt())).abs() < 1e-3);
/// assert!(t_interval(&[1.0]).is_none());
/// # Ok::<(), &str>(())
/// ```
pub fn t_interval(values: &[f64]) -> Option<Interval> {
    let n = values.len() as f64;
    if values.len() < 2 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    let half = t(values.len() - 1) * (squares / (n - 1.0) / n).sqrt();
    Some(Interval { mean, low: mean - half, high: mean + half })
}

/// The 97.5% point of Student's t, to three decimals.
fn t(degrees: usize) -> f64 {
    const TABLE: [f64; 30] = [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145,
        2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048,
        2.045, 2.042,
    ];
    let v = degrees as f64;
    // z + (z³ + z)/4v + (5z⁵ + 16z³ + 3z)/96v²
    TABLE.get(degrees - 1).copied().unwrap_or(1.959_964 + 2.372_27 / v + 2.822_5 / (v * v))
}

/// −log₁₀, where 0 counts as 1e-18.
pub(super) fn digits(size: f64) -> f64 {
    -(size.abs() + 1e-18).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_joined_smoothly_by_the_expansion() {
        // From tables of the t distribution: 40, 60, 120 degrees of freedom.
        for (degrees, wanted) in
            [(1, 12.706), (9, 2.262), (30, 2.042), (40, 2.021), (60, 2.000), (120, 1.980)]
        {
            assert!((t(degrees) - wanted).abs() < 6e-4, "{degrees}: {}", t(degrees));
        }
    }

    #[test]
    fn about_one_interval_in_twenty_misses_the_mean() {
        let mut rng = crate::rng::RandomState::new(0);
        let misses = (0..2_000)
            .filter(|_| {
                let values: Vec<f64> = (0..5).map(|_| rng.randn()).collect();
                t_interval(&values).is_some_and(|i| i.low > 0.0 || i.high < 0.0)
            })
            .count();
        assert!((70..130).contains(&misses), "{misses} of 2000");
    }
}

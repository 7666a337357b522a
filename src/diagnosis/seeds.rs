//! 多くのシードでの最後の値。

use serde::Serialize;

/// 二つの山。
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bimodal {
    /// 下の山にある数
    pub below: usize,
    /// 上の山にある数
    pub above: usize,
    /// 下の山でいちばん大きい値
    pub from: f64,
    /// 上の山でいちばん小さい値
    pub to: f64,
}

/// 値が二つの山に分かれているか: いちばん広い隙間が 0.1 より広く、どちらの側にも二つ以上あり、隙間がどちらの側の幅よりも広い。
///
/// ```
/// use kakunin::diagnosis::bimodal;
/// assert!(bimodal(&[0.11, 0.12, 0.91, 0.11, 0.93]).is_some());
/// assert!(bimodal(&[0.90, 0.91, 0.92, 0.93]).is_none());
/// ```
pub fn bimodal(values: &[f64]) -> Option<Bimodal> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let gap = |i: &usize| sorted[i + 1] - sorted[*i];
    let at = (0..sorted.len().checked_sub(1)?).max_by(|a, b| gap(a).total_cmp(&gap(b)))?;
    let (from, to, last) = (sorted[at], sorted[at + 1], *sorted.last()?);
    let (below, above) = (at + 1, sorted.len() - at - 1);
    let (width_below, width_above) = (from - sorted[0], last - to);
    let is_wide = to - from > 0.1 && to - from > width_below.max(width_above);
    (is_wide && below.min(above) >= 2).then_some(Bimodal { below, above, from, to })
}

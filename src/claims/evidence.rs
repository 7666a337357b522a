//! 測ったものと判定。

use super::statistic::{Interval, t_interval};
use super::{Claim, Decision, Verdict};
use crate::quiz::Text;
use serde::{Deserialize, Serialize};

/// 一つの主張について測ったもの。
///
/// 時間を測った値は `timing` にだけあり、ほかは、同じシードなら何度走らせても同じになる。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// 主張の名前
    pub id: String,
    /// 判定
    pub verdict: Verdict,
    /// 測る前の予想
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicted: Option<Verdict>,
    /// 学習を短くしたか
    pub quick: bool,
    /// シード
    pub seeds: Vec<u32>,
    /// 部分ごとの値
    pub parts: Vec<PartEvidence>,
    /// 時間
    pub timing: Timing,
    /// 予想の記録について知らせること（書けなかったなど）
    #[serde(skip)]
    pub remark: Option<Text>,
}

/// 一つの部分について測ったもの。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartEvidence {
    /// 何の値か
    pub name: String,
    /// しきい値
    pub threshold: f64,
    /// 成り立つか
    pub outcome: Outcome,
    /// 平均と 95% 区間（時間を測る部分では `timing` に）
    pub interval: Option<Interval>,
    /// シードごとの値（同じく）
    pub values: Vec<f64>,
}

/// 部分が成り立つか。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 成り立つ
    Holds,
    /// 成り立たない
    Fails,
    /// わからない
    Unknown,
}

/// 時間と、時間を測った値。
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timing {
    /// 測るのにかかった秒
    pub seconds: f64,
    /// 時間を測る部分の、シードごとの値（ほかの部分では空）
    pub values: Vec<Vec<f64>>,
}

impl Evidence {
    pub(super) fn new(claim: &Claim, values: &[(u32, Vec<f64>)], quick: bool) -> Evidence {
        let column = |k: usize| values.iter().map(|(_, row)| row[k]).collect::<Vec<f64>>();
        let (mut parts, mut timed) = (vec![], vec![]);
        for (k, part) in claim.parts.iter().enumerate() {
            let values = column(k);
            let interval = t_interval(&values);
            let outcome = interval.map_or(Outcome::Unknown, |i| outcome(i, part.threshold));
            let name = part.name.0.to_owned();
            let (mine, of_time) = if part.timed { (vec![], values) } else { (values, vec![]) };
            timed.push(of_time);
            let interval = interval.filter(|_| !part.timed);
            parts.push(PartEvidence { name, threshold: part.threshold, outcome, interval, values: mine });
        }
        let outcomes: Vec<Outcome> = parts.iter().map(|p| p.outcome).collect();
        Evidence {
            id: claim.id.to_owned(),
            verdict: verdict(claim.decision, &outcomes),
            predicted: None,
            quick,
            seeds: values.iter().map(|(seed, _)| *seed).collect(),
            parts,
            timing: Timing { seconds: 0.0, values: timed },
            remark: None,
        }
    }

    /// 部分の値（時間を測るものも）。
    pub fn values(&self, part: usize) -> &[f64] {
        let own = self.parts.get(part).map_or(&[][..], |p| &p.values);
        if own.is_empty() { self.timing.values.get(part).map_or(&[], |v| v) } else { own }
    }

    /// シードごとの、部分の値の並び: [`Claim::judge`] に渡したもの。
    pub fn rows(&self) -> Vec<(u32, Vec<f64>)> {
        let row = |i: usize| (0..self.parts.len()).filter_map(|k| self.values(k).get(i).copied()).collect();
        self.seeds.iter().enumerate().map(|(i, &seed)| (seed, row(i))).collect()
    }
}

fn outcome(interval: Interval, threshold: f64) -> Outcome {
    if interval.low > threshold {
        Outcome::Holds
    } else if interval.high <= threshold {
        Outcome::Fails
    } else {
        Outcome::Unknown
    }
}

fn verdict(decision: Decision, outcomes: &[Outcome]) -> Verdict {
    let all = |wanted| outcomes.iter().all(|o| *o == wanted);
    let any = |wanted| outcomes.contains(&wanted);
    match decision {
        _ if all(Outcome::Holds) => Verdict::Supported,
        Decision::All if any(Outcome::Fails) => Verdict::NotSupported,
        Decision::ByDefinition if all(Outcome::Fails) => Verdict::NotSupported,
        Decision::ByDefinition if any(Outcome::Holds) && any(Outcome::Fails) => Verdict::Depends,
        _ => Verdict::Undecided,
    }
}

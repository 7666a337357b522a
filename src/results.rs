//! 結果のファイル（`--json`）: 何回かの学習の記録。
//!
//! 読む順: [`Results`] → 一回の学習の記録（`run`）→ 読むとき（`read`）。

mod read;
mod run;

pub use run::RunRecord;

use crate::course;
use serde::{Deserialize, Serialize};

/// 結果のファイルの形の版。
pub const RESULTS_VERSION: u32 = 1;

/// 結果のファイルの中身。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// ファイルの形の版（[`RESULTS_VERSION`]）
    pub version: u32,
    /// 作った kakunin の版
    pub kakunin: String,
    /// 公表のとおりか、書き誤りを正したものか
    pub mode: Mode,
    /// データの名前
    pub data: String,
    /// 頼まれた学習がすべて終わっているか
    pub complete: bool,
    /// 終わった学習。講座の順、同じ実験の中ではシードの順。
    pub runs: Vec<RunRecord>,
}

/// 公表のとおりの学習か、書き誤りをすべて正した学習か。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// 公表のとおり
    Published,
    /// 書き誤りを正したもの（`--exact`）
    Exact,
}

impl Mode {
    /// ファイルでの名前
    pub fn name(self) -> &'static str {
        match self {
            Mode::Published => "published",
            Mode::Exact => "exact",
        }
    }
}

impl Results {
    /// まだ一つも学習していない結果。
    pub fn new(mode: Mode, data: impl Into<String>) -> Results {
        Results {
            version: RESULTS_VERSION,
            kakunin: env!("CARGO_PKG_VERSION").to_owned(),
            mode,
            data: data.into(),
            complete: false,
            runs: vec![],
        }
    }

    /// 一回の学習を、講座の順、シードの順の位置に加える。同じ実験とシードのものがあれば加えずに `false`。
    pub fn insert(&mut self, record: RunRecord) -> bool {
        let key = record.key();
        match self.runs.binary_search_by_key(&key, RunRecord::key) {
            Ok(_) => false,
            Err(place) => {
                self.runs.insert(place, record);
                true
            }
        }
    }

    /// この実験とシードの記録。
    pub fn get(&self, id: &str, seed: u32) -> Option<&RunRecord> {
        let place = self.runs.binary_search_by_key(&(order(id), seed), RunRecord::key).ok()?;
        self.runs.get(place)
    }

    /// ファイルに書く文字列。一回の学習が一行になる。
    pub fn to_json(&self) -> String {
        let empty = Results { runs: vec![], kakunin: self.kakunin.clone(), data: self.data.clone(), ..*self };
        let head = json(&empty);
        let lines: Vec<String> = self.runs.iter().map(|run| format!("\n{}", json(run))).collect();
        format!("{}{}\n]}}\n", head.trim_end_matches("]}"), lines.join(","))
    }
}

/// The place in the course; unknown rows come last.
fn order(id: &str) -> usize {
    let split = id.split_once('/').and_then(|(family, cell)| Some((family, cell.parse::<u32>().ok()?)));
    let place =
        split.and_then(|split| course::experiments().position(|e| (e.source.family, e.source.cell) == split));
    place.unwrap_or(usize::MAX)
}

/// Structs of numbers and strings always have a JSON form.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::run::tests::record;
    use super::*;

    #[test]
    fn runs_lie_in_the_order_of_the_course_whatever_finished_first() {
        let mut results = Results::new(Mode::Published, "mnist");
        for (id, seed) in [("2_6/21", 0), ("2_4/16", 1), ("2_4/8", 0), ("2_4/16", 0)] {
            assert!(results.insert(record(id, seed)));
        }
        assert!(!results.insert(record("2_4/16", 1)));
        let ids: Vec<_> = results.runs.iter().map(|r| (r.id.as_str(), r.seed)).collect();
        assert_eq!(ids, [("2_4/8", 0), ("2_4/16", 0), ("2_4/16", 1), ("2_6/21", 0)]);
        assert_eq!(results.get("2_4/16", 1).map(|r| r.seed), Some(1));
        assert_eq!(results.get("2_4/16", 2), None);
    }
}

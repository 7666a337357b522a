//! 結果のファイル（`--json`）: 何回かの学習の記録。
//!
//! 読む順: [`Results`] → [`RunRecord`] → 読むとき（`read`）。正答率は割合で書かれるが、`hits / n` そのもの
//! なので、行数から正答数に戻る。

mod read;

use crate::course;
use crate::error::{Error, ErrorKind};
use crate::experiment::{Experiment, On};
use crate::history::{History, Hits, Point};
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

/// 一回の学習の記録。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunRecord {
    /// 実験の ID
    pub id: String,
    /// シード
    pub seed: u32,
    /// 測った反復
    pub iterations: Vec<usize>,
    /// 訓練データでの正答率（0 から 1）
    pub train: Vec<f64>,
    /// 検証データでの正答率（0 から 1）
    pub test: Vec<f64>,
    /// 反復ごとの損失
    pub loss: Vec<f64>,
    /// かかった秒
    pub seconds: f64,
    /// 損失が数でなくなった反復
    pub diverged_at: Option<usize>,
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

impl RunRecord {
    /// 学習の記録から。
    pub fn new(e: &Experiment, seed: u32, history: &History, seconds: f64) -> RunRecord {
        let of_curve = |f: fn(&Point) -> f64| history.curve.iter().map(f).collect();
        RunRecord {
            id: e.id(),
            seed,
            iterations: history.curve.iter().map(|p| p.iteration).collect(),
            train: of_curve(|p| p.train.accuracy()),
            test: of_curve(|p| p.test.accuracy()),
            loss: history.loss.clone(),
            seconds: (seconds * 1e3).round() / 1e3,
            diverged_at: history.diverged_at,
        }
    }

    /// 表にある実験（公表のとおりのもの）。
    ///
    /// # Errors
    /// 知らない ID のとき。
    pub fn experiment(&self) -> Result<&'static Experiment, Error> {
        course::experiments().find(|e| e.id() == self.id).ok_or_else(|| {
            let id = &self.id;
            self.inconsistent(&format!("{id} という実験はない"), &format!("there is no experiment {id}"))
        })
    }

    /// 学習の記録に戻す。正答率は、行数から正答数に戻る。
    ///
    /// # Errors
    /// 知らない ID、測った反復や損失の数が合わない、正答率が hits / n の形でないとき。
    pub fn history(&self) -> Result<History, Error> {
        let e = self.experiment()?;
        let ran = self.diverged_at.map_or(e.iterations, |at| at.saturating_sub(1));
        let measured = ran / e.measure.every;
        let due = (1..=measured).map(|i| i * e.measure.every);
        if ran > e.iterations
            || self.loss.len() != ran
            || !due.eq(self.iterations.iter().copied())
            || self.train.len() != measured
            || self.test.len() != measured
        {
            return Err(self.inconsistent(
                "測った反復や損失の数がこの実験と合わない",
                "its numbers of measured iterations and losses don't fit the experiment",
            ));
        }
        let of_train = if e.measure.train == On::Batch { e.batch } else { e.train_rows };
        let point = |((&iteration, &train), &test)| {
            let (train, test) = (self.hits(train, of_train)?, self.hits(test, e.test_rows)?);
            Ok(Point { iteration, train, test })
        };
        let curve = self.iterations.iter().zip(&self.train).zip(&self.test).map(point);
        Ok(History {
            curve: curve.collect::<Result<_, Error>>()?,
            loss: self.loss.clone(),
            diverged_at: self.diverged_at,
        })
    }

    /// 最後に測った検証データでの正答率。発散した学習にはない。
    pub fn final_test(&self) -> Option<f64> {
        if self.diverged_at.is_some() { None } else { self.test.last().copied() }
    }

    fn hits(&self, fraction: f64, of: usize) -> Result<Hits, Error> {
        let hits = Hits { hits: (fraction * of as f64).round() as u32, of: of as u32 };
        if (0.0..=1.0).contains(&fraction) && hits.accuracy() == fraction {
            return Ok(hits);
        }
        Err(self.inconsistent(
            &format!("正答率 {fraction} は {of} 行のものではない"),
            &format!("{fraction} is no accuracy on {of} rows"),
        ))
    }

    fn inconsistent(&self, ja: &str, en: &str) -> Error {
        let (id, seed) = (&self.id, self.seed);
        Error::new(
            ErrorKind::Results,
            format!("{id} シード {seed} の記録が壊れています（{ja}）。"),
            format!("The record of {id} seed {seed} is corrupt ({en})."),
        )
    }

    fn key(&self) -> (usize, u32) {
        (order(&self.id), self.seed)
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
    use super::*;

    pub(super) fn record(id: &str, seed: u32) -> RunRecord {
        let e = course::find(id).unwrap()[0];
        let of = if e.measure.train == On::Batch { e.batch } else { e.train_rows } as u32;
        let point = |i: usize| Point {
            iteration: i * e.measure.every,
            train: Hits { hits: (7 * i as u32) % of, of },
            test: Hits { hits: 900 + i as u32, of: e.test_rows as u32 },
        };
        let curve = (1..=e.iterations / e.measure.every).map(point).collect();
        let loss = (0..e.iterations).map(|i| 1.0 / (i + 3) as f64).collect();
        RunRecord::new(e, seed, &History { curve, loss, diverged_at: None }, 0.5)
    }

    #[test]
    fn a_record_becomes_the_same_history_again() {
        for id in ["2_2_1/8", "2_4/16", "2_5/7"] {
            let record = record(id, 3);
            let again = RunRecord::new(record.experiment().unwrap(), 3, &record.history().unwrap(), 0.5);
            assert_eq!(again, record);
        }
    }

    #[test]
    fn every_hit_count_survives_the_fraction() {
        let r = record("2_4/8", 0);
        for of in [100, 300, 1_000, 5_000, 10_000, 60_000] {
            for hits in 0..=of {
                let given = Hits { hits, of };
                assert_eq!(r.hits(given.accuracy(), of as usize), Ok(given));
            }
        }
    }

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

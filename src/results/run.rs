//! 一回の学習の記録。正答率は割合で書かれるが、`hits / n` そのものなので、行数から正答数に戻る。

use super::order;
use crate::course;
use crate::error::{Error, ErrorKind};
use crate::experiment::{Experiment, On};
use crate::history::{History, Hits, Point};
use serde::{Deserialize, Serialize};

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
            ..History::default()
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

    /// Where the record lies among others.
    pub(super) fn key(&self) -> (usize, u32) {
        (order(&self.id), self.seed)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::results) fn record(id: &str, seed: u32) -> RunRecord {
        let e = course::find(id).unwrap()[0];
        let of = if e.measure.train == On::Batch { e.batch } else { e.train_rows } as u32;
        let point = |i: usize| Point {
            iteration: i * e.measure.every,
            train: Hits { hits: (7 * i as u32) % of, of },
            test: Hits { hits: 900 + i as u32, of: e.test_rows as u32 },
        };
        let curve = (1..=e.iterations / e.measure.every).map(point).collect();
        let loss = (0..e.iterations).map(|i| 1.0 / (i + 3) as f64).collect();
        RunRecord::new(e, seed, &History { curve, loss, ..History::default() }, 0.5)
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
}

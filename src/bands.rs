//! 帯: 多くのシードで学習したときの、正答率の広がり。公表された値は、そのどこにあるか。
//!
//! 学習しなくても見られるように、`kakunin bands` が作った小さなファイル（`data/bands/`）が付いている。
//!
//! ```
//! if let Some(band) = kakunin::bands::band("2_4/16") {
//!     let published = kakunin::published("2_4/16").ok_or("2_4/16")?.final_test();
//!     let place = band.percentile(published);        // 下から何パーセントか
//!     assert!((0.0..=100.0).contains(&place));
//! }
//! # Ok::<(), &str>(())
//! ```

mod shown;

use crate::error::{Error, ErrorKind};
use crate::{Hits, Mode, Results, RunRecord, course, percentile};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// 帯のファイルの形の版。
pub const BANDS_VERSION: u32 = 1;

/// 曲線の一点で持つ分位: 最小、5%、25%、50%、75%、95%、最大。
pub const LEVELS: [f64; 7] = [0.0, 5.0, 25.0, 50.0, 75.0, 95.0, 100.0];

/// 一つの行の帯。正答は検証データの正答数で持つ。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// 実験の ID
    pub id: String,
    /// シード（はじめと、おわりの次）
    pub seeds: (u32, u32),
    /// 検証の行数
    pub of: u32,
    /// 何反復ごとの点か
    pub every: usize,
    /// 発散したシードの数（ほかの値には入らない）
    pub diverged: usize,
    /// 最後の正答数（小さい順）
    pub last: Vec<u32>,
    /// いちばん多い正答数（小さい順）
    pub best: Vec<u32>,
    /// 点ごとの分位（[`LEVELS`]）
    pub curve: Vec<[u32; 7]>,
}

/// 帯のファイルの中身。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bands {
    /// ファイルの形の版（[`BANDS_VERSION`]）
    pub version: u32,
    /// 作った kakunin の版
    pub kakunin: String,
    /// データの名前
    pub data: String,
    /// 行ごとの帯（講座の順）
    pub rows: Vec<Band>,
}

/// この行の帯（公表のとおりの学習の、付属のもの）。なければ `None`。
pub fn band(id: &str) -> Option<&'static Band> {
    shipped().rows.iter().find(|band| band.id == id)
}

/// 付属の帯のすべて。
pub fn shipped() -> &'static Bands {
    static SHIPPED: LazyLock<Bands> = LazyLock::new(|| {
        let empty =
            Bands { version: BANDS_VERSION, kakunin: String::new(), data: String::new(), rows: vec![] };
        // The file is part of the program; that it reads is a test, not a learner's problem.
        Bands::from_json(include_str!("../data/bands/bands.json")).unwrap_or(empty)
    });
    &SHIPPED
}

impl Band {
    /// 最後の正答率がこの値なら、下から何パーセントのところか（0 から 100）。
    pub fn percentile(&self, last: Hits) -> f64 {
        let sample: Vec<f64> = self.last.iter().map(|&hits| f64::from(hits)).collect();
        percentile(f64::from(last.hits), &sample)
    }

    /// この値が、どのシードの最後の正答率よりも低いか高いか。
    pub fn is_outside(&self, last: Hits) -> bool {
        self.last.first().is_none_or(|low| last.hits < *low)
            || self.last.last().is_none_or(|high| last.hits > *high)
    }

    /// 最後の正答率の分位（0 から 1、[`LEVELS`] の順）。
    pub fn levels(&self) -> [f64; 7] {
        quantiles(&self.last).map(|hits| f64::from(hits) / f64::from(self.of))
    }

    /// 帯の縁: 点ごとの（反復、5%、95%）。
    pub fn edges(&self) -> Vec<(f64, f64, f64)> {
        let share = |hits: u32| f64::from(hits) / f64::from(self.of);
        let edge = |(i, q): (usize, &[u32; 7])| (((i + 1) * self.every) as f64, share(q[1]), share(q[5]));
        self.curve.iter().enumerate().map(edge).collect()
    }

    /// The outline of the area between the edges, thinned out to about this many points a side.
    pub(crate) fn outline(&self, points: usize) -> Vec<(f64, f64)> {
        let edges = self.edges();
        let every = edges.len().div_ceil(points).max(1);
        let mut kept: Vec<_> = edges.iter().rev().step_by(every).collect();
        kept.reverse();
        let upper = kept.iter().map(|(at, _, high)| (*at, *high));
        let lower = kept.iter().rev().map(|(at, low, _)| (*at, *low));
        upper.chain(lower).collect()
    }

    /// いくつかのシードの記録から。記録はみな同じ行のもの。
    fn new(runs: &[&RunRecord]) -> Result<Band, Error> {
        let histories = runs.iter().map(|run| run.history()).collect::<Result<Vec<_>, _>>()?;
        let e = runs[0].experiment()?;
        let whole: Vec<_> =
            histories.iter().filter(|h| h.diverged_at.is_none() && !h.curve.is_empty()).collect();
        let sorted = |mut hits: Vec<u32>| {
            hits.sort_unstable();
            hits
        };
        let points = whole.iter().map(|h| h.curve.len()).min().unwrap_or_default();
        let at = |i: usize| quantiles(&sorted(whole.iter().map(|h| h.curve[i].test.hits).collect()));
        let best = |h: &&crate::History| h.curve.iter().map(|p| p.test.hits).max().unwrap_or_default();
        Ok(Band {
            id: e.id(),
            seeds: (runs[0].seed, runs[runs.len() - 1].seed + 1),
            of: e.test_rows as u32,
            every: e.measure.every,
            diverged: histories.len() - whole.len(),
            last: sorted(whole.iter().filter_map(|h| h.last().map(|p| p.test.hits)).collect()),
            best: sorted(whole.iter().map(best).collect()),
            curve: (0..points).map(at).collect(),
        })
    }
}

fn too_few(id: &str, seed: u32) -> Error {
    Error::new(
        ErrorKind::Results,
        format!(
            "{id} にはシード {seed} しかありません。広がりを見るには、二つ以上のシードの結果を渡してください。"
        ),
        format!("Of {id} there is only seed {seed}; a spread takes results of at least two seeds."),
    )
}

/// The levels of a sorted list, each the value at the nearest rank.
fn quantiles(sorted: &[u32]) -> [u32; 7] {
    let last = sorted.len().saturating_sub(1) as f64;
    LEVELS.map(|level| sorted.get((level / 100.0 * last).round() as usize).copied().unwrap_or_default())
}

impl Bands {
    /// 結果のファイルから。同じ学習がいくつかのファイルにあれば、一度だけ数える。
    ///
    /// # Errors
    /// 公表のとおりの学習でないとき、データが違うとき、記録がないとき、シードが一つしかないか、続いていないとき。
    pub fn new(files: &[Results]) -> Result<Bands, Error> {
        let data = files.first().map_or(String::new(), |file| file.data.clone());
        files.iter().try_for_each(|file| file.check(Mode::Published, &data))?;
        let mut rows = vec![];
        for e in course::experiments() {
            let id = e.id();
            let mut runs: Vec<&RunRecord> =
                files.iter().flat_map(|file| &file.runs).filter(|run| run.id == id).collect();
            runs.sort_by_key(|run| run.seed);
            runs.dedup_by_key(|run| run.seed);
            if let Some(pair) = runs.windows(2).find(|pair| pair[0].seed + 1 != pair[1].seed) {
                let (a, b) = (pair[0].seed, pair[1].seed);
                return Err(Error::new(
                    ErrorKind::Results,
                    format!("{id} のシード {a} の次が {b} です。続いたシードの結果を渡してください。"),
                    format!("Of {id}, seed {a} is followed by {b}; give results of consecutive seeds."),
                ));
            }
            match runs.as_slice() {
                [] => {}
                [one] => return Err(too_few(&id, one.seed)),
                runs => rows.push(Band::new(runs)?),
            }
        }
        if rows.is_empty() {
            return Err(Error::new(
                ErrorKind::Results,
                "帯にする学習がありません。`kakunin reproduce --seeds 0..30 --json` で書いたファイルを渡してください。",
                "There is no training to make bands of; give files written with `kakunin reproduce --seeds 0..30 --json`.",
            ));
        }
        Ok(Bands { version: BANDS_VERSION, kakunin: env!("CARGO_PKG_VERSION").to_owned(), data, rows })
    }

    /// ファイルに書く文字列。一つの行が一行になる。
    pub fn to_json(&self) -> String {
        let json = |text: serde_json::Result<String>| text.unwrap_or_default();
        let head = json(serde_json::to_string(&Bands { rows: vec![], ..self.clone() }));
        let lines: Vec<String> =
            self.rows.iter().map(|row| format!("\n{}", json(serde_json::to_string(row)))).collect();
        format!("{}{}\n]}}\n", head.trim_end_matches("]}"), lines.join(","))
    }

    /// ファイルの中身から。
    ///
    /// # Errors
    /// 帯のファイルでないとき、版が違うとき。
    pub fn from_json(text: &str) -> Result<Bands, Error> {
        let wrong = |found: String| {
            Error::new(
                ErrorKind::Results,
                format!("帯のファイルとして読めません（{found}）。`kakunin bands` で作り直してください。"),
                format!("It isn't a file of bands ({found}); make it anew with `kakunin bands`."),
            )
        };
        let bands: Bands = serde_json::from_str(text).map_err(|e| wrong(e.to_string()))?;
        if bands.version == BANDS_VERSION {
            Ok(bands)
        } else {
            Err(wrong(format!("version {}", bands.version)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Experiment, History, Point};

    fn run(e: &Experiment, seed: u32, diverged: bool) -> RunRecord {
        let hits = |hits, of: usize| Hits { hits, of: of as u32 };
        let point = |i: usize| Point {
            iteration: i * e.measure.every,
            train: hits(50, e.batch),
            test: hits(9_000 + 10 * seed + i as u32, e.test_rows),
        };
        let curve = (1..=e.iterations / e.measure.every).map(point).collect();
        let history = History { curve, loss: vec![1.0; e.iterations], ..History::default() };
        let nothing = History { diverged_at: Some(1), ..History::default() };
        RunRecord::new(e, seed, if diverged { &nothing } else { &history }, 1.0)
    }

    fn results(seeds: std::ops::Range<u32>, diverged: u32) -> Results {
        let e = course::find("2_4/16").unwrap()[0];
        let mut results = Results::new(Mode::Published, "mnist");
        seeds.for_each(|seed| {
            results.insert(run(e, seed, seed == diverged));
        });
        results
    }

    #[test]
    fn a_band_holds_the_quantiles_of_its_seeds() {
        // Two files that overlap.
        let bands = Bands::new(&[results(0..12, 99), results(10..21, 99)]).unwrap();
        let band = &bands.rows[0];
        assert_eq!((band.seeds, band.of, band.every, band.diverged), ((0, 21), 10_000, 10, 0));
        assert_eq!((band.last.len(), band.last[0], band.last[20]), (21, 9_100, 9_300));
        assert_eq!(band.curve[0], [9_001, 9_011, 9_051, 9_101, 9_151, 9_191, 9_201]);
        assert_eq!(band.levels()[3], 0.92);
        assert_eq!(band.edges()[0], (10.0, 0.9011, 0.9191));
        let at = |hits| Hits { hits, of: 10_000 };
        assert_eq!(band.percentile(at(9_200)), 50.0);
        assert!(band.is_outside(at(9_099)) && !band.is_outside(at(9_100)) && band.is_outside(at(9_301)));
        assert_eq!(Bands::from_json(&bands.to_json()), Ok(bands));
    }

    #[test]
    fn diverged_seeds_are_counted_and_left_out() {
        let bands = Bands::new(&[results(0..5, 2)]).unwrap();
        assert_eq!((bands.rows[0].diverged, bands.rows[0].last.len()), (1, 4));
    }

    #[test]
    fn gaps_foreign_modes_and_nothing_at_all_are_refused() {
        let refused = |files: &[Results]| Bands::new(files).unwrap_err().message(crate::Lang::En).to_owned();
        assert!(refused(&[results(0..3, 99), results(5..6, 99)]).contains("seed 2 is followed by 5"));
        assert!(refused(&[Results::new(Mode::Exact, "mnist")]).contains("mode"));
        assert!(refused(&[results(4..5, 99)]).contains("only seed 4"));
        assert!(refused(&[]).contains("no training"));
    }

    #[test]
    fn the_shipped_bands_read_and_are_rows_of_the_course() {
        let bands = Bands::from_json(include_str!("../data/bands/bands.json")).unwrap();
        for band in &bands.rows {
            assert!(course::find(&band.id).is_ok());
            assert!(
                band.last.is_sorted()
                    && band.last.len() + band.diverged == (band.seeds.1 - band.seeds.0) as usize
            );
        }
    }
}

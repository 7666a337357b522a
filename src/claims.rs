//! 主張: 講座の考察と「メリット」「デメリット」の文を、測って確かめる。
//!
//! ```no_run
//! use kakunin::claims::{self, Verdict};
//! let guess = claims::he_helps_only_relu().predict(Verdict::Supported);   // 先に予想する
//! let evidence = guess.run(0..10)?;                                      // それから測る
//! println!("{}", evidence.verdict.name(kakunin::Lang::Ja));
//! # Ok::<(), kakunin::Error>(())
//! ```
//!
//! 一つの主張（[`Claim`]）は、講座の文、測るもの（[`Part`]）、判定のしかた（[`Decision`]）でできていて、どれも測る前に
//! 決めてある。シードごとに一つの値（多くは、同じシードの二つの学習の差）を測り、平均と 95% 区間を求める。
//!
//! | 一つの部分 | 95% 区間 |
//! | --- | --- |
//! | 成り立つ | 下の端がしきい値より上 |
//! | 成り立たない | 上の端がしきい値以下 |
//! | わからない | しきい値をまたぐ |
//!
//! | 主張 | すべての部分が要る（[`Decision::All`]） | 部分ごとに定義が違う（[`Decision::ByDefinition`]） |
//! | --- | --- | --- |
//! | 支持 | すべて成り立つ | すべて成り立つ |
//! | 支持されない | 一つでも成り立たない | すべて成り立たない |
//! | 定義による | – | 成り立つものと成り立たないものがある |
//! | 判定不能 | そのほか | そのほか |
//!
//! 読む順: [`Claim`] → [`Evidence`] → 統計（`statistic`）→ 学習を共有する [`Bench`] → 節ごとの主張。

mod bench;
mod evidence;
mod file;
mod picture;
mod shown;
mod statistic;
pub mod tables;

mod batch_norm;
mod convolution;
mod descent;
mod initial_weights;
mod networks;
mod optimizers;
mod regularisation;
mod vanishing;

pub use batch_norm::*;
pub use bench::Bench;
pub use convolution::*;
pub use evidence::{Evidence, Outcome, PartEvidence, Timing};
pub use file::{EVIDENCE_VERSION, EvidenceFile};
pub use initial_weights::*;
pub use optimizers::*;
pub use picture::short;
pub use regularisation::*;
pub use statistic::{Interval, t_interval};
pub use vanishing::*;

use crate::error::{Error, ErrorKind};
use crate::listed::Listed;
use crate::quiz::{Did, Progress};
use crate::{Lang, interrupt};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Instant;

/// 日本語と英語の文。
pub type Text = (&'static str, &'static str);

/// 講座の一つの文と、それを測るしかた。
#[derive(Debug, Clone, Copy)]
pub struct Claim {
    /// 名前（この関数の名でもある）
    pub id: &'static str,
    /// 講座の文（誤字もそのまま）
    pub quote: &'static str,
    /// 文のある場所
    pub place: &'static str,
    /// 何を測るか
    pub measures: Text,
    /// 部分
    pub parts: &'static [Part],
    /// 部分から判定へ
    pub decision: Decision,
    /// この文をそのまま信じていた人に言うこと
    pub advice: Text,
    /// One value a part, for one seed.
    measure: fn(&Bench, u32) -> Result<Vec<f64>, Error>,
}

/// 主張の一つの部分: 値がしきい値より大きければ、文のとおり。
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// 何の値か
    pub name: Text,
    /// しきい値
    pub threshold: f64,
    /// 時間を測る値か（走らせるたびに変わる）
    pub timed: bool,
}

/// 正答率がこれだけ違えば、改善（または悪化）と数える。
const BETTER: f64 = 0.01;

const fn part(ja: &'static str, en: &'static str, threshold: f64) -> Part {
    Part { name: (ja, en), threshold, timed: false }
}

/// 部分から判定へ。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// すべての部分が成り立たなければならない
    All,
    /// 部分は、文の違う読み方である
    ByDefinition,
}

/// 判定。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 支持
    Supported,
    /// 支持されない
    NotSupported,
    /// 定義による
    Depends,
    /// 判定不能
    Undecided,
}

impl Verdict {
    /// 判定の名前。
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Verdict::Supported => lang.pick("支持", "supported"),
            Verdict::NotSupported => lang.pick("支持されない", "not supported"),
            Verdict::Depends => lang.pick("定義による", "depends on the definition"),
            Verdict::Undecided => lang.pick("判定不能", "undecided"),
        }
    }
}

/// 主張と、測る前の予想。
#[derive(Debug, Clone, Copy)]
pub struct Prediction {
    /// 主張
    pub claim: Claim,
    /// 予想した判定
    pub predicted: Verdict,
}

impl Prediction {
    /// 測り、予想と並べる。ノートブックでは、予想と測った判定を記録もする（[`Progress`]）。
    ///
    /// # Errors
    /// [`Claim::run`] と同じ。
    pub fn run(&self, seeds: Range<u32>) -> Result<Evidence, Error> {
        let evidence = Evidence { predicted: Some(self.predicted), ..self.claim.run(seeds)? };
        let is_recorded = crate::notebook::is_shown_in_a_notebook();
        Ok(if is_recorded { self.recorded(evidence, Progress::of_user()) } else { evidence })
    }

    fn recorded(&self, evidence: Evidence, progress: &Progress) -> Evidence {
        let did = Did::Predict { predicted: self.predicted, met: evidence.verdict };
        Evidence { remark: progress.record(self.claim.id, did), ..evidence }
    }
}

/// シードの数がこれより少なければ、区間が求まらない。
pub const FEWEST_SEEDS: usize = 2;

impl Claim {
    /// 測る前に、判定を予想する。
    pub fn predict(self, predicted: Verdict) -> Prediction {
        Prediction { claim: self, predicted }
    }

    /// シードごとに測り、判定する。途中で止められたら（[`interrupt`]）、終わったシードだけで判定する。
    ///
    /// # Errors
    /// シードが二つより少ないとき。データが読めないとき。
    pub fn run(&self, seeds: Range<u32>) -> Result<Evidence, Error> {
        enough_seeds(seeds.len())?;
        self.run_on(&Bench::new(crate::mnist()?), seeds)
    }

    /// 学習を共有する [`Bench`] の上で測り、判定する。
    ///
    /// # Errors
    /// シードが二つより少ないとき。終わったシードが二つより少ないまま止められたとき。
    pub fn run_on(&self, bench: &Bench, seeds: Range<u32>) -> Result<Evidence, Error> {
        enough_seeds(seeds.len())?;
        let start = Instant::now();
        let queue = Mutex::new(seeds);
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = || -> Result<Vec<(u32, Vec<f64>)>, Error> {
            let mut done = vec![];
            while let Some(seed) = next().filter(|_| !interrupt::poll()) {
                match self.measure(bench, seed) {
                    Err(_) if interrupt::requested() => break,
                    values => done.push((seed, values?)),
                }
            }
            Ok(done)
        };
        let (ours, theirs) = std::thread::scope(|scope| {
            let other = scope.spawn(work);
            (work(), other.join().unwrap_or_else(|e| std::panic::resume_unwind(e)))
        });
        let mut values = ours?;
        values.extend(theirs?);
        let evidence = self.judge(values, bench.is_quick())?;
        let seconds = start.elapsed().as_secs_f64();
        Ok(Evidence { timing: Timing { seconds, ..evidence.timing }, ..evidence })
    }

    /// 付属の証拠: 多くのシードで測ってあるもの。
    ///
    /// # Errors
    /// 付属の証拠が書き換えられているとき、この主張のものがないとき。
    pub fn shipped(&self) -> Result<Evidence, Error> {
        EvidenceFile::shipped()?.of(self)
    }

    /// 一つのシードで測った、部分ごとの値。
    ///
    /// # Errors
    /// 途中で止められたとき。
    pub fn measure(&self, bench: &Bench, seed: u32) -> Result<Vec<f64>, Error> {
        (self.measure)(bench, seed)
    }

    /// シードごとの値から判定する。
    ///
    /// # Errors
    /// シードが二つより少ないとき。
    pub fn judge(&self, mut values: Vec<(u32, Vec<f64>)>, quick: bool) -> Result<Evidence, Error> {
        enough_seeds(values.len())?;
        values.sort_by_key(|(seed, _)| *seed);
        Ok(Evidence::new(self, &values, quick))
    }
}

/// シードの数が足りるか: [`FEWEST_SEEDS`] 以上。
///
/// # Errors
/// 足りないとき。
pub fn enough_seeds(seeds: usize) -> Result<(), Error> {
    if seeds >= FEWEST_SEEDS {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Setting,
        format!(
            "95% 区間を求めるには {FEWEST_SEEDS} つ以上のシードが要ります（{seeds} つです）。0..10 のように渡してください。"
        ),
        format!("A 95% interval takes at least {FEWEST_SEEDS} seeds (there are {seeds}); give 0..10, say."),
    ))
}

/// すべての主張を、講座の節の順に（考察は、その話題のところに）。
pub fn all() -> Listed<Claim> {
    let sections = [
        vanishing::ALL,
        initial_weights::ALL,
        batch_norm::ALL,
        optimizers::ALL,
        regularisation::ALL,
        convolution::ALL,
    ];
    sections.concat().iter().map(|f| f()).collect()
}

/// 名前の主張。
///
/// # Errors
/// 知らない名前のとき。いちばん近い名前を挙げる。
///
/// ```
/// use kakunin::claims;
/// assert_eq!(claims::find("he_helps_only_relu")?.quote, "Heの場合はReLUのみ勾配消失の改善が見られた");
/// assert!(claims::find("he_helps_relu").unwrap_err().to_string().contains("he_helps_only_relu"));
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn find(id: &str) -> Result<Claim, Error> {
    let all = all();
    if let Some(claim) = all.iter().find(|claim| claim.id == id) {
        return Ok(*claim);
    }
    let near = crate::near::nearest(id, all.iter().map(|c| c.id.to_owned())).unwrap_or_default();
    Err(Error::new(
        ErrorKind::Unknown,
        format!("「{id}」という主張はありません。近いのは {near} です（一覧は kakunin claims --list）。"),
        format!("There is no claim \"{id}\"; the nearest is {near} (kakunin claims --list lists all)."),
    ))
}

#[cfg(test)]
mod tests;

//! 学習の記録: 正答数、曲線、損失。図も描かず、ファイルも読まない。

use crate::experiment::Experiment;

/// 正答の数。割合ではなく整数で持つので、比べるときに丸めの心配がない。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hits {
    /// 正答した行数
    pub hits: u32,
    /// 調べた行数
    pub of: u32,
}

impl Hits {
    /// 正答率（0 から 1）。
    ///
    /// ```
    /// use kakunin::Hits;
    /// assert_eq!(Hits { hits: 9_413, of: 10_000 }.accuracy(), 0.9413);
    /// ```
    pub fn accuracy(self) -> f64 {
        f64::from(self.hits) / f64::from(self.of)
    }
}

/// 曲線の一点: ある反復での正答率。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// 反復（1 から数える）
    pub iteration: usize,
    /// 訓練データでの正答
    pub train: Hits,
    /// 検証データでの正答
    pub test: Hits,
}

/// 一回の学習の記録。
///
/// 測ったものがすべて等しければ、二つの記録は等しい（`origin` は比べない）。
#[derive(Debug, Clone, Default)]
pub struct History {
    /// 測った点
    pub curve: Vec<Point>,
    /// 反復ごとの損失
    pub loss: Vec<f64>,
    /// 損失が数でなくなった反復（そこで止まり、それまでの記録は残る）
    pub diverged_at: Option<usize>,
    /// 途中で止められた反復（[`interrupt`](crate::interrupt)）。これがある記録は、終わりまで学習したものではない
    pub interrupted_at: Option<usize>,
    /// どの学習の記録か。[`Experiment::run`] と [`Experiment::watch`] が書く
    pub origin: Option<Origin>,
}

/// どの実験を、どのシードから学習したか。
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Origin {
    /// 実験
    pub experiment: Experiment,
    /// シード
    pub seed: u32,
}

impl PartialEq for History {
    fn eq(&self, other: &History) -> bool {
        let ends = |h: &History| (h.diverged_at, h.interrupted_at);
        self.curve == other.curve && self.loss == other.loss && ends(self) == ends(other)
    }
}

impl History {
    /// 最後に測った点。
    pub fn last(&self) -> Option<Point> {
        self.curve.last().copied()
    }
}

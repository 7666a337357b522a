//! 講座の全体: 節の並びと、47 の学習のすべて。節を知っているのはこのモジュールだけ。

use crate::error::{Error, ErrorKind};
use crate::experiment::Experiment;
use crate::{optimizer, overfitting, simple_cnn, vanishing_gradient};

/// 学習のある節。
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// ノートブックの番号
    pub family: &'static str,
    /// 節の題
    pub title: &'static str,
    /// 節の学習
    pub experiments: &'static [Experiment],
}

/// 講座の順に並んだ節。
pub const SECTIONS: &[Section] = &[
    Section { family: "2_2_1", title: "勾配消失問題", experiments: vanishing_gradient::EXPERIMENTS },
    Section { family: "2_4", title: "学習率最適化手法", experiments: optimizer::EXPERIMENTS },
    Section { family: "2_5", title: "過学習", experiments: overfitting::EXPERIMENTS },
    Section { family: "2_6", title: "CNN", experiments: simple_cnn::EXPERIMENTS },
];

/// 47 の学習を講座の順に。
pub fn experiments() -> impl Iterator<Item = &'static Experiment> {
    SECTIONS.iter().flat_map(|section| section.experiments)
}

/// ID（`2_4/16`）か節の番号（`2_4`）に当たる学習。
///
/// # Errors
/// 知らない名前のとき。いちばん近い ID を挙げる。
///
/// ```
/// use kakunin::course;
/// assert_eq!(course::find("2_4/16")?.len(), 1);
/// assert_eq!(course::find("2_5")?.len(), 14);
/// let message = course::find("2_4/61").unwrap_err().to_string();
/// assert!(message.contains("2_4/60"));
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn find(name: &str) -> Result<Vec<&'static Experiment>, Error> {
    let found: Vec<_> = experiments().filter(|e| e.id() == name || e.source.family == name).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let names = experiments().map(Experiment::id).chain(SECTIONS.iter().map(|s| s.family.to_owned()));
    let near = crate::near::nearest(name, names).unwrap_or_default();
    Err(Error::new(
        ErrorKind::Unknown,
        format!("「{name}」という実験はありません。近いのは {near} です（一覧は kakunin experiments）。"),
        format!("There is no experiment \"{name}\"; the nearest is {near} (kakunin experiments lists all)."),
    ))
}

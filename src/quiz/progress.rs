//! 学習者の記録: いつ、どの問題に、何をしたか。主張の判定を、どう予想したか。
//!
//! 記録は起きたことの並びだけで、[`Standing`]（いまの判定、回数、次の復習）はそこから求める。
//!
//! 読む順: [`Event`] → [`Progress`]（書く、読む）→ `file`（ファイル）→ [`Standing`]。

mod file;

use super::question::Text;
use super::schedule::{Review, review};
use super::{Outcome, Verdict, marked, question};
use crate::{Error, claims};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// 起きたこと。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// いつ（1970 年からの秒）
    pub at: u64,
    /// 問題か主張の名前
    pub q: String,
    /// 何をしたか
    pub did: Did,
}

/// 学習者のしたこと。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Did {
    /// 答えた（読み取れない答えは数えない）
    Attempt {
        /// 答え
        answer: String,
        /// 判定
        verdict: Verdict,
    },
    /// 手がかりを見た
    Hint,
    /// 解答を見た
    Reveal,
    /// 判定がおかしいと申し出た
    Appeal {
        /// そのときの答え
        answer: String,
        /// そのときの判定
        verdict: Verdict,
        /// 言いたいこと（なければ空）
        why: String,
    },
    /// 主張の判定を予想してから、測った
    Predict {
        /// 予想
        predicted: claims::Verdict,
        /// 測った判定
        met: claims::Verdict,
    },
}

/// 記録を読み書きするもの。ノートブックでも端末でも、利用者に一つ。
///
/// 置き場所は環境変数 `KAKUNIN_STATE`（ファイル）、なければ利用者の状態のフォルダー。書けないときは、このプロセスの
/// 間だけ覚える。
///
/// ```
/// use kakunin::quiz::{Progress, Verdict};
/// let folder = tempfile::tempdir()?;
/// let progress = Progress::at(folder.path().join("quiz.json"));
/// progress.check("ct1", "2x", None)?;
/// progress.check("ct1", "2x + 2y", None)?;
/// let standing = progress.standing("ct1_chain_rule");
/// assert_eq!((standing.verdict, standing.attempts), (Some(Verdict::Accept), 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Progress {
    path: Option<PathBuf>,
    /// What could not be written.
    unwritten: Mutex<Vec<Event>>,
}

impl Progress {
    /// A record in a folder of its own, for a test.
    #[cfg(test)]
    pub(super) fn in_a_folder() -> (tempfile::TempDir, Progress) {
        let folder = tempfile::tempdir().unwrap();
        let progress = Progress::at(folder.path().join("quiz.json"));
        (folder, progress)
    }

    /// 利用者の記録。
    pub fn of_user() -> &'static Progress {
        static OF_USER: LazyLock<Progress> =
            LazyLock::new(|| Progress { path: file::place(), unwritten: Mutex::default() });
        &OF_USER
    }

    /// このファイルにある記録。
    pub fn at(path: impl Into<PathBuf>) -> Progress {
        Progress { path: Some(path.into()), unwritten: Mutex::default() }
    }

    /// 採点し、読み取れた答えなら記録する。解答を見たあとの不正解には、正確な文も添える。
    ///
    /// # Errors
    /// その名前の問題がないとき。
    pub fn check(&self, id: &str, answer: &str, seed: Option<u64>) -> Result<Outcome, Error> {
        let question = question(id)?;
        let mut outcome = marked(question, answer, seed);
        if outcome.verdict == Verdict::Invalid {
            return Ok(outcome);
        }
        if outcome.verdict == Verdict::Reject && self.standing(&question.id).revealed {
            outcome.note = question.note();
        }
        let verdict = outcome.verdict;
        outcome.remark = self.record(&question.id, Did::Attempt { answer: answer.to_owned(), verdict });
        Ok(outcome)
    }

    /// `q`（略さない名前）について一つ書き加える。うまく書けなかったときなどに、知らせる文を返す（書けないことは一度だけ知らせる）。
    pub fn record(&self, q: &str, did: Did) -> Option<Text> {
        let event = Event { at: now(), q: q.to_owned(), did };
        let written = file::add(self.path.as_deref(), &event);
        let failed = match written {
            Ok(remark) => return remark,
            Err(e) => e,
        };
        let mut unwritten = self.unwritten.lock().unwrap_or_else(PoisonError::into_inner);
        unwritten.push(event);
        (unwritten.len() == 1).then(|| {
            let say = |lang| failed.message(lang).to_owned();
            Text { ja: say(crate::Lang::Ja), en: say(crate::Lang::En) }
        })
    }

    /// すべての記録を、起きた順に。読めない記録は、ないものとする。
    pub fn events(&self) -> Vec<Event> {
        let unwritten = self.unwritten.lock().unwrap_or_else(PoisonError::into_inner);
        file::read(self.path.as_deref()).into_iter().chain(unwritten.iter().cloned()).collect()
    }

    /// 一つの問題の、いまのようす。`id` は略さない名前。
    pub fn standing(&self, id: &str) -> Standing {
        Standing::of(id, &self.events())
    }

    /// はじめからにする。前の記録は、名前を変えて残し、その場所を返す。
    ///
    /// # Errors
    /// 名前を変えられないとき。
    pub fn reset(&self) -> Result<Option<PathBuf>, Error> {
        self.unwritten.lock().unwrap_or_else(PoisonError::into_inner).clear();
        file::put_aside(self.path.as_deref(), "old")
    }
}

/// 一つの問題の、いまのようす。
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standing {
    /// 最後の判定
    pub verdict: Option<Verdict>,
    /// 答えた回数
    pub attempts: usize,
    /// 正解してから（まだなら、はじめから）見た手がかりの数
    pub hints: usize,
    /// 正解してから（まだなら、はじめから）解答を見たか
    pub revealed: bool,
    /// 最後の答え
    pub answer: Option<String>,
    /// 次の復習
    pub review: Option<Review>,
}

impl Standing {
    /// 記録から求める。
    pub fn of(id: &str, events: &[Event]) -> Standing {
        let mut standing = Standing { review: review(id, events), ..Standing::default() };
        let mut solved = false;
        for event in events.iter().filter(|event| event.q == id) {
            if std::mem::take(&mut solved) {
                (standing.hints, standing.revealed) = (0, false);
            }
            match &event.did {
                Did::Attempt { answer, verdict } => {
                    standing.attempts += 1;
                    standing.verdict = Some(*verdict);
                    standing.answer = Some(answer.clone());
                    solved = *verdict == Verdict::Accept;
                }
                Did::Hint => standing.hints += 1,
                Did::Reveal => standing.revealed = true,
                Did::Appeal { .. } | Did::Predict { .. } => {}
            }
        }
        standing
    }
}

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

//! ドリル: シードごとに数の変わる、計算の問題。解き方も付く。
//!
//! ```
//! use kakunin::quiz::{Verdict, drill};
//! let drill = drill("norm", 7)?;
//! let answer = drill.answer().to_owned();
//! assert_eq!(drill.check(&answer).verdict, Verdict::Accept);
//! # Ok::<(), kakunin::Error>(())
//! ```

mod calculus;
mod counts;
mod sizes;
mod steps;

use super::outcome::Outcome;
use super::question::{Answer, Number, Question, Slipped, Text};
use super::{marked_as, teach};
use crate::near::nearest;
use crate::notebook::Output;
use crate::rng::RandomState;
use crate::{Error, ErrorKind, Lang};

/// 一問のドリル。
#[derive(Debug, Clone)]
pub struct Drill {
    name: &'static str,
    seed: u32,
    question: Question,
}

/// How one kind of drill makes a question.
type Make = fn(&mut Draw) -> Made;

/// Name, section, what it is about, and how it is made.
const KINDS: [(&str, u8, &str, &str, Make); 11] = [
    ("chain-rule", 1, "連鎖律", "the chain rule", calculus::chain_rule),
    ("sigmoid-slope", 1, "シグモイドの微分の値", "the slope of the sigmoid", calculus::sigmoid_slope),
    ("sgd-step", 2, "SGD の一歩", "one step of SGD", steps::sgd),
    ("momentum-step", 2, "モメンタムの一歩", "one step of momentum", steps::momentum),
    ("adagrad-step", 2, "AdaGrad の一歩", "one step of AdaGrad", steps::adagrad),
    ("rmsprop-step", 2, "RMSProp の一歩", "one step of RMSProp", steps::rmsprop),
    ("adam-step", 2, "Adam の一歩", "one step of Adam", steps::adam),
    ("norm", 3, "L1 と L2 のノルム", "L1 and L2 norms", calculus::norm),
    ("conv-size", 4, "畳み込みの出力の大きさ", "the output size of a convolution", sizes::convolution),
    ("pool-size", 4, "プーリングの出力の大きさ", "the output size of pooling", sizes::pooling),
    ("parameter-count", 4, "パラメータの数", "numbers of parameters", counts::parameters),
];

/// ドリルの名前と、何のドリルか。
pub fn drills(lang: Lang) -> impl Iterator<Item = (&'static str, &'static str)> {
    KINDS.iter().map(move |(name, _, ja, en, _)| (*name, lang.pick(*ja, *en)))
}

/// シード `seed` のドリル。同じ名前とシードからは、いつも同じ問題ができる。
///
/// # Errors
/// その名前のドリルがないとき（[`ErrorKind::Unknown`]。近い名前を言う）。
pub fn drill(name: &str, seed: u32) -> Result<Drill, Error> {
    let Some((name, section, _, _, make)) = KINDS.iter().find(|(known, ..)| *known == name.trim()) else {
        let near = nearest(name, KINDS.iter().map(|(known, ..)| (*known).to_owned())).unwrap_or_default();
        let all: Vec<&str> = KINDS.iter().map(|(known, ..)| *known).collect();
        return Err(Error::new(
            ErrorKind::Unknown,
            format!("「{name}」というドリルはありません。{near} のことですか（ほかに {}）。", all.join("、")),
            format!("There is no drill \"{name}\". Did you mean {near}? (There are {}.)", all.join(", ")),
        ));
    };
    let made = make(&mut Draw(RandomState::new(seed)));
    let question = Question {
        id: format!("{name}#{seed}"),
        section: *section,
        points: 1.0,
        prompt: made.prompt,
        formula: None,
        quote: None,
        course: made.right,
        hints: made.hints,
        explanation: made.solution,
        precise: None,
        evidence: None,
        drill: None,
        lab: None,
        slips: made.slips.into_iter().map(|(answer, say)| Slipped { answer, say }).collect(),
        answer: made.answer,
    };
    Ok(Drill { name, seed, question })
}

impl Drill {
    /// 名前
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// シード
    pub fn seed(&self) -> u32 {
        self.seed
    }

    /// 問い
    pub fn prompt(&self) -> &Text {
        &self.question.prompt
    }

    /// 三段の手がかり
    pub fn hints(&self) -> &[Text; 3] {
        &self.question.hints
    }

    /// 正しい答えの一つ
    pub fn answer(&self) -> &str {
        &self.question.course
    }

    /// 解き方
    pub fn solution(&self) -> &Text {
        &self.question.explanation
    }

    /// ありがちな誤答
    pub fn slips(&self) -> &[Slipped] {
        &self.question.slips
    }

    /// 採点する。記録はしない。
    pub fn check(&self, answer: &str) -> Outcome {
        marked_as(self.name, &self.question, answer, None)
    }

    /// ノートブックに表示する。セルの最後に書けば、カーネルが呼ぶ。
    pub fn evcxr_display(&self) {
        Output::from(self).show();
    }
}

impl From<&Drill> for Output {
    /// 問いと、たたまれた解き方。
    fn from(drill: &Drill) -> Output {
        let (lang, id) = (Lang::current(), &drill.question.id);
        let prompt = drill.prompt().pick(lang);
        let summary = lang.pick("解き方", "Solution");
        Output::new().plain(format!("[{id}]\n{prompt}")).html(format!(
            "<section lang=\"{}\">\n<p><strong>{id}</strong></p>\n<p>{}</p>\n\
             <details><summary>{summary}</summary><p>{}</p></details>\n</section>\n",
            lang.pick("ja", "en"),
            teach::html(prompt),
            teach::html(drill.solution().pick(lang)),
        ))
    }
}

/// What a kind of drill makes of its draws.
struct Made {
    prompt: Text,
    hints: [Text; 3],
    right: String,
    solution: Text,
    answer: Answer,
    /// Wrong answers, and what to say to them.
    slips: Vec<(String, Text)>,
}

impl Made {
    /// Leaves out wrong answers that happen to be right here, and repeated ones.
    fn with_slips(mut self, slips: impl IntoIterator<Item = (String, Text)>) -> Made {
        for (answer, say) in slips {
            if answer != self.right && !self.slips.iter().any(|(known, _)| *known == answer) {
                self.slips.push((answer, say));
            }
        }
        self
    }

    /// Wrong numbers, where they differ from the right one to the digits that are asked for.
    fn with_wrong_numbers(self, wrong: impl IntoIterator<Item = (f64, Text)>) -> Made {
        let (right, tolerance) = match &self.answer {
            Answer::Number(number) => (number.wanted, number.tolerance),
            _ => (f64::NAN, 0.0),
        };
        let slips = wrong.into_iter().filter(|(value, _)| (value - right).abs() > 3.0 * tolerance);
        self.with_slips(slips.map(|(value, say)| (decimal(value), say)).collect::<Vec<_>>())
    }
}

/// A number that is right to four decimal places.
fn to_four_places(wanted: f64) -> Answer {
    Answer::Number(Number { wanted, tolerance: 1e-4 })
}

/// Four decimal places, without the zeros at the end.
fn decimal(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// The draws of one seed.
struct Draw(RandomState);

impl Draw {
    /// One of these.
    fn of<T: Copy>(&mut self, these: &[T]) -> T {
        let at = (self.0.rand() * these.len() as f64) as usize;
        these[at.min(these.len() - 1)]
    }

    /// A whole number from `from` to `to`.
    fn whole(&mut self, from: i64, to: i64) -> i64 {
        (from + (self.0.rand() * (to - from + 1) as f64) as i64).min(to)
    }

    /// From `from` to `to`, but not 0.
    fn not_zero(&mut self, from: i64, to: i64) -> i64 {
        loop {
            let drawn = self.whole(from, to);
            if drawn != 0 {
                return drawn;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quiz::Verdict;

    #[test]
    fn every_drill_accepts_its_own_answer_and_rejects_its_wrong_ones_for_a_thousand_seeds() {
        for (name, ..) in KINDS {
            for seed in 0..1_000 {
                let drill = drill(name, seed).unwrap();
                let right = drill.check(drill.answer());
                assert_eq!(right.verdict, Verdict::Accept, "{name} {seed}: {}", drill.answer());
                assert!(!drill.slips().is_empty(), "{name} {seed}");
                for slip in drill.slips() {
                    let wrong = drill.check(&slip.answer);
                    assert_eq!(wrong.verdict, Verdict::Reject, "{name} {seed}: {}", slip.answer);
                    assert_eq!(wrong.feedback.as_ref(), Some(&slip.say), "{name} {seed}: {}", slip.answer);
                }
            }
        }
    }

    #[test]
    fn the_worked_solution_ends_in_the_answer() {
        for (name, ..) in KINDS {
            for seed in 0..200 {
                let drill = drill(name, seed).unwrap();
                for text in [&drill.solution().ja, &drill.solution().en] {
                    let last = text.lines().last().unwrap();
                    assert_eq!(drill.check(last).verdict, Verdict::Accept, "{name} {seed}: {last}");
                }
            }
        }
    }

    #[test]
    fn a_seed_is_one_question_and_another_seed_another() {
        for (name, ..) in KINDS {
            let prompt = |seed| drill(name, seed).unwrap().prompt().clone();
            assert_eq!(prompt(7), prompt(7));
            let different: std::collections::HashSet<String> = (0..100).map(|seed| prompt(seed).ja).collect();
            assert!(different.len() > 10, "{name}: {} of 100", different.len());
        }
        assert!(drill("conv-sise", 0).unwrap_err().message(Lang::En).contains("conv-size"));
    }
}

//! `kakunin quiz`: 端末で、確認テストを一問ずつ。

use crate::args::{flag, number, positional, sub};
use crate::drill::shown;
use crate::failure::Failure;
use crate::output;
use crate::select::seed;
use clap::{ArgMatches, Command};
use inquire::{InquireError, Text};
use kakunin::quiz::{Did, Outcome, Progress, Question, Standing, Verdict, question, questions};
use kakunin::{Error, ErrorKind, Lang};
use std::io::IsTerminal;
use std::time::{SystemTime, UNIX_EPOCH};

pub(crate) fn command(lang: Lang) -> Command {
    let usage = lang.pick("kakunin quiz [ID] [オプション]", "kakunin quiz [ID] [OPTIONS]");
    let about = lang.pick("確認テストを端末で解く", "take the confirmation tests in a terminal");
    sub("quiz", lang, about, usage)
        .arg(positional("id", "ID", lang).help(lang.pick(
            "ct1 など（省くと、まだ正解していない問題すべて）",
            "ct1, … (if left out, all that are not solved yet)",
        )))
        .arg(
            flag("due", lang.pick("復習のときが来た問題だけ", "only questions whose review is due"))
                .conflicts_with("id"),
        )
        .arg(number(
            "seed",
            "N",
            lang.pick(
                "図の左右を入れ替えるシード（既定は時刻）",
                "the seed that shuffles the sides of a figure (default: the time)",
            ),
        ))
        .arg(
            flag(
                "reset",
                lang.pick(
                    "記録をはじめからにする（前の記録は名前を変えて残す）",
                    "begin the record anew (the old one is kept under another name)",
                ),
            )
            .conflicts_with_all(["id", "due"]),
        )
}

pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let (lang, progress) = (Lang::current(), Progress::of_user());
    if matches.get_flag("reset") {
        return reset(progress, lang);
    }
    let seed = matches.get_one::<String>("seed").map_or(Ok(now() as u32), |text| seed(text))?.into();
    let chosen = match matches.get_one::<String>("id") {
        Some(id) => vec![question(id)?],
        None if matches.get_flag("due") => due(progress)?,
        None => unsolved(progress)?,
    };
    if chosen.is_empty() {
        return output::print(&nothing_to_do(progress, matches.get_flag("due"), lang)?);
    }
    if !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        return Err(Error::new(
            ErrorKind::Setting,
            "kakunin quiz には端末が要ります。ファイルの答えは kakunin grade FILE で採点できます。",
            "kakunin quiz needs a terminal; grade the answers of a file with kakunin grade FILE.",
        )
        .into());
    }
    let mut session = Session { lang, progress, seed, right: 0, of: chosen.len() };
    for (at, question) in chosen.iter().enumerate() {
        if session.take(at, question)? == Next::Leave {
            break;
        }
    }
    output::print(&lang.pick(
        format!("\n{} 問のうち {} 問に正解しました。\n", session.of, session.right),
        format!("\n{} of {} answered correctly.\n", session.right, session.of),
    ))
}

fn reset(progress: &Progress, lang: Lang) -> Result<(), Failure> {
    let kept = progress.reset().map_err(Failure::work)?;
    output::print(&match kept {
        Some(place) => lang.pick(
            format!("記録をはじめからにしました。前の記録は {} にあります。\n", place.display()),
            format!("The record begins anew; the old one is kept as {}.\n", place.display()),
        ),
        None => lang.pick("記録はまだありません。\n", "There is no record yet.\n").to_owned(),
    })
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn unsolved(progress: &Progress) -> Result<Vec<&'static Question>, Error> {
    let events = progress.events();
    let is_unsolved =
        |question: &&Question| Standing::of(&question.id, &events).verdict != Some(Verdict::Accept);
    Ok(questions()?.iter().filter(is_unsolved).collect())
}

/// Those whose review is due, the longest overdue first.
fn due(progress: &Progress) -> Result<Vec<&'static Question>, Error> {
    let (events, now) = (progress.events(), now());
    let review =
        |question: &'static Question| Some((Standing::of(&question.id, &events).review?.due, question));
    let mut due: Vec<_> = questions()?.iter().filter_map(review).filter(|(due, _)| *due <= now).collect();
    due.sort_by_key(|(due, _)| *due);
    Ok(due.into_iter().map(|(_, question)| question).collect())
}

fn nothing_to_do(progress: &Progress, asked_for_due: bool, lang: Lang) -> Result<String, Error> {
    let events = progress.events();
    let next = questions()?.iter().filter_map(|question| Standing::of(&question.id, &events).review).min();
    let head = if asked_for_due {
        lang.pick("いま復習する問題はありません。", "Nothing is due for review now.")
    } else {
        lang.pick("すべての問題に正解しています。", "Every question is answered correctly.")
    };
    let next = next.map(|review| review.days_left(now())).map_or_else(String::new, |days| {
        lang.pick(format!("次の復習は {days} 日後です。"), format!(" The next review is in {days} days."))
    });
    Ok(format!("{head}{next}\n"))
}

#[derive(PartialEq)]
enum Next {
    Question,
    Leave,
}

struct Session {
    lang: Lang,
    progress: &'static Progress,
    /// Shuffles the sides of figures.
    seed: u64,
    right: usize,
    of: usize,
}

impl Session {
    /// One question, until it is solved, left or its solution shown.
    fn take(&mut self, at: usize, question: &'static Question) -> Result<Next, Failure> {
        let lang = self.lang;
        output::prose(&format!("\n{}\n{}\n", self.bar(at), question.text(lang, Some(self.seed))))?;
        loop {
            let said = match self.prompt()? {
                Some(said) => said,
                None => return Ok(Next::Leave),
            };
            match said.trim() {
                ":q" => return Ok(Next::Leave),
                ":n" => return Ok(Next::Question),
                ":h" => self.hint(question)?,
                ":a" => {
                    let remark = self.progress.record(&question.id, Did::Reveal);
                    self.lines(&question.solution(lang, Some(self.seed)))?;
                    self.remark(remark)?;
                    return Ok(Next::Question);
                }
                ":m" => self.appeal(question)?,
                unknown if unknown.starts_with(':') => output::prose(&self.unknown(unknown))?,
                answer => {
                    let outcome = self.progress.check(&question.id, answer, Some(self.seed))?;
                    let right = outcome.verdict == Verdict::Accept;
                    let further = outcome.further.filter(|_| right);
                    output::prose(&shown(&Outcome { further, ..outcome }, lang))?;
                    if right {
                        self.right += 1;
                        return Ok(Next::Question);
                    }
                }
            }
        }
    }

    /// `[2/11] ██████░░░░`
    fn bar(&self, at: usize) -> String {
        let full = 20 * at / self.of;
        format!("[{}/{}] {}{}", at + 1, self.of, "█".repeat(full), "░".repeat(20 - full))
    }

    fn commands(&self) -> &'static str {
        self.lang.pick(
            ":h 手がかり  :a 解答  :n 次へ  :m 判定がおかしい  :q 終わる",
            ":h hint  :a solution  :n next  :m misjudged  :q quit",
        )
    }

    fn unknown(&self, command: &str) -> String {
        let commands = self.commands();
        self.lang.pick(
            format!("「{command}」という命令はありません。{commands}\n"),
            format!("There is no command \"{command}\": {commands}\n"),
        )
    }

    /// A line of the learner's, or nothing when they leave.
    fn prompt(&self) -> Result<Option<String>, Failure> {
        let help = self.commands();
        match Text::new(self.lang.pick("答え:", "Answer:")).with_help_message(help).prompt() {
            Ok(line) => Ok(Some(line)),
            Err(InquireError::OperationCanceled) => Ok(None),
            Err(InquireError::OperationInterrupted) => {
                Err(Failure::interrupted(Error::new(ErrorKind::Setting, "中断しました。", "Interrupted.")))
            }
            Err(e) => Err(Failure::work(Error::new(ErrorKind::Output, e.to_string(), e.to_string()))),
        }
    }

    fn hint(&self, question: &Question) -> Result<(), Failure> {
        let shown = self.progress.standing(&question.id).hints;
        let remark = self.progress.record(&question.id, Did::Hint);
        let of = question.hints.len();
        let name = self.lang.pick("手がかり", "Hint");
        for (at, hint) in question.hints.iter().enumerate().take(shown + 1) {
            output::prose(&format!("{name} {}/{of}: {}\n", at + 1, hint.pick(self.lang)))?;
        }
        self.remark(remark)
    }

    fn appeal(&self, question: &Question) -> Result<(), Failure> {
        let lang = self.lang;
        let Standing { answer: Some(answer), verdict: Some(verdict), .. } =
            self.progress.standing(&question.id)
        else {
            return output::prose(lang.pick("まだ答えていません。\n", "There is no answer yet.\n"));
        };
        let remark = self.progress.record(&question.id, Did::Appeal { answer, verdict, why: String::new() });
        output::prose(lang.pick(
            "記録しました。kakunin appeals で書き出せます。\n",
            "Recorded; kakunin appeals prints it.\n",
        ))?;
        self.remark(remark)
    }

    fn lines(&self, lines: &[(&str, String)]) -> Result<(), Failure> {
        output::prose(&lines.iter().map(|(name, text)| format!("{name}: {text}\n")).collect::<String>())
    }

    fn remark(&self, remark: Option<kakunin::quiz::Text>) -> Result<(), Failure> {
        remark.map_or(Ok(()), |remark| output::prose(&format!("{}\n", remark.pick(self.lang))))
    }
}

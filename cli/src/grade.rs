//! `kakunin grade`: 答えのファイルを採点する。一行に一つの `{"q","answer"}`、同じ順に一行ずつの結果。

use crate::failure::Failure;
use crate::{output, table};
use clap::ArgMatches;
use kakunin::quiz::{self, Note, Outcome, Text, Verdict};
use kakunin::{Error, ErrorKind, Lang};
use serde::{Deserialize, Serialize};
use std::io::Read;
use std::path::{Path, PathBuf};

/// What a line asks for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    q: String,
    answer: String,
    /// The sides of a figure as they were shuffled by this seed.
    #[serde(default)]
    seed: Option<u64>,
}

/// What is written for it.
#[derive(Serialize)]
#[serde(untagged)]
enum Graded {
    Done {
        q: &'static str,
        verdict: Verdict,
        score: f64,
        recognised: Vec<String>,
        feedback: Option<String>,
        note: Option<String>,
    },
    Failed {
        line: usize,
        error: String,
    },
}

/// Grades the answers of a file, or of standard input (`-`). Wrong answers are no failure.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let path = matches.get_one::<PathBuf>("file").cloned().unwrap_or_default();
    let text = read(&path)?;
    let lang = Lang::current();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let graded: Vec<Graded> = lines.map(|(at, line)| graded(at + 1, line, lang)).collect();
    if !matches.get_flag("json") {
        return output::print(&shown(&graded, lang));
    }
    let lines: Result<Vec<String>, _> = graded.iter().map(serde_json::to_string).collect();
    let lines = lines.map_err(|e| Error::new(ErrorKind::Output, e.to_string(), e.to_string()))?;
    output::print(&lines.into_iter().map(|line| line + "\n").collect::<String>())
}

fn read(path: &Path) -> Result<String, Error> {
    let mut bytes = vec![];
    let result = if path == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes).map(drop)
    } else {
        std::fs::read(path).map(|read| bytes = read)
    };
    let why = match result.map(|()| String::from_utf8(bytes)) {
        Ok(Ok(text)) => return Ok(text),
        Ok(Err(e)) => e.to_string(),
        Err(e) => e.to_string(),
    };
    let path = path.display();
    Err(Error::new(
        ErrorKind::Data,
        format!("答えのファイル {path} が読めません（{why}）。"),
        format!("The file of answers {path} can't be read ({why})."),
    ))
}

fn graded(line: usize, text: &str, lang: Lang) -> Graded {
    let asked = serde_json::from_str::<Asked>(text).map_err(|why| unreadable(&why, lang));
    let outcome = asked.and_then(|asked| {
        quiz::check_drawn(&asked.q, &asked.answer, asked.seed).map_err(|e| e.message(lang).to_owned())
    });
    let pick = |text: Text| text.pick(lang).to_owned();
    match outcome {
        Ok(Outcome { question, verdict, score, recognised, feedback, note, .. }) => Graded::Done {
            q: question,
            verdict,
            score,
            recognised: recognised.into_iter().map(pick).collect(),
            feedback: feedback.map(pick),
            note: note.map(|note| noted(&note, lang)),
        },
        Err(error) => Graded::Failed { line, error },
    }
}

fn unreadable(why: &serde_json::Error, lang: Lang) -> String {
    let wanted = r#"{"q": "ct1", "answer": "2(x+y)"}"#;
    lang.pick(
        format!("この行は答えとして読めません（{why}）。一行に一つ、{wanted} のように書いてください。"),
        format!("This line can't be read as an answer ({why}); write one a line, such as {wanted}."),
    )
}

fn noted(note: &Note, lang: Lang) -> String {
    let lines = note.lines(lang).into_iter().map(|(name, text)| format!("{name}: {text}"));
    lines.collect::<Vec<_>>().join("\n")
}

fn shown(graded: &[Graded], lang: Lang) -> String {
    let header =
        lang.pick(["問題", "判定", "得点", "ひとこと"], ["Question", "Verdict", "Score", "Feedback"]);
    let mut table = table::plain(&header, header.len());
    for one in graded {
        table.add_row(match one {
            Graded::Done { q, verdict, score, feedback, .. } => [
                (*q).to_owned(),
                verdict.name(lang).to_owned(),
                format!("{score:.2}"),
                feedback.clone().unwrap_or_default(),
            ],
            Graded::Failed { line, error } => [
                lang.pick(format!("{line} 行目"), format!("line {line}")),
                "—".to_owned(),
                "—".to_owned(),
                error.clone(),
            ],
        });
    }
    format!("{table}\n")
}

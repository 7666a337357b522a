//! いくつかの問いを一度に答えたもの: 見出しで分け、それぞれを採点する。

use crate::quiz::outcome::{Mark, Verdict, text};
use crate::quiz::question::{Part, Parts};
use crate::quiz::reading::compiled;

/// The share of right parts. `each` marks one part.
pub(super) fn mark(parts: &Parts, answer: &str, each: impl Fn(&str, &str) -> Mark) -> Mark {
    let pieces = pieces(&parts.parts, answer);
    if pieces.iter().all(Option::is_none) {
        return Mark::invalid(text(
            "どの問いへの答えかが分かりません。「モメンタム: …」のように、名前を付けて書いてください。",
            "It is not clear which part is answered; write a name before each, like \"Momentum: …\".",
        ));
    }
    let marks: Vec<Mark> = parts
        .parts
        .iter()
        .zip(&pieces)
        .map(|(part, piece)| {
            let missing = || Mark::reject(text("書かれていません。", "Not written."));
            piece.as_ref().map_or_else(missing, |piece| each(&part.id, piece))
        })
        .collect();
    let score = marks.iter().map(|mark| mark.score).sum::<f64>() / marks.len() as f64;
    let verdict = match score {
        s if s >= 1.0 => Verdict::Accept,
        s if s > 0.0 => Verdict::Partial,
        _ => Verdict::Reject,
    };
    let missed: Vec<&str> = parts
        .parts
        .iter()
        .zip(&marks)
        .filter(|(_, mark)| mark.verdict != Verdict::Accept)
        .map(|(part, _)| part.id.as_str())
        .collect();
    let say =
        text(format!("見直すところ: {}", missed.join("、")), format!("Look again at: {}", missed.join(", ")));
    Mark {
        verdict,
        score,
        recognised: marks.into_iter().flat_map(|mark| mark.recognised).collect(),
        feedback: (verdict != Verdict::Accept).then_some(say),
    }
}

/// What is written under each part's heading.
fn pieces(parts: &[Part], answer: &str) -> Vec<Option<String>> {
    let begins = |part: &Part| {
        let heading = format!(
            r"(?:^|[\n/;。、,.)\s・-])\s*(?:\(?\d\)?[.)]?\s*)?[*#【「\[(<\s]*(?:{0})(?:[*】」\])>]+|\.{{2,}}|(?:の特徴)?\s*(?:[(:=\-→\n]|は|については|について|では|なら|⇒|->|is\b|has\b|\s))|[【\[(「]\s*(?:{0})\s*[】\])」]",
            part.heading
        );
        compiled(&heading).find(answer).map(|m| (m.start(), m.end()))
    };
    let found: Vec<Option<(usize, usize)>> = parts.iter().map(begins).collect();
    found
        .iter()
        .map(|here| {
            let (start, from) = (*here)?;
            let to = found.iter().flatten().map(|&(s, _)| s).filter(|&s| s > start).min();
            Some(answer[from..to.unwrap_or(answer.len()).max(from)].trim().to_owned())
        })
        .collect()
}

//! 自由な文の採点: どの考えを言い、どの考えを否定したか。

use crate::quiz::meaning::{Stance, stances};
use crate::quiz::outcome::{Mark, Verdict, text};
use crate::quiz::question::{Concept, Contradicted, Rubric, Text};
use crate::quiz::reading::pattern;

/// Marks by what is affirmed and what is denied.
pub(super) fn mark(rubric: &Rubric, answer: &str) -> Mark {
    if answer.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
        return Mark::invalid(text("短すぎて読み取れません。", "Too short to be read."));
    }
    if pattern!(r"\b(is|are) (not true|not correct|false|untrue|wrong|incorrect)$").is_match(answer) {
        return Mark::only_denied();
    }
    let stances = stances(rubric, answer);
    let both = || rubric.concepts.iter().zip(&stances);
    let is = |concept: &&Concept, stance: &Stance| !concept.wrong && stance.affirmed && !stance.denied;
    let right: Vec<&Concept> = both().filter(|(c, s)| is(c, s)).map(|(c, _)| c).collect();
    let false_claim = both().find(|(c, s)| if c.wrong { s.affirmed } else { s.denied }).map(|(c, _)| c);
    let has = |id: &String| right.iter().any(|concept| concept.id == *id);
    let full = match rubric.need {
        Some(need) => right.len() >= need,
        None => rubric.full.iter().any(|set| set.iter().all(has)),
    };
    let recognised: Vec<Text> = right.iter().map(|concept| concept.name.clone()).collect();
    let (verdict, score) = match false_claim {
        Some(_) if rubric.contradicted == Contradicted::Reject || right.is_empty() => (Verdict::Reject, 0.0),
        Some(_) => (Verdict::Partial, 0.5),
        None if full => (Verdict::Accept, 1.0),
        None if right.is_empty() => (Verdict::Reject, 0.0),
        None => (Verdict::Partial, 0.5),
    };
    let feedback = match false_claim {
        Some(concept) => Some(contradiction(concept)),
        None if verdict == Verdict::Accept => None,
        None if right.is_empty() => {
            Some(text("求めている内容が読み取れません。", "What is asked for is not in the answer."))
        }
        None => Some(text("もう一つ、足りないことがあります。", "Something is still missing.")),
    };
    Mark { verdict, score, recognised, feedback }
}

fn contradiction(concept: &Concept) -> Text {
    if concept.wrong {
        return text(
            format!("「{}」は正しくありません。", concept.name.ja),
            format!("\"{}\" is not true here.", concept.name.en),
        );
    }
    text(
        format!("「{}」の逆を言っています。", concept.name.ja),
        format!("This says the opposite of \"{}\".", concept.name.en),
    )
}

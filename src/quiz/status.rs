//! 進みぐあい: 問題と、主張の予想。

use super::progress::{Did, Event, Progress, Standing, now};
use super::question::Question;
use super::questions;
use crate::notebook::{Card, Output};
use crate::{Error, Lang, claims};

/// 進みぐあいの表: 問題ごとに、最後の判定、答えた回数、手がかり、次の復習。予想した主張ごとに、最後の予想と測った判定。
///
/// # Errors
/// 付属の問題が読めないとき。
pub fn status() -> Result<Output, Error> {
    status_of(Progress::of_user())
}

fn status_of(progress: &Progress) -> Result<Output, Error> {
    let (lang, events) = (Lang::current(), progress.events());
    let row = |question: &Question| row(question, &Standing::of(&question.id, &events), lang);
    let rows: Vec<Vec<String>> = questions()?.iter().map(row).collect();
    let solved = rows.iter().filter(|row| row[1] == super::Verdict::Accept.name(lang)).count();
    let total = lang.pick(
        format!("{} 問のうち {solved} 問が正解", rows.len()),
        format!("{solved} of {} questions answered correctly", rows.len()),
    );
    let header = lang.pick(
        ["問題", "判定", "回数", "手がかり", "次の復習"],
        ["Question", "Verdict", "Attempts", "Hints", "Next review"],
    );
    let mut lines = lines(&header, &rows);
    let mut card = Card::new(lang, total, "").table(lang.pick("問題", "Questions"), &header, rows);
    let predictions = predictions(&events);
    if !predictions.is_empty() {
        let (name, header, rows) = predicted(&predictions, lang);
        lines.push(name.clone());
        lines.extend(self::lines(&header, &rows));
        card = card.table(&name, &header, rows);
    }
    Ok(card.lines(lines).into())
}

/// A table as text.
fn lines(header: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    std::iter::once(header.join("\t")).chain(rows.iter().map(|row| row.join("\t"))).collect()
}

fn row(question: &Question, standing: &Standing, lang: Lang) -> Vec<String> {
    let none = || "—".to_owned();
    let verdict = standing.verdict.map_or_else(none, |verdict| verdict.name(lang).to_owned());
    let review = standing.review.map_or_else(none, |review| match review.days_left(now()) {
        0 => lang.pick("今日", "today").to_owned(),
        days => lang.pick(format!("{days} 日後"), format!("in {days} days")),
    });
    vec![
        question.id.clone(),
        verdict,
        standing.attempts.to_string(),
        format!("{}/{}", standing.hints.min(question.hints.len()), question.hints.len()),
        review,
    ]
}

/// The table of the predictions: its name, its header and its rows.
fn predicted(made: &[Prediction], lang: Lang) -> (String, [&'static str; 3], Vec<Vec<String>>) {
    let right = made.iter().filter(|p| p.predicted == p.met).count();
    let name = lang.pick(
        format!("{} の主張を予想し、{right} が当たった", made.len()),
        format!("{right} of {} predictions were right", made.len()),
    );
    let row = |p: &Prediction| {
        let hit =
            if p.predicted == p.met { lang.pick("○ ", "right: ") } else { lang.pick("× ", "wrong: ") };
        vec![p.claim.to_owned(), format!("{hit}{}", p.predicted.name(lang)), p.met.name(lang).to_owned()]
    };
    let header = lang.pick(["主張", "予想", "測った判定"], ["Claim", "Predicted", "Measured"]);
    (name, header, made.iter().map(row).collect())
}

struct Prediction<'e> {
    claim: &'e str,
    predicted: claims::Verdict,
    met: claims::Verdict,
}

/// The last prediction of each claim, in the order in which they were first made.
fn predictions(events: &[Event]) -> Vec<Prediction<'_>> {
    let mut made: Vec<Prediction> = vec![];
    for event in events {
        let Did::Predict { predicted, met } = event.did else { continue };
        let prediction = Prediction { claim: &event.q, predicted, met };
        match made.iter_mut().find(|p| p.claim == event.q) {
            Some(earlier) => *earlier = prediction,
            None => made.push(prediction),
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_counts_what_was_answered_correctly() {
        let (_folder, progress) = Progress::in_a_folder();
        progress.check("ct8", "7×7", None).unwrap();
        progress.check("ct1", "2x", None).unwrap();
        let text = format!("{:?}", status_of(&progress).unwrap());
        assert!(text.contains("1 問が正解"), "{text}");
        assert!(text.contains("ct8_conv_size\\t正解\\t1\\t0/3\\t2 日後"), "{text}");
        assert!(text.contains("ct1_chain_rule\\t不正解\\t1\\t0/3\\t1 日後"), "{text}");
    }

    #[test]
    fn the_last_prediction_of_a_claim_stands_beside_the_verdict_it_met() {
        use claims::Verdict::{Depends, NotSupported, Supported};
        let (_folder, progress) = Progress::in_a_folder();
        let shown = || format!("{:?}", status_of(&progress).unwrap());
        assert!(!shown().contains("予想"));
        let predict =
            |q, predicted, met| assert_eq!(progress.record(q, Did::Predict { predicted, met }), None);
        predict("he_helps_only_relu", Supported, NotSupported);
        predict("relu_improves", Supported, Supported);
        predict("zero_weights_stop_learning", NotSupported, Depends);
        predict("he_helps_only_relu", NotSupported, NotSupported);
        let text = shown();
        assert!(text.contains("3 の主張を予想し、2 が当たった"), "{text}");
        assert!(text.contains("he_helps_only_relu\\t○ 支持されない\\t支持されない"), "{text}");
        assert!(text.contains("zero_weights_stop_learning\\t× 支持されない\\t定義による"), "{text}");
    }
}

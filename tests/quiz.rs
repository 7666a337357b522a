//! 確認テストの採点: 手元の答えが、それぞれの判定を受ける。

#![allow(clippy::expect_used, reason = "a test may panic")]

use kakunin::quiz::{Verdict, check, questions};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    q: String,
    answer: String,
    verdict: String,
}

fn cases(text: &str) -> Vec<Case> {
    text.lines().map(|line| serde_json::from_str(line).expect("a case a line")).collect()
}

fn verdict(q: &str, answer: &str) -> String {
    let outcome = check(q, answer).expect("the question is known");
    serde_json::to_value(outcome.verdict).expect("a name").as_str().expect("text").to_owned()
}

/// The answer in other widths, with marks and line ends changed.
fn variants(answer: &str) -> Vec<String> {
    let wide = |c: char| {
        if ('!'..='~').contains(&c) { char::from_u32(c as u32 + 0xFEE0).unwrap_or(c) } else { c }
    };
    vec![
        answer.to_owned(),
        answer.chars().map(wide).collect(),
        format!("{answer}。"),
        format!("  {answer} "),
        answer.replace('\n', "\r\n"),
    ]
}

#[test]
fn every_case_gets_its_verdict_in_every_way_of_writing() {
    let mut wrong = vec![];
    for case in cases(include_str!("quiz/cases.jsonl")) {
        for answer in variants(&case.answer) {
            let found = verdict(&case.q, &answer);
            if found != case.verdict {
                wrong.push(format!("{} {answer:?}: {found}, wanted {}", case.q, case.verdict));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n{} wrong", wrong.join("\n"), wrong.len());
}

#[test]
fn the_courses_own_answers_are_accepted() {
    for question in questions().expect("the questions are readable") {
        assert_eq!(verdict(&question.id, &question.course), "accept", "{}", question.id);
    }
}

#[test]
fn known_wrong_answers_are_rejected_with_their_words() {
    for question in questions().expect("the questions are readable") {
        for slip in &question.slips {
            let outcome = check(&question.id, &slip.answer).expect("known");
            assert_eq!(outcome.verdict, Verdict::Reject, "{} {}", question.id, slip.answer);
            assert_eq!(outcome.feedback.as_ref(), Some(&slip.say), "{} {}", question.id, slip.answer);
        }
    }
}

#[test]
fn any_text_ends_in_a_verdict() {
    let bits = [
        "(", ")", "|", "\\frac", "{", "}", "^", "2", "x", "=", "7×", "。", "か", "ない", "a", "-", "𝒙",
        "\u{0}", "1e999", "/", "√", "∂",
    ];
    let mut random = kakunin::rng::RandomState::new(0);
    for question in questions().expect("the questions are readable") {
        for length in [1, 5, 40, 400] {
            for _ in 0..25 {
                let pick = random.choice(bits.len() as u32, bits.len());
                let text: String = pick.iter().cycle().take(length).map(|&at| bits[at as usize]).collect();
                let outcome = check(&question.id, &text).expect("known");
                assert!((0.0..=1.0).contains(&outcome.score), "{text}");
            }
        }
        for deep in ["(", "-", "√", "|", "x^", "\\frac{", "d/dx", "abs"] {
            check(&question.id, &deep.repeat(4_000 / deep.chars().count())).expect("known");
        }
        assert_eq!(verdict(&question.id, &"あ".repeat(4_001)), "invalid");
    }
}

#[test]
fn an_unknown_question_is_told_with_the_nearest_and_an_ambiguous_one_with_two() {
    let message = |id: &str| check(id, "").expect_err("unknown").message(kakunin::Lang::En).to_owned();
    assert!(message("ct8_conv_sise").contains("ct8_conv_size"));
    assert!(message("ct").contains("More than one"));
}

#[test]
fn points_lie_between_nothing_and_all_whatever_is_asked() {
    use kakunin::quiz::grade;
    assert_eq!(grade("ct1", "2(x+y)", 3.0), 3.0);
    assert_eq!(
        grade("ct5", "モメンタム: 大域的最適解が得られやすい\nAdaGrad: なだらかな部分でも収束しやすい", 3.0),
        2.0
    );
    assert_eq!(grade("none", "2", 3.0), 0.0);
    assert_eq!(grade("ct1", "2(x+y)", f64::NAN), 0.0);
    assert_eq!(grade("ct1", "2(x+y)", -1.0), 0.0);
}

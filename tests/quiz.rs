//! 確認テストの採点: 手元の答えが、それぞれの判定を受ける。

#![allow(clippy::expect_used, reason = "a test may panic")]

use kakunin::Lang;
use kakunin::quiz::{Verdict, check, drill, drills, questions};
use proptest::prelude::*;
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

#[test]
fn a_right_answer_that_is_called_false_is_not_accepted() {
    for case in cases(include_str!("quiz/cases.jsonl")).iter().filter(|case| case.verdict == "accept") {
        for denied in
            [format!("It is not true that {}", case.answer), format!("{}, which is false", case.answer)]
        {
            assert_ne!(verdict(&case.q, &denied), "accept", "{} {denied}", case.q);
        }
    }
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

/// Answers in other words, to all questions, those of the sections too.
#[test]
fn more_answers_get_their_verdicts() {
    let all = cases(include_str!("quiz/answers.jsonl"));
    let wrong = all.iter().filter(|case| verdict(&case.q, &case.answer) != case.verdict);
    let wrong: Vec<String> =
        wrong.map(|case| format!("{} {:?}: not {}", case.q, case.answer, case.verdict)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
fn every_lab_that_a_question_points_to_is_in_the_notebook_of_its_section() {
    for question in questions().expect("the questions are readable") {
        let Some(lab) = &question.lab else { continue };
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks/src");
        let files = std::fs::read_dir(folder).expect("the notebooks are there").flatten();
        let of_section = |file: &std::fs::DirEntry| {
            file.file_name().to_string_lossy().starts_with(&format!("0{}_", question.section))
        };
        let text: String = files
            .filter(of_section)
            .map(|file| std::fs::read_to_string(file.path()).expect("readable"))
            .collect();
        assert!(text.contains(&format!("lab::{lab}(")), "{}: {lab}", question.id);
    }
}

/// What learners may type, and what they never would.
fn any_text() -> impl Strategy<Value = String> {
    let bits = [
        "(",
        ")",
        "|",
        "\\frac",
        "{",
        "}",
        "^",
        "2",
        "x",
        "=",
        "7×",
        "。",
        "か",
        "ない",
        "a",
        "-",
        "𝒙",
        "\u{0}",
        "1e999",
        "/",
        "√",
        "∂",
        "学習",
        "勾配消失",
        "にくい",
        "モメンタム: ",
        "右",
        "分の",
        "%",
        "not ",
        "\n",
    ];
    let of_bits = prop::collection::vec(prop::sample::select(bits.to_vec()), 0..120);
    let deep = prop::sample::select(vec!["(", "-", "√", "|", "x^", "\\frac{", "d/dx", "abs", "2分の"]);
    prop_oneof![
        4 => of_bits.prop_map(|bits| bits.concat()),
        3 => any::<String>(),
        1 => prop::collection::vec(any::<char>(), 0..4_000).prop_map(String::from_iter),
        1 => (deep, 1..4_000usize).prop_map(|(bit, times)| bit.repeat(times).chars().take(4_000).collect()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_ends_in_a_verdict(text in any_text(), seed in 0..1_000u32) {
        let name = drills(Lang::Ja).nth(seed as usize % drills(Lang::Ja).count()).expect("a drill").0;
        let of_drill = drill(name, seed).expect("known").check(&text);
        let of_questions = questions().expect("readable").iter().map(|q| check(&q.id, &text).expect("known"));
        for outcome in of_questions.chain([of_drill]) {
            prop_assert!((0.0..=1.0).contains(&outcome.score), "{}: {text}", outcome.question);
            prop_assert_eq!(outcome.verdict == Verdict::Accept, outcome.score == 1.0, "{}: {}", outcome.question, text);
        }
    }
}

#[test]
fn an_answer_that_is_too_long_is_not_read() {
    for question in questions().expect("the questions are readable") {
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

//! 数の採点: `0.25`、`1/4`、`25%`、`(1-0.5)×0.5 = 0.25`、`約 0.25 です`。

use crate::quiz::expression::{number, stretches};
use crate::quiz::outcome::{Mark, text};
use crate::quiz::question::Number;
use crate::quiz::reading::{conclusion, is_denied, pattern};

/// The sides of a chain of equalities may be rounded, to this share.
const ROUNDING: f64 = 0.01;

/// The last number that isn't denied counts.
pub(super) fn mark(wanted: &Number, answer: &str) -> Mark {
    let answer = spelled(answer);
    let said = conclusion(&answer);
    let said = if said.contains(|c: char| c.is_ascii_digit()) { said } else { &answer };
    let (mut claims, mut denials): (Vec<(f64, String)>, bool) = (vec![], false);
    for stretch in stretches(said) {
        let sides: Vec<f64> = stretch.maths.split('=').filter_map(side).collect();
        let Some(&last) = sides.last() else { continue };
        let given = stretch.before.ends_with(';') && !claims.is_empty();
        if is_denied(&stretch.before, &stretch.after) {
            denials = true;
        } else if sides.iter().any(|side| (side - last).abs() > ROUNDING * last.abs().max(0.1)) {
            return Mark::reject(text(
                "等号でつないだ値が、等しくありません。",
                "The two sides of an equals sign differ.",
            ));
        } else if claims.last().is_some_and(|(before, after)| {
            // `V = −0.38, w = 0.62` are two quantities.
            *before != last
                && hedged(after)
                && !(matches!(after.trim(), "," | "、") && stretch.maths.contains('='))
        }) {
            return Mark::undecided();
        } else if !given {
            claims.push((last, stretch.after));
        }
    }
    match claims.last() {
        Some((value, _)) if (value - wanted.wanted).abs() <= wanted.tolerance => Mark::accept(),
        Some(_) => Mark::reject(text("値が違います。", "Not the value.")),
        None if denials => Mark::only_denied(),
        None => Mark::invalid(text(
            "数が見つかりません。0.5 や 1/2 のように書いてください。",
            "No number found; write one like 0.5 or 1/2.",
        )),
    }
}

/// The value of one side, or none: `30x12x12`, `w_1`, `2.`
fn side(side: &str) -> Option<f64> {
    let product = pattern!(r"(\d)\s*x\s*(\d)").replace_all(side.trim(), "$1*$2");
    let product = pattern!(r"(\d)\s*x\s*(\d)").replace_all(&product, "$1*$2");
    number(product.trim_end_matches(['.', '_'])).filter(|value| value.is_finite())
}

fn hedged(between: &str) -> bool {
    pattern!(r"^\s*(か|または|又は|もしくは|あるいは|or|それとも|と|,|、|/)\s*$").is_match(between)
}

/// One way of writing for the many: `四分の一`, `25%`, `4,320`, `σ(0) = 0.5`, `seven`.
fn spelled(answer: &str) -> String {
    let mut out = answer.to_owned();
    if !out.contains(|c: char| c.is_ascii_digit()) {
        let digits = [('〇', "0"), ('零', "0"), ('一', "1"), ('二', "2"), ('三', "3"), ('四', "4")];
        let more = [('五', "5"), ('六', "6"), ('七', "7"), ('八', "8"), ('九', "9"), ('十', "10")];
        for (kanji, digit) in digits.into_iter().chain(more) {
            out = out.replace(kanji, digit);
        }
        for (word, digit) in [
            ("ゼロ", "0"),
            ("半分", "1/2"),
            ("zero", "0"),
            ("one", "1"),
            ("two", "2"),
            ("three", "3"),
            ("four", "4"),
            ("five", "5"),
            ("six", "6"),
            ("seven", "7"),
            ("eight", "8"),
            ("nine", "9"),
            ("ten", "10"),
        ] {
            out = out.replace(word, digit);
        }
    }
    let out = pattern!(r"(\d)\s*分の\s*(\d+)").replace_all(&out, "$2/$1");
    let out = pattern!(r"(\d),(\d{3})([^\d.]|$)").replace_all(&out, "$1$2$3");
    let out = pattern!(r"(\d)\s*(?:%|パーセント|percent)").replace_all(&out, "$1/100");
    // What the value belongs to: `σ'(0) =`, `f(3, 4) =`
    let out = pattern!(r"[a-zσ]+'*\s*\([-0-9.,\s]+\)\s*(=|は|が|:)").replace_all(&out, "");
    out.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quiz::Verdict::{self, Accept, Invalid, Reject};

    fn verdict(wanted: f64, answer: &str) -> Verdict {
        mark(&Number { wanted, tolerance: 1e-9 }, answer).verdict
    }

    #[test]
    fn a_number_may_be_written_in_many_ways() {
        let quarter = [
            "0.25",
            ".25",
            "1/4",
            "25%",
            "4分の1",
            "σ'(0)=0.25",
            "(1-0.5)×0.5=0.25",
            "x=0 のとき 0.25 です",
            "0.25 (x=0)",
            "\\frac{1}{4}",
            "0.5 ではなく 0.25",
        ];
        for answer in quarter {
            assert_eq!(verdict(0.25, answer), Accept, "{answer}");
        }
        for answer in
            ["4,320", "30×12×12 = 4320", "30x12x12=4320個", "4320 inputs", "30×12×12 = 4320, w = 4320"]
        {
            assert_eq!(verdict(4320.0, answer), Accept, "{answer}");
        }
        assert_eq!(verdict(5.0, "五層"), Accept);
        assert_eq!(verdict(5.0, "five layers"), Accept);
    }

    #[test]
    fn another_number_two_numbers_and_none_are_not_the_number() {
        for answer in ["0.5", "25", "0.25か0.5", "0.25ではない", "0.5×0.5=0.5", "0.2500001"] {
            assert_eq!(verdict(0.25, answer), Reject, "{answer}");
        }
        assert_eq!(verdict(0.25, "なし"), Invalid);
    }
}

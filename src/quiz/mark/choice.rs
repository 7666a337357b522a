//! 選択の採点: 名前（`(2)`）、値（`0.25`、`1/4`、`25%`）、文のどれで答えてもよい。食い違えば不正解。

mod wording;

use crate::quiz::expression::{number, stretches};
use crate::quiz::outcome::{Mark, text};
use crate::quiz::question::Choice;
use crate::quiz::reading::{conclusion, is_denied, pattern};
use wording::written;

/// What an answer says of an option.
#[derive(Debug, PartialEq)]
enum Mention {
    /// `(2)`, `2番`: the option's place in the list, or none of that name.
    Label(Option<usize>),
    /// `0.25`: the option of that value, or none.
    Value(Option<usize>),
}

/// What an answer says is not so.
#[derive(Debug, Clone, Copy)]
struct Denied {
    option: Option<usize>,
    /// Nothing is claimed after it.
    is_last: bool,
}

/// Everything that isn't denied must point to the same option.
pub(super) fn mark(choice: &Choice, answer: &str) -> Mark {
    if pattern!(r"^(((全部|すべて|全て|all)(です|正しい|正解|correct|of them|\s|$))|どれも|どれでも|両方|ない$|該当なし|正しい(もの|選択肢)は(ない|ありません)|none|both)").is_match(answer) {
        return Mark::reject(text("正しいものは一つです。", "Exactly one option is right."));
    }
    let numeric = choice.options.iter().all(|option| option.value.is_some());
    let answer = &if numeric { reckoned(&spelled(answer)) } else { answer.to_owned() };
    let concluded = conclusion(answer);
    let said = if numeric { answer } else { concluded };
    let (mut claimed, denied) = mentions(choice, said, numeric);
    if claimed.is_empty() && said != answer {
        claimed = mentions(choice, answer, numeric).0;
    }
    let labels: Vec<Option<usize>> = claimed.iter().filter_map(Mention::label).collect();
    if numeric && labels.is_empty() {
        keep_the_conclusion(&mut claimed);
    }
    let mut options: Vec<usize> = claimed.iter().filter_map(Mention::option).collect();
    let written = if numeric { vec![] } else { written(choice, said) };
    options.extend(&written);
    options.sort_unstable();
    options.dedup();
    let no_such_value = claimed.contains(&Mention::Value(None));
    let correct = choice.options.iter().position(|option| option.label == choice.correct);
    match options[..] {
        [one] if denied.is_some_and(|denied| denied.is_last && denied.option == Some(one)) => {
            Mark::only_denied()
        }
        _ if labels.contains(&None) => no_such_option(choice),
        [] if no_such_value => Mark::reject(text("選択肢にない値です。", "No option has this value.")),
        [] if denied.is_some() => {
            Mark::reject(text("どれが正しいかを書いてください。", "Say which one is right."))
        }
        [] if !numeric && !is_only_a_label(answer) => {
            Mark::reject(text("どの選択肢とも違う内容です。", "None of the options says this."))
        }
        [] => no_such_option(choice),
        [_] if no_such_value => {
            Mark::reject(text("選択肢と値が合っていません。", "Option and value contradict."))
        }
        [one] if Some(one) == correct => Mark::accept(),
        [_] => Mark::reject(text("ほかの選択肢です。", "Another option is right.")),
        _ => Mark::reject(text(
            "選択肢が二つ以上あります。一つに決めてください。",
            "More than one option; decide.",
        )),
    }
}

impl Mention {
    fn label(&self) -> Option<Option<usize>> {
        if let Mention::Label(option) = self { Some(*option) } else { None }
    }

    fn option(&self) -> Option<usize> {
        let (Mention::Label(option) | Mention::Value(option)) = self;
        *option
    }
}

fn no_such_option(choice: &Choice) -> Mark {
    let labels: Vec<_> = choice.options.iter().map(|option| format!("({})", option.label)).collect();
    let labels = labels.join(" ");
    Mark::invalid(text(
        format!("その名前の選択肢はありません。{labels} から選んでください。"),
        format!("No such option; choose one of {labels}."),
    ))
}

/// One way of writing for the many: `二番`, `四分の一`, `one quarter`, `the second`.
fn spelled(answer: &str) -> String {
    let answer = pattern!(r"\b(an?|one)[ -](quarter|fourth)\b").replace_all(answer, "1/4");
    let counted =
        pattern!(r"([一二三四])(番|つ目|分の)|(?P<share>分の)([一二三四])|\b(first|second|third|fourth)\b");
    let digit = |word: &str| {
        let of = |these: [&str; 4]| these.iter().position(|this| *this == word).map(|at| at + 1);
        of(["一", "二", "三", "四"]).or(of(["first", "second", "third", "fourth"])).unwrap_or_default()
    };
    let written = |found: &regex::Captures<'_>| {
        let group = |at: usize| found.get(at).map_or("", |m| m.as_str());
        match (group(1), group(4), group(5)) {
            ("", "", ordinal) => format!("({})", digit(ordinal)),
            ("", under, _) => format!("分の{}", digit(under)),
            (number, ..) => format!("{}{}", digit(number), group(2)),
        }
    };
    let once = counted.replace_all(&answer, written);
    counted.replace_all(&once, written).into_owned()
}

/// `0.5×0.5`, and nothing else behind the last `=`: its value.
fn reckoned(answer: &str) -> String {
    let end = answer.rfind('=').map_or(0, |at| at + 1);
    let [stretch] = &stretches(&answer[end..])[..] else { return answer.to_owned() };
    let is_reckoning = pattern!(r"\d\s*[-+*/×·^(]").is_match(&stretch.maths)
        && !pattern!(r"\(\s*\d\s*\)").is_match(&stretch.maths);
    match number(&stretch.maths).filter(|_| is_reckoning) {
        // `2.0` is a value, 2 would be a label.
        Some(value) => {
            format!("{}{}", &answer[..end], answer[end..].replace(&stretch.maths, &format!("{value:?}")))
        }
        None => answer.to_owned(),
    }
}

/// What is claimed, and the last thing that is denied.
fn mentions(choice: &Choice, said: &str, numeric: bool) -> (Vec<Mention>, Option<Denied>) {
    let by_label = |label: &str| choice.options.iter().position(|option| option.label == label);
    let by_value = |value: f64| {
        choice.options.iter().position(|option| option.value.is_some_and(|v| (v - value).abs() < 1e-9))
    };
    // Working and givens are not claims: `x=0 のとき`, `σ(0)`, `0.5×0.5=`.
    let aside = pattern!(
        r"(入力|引数|x)\s*(=|が|は|の値が)?\s*-?[0-9.]+\s*(の(時|とき|場合)|で|を|のところ)?|\b[a-zσ]'?\([0-9.]+\)|σ'?\([0-9.]+\)|[0-9.]+は[^0-9]*(値|最大)|[0-9.]+の(時|とき)最大"
    );
    let said = if numeric { aside.replace_all(said, " ").into_owned() } else { said.to_owned() };
    let said = pattern!(r"\\d?frac\s*\{?(\d+)\}?\s*\{?(\d+)\}?").replace_all(&said, "$1/$2");
    let said = pattern!(r"(\d+)分の(\d+)").replace_all(&said, "$2/$1").into_owned();
    let found = if numeric {
        pattern!(
            r"(?P<arith>[0-9.()\-]+\s*[×*·・+]\s*[0-9.()\-×*·・+\s]+(?:=|で|は|より))|[(\[【「<]\s*(?P<paren>\d)\s*[)\]】」>]|(選択肢|option|番号|choice|no\.?)\s*[:は]?\s*(?P<named>\d)(?:[^0-9.]|$)|(?P<counted>\d)\s*(番|つ目|[)\]])|(?P<percent>-?\d+(\.\d+)?)\s*(%|パーセント)|(?P<over>-?\d+)\s*/\s*(?P<under>\d+)|(?P<number>-?\d*\.\d+(?:e[-+]?\d+)?|-?\d+)"
        )
    } else {
        pattern!(
            r"[(\[【「<]\s*(?P<paren>[a-z0-9])\s*[)\]】」>]|(選択肢|option|番号|choice)\s*(?P<named>[a-z0-9])(?:[^a-z0-9]|$)|(^|[^a-z0-9])(?P<counted>\d)番|(^|[^a-z0-9'])(?P<bare>[a-z])(?:[^a-z0-9]|$)|^(?P<alone>\d)$"
        )
    };
    // Of a chain of equalities the end counts.
    let has_number = |rest: &str| rest.contains(|c: char| c.is_ascii_digit());
    let equals = said.rfind('=').filter(|&at| numeric && has_number(&said[at..])).unwrap_or(0);
    let concluded = said.len() - conclusion(&said).len();
    let equals = if numeric && has_number(&said[concluded..]) { equals.max(concluded) } else { equals };
    let (mut claimed, mut last_denied) = (vec![], None);
    let mut at = 0;
    while let Some(found) = found.captures_at(&said, at) {
        let whole = found.get(0).map_or(at..said.len(), |m| m.range());
        let named = ["paren", "named", "counted", "bare", "alone"].iter().find_map(|name| found.name(name));
        let end = named.map_or(whole.end, |m| m.end());
        at = end.max(whole.start + 1);
        while !said.is_char_boundary(at) {
            at += 1;
        }
        let number = |name| found.name(name).and_then(|m| m.as_str().parse::<f64>().ok());
        let mention = if found.name("arith").is_some() || (named.is_none() && whole.end <= equals) {
            continue;
        } else if let Some(label) = named {
            // `0.5)` ends in a number, not in a label.
            if said[..label.start()].ends_with(|c: char| c.is_ascii_digit() || ".^+-*/×".contains(c)) {
                continue;
            }
            let is_label = by_label(label.as_str()).is_some();
            if found.name("bare").is_some() && !is_label && !is_only_a_label(&said) {
                continue;
            }
            // The n of `sqrt(n)`.
            if !is_label && said[..label.start()].trim_end_matches('(').ends_with(char::is_alphabetic) {
                continue;
            }
            // A lone English article is not an option.
            if label.as_str() == "a"
                && said[label.end()..].starts_with(" ")
                && said[label.end()..].trim().starts_with(|c: char| c.is_ascii_lowercase())
            {
                continue;
            }
            Mention::Label(by_label(label.as_str()))
        } else if let Some(percent) = number("percent") {
            Mention::Value(by_value(percent / 100.0))
        } else if let (Some(over), Some(under)) = (number("over"), number("under")) {
            Mention::Value(by_value(over / under))
        } else if let Some(value) = number("number") {
            let digit = found["number"].len() == 1 && value > 0.0;
            let reckoned = |side: &str, at_end: bool| {
                let side = side.trim();
                let next = if at_end { side.chars().last() } else { side.chars().next() };
                next.is_some_and(|c| "+-*/×·^倍乗".contains(c))
            };
            if digit && (reckoned(&said[..whole.start], true) || reckoned(&said[end..], false)) {
                continue;
            }
            if digit { Mention::Label(by_label(&found["number"])) } else { Mention::Value(by_value(value)) }
        } else {
            continue;
        };
        if is_denied(&said[..whole.start], &said[end..]) {
            last_denied = Some(Denied { option: mention.option(), is_last: true });
        } else {
            claimed.push(mention);
            last_denied = last_denied.map(|denied| Denied { is_last: false, ..denied });
        }
    }
    (claimed, last_denied)
}

/// Nothing but one letter or digit: `e`, `(9)`, `5番です`.
fn is_only_a_label(said: &str) -> bool {
    pattern!(r"^\W*\w?\W*(番|です|だ)*$").is_match(said)
}

/// Of values in a chain of equalities the last one counts.
fn keep_the_conclusion(claimed: &mut Vec<Mention>) {
    if claimed.len() > 1 && claimed.contains(&Mention::Value(None)) {
        claimed.drain(..claimed.len() - 1);
    }
}

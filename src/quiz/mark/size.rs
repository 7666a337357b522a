//! 画像の大きさの採点: `7×7`、`(7, 7)`、`縦7横7`、`7 by 7`。

use crate::quiz::expression::number;
use crate::quiz::outcome::{Mark, text};
use crate::quiz::question::Size;
use crate::quiz::reading::{compiled, conclusion, is_denied, pattern};
use regex::{Captures, Regex};
use std::sync::LazyLock;

/// A size in an answer.
#[derive(Debug, Clone, PartialEq)]
struct Found {
    sides: Vec<f64>,
    start: usize,
    end: usize,
}

/// The last size that isn't denied counts.
pub(super) fn mark(size: &Size, answer: &str) -> Mark {
    match (size.impossible, says_impossible(answer)) {
        (Some(true), true) => return Mark::accept(),
        (Some(true), false) => {
            return Mark::reject(text(
                "この設定では、出力がありません。",
                "With these settings there is no output.",
            ));
        }
        (Some(false), true) => {
            return Mark::reject(text(
                "この設定では、出力があります。",
                "With these settings there is an output.",
            ));
        }
        _ => {}
    }
    if let Some(equation) = false_equation(answer) {
        return Mark::reject(text(
            format!("「{equation}」の計算が合っていません。"),
            format!("\"{equation}\" does not hold."),
        ));
    }
    let answer = spelled(answer);
    let said = conclusion(&answer);
    let said = if sizes(said).is_empty() && scalars(said).is_empty() { &answer } else { said };
    let found = sizes(said);
    let is_meant = |f: &&Found| !is_denied(&said[..f.start], &said[f.end..]) && !of_something_else(said, f);
    let kept: Vec<&Found> = found.iter().filter(is_meant).collect();
    if let [.., before, last] = kept[..]
        && before.sides != last.sides
        && hedged(&said[before.end..last.start])
    {
        return Mark::undecided();
    }
    if let Some(last) = kept.last() {
        return match reckoned(&answer) {
            // `3.5 なので切り捨てて 3`
            Some(result)
                if !last.sides.contains(&result)
                    && !last.sides.contains(&result.floor())
                    && last.sides.iter().product::<f64>() != result =>
            {
                Mark::reject(text("計算と答えが合っていません。", "Working and answer contradict."))
            }
            _ => judged(size, &last.sides),
        };
    }
    // `6×6の入力から7になる`: what is left without the sizes of other things.
    let rest = found
        .iter()
        .rev()
        .fold(said.to_owned(), |rest, f| format!("{} {}", &rest[..f.start], &rest[f.end..]));
    let said = rest.as_str();
    let numbers = scalars(said);
    if let Some(last) = pattern!(r"\d+").find_iter(said).last() {
        let (before, after) = (&said[..last.start()], &said[last.end()..]);
        if is_denied(before, after) {
            return Mark::only_denied();
        }
        // `7/7`, `7^7`, `6〜7`, `7倍`: no side.
        if pattern!(r"(第|\d\s*[/^~〜])\s*$").is_match(before)
            || pattern!(r"^\s*([/^~〜%]|倍|番|枚)").is_match(after)
        {
            return wrong();
        }
    }
    if !found.is_empty() && numbers.is_empty() {
        return Mark::only_denied();
    }
    if pattern!(r"^[^0-9]*\d+\s*([×x*]|by)\s*$|^\s*[×x*]\s*\d+\s*$|^[(\[]\s*\d+$").is_match(said)
        || numbers.is_empty()
    {
        return Mark::invalid(text(
            "大きさが読み取れません。7×7 のように、縦×横で書いてください。",
            "No size found; write height × width, like 7×7.",
        ));
    }
    if pattern!(r"\d\s*(か|または|もしくは|or)\s*\d").is_match(said) {
        return Mark::undecided();
    }
    let last =
        said.rsplit('=').next().map(scalars).and_then(|n| n.last().copied()).or(numbers.last().copied());
    let strange = pattern!(r"\d\s*[+\-]\s*\d+\s*$").is_match(said);
    match (last, size.wanted) {
        (Some(side), [height, width]) if !strange && height == width && same(side, height) => {
            Mark::accept_but(text("縦×横で書くと、もっとよくなります。", "Better written as height × width."))
        }
        (Some(count), [height, width]) if same(count, height * width) => Mark::reject(text(
            "画素の数ではなく、縦×横で答えてください。",
            "Give height × width, not the number of pixels.",
        )),
        _ => wrong(),
    }
}

/// `計算できない`, `出力なし`, `impossible`: no size, and a word that there is none.
fn says_impossible(answer: &str) -> bool {
    pattern!(
        r"でき(ない|ません|ぬ)|出来(ない|ません)|不可|不能|無理|なし|無し|ない$|ありません|存在しな|定義されな|エラー|無効|入らな|impossible|invalid|error|undefined|cannot|can't|no output|none|not possible|does ?n[o']t fit"
    )
    .is_match(answer)
        && sizes(answer).is_empty()
}

fn judged(size: &Size, sides: &[f64]) -> Mark {
    let [height, width] = size.wanted;
    let right = match *sides {
        [h, w] => same(h, height) && same(w, width),
        [a, b, c] => {
            (a == 1.0 && same(b, height) && same(c, width)) || (c == 1.0 && same(a, height) && same(b, width))
        }
        _ => false,
    };
    if right { Mark::accept() } else { wrong() }
}

fn same(side: f64, wanted: u32) -> bool {
    side == f64::from(wanted)
}

fn wrong() -> Mark {
    Mark::reject(text(
        "大きさが違います。(n + 2p − f) / s + 1 で、縦と横を計算してください。",
        "Not the size; compute (n + 2p − f) / s + 1 for height and width.",
    ))
}

/// One way of writing for the many: `7かける7`, `7px × 7px`, `seven by seven`.
fn spelled(answer: &str) -> String {
    let mut out = answer
        .replace("\\times", "×")
        .replace("かける", "×")
        .replace("掛ける", "×")
        .replace("-by-", "×")
        .replace('$', "");
    for (word, digit) in
        [("seven", "7"), ("eight", "8"), ("five", "5"), ("nine", "9"), ("four", "4"), ("six", "6")]
    {
        out = out.replace(word, digit);
    }
    for (kanji, digit) in [('七', '7'), ('八', '8'), ('六', '6'), ('五', '5'), ('九', '9'), ('四', '4')]
    {
        out = out.replace(kanji, &digit.to_string());
    }
    let units = pattern!(r"(\d)\s*(ピクセル|画素|pixels?|px|マス)\s*([×x*])");
    units.replace_all(&out, "$1$3").into_owned()
}

/// The ways of writing a size: sides a × b, further dimensions c and d.
static WAYS: LazyLock<[Regex; 6]> = LazyLock::new(|| {
    let n = r"-?\d+(?:\.\d+)?";
    let ways = [
        format!(
            r"(?P<a>{n})\s*(?:×|x|\*|·|by|バイ)\s*(?P<b>{n})(?:\s*(?:×|x|\*|by)\s*(?P<c>{n}))?(?:\s*(?:×|x|\*|by)\s*(?P<d>{n}))?"
        ),
        format!(
            r"[(\[]\s*(?P<a>{n})\s*[,、]\s*(?P<b>{n})(?:\s*[,、]\s*(?P<c>{n}))?(?:\s*[,、]\s*(?P<d>{n}))?\s*,?\s*[)\]]"
        ),
        format!(
            r"(?:高さ|縦|たて|height|rows?|h|oh|out_h)\s*(?:は|が|も|:|=|is|of)?\s*(?P<a>{n})[^\d\-]{{0,12}}?(?:幅|横|よこ|はば|width|columns?|cols?|w|ow|out_w)\s*(?:は|が|も|:|=|is|of)?\s*(?P<b>{n})"
        ),
        format!(
            r"(?:幅|横|よこ|はば|width|w|ow|out_w)\s*(?:は|が|も|:|=|is|of)?\s*(?P<b>{n})[^\d\-]{{0,12}}?(?:高さ|縦|たて|height|h|oh|out_h)\s*(?:は|が|も|:|=|is|of)?\s*(?P<a>{n})"
        ),
        format!(r"(?P<a>{n})\s*行\s*[、,]?\s*(?P<b>{n})\s*列"),
        format!(r"(?P<a>{n})\s*(?:rows?|high|tall)[^\d\-]{{0,8}}(?P<b>{n})\s*(?:columns?|cols?|wide)"),
    ];
    ways.map(|way| compiled(&way))
});

impl Found {
    fn of(captures: &Captures<'_>) -> Found {
        let side = |name| captures.name(name)?.as_str().parse().ok();
        let whole = captures.get(0).map_or(0..0, |m| m.range());
        let sides = ["a", "b", "c", "d"].into_iter().filter_map(side).collect();
        Found { sides, start: whole.start, end: whole.end }
    }
}

fn sizes(said: &str) -> Vec<Found> {
    let mut found: Vec<Found> = vec![];
    for new in WAYS.iter().flat_map(|way| way.captures_iter(said)).map(|captures| Found::of(&captures)) {
        if !found.iter().any(|f| f.start < new.end && new.start < f.end) {
            found.push(new);
        }
    }
    found.sort_by_key(|f| f.start);
    // A product within a longer calculation, `6+2×1−2`, is no size.
    found.retain(|f| {
        let before = said[..f.start].trim_end().chars().last();
        let after = said[f.end..].trim_start().chars().next();
        !before.is_some_and(|c| "+-/^".contains(c)) && !after.is_some_and(|c| "+-/^".contains(c))
    });
    found
}

fn scalars(said: &str) -> Vec<f64> {
    pattern!(r"-?\d+(?:\.\d+)?").find_iter(said).filter_map(|m| m.as_str().parse().ok()).collect()
}

/// The size of the input, of the filter, or of the image after padding.
fn of_something_else(said: &str, found: &Found) -> bool {
    pattern!(r"^\s*(の|で)?\s*(入力|フィルタ|カーネル|パディング|input|filter|kernel|window)|^\s*[、,]?\s*(奥行き?|深さ|チャンネル数?|depth|channels?)\s*[はが=:]?\s*([2-9]|\d\d)|^が?([2-9]|\d\d)\s*(枚|チャンネル|channels?)|^\s*(に|へ|を)(拡|広|な(り|っ)|対|パ)|^になり")
        .is_match(&said[found.end..])
        || pattern!(r"(入力|フィルタ|フィルター|カーネル|input|filter|kernel|padded)(画像|サイズ|の大きさ)?\s*(は|が|が|:|=|を|size|is)?\s*$|(なし|無し|がない|がなけれ)(なら|だと|では|の場合|の(時|とき)|場合|ば)[はに]?、?\s*$|\bwithout (any )?padding[^.;]{0,20}$")
            .is_match(&said[..found.start])
}

fn hedged(between: &str) -> bool {
    pattern!(r"^\s*(か|または|又は|もしくは|あるいは|or|それとも|と|,|、|/|~|〜)?\s*\(?\s*$")
        .is_match(between)
}

/// What the last calculation comes to.
fn reckoned(answer: &str) -> Option<f64> {
    let last =
        pattern!(r"[-+/*×][0-9.()+\-*/×\s]*=\s*(?P<result>\d+(?:\.\d+)?)").captures_iter(answer).last()?;
    last["result"].parse().ok()
}

/// An equation of plain numbers that doesn't hold.
fn false_equation(answer: &str) -> Option<String> {
    let equations = pattern!(r"[0-9(][0-9.()+\-*/×÷·\s]*(=[0-9.()+\-*/×÷·\s]+)+");
    equations
        .find_iter(answer)
        .map(|m| m.as_str().trim())
        .find(|equation| {
            let sides: Vec<f64> = equation.split('=').filter_map(number).collect();
            sides.windows(2).any(|pair| (pair[0] - pair[1]).abs() > 1e-9)
        })
        .map(str::to_owned)
}

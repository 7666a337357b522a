//! 文のなかの式を取り出す: LaTeX をふつうの書き方にし、言葉で区切る。

use crate::quiz::reading::pattern;

/// A stretch of mathematics, and the words before and behind it.
#[derive(Debug, PartialEq)]
pub(in crate::quiz) struct Stretch {
    pub(in crate::quiz) before: String,
    pub(in crate::quiz) maths: String,
    pub(in crate::quiz) after: String,
}

/// The stretches of mathematics in an answer, in order.
pub(in crate::quiz) fn stretches(answer: &str) -> Vec<Stretch> {
    let text = plain(answer);
    let mut pieces: Vec<(bool, String)> = vec![];
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let length = word(rest).unwrap_or(c.len_utf8());
        let maths = if length > c.len_utf8() { is_maths_word(&rest[..length]) } else { is_maths(c) };
        let maths = maths || (c == ' ' && pieces.last().is_some_and(|p| p.0));
        match pieces.last_mut() {
            Some(last) if last.0 == maths => last.1.push_str(&rest[..length]),
            _ => pieces.push((maths, rest[..length].to_owned())),
        }
        rest = &rest[length..];
    }
    let words = |at: Option<usize>| {
        at.and_then(|at| pieces.get(at)).filter(|p| !p.0).map(|p| p.1.trim().to_owned()).unwrap_or_default()
    };
    let stretches = pieces.iter().enumerate().filter(|(_, (maths, text))| *maths && has_content(text));
    stretches
        .map(|(at, (_, text))| Stretch {
            before: words(at.checked_sub(1)),
            maths: text.trim().to_owned(),
            after: words(Some(at + 1)),
        })
        .collect()
}

fn has_content(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && !"=.".contains(c))
}

/// The length of the word that begins here, if it is one of at least two letters.
fn word(text: &str) -> Option<usize> {
    let length = text.bytes().take_while(u8::is_ascii_lowercase).count();
    (length > 1).then_some(length)
}

/// Letters of the question side by side, and functions; every other word is prose.
fn is_maths_word(word: &str) -> bool {
    let letters = word.replace("sqrt", "").replace("abs", "");
    letters.chars().all(|c| "dxytz".contains(c))
}

fn is_maths(c: char) -> bool {
    c.is_ascii_alphanumeric() || "+-*/^()[]{}|=.×÷·・∂√_".contains(c) || ('α'..='ω').contains(&c)
}

fn plain(answer: &str) -> String {
    let mut text = answer.replace("\\\\", "\n").replace("dfrac", "frac").replace("tfrac", "frac");
    for (from, to) in [
        ("\\left", ""),
        ("\\right", ""),
        ("\\cdot", "*"),
        ("\\times", "*"),
        ("\\ast", "*"),
        ("\\div", "/"),
        ("\\partial", "∂"),
        ("\\mathrm{d}", "d"),
        ("\\sqrt", "sqrt"),
        ("\\therefore", "∴"),
        ("\\rightarrow", "⇒"),
        ("\\implies", "⇒"),
        ("\\displaystyle", ""),
        ("\\quad", " "),
        ("$", ""),
        ("&", " "),
        ("`", ""),
        ("==", "="),
        ("≡", "="),
        (":=", "="),
        ("掛ける", "*"),
        ("かける", "*"),
        ("プラス", "+"),
        ("足す", "+"),
        ("マイナス", "-"),
        ("z'", "dz/dx"),
        ("t'", "dt/dx"),
        ("かっこ", ""),
    ] {
        text = text.replace(from, to);
    }
    while let Some(at) = text.find("\\frac") {
        let Some((above, below, length)) = fraction(&text[at + 5..]) else {
            text.replace_range(at..at + 5, "/");
            continue;
        };
        let quotient = format!("(({above})/({below}))");
        text.replace_range(at..at + 5 + length, &quotient);
    }
    let text = pattern!(r"∂\s+").replace_all(&text, "∂");
    let text = pattern!(r"\\(begin|end)\{[^}]*\}|\\[,;:!()\[\] ]|\\text|\\").replace_all(&text, " ");
    let text = pattern!(r"^\s*(\|[xyt, ]+\||lambda\s*[xyt, ]+:)").replace(&text, " ");
    let text = pattern!(r"(\d)_?f(64|32)").replace_all(&text, "$1");
    let text = pattern!(r"([0-9a-z(][-0-9a-z()+*/^. ]*)の\s*(\d+)\s*倍").replace_all(&text, "$2*($1)");
    let text = pattern!(r"(\d)\s*倍の").replace_all(&text, "$1*");
    let text = pattern!(r"\n\s*=").replace_all(&text, "=");
    let text = pattern!(r"\(([^()]*=[^()]*)\)").replace_all(&text, " ; $1 ; ");
    let slope = pattern!(r"([d∂][zt]\)?\s*/\s*\(?[d∂][xyt]\)*)\s*(は|が|:)\s*");
    slope.replace_all(&text, "$1=").into_owned()
}

/// The two groups behind `\frac`, and how long they are together: `{dz}{dx}`, `12`.
fn fraction(text: &str) -> Option<(&str, &str, usize)> {
    let (above, from) = group(text, 0)?;
    let (below, to) = group(text, from)?;
    Some((above, below, to))
}

fn group(text: &str, from: usize) -> Option<(&str, usize)> {
    let rest = &text[from..];
    let begin = from + rest.len() - rest.trim_start().len();
    let first = text[begin..].chars().next()?;
    if first != '{' {
        let end = begin + first.len_utf8();
        return Some((&text[begin..end], end));
    }
    let mut depth = 0;
    for (at, c) in text[begin..].char_indices() {
        depth += match c {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        if depth == 0 {
            return Some((&text[begin + 1..begin + at], begin + at + 1));
        }
    }
    None
}

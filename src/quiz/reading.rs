//! 答えを読む前の整え方: 全角と半角、改行、記号の書き方の違いをなくす。

use super::outcome::{Mark, text};
use regex::Regex;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use unicode_normalization::UnicodeNormalization;

/// The longest answer, in characters.
pub(super) const LONGEST: usize = 4_000;

/// A regular expression of ours.
macro_rules! pattern {
    ($pattern:expr) => {{
        static PATTERN: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| crate::quiz::reading::compiled($pattern));
        &*PATTERN
    }};
}
pub(super) use pattern;

/// A pattern of a question file or of this program, compiled once. One that can't be compiled fails every test that
/// meets it; a learner sees it never match.
pub(super) fn compiled(pattern: &str) -> Regex {
    static KNOWN: LazyLock<Mutex<HashMap<String, Regex>>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(regex) = known.get(pattern) {
        return regex.clone();
    }
    debug_assert!(Regex::new(pattern).is_ok(), "{pattern}");
    #[expect(clippy::expect_used, reason = "a constant pattern")]
    let regex =
        Regex::new(pattern).or_else(|_| Regex::new(r"[^\s\S]")).expect("the empty class is a pattern");
    known.insert(pattern.to_owned(), regex.clone());
    regex
}

/// The answer in one way of writing: NFKC, lower case, plain signs, no marks at its end; or why it can't be read.
pub(super) fn read(answer: &str) -> Result<String, Mark> {
    if answer.chars().count() > LONGEST {
        return Err(Mark::invalid(text(
            format!("答えが長すぎます。{LONGEST} 字までで書いてください。"),
            format!("The answer is too long; write at most {LONGEST} characters."),
        )));
    }
    let plain = plain(answer);
    if !plain.chars().any(char::is_alphanumeric) {
        return Err(Mark::invalid(text("答えが書かれていません。", "No answer was written.")));
    }
    let gave_up = pattern!(
        r"^(すみません|ごめんなさい|正直|全く|まったく|全然|さっぱり|よく|ちょっと|[、,\s])*((答えは?|答えが)?(わか|分か|判)(りません|らない|らん|んない)|知りません|知らない|思いつかない|思いつきません|パス|pass|skip|不明|idk|(i )?(do not|don'?t|dont) know|(i have )?no idea|not sure)(です|でした|ので|すみません|ごめんなさい|…|\.|。|!|\s|ん|よ|な|わ|sorry|,|、|教えてください|飛ばします)*$"
    );
    if gave_up.is_match(&plain) {
        return Err(Mark::invalid(text("答えを書くと採点できます。", "Write an answer to have it checked.")));
    }
    Ok(plain)
}

fn plain(answer: &str) -> String {
    let raised = raised(answer);
    let mut out = String::with_capacity(raised.len());
    for c in raised.nfkc().flat_map(char::to_lowercase) {
        out.push(match c {
            '✕' | '✖' | '╳' | '⨯' | '⨉' => '×',
            '−' | '–' | '—' | '‐' | '‑' | '﹣' => '-',
            '⁄' | '∕' => '/',
            '∙' | '⋅' | '•' => '·',
            '’' | '‘' | '′' => '\'',
            '\r' => '\n',
            '\u{200b}'..='\u{200d}' | '\u{feff}' | '\u{fe0f}' => continue,
            c => c,
        });
    }
    let marks: &[char] = &['。', '.', '、', ',', '!', '！', '．', '…', ';', '・'];
    out.trim().trim_end_matches(|c: char| c.is_whitespace() || marks.contains(&c)).to_owned()
}

/// `(x+y)²` is a power: NFKC would make it `(x+y)2`.
fn raised(answer: &str) -> String {
    let digit = |c| "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|d| d == c).and_then(|d| char::from_digit(d as u32, 10));
    let mut out = String::with_capacity(answer.len());
    let mut above = false;
    for c in answer.chars() {
        // ② is a label, and 2 would run together with what follows.
        if ('①'..='⑳').contains(&c) {
            out += &format!("({})", c as u32 - '①' as u32 + 1);
            above = false;
            continue;
        }
        let power = digit(c);
        if power.is_some() && !above {
            out.push('^');
        }
        out.push(power.unwrap_or(c));
        above = power.is_some();
    }
    out
}

/// The words after which an answer states its conclusion: the text behind the last of them, if there is any.
pub(super) fn conclusion(answer: &str) -> &str {
    let marks = pattern!(
        r"なので|ので|よって|したがって|従って|ゆえに|故に|だから|以上より|以上から|つまり|答えは|答え[::]?|解答は?|正解は|正しいのは|therefore|thus|hence|the answer is|answer[: ]|∴|⇒|→|->|=>"
    );
    let last = marks.find_iter(answer).last().map(|m| &answer[m.end()..]);
    last.filter(|rest| rest.chars().any(char::is_alphanumeric)).unwrap_or(answer)
}

/// Is what stands here denied by the words around it, or is something else made of it (`7×7より大きい`, `0.25の2倍`)?
pub(super) fn is_denied(before: &str, after: &str) -> bool {
    let ahead = pattern!(
        r"(\b(not|isn't|never|(small|larg|great|bigg|less|more|few)\w* than|at (most|least)|below|above|anything but|except( for)?|other than|half of|twice|double|between( [^,.;]{1,12} and)?)|(下|うしろ|後ろ|最後)から)\s*(an?|the)?\s*\(?\s*$"
    );
    ahead.is_match(before) || denied(after) || changed(after)
}

/// Do the words that follow at once deny it? A unit may come between: `7×7ピクセルではない`, `(2)が正解とは言えない`.
pub(super) fn denied(after: &str) -> bool {
    pattern!(concat!(
        r"^[\s)\]】」』\.番%]*(の?(方|ほう|図|側|グラフ|選択肢|サイズ|大きさ|値)|ピクセル|画素|個|層|年|つ目|つ|倍|目|px)?\s*(が?(正解|正しい|答え))?(だけ|のみ|だ|である|になる|となる)?(",
        r"(では|じゃ|で)\s*(は)?(な(い|く|か)|あり(ません|えない)|ございません)",
        r"|か?と(思った|思いました|思っていた)|以外|を除|[はが](まちがい|誤り|違|ちが|不正解|ない|正しくな|×|間違(い([^な]|$)|っ|え))",
        r"|と(は|も|までは)?(限ら|限り|言え|いえ|言い|断言でき|思え|思わ)|という(の|こと)?は(間違|誤|違|嘘|うそ|ない|ありえ)",
        r"|の?(はず|わけ)(が|は|も|では)?(ない|ありませ)|[にと][はも]?なら(ない|ず|ん)|に[はも]?なりません)",
        r"|^[\s)\]]*(is|are)?\s*(not|wrong|isn'?t|incorrect)\b"
    ))
    .is_match(after)
}

/// Is the whole of it only said to be false?
pub(super) fn all_denied(answer: &str) -> bool {
    pattern!(
        r"^(it('s| is)|that('s| is)) (not true|not the case|false|untrue|wrong|incorrect) (that|to say)\b|, (which|but (this|that)) is (not true|false|untrue|wrong|incorrect)$"
    )
    .is_match(answer)
}

/// Do the words that follow at once make another quantity of it?
fn changed(after: &str) -> bool {
    pattern!(
        r"^[\s)\]】」』番%]*(より(も|は)?(大|小|多|少|高|低|上|下)|未満|を(超|下回|上回|割)|超|の(半分|倍|[0-9.]+倍|逆数)|に[0-9.]+を?(足|加|引|掛|か|割|プラス)|から[0-9.]+を?(引|減)|を[0-9.]*(倍|割|半分)|目?に(大き|小さ|高|低|近)|を?(二乗|2乗)し|plus\b|minus\b|times\b)"
    )
    .is_match(after)
}

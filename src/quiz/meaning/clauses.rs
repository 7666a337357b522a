//! 答えを文に、文を節に分ける。

use crate::quiz::question::Contrast;
use crate::quiz::reading::{compiled, pattern};

/// A sentence.
#[derive(Debug)]
pub(super) struct Sentence {
    pub(super) text: String,
    pub(super) clauses: Vec<Clause>,
}

/// A stretch with one predicate, or without any.
#[derive(Debug)]
pub(super) struct Clause {
    pub(super) text: String,
    /// Mostly in Latin letters.
    pub(super) english: bool,
    /// `…すると`, `…場合`: said of a case, not of a fact.
    pub(super) conditional: bool,
    /// Nothing but a comma stands before it.
    pub(super) after_a_comma: bool,
    /// Said of another subject than the one asked about: `SGDは…`.
    pub(super) of_another: bool,
    /// Said of the subject asked about, against what was said of another: `…だが、モメンタムは`.
    pub(super) in_contrast: bool,
    /// `必ずではないが`: limits what is said, and denies nothing.
    pub(super) is_hedge: bool,
    /// `防げるとは限らない`: denies, unless something follows that takes it back in part.
    pub(super) is_doubt: bool,
    /// Behind `…が` or `but`.
    pub(super) after_a_turn: bool,
}

/// The sentences of an answer that has been read (`crate::quiz::reading`).
pub(super) fn sentences(
    answer: &str,
    subject: Option<&Contrast>,
    premise: Option<&Contrast>,
) -> Vec<Sentence> {
    let one_way = spelled(answer);
    let parts = pattern!(r"[。!?\n;/]|\.(?:\s|$)").split(&one_way);
    let here = |part: &str| premise.map_or_else(|| part.to_owned(), |premise| in_this_case(part, premise));
    let parts = parts.map(str::trim).filter(|part| !part.is_empty() && !asks(part)).map(here);
    parts.map(|part| sentence(&part, subject)).collect()
}

/// Leaves out what is said of the opposite case: `0にしないと…`, `BNをやめると…`, `乱数で初期化すると…`.
fn in_this_case(text: &str, premise: &Contrast) -> String {
    let Contrast { is, others } = premise;
    let cases = compiled(&format!(
        r"(?:(?P<that>{others})|(?P<this>{is}))[^、。,が]{{0,14}}?(?:すると|したら|れば|たら|なら|場合|とき|時|ないと|だと|めると|ると|うと|くと)|\b(?P<without>without|unless)\b[^,]{{0,24}}?(?:{is}|{others})|\b(?:with|using|if|when|to)\b[^,]{{0,16}}?(?P<with>{others})"
    ));
    let turns = pattern!(r"が、|けど|けれど|ものの|しかし|一方|逆に|つまり|\bbut\b|\bwhile\b");
    let mut kept = String::new();
    let (mut from, mut other) = (0, false);
    for case in cases.captures_iter(text) {
        let whole = case.get(0).map_or(0..0, |m| m.range());
        kept += told(&text[from..whole.start], other, turns);
        let denied = pattern!(r"ない|なけれ|なかっ|やめ|なし|抜く|外す|ず").is_match(&text[whole.clone()]);
        let that = case.name("that").or(case.name("with")).is_some();
        let without = case.name("without").is_some();
        other = if without { !compiled(others).is_match(&text[whole.clone()]) } else { that != denied };
        if !other {
            kept += &text[whole.clone()];
        }
        from = whole.end;
    }
    kept += told(&text[from..], other, turns);
    kept
}

/// Of a stretch about the opposite case only what comes after a turn.
fn told<'a>(stretch: &'a str, other: bool, turns: &regex::Regex) -> &'a str {
    if !other {
        return stretch;
    }
    turns.find(stretch).map_or("", |turn| &stretch[turn.end()..])
}

/// `どう進むか`, `what becomes of it`: nothing is claimed.
fn asks(sentence: &str) -> bool {
    pattern!(r"(どう|何|なに|どこ|どれ|どんな|いくつ|なぜ)[^、。]*か$|^(how|what|which|where|why)\b")
        .is_match(sentence)
}

fn sentence(text: &str, subject: Option<&Contrast>) -> Sentence {
    let cuts = pattern!(
        r"[、,:・|→]|ので|のに|ため(?:に)?|(?:だ|る|い|た|う|す|く)から|(?:る|い|た|す|ぶ)が[、,]?|(?:けど|けれど|ものの|しかし|ただし|また|そして|さらに|および|及び|かつ|一方)|\b(?:and|but|so that|so|because|since|while|whereas|thus|therefore|which|although|though|then|hence|due to)\b"
    );
    let mut clauses = vec![];
    let (mut from, mut comma, mut turned, mut of_another) = (0, false, false, false);
    let ends: Vec<(usize, usize)> = cuts.find_iter(text).map(|m| (m.start(), m.end())).collect();
    for &(cut, next) in ends.iter().chain([&(text.len(), text.len())]) {
        // The word that cuts stays with what it ends: `ない` in `ないから`.
        let end = if text[cut..next].starts_with(['る', 'い', 'た', 'す', 'ぶ', 'だ', 'う', 'く']) {
            next
        } else {
            cut
        };
        let piece = text[from..end].trim();
        if !piece.is_empty() {
            let spoken_of = subject.and_then(|subject| spoken_of(piece, subject));
            let was_of_another = of_another;
            of_another = spoken_of.unwrap_or(of_another && !turned);
            let in_contrast = was_of_another && !of_another;
            clauses.push(Clause { of_another, in_contrast, after_a_turn: turned, ..clause(piece, comma) });
            of_another &= !pattern!(r"^unlike\b").is_match(piece);
            turned = false;
        }
        comma = matches!(&text[cut..next], "、" | ",");
        turned |=
            pattern!(r"が[、,]?$|けど|けれど|ものの|しかし|一方|のに|but|while|whereas|although|though")
                .is_match(&text[cut..next]);
        from = next;
    }
    // What it is not decides nothing: `学習率を変えるのではなく、…`
    let replaced = clauses.iter().filter(|clause| pattern!("のじゃなく(て)?$").is_match(&clause.text));
    Sentence { text: replaced.fold(text.to_owned(), |text, clause| text.replace(&clause.text, "")), clauses }
}

fn clause(text: &str, after_a_comma: bool) -> Clause {
    let latin = text.chars().filter(char::is_ascii_alphabetic).count();
    let other = text.chars().filter(|c| !c.is_ascii() && c.is_alphabetic()).count();
    let conditional = pattern!(
        r"(すると|ると|いと|れば|たら|なら|場合は?|とき(は|に)?|時(は|に)?|だと)$|^(if|when)\b|^(最初|はじめ|初め|普通|通常|従来|一般に|sgd|通常の)"
    );
    Clause {
        text: text.to_owned(),
        english: latin > 2 * other,
        conditional: conditional.is_match(text),
        after_a_comma,
        of_another: false,
        in_contrast: false,
        after_a_turn: false,
        is_hedge: pattern!(
            r"(保証|必ず|絶対|常に|いつも|完全)[^、。]{0,12}(ない|なく|ません|限ら)|(not|n't|never|no|without)\b[^,]{0,20}(guarantee|always|necessarily)"
        )
        .is_match(text),
        is_doubt: pattern!(
            r"(と(は|も|までは)(限ら|限り|言え|いえ|言い切れ|言いきれ|断言でき)|わけでは)(ない|ないです|ません)(が|けど|けれど|ものの)?[、,]?$"
        )
        .is_match(text),
    }
}

/// Is the clause about another subject? Nothing if it names none.
fn spoken_of(clause: &str, subject: &Contrast) -> Option<bool> {
    let named = |names: &str| {
        let at = compiled(&format!(
            r"(?:{names})(?:は|では|が|だと|も|には|なら)|^(?:(?:plain|vanilla|standard|ordinary|the|original|unlike)\s+)*(?:{names})(?:\s+[a-z]|$)"
        ));
        // `AdaGradが改良された`
        at.find(clause)
            .filter(|m| {
                !pattern!(r"^が[^、]{0,6}され")
                    .is_match(&clause[m.end() - m.as_str().chars().last().map_or(0, char::len_utf8)..])
            })
            .map(|m| m.start())
    };
    match (named(&subject.is), named(&subject.others)) {
        (Some(_), _) => Some(false),
        (None, Some(_)) => Some(true),
        (None, None) => pattern!(r"^(it|this|these|they)\b").is_match(clause).then_some(false),
    }
}

/// Words that learners write in several ways, in one.
fn spelled(answer: &str) -> String {
    let mut text = answer.to_owned();
    for (from, to) in [
        ("パラメーター", "パラメータ"),
        ("出来", "でき"),
        ("無い", "ない"),
        ("無く", "なく"),
        ("早", "速"),
        ("はやい", "速い"),
        ("はやく", "速く"),
        ("ゼロ", "0"),
        ("零", "0"),
        ("全て", "すべて"),
        ("づら", "にく"),
        ("辛く", "にくく"),
        ("難く", "にくく"),
        ("過適合", "過学習"),
        ("オーバーフィッティング", "過学習"),
        ("収斂", "収束"),
        ("ローカルミニマム", "局所解"),
        ("グローバルミニマム", "大域解"),
        ("おなじ", "同じ"),
        ("同じ層", "一つの層"),
        ("same layer", "one layer"),
        ("パラメタ", "パラメータ"),
        ("行な", "行"),
        ("訳で", "わけで"),
        ("上手", "うま"),
        ("おさえ", "抑え"),
        ("みじか", "短"),
        ("調節", "調整"),
        // Not `ので`.
        ("のではな", "のじゃな"),
        ("のでなく", "のじゃなく"),
        // Nouns, not the end of a clause before が.
        ("違いが", "違いは"),
        ("勢いが", "勢いは"),
        ("neither ", "not "),
        (" nor ", " and not "),
        ("rather than", "and not"),
        ("instead of", "and not"),
    ] {
        text = text.replace(from, to);
    }
    // `同じ値しか伝わらない`: only that, and that it is.
    let text = pattern!(r"しか([^、。しな]{0,8}?[^、。]?)(ない|なく|ず|ません|なかった)")
        .replace_all(&text, "だけ${1}る");
    let text = pattern!(r"[、,]\s*(という|とは|と言|わけで)").replace_all(&text, "$1");
    // `収束するのに苦労する`: no contrast.
    let text =
        pattern!(r"のに(苦労|苦戦|手こず|てこず|手間|時間|役立|有効|必要)").replace_all(&text, "のが$1");
    // `has trouble converging`, `struggles to converge`
    let text = pattern!(
        r"\b((ha[sd]|have|having) )?(trouble|difficulty|difficulties|a hard time) (in )?([a-z]+ing)\b"
    )
    .replace_all(&text, "not $5");
    let text = pattern!(r"\bstruggl\w+ to\b").replace_all(&text, "not");
    pattern!(r"([^\x00-\x7F])[ \t]+([^\x00-\x7F])").replace_all(&text, "$1$2").into_owned()
}

/// Does the next predicate take the one before it as its object (`…の`を防ぐ, `…こと`が少ない, `…可能性`が低い)?
pub(super) fn takes_as_object(between: &str) -> bool {
    between.is_ascii()
        || pattern!(
            r"^[a-z~ ]*[をがはも]$|の(を|は|が|に)?|こと|可能性|確率|リスク|危険|おそれ|恐れ|場合|問題|現象|わけ|とは|という|影響|効果|必要|速度|スピード|頻度|回数|手間|依存|までの|ように|までに|見込み|望み|^(度|度合い|性)?(を|が|は|も|に)?$"
        )
        .is_match(between)
}

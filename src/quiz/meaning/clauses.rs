//! 答えを文に、文を節に分ける。

use crate::quiz::reading::pattern;

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
}

/// The sentences of an answer that has been read (`crate::quiz::reading`).
pub(super) fn sentences(answer: &str) -> Vec<Sentence> {
    let one_way = spelled(answer);
    let parts = pattern!(r"[。!?\n;/]|\.(?:\s|$)").split(&one_way);
    parts.map(str::trim).filter(|part| !part.is_empty()).map(sentence).collect()
}

fn sentence(text: &str) -> Sentence {
    let cuts = pattern!(
        r"[、,:・|→]|ので|のに|ため(?:に)?|(?:だ|る|い|た|う|す|く)から|(?:る|い|た|す|ぶ)が[、,]?|(?:けど|けれど|しかし|ただし|また|そして|さらに|および|及び|かつ|一方)|\b(?:and|but|so that|so|because|since|while|whereas|thus|therefore|which|although|though|then|hence|due to)\b"
    );
    let mut clauses = vec![];
    let (mut from, mut comma) = (0, false);
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
            clauses.push(clause(piece, comma));
        }
        comma = matches!(&text[cut..next], "、" | ",");
        from = next;
    }
    Sentence { text: text.to_owned(), clauses }
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
        ("上手", "うま"),
        ("おさえ", "抑え"),
        ("みじか", "短"),
    ] {
        text = text.replace(from, to);
    }
    pattern!(r"([^\x00-\x7F])[ \t]+([^\x00-\x7F])").replace_all(&text, "$1$2").into_owned()
}

/// Does the next predicate take the one before it as its object (`…の`を防ぐ, `…こと`が少ない, `…可能性`が低い)?
pub(super) fn takes_as_object(between: &str) -> bool {
    between.is_ascii()
        || pattern!(
            r"の(を|は|が|に)?|こと|可能性|確率|リスク|危険|おそれ|恐れ|場合|問題|現象|わけ|とは|という|影響|効果|必要|速度|スピード|頻度|回数|手間|依存|までの|ように|^(を|が|は|も|に)?$"
        )
        .is_match(between)
}

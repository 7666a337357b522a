//! 述語の表: どの言葉が、どの軸で、どの向きか。

use crate::quiz::reading::{compiled, pattern};
use regex::Regex;
use serde::Deserialize;
use std::sync::LazyLock;

/// 何を言っているか。それぞれに、正の言葉と負の言葉がある。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// 起きる ⇄ 防ぐ、減る
    Occurs,
    /// 多い、大きい、増える ⇄ 少ない、小さい、減る
    Amount,
    /// 速い ⇄ 遅い、時間がかかる
    Speed,
    /// 進む、できる、得られる ⇄ 止まる、失敗する
    Progress,
    /// 要る、難しい ⇄ 要らない、易しい
    Burden,
    /// 強い、得意、収束する ⇄ 弱い、苦手
    Strength,
    /// 安定する、揃う ⇄ ばらつく
    Stable,
    /// 依存する、敏感 ⇄ 頑健
    Depends,
    /// 消える、0 になる ⇄ 保つ、防ぐ
    Vanishes,
    /// 破れる ⇄ 残る
    Breaks,
}

impl Axis {
    const ALL: [Axis; 10] = [
        Axis::Occurs,
        Axis::Amount,
        Axis::Speed,
        Axis::Progress,
        Axis::Burden,
        Axis::Strength,
        Axis::Stable,
        Axis::Depends,
        Axis::Vanishes,
        Axis::Breaks,
    ];

    /// Words of this axis: positive, negative.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Axis::Occurs => (
                "起き|起こ|おき|おこ|生じ|発生|招|もたら|陥|おちい|はま|ハマ|嵌|落ち込|落ち|捕ま|捕らわ|捕われ|囚われ|とらわ|引っかか|ひっかか|とどま|留ま|止ま|停滞|収束|落ち着|増|促進|助長|悪化|強ま|残|引き継|受け継|抱え|そのまま|やすくな|なりやす|高ま|高い|高く|occur|happen|caus|get stuck|gets stuck|getting stuck|stuck|trap|fall|more likely|more prone|promot|increas|worsen|suffer|inherit|settl|attract|keep|remain|encourag|stall",
                "防|抑|避|回避|免れ|緩和|軽減|低減|減|解消|解決|改善|改良|克服|修正|補|対処|対策|除|抜け|脱|逃れ|乗り越|飛び越|越え|低い|低く|低下|下が|弱ま|弱め|小さ|少な|消え|なくな|なくせ|無くす|prevent|avoid|reduc|mitigat|alleviat|suppress|escap|overcom|solv|fix|eliminat|address|less|lower|decreas|weaken|remed|counter|combat|improv|resolv|jump|climb|roll(?:s|ing)? (?:past|over|out|through)|get(?:s|ting)? out|break(?:s|ing)? (?:out|free)|curb|guard|regulari|protect|eas(e|es)|solution|damp|smooth|against|leave|leaving|直し|直す|直せ|強い|強く",
            ),
            Axis::Amount => (
                "増|多|大き|高く|高い|高め|長く|長い|長引|伸び|上が|上げ|上昇|かかる|more|increas|larg|big|high|long|grow",
                "減|少な|小さ|短|低下|低|落ち|縮|下が|下げ|省|0に|抑|削|半分|衰|fewer|less|reduc|decreas|smaller|small|short|lower|low|shrink|decay|drop|saves|zero",
            ),
            Axis::Speed => (
                "速い|速く|速め|速ま|速さ|速|高速|加速|迅速|素速|短時間|短縮|短く|短い|短期間|すぐ|あっという間|一気|瞬|効率|スムーズ|アップ|向上|上が|上げ|促進|改善|減|少な|fast|quick|speed|accelerat|rapid|sooner|efficien|short|less time|fewer|reduc|decreas|smooth",
                "遅|鈍|のろ|長く|長い|長引|時間がかか|時間を要|低下|落ち|増え|増加|悪化|停滞|slow|long|delay|more time|increas",
            ),
            Axis::Progress => (
                "進|でき|上が|高ま|見つけ|見つか|行わ|行え|なされ|成功|可能|向上|改善|収束|到達|たどり着|辿り着|得られ|得や|得る|得ら|なり|なる|起こ|起き|更新され|学習され|learn|train|progress|converg|improv|reach|find|obtain|attain|achiev|updat|tuned|move|work|become|tend|ends? up|get",
                "止ま|停止|停滞|滞|失敗|不可能|困難|不十分|失|損な|ストップ|阻害|妨げ|支障|低下|落ち|悪|行き詰ま|頓挫|意味をなさ(?:ない|なく)|意味がな(?:い|く)|進みにく|難し|fail|get stuck|gets stuck|getting stuck|stuck|stop|stall|impossible|lost|lose|useless|prevent|meaningless|block|freez|frozen|halts?|trouble|difficult",
            ),
            Axis::Burden => (
                "必要|要する|要り|いら|いる|多|増|難し|大変|困難|手間がかか|面倒|シビア|敏感|かかる|重要|時間をかけ|時間がかか|手間をかけ|欠かせな|なければなら(?:ない|ず|ぬ|ません)?|なければいけ(?:ない|ません)?|ないといけ(?:ない|ません)?|なくては(?:なら|いけ)(?:ない|ません)?|ねばなら(?:ない|ぬ)?|ざるを得な(?:い)?|need|necessar|requir|many|much|more|lot|hard|difficult|sensitive|careful|burden|bother|headache|悩|苦労|負担",
                "少な|不要|減|軽|楽|簡単|容易|省|抑|最小限|低|わずか|自動|任せ|頑健|ロバスト|few|less|little|reduc|eas|minimal|unnecessary|hardly any|almost no|barely any|next to no|virtually no|robust|insensitive|rare",
            ),
            Axis::Strength => (
                "収束|近づ|近付|到達|たどり着|辿り着|進|強|得意|有効|効果|速|最適化|学習|更新|動|下れ|降り|うまく|向か|機能|対応|見つけ|でき|適し|優れ|落ち着|向いて|大きく|converg|work|well|good|fast|progress|effective|suit|reach|approach|optimi|perform|learn|move|strong|advance|handle",
                "弱|苦手|遠ざか|遠のく|止ま|停|遅|失敗|不得意|悪|困難|離れ|stuck|slow|stop|fail|poor|struggl|bad|weak|stall|trouble|difficult|苦労|苦戦|手こず|てこず|手間取|時間がかか|時間を要|mov(?:e|es|ing|ed) away|away from|drift",
            ),
            Axis::Stable => (
                "安定|揃|一定|均一|整|正規化|抑|stable|stabili|steady|consistent|normali|standardi|reduc",
                "不安定|ばらつ|変動|偏り|揺|崩|乱|unstable|vary|shift",
            ),
            Axis::Depends => (
                "依存|影響|敏感|左右|気に|気を|こだわ|注意|頼|神経質|シビア|depend|sensitiv|reli|rely|affect",
                "頑健|ロバスト|強い|鈍感|少な|小さ|減|低|下が|下げ|弱|緩和|軽減|抑|robust|less|reduc|insensitiv|lower|weak|little|free|not matter",
            ),
            Axis::Vanishes => (
                "消|0に|なくな|小さくな|小さくして|減衰|失|vanish|disappear|shrink|to zero|towards? zero|die",
                "防|抑|避|緩和|軽減|改善|解消|対策|保|維持|減ら|減る|伝わ|流れ|prevent|avoid|reduc|mitigat|less|keep flowing|keeps flowing|keep|maintain|flow|alleviat|address|suppress",
            ),
            Axis::Breaks => (
                "破|崩|壊|なくな|失|broken|break|broke|lost",
                "残|保|維持|続|まま|keep|remain|preserv|persist|stay|still",
            ),
        }
    }

    /// `局所解ではなく` says enough; `学習率は変化しない` says nothing of its amount.
    pub(super) fn may_be_only_denied(self) -> bool {
        matches!(self, Axis::Occurs | Axis::Progress | Axis::Breaks)
    }

    /// `遅いという欠点を改善` makes good again on an axis that has a good side.
    pub(super) fn is_mended_by(self, word: &Word) -> bool {
        matches!(self, Axis::Speed | Axis::Progress)
            && pattern!("^(改善|解消|解決|克服|防|避|回避|抑)").is_match(&word.text)
    }

    /// `小さくなりすぎるのを防ぐ`: what is prevented does not happen, on any axis.
    pub(super) fn is_prevented_by(word: &Word) -> bool {
        pattern!("^(防|避け|回避|解消|解決|克服|食い止|prevent|avoid|solv|overcom|fix|remed)")
            .is_match(&word.text)
    }

    pub(super) fn has(self, text: &str) -> bool {
        words(text).iter().any(|word| word.sign(self).is_some())
    }
}

/// Denials, longest first. What looks like one but isn't stands in `NEUTRAL`.
const DENIES: &str = "というのは間違|というのは誤|というのは嘘|と思われがち|ということはな|と(?:は|も|までは)(?:限ら|限り|言え|いえ|言い切れ|言いきれ|断言でき|思え)(?:な|ませ|ず|ぬ)|わけでもな|わけでも|こともな|ことはな|(?:可能性|見込み|望み|確率)(?:は|が|も)(?:低|薄|小さ|少な)|取り除|取り去|廃止|わけではな|わけでな|ではな|じゃな|でなく|でない|ではあり|ことなく|ことがな|ませ|まず(?:に)?|なかっ|ない|なく|なけれ|なし|ず|ぬ|にくい|にくく|にくさ|にくか|難い|[しりえきれ]がた|以外|不能|難しく|難しい|困難|わけがな|\\bnot\\b|n't\\b|\\bnever\\b|\\bno\\b|\\bno longer\\b|\\bwithout\\b|\\bhardly\\b|\\brarely\\b|\\bunlikely\\b|\\bneither\\b|\\bnor\\b|\\bcannot\\b|\\bfails? to\\b|\\bunable\\b|less likely|less prone|hard to|harder to|difficult to|harder for|instead of|rather than|far from|\\bless often\\b|\\bfew(?:er)? chances?\\b|\\bseldom\\b|\\bnothing\\b|\\black(?:s|ing)?\\b|\\bdiscard(?:s|ed|ing)?\\b|\\bremov(?:es?|ed|ing)\\b|\\bnowhere\\b|(?:keep|keeps|kept|stop|stops|stopped|prevent|prevents|prevented)(?: +[a-z~]+){0,4} +from|\\bignor(?:es|ed|ing|e)\\b|\\bforg(?:ets?|etting|ot)\\b|無視|忘れ|捨て|ないまま|ないで";

/// Contains a denial's letters without denying.
const NEUTRAL: &str = "だけでは?なく|だけでなく|のみならず|のみでなく|かもしれな|に違いな|しかな|少なくとも|まず最初|まずは|必ず|わずか|ずれ|ずつ|ずっと|まずい|いずれ|はず|問題なく|もれなく|さりげな|不安定|つなが|つながり|速度|スピードが|みなす|みなさ|伴な|行なわ|行なう|異な|ほんの|間もなく|まもなく|限りなく|絶え間なく|無駄なく|滞りなく|遠慮なく|not only|no doubt|nothing but|as well as|not just";

/// A word of the lexicon in a text.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) denies: bool,
    text: String,
}

impl Word {
    /// Its sign on this axis: that of the longest word it begins with.
    pub(super) fn sign(&self, axis: Axis) -> Option<i32> {
        static BEGINNINGS: LazyLock<[[Regex; 2]; Axis::ALL.len()]> = LazyLock::new(|| {
            let begins = |words: &str| compiled(&format!("^(?:{words})"));
            Axis::ALL.map(|axis| [begins(axis.words().0), begins(axis.words().1)])
        });
        let [plus, minus] = &BEGINNINGS[axis as usize];
        let length = |words: &Regex| words.find(&self.text).map(|m| m.end());
        let (plus, minus) = (length(plus), length(minus));
        // `hardly` is not hard.
        let whole = plus.max(minus) == Some(self.text.len());
        match (plus, minus) {
            (None, None) => None,
            _ if self.denies && self.text.is_ascii() && !whole => None,
            (plus, minus) => Some(if minus >= plus { -1 } else { 1 }),
        }
    }
}

/// The words of the lexicon in `text`, from left to right, the longest at each place.
pub(super) fn words(text: &str) -> Vec<Word> {
    static ANY: LazyLock<Regex> = LazyLock::new(|| {
        let of_axes = Axis::ALL.iter().flat_map(|axis| [axis.words().0, axis.words().1]);
        let mut all: Vec<&str> = of_axes.chain([DENIES, NEUTRAL]).flat_map(split).collect();
        all.sort_by_key(|word| std::cmp::Reverse(word.chars().filter(|c| !"\\b?:()".contains(*c)).count()));
        compiled(&all.join("|"))
    });
    static IS_DENIAL: LazyLock<Regex> =
        LazyLock::new(|| compiled(&format!("^(?:{DENIES}|なくな|なくせ|無くす)$")));
    static IS_NEUTRAL: LazyLock<Regex> = LazyLock::new(|| compiled(&format!("^(?:{NEUTRAL})$")));
    // The `low` in `allows` is no word.
    let begins = |m: &regex::Match<'_>| {
        let within = text[..m.start()].ends_with(|c: char| c.is_ascii_alphabetic());
        !within || !m.as_str().starts_with(|c: char| c.is_ascii_alphabetic()) || m.as_str().starts_with("n't")
    };
    let found = ANY.find_iter(text).filter(|m| begins(m) && !IS_NEUTRAL.is_match(m.as_str()));
    let word = |m: regex::Match<'_>| Word {
        start: m.start(),
        end: m.end(),
        denies: IS_DENIAL.is_match(m.as_str()),
        text: m.as_str().to_owned(),
    };
    found.map(word).collect()
}

/// The alternatives of a pattern that are not within brackets.
fn split(pattern: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    pattern.split(move |c: char| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        c == '|' && depth == 0
    })
}

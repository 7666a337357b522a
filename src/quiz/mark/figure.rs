//! 図の採点: どちらの図かを、側、形、名前のどれで言ってもよい。

use crate::quiz::outcome::{Mark, text};
use crate::quiz::question::{Figure, Pictured, Side};
use crate::quiz::reading::{compiled, denied, pattern};

/// Which of the two figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Wanted,
    Other,
}

impl Which {
    fn not(self) -> Which {
        if self == Which::Wanted { Which::Other } else { Which::Wanted }
    }
}

/// Every clause that speaks of a figure names what it shows; all must be true. `mirrored`: drawn with sides changed.
pub(super) fn mark(figure: &Figure, mirrored: bool, answer: &str) -> Mark {
    if pattern!(r"両方|どちらも|どちらでも|どっちも|both|neither|左右").is_match(answer) {
        return Mark::reject(text("どちらか一方です。", "It is one of the two."));
    }
    let clauses = pattern!(
        r"[、。,.;\n()]|ので|から|なら(?:ば)?|だし|であり|ではなく(?:て)?|じゃなく(?:て)?|でなく(?:て)?|\bso\b|\bbecause\b|\band\b|\bnot\b|\banything but\b|\bother than\b|\bexcept\b|\bwhile\b|\bsince\b|一方"
    );
    let mut says = vec![];
    let mut from = 0;
    let cuts: Vec<(usize, usize)> = clauses.find_iter(answer).map(|m| (m.start(), m.end())).collect();
    let mut negated_next = false;
    for &(to, next) in cuts.iter().chain([&(answer.len(), answer.len())]) {
        let cut = &answer[to..next];
        let clause = &answer[from..to];
        let denial = pattern!(
            r"((では|じゃ|で)(ない|ありません)|以外|違う|違います|誤り|間違い|と(は|も)?(言え|いえ|言い切れ|限ら|思え|思わ)(ない|ません)|というのは(誤り|間違い|違う)|わけではない|\b(is|are) (wrong|not|incorrect|false))(です|だ|方|ほう|の)*$"
        );
        let no = negated_next || cut.contains("なく") || denial.is_match(clause.trim());
        let clause = denial.replace(clause.trim(), "");
        let clause = clause.as_ref();
        negated_next = matches!(cut, "not" | "anything but" | "other than" | "except");
        from = next;
        let last = next == answer.len();
        if let Some(right) = clause_is_right(figure, mirrored, clause, last) {
            says.push(right != no);
        }
    }
    match says[..] {
        [] => Mark::invalid(text(
            "どちらの図かが読み取れません。「左」か「右」で答えてください。",
            "It is not clear which figure; answer left or right.",
        )),
        _ if says.iter().all(|&right| right) => Mark::accept(),
        _ => Mark::reject(text("図と名前が合っていません。", "Figure and name don't match.")),
    }
}

/// Does the clause point to the right figure? Without a name it is about the one asked for.
fn clause_is_right(figure: &Figure, mirrored: bool, clause: &str, last: bool) -> Option<bool> {
    let (left, right) = (pattern!(r"左|ひだり|left"), pattern!(r"右|みぎ|\bright\b"));
    let is = |pattern: &str| compiled(pattern).is_match(clause);
    let mut pointed: Vec<Which> = vec![];
    for (side, found) in [(Side::Left, left.find(clause)), (Side::Right, right.find(clause))] {
        let Some(found) = found else { continue };
        let which = if figure.wanted.drawn(mirrored) == side { Which::Wanted } else { Which::Other };
        pointed.push(if denied(&clause[found.end()..]) { which.not() } else { which });
    }
    let by_side = pointed.len();
    if is(&figure.wanted.shape) {
        pointed.push(Which::Wanted);
    }
    if is(&figure.other.shape) {
        pointed.push(Which::Other);
    }
    let described = !last && by_side == 1 && pointed.len() == 2;
    pointed.dedup();
    // `左は円なので`: what the figure looks like, not what it is called.
    if described && pointed.len() == 1 && !is(&figure.wanted.name) && !is(&figure.other.name) {
        return None;
    }
    let name = match (is(&figure.wanted.name), is(&figure.other.name)) {
        (_, false) => Which::Wanted,
        (false, true) => Which::Other,
        (true, true) => return paired(figure, mirrored, clause),
    };
    match pointed[..] {
        [] => None,
        [which] => Some(which == name),
        _ => Some(false),
    }
}

/// `左側 L2 右側 L1`: two pairs in one clause, each a side or shape followed by a name, or the other way round.
fn paired(figure: &Figure, mirrored: bool, clause: &str) -> Option<bool> {
    let at = |pattern: &str| compiled(pattern).find(clause).map(|m| m.start());
    let side = |pictured: &Pictured| match pictured.drawn(mirrored) {
        Side::Left => at("左|left"),
        Side::Right => at("右|right"),
    };
    let place = |pictured: &Pictured| side(pictured).or_else(|| at(&pictured.shape));
    let order = place(&figure.wanted)? < place(&figure.other)?;
    Some(order == (at(&figure.wanted.name)? < at(&figure.other.name)?))
}

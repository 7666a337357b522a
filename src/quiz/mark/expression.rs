//! 式の採点: 文字の並びではなく、値で比べる。

use crate::quiz::expression::{Fault, Node, Place, Stretch, names_a_slope, parse, stretches};
use crate::quiz::outcome::{Mark, text};
use crate::quiz::question;
use crate::quiz::reading::{is_denied, pattern};
use std::collections::BTreeMap;

/// So many points are compared.
const POINTS: usize = 24;
/// Two values are equal within this share of the larger.
const TOLERANCE: f64 = 1e-9;

/// Every chain of equalities must hold, and the last one about the asked quantity must end in the wanted value.
pub(super) fn mark(question: &question::Expression, answer: &str) -> Mark {
    let Some(sheet) = Sheet::of(question) else { return unreadable() };
    let mut claims: Vec<(Vec<f64>, String)> = vec![];
    let (mut another, mut denials, mut fault) = (false, false, None);
    for stretch in stretches(answer) {
        let is_denied = is_denied(&stretch.before, &stretch.after);
        let statement = match sheet.statement(&stretch) {
            Err(Wrong::Unreadable(why)) => {
                fault = Some(why);
                continue;
            }
            _ if is_denied => {
                denials = true;
                continue;
            }
            Err(Wrong::Letter(letter)) => return foreign(letter),
            Err(Wrong::Untrue) => {
                let say =
                    text("等号でつないだ式が、等しくありません。", "The two sides of an equals sign differ.");
                return Mark::reject(say);
            }
            Ok(statement) => statement,
        };
        fault = None;
        match statement {
            Statement::Aside => {}
            Statement::Another => another = true,
            Statement::Claim(values) => {
                if let Some((last, after)) = claims.last()
                    && hedged(after, &stretch.before)
                    && !same(last, &values)
                {
                    return Mark::undecided();
                }
                claims.push((values, stretch.after));
            }
        }
    }
    match claims.last() {
        _ if fault.is_some() => fault.map_or_else(unreadable, faulty),
        Some((values, _)) if same(values, &sheet.wanted) => Mark::accept(),
        Some(_) => Mark::reject(text("式が等しくありません。", "The expression is not equal to the answer.")),
        None if another => Mark::reject(text(
            format!("途中の式です。求めるのは {} です。", question.asked),
            format!("That is a step on the way; {} is asked for.", question.asked),
        )),
        None if denials => Mark::only_denied(),
        None => unreadable(),
    }
}

/// The question as numbers.
struct Sheet {
    places: Vec<BTreeMap<char, f64>>,
    definitions: BTreeMap<char, Node>,
    asked: Node,
    wanted: Vec<f64>,
}

enum Statement {
    /// What a letter stands for, or an object of the sentence.
    Aside,
    /// About another slope than the asked one.
    Another,
    Claim(Vec<f64>),
}

enum Wrong {
    Unreadable(Fault),
    Untrue,
    Letter(char),
}

impl Sheet {
    fn of(question: &question::Expression) -> Option<Sheet> {
        let letter = |name: &String| name.chars().next();
        let definitions =
            question.definitions.iter().map(|(name, node)| Some((letter(name)?, parse(node).ok()?)));
        let variables: Vec<char> = question.variables.iter().filter_map(letter).collect();
        // Multiples of irrational numbers spread over [-3, 3], negative sums and positive ones.
        let coordinate = |i: usize, v: usize| 6.0 * ((i + 1) as f64 * ((v + 2) as f64).sqrt()).fract() - 3.0;
        let place = |i| variables.iter().enumerate().map(|(v, &name)| (name, coordinate(i, v))).collect();
        let mut sheet = Sheet {
            places: (0..POINTS).map(place).collect(),
            definitions: definitions.collect::<Option<_>>()?,
            asked: parse(&question.asked).ok()?,
            wanted: vec![],
        };
        sheet.wanted = sheet.values(&parse(&question.wanted).ok()?).ok()?;
        Some(sheet)
    }

    fn values(&self, node: &Node) -> Result<Vec<f64>, char> {
        let value = |values| Place { values, definitions: &self.definitions }.value(node);
        self.places.iter().map(value).collect()
    }

    fn statement(&self, stretch: &Stretch) -> Result<Statement, Wrong> {
        let sides: Vec<&str> = stretch.maths.split('=').map(str::trim).collect();
        let last = sides.len() - 1;
        // The left side may be in words (`勾配 = 2t`), the right side may not be missing.
        let written = sides.iter().enumerate().filter(|(at, side)| !side.is_empty() || *at == last);
        let sides: Vec<Node> = written
            .map(|(_, side)| parse(side.trim_end_matches('.')))
            .collect::<Result<_, _>>()
            .map_err(Wrong::Unreadable)?;
        let values: Vec<Vec<f64>> =
            sides.iter().map(|side| self.values(side)).collect::<Result<_, _>>().map_err(Wrong::Letter)?;
        if values.windows(2).any(|pair| !same(&pair[0], &pair[1])) {
            return Err(Wrong::Untrue);
        }
        let defines = matches!(&sides[0], Node::Name(name) if self.definitions.contains_key(name));
        if (sides.len() > 1 && defines) || (sides.len() == 1 && is_an_object(stretch)) {
            return Ok(Statement::Aside);
        }
        let is_asked = sides[0] == self.asked || same(&values[0], &self.wanted);
        let another = matches!(&sides[0], Node::Slope(..)) && sides[0] != self.asked;
        match sides.iter().rposition(|side| !names_a_slope(side)) {
            _ if another => Ok(Statement::Another),
            Some(at) => Ok(Statement::Claim(values[at].clone())),
            None if is_asked => Ok(Statement::Aside),
            None => Ok(Statement::Another),
        }
    }
}

/// `x で微分して`, `2t に 1 を掛けて`: spoken of, not claimed.
fn is_an_object(stretch: &Stretch) -> bool {
    pattern!(
        r"^(で(微分|偏微分|割|わ)|を|に(つ|対|関|代|[^な]|$)|と(し|お|置|す|の|[^な思考])|が|は|の(?:$|[^で])|について|から|より|倍)"
    )
    .is_match(&stretch.after)
}

/// Are two claims offered side by side?
fn hedged(after: &str, before: &str) -> bool {
    let between = if after.is_empty() { before } else { after };
    pattern!(r"^[\s,、]*$|^(か|または|又は|もしくは|あるいは|or|それとも|および|と)[\s、,]*$|または|もしくは|あるいは")
        .is_match(between)
}

fn same(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(a, b)| (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()))
}

fn unreadable() -> Mark {
    Mark::invalid(text(
        "式が見つかりません。2(x+y) のように書いてください。",
        "No expression found; write one like 2(x+y).",
    ))
}

fn foreign(letter: char) -> Mark {
    Mark::reject(text(
        format!("{letter} は、この問題にない文字です。"),
        format!("There is no {letter} in this question."),
    ))
}

fn faulty(fault: Fault) -> Mark {
    Mark::invalid(match fault {
        Fault::Bracket => text("かっこの数が合っていません。", "The brackets don't match."),
        Fault::Incomplete => text("式が途中で終わっています。", "The expression is incomplete."),
        Fault::Deep => text("かっこが深すぎます。", "The brackets are nested too deeply."),
        Fault::Foreign(c) => {
            text(format!("「{c}」は式として読めません。"), format!("\"{c}\" can't be read as mathematics."))
        }
    })
}

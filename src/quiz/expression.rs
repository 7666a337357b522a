//! 式を読み、値を求める。
//!
//! 学習者の書き方を受け入れる: `2(x+y)`、`2*x + 2.0*y`、`\frac{4}{2}(x+y)`、`2×(ｙ＋ｘ)`、`|x+y|`、`sqrt(…)`、`(x+y)**1`。
//! 値は微分も一緒に求める（双対数）ので、`dz/dx` も `d/dx (x+y)^2` も、ほかの項と同じように比べられる。

mod parse;
mod prose;

pub(super) use parse::{Fault, parse};
pub(super) use prose::{Stretch, stretches};

use std::collections::BTreeMap;

/// An expression as a tree.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Number(f64),
    /// `x`, `t`
    Name(char),
    /// `dz/dx`
    Slope(char, char),
    /// `d/dx` of what follows
    SlopeOf(char, Box<Node>),
    Negative(Box<Node>),
    Abs(Box<Node>),
    Sqrt(Box<Node>),
    Sum(Box<Node>, Box<Node>),
    Difference(Box<Node>, Box<Node>),
    Product(Box<Node>, Box<Node>),
    Quotient(Box<Node>, Box<Node>),
    Power(Box<Node>, Box<Node>),
}

/// A value and its slope.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Dual {
    value: f64,
    slope: f64,
}

/// Where an expression is evaluated: values of the variables, and what the other letters stand for.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) values: &'a BTreeMap<char, f64>,
    pub(super) definitions: &'a BTreeMap<char, Node>,
}

impl Place<'_> {
    /// The value, unless a letter is unknown.
    pub(super) fn value(&self, node: &Node) -> Result<f64, char> {
        self.dual(node, None).map(|d| d.value)
    }

    /// Value, and slope in `along`. A defined letter that is itself `along` is taken as free.
    fn dual(&self, node: &Node, along: Option<char>) -> Result<Dual, char> {
        let at = |node: &Node| self.dual(node, along);
        let constant = |value| Dual { value, slope: 0.0 };
        Ok(match node {
            Node::Number(value) => constant(*value),
            Node::Name(name) => {
                let slope = if along == Some(*name) { 1.0 } else { 0.0 };
                match (self.values.get(name), self.definitions.get(name)) {
                    (Some(&value), _) => Dual { value, slope },
                    (_, Some(stands_for)) if along == Some(*name) => {
                        Dual { value: self.value(stands_for)?, slope }
                    }
                    (_, Some(stands_for)) => at(stands_for)?,
                    _ => return Err(*name),
                }
            }
            Node::Slope(of, along) => constant(self.dual(&Node::Name(*of), Some(*along))?.slope),
            Node::SlopeOf(along, of) => constant(self.dual(of, Some(*along))?.slope),
            Node::Negative(a) => at(a)?.times(constant(-1.0)),
            Node::Abs(a) => {
                let a = at(a)?;
                a.times(constant(if a.value < 0.0 { -1.0 } else { 1.0 }))
            }
            Node::Sqrt(a) => at(a)?.power(constant(0.5)),
            Node::Sum(a, b) => at(a)?.plus(at(b)?),
            Node::Difference(a, b) => at(a)?.plus(at(b)?.times(constant(-1.0))),
            Node::Product(a, b) => at(a)?.times(at(b)?),
            Node::Quotient(a, b) => at(a)?.times(at(b)?.power(constant(-1.0))),
            Node::Power(a, b) => at(a)?.power(at(b)?),
        })
    }
}

impl Dual {
    fn plus(self, b: Dual) -> Dual {
        Dual { value: self.value + b.value, slope: self.slope + b.slope }
    }

    fn times(self, b: Dual) -> Dual {
        Dual { value: self.value * b.value, slope: self.slope * b.value + self.value * b.slope }
    }

    fn power(self, b: Dual) -> Dual {
        let value = self.value.powf(b.value);
        let of_base = b.value * self.value.powf(b.value - 1.0) * self.slope;
        let of_exponent = if b.slope == 0.0 { 0.0 } else { value * self.value.ln() * b.slope };
        Dual { value, slope: of_base + of_exponent }
    }
}

/// The value of an expression without letters.
pub(super) fn number(text: &str) -> Option<f64> {
    let (values, definitions) = (&BTreeMap::new(), &BTreeMap::new());
    Place { values, definitions }.value(&parse(text).ok()?).ok()
}

/// Does the tree name a slope anywhere?
pub(super) fn names_a_slope(node: &Node) -> bool {
    match node {
        Node::Number(_) | Node::Name(_) => false,
        Node::Slope(..) | Node::SlopeOf(..) => true,
        Node::Negative(a) | Node::Abs(a) | Node::Sqrt(a) => names_a_slope(a),
        Node::Sum(a, b)
        | Node::Difference(a, b)
        | Node::Product(a, b)
        | Node::Quotient(a, b)
        | Node::Power(a, b) => names_a_slope(a) || names_a_slope(b),
    }
}

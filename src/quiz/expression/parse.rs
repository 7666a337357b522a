//! 文字の並びから式の木を作る。書き方はあらかじめ整えてある（`super::super::reading`）。

use super::Node;

/// Why a text isn't an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::quiz) enum Fault {
    /// A bracket without its partner.
    Bracket,
    /// A sign without its number.
    Incomplete,
    /// Brackets within brackets, deeper than any answer needs.
    Deep,
    /// A character that no expression has.
    Foreign(char),
}

const DEEPEST: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token {
    Number(f64),
    Name(char),
    /// `dx`
    Differential(char),
    /// the `d` of `d/dx`
    D,
    Sqrt,
    Abs,
    /// One of `+ - * / ^ ( ) |`
    Sign(char),
}

/// Reads one expression.
pub(in crate::quiz) fn parse(text: &str) -> Result<Node, Fault> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0, within_bars: false };
    let node = parser.sum()?;
    match parser.peek() {
        None => Ok(node),
        Some(Token::Sign(')')) => Err(Fault::Bracket),
        Some(_) => Err(Fault::Incomplete),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = vec![];
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).copied();
        let here: String = chars[at..chars.len().min(at + 4)].iter().collect();
        let length = match c {
            ' ' | '\n' | '\t' => 1,
            '0'..='9' | '.' => {
                let length = number_length(&chars[at..]);
                let digits: String = chars[at..at + length].iter().filter(|&&c| c != '_').collect();
                tokens.push(Token::Number(digits.parse().map_err(|_| Fault::Foreign(c))?));
                length
            }
            '*' if next == Some('*') => {
                tokens.push(Token::Sign('^'));
                2
            }
            '*' | '×' | '·' | '・' => {
                tokens.push(Token::Sign('*'));
                1
            }
            '/' | '÷' => {
                tokens.push(Token::Sign('/'));
                1
            }
            '(' | '{' | '[' => {
                tokens.push(Token::Sign('('));
                1
            }
            ')' | '}' | ']' => {
                tokens.push(Token::Sign(')'));
                1
            }
            '+' | '-' | '^' | '|' => {
                tokens.push(Token::Sign(c));
                1
            }
            '√' => {
                tokens.push(Token::Sqrt);
                1
            }
            '∂' | 'd' => {
                let named = next.filter(char::is_ascii_lowercase);
                tokens.push(named.map_or(Token::D, Token::Differential));
                if named.is_some() { 2 } else { 1 }
            }
            's' if here == "sqrt" => {
                tokens.push(Token::Sqrt);
                4
            }
            'a' if here.starts_with("abs") => {
                tokens.push(Token::Abs);
                3
            }
            'a'..='z' | 'α'..='ω' => {
                tokens.push(Token::Name(c));
                1
            }
            c => return Err(Fault::Foreign(c)),
        };
        at += length;
    }
    Ok(tokens)
}

/// `2`, `2.0`, `.5`, `2.`, `2e-3`
fn number_length(chars: &[char]) -> usize {
    let digits = |from: usize| chars[from..].iter().take_while(|c| c.is_ascii_digit() || **c == '_').count();
    let mut length = digits(0);
    if chars.get(length) == Some(&'.') {
        length += 1 + digits(length + 1);
    }
    if chars.get(length) == Some(&'e') {
        let signed = usize::from(matches!(chars.get(length + 1), Some('+' | '-')));
        let exponent = if length + 1 + signed < chars.len() { digits(length + 1 + signed) } else { 0 };
        if exponent > 0 {
            length += 1 + signed + exponent;
        }
    }
    length.max(1)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    within_bars: bool,
}

impl Parser {
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    fn take(&mut self, sign: char) -> bool {
        let found = self.peek() == Some(Token::Sign(sign));
        self.at += usize::from(found);
        found
    }

    /// Reads something that stands within something else.
    fn within(&mut self, read: fn(&mut Parser) -> Result<Node, Fault>) -> Result<Node, Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Fault::Deep);
        }
        let node = read(self)?;
        self.depth -= 1;
        Ok(node)
    }

    fn sum(&mut self) -> Result<Node, Fault> {
        self.within(Parser::terms)
    }

    fn terms(&mut self) -> Result<Node, Fault> {
        let mut left = self.product()?;
        loop {
            left = if self.take('+') {
                Node::Sum(Box::new(left), Box::new(self.product()?))
            } else if self.take('-') {
                Node::Difference(Box::new(left), Box::new(self.product()?))
            } else {
                return Ok(left);
            };
        }
    }

    fn product(&mut self) -> Result<Node, Fault> {
        let mut left = self.signed()?;
        loop {
            left = if self.take('*') {
                Node::Product(Box::new(left), Box::new(self.signed()?))
            } else if self.take('/') {
                Node::Quotient(Box::new(left), Box::new(self.signed()?))
            } else if self.begins_a_factor() {
                Node::Product(Box::new(left), Box::new(self.power()?))
            } else {
                return Ok(left);
            };
        }
    }

    /// What may follow a factor without a sign between: `2x`, `2(x+y)`, `x y`.
    fn begins_a_factor(&self) -> bool {
        match self.peek() {
            None | Some(Token::Sign('+' | '-' | '*' | '/' | '^' | ')')) => false,
            Some(Token::Sign('|')) => !self.within_bars,
            Some(_) => true,
        }
    }

    fn signed(&mut self) -> Result<Node, Fault> {
        let mut negative = false;
        loop {
            if self.take('-') {
                negative = !negative;
            } else if !self.take('+') {
                break;
            }
        }
        let node = self.power()?;
        Ok(if negative { Node::Negative(Box::new(node)) } else { node })
    }

    fn power(&mut self) -> Result<Node, Fault> {
        let base = self.factor()?;
        if !self.take('^') {
            return Ok(base);
        }
        let exponent = self.within(Parser::signed)?;
        Ok(Node::Power(Box::new(base), Box::new(exponent)))
    }

    fn factor(&mut self) -> Result<Node, Fault> {
        let token = self.peek().ok_or(Fault::Incomplete)?;
        self.at += 1;
        Ok(match token {
            Token::Number(value) => Node::Number(value),
            Token::Name(name) => Node::Name(name),
            Token::Differential(of) => Node::Slope(of, self.along()?),
            Token::D => Node::SlopeOf(self.along()?, Box::new(self.power()?)),
            Token::Sqrt => Node::Sqrt(Box::new(self.within(Parser::factor)?)),
            Token::Abs => Node::Abs(Box::new(self.within(Parser::factor)?)),
            Token::Sign('(') => self.bracket()?,
            Token::Sign('|') => {
                let outside = std::mem::replace(&mut self.within_bars, true);
                let inside = self.sum()?;
                self.within_bars = outside;
                if !self.take('|') {
                    return Err(Fault::Bracket);
                }
                Node::Abs(Box::new(inside))
            }
            Token::Sign(')') => return Err(Fault::Bracket),
            Token::Sign(_) => return Err(Fault::Incomplete),
        })
    }

    /// What stands in brackets; `(dz)/(dx)` and `(d)/(dx)` are slopes too.
    fn bracket(&mut self) -> Result<Node, Fault> {
        use Token::{D, Differential, Sign};
        let rest = &self.tokens[self.at..];
        if let [Differential(of), Sign(')'), Sign('/'), Sign('('), Differential(along), Sign(')'), ..] = *rest
        {
            self.at += 6;
            return Ok(Node::Slope(of, along));
        }
        if let [D, Sign(')'), Sign('/'), Sign('('), Differential(along), Sign(')'), ..] = *rest {
            self.at += 6;
            return Ok(Node::SlopeOf(along, Box::new(self.power()?)));
        }
        let outside = std::mem::replace(&mut self.within_bars, false);
        let inside = self.sum()?;
        self.within_bars = outside;
        if self.take(')') { Ok(inside) } else { Err(Fault::Bracket) }
    }

    /// `/dx` behind `dz` or `d`: the letter.
    fn along(&mut self) -> Result<char, Fault> {
        match (self.take('/'), self.peek()) {
            (true, Some(Token::Differential(along))) => {
                self.at += 1;
                Ok(along)
            }
            _ => Err(Fault::Incomplete),
        }
    }
}

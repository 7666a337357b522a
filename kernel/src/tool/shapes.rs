//! What the types of variables are made of, so that a variable never meets another type of the same name.
//!
//! All cells are one crate to rustc, and a type's identity (`TypeId`) is its path and the names of its fields, not
//! their types. After `struct P { a: u64 }` and later `struct P { a: String }` both are "the same" type, and a variable
//! of the first would be read as one of the second. So the store is told a number that depends on the definition of
//! every type of the notebook that a variable's type is made of.

use super::plan::hex;
use super::rewrite::{Line, parsed};
use ra_ap_syntax::ast::{self, HasName as _};
use ra_ap_syntax::{AstNode as _, SyntaxKind, SyntaxNode, SyntaxToken};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeSet, HashMap};

/// The calls of the store that carry a type, and what they become where the type is the notebook's own.
const CALLS: [(&str, &str); 3] = [
    (".check_variable::<", ".check_shaped::<"),
    (".take_variable::<", ".take_shaped::<"),
    (".put_variable::<", ".put_shaped::<"),
];
const TYPE_ENDS: &str = ">(stringify!(";

/// Adds to each call of the store the shape of its type.
pub(super) fn shape(items: &[Line], function: &mut [Line]) {
    let text: String = items.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect();
    let definitions = Definitions::read(&text);
    if definitions.by_name.is_empty() {
        return;
    }
    for line in function {
        for (plain, shaped) in CALLS {
            let parts = line.text.split_once(plain).and_then(|(before, rest)| {
                let (kind, after) = rest.split_once(TYPE_ENDS)?;
                Some((before, kind, after))
            });
            if line.text.contains("evcxr_variable_store.")
                && let Some((before, kind, after)) = parts
                && let Some(shape) = definitions.shape(kind)
            {
                line.text = format!("{before}{shaped}{kind}, {shape}{TYPE_ENDS}{after}");
            }
        }
    }
}

/// The items of the notebook that can have a part in a type.
#[derive(Default)]
struct Definitions {
    /// by each name under which an item can be reached: the item's words, without comments and blanks
    by_name: HashMap<String, Vec<Definition>>,
}

struct Definition {
    words: Vec<String>,
    /// a `use` leads to other names and is no part of a type itself
    is_alias: bool,
}

impl Definitions {
    fn read(items: &str) -> Definitions {
        let mut definitions = Definitions::default();
        for item in parsed(items).children().filter_map(ast::Item::cast) {
            let words: Vec<String> = tokens(item.syntax()).map(|token| token.text().to_owned()).collect();
            for name in names(&item) {
                let definition =
                    Definition { words: words.clone(), is_alias: matches!(item, ast::Item::Use(_)) };
                definitions.by_name.entry(name).or_default().push(definition);
            }
        }
        definitions
    }

    /// A number for all definitions that `kind` is made of, directly or not; none if there are none.
    fn shape(&self, kind: &str) -> Option<u64> {
        let mut open: Vec<&str> = kind.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut parts: BTreeSet<String> = BTreeSet::new();
        while let Some(name) = open.pop() {
            if seen.insert(name) {
                for definition in self.by_name.get(name).into_iter().flatten() {
                    open.extend(definition.words.iter().map(String::as_str));
                    if !definition.is_alias {
                        parts.insert(definition.words.join(" "));
                    }
                }
            }
        }
        if parts.is_empty() {
            return None;
        }
        let parts: Vec<String> = parts.into_iter().collect();
        u64::from_str_radix(&hex(&Sha256::digest(parts.join("\n")))[..16], 16).ok()
    }
}

/// The names by which a type's text can lead to the item; none for items that never are part of a type.
fn names(item: &ast::Item) -> Vec<String> {
    let one = |name: Option<ast::Name>| name.map(|name| name.text().to_string()).into_iter().collect();
    match item {
        ast::Item::Struct(item) => one(item.name()),
        ast::Item::Enum(item) => one(item.name()),
        ast::Item::Union(item) => one(item.name()),
        ast::Item::TypeAlias(item) => one(item.name()),
        ast::Item::Trait(item) => one(item.name()),
        ast::Item::Module(item) => one(item.name()),
        ast::Item::Const(item) => one(item.name()),
        ast::Item::MacroRules(item) => one(item.name()),
        ast::Item::Fn(item) if item.const_token().is_some() => one(item.name()),
        ast::Item::Impl(item) => of_associated_types(item),
        ast::Item::Use(item) => identifiers(item.syntax()),
        // It may define types, whose names are written as such.
        ast::Item::MacroCall(item) => identifiers(item.syntax())
            .into_iter()
            .filter(|name| name.starts_with(char::is_uppercase))
            .collect(),
        _ => Vec::new(),
    }
}

/// A type reaches an associated type by the trait.
fn of_associated_types(item: &ast::Impl) -> Vec<String> {
    let mut items = item.assoc_item_list().into_iter().flat_map(|list| list.assoc_items());
    let some = items.any(|item| matches!(item, ast::AssocItem::TypeAlias(_) | ast::AssocItem::Const(_)));
    match item.trait_() {
        Some(ast::Type::PathType(path)) if some => {
            let name = path.path().and_then(|path| path.segment()?.name_ref());
            name.map(|name| name.text().to_string()).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn identifiers(node: &SyntaxNode) -> Vec<String> {
    let identifiers = tokens(node).filter(|token| token.kind() == SyntaxKind::IDENT);
    identifiers.map(|token| token.text().to_owned()).collect()
}

fn tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> {
    let tokens = node.descendants_with_tokens().filter_map(|element| element.into_token());
    tokens.filter(|token| {
        !matches!(token.kind(), SyntaxKind::WHITESPACE | SyntaxKind::COMMENT)
            && !token
                .parent_ancestors()
                .filter_map(ast::Attr::cast)
                .any(|attribute| is_of_no_account(&attribute))
    })
}

/// Attributes that do not change what a type is made of: a variable outlives a `derive` that is added.
const OF_NO_ACCOUNT: [&str; 7] = ["derive", "doc", "allow", "expect", "warn", "must_use", "deprecated"];

fn is_of_no_account(attribute: &ast::Attr) -> bool {
    let path = attribute.syntax().descendants().find_map(ast::Path::cast);
    path.is_some_and(|path| OF_NO_ACCOUNT.contains(&path.syntax().text().to_string().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(items: &str, kind: &str) -> Option<u64> {
        Definitions::read(items).shape(kind)
    }

    #[test]
    fn a_type_that_is_not_the_notebooks_has_no_shape() {
        assert_eq!(shape("struct P { a: u64 }\nfn Vec() {}\nuse std::vec::Vec;", "Vec<f64>"), None);
    }

    #[test]
    fn another_definition_is_another_shape_also_deep_inside() {
        for (one, other, kind) in [
            ("struct P { a: u64 }", "struct P { a: String }", "P"),
            ("struct P { a: u64 }", "struct P { a: String }", "std::sync::Arc<Vec<P>>"),
            ("struct P(u8, u16);", "#[repr(C)] struct P(u8, u16);", "P"),
            ("struct Q(P); struct P(u8);", "struct Q(P); struct P(u16);", "Q"),
            ("type T = u64; struct P(T);", "type T = String; struct P(T);", "P"),
            ("mod m { pub struct Z(u8); }", "mod m { pub struct Z(u16); }", "m::Z"),
            (
                "mod m { pub struct Z(u8); } use m::Z as Y;",
                "mod m { pub struct Z(u16); } use m::Z as Y;",
                "Y",
            ),
            ("const N: usize = 1; struct P([u8; N]);", "const N: usize = 2; struct P([u8; N]);", "P"),
            ("trait S { fn a(&self); }", "trait S { fn b(&self); fn a(&self); }", "Box<dyn S>"),
            (
                "struct P(<u8 as T>::O); impl T for u8 { type O = u8; }",
                "struct P(<u8 as T>::O); impl T for u8 { type O = u16; }",
                "P",
            ),
            (
                "macro_rules! m { ($n:ident) => { struct $n(u8); } } m!(P);",
                "macro_rules! m { ($n:ident) => { struct $n(u16); } } m!(P);",
                "P",
            ),
        ] {
            assert!(shape(one, kind).is_some());
            assert_ne!(shape(one, kind), shape(other, kind), "{one} {other}");
        }
    }

    #[test]
    fn what_is_no_part_of_a_type_does_not_change_its_shape() {
        let one = shape("struct P { a: u64 }", "P");
        for same in [
            "struct P {\n    // a comment\n    a: u64\n}",
            "/// A point.\n#[derive(Debug, Clone)]\n#[allow(dead_code)]\nstruct P { a: u64 }",
            "struct P { a: u64 }\nstruct Q { a: u8 }\nfn P() -> u8 { 1 }",
            "struct P { a: u64 }\nimpl P { fn twice(&self) -> u64 { self.a * 2 } }",
            "impl Q for u64 { type O = u8; }\nstruct P { a: u64 }",
            "thread_local! { static X: Cell<u64> = Cell::new(1); }\nuse std::a;\nstruct P { a: u64 }",
        ] {
            assert_eq!(shape(same, "P"), one, "{same}");
        }
    }

    #[test]
    fn only_calls_of_the_store_with_types_of_the_notebook_change() {
        let lines = |text: &str| -> Vec<Line> { text.lines().map(|text| Line::ours(text, 1)).collect() };
        let before = "let mut p = evcxr_variable_store.take_variable::<P>(stringify!(p));\n\
            evcxr_variable_store.put_variable::<P>(stringify!(p), p);\n\
            evcxr_variable_store.put_variable::<u8>(stringify!(n), n);\n\
            other.put_variable::<P>(stringify!(p), p);";
        let mut after = lines(before);
        super::shape(&lines("struct P(u8);"), &mut after);
        let after: Vec<&str> = after.iter().map(|line| line.text.as_str()).collect();
        let shape = shape("struct P(u8);", "P").unwrap();
        assert_eq!(
            after[0],
            format!("let mut p = evcxr_variable_store.take_shaped::<P, {shape}>(stringify!(p));")
        );
        assert_eq!(after[1], format!("evcxr_variable_store.put_shaped::<P, {shape}>(stringify!(p), p);"));
        assert_eq!(after[2..], before.lines().collect::<Vec<_>>()[2..]);
    }
}

//! `impl` blocks of a session: the newer replaces the older.
//!
//! evcxr keeps an item under its name, and an `impl` under the name of the item before it in its cell; one that stands
//! alone is added again each time its cell is run, which rustc refuses. So each `impl` gets an item before it, its
//! anchor, whose name we choose: an anchor that comes again without its `impl` takes that away.

use crate::tool::hex;
use ra_ap_syntax::ast::{self, HasName as _};
use ra_ap_syntax::{AstNode as _, SyntaxKind, SyntaxNode};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Begins the names of anchors.
pub(super) const ANCHOR: &str = "KAKUNIN_IMPL_";

/// An `impl` block.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Impl {
    /// everything before the braces, without comments and blanks
    header: String,
    is_trait: bool,
    /// the functions, constants and types in it, each with its text in one line
    items: Vec<(String, String)>,
    /// the named item before it in its cell: when that is defined again, so is what belongs to it
    owner: Option<String>,
}

/// The `impl` blocks of the session by their anchors.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Impls(BTreeMap<String, Impl>);

/// What a cell changes.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// the blocks after the cell, if it succeeds
    pub(super) after: Impls,
    /// text to stand before each of the cell's nodes
    pub(super) before: Vec<String>,
}

impl Impls {
    /// What a cell of these top-level nodes changes.
    pub(super) fn change(&self, nodes: &[SyntaxNode]) -> Change {
        let mut after = self.clone();
        let mut before = vec![String::new(); nodes.len()];
        let mut fresh: BTreeMap<String, Impl> = BTreeMap::new();
        let mut defined: BTreeSet<String> = BTreeSet::new();
        let mut owner = None;
        for (node, before) in nodes.iter().zip(&mut before) {
            match ast::Item::cast(node.clone()) {
                Some(ast::Item::Impl(block)) => {
                    let anchor = ANCHOR.to_owned() + &hex(&Sha256::digest(node.text().to_string()))[..12];
                    *before = anchored(&anchor, "");
                    fresh.insert(anchor, Impl::read(&block, owner.clone()));
                }
                Some(item) => {
                    if let Some(name) = name(&item) {
                        defined.insert(name.clone());
                        owner = Some(name);
                    }
                }
                None => {}
            }
        }
        let mut taken_back = String::new();
        for (anchor, known) in &self.0 {
            if fresh.contains_key(anchor) {
                continue;
            }
            let orphaned = known.owner.as_ref().is_some_and(|owner| defined.contains(owner));
            let Some(left) = (if orphaned { Some(None) } else { known.left_by(fresh.values()) }) else {
                continue;
            };
            match left {
                Some(left) => {
                    taken_back += &anchored(anchor, &left.text());
                    after.0.insert(anchor.clone(), left);
                }
                None => {
                    taken_back += &anchored(anchor, "");
                    after.0.remove(anchor);
                }
            }
        }
        if let Some(first) = before.first_mut() {
            first.insert_str(0, &taken_back);
        }
        after.0.extend(fresh);
        Change { after, before }
    }
}

impl Impl {
    fn read(block: &ast::Impl, owner: Option<String>) -> Impl {
        let list = block.assoc_item_list();
        let end = list.as_ref().map(|list| list.syntax().text_range().start());
        let items = list.into_iter().flat_map(|list| list.assoc_items());
        Impl {
            header: one_line(block.syntax(), |token| end.is_none_or(|end| token.text_range().start() < end)),
            is_trait: block.trait_().is_some(),
            items: items
                .filter_map(|item| Some((associated(&item)?, one_line(item.syntax(), |_| true))))
                .collect(),
            owner,
        }
    }

    /// What is left of it beside newer blocks: nothing, if it is not touched; else what they don't replace.
    fn left_by<'a>(&self, newer: impl Iterator<Item = &'a Impl>) -> Option<Option<Impl>> {
        let same: Vec<&Impl> = newer.filter(|newer| newer.header == self.header).collect();
        if self.is_trait {
            return (!same.is_empty()).then_some(None);
        }
        let replaced =
            |name: &String| same.iter().any(|newer| newer.items.iter().any(|(other, _)| other == name));
        let items: Vec<_> = self.items.iter().filter(|(name, _)| !replaced(name)).cloned().collect();
        if items.len() == self.items.len() {
            return None;
        }
        Some((!items.is_empty()).then(|| Impl { items, ..self.clone() }))
    }

    fn text(&self) -> String {
        let items: Vec<&str> = self.items.iter().map(|(_, text)| text.as_str()).collect();
        format!("{} {{ {} }} ", self.header, items.join(" "))
    }
}

fn anchored(anchor: &str, block: &str) -> String {
    format!("const {anchor}: () = (); {block}")
}

/// The name under which evcxr keeps an item.
fn name(item: &ast::Item) -> Option<String> {
    let name = match item {
        ast::Item::Const(item) => item.name(),
        ast::Item::Enum(item) => item.name(),
        ast::Item::Fn(item) => item.name(),
        ast::Item::Module(item) => item.name(),
        ast::Item::Static(item) => item.name(),
        ast::Item::Struct(item) => item.name(),
        ast::Item::Trait(item) => item.name(),
        ast::Item::TypeAlias(item) => item.name(),
        ast::Item::Union(item) => item.name(),
        _ => None,
    };
    name.map(|name| name.text().to_string())
}

fn associated(item: &ast::AssocItem) -> Option<String> {
    let name = match item {
        ast::AssocItem::Fn(item) => item.name(),
        ast::AssocItem::Const(item) => item.name(),
        ast::AssocItem::TypeAlias(item) => item.name(),
        ast::AssocItem::MacroCall(_) => None,
    };
    name.map(|name| name.text().to_string())
}

/// The words of a node, without comments. (A text over several lines keeps its line ends as `\n`.)
fn one_line(node: &SyntaxNode, wanted: impl Fn(&ra_ap_syntax::SyntaxToken) -> bool) -> String {
    let tokens = node.descendants_with_tokens().filter_map(|element| element.into_token());
    let words = tokens.filter(|token| wanted(token)).filter_map(|token| match token.kind() {
        SyntaxKind::COMMENT => None,
        SyntaxKind::WHITESPACE => Some(" ".to_owned()),
        SyntaxKind::STRING if !token.text().starts_with('r') => Some(token.text().replace('\n', "\\n")),
        _ => Some(token.text().to_owned()),
    });
    words.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::prepared::nodes;
    use super::*;

    /// The blocks that are left after these cells, as `header: items`.
    fn after(cells: &[&str]) -> Vec<String> {
        let mut impls = Impls::default();
        for cell in cells {
            impls = impls.change(&nodes(cell)).after;
        }
        let mut left: Vec<String> = impls
            .0
            .values()
            .map(|known| {
                let names: Vec<&str> = known.items.iter().map(|(name, _)| name.as_str()).collect();
                format!("{}: {}", known.header, names.join(" "))
            })
            .collect();
        left.sort();
        left
    }

    #[test]
    fn a_function_that_is_written_again_replaces_the_older_one_and_no_other() {
        assert_eq!(
            after(&["impl P { fn a() {} fn b() {} }", "impl P { fn a() -> u8 { 1 } }"]),
            ["impl P: a", "impl P: b"]
        );
        assert_eq!(after(&["impl P { fn a() {} }", "impl P { fn a() {} fn c() {} }"]), ["impl P: a c"]);
    }

    #[test]
    fn blocks_without_a_name_in_common_stand_side_by_side() {
        assert_eq!(after(&["impl P { fn a() {} }", "impl P { fn b() {} }"]), ["impl P: a", "impl P: b"]);
    }

    #[test]
    fn a_trait_is_implemented_anew_as_a_whole() {
        assert_eq!(
            after(&["impl Show for P { fn a() {} fn b() {} }", "impl Show for P { // again\n fn a() {} }"]),
            ["impl Show for P: a"]
        );
    }

    #[test]
    fn a_type_that_is_defined_again_takes_its_blocks_along() {
        assert_eq!(after(&["struct P;\nimpl P { fn a() {} }", "struct P(u8);"]), [""; 0]);
        assert_eq!(after(&["struct P;", "impl P { fn a() {} }", "struct P(u8);"]), ["impl P: a"]);
    }

    #[test]
    fn what_is_taken_back_stands_before_the_cell_and_in_one_line() {
        let impls =
            Impls::default().change(&nodes("impl P {\n    // one\n    fn a() {}\n    fn b() {}\n}")).after;
        let before = impls.change(&nodes("impl P { fn a() {} }\n1 + 1")).before;
        assert!(before[0].contains("impl P { fn b() {} }") && !before[0].contains('\n'), "{before:?}");
        assert_eq!(before[1], "");
    }
}

//! How hard a cell is optimised, and how long it took.

use kakunin::Lang;
use ra_ap_syntax::ast::{self, HasName as _};
use ra_ap_syntax::{AstNode as _, Edition, SourceFile, SyntaxKind, SyntaxNode};
use std::collections::HashSet;
use std::time::Duration;

/// Chooses the optimisation level of cells whose learner did not.
///
/// Most cells are glue: the work is done in the companion, which is optimised already, and rustc is quickest with 0. A
/// cell that loops, hands a closure to something that may, or calls a function of an earlier cell that does, runs its
/// own code many times: level 1 costs it a few milliseconds of compiling and makes such code two to five times as fast,
/// while 2 and 3 cost as much again as the whole cell and gain little more.
#[derive(Debug, Default)]
pub(super) struct Tuning {
    /// functions of the session that repeat something
    busy: HashSet<String>,
}

const GLUE: &str = "0";
const BUSY: &str = "1";
/// For code that is going to be measured.
pub(super) const BENCH: &str = "3";

impl Tuning {
    /// The level for `code`, whose functions are remembered.
    pub(super) fn level(&mut self, code: &str) -> &'static str {
        let text = format!("fn cell() {{\n{code}\n}}");
        let cell = SourceFile::parse(&text, Edition::Edition2024).syntax_node();
        let functions: Vec<ast::Fn> = cell.descendants().filter_map(ast::Fn::cast).skip(1).collect();
        // Each pass may make the callers of a function busy as well.
        for _ in 0..=functions.len() {
            for function in &functions {
                if let Some(name) = function.name()
                    && self.repeats(function.syntax())
                {
                    self.busy.insert(name.text().to_string());
                }
            }
        }
        if self.repeats(&cell) { BUSY } else { GLUE }
    }

    fn repeats(&self, node: &SyntaxNode) -> bool {
        node.descendants().any(|node| {
            ast::ForExpr::can_cast(node.kind())
                || ast::WhileExpr::can_cast(node.kind())
                || ast::LoopExpr::can_cast(node.kind())
                || ast::ClosureExpr::can_cast(node.kind())
                || (node.kind() == SyntaxKind::NAME_REF && self.busy.contains(&node.text().to_string()))
        })
    }
}

/// The code, run again and again by the prelude.
pub(super) fn benched(code: &str) -> String {
    // Lines keep their numbers.
    format!("kakunin_prelude::bench(|| {{ {code}\n}});")
}

/// What `:time` says.
pub(super) fn times(total: Duration, phases: &[(String, Duration)]) -> String {
    let of = |run: bool| -> Duration {
        phases.iter().filter(|(name, _)| (name == "Execution") == run).map(|(_, time)| *time).sum()
    };
    let (compile, run) = (of(false).as_secs_f64(), of(true).as_secs_f64());
    let total = total.as_secs_f64();
    Lang::current().pick(
        format!("コンパイル {compile:.3} 秒、実行 {run:.3} 秒、合計 {total:.3} 秒\n"),
        format!("compiled in {compile:.3} s, ran in {run:.3} s, {total:.3} s in all\n"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glue_is_not_optimised_and_loops_and_closures_are() {
        let mut tuning = Tuning::default();
        assert_eq!(tuning.level("let h = row.run(0, &data)?;\nh.last()"), GLUE);
        for busy in ["for i in 0..9 { f(i); }", "xs.iter().map(|x| x * x).sum::<f64>()", "while g() {}"] {
            assert_eq!(tuning.level(busy), BUSY, "{busy}");
        }
    }

    #[test]
    fn a_cell_that_calls_a_busy_function_of_an_earlier_cell_is_busy_even_through_another() {
        let mut tuning = Tuning::default();
        tuning.level("fn outer() { inner() }\nfn inner() { loop {} }\nfn other() { plain() }");
        assert_eq!(tuning.level("outer()"), BUSY);
        assert_eq!(tuning.level("other()"), GLUE);
    }
}

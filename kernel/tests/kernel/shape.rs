//! What evcxr generates still has the shape that the kernel expects: no cell is left to cargo.
//!
//! A cell whose text is not known, or for whose manifest there is no plan, is compiled by cargo: slower, and otherwise
//! the same. An update of evcxr must not lead to that unnoticed.

use crate::notebook::notebook;
use crate::processes;

/// A cell of each kind for which evcxr generates another text.
const CELLS: [&str; 14] = [
    "let x = 1;",
    "x + 1",
    "println!(\"{x}\");",
    "fn f(n: i32) -> i32 { n + 1 }",
    "struct Point { x: f64 }\nimpl Point { fn x(&self) -> f64 { self.x } }\nlet p = Point { x: 1.0 };",
    "use kakunin::prelude::*;",
    "let n: i32 = \"4\".parse()?;",
    "for i in 0..3 { println!(\"{i}\"); }",
    "macro_rules! twice { ($e:expr) => { $e * 2 } }\ntwice!(x)",
    "let moved = vec![1];",
    "match moved { v => v.len() }",
    "array![1.0, 2.0].sum()",
    "#[derive(Debug, Clone)]\nenum Kind { A, B(u8) }\nlet kind = Kind::B(1);",
    "kind.clone()",
];

#[test]
fn no_cell_is_left_to_cargo() {
    let mut notebook = notebook();
    let session = notebook.session();
    for cell in CELLS {
        notebook.ok(cell);
        assert!(!session.join("plans").exists(), "cargo compiled {cell}");
    }
    for cell in ["let wrong: i32 = \"a\";", "panic!()", "unknown + 1"] {
        notebook.run(cell).failed();
        assert!(!session.join("plans").exists(), "cargo compiled {cell}");
    }
    // Of a text that cannot be in any store of compiled cells.
    let unique = format!("let stamp = {}_u128;\nstamp", processes::unique());
    notebook.ok(&unique);
    let compiled = std::fs::read_to_string(session.join("cell/src/lib.rs")).unwrap();
    assert!(compiled.contains("use kakunin_prelude::store as evcxr_internal_runtime;"), "{compiled}");
    assert!(!compiled.contains("mod evcxr_internal_runtime"), "{compiled}");
    assert!(compiled.contains("kakunin_prelude::cell::result_begin();"), "{compiled}");
    assert!(compiled.contains("fn kakunin_cell("), "{compiled}");
}

//! `impl` blocks that are written again.

use crate::notebook::notebook;

#[test]
fn a_cell_with_an_impl_alone_can_be_run_again_and_changed() {
    let mut notebook = notebook();
    notebook.ok("#[derive(Debug)]\nstruct P { x: f64 }\nlet p = P { x: 2.0 };");
    notebook.ok("impl P { fn a(&self) -> f64 { self.x } }");
    notebook.ok("impl P { fn a(&self) -> f64 { self.x } }");
    assert_eq!(notebook.value("p.a()"), "2.0");
    notebook.ok(
        "impl P {\n    fn a(&self) -> String { format!(\"{}!\", self.x) }\n    fn b(&self) -> u8 { 1 }\n}",
    );
    assert_eq!(notebook.value("let a: String = p.a();\n(a, p.b())"), "(\"2!\", 1)");
}

#[test]
fn a_function_that_another_cell_writes_again_leaves_the_others_of_its_block() {
    let mut notebook = notebook();
    notebook
        .ok("struct P;\nimpl P {\n    // one\n    fn a(&self) -> u8 { 1 }\n    fn b(&self) -> u8 { 2 }\n}");
    notebook.ok("impl P { fn a(&self) -> u8 { 3 } }");
    assert_eq!(notebook.value("(P.a(), P.b())"), "(3, 2)");
}

#[test]
fn a_trait_is_implemented_again() {
    let mut notebook = notebook();
    notebook.ok("trait Speak { fn hi(&self) -> u8; }\nstruct P;");
    for n in [1, 2] {
        notebook.ok(&format!("impl Speak for P {{ fn hi(&self) -> u8 {{ {n} }} }}"));
        assert_eq!(notebook.value("P.hi()"), n.to_string());
    }
}

#[test]
fn a_block_that_does_not_compile_leaves_the_older_one() {
    let mut notebook = notebook();
    notebook.ok("struct P;\nimpl P { fn a(&self) -> u8 { 1 } }");
    let failed = notebook.run("impl P { fn a(&self) -> u8 { \"x\" } }").failed();
    assert!(failed.traceback.contains("In[2]:1:30"), "{}", failed.traceback);
    assert_eq!(notebook.value("P.a()"), "1");
}

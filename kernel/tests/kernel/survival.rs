//! Whatever a cell does, the variables are as they were before it.

use crate::notebook::{Notebook, notebook};

/// Variables of several kinds; [`kept`] says that they are untouched.
const VARIABLES: &str = "let mut v = vec![1, 2, 3];\nlet text = String::from(\"文字\");\n\
    let matrix = ndarray::array![[1.0, 2.0], [3.0, 4.0]];";

fn kept(notebook: &mut Notebook) {
    assert_eq!(notebook.value("(&v, &text, matrix.sum())"), "([1, 2, 3], \"文字\", 10.0)");
}

/// Runs a cell that changes a variable and then fails in this way.
fn survives(fault: &str, name: &str) {
    let mut notebook = notebook();
    notebook.ok(VARIABLES);
    let failed = notebook.run(&format!("v.push(4);\n{fault}")).failed();
    assert_eq!(failed.name, name, "{failed:?}");
    kept(&mut notebook);
}

#[test]
fn a_panic_is_survived() {
    survives("panic!(\"x\");", "panic");
}

#[test]
fn a_failed_question_mark_is_survived() {
    survives("let n: i32 = \"x\".parse()?;", "Error");
}

#[test]
fn the_end_of_the_process_is_survived() {
    survives("std::process::exit(0);", "Exit");
    survives("std::process::exit(3);", "Exit");
}

#[test]
fn an_abort_is_survived() {
    survives("std::process::abort();", "Signal");
}

#[test]
fn a_stack_overflow_is_survived() {
    survives(
        "fn deep(n: u64) -> u64 { std::hint::black_box(n) + deep(n + 1) + 1 }\nprintln!(\"{}\", deep(0));",
        "StackOverflow",
    );
}

#[test]
fn a_write_to_a_null_pointer_is_survived() {
    survives("unsafe { std::ptr::null_mut::<u8>().write_volatile(1) };", "InvalidMemory");
}

#[test]
fn a_cell_that_is_killed_from_outside_is_survived() {
    survives(
        "std::process::Command::new(\"kill\").args([\"-9\", &std::process::id().to_string()]).status()?;",
        "Killed",
    );
}

#[test]
fn moved_variables_come_back_after_a_failure() {
    let mut notebook = notebook();
    notebook.ok(VARIABLES);
    notebook.run("drop((v, text));\npanic!();").failed();
    kept(&mut notebook);
}

#[test]
fn an_allocation_beyond_the_limit_is_survived_and_names_the_limit() {
    let mut notebook = Notebook::with(crate::installed::Installed::shared(), &[("KAKUNIN_MEMORY", "2G")]);
    notebook.ok(VARIABLES);
    let failed = notebook.run("let big = vec![1_u8; 4 << 30];\nbig.len()").failed();
    assert_eq!(failed.name, "OutOfMemory");
    assert!(failed.value.contains("KAKUNIN_MEMORY=2G"), "{}", failed.value);
    kept(&mut notebook);
}

#[test]
fn an_endless_loop_is_interrupted_and_the_next_cell_runs() {
    let mut notebook = notebook();
    notebook.ok(VARIABLES);
    let id = notebook.start("v.push(4);\nprintln!(\"running\");\nloop { std::hint::spin_loop(); }");
    notebook.until_text(&id, "running");
    notebook.interrupt();
    assert_eq!(notebook.finish(&id).failed().name, "Interrupted");
    kept(&mut notebook);
}

#[test]
fn an_interrupt_ends_a_compilation() {
    let mut notebook = notebook();
    notebook.ok(VARIABLES);
    // Constants are computed while the cell is compiled: this one would take hours.
    let id = notebook.start(
        "#[allow(long_running_const_eval)]\nconst SLOW: u64 = { let mut i = 0; while i < 1 << 50 { i += 1; } i };\nSLOW",
    );
    notebook.until(&id, "execute_input");
    crate::processes::awaited("the compiler", || {
        crate::processes::of(notebook.folder()).into_iter().find(|process| process.runs("rustc"))
    });
    notebook.interrupt();
    notebook.finish(&id).failed();
    kept(&mut notebook);
}

/// A cell whose types take minutes to find out.
pub(crate) fn endless_to_analyse() -> String {
    let numbers: Vec<String> = (0..40_000).map(|n| format!("{n}")).collect();
    format!("let v = vec![{}];", numbers.join(", "))
}

#[test]
fn an_analysis_that_an_interrupt_does_not_end_is_ended_with_its_evaluator_and_the_next_cell_runs() {
    let mut notebook = Notebook::new();
    notebook.ok("1 + 1");
    let id = notebook.start(&endless_to_analyse());
    notebook.until(&id, "execute_input");
    let back = crate::processes::back(notebook.folder());
    let before = back.computed();
    crate::processes::awaited("the analysis", || (back.computed() > before + 1.0).then_some(()));
    notebook.interrupt();
    let failed = notebook.finish(&id).failed();
    assert_eq!(failed.name, "Interrupted");
    assert!(failed.value.contains("評価器を止めて新しくしました"), "{}", failed.value);
    assert_eq!(notebook.value("1 + 1"), "2");
}

#[test]
fn an_interrupt_is_never_too_early_for_its_cell() {
    let mut notebook = notebook();
    notebook.ok(VARIABLES);
    for _ in 0..10 {
        let id = notebook.start("loop { std::hint::spin_loop(); }");
        notebook.until(&id, "execute_input");
        notebook.interrupt();
        assert_eq!(notebook.finish(&id).failed().name, "Interrupted");
    }
    kept(&mut notebook);
}

#[test]
fn an_interrupted_training_ends_early_with_its_record_and_the_queue_is_aborted() {
    let mut notebook = notebook();
    notebook.ok(crate::results::SHORT);
    let long = notebook.start(
        "let training = Experiment { iterations: 100_000_000, ..short }.start(0, &data)?;\n\
         let history: History = training.inspect(|step| if step.iteration == 3 { println!(\"training\") }).collect();",
    );
    let next = notebook.start("let reached = true;");
    notebook.until_text(&long, "training");
    notebook.interrupt();
    assert_eq!(notebook.finish(&long).reply["status"], "ok");
    assert_eq!(notebook.finish(&next).reply["status"], "aborted");
    assert_eq!(notebook.value("history.interrupted_at.is_some() && !history.loss.is_empty()"), "true");
}

#[test]
fn a_cell_that_runs_twice_has_its_statics_anew() {
    let mut notebook = notebook();
    let cell = "static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);\n\
        COUNT.fetch_add(1, std::sync::atomic::Ordering::SeqCst)";
    assert_eq!([notebook.value(cell), notebook.value(cell)], ["0", "0"]);
}

/// Redefines a type while a variable of it lives; the variable must be lost, and never be read as what it is not.
fn lost(before: &str, after: &str, reads: &str) {
    let mut notebook = notebook();
    notebook.ok(before);
    notebook.ok(after);
    let ran = notebook.run(reads);
    assert_eq!(ran.failed().name, "error[E0425]", "{ran:?}");
    assert!(ran.stderr().contains("失われました"), "{ran:?}");
    assert_eq!(notebook.value("1 + 1"), "2");
}

#[test]
fn a_variable_of_a_type_that_is_defined_anew_is_lost_with_a_message() {
    lost("struct P { a: u64 }\nlet p = P { a: 77 };", "struct P { a: String }", "p.a.len()");
}

#[test]
fn so_is_a_variable_that_only_holds_such_a_type_inside() {
    lost(
        "struct In { a: u64 }\nstruct Out { i: In }\nlet o = vec![Out { i: In { a: 5 } }];",
        "struct In { a: u64, b: [u64; 40] }",
        "o[0].i.b",
    );
}

#[test]
fn so_is_a_variable_of_a_trait_that_is_defined_anew() {
    lost(
        "trait Speak { fn hi(&self) -> u32; }\nimpl Speak for u8 { fn hi(&self) -> u32 { 1 } }\n\
         let b: Box<dyn Speak> = Box::new(3_u8);",
        "trait Speak { fn other(&self) -> String; fn hi(&self) -> u32; }\n\
         impl Speak for u8 { fn hi(&self) -> u32 { 1 } fn other(&self) -> String { String::new() } }",
        "b.hi()",
    );
}

#[test]
fn a_type_that_is_defined_again_in_the_same_way_keeps_its_variables() {
    let mut notebook = notebook();
    let cell = "#[derive(Debug)]\nstruct P { a: u64 }";
    notebook.ok(cell);
    notebook.ok("let p = P { a: 77 };");
    notebook.ok(cell);
    assert_eq!(notebook.value("p"), "P { a: 77 }");
}

#[test]
fn a_derive_that_is_added_keeps_the_variables() {
    let mut notebook = notebook();
    notebook.ok("struct P { a: u64 }");
    notebook.ok("let p = P { a: 77 };");
    notebook.ok("#[derive(Debug, Clone)]\nstruct P { a: u64 }");
    assert_eq!(notebook.value("p.clone()"), "P { a: 77 }");
}

#[test]
fn a_type_of_the_notebook_lives_through_later_cells_and_failures() {
    let mut notebook = notebook();
    notebook.ok("#[derive(Debug)]\nstruct Point { x: f64 }\nlet point = Point { x: 1.5 };");
    notebook.ok("impl Point { fn twice(&self) -> f64 { self.x * 2.0 } }");
    notebook.run("drop(point);\nstd::process::abort();").failed();
    assert_eq!(notebook.value("(point.twice(), &point)"), "(3.0, Point { x: 1.5 })");
}

//! What a cell writes by way of the prelude, byte for byte. Each test that looks at stdout runs itself once more as
//! a child process.
#![allow(
    unsafe_code,
    reason = "the entry of a cell is an exported function, and the runner calls C functions"
)]
#![allow(clippy::needless_borrow, clippy::unit_arg, reason = "cells are written as a learner writes them")]
#![allow(clippy::unwrap_used, reason = "clippy.toml exempts tests, but not the helpers beside them")]

use kakunin_prelude::ndarray::{array, s};
use kakunin_prelude::store::{VariableStore, create_variable_store};
use kakunin_prelude::{EvcxrDisplay as _, cell, kakunin};
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Output};

// SAFETY: these are the functions that `kakunin_prelude::runner` exports under these names.
unsafe extern "C" {
    safe fn kakunin_runner_start();
    safe fn kakunin_cell_start();
    safe fn kakunin_flush();
    safe fn kakunin_interrupt() -> bool;
}

const FROM: &str = "\n<<< from here\n";
const UNTIL: &str = ">>> until here\n";

/// Runs the test `name` once more, as the child of our kernel or of evcxr; `None` in the child itself.
fn run(name: &str, in_kernel: bool, what: impl FnOnce()) -> Option<(String, Output)> {
    if std::env::var_os("KAKUNIN_TEST_CHILD").is_some() {
        print!("{FROM}");
        what();
        print!("{UNTIL}");
        return None;
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([name, "--exact", "--nocapture", "--test-threads=1"]).env("KAKUNIN_TEST_CHILD", "1");
    command.env_remove("KAKUNIN_LANG").env("EVCXR_IS_RUNTIME", "1");
    if in_kernel {
        command.env("KAKUNIN_KERNEL", "1")
    } else {
        command.env_remove("KAKUNIN_KERNEL")
    };
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let (_, text) = text.split_once(FROM).unwrap();
    Some((text.split_once(UNTIL).unwrap().0.to_owned(), output))
}

#[derive(Debug)]
struct Own;

impl Own {
    fn evcxr_display(&self) {
        println!("own");
    }
}

#[test]
fn every_type_with_a_debug_form_is_shown_at_the_first_try() {
    let show = || {
        ("a").evcxr_display();
        (String::from("b")).evcxr_display();
        (&[1, 2][..]).evcxr_display();
        (vec![1.5]).evcxr_display();
        (Some(&3)).evcxr_display();
        let boxed: Box<dyn Debug> = Box::new('c');
        (boxed).evcxr_display();
        (array![[1.0, 2.0]].slice(s![0, ..]).sum()).evcxr_display();
        (&&&&5_u8).evcxr_display();
        (1_usize..2).evcxr_display();
    };
    let name = "every_type_with_a_debug_form_is_shown_at_the_first_try";
    let Some((text, _)) = run(name, true, show) else { return };
    let shown: Vec<_> = text.lines().filter(|line| !line.starts_with("EVCXR_")).collect();
    assert_eq!(shown, ["\"a\"", "\"b\"", "[1, 2]", "[1.5]", "Some(3)", "'c'", "3.0", "5", "1..2"]);
    assert_eq!(text.matches("EVCXR_BEGIN_CONTENT text/plain\n").count(), 9);
}

#[test]
fn an_array_is_shown_with_its_shape() {
    let name = "an_array_is_shown_with_its_shape";
    let Some((text, _)) = run(name, true, || (array![1, 2]).evcxr_display()) else { return };
    assert_eq!(
        text,
        "EVCXR_BEGIN_CONTENT text/plain\n[1, 2], shape=[2], strides=[1], layout=CFcf (0xf), const ndim=1\nEVCXR_END_CONTENT\n"
    );
}

#[test]
fn a_method_of_the_type_itself_comes_first() {
    let show = || {
        (Own).evcxr_display();
        (&Own).evcxr_display();
        (kakunin::Hits { hits: 1, of: 4 }).evcxr_display();
    };
    let name = "a_method_of_the_type_itself_comes_first";
    let Some((text, _)) = run(name, true, show) else { return };
    assert_eq!(
        text,
        "own\nown\n\
         EVCXR_BEGIN_CONTENT text/plain\n1 / 4 = 25.00%\nEVCXR_END_CONTENT\n\
         EVCXR_BEGIN_CONTENT text/html\n<p lang=\"ja\">1 / 4 = 25.00%</p>\nEVCXR_END_CONTENT\n"
    );
}

#[test]
#[allow(unreachable_code, clippy::unused_unit, clippy::diverging_sub_expression)]
fn nothing_is_shown_of_nothing() {
    let show = || {
        ().evcxr_display();
        (for _ in 0..3 {}).evcxr_display();
        let never = catch_unwind(|| (std::panic::resume_unwind(Box::new(7))).evcxr_display());
        assert!(never.is_err());
    };
    let name = "nothing_is_shown_of_nothing";
    let Some((text, _)) = run(name, true, show) else { return };
    assert_eq!(text, "");
}

#[test]
fn the_result_of_a_cell_lies_between_two_control_lines() {
    let show = || {
        cell::result_begin();
        (7).evcxr_display();
        cell::result_end();
    };
    let name = "the_result_of_a_cell_lies_between_two_control_lines";
    let block = "EVCXR_BEGIN_CONTENT text/plain\n7\nEVCXR_END_CONTENT\n";
    let Some((kernel, _)) = run(name, true, show) else { return };
    let control = |what| format!("\u{1e}KAKUNIN {{\"result\":\"{what}\"}}\n");
    assert_eq!(kernel, format!("{}{block}{}", control("begin"), control("end")));
    assert_eq!(run(name, false, show).unwrap().0, block);
}

#[test]
fn a_question_mark_tells_its_own_line() {
    let cell = || {
        let ended = (|| -> Result<(), cell::UserError> {
            "x".parse::<i32>()?;
            Ok(())
        })();
        assert!(ended.is_err());
    };
    let Some((kernel, _)) = run("a_question_mark_tells_its_own_line", true, cell) else { return };
    let line = line!() - 6;
    assert!(kernel.contains(&format!("\"line\":{line}")) && kernel.contains(file!()), "{kernel}");
}

#[test]
fn an_error_of_the_learners_is_told_once() {
    let show = || cell::user_error(&"数\nではない", "core::num::ParseIntError");
    let name = "an_error_of_the_learners_is_told_once";
    let Some((kernel, output)) = run(name, true, show) else { return };
    let told =
        kernel.strip_prefix("\u{1e}KAKUNIN ").unwrap().strip_suffix("\nEVCXR_ERROR_OCCURRED\n").unwrap();
    let error = &serde_json::from_str::<serde_json::Value>(told).unwrap()["error"];
    assert_eq!(error["message"], "数\nではない");
    assert_eq!(error["type"], "core::num::ParseIntError");
    assert!(output.stderr.is_empty());
    let (evcxr, output) = run(name, false, show).unwrap();
    assert_eq!(evcxr, "EVCXR_ERROR_OCCURRED\n");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "数\nではない\n");
}

#[inline(never)]
fn helper(n: usize) -> u32 {
    assert!(n < 2, "n is {n}"); // line of the panic
    line!() - 1
}

/// A cell as evcxr writes it.
// SAFETY: no other function of this name exists in the process.
#[unsafe(no_mangle)]
extern "C" fn run_user_code_7() {
    let caught = catch_unwind(|| {
        helper(2);
    });
    assert!(caught.is_err());
}

#[test]
fn a_panic_is_explained_with_its_way_through_the_cell() {
    let panic = || {
        kakunin_runner_start();
        kakunin_cell_start();
        run_user_code_7();
    };
    let name = "a_panic_is_explained_with_its_way_through_the_cell";
    let Some((text, output)) = run(name, true, panic) else { return };
    assert!(output.stderr.is_empty(), "{output:?}");
    let json = text.strip_prefix("\u{1e}KAKUNIN ").unwrap();
    let told: kakunin_prelude::serde_json::Value = kakunin_prelude::serde_json::from_str(json).unwrap();
    let told = &told["panic"];
    let line = u64::from(helper(0));
    assert_eq!((told["message"].as_str(), told["line"].as_u64()), (Some("n is 2"), Some(line)));
    assert!(told["file"].as_str().unwrap().ends_with("tests/cells.rs"));
    let lines: Vec<_> = told["frames"].as_array().unwrap().iter().map(|f| f[0].as_u64().unwrap()).collect();
    assert_eq!((lines[0], lines[1]), (line, line + 9), "{lines:?}");
}

#[test]
fn a_panic_of_another_thread_goes_to_stderr_and_ends_no_cell() {
    let panic = || {
        kakunin_runner_start();
        let worker = std::thread::Builder::new().name("worker".into());
        assert!(worker.spawn(|| panic!("elsewhere")).unwrap().join().is_err());
    };
    let name = "a_panic_of_another_thread_goes_to_stderr_and_ends_no_cell";
    let Some((text, output)) = run(name, true, panic) else { return };
    assert_eq!(text, "");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("thread 'worker'") && told.contains("elsewhere"), "{told}");
}

#[test]
fn text_without_a_newline_goes_out_with_a_flush() {
    let name = "text_without_a_newline_goes_out_with_a_flush";
    let print = || {
        print!("ab");
        kakunin_flush();
        // What is still buffered is lost here.
        std::process::abort();
    };
    if std::env::var_os("KAKUNIN_TEST_CHILD").is_some() {
        print();
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([name, "--exact", "--nocapture"]).env("KAKUNIN_TEST_CHILD", "1");
    assert!(command.output().unwrap().stdout.ends_with(b"ab"));
}

#[test]
fn an_interrupt_says_whether_anybody_listens_and_ends_with_the_next_cell() {
    let name = "an_interrupt_says_whether_anybody_listens_and_ends_with_the_next_cell";
    let interrupt = || {
        kakunin_cell_start();
        print!("{} ", kakunin_interrupt());
        print!("{} ", kakunin::interrupt::poll());
        // Once is enough: a machine may be so busy that a second goes by between the two.
        print!("{} ", (0..10).any(|_| kakunin::interrupt::poll() && kakunin_interrupt()));
        kakunin_cell_start();
        println!("{}", kakunin::interrupt::requested());
    };
    let Some((text, _)) = run(name, true, interrupt) else { return };
    assert_eq!(text, "false true true false\n");
}

#[test]
fn a_variable_comes_out_of_the_store_as_it_went_in() {
    let mut store = VariableStore::new();
    store.put_variable("名前", vec![1, 2]);
    store.put_variable("b", std::rc::Rc::new("x"));
    assert!(store.check_variable::<Vec<i32>>("名前") && store.check_variable::<u8>("no such variable"));
    let mut other = VariableStore::new();
    other.put_variable("b", 7_u8);
    store.merge(other);
    assert_eq!((store.take_variable::<Vec<i32>>("名前"), store.take_variable::<u8>("b")), (vec![1, 2], 7));
    assert!(catch_unwind(AssertUnwindSafe(|| store.take_variable::<u8>("b"))).is_err());
    assert!(!create_variable_store().is_null());
}

#[test]
fn a_lazy_value_is_created_once() {
    let mut store = VariableStore::new();
    let first = store.lazy_arc("runtime", || std::sync::Mutex::new(1));
    *first.lock().unwrap() = 2;
    let again = store.lazy_arc("runtime", || std::sync::Mutex::new(3));
    assert_eq!(*again.lock().unwrap(), 2);
}

#[test]
fn a_variable_of_another_type_is_reported_as_lost() {
    let check = || {
        let mut store = VariableStore::new();
        store.put_variable("v", 1_u8);
        assert!(!store.check_variable::<u16>("v"));
    };
    let name = "a_variable_of_another_type_is_reported_as_lost";
    let Some((text, output)) = run(name, true, check) else { return };
    assert_eq!(text, "EVCXR_VARIABLE_CHANGED_TYPE:v\n");
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(told, "変数 v は、型が定義し直されたので失われました。もう一度作ってください。\n");
}

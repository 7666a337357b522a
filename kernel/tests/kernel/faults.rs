//! Many faults in one session, in a random order that is the same on every run.

use kakunin::rng::RandomState;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::installed::Installed;
use crate::notebook::Notebook;

const FAULTS: [&str; 9] = [
    "loop { std::hint::spin_loop(); }",
    "println!(\"killed\"); loop { std::thread::park(); }",
    "fn deep(n: u64) -> u64 { std::hint::black_box(n) + deep(n + 1) + 1 }\nprintln!(\"{}\", deep(0));",
    "unsafe { std::ptr::null_mut::<u8>().write_volatile(1) };",
    "std::process::exit(3);",
    "panic!(\"fault\");",
    "std::process::abort();",
    "let big = vec![1_u8; 8 << 30]; println!(\"{}\", big.len());",
    "drop((text, matrix, history)); let n: i32 = \"x\".parse()?;",
];

fn survives(faults: usize) {
    let mut notebook = Notebook::with(Installed::shared(), &[("KAKUNIN_MEMORY", "6G")]);
    notebook.ok(crate::results::SHORT);
    notebook.ok(
        "let mut count = 0_i64;\nlet mut numbers: Vec<usize> = Vec::new();\nlet text = String::from(\"文字\");\n\
         let matrix = array![[1.0, 2.0], [3.0, 4.0]];\nlet history = short.run(0, &data)?;",
    );
    let fixed = "(&text, &matrix, &history.loss, &history.curve)";
    let undisturbed = notebook.value(fixed);
    let mut random = RandomState::new(0x5eed);
    let mut below = |bound: usize| (random.rand() * bound as f64) as usize;
    let mut pushed = Vec::new();
    for i in 0..faults {
        if below(2) == 0 {
            notebook.ok("count += 1;\nnumbers.push(numbers.len());");
            pushed.push(pushed.len());
        }
        let fault = below(FAULTS.len());
        fail(&mut notebook, fault);
        let expected = format!("({}, {pushed:?})", pushed.len());
        assert_eq!(notebook.value("(count, &numbers)"), expected, "after fault {i}: {}", FAULTS[fault]);
    }
    assert_eq!(notebook.value(fixed), undisturbed);
    notebook.shut_down();
}

/// Runs a cell that changes the variables and then fails in this way.
fn fail(notebook: &mut Notebook, fault: usize) {
    let id = notebook.start(&format!(
        "count += 1;\nnumbers.clear();\nprintln!(\"{{}} running\", std::process::id());\n{}",
        FAULTS[fault]
    ));
    if fault < 2 {
        let said = notebook.until_text(&id, " running");
        if fault == 0 {
            notebook.interrupt();
        } else {
            let runner = said.split(' ').next().unwrap().parse().unwrap();
            kill(Pid::from_raw(runner), Signal::SIGKILL).unwrap();
        }
    }
    notebook.finish(&id).failed();
}

#[test]
fn forty_faults_leave_the_values_of_an_undisturbed_session() {
    survives(40);
}

#[test]
#[ignore = "two hundred faults: minutes"]
fn two_hundred_faults_leave_the_values_of_an_undisturbed_session() {
    survives(200);
}

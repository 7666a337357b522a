use kakunin_runtime::{CellEnd, Event, Reason, Settings, StreamKind};

use crate::notebook::{Notebook, bundle, settings};

#[test]
fn half_a_line_arrives_before_the_cell_ends() {
    let mut notebook = Notebook::new();
    notebook.start("half_a_line");
    notebook.await_text("half");
    notebook.channel.interrupt();
    notebook.finish();
}

#[test]
fn text_without_a_newline_arrives_before_the_end_of_its_cell() {
    assert_eq!(Notebook::new().run("unterminated").stdout(), "no newline");
}

#[test]
fn bytes_that_are_no_text_become_replacement_characters() {
    let outcome = Notebook::new().run("broken_text");
    assert_eq!(outcome.stdout(), "a\u{fffd}b\n");
    assert_eq!(outcome.text(StreamKind::Stderr), "c\u{fffd}");
}

#[test]
fn displays_come_in_the_order_in_which_the_cell_wrote_them() {
    let outcome = Notebook::new().run("displays");
    let display = |alternatives, id: Option<&str>, update| Event::Display {
        bundle: bundle(alternatives),
        id: id.map(str::to_owned),
        update,
    };
    assert_eq!(
        outcome.events,
        [
            Event::Stream { kind: StreamKind::Stdout, text: "text ".to_owned() },
            display(&[("text/plain", "1")], None, false),
            display(&[("text/plain", "2")], None, false),
            display(&[("text/html", "3")], Some("a"), false),
            display(&[("text/html", "4")], Some("a"), true),
            Event::Clear { wait: false },
            Event::CellEnded(CellEnd::Completed),
        ]
    );
}

#[test]
fn a_thread_may_go_on_writing_after_its_cell() {
    let mut notebook = Notebook::new();
    notebook.run("speak_later");
    assert_eq!(notebook.await_text("later"), "later\n");
}

#[test]
fn cells_know_that_they_run_in_the_kernel() {
    assert_eq!(Notebook::new().run("environment").stdout(), "Ok(\"1\") true\n");
}

#[test]
fn a_slow_reader_loses_no_line_and_costs_no_memory() {
    let mut notebook = Notebook::unread(&Settings { output: None, ..settings() });
    notebook.start("many_lines");
    let (mut text, mut peak) = (String::new(), 0);
    loop {
        peak = peak.max(resident_kilobytes(notebook.supervisor()));
        match notebook.event() {
            Event::Stream { text: more, .. } => text += &more,
            Event::CellEnded(end) => break assert_eq!(end, CellEnd::Completed),
            event => panic!("{event:?}"),
        }
    }
    assert!(text.lines().enumerate().all(|(i, line)| line.parse() == Ok(i)));
    assert_eq!(text.len(), 100_000 * 1001);
    assert!(peak < 16 * 1024, "{peak} kB");
}

#[test]
fn an_interrupt_gets_through_while_nobody_reads() {
    let mut notebook = Notebook::unread(&settings());
    notebook.start("endless_lines");
    notebook.await_text("0");
    notebook.channel.interrupt();
    let end = loop {
        if let Event::CellEnded(end) = notebook.event() {
            break end;
        }
    };
    assert!(matches!(end, CellEnd::Failed(failure) if failure.reason == Reason::Interrupted));
}

#[test]
fn output_beyond_the_limit_is_counted_and_said() {
    let mut notebook = Notebook::with(&Settings { output: Some(1 << 20), ..settings() });
    let outcome = notebook.run("many_lines");
    assert!(outcome.stdout().len() <= 1 << 20);
    let problems: Vec<&String> = outcome
        .events
        .iter()
        .filter_map(|event| if let Event::Problem(problem) = event { Some(&problem.ja) } else { None })
        .collect();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        problems[1].contains(&format!("（{} バイト）", 100_000 * 1001 - outcome.stdout().len())),
        "{problems:?}"
    );
}

fn resident_kilobytes(pid: i32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

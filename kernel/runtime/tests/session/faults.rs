//! Many faults in one session.

use kakunin::rng::RandomState;
use kakunin_runtime::{CellEnd, Variables};

use crate::notebook::{Notebook, await_descendants};

const FAULTS: [&str; 9] =
    ["spin", "overflow", "null", "exit_3", "exit_0", "abort", "panic", "question_mark", "killed"];

#[test]
fn two_hundred_faults_leave_the_answers_of_an_undisturbed_session() {
    let mut notebook = Notebook::new();
    let mut random = RandomState::new(0x5eed);
    let mut below = |bound: usize| (random.rand() * bound as f64) as usize;
    let mut pushes = 0;
    for _ in 0..200 {
        for _ in 0..below(3) {
            assert_eq!(*notebook.run("push").end(), CellEnd::Completed);
            pushes += 1;
        }
        let fault = FAULTS[below(FAULTS.len())];
        notebook.start(fault);
        if fault == "spin" {
            notebook.await_text("ready");
            notebook.channel.interrupt();
        }
        let outcome = notebook.finish();
        assert_eq!(outcome.failure().variables, Variables::AsBefore { threads_lost: 0 }, "{fault}");
    }
    assert_eq!(notebook.numbers(), format!("{:?}", (0..pushes).collect::<Vec<_>>()));
    await_descendants(notebook.supervisor(), 2);
}

//! Many faults in one session.

use kakunin_runtime::{CellEnd, Variables};

use crate::notebook::{Notebook, await_descendants};

const FAULTS: [&str; 9] =
    ["spin", "overflow", "null", "exit_3", "exit_0", "abort", "panic", "question_mark", "killed"];

/// A small generator of numbers (xorshift), the same on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

#[test]
fn two_hundred_faults_leave_the_answers_of_an_undisturbed_session() {
    let mut notebook = Notebook::new();
    let mut numbers = Numbers(0x5eed);
    let mut pushes = 0;
    for _ in 0..200 {
        for _ in 0..numbers.below(3) {
            assert_eq!(*notebook.run("push").end(), CellEnd::Completed);
            pushes += 1;
        }
        let fault = FAULTS[numbers.below(FAULTS.len())];
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

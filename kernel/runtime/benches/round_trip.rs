//! What a cell costs beyond its own work, with and without the standby: medians in milliseconds.
#![allow(dead_code, reason = "the tests' double of evcxr has more than is measured")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "the helpers are test code as well")]

#[path = "../tests/session/notebook.rs"]
mod notebook;
#[path = "../tests/session/sources.rs"]
mod sources;

use std::time::{Duration, Instant};

use kakunin_runtime::Settings;
use notebook::{Notebook, settings};

const ROUNDS: usize = 101;

fn main() {
    for checkpoint in [true, false] {
        for heap in ["", "gigabyte"] {
            let mut notebook = Notebook::with(&Settings { checkpoint, ..settings() });
            if !heap.is_empty() {
                notebook.run(heap);
            }
            print!("checkpoint {checkpoint}, heap {heap:8}");
            report("nothing", || timed(|| notebook.run("nothing")));
            if !heap.is_empty() {
                report("rewrite", || timed(|| notebook.run("rewrite_gigabyte")));
            }
            if checkpoint {
                report("interrupt to ready", || {
                    notebook.start("spin");
                    notebook.await_text("ready");
                    timed(|| {
                        notebook.channel.interrupt();
                        notebook.finish()
                    })
                });
                report("panic to ready", || timed(|| notebook.run("panic")));
            }
            println!();
        }
    }
}

fn timed<T>(action: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    action();
    start.elapsed()
}

fn report(name: &str, mut measure: impl FnMut() -> Duration) {
    let mut times: Vec<Duration> = (0..ROUNDS).map(|_| measure()).collect();
    times.sort_unstable();
    print!(", {name} {:.2}", times[ROUNDS / 2].as_secs_f64() * 1e3);
}

//! `:bench`: the code of a cell, run again and again.

use kakunin::Lang;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// At least so many runs, and as many as fit in this time.
const RUNS: std::ops::Range<usize> = 5..1000;
const TIME: Duration = Duration::from_secs(1);

/// Runs `code` repeatedly after one run to warm up, and prints how long a run takes.
pub fn bench<T>(mut code: impl FnMut() -> T) {
    black_box(code());
    let begun = Instant::now();
    let mut times: Vec<Duration> = Vec::new();
    while times.len() < RUNS.start || (times.len() < RUNS.end && begun.elapsed() < TIME) {
        let run = Instant::now();
        black_box(code());
        times.push(run.elapsed());
    }
    println!("{}", summary(times));
}

fn summary(mut times: Vec<Duration>) -> String {
    times.sort();
    let (shortest, median, longest) = (times[0], times[times.len() / 2], times[times.len() - 1]);
    let runs = times.len();
    Lang::current().pick(
        format!("中央値 {median:.3?}（最短 {shortest:.3?}、最長 {longest:.3?}、{runs} 回）"),
        format!("median {median:.3?} (shortest {shortest:.3?}, longest {longest:.3?}, {runs} runs)"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_names_the_median_the_extremes_and_the_number_of_runs() {
        let times = [3, 1, 2].map(Duration::from_millis).to_vec();
        assert_eq!(summary(times), "中央値 2.000ms（最短 1.000ms、最長 3.000ms、3 回）");
    }

    #[test]
    fn the_code_runs_a_few_times_at_least() {
        let mut runs = 0;
        bench(|| {
            runs += 1;
            std::thread::sleep(Duration::from_millis(250));
        });
        assert_eq!(runs, RUNS.start + 1);
    }
}

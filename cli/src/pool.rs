//! 仕事の並びを何本かのスレッドで片づける。Ctrl-C の一度目は仕事を止めて結果を残し、二度目はすぐに終わる。

use crate::failure::{Failure, caught};
use kakunin::{Error, ErrorKind, interrupt};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long workers may take to notice Ctrl-C before they are left behind.
const PATIENCE: Duration = Duration::from_millis(500);

/// From now on Ctrl-C (or a termination signal) only raises a flag; the second one ends the process.
pub(crate) fn listen() {
    // The handler is set once; a failure leaves the default, which ends the process at once.
    let _ = ctrlc::set_handler(|| {
        if interrupt::requested() {
            std::process::exit(130);
        }
        interrupt::raise();
    });
}

/// Says to a worker that it should stop: Ctrl-C, or another worker's failure.
#[derive(Clone, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed) || interrupt::requested()
    }
}

/// Whether all the work was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Done,
    Interrupted,
}

/// Does `work` on every job, in the order given as workers become free; `finished` gets the results on this
/// thread. `work` returns `None` if it was stopped half-way.
///
/// The threads aren't scoped: a worker in the middle of a long pass must not keep Ctrl-C waiting.
pub(crate) fn run<J, R>(
    jobs: Vec<J>,
    workers: usize,
    work: impl Fn(&J, &Stop) -> Result<Option<R>, Error> + Send + Sync + 'static,
    mut finished: impl FnMut(R),
) -> Result<End, Failure>
where
    J: Send + 'static,
    R: Send + 'static,
{
    let mut left = jobs.len();
    let workers = workers.min(left);
    let shared = Arc::new((Mutex::new(jobs.into_iter()), work, Stop::default()));
    let (send, receive) = channel();
    for started in 0..workers {
        let (shared, send) = (Arc::clone(&shared), send.clone());
        let worker = move || {
            let (queue, work, stop) = &*shared;
            let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            while !stop.is_set()
                && let Some(job) = next()
            {
                let outcome = caught(|| work(&job, stop)).map_err(Failure::work);
                if send.send(outcome.and_then(|done| Ok(done?))).is_err() {
                    break;
                }
            }
        };
        match std::thread::Builder::new().spawn(worker) {
            Err(e) if started == 0 => return Err(no_thread(&e)),
            Err(_) => break,
            Ok(_) => {}
        }
    }
    drop(send);

    let mut asked_at = None;
    loop {
        match receive.recv_timeout(Duration::from_millis(20)) {
            Ok(Ok(Some(result))) => {
                left -= 1;
                finished(result);
            }
            Ok(Ok(None)) => {}
            Ok(Err(failure)) => {
                shared.2.0.store(true, Ordering::Relaxed);
                return Err(failure);
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                if interrupt::requested() && asked_at.get_or_insert_with(Instant::now).elapsed() > PATIENCE {
                    break;
                }
            }
        }
    }
    Ok(if left == 0 { End::Done } else { End::Interrupted })
}

fn no_thread(e: &std::io::Error) -> Failure {
    Failure::work(Error::new(
        ErrorKind::Setting,
        format!("スレッドを始められません（{e}）。--jobs を減らしてください。"),
        format!("No thread could be started ({e}); lower --jobs."),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_is_done_once_whatever_the_number_of_workers() {
        for workers in [1, 3, 100] {
            let mut done = vec![];
            let end = run((0..20).collect(), workers, |&n: &u32, _| Ok(Some(n * n)), |n| done.push(n));
            assert_eq!(end.unwrap(), End::Done);
            done.sort_unstable();
            assert_eq!(done, (0..20).map(|n| n * n).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_panic_in_a_worker_ends_the_work_in_one_sentence() {
        let work = |&n: &u32, stop: &Stop| {
            assert!(n != 3, "three");
            while n > 3 && !stop.is_set() {
                std::thread::sleep(Duration::from_millis(1));
            }
            Ok(Some(n))
        };
        let failure = run((0..8).collect(), 2, work, |_| ()).unwrap_err();
        assert_eq!(failure.code, 1);
        assert!(failure.error.message(kakunin::Lang::En).contains("(three"));
    }

    #[test]
    fn bad_input_found_by_a_worker_keeps_its_exit_code() {
        let work = |_: &(), _: &Stop| Err::<Option<()>, _>(Error::new(ErrorKind::Setting, "だめ", "bad"));
        assert_eq!(run(vec![()], 1, work, |()| ()).unwrap_err().code, 2);
    }
}

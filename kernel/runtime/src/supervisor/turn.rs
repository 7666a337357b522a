//! How a run begins and ends, and what evcxr and the kernel are told.

use std::collections::HashSet;
use std::io::Write;
use std::time::Instant;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::evidence::Evidence;
use super::processes::{self, Process};
use super::session::Session;
use crate::control::{self, Order, Report};
use crate::event::{CellEnd, Event, Failure, Problem, Reason, Variables};

/// evcxr's own end of a run: it commits its state.
const COMPLETE: &[u8] = b"EVCXR_EXECUTION_COMPLETE\n";
/// Not UTF-8: evcxr's reader returns an error for it, so that evcxr drops what the cell would have changed, keeps
/// its child process, and goes on with the next line.
pub(super) const NOT_COMMITTED: &[u8] = b"\xff\n";

/// Where the session stands.
pub(super) enum Phase {
    /// The first runner loads the prelude and makes its standby.
    Starting,
    /// The runner waits.
    Idle,
    /// The standby has died, so the runner makes another before the next cell runs.
    Rearming,
    /// A cell runs.
    Running,
    /// The runner takes the snapshot that makes the run's changes last.
    Committing(Verdict),
    /// The runner is being killed, since its standby is to take its place.
    Discarding(Failure),
    /// The standby takes the runner's place.
    Restoring(Verdict),
}

/// What the kernel and evcxr will be told once the session is ready for the next run.
pub(super) struct Verdict {
    pub(super) event: Event,
    pub(super) evcxr: Vec<u8>,
}

impl Verdict {
    pub(super) fn cell(end: CellEnd, evcxr: Vec<u8>) -> Verdict {
        Verdict { event: Event::CellEnded(end), evcxr }
    }
}

/// The process that will take the runner's place.
pub(super) struct Standby {
    pub(super) pid: Pid,
    /// How many threads the runner had when it was forked.
    pub(super) threads: usize,
    /// The processes that existed then.
    pub(super) known: HashSet<Process>,
}

impl Session {
    /// Begins the run that evcxr waits for, if the runner is ready.
    pub(super) fn begin_run(&mut self) {
        if self.refuse && self.waiting.take().is_some() {
            let failure =
                Failure { reason: Reason::Interrupted, variables: Variables::AsBefore { threads_lost: 0 } };
            self.tell(Verdict::cell(CellEnd::Failed(failure), NOT_COMMITTED.to_vec()));
        }
        if !matches!(self.phase, Phase::Idle) || self.waiting.is_none() {
            return;
        }
        if self.standby.as_ref().is_some_and(|standby| !processes::lives(standby.pid)) {
            self.phase = Phase::Rearming;
            self.order(&Order::Keep);
        } else if let Some(order) = self.waiting.take() {
            self.evidence = Evidence::default();
            self.phase = Phase::Running;
            self.order(&order);
        }
    }

    /// The user's interrupt.
    pub(super) fn interrupt(&mut self) {
        if !matches!(self.phase, Phase::Running) {
            self.refuse = self.in_cell;
        } else if self.deadline.is_some() {
            self.kill_interrupted();
        } else {
            self.deadline = Some(Instant::now() + self.settings.grace);
            let _ = kill(self.runner, Signal::SIGINT);
        }
    }

    /// The interrupted cell did not stop by itself in time.
    pub(super) fn kill_interrupted(&mut self) {
        self.deadline = None;
        self.evidence.interrupted = true;
        let _ = kill(self.runner, Signal::SIGKILL);
    }

    /// What the runner, or a standby that became it, reports.
    pub(super) fn heed(&mut self, report: Report) {
        match report {
            Report::Standby { pid, threads } => {
                let pid = Pid::from_raw(pid);
                let older = self.standby.take().map(|standby| standby.pid);
                let mut known = processes::all();
                for own in [Some(pid), Some(self.runner), older].into_iter().flatten() {
                    known.retain(|process| !process.is(own));
                }
                self.standby = Some(Standby { pid, threads, known });
                self.committed();
            }
            Report::NoStandby(error) => {
                self.standby = None;
                self.warn_of_no_standby(&error);
                self.committed();
            }
            Report::Up => match std::mem::replace(&mut self.phase, Phase::Idle) {
                Phase::Restoring(verdict) => self.settle(verdict),
                _ => self.begin_run(),
            },
            Report::Done => self.end_run(None),
            Report::NotLoaded(message) => self.end_run(Some(Reason::NotLoaded(message))),
            Report::NoPrelude(message) => self.outbox.push(&Event::Problem(Problem {
                ja: format!("講座のライブラリを読み込めないので、それなしで続けます（{message}）。"),
                en: format!("The course's library cannot be loaded; going on without it ({message})."),
            })),
            Report::Crash { overflow } => self.evidence.crash = Some(overflow),
            Report::Interrupted => self.evidence.interrupted = true,
            Report::Cooperative => self.evidence.cooperates = true,
        }
    }

    fn warn_of_no_standby(&mut self, error: &str) {
        if self.settings.checkpoint && cfg!(target_os = "linux") {
            self.outbox.push(&Event::Problem(Problem {
                ja: format!("セルの前の状態を控えられません。次のセルが失敗すると、変数はすべて失われます（{error}）。"),
                en: format!(
                    "The state before the next cell cannot be kept; if that cell fails, all variables will be lost ({error})."
                ),
            }));
        }
    }

    /// The cell's function has returned, or could not be called.
    fn end_run(&mut self, not_loaded: Option<Reason>) {
        self.deadline = None;
        self.drain_and_finish();
        let loaded = not_loaded.is_none();
        let reason = not_loaded.or_else(|| self.evidence.reason_alive());
        if !matches!(reason, Some(Reason::Panic(_))) {
            self.tell_stray_panic();
        }
        let verdict = match reason {
            None => self.completed(),
            Some(reason) if !loaded => {
                let failure = Failure { reason, variables: Variables::AsBefore { threads_lost: 0 } };
                Verdict::cell(CellEnd::Failed(failure), NOT_COMMITTED.to_vec())
            }
            Some(reason) if self.standby.as_ref().is_some_and(|standby| standby.threads == 1) => {
                let variables = Variables::AsBefore { threads_lost: 0 };
                self.phase = Phase::Discarding(Failure { reason, variables });
                let _ = kill(self.runner, Signal::SIGKILL);
                return;
            }
            Some(reason) => {
                let marker: &[u8] = match reason {
                    Reason::Panic(_) => b"EVCXR_PANIC_NOTIFICATION\n",
                    _ => b"EVCXR_ERROR_OCCURRED\n",
                };
                let failure = Failure { reason, variables: Variables::Kept };
                Verdict::cell(CellEnd::Failed(failure), [marker, COMPLETE].concat())
            }
        };
        self.phase = Phase::Committing(verdict);
        self.order(&Order::Keep);
    }

    fn completed(&self) -> Verdict {
        let names = &self.evidence.types_changed;
        if names.is_empty() {
            let end = if self.evidence.cooperates { CellEnd::Cooperative } else { CellEnd::Completed };
            return Verdict::cell(end, COMPLETE.to_vec());
        }
        let mut lines: Vec<u8> = names
            .iter()
            .flat_map(|name| format!("EVCXR_VARIABLE_CHANGED_TYPE:{name}\n").into_bytes())
            .collect();
        lines.extend(COMPLETE);
        Verdict::cell(CellEnd::TypesChanged(names.clone()), lines)
    }

    fn committed(&mut self) {
        match std::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Committing(verdict) => self.settle(verdict),
            Phase::Rearming => self.begin_run(),
            other => self.phase = other,
        }
    }

    /// Ready for the next run: tells everyone, and begins it if it was asked for.
    fn settle(&mut self, verdict: Verdict) {
        self.ends.stdin.reset();
        self.evidence = Evidence::default();
        self.tell(verdict);
        self.begin_run();
    }

    fn tell(&mut self, verdict: Verdict) {
        if let Some(omitted) = self.telling.end() {
            self.outbox.push(&omitted);
        }
        self.outbox.push(&verdict.event);
        // If evcxr is gone, its pipe to us will say so.
        let mut stdout = std::io::stdout().lock();
        let _ = stdout.write_all(&verdict.evcxr).and_then(|()| stdout.flush());
    }

    fn order(&mut self, order: &Order) {
        // An order is far smaller than the socket's buffer; a runner that is gone will be buried.
        let _ = self.ends.control.write_all(&control::line(order));
    }
}

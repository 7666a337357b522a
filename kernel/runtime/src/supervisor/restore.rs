//! The death of a process: the standby takes the runner's place, and what the cell started ends.

use std::io::Write;
use std::time::Duration;

use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};

use super::processes;
use super::session::Session;
use super::turn::{NOT_COMMITTED, Phase, Verdict};
use crate::event::{CellEnd, Event, Failure, Reason, Variables};

/// Processes are ended until none is left, since they may start others meanwhile; but one that the system
/// cannot end (it waits for a device) is not waited for.
const ROUNDS: usize = 1000;

impl Session {
    /// Collects the children that have ended.
    pub(super) fn bury(&mut self) {
        // What they have said before comes first.
        self.hear_runner();
        let mut runner_died = None;
        while let Ok(status) = waitpid(None, Some(WaitPidFlag::WNOHANG))
            && let Some(pid) = status.pid()
        {
            if pid == self.runner {
                runner_died = Some(status);
            } else if self.standby.as_ref().is_some_and(|standby| standby.pid == pid) {
                self.standby = None;
            }
        }
        if let Some(status) = runner_died {
            self.replace_runner(status);
        }
    }

    /// The runner has died: its standby goes on, or all is lost.
    fn replace_runner(&mut self, status: WaitStatus) {
        self.deadline = None;
        self.drain_and_finish();
        self.end_others();
        let standby = self.standby.take();
        let variables = match &standby {
            Some(standby) => Variables::AsBefore { threads_lost: standby.threads - 1 },
            None => Variables::Lost,
        };
        let verdict = self.verdict_of_death(status, variables);
        match standby {
            Some(standby) => {
                self.runner = standby.pid;
                self.phase = Phase::Restoring(verdict);
                // If the standby has died as well, its end will be noticed next.
                let _ = self.ends.baton.write_all(b"b");
            }
            None => {
                self.outbox.push(&verdict.event);
                self.lost = true;
            }
        }
    }

    fn verdict_of_death(&mut self, status: WaitStatus, variables: Variables) -> Verdict {
        let reason = self.evidence.reason_dead(status, self.limit.as_ref());
        let failed =
            |reason| Verdict::cell(CellEnd::Failed(Failure { reason, variables }), NOT_COMMITTED.to_vec());
        match std::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Starting | Phase::Idle | Phase::Rearming => {
                self.tell_stray_panic();
                Verdict { event: Event::RunnerDied(Failure { reason, variables }), evcxr: Vec::new() }
            }
            Phase::Running => {
                if !matches!(reason, Reason::Panic(_)) {
                    self.tell_stray_panic();
                }
                failed(reason)
            }
            Phase::Discarding(failure) if matches!(variables, Variables::Lost) => failed(failure.reason),
            Phase::Discarding(failure) => Verdict::cell(CellEnd::Failed(failure), NOT_COMMITTED.to_vec()),
            Phase::Committing(verdict) | Phase::Restoring(verdict) => match verdict.event {
                Event::CellEnded(CellEnd::Failed(failure)) => failed(failure.reason),
                Event::RunnerDied(Failure { reason, .. }) => {
                    Verdict { event: Event::RunnerDied(Failure { reason, variables }), evcxr: Vec::new() }
                }
                _ => failed(reason),
            },
        }
    }

    /// Ends what has started since the snapshot; without one, everything below this process.
    pub(super) fn end_others(&mut self) {
        for _ in 0..ROUNDS {
            let (known, spared) = match &self.standby {
                Some(standby) => (standby.known.clone(), vec![standby.pid]),
                None => Default::default(),
            };
            if !processes::end_others(&known, &spared) {
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
            self.bury();
        }
    }
}

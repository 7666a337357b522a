//! The processes below the supervisor: those that a cell started must end with it.

use std::collections::HashSet;
use std::path::Path;

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getpid, getsid};

/// A process, told apart from a later one with the same number by the time of its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Process {
    pid: i32,
    started: u64,
}

impl Process {
    pub(super) fn is(&self, pid: Pid) -> bool {
        self.pid == pid.as_raw()
    }
}

struct Entry {
    process: Process,
    parent: i32,
    session: i32,
    zombie: bool,
}

/// Whether a process has not ended; where there is no `/proc`, every process counts as living.
pub(super) fn lives(pid: Pid) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .ok()
        .and_then(|stat| entry(pid.as_raw(), &stat))
        .map_or(!Path::new("/proc/self").exists(), |entry| !entry.zombie)
}

/// All processes below the supervisor.
pub(super) fn all() -> HashSet<Process> {
    below(&HashSet::new(), &[])
}

/// Ends the processes below the supervisor, except those that are `known`, what these have started, and
/// `spared`. Returns whether there were any; they end in a moment.
pub(super) fn end_others(known: &HashSet<Process>, spared: &[Pid]) -> bool {
    let others = below(known, spared);
    // One that cannot be ended (it may have ended by itself, or belong to another user) does not count.
    others.iter().filter(|process| kill(Pid::from_raw(process.pid), Signal::SIGKILL).is_ok()).count() > 0
}

/// Ends all other processes of the session that the supervisor has made: what it would end itself, if it were not
/// gone. Those that a cell has started live in the process group of the runner that ran it, which may have died long
/// ago.
pub(crate) fn end_session_of(supervisor: Pid) {
    // If it could make none, this would be the session of whoever started the kernel.
    if getsid(None) != Ok(supervisor) {
        return;
    }
    let is_other = |entry: &&Entry| entry.process.pid != getpid().as_raw();
    for entry in table().iter().filter(|entry| entry.session == supervisor.as_raw()).filter(is_other) {
        // It may have ended by itself.
        let _ = kill(Pid::from_raw(entry.process.pid), Signal::SIGKILL);
    }
}

fn below(known: &HashSet<Process>, spared: &[Pid]) -> HashSet<Process> {
    let entries = table();
    let mut found = HashSet::new();
    let mut parents = vec![i32::try_from(std::process::id()).unwrap_or(0)];
    while let Some(parent) = parents.pop() {
        for entry in entries.iter().filter(|entry| entry.parent == parent && !entry.zombie) {
            let pid = Pid::from_raw(entry.process.pid);
            if !known.contains(&entry.process) && !spared.contains(&pid) && found.insert(entry.process) {
                parents.push(entry.process.pid);
            }
        }
    }
    found
}

/// The system's processes; empty where there is no `/proc`.
fn table() -> Vec<Entry> {
    let Ok(directory) = std::fs::read_dir("/proc") else { return Vec::new() };
    directory
        .flatten()
        .filter_map(|file| file.file_name().to_str()?.parse().ok())
        .filter_map(|pid: i32| entry(pid, &std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?))
        .collect()
}

fn entry(pid: i32, stat: &str) -> Option<Entry> {
    // The name in parentheses may hold anything; after it come the state, the parent, the group, the session, …, the
    // start.
    let (_, rest) = stat.rsplit_once(") ")?;
    let words: Vec<&str> = rest.split(' ').collect();
    Some(Entry {
        process: Process { pid, started: words.get(19)?.parse().ok()? },
        parent: words.get(1)?.parse().ok()?,
        session: words.get(3)?.parse().ok()?,
        zombie: words.first() == Some(&"Z"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_and_spaces_does_not_confuse() {
        let stat = "7 (a) R 1 (b) S 5 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 12345 1000 100";
        let entry = entry(7, stat).unwrap();
        assert_eq!((entry.parent, entry.process.started, entry.zombie), (5, 12345, false));
        assert_eq!(entry.session, 7);
    }
}

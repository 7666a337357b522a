//! The processes of one kernel, found by a folder that only their environment names.

use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// A safety net against hangs, not a measure of speed.
const HANG: Duration = Duration::from_secs(60);

/// A living process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) pid: i32,
    pub(crate) parent: i32,
    pub(crate) words: Vec<String>,
    /// whether it was started to run cells
    runtime: bool,
}

impl Process {
    pub(crate) fn kill(&self) {
        kill(Pid::from_raw(self.pid), Signal::SIGKILL).unwrap();
    }

    /// Seconds of a processor that it has used.
    pub(crate) fn computed(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap();
        let ticks = stat.rsplit_once(") ").unwrap().1.split(' ').skip(11).take(2);
        ticks.map(|ticks| ticks.parse::<f64>().unwrap()).sum::<f64>() / 100.0
    }

    /// Whether it is this program.
    pub(crate) fn runs(&self, program: &str) -> bool {
        Path::new(&self.words[0]).file_name().is_some_and(|name| name == program)
    }

    fn has_word(&self, word: &str) -> bool {
        self.words.get(1).is_some_and(|first| first == word)
    }
}

/// The processes whose temporary folder is `folder`.
pub(crate) fn of(folder: &Path) -> Vec<Process> {
    let wanted = [b"TMPDIR=", folder.as_os_str().as_bytes()].concat();
    std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|pid| process(pid, &wanted))
        .collect()
}

fn process(pid: i32, wanted: &[u8]) -> Option<Process> {
    let about = PathBuf::from(format!("/proc/{pid}"));
    // Empty for a process that has ended.
    let environment = std::fs::read(about.join("environ")).ok()?;
    if !environment.split(|&byte| byte == 0).any(|variable| variable == wanted) {
        return None;
    }
    let stat = std::fs::read_to_string(about.join("stat")).ok()?;
    let parent = stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()?;
    let line = std::fs::read(about.join("cmdline")).ok()?;
    let runtime = environment.split(|&byte| byte == 0).any(|variable| variable == b"KAKUNIN_RUNTIME=1");
    let words = line.split(|&byte| byte == 0).map(|word| String::from_utf8_lossy(word).into_owned());
    Some(Process { pid, parent, words: words.collect(), runtime })
}

/// The process that owns the evaluator.
pub(crate) fn back(folder: &Path) -> Process {
    awaited("the back", || of(folder).into_iter().find(|process| process.has_word("inside")))
}

/// The process that watches over the one that runs the cells.
pub(crate) fn supervisor(folder: &Path) -> Process {
    awaited("the supervisor", || {
        let all = of(folder);
        let back = all.iter().find(|process| process.has_word("inside"))?.pid;
        all.iter().find(|process| process.runtime && process.parent == back).cloned()
    })
}

/// Waits until no process of the kernel is left.
pub(crate) fn await_end(folder: &Path) {
    awaited("the end", || of(folder).is_empty().then_some(()));
}

/// A number that no other run of a test has had.
pub(crate) fn unique() -> u128 {
    std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos()
}

/// Waits for something that must come about.
pub(crate) fn awaited<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < HANG, "{what} did not come about");
        std::thread::sleep(Duration::from_millis(10));
    }
}

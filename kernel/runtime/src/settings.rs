//! What the kernel decides for a runtime process, carried in its environment.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// Its presence asks [`crate::run_if_asked`] to become the runtime.
pub(crate) const ASKED: &str = "KAKUNIN_RUNTIME";
/// Set in the process that runs the cells: the library may write control lines.
pub(crate) const INSIDE_KERNEL: &str = "KAKUNIN_KERNEL";
const CHANNEL: &str = "KAKUNIN_CHANNEL";
const LIBRARIES: &str = "KAKUNIN_LIBRARIES";
const PRELUDE: &str = "KAKUNIN_PRELUDE";
const CHECKPOINT: &str = "KAKUNIN_CHECKPOINT";
const MEMORY: &str = "KAKUNIN_MEMORY";
const OUTPUT: &str = "KAKUNIN_OUTPUT";
const GRACE: &str = "KAKUNIN_GRACE_MS";

/// How a runtime process behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Libraries that the prelude and the cells link to but may not find by themselves, loaded before them.
    pub libraries: Vec<PathBuf>,
    /// The dylib that is loaded before the first cell.
    pub prelude: Option<PathBuf>,
    /// Whether a standby snapshot is kept (`KAKUNIN_CHECKPOINT`, off when `0`).
    pub checkpoint: bool,
    /// The limit of the address space as the user wrote it (`KAKUNIN_MEMORY`: `2G`, `500M`, bytes).
    pub memory: Option<String>,
    /// How much text a cell may write; further text is only counted (`KAKUNIN_OUTPUT`, as [`Settings::memory`]; `0`: no
    /// limit).
    pub output: Option<u64>,
    /// How long a cell that noticed the interrupt may take to stop by itself (`KAKUNIN_GRACE_MS`).
    pub grace: Duration,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            libraries: Vec::new(),
            prelude: None,
            checkpoint: true,
            memory: None,
            output: Some(8 << 20),
            grace: Duration::from_secs(1),
        }
    }
}

impl Settings {
    /// The settings that this process's environment asks for.
    pub fn from_env() -> Settings {
        let text = |name| std::env::var(name).ok();
        let default = Settings::default();
        Settings {
            libraries: std::env::var_os(LIBRARIES)
                .map(|paths| std::env::split_paths(&paths).collect())
                .unwrap_or_default(),
            prelude: std::env::var_os(PRELUDE).map(PathBuf::from),
            checkpoint: text(CHECKPOINT).is_none_or(|value| value != "0"),
            memory: text(MEMORY).filter(|value| !value.is_empty()),
            output: match text(OUTPUT).as_deref() {
                Some("0") => None,
                Some(size) => parse_size(size).or(default.output),
                None => default.output,
            },
            grace: text(GRACE)
                .and_then(|value| value.parse().ok())
                .map_or(default.grace, Duration::from_millis),
        }
    }

    pub(crate) fn channel_from_env() -> Option<PathBuf> {
        std::env::var_os(CHANNEL).map(PathBuf::from)
    }

    /// Writes the settings, and where the kernel listens, into the environment of `command`.
    pub(crate) fn hand_to(&self, command: &mut Command, channel: &std::path::Path) {
        command
            .env(ASKED, "1")
            .env(INSIDE_KERNEL, "1")
            .env(CHANNEL, channel)
            .env(CHECKPOINT, if self.checkpoint { "1" } else { "0" })
            .env(GRACE, self.grace.as_millis().to_string())
            .env(OUTPUT, self.output.unwrap_or(0).to_string())
            .env(MEMORY, self.memory.as_deref().unwrap_or_default());
        match std::env::join_paths(&self.libraries) {
            Ok(paths) if !self.libraries.is_empty() => command.env(LIBRARIES, paths),
            _ => command.env_remove(LIBRARIES),
        };
        match &self.prelude {
            Some(path) => command.env(PRELUDE, path),
            None => command.env_remove(PRELUDE),
        };
    }
}

/// A size in bytes: digits, then perhaps K, M, G or T (powers of 1024), then perhaps `B` or `iB`.
pub(crate) fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_uppercase();
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let shift = match text[digits.len()..].trim_start() {
        "" | "B" => 0,
        "K" | "KB" | "KIB" => 10,
        "M" | "MB" | "MIB" => 20,
        "G" | "GB" | "GIB" => 30,
        "T" | "TB" | "TIB" => 40,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(1 << shift).filter(|&bytes| bytes > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_bytes_or_powers_of_1024() {
        assert_eq!(parse_size("1000000"), Some(1_000_000));
        assert_eq!(parse_size("500M"), Some(500 << 20));
        assert_eq!(parse_size(" 2 GiB "), Some(2 << 30));
    }

    #[test]
    fn other_words_and_zero_are_not_sizes() {
        for text in ["", "2X", "G", "-1", "1.5G", "0", "99999999999T"] {
            assert_eq!(parse_size(text), None, "{text}");
        }
    }
}

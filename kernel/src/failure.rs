//! What can go wrong before a cell runs, each in one sentence: what was found, what is wanted, what to do.

use kakunin::Lang;
use std::io;
use std::path::{Path, PathBuf};

/// A failure that a learner or an administrator can do something about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// cargo or rustc is neither known to rustup nor on the path.
    ToolMissing(String),
    /// The tool does not answer.
    Tool(PathBuf, String),
    /// The standard library's sources are missing and could not be fetched.
    RustSrcMissing(PathBuf),
    /// The repository this binary was built in is gone, and no template holds a copy of it.
    SourcesMissing(PathBuf),
    Reading(PathBuf, String),
    Writing(PathBuf, String),
    /// There is no room left where this lies.
    DiskFull(PathBuf),
    /// The session that makes a template failed, with what it said.
    FirstSession(String),
    /// Jupyter's folders are unknown.
    NoJupyterFolder,
    /// No kernel of that name is installed there.
    NotInstalled(PathBuf),
    /// A name that Jupyter does not accept.
    BadName(String),
    /// The kernel can't serve the connection file.
    Connection(String),
    /// evcxr does not start.
    Evaluator(String),
}

impl Failure {
    pub(crate) fn reading(path: &Path, error: &io::Error) -> Failure {
        Failure::Reading(path.to_owned(), error.to_string())
    }

    pub(crate) fn writing(path: &Path, error: &io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::StorageFull => Failure::DiskFull(path.to_owned()),
            _ => Failure::Writing(path.to_owned(), error.to_string()),
        }
    }

    /// Whether a tool that writes to `dir` has `said` that the disk is full: it passes on the system's words.
    pub(crate) fn disk_full(dir: &Path, said: &str) -> Option<Failure> {
        said.contains("No space left on device").then(|| Failure::DiskFull(dir.to_owned()))
    }

    /// The sentence in `lang`.
    pub(crate) fn message(&self, lang: Lang) -> String {
        let (ja, en) = match self {
            Failure::ToolMissing(tool) => (
                format!(
                    "{tool} が見つかりません。https://rustup.rs から Rust を入れ、もう一度試してください。"
                ),
                format!("{tool} was not found; install Rust from https://rustup.rs and try again."),
            ),
            Failure::Tool(tool, error) => (
                format!(
                    "{} が動きません（{error}）。`rustup toolchain list` で確かめてください。",
                    tool.display()
                ),
                format!("{} does not work ({error}); look at `rustup toolchain list`.", tool.display()),
            ),
            Failure::RustSrcMissing(dir) => (
                format!(
                    "標準ライブラリのソースが {} にありません。`rustup component add rust-src` を実行してください。",
                    dir.display()
                ),
                format!(
                    "The standard library's sources are not in {}; run `rustup component add rust-src`.",
                    dir.display()
                ),
            ),
            Failure::SourcesMissing(dir) => (
                format!(
                    "kakunin のソースが {} にありません。いまの場所で `cargo run --release -p kakunin-kernel -- install` を実行してください。",
                    dir.display()
                ),
                format!(
                    "The sources of kakunin are not in {}; run `cargo run --release -p kakunin-kernel -- install` where they are now.",
                    dir.display()
                ),
            ),
            Failure::Reading(path, error) => (
                format!("{} を読めません（{error}）。", path.display()),
                format!("{} can't be read ({error}).", path.display()),
            ),
            Failure::Writing(path, error) => (
                format!(
                    "{} に書けません（{error}）。空き容量と権限を確かめるか、KAKUNIN_CACHE で別の場所を指定してください。",
                    path.display()
                ),
                format!(
                    "{} can't be written ({error}); check the free space and the permissions, or name another place with KAKUNIN_CACHE.",
                    path.display()
                ),
            ),
            Failure::DiskFull(path) => (
                format!(
                    "{} のあるディスクがいっぱいです。空きを作って、もう一度試してください。",
                    path.display()
                ),
                format!("The disk of {} is full; make room and try again.", path.display()),
            ),
            Failure::FirstSession(said) => (
                format!("準備の途中で失敗しました。次の出力を確かめてください。\n{said}"),
                format!("The preparation failed; this is what it said.\n{said}"),
            ),
            Failure::NoJupyterFolder => (
                "Jupyter のフォルダーが分かりません。`--prefix DIR` で場所を指定してください。".to_owned(),
                "Jupyter's folder is unknown; name a place with `--prefix DIR`.".to_owned(),
            ),
            Failure::NotInstalled(dir) => (
                format!("{} にカーネルはありません。`doctor` で場所を確かめてください。", dir.display()),
                format!("There is no kernel in {}; `doctor` tells where it is.", dir.display()),
            ),
            Failure::BadName(name) => (
                format!("カーネルの名前「{name}」は使えません。英小文字、数字、- _ . だけにしてください。"),
                format!(
                    "The kernel can't be called \"{name}\"; use lower-case letters, digits, - _ and . only."
                ),
            ),
            // The protocol side says it in the learner's language already.
            Failure::Connection(error) => (error.clone(), error.clone()),
            Failure::Evaluator(error) => (
                format!(
                    "Rust の評価器が始まりません（{error}）。`kakunin-kernel doctor` を実行してください。"
                ),
                format!("The Rust evaluator does not start ({error}); run `kakunin-kernel doctor`."),
            ),
        };
        lang.pick(ja, en)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message(Lang::current()))
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_named_whoever_met_it() {
        let place = Path::new("/place");
        let full = Failure::DiskFull(place.to_owned());
        let by_linker = "rustc-LLVM ERROR: IO failure on output stream: No space left on device\n";
        assert_eq!(Failure::disk_full(place, by_linker), Some(full.clone()));
        assert_eq!(Failure::disk_full(place, "error: linking with `cc` failed"), None);
        let by_us = io::Error::from_raw_os_error(nix::libc::ENOSPC);
        assert_eq!(Failure::writing(place, &by_us), full);
        assert_eq!(full.message(Lang::En), "The disk of /place is full; make room and try again.");
    }
}

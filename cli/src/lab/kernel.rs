//! カーネル: なければビルドして登録し、古ければ作り直すかを聞く。

use crate::failure::Failure;
use crate::output::note;
use kakunin::{Error, ErrorKind, Lang, interrupt};
use serde_json::Value;
use std::fs;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;
use walkdir::WalkDir;

/// What cells are compiled against.
const LIBRARY: [&str; 3] = ["src", "prelude/src", "data"];

/// What the kernel itself is made of.
const KERNEL: [&str; 3] = ["kernel/src", "kernel/jupyter/src", "kernel/runtime/src"];

/// How the installed kernel stands to the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Missing,
    Old,
    Ready,
}

/// Builds and installs the kernel where it is missing, or old and the learner wants it.
pub(super) fn make_ready(repository: &Path) -> Result<(), Failure> {
    let lang = Lang::current();
    let state =
        jupyter_data().map_or(State::Missing, |data| state(repository, &data.join("kernels/kakunin")));
    let build = match state {
        State::Ready => false,
        State::Missing => {
            note(lang.pick(
                "カーネル「Rust (kakunin)」をビルドして登録します（一度だけ、十数分）。",
                "The kernel \"Rust (kakunin)\" is built and registered (once, some ten minutes).",
            ));
            true
        }
        State::Old => wants_update(lang),
    };
    if build { install(repository) } else { Ok(()) }
}

/// Jupyter's folder of the user, by Jupyter's own rule.
fn jupyter_data() -> Option<PathBuf> {
    if let Some(dir) = std::env::var_os("JUPYTER_DATA_DIR").filter(|dir| !dir.is_empty()) {
        return Some(dir.into());
    }
    if cfg!(target_os = "macos") {
        return dirs::home_dir().map(|home| home.join("Library/Jupyter"));
    }
    dirs::data_dir().map(|data| data.join("jupyter"))
}

fn state(repository: &Path, spec: &Path) -> State {
    let known: Option<Value> =
        fs::read(spec.join("kernel.json")).ok().and_then(|text| serde_json::from_slice(&text).ok());
    let word = |value: &Value| value.as_str().map(PathBuf::from);
    let known =
        known.and_then(|known| Some((word(&known["argv"][0])?, word(&known["env"]["KAKUNIN_TEMPLATE"])?)));
    let Some((program, template)) = known else { return State::Missing };
    let Some(installed) = modified(&program) else { return State::Missing };
    let is_newer = |file: &PathBuf| modified(file).is_some_and(|changed| changed > installed);
    let differs = |file: &PathBuf| {
        let copy = template.join("workspace").join(file.strip_prefix(repository).unwrap_or(file));
        fs::read(file).ok() != fs::read(copy).ok()
    };
    let changed =
        files(repository, &KERNEL).iter().any(is_newer) || files(repository, &LIBRARY).iter().any(differs);
    if changed { State::Old } else { State::Ready }
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|about| about.modified()).ok()
}

fn files(repository: &Path, parts: &[&str]) -> Vec<PathBuf> {
    let entries = parts.iter().flat_map(|part| WalkDir::new(repository.join(part))).filter_map(Result::ok);
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

/// Asks on a terminal; elsewhere the old kernel is used, and how to renew it is said.
fn wants_update(lang: Lang) -> bool {
    if !std::io::stdin().is_terminal() {
        note(lang.pick(
            "登録されているカーネルは、このリポジトリより古いものです。`cargo run --release -p kakunin-kernel -- install` で更新できます。",
            "The installed kernel is older than this repository; `cargo run --release -p kakunin-kernel -- install` renews it.",
        ));
        return false;
    }
    let question = lang.pick(
        "登録されているカーネルは、このリポジトリより古いものです。作り直しますか（数分）。[Y/n] ",
        "The installed kernel is older than this repository. Renew it (a few minutes)? [Y/n] ",
    );
    let mut answer = String::new();
    let mut stderr = std::io::stderr();
    let asked = write!(stderr, "{question}").and_then(|()| stderr.flush());
    let _ = asked.and_then(|()| std::io::stdin().read_line(&mut answer));
    !answer.trim().to_lowercase().starts_with('n')
}

fn install(repository: &Path) -> Result<(), Failure> {
    let status = Command::new("cargo")
        .args(["run", "--release", "--package", "kakunin-kernel", "--", "install"])
        .current_dir(repository)
        .status();
    let why = match status {
        Ok(status) if status.success() => return Ok(()),
        Ok(status) => status.to_string(),
        Err(e) => e.to_string(),
    };
    let error = Error::new(
        ErrorKind::Output,
        format!(
            "カーネルを用意できませんでした（cargo: {why}）。上の表示の原因を直して、もう一度実行してください。"
        ),
        format!(
            "The kernel could not be made ready (cargo: {why}); mend what is said above and run this again."
        ),
    );
    Err(if interrupt::requested() { Failure::interrupted(error) } else { Failure::work(error) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository and a registration of its kernel that was just made.
    fn installed(dir: &Path) -> (PathBuf, PathBuf) {
        let (repository, spec, template) = (dir.join("repository"), dir.join("spec"), dir.join("template"));
        for (file, text) in [("src/lib.rs", "library"), ("kernel/src/main.rs", "kernel"), ("data/x", "data")]
        {
            write(&repository.join(file), text);
            write(&template.join("workspace").join(file), text);
        }
        write(&spec.join("kakunin-kernel"), "program");
        let known = serde_json::json!({
            "argv": [spec.join("kakunin-kernel"), "{connection_file}"],
            "env": { "KAKUNIN_TEMPLATE": template },
        });
        write(&spec.join("kernel.json"), &known.to_string());
        (repository, spec)
    }

    fn write(file: &Path, text: &str) {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    #[test]
    fn a_kernel_that_was_made_of_these_sources_is_ready() {
        let dir = tempfile::tempdir().unwrap();
        let (repository, spec) = installed(dir.path());
        assert_eq!(state(&repository, &spec), State::Ready);
    }

    #[test]
    fn a_changed_or_further_file_of_the_library_makes_it_old() {
        for file in ["src/lib.rs", "src/new.rs"] {
            let dir = tempfile::tempdir().unwrap();
            let (repository, spec) = installed(dir.path());
            write(&repository.join(file), "changed");
            assert_eq!(state(&repository, &spec), State::Old, "{file}");
        }
    }

    #[test]
    fn a_newer_source_of_the_kernel_makes_it_old() {
        let dir = tempfile::tempdir().unwrap();
        let (repository, spec) = installed(dir.path());
        let later = SystemTime::now() + std::time::Duration::from_secs(60);
        let source = fs::File::options().append(true).open(repository.join("kernel/src/main.rs")).unwrap();
        source.set_modified(later).unwrap();
        assert_eq!(state(&repository, &spec), State::Old);
    }

    #[test]
    fn a_registration_without_its_program_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let (repository, spec) = installed(dir.path());
        fs::remove_file(spec.join("kakunin-kernel")).unwrap();
        assert_eq!(state(&repository, &spec), State::Missing);
        assert_eq!(state(&repository, &dir.path().join("nowhere")), State::Missing);
    }
}

//! How rustc is called for a cell: learnt from cargo once for each set of dependencies.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// The name under which cargo calls us around rustc (`RUSTC_WRAPPER`).
pub(crate) const RECORDER: &str = "kakunin-rustc";

/// Where the recorder leaves what it saw.
const RECORD_ENV: &str = "KAKUNIN_RECORD_PLAN";

/// The part of cargo's rustc call that depends on the dependencies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// The values of `--extern`: `name=path`.
    pub(crate) externs: Vec<String>,
    /// The values of `-L`.
    pub(crate) search: Vec<String>,
    /// `--target`
    pub(crate) target: Option<String>,
}

impl Plan {
    pub(crate) fn read(path: &Path) -> Option<Plan> {
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }

    fn from_args(args: &[String]) -> Plan {
        let values = |flag: &str| -> Vec<String> {
            args.windows(2).filter(|pair| pair[0] == flag).map(|pair| pair[1].clone()).collect()
        };
        Plan { externs: values("--extern"), search: values("-L"), target: values("--target").pop() }
    }

    /// rustc's arguments for the cell, whatever the output.
    pub(super) fn arguments<'a>(&'a self, command: &'a mut Command) -> &'a mut Command {
        for search in &self.search {
            command.arg("-L").arg(search);
        }
        for name in &self.externs {
            command.arg("--extern").arg(name);
        }
        if let Some(target) = &self.target {
            command.arg("--target").arg(target);
        }
        command
    }
}

/// The plan's place for a manifest that is not the template's.
pub(super) fn file_for(plans: &Path, manifest: &str) -> PathBuf {
    plans.join(format!("{}.json", hex(&Sha256::digest(manifest))))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Makes cargo leave the plan for the evcxr crate in `file`.
pub(crate) fn record_into(command: &mut Command, recorder: PathBuf, file: &Path) {
    command.env("RUSTC_WRAPPER", recorder).env(RECORD_ENV, file);
}

/// Cargo's call `kakunin-rustc <rustc> <arguments>`: runs it, and notes it if it compiles the evcxr crate.
pub(super) fn record(args: &[OsString]) -> io::Result<ExitCode> {
    let (rustc, args) = args.split_first().ok_or_else(|| io::Error::other("rustc's path is missing"))?;
    let words: Vec<String> = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let is_cell = words.windows(2).any(|pair| pair[0] == "--crate-name" && pair[1] == "ctx");
    if is_cell && let Some(file) = std::env::var_os(RECORD_ENV) {
        fs::write(file, serde_json::to_vec_pretty(&Plan::from_args(&words))?)?;
    }
    let mut command = Command::new(rustc);
    command.args(args);
    super::real::pass(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARGOS: &str = "--crate-name ctx --edition=2024 src/lib.rs -C opt-level=2 --target x86_64 \
        -L dependency=/t/deps -L native=/t/out --extern itoa=/t/libitoa.rlib --extern serde=/t/libserde.rmeta";

    #[test]
    fn what_depends_on_the_dependencies_is_learnt_from_cargos_call() {
        let words: Vec<String> = CARGOS.split_whitespace().map(str::to_owned).collect();
        let plan = Plan::from_args(&words);
        assert_eq!(plan.externs, ["itoa=/t/libitoa.rlib", "serde=/t/libserde.rmeta"]);
        assert_eq!(plan.search, ["dependency=/t/deps", "native=/t/out"]);
        assert_eq!(plan.target.as_deref(), Some("x86_64"));

        let mut rustc = Command::new("rustc");
        let given: Vec<_> =
            plan.arguments(&mut rustc).get_args().map(|arg| arg.to_str().unwrap().to_owned()).collect();
        assert_eq!(Plan::from_args(&given), plan);
    }

    #[test]
    fn each_manifest_has_a_plan_of_its_own() {
        let plans = Path::new("/s/plans");
        assert_eq!(file_for(plans, "a"), file_for(plans, "a"));
        assert_ne!(file_for(plans, "a"), file_for(plans, "b"));
    }

    #[test]
    fn what_is_not_a_plan_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("plan.json");
        assert_eq!(Plan::read(&file), None);
        fs::write(&file, "{").unwrap();
        assert_eq!(Plan::read(&file), None);
    }
}

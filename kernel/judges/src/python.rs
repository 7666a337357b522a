//! The private Python environment.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the environment holds.
const REQUIREMENTS: &str = include_str!("../requirements.txt");

/// The Python of the private environment, which is made first where it is missing or no longer fits.
///
/// Concurrent tests wait for each other on a lock file, and the last step leaves a marker: an environment whose making
/// was cut short is made anew.
pub fn python() -> Result<PathBuf, String> {
    let folder = target_folder()?.join("judges");
    std::fs::create_dir_all(&folder).map_err(|e| format!("can't make {}: {e}", folder.display()))?;
    let lock =
        File::create(folder.join("lock")).map_err(|e| format!("can't lock {}: {e}", folder.display()))?;
    lock.lock().map_err(|e| format!("can't lock {}: {e}", folder.display()))?;

    let environment = folder.join("venv");
    let python = environment.join("bin").join("python");
    let marker = environment.join("finished");
    if std::fs::read_to_string(&marker).is_ok_and(|made_from| made_from == REQUIREMENTS) {
        return Ok(python);
    }
    if environment.exists() {
        std::fs::remove_dir_all(&environment)
            .map_err(|e| format!("can't remove {}: {e}", environment.display()))?;
    }
    let requirements = folder.join("requirements.txt");
    crate::write(&requirements, REQUIREMENTS)?;
    step(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    step(
        Command::new(&python).args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(&requirements),
    )?;
    crate::write(&marker, REQUIREMENTS)?;
    Ok(python)
}

/// [`python`], with a failure that names the tests that could not run.
pub(crate) fn for_tests(tests: &str) -> Result<PathBuf, String> {
    python().map_err(|reason| {
        format!(
            "The tests of {tests} could not run, because their Python environment could not be made. \
             Python 3.10 or newer and access to PyPI are needed once.\n{reason}"
        )
    })
}

fn step(command: &mut Command) -> Result<(), String> {
    let named = format!("{command:?}");
    let output = command.output().map_err(|e| format!("{named}: {e}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("{named}:\n{}", String::from_utf8_lossy(&output.stderr))),
    }
}

/// Cargo marks its target folder; the program that asks lies somewhere below it.
///
/// # Errors
/// If the program does not lie in one.
pub fn target_folder() -> Result<PathBuf, String> {
    let program = std::env::current_exe().map_err(|e| format!("this program has no path: {e}"))?;
    let marked = |folder: &&Path| folder.join("CACHEDIR.TAG").exists();
    let found = program.ancestors().find(marked).map(Path::to_owned);
    found.ok_or_else(|| format!("{} does not lie in a cargo target folder", program.display()))
}

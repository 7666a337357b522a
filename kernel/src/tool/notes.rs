//! rust-analyzer's questions to cargo, answered from notes.
//!
//! At its start it runs cargo a dozen times (metadata of the crate and of the standard library, configuration, target)
//! and the answers are the same in every session of a template. They are noted once, at installation, with the
//! session's folder as a placeholder.

use super::manifest::{Swapped, augmented, plain};
use super::plan::hex;
use super::real;
use crate::layout::{SessionDir, TemplateDir};
use crate::template::Description;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Set while the template is made: answers are noted.
pub(crate) const NOTING_ENV: &str = "KAKUNIN_NOTE_ANSWERS";

/// Stands for the folder of the session's crate.
const CRATE: &str = "{crate}";

#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    status: i32,
    stdout: String,
    stderr: String,
}

/// A question, and where its answer is kept.
struct Question {
    crate_dir: String,
    file: PathBuf,
}

impl Question {
    fn new(args: &[OsString], session: &SessionDir, template: &TemplateDir) -> io::Result<Question> {
        let crate_dir = session.crate_dir().to_string_lossy().into_owned();
        let mut words = vec![std::env::current_dir()?.to_string_lossy().replace(&crate_dir, CRATE)];
        let mut args = args.iter().map(|arg| arg.to_string_lossy().replace(&crate_dir, CRATE));
        while let Some(word) = args.next() {
            if word == "--lockfile-path" {
                // A copy under a name that is new each time.
                args.next();
            } else {
                words.push(word);
            }
        }
        // The answer depends on evcxr's manifest as well.
        let manifest = fs::read_to_string(session.crate_dir().join("Cargo.toml")).unwrap_or_default();
        words.push(plain(&manifest).to_owned());
        let name = hex(&Sha256::digest(words.join("\0"))) + ".json";
        Ok(Question { crate_dir, file: template.answers().join(name) })
    }

    fn answer(&self) -> Option<Answer> {
        let noted = fs::read_to_string(&self.file).ok()?;
        let mut answer: Answer = serde_json::from_str(&noted).ok()?;
        answer.stdout = answer.stdout.replace(CRATE, &self.crate_dir);
        Some(answer)
    }

    fn note(&self, answer: &Answer) -> io::Result<()> {
        let noted = Answer {
            status: answer.status,
            stdout: answer.stdout.replace(&self.crate_dir, CRATE),
            stderr: answer.stderr.clone(),
        };
        fs::write(&self.file, serde_json::to_vec(&noted)?)
    }
}

pub(super) fn cargo_for_rust_analyzer(args: &[OsString]) -> io::Result<ExitCode> {
    let (Some(session), Some(template)) = (SessionDir::from_env(), TemplateDir::from_env()) else {
        return Err(io::Error::other(format!("{} is not set", SessionDir::ENV)));
    };
    let question = Question::new(args, &session, &template)?;
    let answer = match question.answer() {
        Some(answer) => answer,
        None => {
            let answer = ask(args, &session, &template)?;
            if std::env::var_os(NOTING_ENV).is_some() {
                question.note(&answer)?;
            }
            answer
        }
    };
    io::stdout().write_all(answer.stdout.as_bytes())?;
    io::stderr().write_all(answer.stderr.as_bytes())?;
    Ok(if answer.status == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn ask(args: &[OsString], session: &SessionDir, template: &TemplateDir) -> io::Result<Answer> {
    let manifest = session.crate_dir().join("Cargo.toml");
    let about_cell = args.iter().any(|arg| Path::new(arg) == manifest);
    let known = Description::in_use()?;
    let _manifest = about_cell
        .then(|| Swapped::new(manifest, |text| augmented(text, template, &known.companion)))
        .transpose()?;
    let output = real::interruptible(&mut real::cargo(args)?, session)?;
    Ok(Answer {
        status: output.status.code().unwrap_or(1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A session with a manifest.
    fn session(manifest: &str) -> (tempfile::TempDir, SessionDir) {
        let folder = tempfile::tempdir().unwrap();
        let session = SessionDir::new(folder.path());
        fs::create_dir(session.crate_dir()).unwrap();
        fs::write(session.crate_dir().join("Cargo.toml"), manifest).unwrap();
        (folder, session)
    }

    fn question(session: &SessionDir, template: &TemplateDir, words: &[&str]) -> Question {
        let manifest = session.crate_dir().join("Cargo.toml").to_string_lossy().into_owned();
        let args: Vec<OsString> =
            words.iter().map(|word| word.replace("MANIFEST", &manifest).into()).collect();
        Question::new(&args, session, template).unwrap()
    }

    const METADATA: &[&str] = &["metadata", "--manifest-path", "MANIFEST"];

    #[test]
    fn an_answer_noted_in_one_session_is_given_in_another_with_its_own_folder() {
        let folder = tempfile::tempdir().unwrap();
        let template = TemplateDir::new(folder.path());
        fs::create_dir(template.answers()).unwrap();
        let ((_one, first), (_other, second)) = (session("m"), session("m"));
        let root = |session: &SessionDir| format!("{{\"root\":\"{}\"}}", session.crate_dir().display());
        assert!(question(&second, &template, METADATA).answer().is_none());
        let answer = Answer { status: 0, stdout: root(&first), stderr: String::new() };
        question(&first, &template, METADATA).note(&answer).unwrap();
        assert_eq!(question(&second, &template, METADATA).answer().unwrap().stdout, root(&second));
    }

    #[test]
    fn another_question_or_another_manifest_has_another_answer() {
        let template = TemplateDir::new("/t");
        let ((_one, first), (_other, second)) = (session("m"), session("m\nitoa = \"1\""));
        let file = question(&first, &template, METADATA).file;
        assert_ne!(question(&first, &template, &["config", "get"]).file, file);
        assert_ne!(question(&second, &template, METADATA).file, file);
    }

    #[test]
    fn the_name_of_a_copied_lock_file_is_no_part_of_the_question() {
        let template = TemplateDir::new("/t");
        let (_folder, session) = session("m");
        let with = |name| question(&session, &template, &["metadata", "--lockfile-path", name]).file;
        assert_eq!(with("/one/Cargo.lock"), with("/other/Cargo.lock"));
    }
}

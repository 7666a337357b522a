//! The kernel as `install` leaves it, once for all tests: below the cargo target folder, made on first use.

use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_kakunin-kernel");

/// Where an installation lies.
#[derive(Debug, Clone)]
pub(crate) struct Installed {
    /// `KAKUNIN_CACHE`: templates and compiled cells
    pub(crate) cache: PathBuf,
    /// `JUPYTER_DATA_DIR`
    pub(crate) jupyter: PathBuf,
}

impl Installed {
    /// The installation that tests share. Concurrent test programs wait for each other; `install` itself finds out
    /// whether there is anything to do.
    pub(crate) fn shared() -> &'static Installed {
        static SHARED: OnceLock<Installed> = OnceLock::new();
        SHARED.get_or_init(|| {
            let folder = target().join("kernel-tests");
            std::fs::create_dir_all(&folder).unwrap();
            let lock = File::create(folder.join("lock")).unwrap();
            lock.lock().unwrap();
            let shared = Installed { cache: folder.join("cache"), jupyter: folder.join("jupyter") };
            shared.succeed(&["install"]);
            shared
        })
    }

    /// An installation of its own, nothing made yet.
    pub(crate) fn nothing_in(folder: &Path) -> Installed {
        Installed { cache: folder.join("cache"), jupyter: folder.join("jupyter") }
    }

    pub(crate) fn spec_dir(&self) -> PathBuf {
        self.jupyter.join("kernels").join("kakunin")
    }

    pub(crate) fn spec(&self) -> Value {
        let text = std::fs::read(self.spec_dir().join("kernel.json")).unwrap();
        serde_json::from_slice(&text).unwrap()
    }

    /// The program that Jupyter would start.
    pub(crate) fn program(&self) -> PathBuf {
        self.spec()["argv"][0].as_str().unwrap().into()
    }

    pub(crate) fn template(&self) -> PathBuf {
        self.spec()["env"]["KAKUNIN_TEMPLATE"].as_str().unwrap().into()
    }

    /// The program in the environment of this installation, its messages in English.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, words: &[S]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .args(words)
            .env("KAKUNIN_CACHE", &self.cache)
            .env("JUPYTER_DATA_DIR", &self.jupyter)
            .env("KAKUNIN_LANG", "en");
        command
    }

    pub(crate) fn output<S: AsRef<OsStr>>(&self, words: &[S]) -> Output {
        self.command(words).output().unwrap()
    }

    /// Runs the program to its good end; gives what it printed.
    pub(crate) fn succeed<S: AsRef<OsStr>>(&self, words: &[S]) -> String {
        let output = self.output(words);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs the program to its bad end; gives the one sentence that it says.
    pub(crate) fn fail<S: AsRef<OsStr>>(&self, words: &[S]) -> String {
        complaint(&self.output(words))
    }
}

/// The one sentence with which a program failed.
pub(crate) fn complaint(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    said.trim_end().to_owned()
}

/// Cargo marks its target folder; this program lies somewhere below it.
pub(crate) fn target() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").exists()).unwrap().to_owned()
}

/// The repository that is being tested.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

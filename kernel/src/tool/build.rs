//! evcxr's cargo calls: `build` and `check` become one call of rustc wherever the manifest is known.

use super::attempt::Attempt;
use super::cells::Cells;
use super::diagnostics;
use super::manifest::{Swapped, augmented};
use super::places;
use super::plan::{self, Plan};
use super::real::{self, has};
use super::rewrite::{Rewritten, rewrite};
use super::settings::CellSettings;
use crate::layout::{SessionDir, TemplateDir};
use crate::template::Description;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Where evcxr wants the path of the library to be written.
const LIBRARY_PATH_ENV: &str = "EVCXR_EXECUTION_SO_PATH";

/// A cargo call of evcxr, in the folder of its crate.
struct Call {
    args: Vec<OsString>,
    session: SessionDir,
    template: TemplateDir,
    known: &'static Description,
    crate_dir: PathBuf,
    manifest: String,
}

pub(super) fn cargo_for_evcxr(args: &[OsString]) -> io::Result<ExitCode> {
    let call = Call::new(args)?;
    if has(args, "build") {
        call.build()
    } else if has(args, "check") {
        call.check()
    } else if has(args, "metadata") {
        call.with_companion(|| real::pass_interruptible(real::cargo(args)?, &call.session))
    } else {
        real::pass_interruptible(real::cargo(args)?, &call.session)
    }
}

impl Call {
    fn new(args: &[OsString]) -> io::Result<Call> {
        let unset = |name: &str| io::Error::other(format!("{name} is not set"));
        let crate_dir = std::env::current_dir()?;
        Ok(Call {
            args: args.to_vec(),
            session: SessionDir::from_env().ok_or_else(|| unset(SessionDir::ENV))?,
            template: TemplateDir::from_env().ok_or_else(|| unset(TemplateDir::ENV))?,
            known: Description::in_use()?,
            manifest: fs::read_to_string(crate_dir.join("Cargo.toml"))?,
            crate_dir,
        })
    }

    /// The plan for the manifest: the template's own, or the one learnt earlier in this session.
    fn plan(&self) -> Option<Plan> {
        if self.known.manifest == self.manifest {
            return Plan::read(&self.template.plan());
        }
        // A crate in a folder may change between two cells: only cargo notices.
        let dependencies = self.manifest.split("[dependencies]").nth(1).unwrap_or_default();
        if dependencies.contains("path") {
            return None;
        }
        Plan::read(&plan::file_for(&self.session.plans(), &self.manifest))
    }

    fn source(&self) -> PathBuf {
        self.crate_dir.join("src").join("lib.rs")
    }

    fn build(&self) -> io::Result<ExitCode> {
        let mut settings = CellSettings::read(&self.session);
        let last = Attempt::last(&self.session);
        settings.display_debug &= !last.as_ref().is_some_and(Attempt::display_is_ambiguous);
        let guessed = last.as_ref().is_some_and(|last| !last.found_a_question_mark());
        let source = fs::read_to_string(self.source())?;
        let rewritten = rewrite(&source, &settings, guessed);
        if let (Some(plan), Some(cell)) = (self.plan(), &rewritten) {
            return self.compile(&plan, cell, &settings, last.as_ref());
        }
        // Dependencies not met before, or a text we do not know: cargo does it, and shows how.
        let text = rewritten.map_or_else(|| places::without_notes(&source), |cell| cell.source);
        let _source = Swapped::new(self.source(), |_| Some(text))?;
        self.build_by_cargo()
    }

    fn compile(
        &self,
        plan: &Plan,
        cell: &Rewritten,
        settings: &CellSettings,
        last: Option<&Attempt>,
    ) -> io::Result<ExitCode> {
        let dir = self.session.cell_dir();
        let library = dir.join("libctx.so");
        if last.is_some_and(|last| last.says_all(&cell.source)) {
            // A library that evcxr never loads says: the errors it has are right.
            fs::write(&library, [])?;
            self.report(&library)?;
            return Ok(ExitCode::SUCCESS);
        }
        if let Some(messages) = last.and_then(|last| last.of(&cell.source)) {
            io::stderr().write_all(&diagnostics::placed(messages, cell))?;
            return Ok(ExitCode::FAILURE);
        }
        let cells = Cells::open(&self.template, self.known, plan, settings);
        // Also for a library from the store: the places of a panic are looked up in the source.
        fs::create_dir_all(dir.join("src"))?;
        fs::write(dir.join("src").join("lib.rs"), &cell.source)?;
        fs::write(self.session.places(), serde_json::to_vec(&cell.places)?)?;
        if !cells.fetch(&cell.source, &library) {
            let mut rustc = self.rustc(plan)?;
            rustc.arg("-Copt-level=".to_owned() + &settings.opt_level).args([
                "--emit=link=libctx.so",
                "-Ccodegen-units=1",
                "-Cdebuginfo=line-tables-only",
                "-Cdebug-assertions=on",
                "-Coverflow-checks=on",
                // One crate for all cells and sessions: a type keeps its identity from cell to cell.
                "-Cmetadata=kakunin-cell",
            ]);
            let output = real::interruptible(&mut rustc, &self.session)?;
            if !output.status.success() {
                Attempt::note(&self.session, &cell.source, &output.stderr)?;
                io::stderr().write_all(&diagnostics::placed(&output.stderr, cell))?;
                return Ok(real::code(output.status));
            }
            cells.keep(&cell.source, &library);
        }
        self.report(&library)?;
        Ok(ExitCode::SUCCESS)
    }

    /// evcxr renames the library, and so needs it in a folder of its own.
    fn report(&self, library: &Path) -> io::Result<()> {
        match std::env::var_os(LIBRARY_PATH_ENV) {
            Some(file) => fs::write(file, library.as_os_str().as_encoded_bytes()),
            None => Err(io::Error::other(format!("{LIBRARY_PATH_ENV} is not set"))),
        }
    }

    /// Only for the errors: evcxr asks for it when it cannot find out a variable's type.
    fn check(&self) -> io::Result<ExitCode> {
        let Some(plan) = self.plan() else {
            return self.with_companion(|| real::pass_interruptible(real::cargo(&self.args)?, &self.session));
        };
        let dir = self.session.cell_dir();
        fs::create_dir_all(dir.join("src"))?;
        let source = fs::read_to_string(self.source())?;
        fs::write(dir.join("src").join("lib.rs"), places::without_notes(&source))?;
        let mut rustc = self.rustc(&plan)?;
        rustc.args(["--emit=metadata=check.rmeta", "-Cmetadata=kakunin-cell"]);
        let output = real::interruptible(&mut rustc, &self.session)?;
        io::stderr().write_all(&output.stderr)?;
        Ok(real::code(output.status))
    }

    fn rustc(&self, plan: &Plan) -> io::Result<Command> {
        let mut rustc = Command::new(&self.known.rustc);
        rustc.current_dir(self.session.cell_dir()).args([
            "--crate-name=ctx",
            "--edition=2024",
            "--crate-type=cdylib",
            "--error-format=json",
            "--json=diagnostic-rendered-ansi",
            "-Cprefer-dynamic",
            "src/lib.rs",
        ]);
        plan.arguments(&mut rustc);
        real::restore(&mut rustc);
        Ok(rustc)
    }

    fn build_by_cargo(&self) -> io::Result<ExitCode> {
        crate::template::seed_target(&self.template, &self.crate_dir)?;
        fs::create_dir_all(self.session.plans())?;
        let making_template = std::env::var_os(super::NOTING_ENV).is_some();
        let plan = if making_template {
            self.template.plan()
        } else {
            plan::file_for(&self.session.plans(), &self.manifest)
        };
        self.with_companion(|| {
            let mut cargo = real::cargo(&self.args)?;
            if making_template {
                cargo
                    .env("CARGO_TARGET_DIR", self.template.target())
                    .env("CARGO_BUILD_BUILD_DIR", self.template.target());
            }
            plan::record_into(&mut cargo, self.session.bin().join(plan::RECORDER), &plan);
            Ok(real::code(real::watched(&mut cargo, &self.session)?))
        })
    }

    fn with_companion<T>(&self, run: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        let manifest = self.crate_dir.join("Cargo.toml");
        let _manifest =
            Swapped::new(manifest, |text| augmented(text, &self.template, &self.known.companion))?;
        run()
    }
}

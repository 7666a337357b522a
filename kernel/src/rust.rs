//! Rust cells, over evcxr. The only module that names it.

mod assist;
mod busy;
mod commands;
mod ending;
mod errors;
mod impls;
mod interrupter;
mod lines;
mod outputs;
mod prepared;
mod tuning;
mod vars;

use crate::failure::Failure;
use crate::layout::{SessionDir, TemplateDir};
use crate::template::Description;
use crate::tool::{CellSettings, restore};
use busy::Busy;
pub(crate) use busy::Patience;
use commands::{Opt, Orders};
use evcxr::{CommandContext, Error, EvalContext, EvalOutputs};
use impls::Impls;
pub(crate) use interrupter::Interrupter;
use kakunin::Lang;
use kakunin_jupyter::{
    Cell, CellError, CellIo, CharOffset, Completions, Display, Interpreter, MimeBundle, Nobody, Outcome,
    Stdio,
};
use kakunin_runtime::{Channel, Settings};
use lines::Origin;
use outputs::Heard;
use prepared::Prepared;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tuning::Tuning;

/// A session of cells.
pub(crate) struct Rust {
    context: CommandContext,
    channel: Arc<Channel>,
    session: SessionDir,
    known: &'static Description,
    interrupted: Arc<AtomicBool>,
    busy: Arc<Busy>,
    settings: CellSettings,
    opt: Opt,
    tuning: Tuning,
    /// the cells so far with their names, for the places of panics
    cells: Vec<(String, String)>,
    impls: Impls,
    last_error: Option<CellError>,
}

/// How a piece of code came out.
struct Ran {
    result: Option<MimeBundle>,
    cooperative: bool,
    /// what evcxr spent on compiling and on running
    phases: Vec<(String, Duration)>,
}

impl Rust {
    /// Starts evcxr in the session's folder and loads rust-analyzer: seconds.
    pub(crate) fn start(session: SessionDir, stop: &Interrupter) -> Result<Rust, Failure> {
        let failed = |error: std::io::Error| Failure::Evaluator(error.to_string());
        let known = Description::in_use().map_err(failed)?;
        let exe = std::env::current_exe().map_err(failed)?;
        let mut libraries = known.libraries.clone();
        let runtime = Settings { prelude: libraries.pop(), libraries, ..Settings::from_env() };
        let mut child = stop.channel.command(&exe, &runtime);
        restore(&mut child);
        if let Some(template) = TemplateDir::from_env() {
            // The repository that the companion was compiled in may be gone.
            child.env("KAKUNIN_BUILT_IN_DATA", template.data());
        }
        let mut rust = Rust::over(child, session, stop)?;
        eprintln!("{}", crate::template::WARMING_UP);
        rust.warm_up();
        Ok(rust)
    }

    /// The same over any process that takes cells as evcxr hands them over, without loading rust-analyzer.
    pub(crate) fn over(
        child: std::process::Command,
        session: SessionDir,
        stop: &Interrupter,
    ) -> Result<Rust, Failure> {
        let failed = |error: String| Failure::Evaluator(error);
        let known = Description::in_use().map_err(|error| failed(error.to_string()))?;
        let settings = CellSettings::default();
        settings.write(&session).map_err(|error| Failure::writing(&session.settings(), &error))?;
        let (context, outputs) =
            EvalContext::with_subprocess_command(child).map_err(|error| failed(error.to_string()))?;
        // What a cell writes comes through our channel; nothing of interest comes here.
        std::thread::spawn(move || outputs.stdout.iter().for_each(drop));
        std::thread::spawn(move || outputs.stderr.iter().for_each(|line| eprintln!("{line}")));
        Ok(Rust {
            context: CommandContext::with_eval_context(context),
            channel: Arc::clone(&stop.channel),
            session,
            known,
            interrupted: Arc::clone(&stop.interrupted),
            busy: Arc::clone(&stop.busy),
            settings,
            opt: Opt::Automatic,
            tuning: Tuning::default(),
            cells: Vec::new(),
            impls: Impls::default(),
            last_error: None,
        })
    }

    /// The first question about types loads the standard library and the companion into rust-analyzer.
    fn warm_up(&mut self) {
        let code = "use kakunin::prelude::*;\nlet data = mnist().unwrap();\ndata.";
        // A failure here shows itself in the first cell.
        let _ = self.context.completions(code, code.len());
    }

    fn run_cell(&mut self, cell: &Cell<'_>, io: &dyn CellIo) -> Result<Outcome, CellError> {
        if let Some(name) = assist::asked_about(cell.code) {
            return Ok(Outcome { pager: Some(self.explain(name)), ..Outcome::default() });
        }
        let orders = commands::read(cell.code, self.known)?;
        if orders.help {
            io.stream(Stdio::Stdout, &commands::help());
        }
        if orders.last_error
            && let Some(error) = &self.last_error
        {
            io.stream(Stdio::Stdout, &(error.traceback.join("\n") + "\n"));
        }
        if orders.clear {
            self.impls = Impls::default();
        }
        if orders.vars {
            let bundle = vars::table(self.context.variables_and_types());
            if !orders.has_code() {
                return Ok(Outcome { result: Some(bundle), ..Outcome::default() });
            }
            io.display(Display { bundle, ..Display::default() });
        }
        let opt = orders.opt.clone().unwrap_or_else(|| self.opt.clone());
        if let Some(opt) = &orders.opt
            && !orders.has_code()
        {
            self.opt = opt.clone();
        }
        if let Some(plain_debug) = orders.plain_debug {
            self.settings.display_debug = !plain_debug;
        }
        self.settings.display_errors &= !orders.error_format;
        let name = format!("In[{}]", cell.count);
        self.cells.push((name.clone(), cell.code.to_owned()));
        self.run_with(&orders, &opt, &name, io)
    }

    fn run_with(
        &mut self,
        orders: &Orders,
        opt: &Opt,
        name: &str,
        io: &dyn CellIo,
    ) -> Result<Outcome, CellError> {
        let code = if orders.bench { tuning::benched(&orders.code) } else { orders.code.clone() };
        let level = match opt {
            Opt::Level(level) => level.clone(),
            Opt::Automatic if orders.bench => tuning::BENCH.to_owned(),
            Opt::Automatic => self.tuning.level(&code).to_owned(),
        };
        let begun = Instant::now();
        let ran = self.run(&code, name, level, io)?;
        if orders.time {
            io.stream(Stdio::Stdout, &tuning::times(begun.elapsed(), &ran.phases));
        }
        Ok(Outcome { result: ran.result, interrupted: ran.cooperative, ..Outcome::default() })
    }

    /// Runs code in the session; what it shows goes to `io`.
    fn run(&mut self, code: &str, name: &str, opt_level: String, io: &dyn CellIo) -> Result<Ran, CellError> {
        self.settings.opt_level = opt_level;
        self.settings
            .write(&self.session)
            .map_err(|error| plain(&Failure::writing(&self.session.settings(), &error)))?;
        crate::tool::begin(&self.session);
        let prepared = Prepared::new(code, self.cells.len().saturating_sub(1), &self.impls);
        let (returned, heard) = self.evaluate_and_listen(&prepared.text, io);
        if returned.is_ok() {
            self.impls = prepared.impls.clone();
        }
        self.ended(code, name, &prepared, returned, heard, io)
    }

    /// evcxr works on this thread while another passes on what the cell shows.
    fn evaluate_and_listen(&mut self, code: &str, io: &dyn CellIo) -> (Result<EvalOutputs, Error>, Heard) {
        let channel = Arc::clone(&self.channel);
        let progress = crate::tool::Progress::listen(&self.session);
        channel.begin_cell();
        if self.interrupted.load(Ordering::SeqCst) {
            // The channel may have heard of it before the cell had begun.
            channel.interrupt();
        }
        std::thread::scope(|scope| {
            let listening = scope.spawn(|| outputs::pass_on(&channel, io));
            let watching = progress.as_ref().map(|progress| scope.spawn(|| progress.pass_on(io)));
            let returned = std::panic::catch_unwind(AssertUnwindSafe(|| self.context.execute(code)));
            channel.end_cell();
            if let Some(progress) = &progress {
                progress.stop();
            }
            drop(watching);
            let heard = listening.join().unwrap_or_default();
            let returned = returned.unwrap_or_else(|_| {
                Err(Error::Message(Lang::current().pick(
                    "評価器の内部で失敗しました。カーネルを再起動してください。".to_owned(),
                    "The evaluator failed inside; please restart the kernel.".to_owned(),
                )))
            });
            (returned, heard)
        })
    }

    fn ended(
        &mut self,
        code: &str,
        name: &str,
        prepared: &Prepared,
        returned: Result<EvalOutputs, Error>,
        heard: Heard,
        io: &dyn CellIo,
    ) -> Result<Ran, CellError> {
        if let Some(failure) = &heard.failure {
            if let Some(reason) = heard.refused {
                return Err(CellError::new("NoInput", reason.to_string()));
            }
            return Err(ending::error(failure, &Origin::read(&self.session, &self.cells)));
        }
        match returned {
            Ok(outputs) => {
                // A command's text comes before the displays of the final expression; the last of them is the result.
                let mut shown: Vec<MimeBundle> =
                    command_output(&outputs).into_iter().chain(heard.results).collect();
                let result = shown.pop();
                for bundle in shown {
                    io.display(Display { bundle, ..Display::default() });
                }
                Ok(Ran {
                    result,
                    cooperative: heard.cooperative,
                    phases: outputs.phases.into_iter().map(|phase| (phase.name, phase.duration)).collect(),
                })
            }
            Err(_) if self.interrupted.load(Ordering::SeqCst) => Err(interrupted()),
            Err(error) => Err(match Failure::disk_full(self.session.root(), &error.to_string()) {
                Some(full) => plain(&full),
                None => errors::error(code, name, prepared, &error),
            }),
        }
    }
}

/// What evcxr's own commands have to say.
fn command_output(outputs: &EvalOutputs) -> Option<MimeBundle> {
    if outputs.is_empty() {
        return None;
    }
    Some(
        outputs
            .content_by_mime_type
            .iter()
            .fold(MimeBundle::default(), |bundle, (mime, content)| bundle.with(mime, content.as_str())),
    )
}

/// A failure of the session itself as a cell's error.
pub(crate) fn plain(failure: &Failure) -> CellError {
    CellError::new("error", failure.to_string())
}

fn failed(ja: &str, en: &str) -> CellError {
    CellError::new("error", Lang::current().pick(ja, en))
}

/// The cell was stopped before it ran.
fn interrupted() -> CellError {
    CellError::new(
        "Interrupted",
        Lang::current().pick(
            "実行の前に中断しました。変数はすべて、このセルの前のままです。",
            "Interrupted before it ran; every variable is as it was before this cell.",
        ),
    )
}

impl Interpreter for Rust {
    fn execute(&mut self, cell: &Cell<'_>, io: &dyn CellIo) -> Result<Outcome, CellError> {
        let _working = self.busy.begin();
        if self.interrupted.load(Ordering::SeqCst) {
            return Err(interrupted());
        }
        let channel = Arc::clone(&self.channel);
        outputs::catch_up(channel.events(), &channel, io);
        let outcome = self.run_cell(cell, io);
        if let Err(error) = &outcome {
            self.last_error = Some(error.clone());
        }
        outcome
    }

    fn complete(&mut self, code: &str, at: CharOffset) -> Completions {
        let _working = self.busy.begin();
        assist::complete(&mut self.context, code, at)
    }

    fn inspect(&mut self, code: &str, at: CharOffset, _detail: u8) -> Option<MimeBundle> {
        let _working = self.busy.begin();
        self.describe(code, at)
    }

    fn evaluate(&mut self, expression: &str, io: &dyn CellIo) -> Result<MimeBundle, CellError> {
        let _working = self.busy.begin();
        let ran = self.run(expression, "user_expressions", "0".to_owned(), io)?;
        Ok(ran.result.unwrap_or_else(|| MimeBundle::text("()")))
    }

    fn shutdown(&mut self, restart: bool) {
        if !restart {
            return;
        }
        let _working = self.busy.begin();
        // The variables and items go; what rust-analyzer and cargo have loaded stays for the next front.
        let (returned, _) = self.evaluate_and_listen(":clear", &Nobody);
        if returned.is_err() {
            eprintln!("the session could not be cleared");
        }
        self.context.reset_config();
        self.settings = CellSettings::default();
        self.opt = Opt::Automatic;
        self.tuning = Tuning::default();
        self.cells.clear();
        self.impls = Impls::default();
        self.last_error = None;
    }
}

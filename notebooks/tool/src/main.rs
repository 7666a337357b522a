//! `cargo run --release -p kakunin-notebooks -- build [NAME…] [--run] [--check]`

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use kakunin_notebooks::kernel::Kernel;
use kakunin_notebooks::source::cells;
use kakunin_notebooks::{Lesson, compare, folder, ipynb, lessons, read};
use nbformat::v4::{Notebook, Output};
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let matches = command().get_matches();
    let done = match matches.subcommand() {
        Some(("build", matches)) => build(matches),
        _ => Ok(()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Command {
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
    };
    let build = Command::new("build")
        .about("make notebooks/*.ipynb from notebooks/src/*.md; cells that changed are run")
        .arg(
            Arg::new("name")
                .value_name("NAME")
                .num_args(0..)
                .help("beginnings of names, such as 01 (default: all)"),
        )
        .arg(flag("run", "run every cell, changed or not"))
        .arg(flag("check", "write nothing; fail if a notebook is not what its source makes it"))
        .arg(
            Arg::new("kernel")
                .long("kernel")
                .value_name("KERNEL_JSON")
                .value_parser(value_parser!(PathBuf))
                .help("another kernel (default: the one of this working tree)"),
        );
    Command::new("kakunin-notebooks").subcommand_required(true).arg_required_else_help(true).subcommand(build)
}

fn build(matches: &ArgMatches) -> Result<(), String> {
    std::env::set_current_dir(folder()).map_err(|e| e.to_string())?;
    let names: Vec<&String> = matches.get_many("name").into_iter().flatten().collect();
    let wanted =
        |lesson: &Lesson| names.is_empty() || names.iter().any(|name| lesson.name.starts_with(*name));
    let lessons: Vec<Lesson> = lessons()?.into_iter().filter(wanted).collect();
    if lessons.is_empty() {
        return Err("no source of that name in notebooks/src".to_owned());
    }
    let (run, check) = (matches.get_flag("run"), matches.get_flag("check"));
    let mut kernel = None;
    for lesson in lessons {
        let known = outputs(&lesson);
        let made = if let (Some(outputs), false) = (&known, run) {
            ipynb::notebook(&cells(&read(&lesson.source)?), outputs)?
        } else if check && !run {
            return Err(format!("{}: the code cells changed; build it", lesson.name));
        } else {
            eprintln!("{}: running", lesson.name);
            let kernel = match &kernel {
                Some(kernel) => kernel,
                None => kernel.insert(match matches.get_one::<PathBuf>("kernel") {
                    Some(spec) => Kernel::at(spec)?,
                    None => Kernel::ours()?,
                }),
            };
            fresh(&lesson, kernel)?
        };
        finish(&lesson, made, check, run)?;
    }
    Ok(())
}

/// The outputs in the lesson's file, if they are those of the cells in its source.
fn outputs(lesson: &Lesson) -> Option<Vec<Vec<Output>>> {
    let file = ipynb::parse(&read(&lesson.ipynb).ok()?).ok()?;
    let source = ipynb::notebook(&cells(&read(&lesson.source).ok()?), &[]).ok()?;
    let code = |notebook| ipynb::ran(notebook).into_iter().map(|(source, _)| source).collect::<Vec<_>>();
    (code(&file) == code(&source)).then(|| ipynb::outputs(&file))
}

fn fresh(lesson: &Lesson, kernel: &Kernel) -> Result<Notebook, String> {
    let cells = cells(&read(&lesson.source)?);
    let ran = kernel.run(ipynb::notebook(&cells, &[])?).map_err(|said| format!("{}: {said}", lesson.name))?;
    ipynb::notebook(&cells, &ipynb::outputs(&ran))
}

/// Writes the file, or with `--check` says how it differs.
fn finish(lesson: &Lesson, made: Notebook, check: bool, run: bool) -> Result<(), String> {
    if check && run {
        let file = ipynb::parse(&read(&lesson.ipynb)?)?;
        return compare::same(&file, &made).map_err(|how| format!("{}: {how}", lesson.name));
    }
    let text = ipynb::text(made)?;
    if read(&lesson.ipynb).is_ok_and(|file| file == text) {
        return Ok(());
    }
    if check {
        return Err(format!("{}: the notebook is not what its source makes it; build it", lesson.name));
    }
    eprintln!("{}: {} kB", lesson.ipynb.display(), text.len() / 1000);
    std::fs::write(&lesson.ipynb, text).map_err(|e| format!("{}: {e}", lesson.ipynb.display()))
}

//! コマンドを読み分け、それぞれに渡す。

use crate::failure::Failure;
use crate::{
    args, bands, claims, data, diagnose, errata, experiments, grade, merge, output, report, reproduce, usage,
};
use clap::ArgMatches;
use clap::error::ErrorKind as Clap;
use clap_complete::Shell;
use kakunin::mnist::Places;
use kakunin::{Error, ErrorKind, Lang};
use std::ffi::OsString;
use std::path::PathBuf;

/// Runs the command line.
pub(crate) fn run(args: &[OsString]) -> Result<(), Failure> {
    let command = args::command(Lang::current());
    let matches = match command.clone().try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(e) => match e.kind() {
            Clap::DisplayHelp | Clap::DisplayVersion => return output::print(&e.render().to_string()),
            Clap::DisplayHelpOnMissingArgumentOrSubcommand => {
                output::note(e.render().to_string().trim_end());
                return Err(usage::no_command(&command, args).into());
            }
            _ => return Err(usage::error(&e, &command, args).into()),
        },
    };
    match matches.subcommand() {
        Some(("reproduce", matches)) => reproduce::run(matches),
        Some(("merge", matches)) => merge::run(matches),
        Some(("experiments", matches)) => experiments::run(matches),
        Some(("bands", matches)) => bands::run(matches),
        Some(("claims", matches)) => claims::run(matches),
        Some(("errata", matches)) => errata::run(matches),
        Some(("report", matches)) => report::run(matches),
        Some(("diagnose", matches)) => diagnose::run(matches),
        Some(("grade", matches)) => grade::run(matches),
        Some(("quiz", matches)) => crate::quiz::run(matches),
        Some(("drill", matches)) => crate::drill::run(matches),
        Some(("export", matches)) => crate::export::run(matches),
        Some(("appeals", _)) => crate::appeals::run(),
        Some(("check-content", _)) => crate::check_content::run(),
        Some(("lab", matches)) => crate::lab::run(matches),
        Some(("site", matches)) => crate::site::run(matches),
        Some(("read", _)) => crate::read::run(),
        Some(("data", matches)) => run_data(matches),
        Some(("clean", matches)) => {
            let cleaned = data::clean(&Places::from_env(), matches.get_flag("dry-run"));
            output::print(&cleaned.map_err(of_files)?)
        }
        Some(("completions", matches)) => completions(matches),
        _ => Err(usage::no_command(&command, args).into()),
    }
}

fn run_data(matches: &ArgMatches) -> Result<(), Failure> {
    let places = Places::from_env();
    let (command, matches) = matches.subcommand().unwrap_or(("list", matches));
    let name = || matches.get_one::<String>("name").map(String::as_str);
    let text = match command {
        "verify" => data::verify(&places, name()),
        "import" => {
            let from = matches.get_one::<PathBuf>("dir").cloned().unwrap_or_default();
            data::import(&places, name().unwrap_or_default(), &from, matches.get_flag("replace"))
        }
        "remove" => data::remove(&places, name().unwrap_or_default()),
        _ => Ok(data::list(&places)),
    };
    output::print(&text.map_err(of_files)?)
}

/// A file that can't be written or removed is failed work; everything else is bad input.
fn of_files(error: Error) -> Failure {
    if error.kind() == ErrorKind::Output { Failure::work(error) } else { error.into() }
}

fn completions(matches: &ArgMatches) -> Result<(), Failure> {
    let Some(&shell) = matches.get_one::<Shell>("shell") else { return Ok(()) };
    let mut script = vec![];
    clap_complete::generate(shell, &mut args::command(Lang::current()), args::NAME, &mut script);
    output::print(&String::from_utf8_lossy(&script))
}

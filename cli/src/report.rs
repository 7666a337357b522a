//! `kakunin report`: 47 の学習、主張、診断、正誤表を、一枚のページと JSON にまとめる。

mod machine;
mod page;

use crate::args::{flag, path, sub};
use crate::claims::measure_all;
use crate::diagnose::{self, Diagnosed};
use crate::failure::Failure;
use crate::{output, pages};
use clap::{ArgMatches, Command};
use kakunin::claims::EvidenceFile;
use kakunin::errata::{Erratum, errata};
use kakunin::{Lang, course};
use machine::Machine;
use serde::Serialize;
use std::path::PathBuf;

pub(crate) fn command(lang: Lang) -> Command {
    let about = lang.pick("すべてを一枚のページにまとめる", "put everything on one page");
    let usage = lang.pick("kakunin report --out DIR [オプション]", "kakunin report --out DIR [OPTIONS]");
    let out = path(
        "out",
        "DIR",
        lang.pick("index.html と report.json を書くフォルダー", "the folder for index.html and report.json"),
    );
    sub("report", lang, about, usage).arg(out.required(true)).arg(flag(
        "quick",
        lang.pick(
            "主張は測らずに、付属の証拠を載せる（一分ほど）",
            "show the built-in evidence instead of measuring the claims (about a minute)",
        ),
    ))
}

/// Everything that stands on the page.
#[derive(Serialize)]
pub(crate) struct Report {
    kakunin: &'static str,
    machine: Machine,
    commands: Vec<String>,
    rows: Vec<Row>,
    claims: EvidenceFile,
    errata: &'static [Erratum],
}

/// One of the 47 trainings.
#[derive(Serialize)]
struct Row {
    published_test: Option<f64>,
    percentile: Option<f64>,
    band_seeds: Option<(u32, u32)>,
    /// Test accuracies in the order of `iterations`.
    iterations: Vec<usize>,
    test: Vec<f64>,
    train: Vec<f64>,
    #[serde(flatten)]
    diagnosed: Diagnosed,
}

/// Runs the command.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let dir = matches.get_one::<PathBuf>("out").cloned().unwrap_or_default();
    output::check_folder(&dir)?;
    let quick = matches.get_flag("quick");
    let diagnosed = diagnose::all(course::experiments().collect(), 0, false)?;
    let claims = if quick { EvidenceFile::shipped()? } else { measure_all(false, 0..10)?.0 };
    let commands = vec![
        "kakunin reproduce".to_owned(),
        "kakunin diagnose".to_owned(),
        claims.command.clone(),
        format!("kakunin report --out DIR{}", if quick { " --quick" } else { "" }),
    ];
    let report = Report {
        kakunin: env!("CARGO_PKG_VERSION"),
        machine: Machine::here(),
        commands,
        rows: diagnosed.into_iter().map(Row::new).collect(),
        claims,
        errata: &errata().errata,
    };
    let lang = Lang::current();
    pages::make(&dir).map_err(Failure::work)?;
    // Structs of numbers and strings always have a JSON form.
    let json = serde_json::to_string(&report).unwrap_or_default() + "\n";
    pages::put(&dir.join("report.json"), &json).map_err(Failure::work)?;
    pages::put(&dir.join("index.html"), &page::page(&report, lang)).map_err(Failure::work)?;
    let (page, json) = (dir.join("index.html"), dir.join("report.json"));
    output::print(&format!("{}\n{}\n", page.display(), json.display()))
}

impl Row {
    fn new(diagnosed: Diagnosed) -> Row {
        let published = kakunin::published(&diagnosed.id).map(kakunin::Published::final_test);
        let band = kakunin::bands::band(&diagnosed.id);
        let curve = &diagnosed.history.curve;
        Row {
            published_test: published.map(kakunin::Hits::accuracy),
            percentile: band.zip(published).map(|(band, published)| band.percentile(published)),
            band_seeds: band.map(|band| band.seeds),
            iterations: curve.iter().map(|p| p.iteration).collect(),
            test: curve.iter().map(|p| p.test.accuracy()).collect(),
            train: curve.iter().map(|p| p.train.accuracy()).collect(),
            diagnosed,
        }
    }
}

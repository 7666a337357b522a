//! `kakunin experiments`: 47 の学習の一覧と、書き誤りの効き目。

use crate::describe::{base, conditions, differences};
use crate::failure::Failure;
use crate::output::{self, Target};
use crate::published::published;
use crate::slips::Effects;
use crate::table::{accuracy, plain};
use crate::{measure, select};
use clap::ArgMatches;
use clap::parser::ValueSource;
use kakunin::{Error, Experiment, Lang, Listed, course};
use serde::Serialize;
use std::path::PathBuf;

/// A row as `--json` prints it.
#[derive(Serialize)]
struct Row {
    id: String,
    title: &'static str,
    differs: String,
    conditions: String,
    slips: Listed<kakunin::Slip>,
    published_train: Option<f64>,
    published_test: Option<f64>,
}

/// Runs the command.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let wants_json = matches.value_source("json") == Some(ValueSource::CommandLine);
    let file = matches.get_one::<PathBuf>("json");
    let target = file.map(|path| Target::check(path)).transpose()?;
    let (text, json) = if matches.get_flag("slips") {
        let effects = effects(matches)?;
        (effects.table(), effects.to_json())
    } else {
        (table(), json()?)
    };
    match target {
        Some(target) => {
            target.write(&json).map_err(Failure::work)?;
            output::print(&text)
        }
        None => output::print(if wants_json { &json } else { &text }),
    }
}

fn effects(matches: &ArgMatches) -> Result<Effects, Failure> {
    if !matches.get_flag("measure") {
        return Ok(Effects::built_in()?);
    }
    let seed = matches.get_one::<String>("seed").map(String::as_str).unwrap_or("0");
    measure::measure(select::seed(seed)?, kakunin::mnist::MNIST)
}

/// The families' bases, each with its rows.
fn table() -> String {
    let lang = Lang::current();
    let header = lang.pick(
        ["ID", "題", "基準から変えたもの", "公表 訓練", "公表 検証"],
        ["id", "title", "changed from the base", "published train", "published test"],
    );
    let mut text = String::new();
    for section in course::SECTIONS {
        text += &format!("{} {}\n", section.family, section.title);
        if let Some(base) = base(section.family) {
            let conditions = conditions(&base, lang);
            text += &lang.pick(format!("基準: {conditions}\n"), format!("base: {conditions}\n"));
        }
        let mut table = plain(&header, 3);
        for e in section.experiments {
            let (train, test) = published(&e.id()).unzip();
            table.add_row([
                e.id(),
                e.title.to_owned(),
                differences(e, lang),
                accuracy(train),
                accuracy(test),
            ]);
        }
        text += &(table.trim_fmt() + "\n\n");
    }
    text.trim_end().to_owned() + "\n"
}

fn json() -> Result<String, Error> {
    let lang = Lang::current();
    let row = |e: &Experiment| {
        let (published_train, published_test) = published(&e.id()).unzip();
        let (differs, conditions) = (differences(e, lang), conditions(e, lang));
        Row {
            id: e.id(),
            title: e.title,
            differs,
            conditions,
            slips: e.slips(),
            published_train,
            published_test,
        }
    };
    let rows: Vec<Row> = course::experiments().map(row).collect();
    // Structs of numbers and strings always have a JSON form.
    Ok(serde_json::to_string_pretty(&rows).unwrap_or_default() + "\n")
}

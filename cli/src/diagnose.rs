//! `kakunin diagnose`: 学習して、その学習だけを見て診断する。

use crate::args::{flag, number, path, positional, sub};
use crate::failure::Failure;
use crate::output::{self, Target};
use crate::pool::{self, End};
use crate::progress::Progress;
use crate::{select, train};
use clap::{ArgMatches, Command};
use kakunin::diagnosis::{Finding, LayerFlow, diagnose};
use kakunin::{Error, ErrorKind, Experiment, History, Lang, Listed, mnist};
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;

pub(crate) fn command(lang: Lang) -> Command {
    let usage =
        lang.pick("kakunin diagnose [ID|節]... [オプション]", "kakunin diagnose [ID|FAMILY]... [OPTIONS]");
    sub("diagnose", lang, lang.pick("学習を診断する", "diagnose trainings"), usage)
        .arg(
            positional("id", lang.pick("ID|節", "ID|FAMILY"), lang)
                .num_args(0..)
                .help(lang.pick("2_4/16 や 2_4（省くと47すべて）", "2_4/16 or 2_4 (all 47 if left out)")),
        )
        .arg(number("seed", "N", lang.pick("シード（既定は 0）", "the seed (default 0)")))
        .arg(flag("exact", lang.pick("原典の書き誤りを正して学習する", "mend the slips of the originals")))
        .arg(path("json", "FILE", lang.pick("結果を JSON で書く", "write the findings as JSON")))
        .arg(path("markdown", "FILE", lang.pick("表を Markdown で書く", "write the table as Markdown")))
}

/// A row and what was found in it.
#[derive(Serialize)]
pub(crate) struct Diagnosed {
    pub(crate) id: String,
    #[serde(skip)]
    pub(crate) row: &'static Experiment,
    #[serde(skip)]
    pub(crate) history: History,
    seed: u32,
    final_test: Option<f64>,
    pub(crate) findings: Listed<Finding>,
    flow: Vec<LayerFlow>,
}

/// Runs the command.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let text = |name| matches.get_one::<String>(name).map(String::as_str);
    let target = |name| matches.get_one::<PathBuf>(name).map(|path| Target::check(path)).transpose();
    let seed = select::seed(text("seed").unwrap_or("0"))?;
    let rows = select::rows(matches.get_many::<String>("id").unwrap_or_default().map(String::as_str))?;
    let (json, markdown) = (target("json")?, target("markdown")?);
    let is_exact = matches.get_flag("exact");

    let diagnosed = all(rows, seed, is_exact)?;
    let lang = Lang::current();
    if let Some(target) = json {
        let lines: Vec<String> =
            diagnosed.iter().map(|d| serde_json::to_string(d).unwrap_or_default()).collect();
        target.write(&format!("[\n{}\n]\n", lines.join(",\n"))).map_err(Failure::work)?;
    }
    if let Some(target) = markdown {
        target.write(&self::markdown(&diagnosed, seed, is_exact, lang)).map_err(Failure::work)?;
    }
    output::print(&diagnosed.iter().map(|d| plain(d, lang)).collect::<String>())
}

/// Trains and diagnoses the rows, in their order.
pub(crate) fn all(
    rows: Vec<&'static Experiment>,
    seed: u32,
    is_exact: bool,
) -> Result<Vec<Diagnosed>, Failure> {
    pool::listen();
    let data = train::load(mnist::MNIST)?;
    let mut jobs = rows.clone();
    train::longest_first(&mut jobs, |e| e);
    let progress = Arc::new(Progress::new(jobs.len()));
    let (workers, _) = train::workers(None, jobs.len());
    let mut done = vec![];
    let end = pool::run(
        jobs,
        workers,
        move |row: &&'static Experiment, stop| {
            let e = if is_exact { row.exact() } else { **row };
            let examined = diagnose(e, seed, &data)?;
            let final_test = examined.history.last().map(|p| p.test.accuracy());
            let (history, findings, flow) = (examined.history, examined.findings, examined.flow);
            Ok((!stop.is_set()).then(|| Diagnosed {
                id: row.id(),
                row,
                history,
                seed,
                final_test,
                findings,
                flow,
            }))
        },
        |one: Diagnosed| {
            progress.finished(&one.id);
            done.push(one);
        },
    );
    progress.close();
    if end? == End::Interrupted {
        return Err(Failure::interrupted(Error::new(
            ErrorKind::Setting,
            "中断しました。診断は残りません。",
            "Interrupted; no diagnosis is kept.",
        )));
    }
    let place = |id: &str| rows.iter().position(|row| row.id() == id);
    done.sort_by_key(|one| place(&one.id));
    Ok(done)
}

fn plain(one: &Diagnosed, lang: Lang) -> String {
    let mut text = format!("{} {}\n", one.id, one.row.title);
    for finding in &one.findings {
        text += &format!("  {}: {}\n", finding.name(lang), finding.describe(lang));
    }
    if one.findings.is_empty() {
        text += lang.pick("  気になることは見つからない。\n", "  Nothing unusual was found.\n");
    }
    text
}

fn markdown(all: &[Diagnosed], seed: u32, is_exact: bool, lang: Lang) -> String {
    let exact = if is_exact { " --exact" } else { "" };
    let command = format!("kakunin diagnose{exact} --seed {seed} --markdown docs/diagnoses.md");
    let mut text = lang.pick(
        format!(
            "# 行 × 診断\n\n`{command}` が作る。診断は学習だけを見る（ID も題も見ない）。\
             「書き誤り」は、原典の行にあることがわかっているもの。比べるために並べてある。\n\n\
             | 行 | 題 | 書き誤り | 診断 |\n| --- | --- | --- | --- |\n"
        ),
        format!(
            "# Rows × diagnoses\n\nMade by `{command}`. A diagnosis looks at the training alone (neither at its \
             id nor at its title). The slips known to be in the row stand beside it for comparison.\n\n\
             | row | title | slips | diagnoses |\n| --- | --- | --- | --- |\n"
        ),
    );
    for one in all {
        let slips = if is_exact { Listed::from(vec![]) } else { one.row.slips() };
        let slips: Vec<_> = slips.into_iter().map(|slip| slip.describe(lang)).collect();
        let found: Vec<_> =
            one.findings.iter().map(|f| format!("**{}** {}", f.name(lang), f.describe(lang))).collect();
        let (id, title) = (&one.id, one.row.title);
        text += &format!("| {id} | {title} | {} | {} |\n", slips.join("<br>"), found.join("<br>"));
    }
    text
}

//! `kakunin drill`: シードごとに数の変わる、計算の問題。

use crate::args::{flag, number, option, positional, sub};
use crate::failure::Failure;
use crate::select::seed;
use crate::{output, table};
use clap::{ArgMatches, Command};
use kakunin::Lang;
use kakunin::quiz::{self, Outcome};

pub(crate) fn command(lang: Lang) -> Command {
    let usage = lang.pick("kakunin drill [名前] [オプション]", "kakunin drill [NAME] [OPTIONS]");
    let about = lang.pick("計算のドリル", "drills in calculation");
    sub("drill", lang, about, usage)
        .arg(
            positional("name", lang.pick("名前", "NAME"), lang)
                .help(lang.pick("conv-size など（省くと一覧）", "conv-size, … (a list if left out)")),
        )
        .arg(number("seed", "N", lang.pick("シード（既定は 0）", "the seed (default 0)")))
        .arg(
            option(
                "answer",
                lang.pick("答え", "ANSWER"),
                lang.pick("採点する答え", "an answer to be checked"),
            )
            .allow_hyphen_values(true)
            .requires("name"),
        )
        .arg(flag("solution", lang.pick("解き方も見せる", "show the worked solution too")).requires("name"))
}

pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let lang = Lang::current();
    let Some(name) = matches.get_one::<String>("name") else { return output::print(&list(lang)) };
    let seed = matches.get_one::<String>("seed").map_or(Ok(0), |text| seed(text))?;
    let drill = quiz::drill(name, seed)?;
    let mut text = format!("{}\n", drill.prompt().pick(lang));
    if let Some(answer) = matches.get_one::<String>("answer") {
        text += &shown(&drill.check(answer), lang);
    }
    if matches.get_flag("solution") {
        text += &format!("\n{}\n", drill.solution().pick(lang));
    }
    output::prose(&text)
}

fn list(lang: Lang) -> String {
    let header = lang.pick(["名前", "内容"], ["Name", "About"]);
    let mut table = table::plain(&header, header.len());
    quiz::drills(lang).for_each(|(name, about)| {
        table.add_row([name, about]);
    });
    format!("{table}\n")
}

/// An outcome, one line each.
pub(crate) fn shown(outcome: &Outcome, lang: Lang) -> String {
    outcome.lines(lang).iter().map(|(name, text)| format!("{name}: {text}\n")).collect()
}

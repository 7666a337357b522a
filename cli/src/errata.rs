//! `kakunin errata`: 正誤表を印字する。

use crate::args::{flag, positional, sub};
use crate::failure::Failure;
use crate::output;
use clap::{ArgMatches, Command};
use kakunin::Lang;
use kakunin::errata::{self, Erratum, errata};

pub(crate) fn command(lang: Lang) -> Command {
    let about = lang.pick("講座の文とノートブックの正誤表", "errata of the course and its notebooks");
    let usage = lang.pick("kakunin errata [ID]... [オプション]", "kakunin errata [ID]... [OPTIONS]");
    sub("errata", lang, about, usage)
        .arg(
            positional("id", "ID", lang)
                .num_args(0..)
                .help(lang.pick("名前（省くとすべて）", "names (all if left out)")),
        )
        .arg(flag("json", lang.pick("JSON で印字する", "print JSON")))
}

/// Runs the command.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let names: Vec<&String> = matches.get_many("id").unwrap_or_default().collect();
    let named = names.iter().map(|name| errata::find(name)).collect::<Result<Vec<_>, _>>()?;
    let chosen: Vec<&Erratum> = if named.is_empty() { errata().errata.iter().collect() } else { named };
    if matches.get_flag("json") {
        // Structs of numbers and strings always have a JSON form.
        return output::print(&(serde_json::to_string_pretty(&chosen).unwrap_or_default() + "\n"));
    }
    let lang = Lang::current();
    output::print(&chosen.iter().map(|e| text(e, lang)).collect::<Vec<_>>().join("\n"))
}

fn text(e: &Erratum, lang: Lang) -> String {
    let (course, precise, see, checked) =
        lang.pick(("講座", "正確", "見る", "証拠"), ("course", "precise", "see", "checked by"));
    let links: Vec<&str> = e.evidence.iter().map(errata::Link::name).collect();
    format!(
        "{} — {}\n  {course}: {}\n  {precise}: {}\n  {see}: {}\n  {checked}: {}\n",
        e.id,
        e.place,
        e.course,
        e.precise(lang),
        e.shown_by().join(", "),
        links.join(", ")
    )
}

//! `--out`: 主張ごとの図と、まとめた一枚のページ。

use crate::pages::{self, html::document};
use kakunin::claims::{Evidence, EvidenceFile};
use kakunin::plot::escape;
use kakunin::{Error, Lang};
use std::path::Path;

pub(super) fn write(dir: &Path, file: &EvidenceFile, lang: Lang) -> Result<(), Error> {
    pages::make(dir)?;
    for evidence in &file.claims {
        if let Some(claim) = evidence.claim() {
            pages::put(&dir.join(format!("{}.svg", evidence.id)), &evidence.svg(&claim, lang))?;
        }
    }
    let title = lang.pick("講座の主張", "The course's claims");
    let lead = lang.pick(
        format!(
            "{} の主張を測った。作ったコマンド: <code>{}</code>",
            file.claims.len(),
            escape(&file.command)
        ),
        format!("{} claims, measured by <code>{}</code>", file.claims.len(), escape(&file.command)),
    );
    pages::put(&dir.join("index.html"), &document(title, &lead, &section(file, lang), lang))
}

/// A table of the verdicts, then a figure a claim.
pub(crate) fn section(file: &EvidenceFile, lang: Lang) -> String {
    let heads = lang.pick(["名前", "講座の文", "判定"], ["Name", "The course's sentence", "Verdict"]);
    let heads: String =
        heads.iter().map(|head| format!("<th scope=\"col\" class=\"title\">{head}</th>")).collect();
    let row = |e: &Evidence| {
        let quote = e.claim().map_or("", |claim| claim.quote);
        format!(
            "<tr><th scope=\"row\"><a href=\"#{id}\">{id}</a></th><td class=\"title\" lang=\"ja\">{}</td><td class=\"title\">{}</td></tr>\n",
            escape(quote),
            e.verdict.name(lang),
            id = e.id,
        )
    };
    let figure =
        |e: &Evidence| format!("<figure id=\"{0}\">\n<h3>{0}</h3>\n{1}</figure>\n", e.id, e.html(lang));
    let rows: String = file.claims.iter().map(row).collect();
    let figures: String = file.claims.iter().map(figure).collect();
    format!(
        "<div class=\"wide\">\n<table class=\"summary\">\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n\
         <div class=\"figures\" style=\"margin-top:1rem\">\n{figures}</div>\n"
    )
}

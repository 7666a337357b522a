//! 一枚のページ: 外のものを読まず、スクリプトもない。

use super::{Report, Row};
use crate::claims::section as claims_section;
use crate::pages::{PageRun, html};
use kakunin::errata::errata;
use kakunin::plot::{curves_svg, escape};
use kakunin::{Lang, Slip};

pub(super) fn page(report: &Report, lang: Lang) -> String {
    let title = lang.pick(
        "講座の確認: 47 の学習、主張、診断、正誤表",
        "The course checked: 47 trainings, claims, diagnoses, errata",
    );
    let lead = lang.pick(
        "原典に印字された曲線（灰色）、シード 0 の再現（色）、多くのシードの広がり（うすい面）を並べ、講座の文を測って判定した。",
        "The printed curves (grey) beside ours of seed 0 (coloured) and the spread of many seeds (light area); the course's sentences, measured.",
    );
    let parts = [
        ("made", lang.pick("作り方", "How it was made"), made(report, lang)),
        ("rows", lang.pick("47 の学習", "The 47 trainings"), rows(report, lang)),
        ("claims", lang.pick("主張", "Claims"), claims_section(&report.claims, lang)),
        (
            "errata",
            lang.pick("正誤表", "Errata"),
            format!("<div class=\"wide\">\n{}</div>\n", errata().html(lang)),
        ),
        ("figures", lang.pick("図", "Pictures"), figures(report, lang)),
    ];
    let links: Vec<_> = parts.iter().map(|(id, name, _)| format!("<a href=\"#{id}\">{name}</a>")).collect();
    let sections: String = parts
        .iter()
        .map(|(id, name, body)| {
            format!("<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{name}</h2>\n{body}</section>\n")
        })
        .collect();
    html::document(title, lead, &format!("<nav>{}</nav>\n{sections}", links.join(" · ")), lang)
}

fn made(report: &Report, lang: Lang) -> String {
    let row = |(name, value): (&str, String)| {
        format!("<tr><th scope=\"row\">{name}</th><td class=\"title\">{}</td></tr>\n", escape(&value))
    };
    let machine: String = report.machine.rows(lang).into_iter().map(row).collect();
    let commands: Vec<_> =
        report.commands.iter().map(|c| format!("<li><code>{}</code></li>\n", escape(c))).collect();
    format!(
        "<p>kakunin {}</p>\n<table>\n{machine}</table>\n<p>{}</p>\n<ul>\n{}</ul>\n",
        report.kakunin,
        lang.pick("同じものを作るコマンド:", "The commands that make it again:"),
        commands.concat(),
    )
}

/// A row each: published, its place among the seeds, ours, slips and diagnoses.
fn rows(report: &Report, lang: Lang) -> String {
    let heads = lang.pick(
        ["実験", "題", "公表<br>検証", "百分位", "再現<br>検証", "書き誤り", "診断"],
        ["Row", "Title", "Published<br>test", "Percentile", "Ours<br>test", "Slips", "Diagnoses"],
    );
    // Over words as over figures: as the column below.
    let head = |(i, head): (usize, &&str)| match i {
        1 | 5 | 6 => format!("<th scope=\"col\" class=\"title\">{head}</th>"),
        _ => format!("<th scope=\"col\">{head}</th>"),
    };
    let heads: String = heads.iter().enumerate().map(head).collect();
    let rows: String = report.rows.iter().map(|one| row(one, lang)).collect();
    let caption = lang.pick(
        "検証は最後に測った正答率。百分位は、付属の帯（多くのシード）のなかで公表された値が下から何パーセントにあるか。",
        "Final test accuracies; the percentile is that of the published figure among the seeds of the shipped band.",
    );
    format!(
        "<div class=\"wide\" role=\"region\" aria-labelledby=\"rows\" tabindex=\"0\">\n<table class=\"summary\">\n<caption>{caption}</caption>\n\
         <thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )
}

fn row(one: &Row, lang: Lang) -> String {
    let d = &one.diagnosed;
    let figure = |value: Option<f64>| value.map_or("–".to_owned(), |v| format!("{v:.4}"));
    let slips: Vec<_> = d.row.slips().into_iter().map(|slip: Slip| escape(slip.describe(lang))).collect();
    let found: Vec<_> = d
        .findings
        .iter()
        .map(|f| format!("<strong>{}</strong> {}", f.name(lang), escape(&f.describe(lang))))
        .collect();
    let details = if found.is_empty() {
        "–".to_owned()
    } else {
        let names: Vec<_> = d.findings.iter().map(|f| f.name(lang)).collect();
        let items: String = found.iter().map(|f| format!("<li>{f}</li>")).collect();
        format!("<details><summary>{}</summary><ul>{items}</ul></details>", names.join(lang.pick("、", ", ")))
    };
    format!(
        "<tr><th scope=\"row\"><a href=\"#{stem}\">{id}</a></th><td class=\"title\">{title}</td><td>{published}</td>\
         <td>{place}</td><td>{ours}</td><td class=\"title\">{slips}</td><td class=\"title\">{details}</td></tr>\n",
        stem = escape(&page_run(one).stem()),
        id = escape(&d.id),
        title = escape(d.row.title),
        published = figure(one.published_test),
        place = one.percentile.map_or("–".to_owned(), |p| format!("{p:.1}")),
        ours = figure(one.test.last().copied()),
        slips = slips.join("<br>"),
    )
}

fn page_run(one: &Row) -> PageRun {
    let d = &one.diagnosed;
    let (id, title, history) = (d.id.clone(), d.row.title.to_owned(), d.history.clone());
    PageRun { id, title, seed: 0, history, seconds: None, exact: false }
}

fn figures(report: &Report, lang: Lang) -> String {
    let runs: Vec<PageRun> = report.rows.iter().map(page_run).collect();
    let svgs: Vec<String> = runs.iter().map(|run| curves_svg(&run.picture(lang))).collect();
    html::sections(&runs, &svgs, lang).replace("<h2", "<h3").replace("</h2>", "</h3>")
}

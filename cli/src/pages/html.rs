//! `index.html`: 一覧の表と、節ごとの図。外のものを読まず、スクリプトもない。

use kakunin::plot::{escape, percent};
use kakunin::{Lang, course, published};

use super::PageRun;
use super::figure::{figure, result};

/// `figures` は `runs` と同じ順の SVG。
pub(crate) fn index(runs: &[PageRun], figures: &[String], lang: Lang) -> String {
    let title = lang.pick("再現の結果", "Reproduced trainings");
    let lead = lang.pick(
        format!("{} 回の学習。灰色が原典に印字された曲線、色のついた線が再現。", runs.len()),
        format!(
            "{} trainings. Grey: the curves printed in the originals; in colour: reproduced.",
            runs.len()
        ),
    );
    let note = lang.pick(
        "原典はシードを決めずに学習しているので、曲線は重ならず、似る。",
        "The originals set no seed: the curves should be alike, not the same.",
    );
    let lead = format!("{lead}{}{note}", lang.pick("", " "));
    document(title, &lead, &(summary(runs, lang) + &sections(runs, figures, lang)), lang)
}

/// A whole page: title, a line below it, and the rest.
pub(crate) fn document(title: &str, lead: &str, main: &str, lang: Lang) -> String {
    let body = format!("<header>\n<h1>{title}</h1>\n<p>{lead}</p>\n</header>\n<main>\n{main}</main>\n");
    crate::html::document(title, STYLE, &body, lang)
}

fn summary(runs: &[PageRun], lang: Lang) -> String {
    let heads = lang.pick(
        ["実験", "題", "シード", "原典<br>検証", "再現<br>検証", "差", "秒"],
        ["Experiment", "Title", "Seed", "Published<br>test", "Reproduced<br>test", "Difference", "Seconds"],
    );
    let head = |(i, head): (usize, &&str)| {
        format!("<th scope=\"col\"{}>{head}</th>", if i == 1 { " class=\"title\"" } else { "" })
    };
    let heads: String = heads.iter().enumerate().map(head).collect();
    let rows: String = runs.iter().map(|run| row(run, lang)).collect();
    let (title, caption) = lang.pick(
        ("一覧", "最後に測った検証の正答率。差はパーセントポイント。"),
        ("Summary", "The last test accuracies measured. The difference is in percentage points."),
    );
    format!(
        "<section aria-labelledby=\"summary\">\n<h2 id=\"summary\">{title}</h2>\n\
         <div class=\"wide\" role=\"region\" aria-labelledby=\"summary\" tabindex=\"0\">\n\
         <table class=\"summary\">\n<caption>{caption}</caption>\n<thead><tr>{heads}</tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n</div>\n</section>\n"
    )
}

fn row(run: &PageRun, lang: Lang) -> String {
    let theirs = published(&run.id);
    // A shorter training is not compared with the end of the published one.
    let as_long = theirs.and_then(|t| t.curve.last()).map(|p| p.iteration);
    let difference = match (theirs, run.history.last(), run.history.diverged_at) {
        (Some(theirs), Some(ours), None) if as_long == Some(ours.iteration) => {
            format!("{:+.2}", 100.0 * (ours.test.accuracy() - theirs.final_test().accuracy()))
        }
        _ => "–".to_owned(),
    };
    let exact = if run.exact { lang.pick("（誤りを正した式）", " (slips mended)") } else { "" };
    format!(
        "<tr><th scope=\"row\"><a href=\"#{stem}\">{id}</a></th><td class=\"title\">{title}{exact}</td>\
         <td>{seed}</td><td>{theirs}</td><td>{ours}</td><td>{difference}</td><td>{seconds}</td></tr>\n",
        stem = escape(&run.stem()),
        id = escape(&run.id),
        title = escape(&run.title),
        seed = run.seed,
        theirs = theirs.map_or("–".to_owned(), |t| percent(t.final_test())),
        ours = result(run, lang),
        seconds = run.seconds.map_or("–".to_owned(), |s| format!("{s:.1}")),
    )
}

/// A section for each notebook, in the order of the course; what the course does not know comes last.
pub(crate) fn sections(runs: &[PageRun], figures: &[String], lang: Lang) -> String {
    let family = |run: &PageRun| run.id.split('/').next().unwrap_or_default().to_owned();
    let place = |family: &str| course::SECTIONS.iter().position(|s| s.family == family);
    let mut families: Vec<String> = Vec::new();
    for run in runs {
        if !families.contains(&family(run)) {
            families.push(family(run));
        }
    }
    families.sort_by_key(|family| place(family).unwrap_or(usize::MAX));

    let section = |name: &String| {
        let title = place(name).map_or(String::new(), |at| format!(" {}", course::SECTIONS[at].title));
        let figures: String = runs
            .iter()
            .zip(figures)
            .filter(|(run, _)| family(run) == *name)
            .map(|(run, svg)| figure(run, svg, lang))
            .collect();
        let name = escape(name);
        format!(
            "<section aria-labelledby=\"section-{name}\">\n<h2 id=\"section-{name}\">{name}{title}</h2>\n\
             <div class=\"figures\">\n{figures}</div>\n</section>\n"
        )
    };
    families.iter().map(section).collect()
}

const STYLE: &str = "\
body { max-width: 90rem; }
h2 { font-size: 1.25rem; margin: 2rem 0 0.75rem; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: 0.4rem; }
th, td { padding: 0.2rem 0.6rem; border-bottom: 1px solid var(--rule); text-align: right; white-space: nowrap; }
thead th { border-bottom-width: 2px; }
th:first-child, .title { text-align: left; }
td.title { white-space: normal; min-width: 7rem; }
.figures { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 27rem), 1fr)); align-items: start; }
figure { margin: 0; padding: 0.75rem; background: var(--card); border: 1px solid var(--rule); border-radius: 0.5rem; }
figure svg { display: block; width: 100%; height: auto; border-radius: 0.25rem; }
figcaption { margin-top: 0.6rem; }
figcaption h3 { font-size: 1rem; margin: 0; }
figcaption p { margin: 0.1rem 0 0; color: var(--soft); font-size: 0.9rem; }
details { margin-top: 0.5rem; font-size: 0.9rem; }
summary { cursor: pointer; }
figure { break-inside: avoid; }
blockquote { margin: 0 0 0.5rem; padding-left: 0.75rem; border-left: 3px solid var(--rule); }
figure h3 { margin: 0 0 0.5rem; font-size: 1rem; overflow-wrap: anywhere; }
td.title, .errata td { overflow-wrap: anywhere; }
.errata td { white-space: normal; text-align: left; vertical-align: top; min-width: 7rem; }
code { overflow-wrap: anywhere; }
@media print {
  :root { color-scheme: light; --ground: #fff; --card: #fff; --ink: #000; --soft: #444; --rule: #bbb; --link: #000; }
  body { max-width: none; padding: 0; font-size: 9pt; } .wide { overflow: visible; }
  .wide th, .wide td { white-space: normal; min-width: 0; } tr { break-inside: avoid; }
  nav, figure details:not([open]) { display: none; }
  h2, h3 { break-after: avoid; } summary { list-style: none; }
  .figures { grid-template-columns: 1fr 1fr; gap: 0.5rem; }
  figure { padding: 0.4rem; font-size: 8pt; } figure h3, figcaption h3, figcaption p { font-size: inherit; }
}
@media (max-width: 40rem) { figure { padding: 0.4rem; } th, td { padding: 0.2rem 0.35rem; } }
";

//! 一枚の図: SVG、見出し、数値の表。

use kakunin::plot::{curves_svg, escape, percent};
use kakunin::{Lang, Point, published};

use super::PageRun;

/// Every so many measured points stand in the table.
const EVERY: usize = 10;

pub(super) fn figure(run: &PageRun, svg: &str, lang: Lang) -> String {
    let stem = escape(&run.stem());
    let theirs = published(&run.id);
    let theirs_final = theirs.map(|p| {
        let (train, test) = (percent(p.final_train()), percent(p.final_test()));
        lang.pick(
            format!("<p>原典: 訓練 {train}、検証 {test}</p>\n"),
            format!("<p>Published: train {train}, test {test}</p>\n"),
        )
    });
    let ours = match (run.history.diverged_at, run.history.last()) {
        (Some(_), _) | (None, None) => result(run, lang),
        (None, Some(p)) => {
            let (train, test) = (percent(p.train), percent(p.test));
            lang.pick(format!("訓練 {train}、検証 {test}"), format!("train {train}, test {test}"))
        }
    };
    let exact = if run.exact {
        lang.pick(
            "<p>原典の書き誤りを正した式で学習した。</p>\n",
            "<p>Trained with the slips of the original mended.</p>\n",
        )
    } else {
        ""
    };
    let seconds = run.seconds.map(|s| lang.pick(format!("（{s:.1} 秒）"), format!(" ({s:.1} seconds)")));
    let (seed, seconds) = (run.seed, seconds.unwrap_or_default());
    let ours = lang.pick(
        format!("<p>再現（シード {seed}）: {ours}{seconds}</p>\n"),
        format!("<p>Reproduced (seed {seed}): {ours}{seconds}</p>\n"),
    );
    format!(
        "<figure id=\"{stem}\">\n{svg}<figcaption>\n<h3>{id} {title}</h3>\n{theirs}{ours}{exact}</figcaption>\n{table}{losses}</figure>\n",
        id = escape(&run.id),
        title = escape(&run.title),
        theirs = theirs_final.unwrap_or_default(),
        losses = losses(run, lang),
        table = table(run, theirs.map_or(&[], |p| &p.curve), lang),
    )
}

/// The last test accuracy, or where the training diverged.
pub(super) fn result(run: &PageRun, lang: Lang) -> String {
    match (run.history.diverged_at, run.history.last()) {
        (Some(at), _) => lang.pick(format!("反復 {at} で発散"), format!("diverged at iteration {at}")),
        (None, Some(last)) => percent(last.test),
        (None, None) => lang.pick("測った点がない", "nothing measured").to_owned(),
    }
}

fn losses(run: &PageRun, lang: Lang) -> String {
    if run.history.loss.is_empty() {
        return String::new();
    }
    let summary = lang.pick("損失の図", "Picture of the loss");
    let svg = curves_svg(&run.losses(lang));
    format!("<details>\n<summary>{summary}</summary>\n{svg}</details>\n")
}

/// Every tenth point and the last, beside the published one of the same iteration.
fn table(run: &PageRun, theirs: &[Point], lang: Lang) -> String {
    let ours = &run.history.curve;
    if ours.is_empty() {
        return String::new();
    }
    let heads = lang.pick(
        ["反復", "原典<br>訓練", "原典<br>検証", "再現<br>訓練", "再現<br>検証"],
        ["Iteration", "Published<br>train", "Published<br>test", "Reproduced<br>train", "Reproduced<br>test"],
    );
    let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
    let shown = |i: usize| (i + 1).is_multiple_of(EVERY) || i + 1 == ours.len();
    let row = |p: &Point| {
        let same = theirs.iter().find(|t| t.iteration == p.iteration);
        let cells = [same.map(|t| t.train), same.map(|t| t.test), Some(p.train), Some(p.test)];
        let cells: String = cells
            .into_iter()
            .map(|hits| format!("<td>{}</td>", hits.map_or("–".to_owned(), percent)))
            .collect();
        format!("<tr><th scope=\"row\">{}</th>{cells}</tr>\n", p.iteration)
    };
    let rows: String = ours.iter().enumerate().filter(|(i, _)| shown(*i)).map(|(_, p)| row(p)).collect();
    let summary = lang.pick("数値の表", "Table of figures");
    format!(
        "<details>\n<summary>{summary}</summary>\n<div class=\"wide\">\n<table aria-label=\"{id}\">\n\
         <thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n</details>\n",
        id = escape(&run.id),
    )
}

//! セルの最後に書かれた値の表示: 型ごとに、HTML か SVG と、文字。

use super::{Output, digits};
use crate::diagnosis::Finding;
use crate::errata::Erratum;
use crate::history::{History, Hits, Origin};
use crate::plot::{Picture, curves_svg, escape, losses, percent, reproduction, stopped};
use crate::quiz::Question;
use crate::samples::{Samples, Split};
use crate::{Error, Experiment, Lang, Matrix, Slip, course, lab, published};
use std::sync::Arc;

/// Gives each type the method that evcxr (and our kernel) calls on the last expression of a cell.
macro_rules! shown_at_the_end_of_a_cell {
    ($($shown:ty),*) => {$(
        impl $shown {
            /// ノートブックに表示する。セルの最後に書けば、カーネルが呼ぶ。
            pub fn evcxr_display(&self) {
                Output::from(self).show();
            }
        }
    )*};
}

shown_at_the_end_of_a_cell!(
    History, Experiment, Hits, Samples, Picture, Slip, Error, Matrix, Finding, Erratum, Question
);

impl Split {
    /// ノートブックに表示する。セルの最後に書けば、カーネルが呼ぶ（[`mnist`](crate::mnist()) の返す `Arc` のまま）。
    pub fn evcxr_display(self: &Arc<Self>) {
        Output::from(&**self).show();
    }
}

impl From<&History> for Output {
    /// 正答率の曲線と、その下に損失の曲線。
    fn from(history: &History) -> Output {
        let lang = Lang::current();
        let picture = picture(history, lang);
        let svg = curves_svg(&picture);
        let mut html = svg.clone();
        if !history.loss.is_empty() {
            let loss = Picture { title: picture.title.clone(), ..losses("", "", 0, history, lang) };
            let summary = lang.pick("損失の図", "Picture of the loss");
            html += &format!("<details><summary>{summary}</summary>\n{}</details>\n", curves_svg(&loss));
        }
        Output::new().plain(summary(history, lang)).html(figure(&html, lang)).svg(svg)
    }
}

/// The curves of a history under its name, with the published ones if it is a row of the course.
pub(super) fn picture(history: &History, lang: Lang) -> Picture {
    let (id, title) = name(history, lang);
    Picture { title, ..reproduction(&id, "", 0, history, lang) }
}

/// The id of the published curve to compare with (empty if there is none), and what the training is called.
fn name(history: &History, lang: Lang) -> (String, String) {
    let Some(Origin { experiment: e, seed }) = history.origin else {
        return (String::new(), lang.pick("学習の記録", "Record of a training").to_owned());
    };
    let (id, title) = (e.id(), e.title);
    let row = course::experiments().find(|row| row.source == e.source);
    let seed = lang.pick(format!("シード {seed}"), format!("seed {seed}"));
    match row {
        Some(row) if *row == e => {
            let title = lang.pick(format!("{id} {title}（{seed}）"), format!("{id} {title} ({seed})"));
            (id, title)
        }
        Some(row) if row.exact() == e => {
            let title = lang.pick(
                format!("{id} {title}（誤りを正した式、{seed}）"),
                format!("{id} {title} (slips mended, {seed})"),
            );
            (id, title)
        }
        Some(row) if row.title == title => {
            let title = lang.pick(
                format!("「{title}」を変えた実験（{seed}）"),
                format!("A variation of \"{title}\" ({seed})"),
            );
            (String::new(), title)
        }
        _ => (String::new(), lang.pick(format!("{title}（{seed}）"), format!("{title} ({seed})"))),
    }
}

/// Two lines: the name, and how it ended.
pub(super) fn summary(history: &History, lang: Lang) -> String {
    let (id, title) = name(history, lang);
    let theirs = published(&id).map(|p| percent(p.final_test()));
    let theirs = theirs.map(|p| lang.pick(format!("（原典 {p}）"), format!(" (published {p})")));
    let end = match history.last() {
        Some(p) => {
            let (train, test, theirs) = (percent(p.train), percent(p.test), theirs.unwrap_or_default());
            lang.pick(
                format!("反復 {}: 訓練 {train}、検証 {test}{theirs}", p.iteration),
                format!("iteration {}: train {train}, test {test}{theirs}", p.iteration),
            )
        }
        None => lang.pick("測った点がない", "nothing measured").to_owned(),
    };
    let stopped = stopped(history, lang);
    let stopped = stopped.map(|s| lang.pick(format!("（{s}）"), format!(" ({s})"))).unwrap_or_default();
    format!("{title}\n{end}{stopped}")
}

impl From<&Experiment> for Output {
    /// 条件の表。値は、コードに書くとおりの形で見せる。
    fn from(e: &Experiment) -> Output {
        let lang = Lang::current();
        let slips: Vec<_> = e.slips().into_iter().map(|slip| slip.describe(lang)).collect();
        table(
            &[
                ("ID", e.id()),
                (lang.pick("題", "Title"), e.title.to_owned()),
                (lang.pick("ネットワーク", "Network"), inner(&e.model)),
                (lang.pick("更新規則", "Rule"), inner(&e.rule)),
                (lang.pick("正則化", "Penalty"), format!("{:?}", e.penalty)),
                (lang.pick("更新するもの", "Trains"), format!("{:?}", e.trains)),
                (lang.pick("反復", "Iterations"), e.iterations.to_string()),
                (lang.pick("バッチ", "Batch"), e.batch.to_string()),
                (lang.pick("訓練の行", "Training rows"), e.train_rows.to_string()),
                (lang.pick("検証の行", "Test rows"), e.test_rows.to_string()),
                (lang.pick("測り方", "Measure"), format!("{:?}", e.measure)),
                (lang.pick("書き誤り", "Slips"), slips.join(lang.pick("、", ", "))),
            ],
            "",
            lang,
        )
    }
}

/// `Adam { lr: 0.01, … }` of `Adam(Adam { lr: 0.01, … })`.
fn inner(value: &impl std::fmt::Debug) -> String {
    let text = format!("{value:?}");
    text.split_once('(').and_then(|(_, inner)| inner.strip_suffix(')')).unwrap_or(&text).to_owned()
}

impl From<&Samples> for Output {
    /// 大きさと、画像なら最初の二十枚。
    fn from(samples: &Samples) -> Output {
        let lang = Lang::current();
        let rows = [
            (lang.pick("行", "Rows"), samples.len().to_string()),
            (lang.pick("一行の形", "Shape of a row"), shape(samples)),
            (lang.pick("分類", "Classes"), samples.classes().to_string()),
        ];
        table(&rows, &digits::img(samples, lang), lang)
    }
}

impl From<&Split> for Output {
    /// 大きさと、画像なら訓練データの最初の二十枚。
    fn from(split: &Split) -> Output {
        let lang = Lang::current();
        let rows = [
            (lang.pick("訓練データ", "Training data"), split.train.len().to_string()),
            (lang.pick("検証データ", "Test data"), split.test.len().to_string()),
            (lang.pick("一行の形", "Shape of a row"), shape(&split.train)),
            (lang.pick("分類", "Classes"), split.train.classes().to_string()),
        ];
        table(&rows, &digits::img(&split.train, lang), lang)
    }
}

fn shape(samples: &Samples) -> String {
    let [channels, height, width] = samples.shape();
    format!("{channels} × {height} × {width}")
}

impl From<&Hits> for Output {
    fn from(hits: &Hits) -> Output {
        sentence(&format!("{} / {} = {}", hits.hits, hits.of, percent(*hits)))
    }
}

impl From<&Picture> for Output {
    fn from(picture: &Picture) -> Output {
        let Picture { lang, title, description, .. } = picture;
        let svg = curves_svg(picture);
        Output::new().plain(format!("{title}\n{description}")).html(figure(&svg, *lang)).svg(svg)
    }
}

impl From<&Slip> for Output {
    fn from(slip: &Slip) -> Output {
        sentence(slip.describe(Lang::current()))
    }
}

impl From<&Finding> for Output {
    fn from(finding: &Finding) -> Output {
        let lang = Lang::current();
        sentence(&format!("{}: {}", finding.name(lang), finding.describe(lang)))
    }
}

impl From<&Erratum> for Output {
    fn from(erratum: &Erratum) -> Output {
        let lang = Lang::current();
        let rows = [
            (lang.pick("場所", "Place"), erratum.place.clone()),
            (lang.pick("講座", "The course"), erratum.course.clone()),
            (lang.pick("正確に言うと", "Precisely"), erratum.precise(lang).to_owned()),
            (lang.pick("見る", "See"), erratum.shown_by().join(lang.pick("、", ", "))),
        ];
        table(&rows, "", lang)
    }
}

impl From<&Matrix> for Output {
    /// [`lab::show`] と同じ。
    fn from(matrix: &Matrix) -> Output {
        Output::from(&lab::show(matrix))
    }
}

impl From<&Question> for Output {
    /// 問い。解答は見せない。
    fn from(question: &Question) -> Output {
        question.asked()
    }
}

impl From<&Error> for Output {
    fn from(error: &Error) -> Output {
        sentence(&error.to_string())
    }
}

fn sentence(text: &str) -> Output {
    let lang = Lang::current().pick("ja", "en");
    Output::new().plain(text).html(format!("<p lang=\"{lang}\">{}</p>", escape(text)))
}

fn figure(html: &str, lang: Lang) -> String {
    format!("<figure lang=\"{}\" style=\"margin:0\">\n{html}</figure>", lang.pick("ja", "en"))
}

/// A table of names and values, and what is to stand below it.
fn table(rows: &[(&str, String)], below: &str, lang: Lang) -> Output {
    let shown = || rows.iter().filter(|(_, value)| !value.is_empty());
    let plain: Vec<_> = shown().map(|(name, value)| format!("{name}: {value}")).collect();
    let row = |(name, value): &(&str, String)| {
        format!(
            "<tr><th scope=\"row\" style=\"text-align:left\">{name}</th><td style=\"text-align:left\">{}</td></tr>\n",
            escape(value)
        )
    };
    let cells: String = shown().map(row).collect();
    let html = figure(&format!("<table>\n{cells}</table>\n{below}"), lang);
    Output::new().plain(plain.join("\n")).html(html)
}

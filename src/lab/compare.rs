//! いくつかの学習を並べる: 公表された値と、自分の値。

use super::network::two_threads;
use crate::bands::{Band, band};
use crate::course;
use crate::error::Error;
use crate::experiment::Experiment;
use crate::history::{History, Point};
use crate::lang::Lang;
use crate::notebook::{Card, shown_as_a_card};
use crate::plot::{Axis, Chart, Kind, Line, Panel, percent, stopped};
use crate::published::{Published, published};
use crate::samples::Split;
use std::sync::Arc;

/// 並べた学習（[`compare`]）。
#[derive(Debug, Clone)]
pub struct Comparison {
    /// シード
    pub seed: u32,
    /// 学習ごとの結果
    pub rows: Vec<Compared>,
}

/// 並べた学習の一つ。
#[derive(Debug, Clone)]
pub struct Compared {
    /// 実験
    pub experiment: Experiment,
    /// 記録
    pub history: History,
    /// 公表された曲線（原典の行をそのまま学習したとき）
    pub published: Option<&'static Published>,
}

/// いくつかの学習をして、公表された値と並べる。表の行でも、変えた実験でも、自分の規則でもよい。講座の行には、多くの
/// シードの 5–95%（[`Band`]）と、その中で公表された値が下から何パーセントにあるかも付く。
///
/// 二つのスレッドで学習する。途中で止めると、そこまでの記録が並ぶ。
///
/// # Errors
/// 設定が範囲の外にあるとき。
///
/// ```no_run
/// use kakunin::prelude::*;
/// compare(&optimizer::EXPERIMENTS[..5], 0, &mnist()?)?
/// # .evcxr_display();
/// # Ok::<(), Error>(())
/// ```
pub fn compare(rows: &[Experiment], seed: u32, data: &Arc<Split>) -> Result<Comparison, Error> {
    let rows = two_threads(rows, |&experiment| {
        let history = experiment.run(seed, data)?;
        let row = course::experiments().find(|row| **row == experiment);
        Ok(Compared { experiment, history, published: row.and_then(|row| published(&row.id())) })
    });
    Ok(Comparison { seed, rows: rows.into_iter().collect::<Result<_, Error>>()? })
}

/// 自分の記録を、名前をつけて一枚に重ねる（検証の正答率）。
///
/// ```
/// use kakunin::{History, lab};
/// let (a, b) = (History::default(), History::default());
/// assert_eq!(lab::overlay(&[("学習率 0.1", &a), ("学習率 0.01", &b)]).histories.len(), 2);
/// ```
pub fn overlay(histories: &[(&str, &History)]) -> Overlay {
    Overlay { histories: histories.iter().map(|(name, h)| ((*name).to_owned(), (*h).clone())).collect() }
}

/// 重ねた記録（[`overlay`]）。
#[derive(Debug, Clone)]
pub struct Overlay {
    /// 名前と記録
    pub histories: Vec<(String, History)>,
}

shown_as_a_card!(Comparison, Overlay);

fn test_curve(curve: &[Point]) -> Vec<(f64, f64)> {
    curve.iter().map(|p| (p.iteration as f64, p.test.accuracy())).collect()
}

fn most(curve: &[Point]) -> String {
    curve.iter().map(|p| p.test).max_by_key(|h| h.hits).map_or("–".to_owned(), percent)
}

impl Compared {
    /// `2_4/16 Adam`; a row with its slips mended says so; any other experiment has its title.
    fn name(&self, lang: Lang) -> String {
        let e = &self.experiment;
        let row = course::experiments().find(|row| row.source == e.source);
        match row {
            Some(row) if row == e => format!("{} {}", e.id(), e.title),
            Some(row) if row.exact() == *e => lang.pick(
                format!("{} {}（誤りを正した式）", e.id(), e.title),
                format!("{} {} (slips mended)", e.id(), e.title),
            ),
            Some(row) if row.title == e.title => lang.pick(
                format!("「{}」を変えたもの（{}）", e.title, e.rule.name()),
                format!("\"{}\" varied ({})", e.title, e.rule.name()),
            ),
            _ => e.title.to_owned(),
        }
    }

    /// The spread of this training over many seeds, if it is a row of the course.
    fn band(&self) -> Option<&'static Band> {
        self.published.and_then(|_| band(&self.experiment.id()))
    }

    /// One line of plain text.
    fn line(&self, lang: Lang) -> String {
        let test = self.history.last().map_or("–".to_owned(), |p| percent(p.test));
        let theirs = self
            .published
            .map(|p| percent(p.final_test()))
            .map_or(String::new(), |p| lang.pick(format!("（原典 {p}）"), format!(" (published {p})")));
        let stopped = stopped(&self.history, lang).map_or(String::new(), |s| format!(" {s}"));
        lang.pick(
            format!("{}: 検証 {test}{theirs}{stopped}", self.name(lang)),
            format!("{}: test {test}{theirs}{stopped}", self.name(lang)),
        )
    }
}

/// More rows than this get a panel each.
const ONE_PANEL: usize = 5;

impl Comparison {
    /// 記録だけを、並べた順に。
    pub fn histories(&self) -> Vec<&History> {
        self.rows.iter().map(|row| &row.history).collect()
    }

    fn panels(&self, lang: Lang) -> (usize, Vec<Panel>) {
        let across = |label: &str| Axis::plain(label);
        let iteration = lang.pick("反復", "Iteration");
        if self.rows.len() <= ONE_PANEL {
            let published = self.rows.iter().enumerate().filter_map(|(n, row)| {
                let published = row.published?;
                let name = lang.pick("原典（同じ線の切れ方）", "published (same dashes)");
                Some(Line::new(name, Kind::Grey(n), test_curve(&published.curve)))
            });
            let ours =
                self.rows.iter().enumerate().map(|(n, row)| {
                    Line::new(row.name(lang), Kind::Coloured(n), test_curve(&row.history.curve))
                });
            let label = lang.pick("検証の正答率", "Test accuracy");
            let chart = Chart::new(across(iteration), Axis::share(label), published.chain(ours).collect());
            return (1, vec![Panel::chart("", chart)]);
        }
        let panel = |row: &Compared| {
            let theirs = row.published.map(|p| {
                Line::new(lang.pick("原典の検証", "published test"), Kind::Grey(0), test_curve(&p.curve))
            });
            let ours = Line::new(
                lang.pick("再現の検証", "our test"),
                Kind::Plain(0),
                test_curve(&row.history.curve),
            );
            let spread = row.band().map(|band| {
                Line::new(lang.pick("シードの 5–95%", "5–95% of the seeds"), Kind::Band, band.outline(20))
            });
            let lines = spread.into_iter().chain(theirs).chain([ours]).collect();
            Panel::chart(row.name(lang), Chart::new(across(""), Axis::share(""), lines))
        };
        (3, self.rows.iter().map(panel).collect())
    }

    fn card(&self, lang: Lang) -> Card {
        let title = lang.pick(
            format!("検証の正答率（シード {}）", self.seed),
            format!("Test accuracy (seed {})", self.seed),
        );
        let lines: Vec<String> = self.rows.iter().map(|row| row.line(lang)).collect();
        let (columns, panels) = self.panels(lang);
        let header = lang.pick(
            [
                "ID",
                "題",
                "原典の最後",
                "最後",
                "シードの 5–95%",
                "原典の百分位",
                "原典の最大",
                "最大",
                "書き誤り",
            ],
            [
                "ID",
                "Title",
                "Published, last",
                "Last",
                "5–95% of the seeds",
                "Its percentile",
                "Published, max",
                "Max",
                "Slips",
            ],
        );
        let row = |row: &Compared| {
            let theirs = |of: fn(&Published) -> String| row.published.map_or(String::new(), of);
            let slips: Vec<&str> = row.experiment.slips().into_iter().map(|s| s.describe(lang)).collect();
            let (name, id) = (row.name(lang), row.experiment.id());
            // An experiment that is no row of the course has a name without an id.
            let (id, title) =
                name.strip_prefix(&id).map_or(("", name.as_str()), |title| (&id, title.trim_start()));
            vec![
                id.to_owned(),
                title.to_owned(),
                theirs(|p| percent(p.final_test())),
                row.history.last().map_or("–".to_owned(), |p| percent(p.test)),
                row.band().map_or(String::new(), middle),
                row.band().zip(row.published).map_or(String::new(), |(band, published)| {
                    format!("{:.0}", band.percentile(published.final_test()))
                }),
                theirs(|p| percent(p.max_test())),
                most(&row.history.curve),
                slips.join(lang.pick("、", "; ")),
            ]
        };
        let (header, rows) = without_empty_columns(&header, self.rows.iter().map(row).collect());
        let description: String = lines.join(lang.pick("。", "; "));
        Card::new(lang, title, description)
            .picture(columns, panels)
            .lines(lines)
            .open()
            .numbers(&header, rows)
    }
}

/// Between these lie nine in ten of the final test accuracies.
fn middle(band: &Band) -> String {
    let [_, low, .., high, _] = band.levels();
    format!("{:.1}–{:.1}%", 100.0 * low, 100.0 * high)
}

/// What no row says anything about is left out.
fn without_empty_columns<'a>(header: &[&'a str], rows: Vec<Vec<String>>) -> (Vec<&'a str>, Vec<Vec<String>>) {
    let kept: Vec<usize> = (0..header.len()).filter(|&k| rows.iter().any(|row| !row[k].is_empty())).collect();
    let of = |row: &Vec<String>| kept.iter().map(|&k| row[k].clone()).collect();
    (kept.iter().map(|&k| header[k]).collect(), rows.iter().map(of).collect())
}

impl Overlay {
    fn card(&self, lang: Lang) -> Card {
        let end = |(name, history): &(String, History)| {
            format!("{name}: {}", history.last().map_or("–".to_owned(), |p| percent(p.test)))
        };
        let lines: Vec<String> = self.histories.iter().map(end).collect();
        let curves = self
            .histories
            .iter()
            .enumerate()
            .map(|(n, (name, history))| Line::new(name, Kind::Coloured(n), test_curve(&history.curve)));
        let across = Axis::plain(lang.pick("反復", "Iteration"));
        let chart =
            Chart::new(across, Axis::share(lang.pick("検証の正答率", "Test accuracy")), curves.collect());
        let header = lang.pick(
            ["名前", "最後の訓練", "最後の検証", "検証の最大"],
            ["Name", "Last train", "Last test", "Max test"],
        );
        let row = |(name, history): &(String, History)| {
            let last = |of: fn(Point) -> crate::history::Hits| {
                history.last().map_or("–".to_owned(), |p| percent(of(p)))
            };
            vec![name.clone(), last(|p| p.train), last(|p| p.test), most(&history.curve)]
        };
        let rows = self.histories.iter().map(row).collect();
        let title = lang.pick("学習の記録を重ねて", "Histories side by side");
        Card::new(lang, title, lines.join(lang.pick("。", "; ")))
            .picture(1, vec![Panel::chart("", chart)])
            .lines(lines)
            .open()
            .numbers(&header, rows)
    }
}

//! `kakunin bands`: 多くのシードの結果から、帯のファイルと表を作る。

use crate::args::{path, positional, sub};
use crate::failure::Failure;
use crate::output::{self, Target};
use crate::table;
use clap::builder::PathBufValueParser;
use clap::{ArgMatches, Command};
use kakunin::bands::{Band, Bands, shipped};
use kakunin::diagnosis::{Finding, bimodal, constant_predictor};
use kakunin::{Error, History, Hits, Lang, Mode, Point, Results, Samples, course, published};
use std::path::PathBuf;

pub(crate) fn command(lang: Lang) -> Command {
    let usage = lang.pick("kakunin bands [FILE]... [オプション]", "kakunin bands [FILE]... [OPTIONS]");
    let about = lang.pick(
        "シードによる広がりと、公表された値の位置",
        "the spread over seeds, and where the published figures lie",
    );
    sub("bands", lang, about, usage)
        .arg(positional("file", "FILE", lang).num_args(0..).value_parser(PathBufValueParser::new()).help(
            lang.pick(
                "reproduce --seeds --json で書いたファイル（省くと付属の帯）",
                "files written with reproduce --seeds --json (the built-in bands if left out)",
            ),
        ))
        .arg(path("json", "FILE", lang.pick("帯のファイルを書く", "write the bands")))
        .arg(path("markdown", "FILE", lang.pick("表を Markdown で書く", "write the table as Markdown")))
}

/// Runs the command.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let target = |name| matches.get_one::<PathBuf>(name).map(|path| Target::check(path)).transpose();
    let (json, markdown) = (target("json")?, target("markdown")?);
    let files: Vec<&PathBuf> = matches.get_many("file").unwrap_or_default().collect();
    let bands = if files.is_empty() { shipped().clone() } else { Bands::new(&read(&files)?)? };
    let lang = Lang::current();
    if let Some(target) = json {
        target.write(&bands.to_json()).map_err(Failure::work)?;
    }
    let data = kakunin::mnist()?;
    let places: Vec<Place> = bands.rows.iter().filter_map(|band| Place::of(band, &data.test)).collect();
    if let Some(target) = markdown {
        target.write(&self::markdown(&places, lang)).map_err(Failure::work)?;
    }
    output::print(&shown(&places, lang))
}

/// Results of trainings as published, all on the same data.
fn read(files: &[&PathBuf]) -> Result<Vec<Results>, Error> {
    let mut all: Vec<Results> = vec![];
    for file in files {
        let results = Results::read(file)?;
        let data = all.first().map_or(&results.data, |first| &first.data);
        results.check(Mode::Published, data).map_err(|e| e.of(file.display()))?;
        all.push(results);
    }
    Ok(all)
}

/// A band, and where the published figure lies in it.
struct Place<'a> {
    band: &'a Band,
    title: &'static str,
    published: Hits,
    percentile: f64,
    reason: Option<Reason>,
}

/// Why a published figure lies where it does.
enum Reason {
    /// The row ends in constant predictors; which digit is chance.
    Digits,
    Bimodal,
    Unknown,
}

impl<'a> Place<'a> {
    fn of(band: &'a Band, test: &Samples) -> Option<Place<'a>> {
        let published = published(&band.id)?.final_test();
        let title = course::find(&band.id).ok()?.first()?.title;
        let share = |hits: u32| f64::from(hits) / f64::from(band.of);
        let is_constant = |hits: u32| {
            let point =
                Point { iteration: 1, train: Hits { hits: 0, of: 1 }, test: Hits { hits, of: band.of } };
            let history = History { curve: vec![point], ..History::default() };
            matches!(constant_predictor(&history, test.labels()), Some(Finding::ConstantPredictor { .. }))
        };
        let constants = band.last.iter().filter(|&&hits| is_constant(hits)).count();
        let finals: Vec<f64> = band.last.iter().map(|&hits| share(hits)).collect();
        let reason = if is_constant(published.hits) && 2 * constants > band.last.len() {
            Some(Reason::Digits)
        } else if bimodal(&finals).is_some() {
            Some(Reason::Bimodal)
        } else {
            band.is_outside(published).then_some(Reason::Unknown)
        };
        Some(Place { band, title, published, percentile: band.percentile(published), reason })
    }

    fn remark(&self, lang: Lang) -> String {
        let outside =
            if self.band.is_outside(self.published) { lang.pick("範囲の外。", "Outside. ") } else { "" };
        let reason = match &self.reason {
            None => "",
            Some(Reason::Digits) => lang.pick(
                "多くのシードで、どの画像にも一つの数字を答える。どの数字になるかは、はじめの重みとバッチしだい。",
                "With most seeds it answers one digit to every image; which one is up to the first weights and batches.",
            ),
            Some(Reason::Bimodal) => lang.pick(
                "二つの山に分かれる: 学習が進むシードと、進まないシードがある。",
                "Two clusters: it learns with some seeds and not with others.",
            ),
            Some(Reason::Unknown) => lang.pick(
                "原典のシードも、その前に引かれた乱数もわからない。シードを増やすと入るかもしれない。",
                "The notebook's seed is not known; with more seeds it may come to lie inside.",
            ),
        };
        format!("{outside}{reason}")
    }

    fn cells(&self) -> [String; 8] {
        let (a, b) = self.band.seeds;
        let [low, five, _, middle, _, ninety_five, high] = self.band.levels().map(|v| format!("{v:.4}"));
        [
            self.band.id.clone(),
            format!("{a}..{b}"),
            format!("{:.4}", self.published.accuracy()),
            format!("{:.1}", self.percentile),
            format!("{low}–{high}"),
            format!("{five}–{ninety_five}"),
            middle,
            self.title.to_owned(),
        ]
    }
}

fn shown(places: &[Place], lang: Lang) -> String {
    let header = lang.pick(
        ["ID", "シード", "公表", "百分位", "最小–最大", "5–95%", "中央値", "題"],
        ["id", "seeds", "published", "percentile", "min–max", "5–95%", "median", "title"],
    );
    let mut table = table::plain(&header, 1);
    places.iter().for_each(|place| {
        table.add_row(place.cells());
    });
    table.trim_fmt() + "\n"
}

fn markdown(places: &[Place], lang: Lang) -> String {
    let mut text = lang
        .pick(
            "# 公表された値の位置\n\n多くのシードで学習した最後の検証の正答率の広がりと、公表された値がその下から何パーセントにあるか。\
             `kakunin reproduce --seeds A..B --json FILE` の結果から、\
             `kakunin bands FILE... --json data/bands/bands.json --markdown docs/bands.md` が作る。\n\n\
             | 行 | シード | 公表 | 百分位 | 最小–最大 | 5–95% | 中央値 | 題 | わけ |\n\
             | --- | --- | ---: | ---: | --- | --- | ---: | --- | --- |\n",
            "# Where the published figures lie\n\nThe spread of the final test accuracy over many seeds, and the percentile \
             of the published figure. Made by `kakunin bands FILE... --json data/bands/bands.json --markdown docs/bands.md` \
             from results of `kakunin reproduce --seeds A..B --json FILE`.\n\n\
             | row | seeds | published | percentile | min–max | 5–95% | median | title | reason |\n\
             | --- | --- | ---: | ---: | --- | --- | ---: | --- | --- |\n",
        )
        .to_owned();
    for place in places {
        text += &format!("| {} | {} |\n", place.cells().join(" | "), place.remark(lang));
    }
    text
}

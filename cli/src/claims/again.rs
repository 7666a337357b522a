//! `--tables`: 前に測った値の表を、もう一度測る。

use crate::failure::Failure;
use crate::pool::{self, End};
use crate::progress::Progress;
use crate::{output, table, train};
use kakunin::claims::tables::{Figure, figures};
use kakunin::claims::{Bench, short};
use kakunin::{Lang, mnist};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

pub(super) fn run(seeds: Range<u64>, jobs: Option<usize>, lang: Lang) -> Result<(), Failure> {
    let all: Arc<Vec<Figure>> = Arc::new(figures());
    let mut left = vec![];
    for (k, figure) in all.iter().enumerate() {
        let count = figure.seeds.unwrap_or(usize::MAX);
        left.extend(seeds.clone().take(count).map(|seed| (k, seed as u32)));
    }
    pool::listen();
    let bench = Bench::new(train::load(mnist::MNIST)?);
    let (workers, _) = train::workers(jobs, left.len());
    let progress = Arc::new(Progress::new(left.len()));
    let mut measured: BTreeMap<usize, BTreeMap<u32, f64>> = BTreeMap::new();
    let figures = Arc::clone(&all);
    let end = pool::run(
        left,
        workers,
        move |&(k, seed), stop| match figures[k].measure(&bench, seed) {
            Err(_) if stop.is_set() => Ok(None),
            value => Ok(Some((k, seed, value?))),
        },
        |(k, seed, value)| {
            progress.finished(&format!("{} {seed}", all[k].name));
            measured.entry(k).or_default().insert(seed, value);
        },
    );
    progress.close();
    let end = end?;
    output::print(&shown(&all, &measured, lang))?;
    if end == End::Interrupted { Err(Failure::interrupted_among(None, None)) } else { Ok(()) }
}

fn shown(all: &[Figure], measured: &BTreeMap<usize, BTreeMap<u32, f64>>, lang: Lang) -> String {
    let header = lang.pick(
        ["値", "前の値", "最小", "平均", "最大", "シード", ""],
        ["figure", "noted", "min", "mean", "max", "seeds", ""],
    );
    let mut text = String::new();
    let mut rest = (0..all.len()).peekable();
    while let Some(&first) = rest.peek() {
        let title = all[first].table;
        let mut table = table::plain(&header, 1);
        while let Some(k) = rest.next_if(|k| all[*k].table == title) {
            table.add_row(row(&all[k], measured.get(&k), lang));
        }
        text += &format!("{}\n{}\n\n", lang.pick(title.0, title.1), table.trim_fmt());
    }
    text.trim_end().to_owned() + "\n"
}

fn row(figure: &Figure, measured: Option<&BTreeMap<u32, f64>>, lang: Lang) -> [String; 7] {
    let values: Vec<f64> = measured.map(|m| m.values().copied().collect()).unwrap_or_default();
    let (low, high) = figure.noted;
    let noted = if figure.seeds == Some(5) {
        format!("{}–{}", short(low), short(high))
    } else {
        short((low + high) / 2.0)
    };
    let name = figure.name.clone();
    if values.is_empty() {
        return [name, noted, "—".into(), "—".into(), "—".into(), "0".into(), String::new()];
    }
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let outside = if figure.is_outside(&values) { lang.pick("範囲の外", "outside") } else { "" };
    [name, noted, short(least), short(mean), short(most), values.len().to_string(), outside.to_owned()]
}

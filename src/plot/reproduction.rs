//! 一回の学習の記録を、原典の曲線に重ねた図。

use super::{Picture, Role, Scale, Series};
use crate::bands::{Band, band};
use crate::history::{History, Hits, Point};
use crate::lang::Lang;
use crate::published::published;

/// 学習の記録の図: 正答率の曲線を、原典の曲線（あれば）に重ねる。
///
/// `id` は `2_4/16` のような実験の ID。原典にない ID なら、自分の曲線だけを描く。
///
/// ```no_run
/// use kakunin::{Lang, optimizer, plot};
/// let adam = &optimizer::EXPERIMENTS[4];
/// let history = adam.run(0, &kakunin::mnist()?)?;
/// let picture = plot::reproduction(&adam.id(), adam.title, 0, &history, Lang::Ja);
/// let svg = plot::curves_svg(&picture);
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn reproduction(id: &str, title: &str, seed: u32, history: &History, lang: Lang) -> Picture {
    let theirs = published(id);
    let mut series: Vec<Series> = band(id).map(|band| spread(band, lang)).into_iter().collect();
    let names = match theirs {
        Some(theirs) => {
            let names =
                lang.pick(["原典（訓練）", "原典（検証）"], ["Published (train)", "Published (test)"]);
            series.extend(pair(&names, Role::Published, &theirs.curve));
            lang.pick(["再現（訓練）", "再現（検証）"], ["Reproduced (train)", "Reproduced (test)"])
        }
        None => lang.pick(["訓練", "検証"], ["Train", "Test"]),
    };
    series.extend(pair(&names, Role::Ours, &history.curve));

    let last = history.last();
    let ours = |side: fn(Point) -> Hits| last.map_or("–".to_owned(), |p| percent(side(p)));
    let stopped = stopped(history, lang);
    let subtitle = match (&stopped, theirs.map(|t| percent(t.final_test()))) {
        (Some(stopped), _) => stopped.clone(),
        (None, Some(theirs)) => lang.pick(
            format!("最後の検証: 再現 {}、原典 {theirs}", ours(|p| p.test)),
            format!("Final test: reproduced {}, published {theirs}", ours(|p| p.test)),
        ),
        (None, None) => lang
            .pick(format!("最後の検証: {}", ours(|p| p.test)), format!("Final test: {}", ours(|p| p.test))),
    };
    let description = [
        Some(lang.pick("反復ごとの正答率。".to_owned(), "Accuracy over the iterations.".to_owned())),
        last.map(|p| {
            let (train, test) = (percent(p.train), percent(p.test));
            let ours = theirs.map_or(lang.pick("", " Last"), |_| lang.pick("再現の", " Reproduced, last"));
            lang.pick(
                format!("{ours}最後（反復 {}）: 訓練 {train}、検証 {test}。", p.iteration),
                format!("{ours} (iteration {}): train {train}, test {test}.", p.iteration),
            )
        }),
        theirs.map(|t| {
            let (train, test) = (percent(t.final_train()), percent(t.final_test()));
            lang.pick(
                format!("原典の最後: 訓練 {train}、検証 {test}。"),
                format!(" Published, last: train {train}, test {test}."),
            )
        }),
        stopped.map(|s| lang.pick(format!("{s}。"), format!(" The training {s}."))),
    ];

    Picture {
        lang,
        title: lang.pick(format!("{id} {title}（シード {seed}）"), format!("{id} {title} (seed {seed})")),
        subtitle,
        description: description.into_iter().flatten().collect(),
        x_label: lang.pick("反復", "Iteration").to_owned(),
        y_label: lang.pick("正答率", "Accuracy").to_owned(),
        scale: Scale::Share,
        series,
    }
}

/// 学習の記録の図: 反復ごとの損失。
///
/// 原典は損失を印字していないので、自分の曲線だけを描く。
pub fn losses(id: &str, title: &str, seed: u32, history: &History, lang: Lang) -> Picture {
    let points: Vec<_> = history.loss.iter().enumerate().map(|(i, &loss)| ((i + 1) as f64, loss)).collect();
    let ends = match (points.first(), points.last()) {
        (Some((_, first)), Some((_, last))) => lang.pick(
            format!("最初の損失 {first:.4}、最後の損失 {last:.4}。"),
            format!("First loss {first:.4}, last loss {last:.4}."),
        ),
        _ => lang.pick("損失の記録がない。", "No losses.").to_owned(),
    };
    let loss = lang.pick("損失", "Loss");
    Picture {
        lang,
        title: lang.pick(
            format!("{id} {title}（シード {seed}）の損失"),
            format!("{id} {title} (seed {seed}): loss"),
        ),
        subtitle: String::new(),
        description: ends,
        x_label: lang.pick("反復", "Iteration").to_owned(),
        y_label: loss.to_owned(),
        scale: Scale::Fit,
        series: vec![Series { name: loss.to_owned(), role: Role::Ours, points }],
    }
}

/// Where a training came to an end before its last iteration.
pub(crate) fn stopped(history: &History, lang: Lang) -> Option<String> {
    match (history.diverged_at, history.interrupted_at) {
        (Some(at), _) => Some(lang.pick(format!("反復 {at} で発散"), format!("diverged at iteration {at}"))),
        (None, Some(at)) => {
            Some(lang.pick(format!("反復 {at} で中断"), format!("was interrupted at iteration {at}")))
        }
        (None, None) => None,
    }
}

/// The area between the 5% and the 95% quantile of the test accuracy over the seeds.
fn spread(band: &Band, lang: Lang) -> Series {
    let seeds = band.seeds.1 - band.seeds.0;
    let name =
        lang.pick(format!("検証の広がり（{seeds} シード、5–95%）"), format!("Test, {seeds} seeds, 5–95%"));
    Series { name, role: Role::Band, points: band.outline(50) }
}

fn pair(names: &[&str; 2], role: Role, curve: &[Point]) -> Vec<Series> {
    let sides: [fn(&Point) -> Hits; 2] = [|p| p.train, |p| p.test];
    let series = |(name, side): (&&str, fn(&Point) -> Hits)| Series {
        name: (*name).to_owned(),
        role,
        points: curve.iter().map(|p| (p.iteration as f64, side(p).accuracy())).collect(),
    };
    names.iter().zip(sides).map(series).collect()
}

/// 正答率のパーセント: 100 行なら 94%、1,000 行なら 97.6%、ほかは 94.13%。
///
/// ```
/// use kakunin::{Hits, plot::percent};
/// assert_eq!(percent(Hits { hits: 9_413, of: 10_000 }), "94.13%");
/// assert_eq!(percent(Hits { hits: 94, of: 100 }), "94%");
/// ```
pub fn percent(hits: Hits) -> String {
    let decimals = match hits.of {
        100 => 0,
        1000 => 1,
        _ => 2,
    };
    format!("{:.decimals$}%", 100.0 * hits.accuracy())
}

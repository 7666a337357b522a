//! 学習しながらの表示。

use super::Output;
use super::shown::{picture, summary};
use super::stream::{self, Place};
use crate::history::{History, Origin};
use crate::plot::{Axis, Chart, Kind, Line, Panel, Picture, Role, Sheet, percent};
use crate::samples::Split;
use crate::{Error, Experiment, Lang};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// At most so often is the display replaced.
const EVERY: Duration = Duration::from_millis(200);

/// Where nothing can be replaced, at most so often is a line written.
const LINE_EVERY: Duration = Duration::from_secs(2);

impl Experiment {
    /// 正答率と損失の曲線が伸びていくのを見ながら学習する。記録は [`run`](Experiment::run) と一ビットも違わない。
    ///
    /// 確認のカーネルでは、一つの図が一秒に五回まで差し替わり、あと何秒かも出る。ほかの場所では、二秒ごとに一行を書き、
    /// 終わってから図を出す。図はここで出るので、セルの最後は `let history = ….watch(0, &data)?;` のように受け取るとよい。
    /// 途中で止めると、そこまでの図と記録が残る。
    ///
    /// # Errors
    /// 設定が範囲の外にあるとき。
    pub fn watch(self, seed: u32, data: &Arc<Split>) -> Result<History, Error> {
        let training = self.start(seed, data)?;
        let origin = Some(Origin { experiment: self, seed });
        let mut history = History { origin, ..History::default() };
        let begun = Instant::now();
        let can_replace = Place::current() == Place::Kernel;
        let shown = can_replace.then(|| progress(&history, self.iterations, None).show_updatable());
        let every = if can_replace { EVERY } else { LINE_EVERY };
        let mut next = begun + every;
        for step in training {
            history.push(step);
            if Instant::now() < next || step.iteration == self.iterations {
                continue;
            }
            let left = left(begun.elapsed(), history.loss.len(), self.iterations);
            match &shown {
                Some(shown) => shown.update(&progress(&history, self.iterations, left)),
                None => stream::write(&format!("{}\n", line(&history, self.iterations, left))),
            }
            next = Instant::now() + every;
        }
        match shown {
            Some(shown) => shown.update(&Output::from(&history)),
            None => Output::from(&history).show(),
        }
        Ok(history)
    }
}

/// How long the rest takes at the pace so far, in whole seconds.
fn left(elapsed: Duration, done: usize, iterations: usize) -> Option<u64> {
    let rest = iterations.saturating_sub(done) as f64;
    (done > 0).then(|| (elapsed.as_secs_f64() * rest / done as f64).ceil() as u64)
}

/// `反復 300 / 1000、あと約 5 秒`
fn so_far(done: usize, iterations: usize, left: Option<u64>, lang: Lang) -> String {
    let time =
        left.map_or(String::new(), |s| lang.pick(format!("、あと約 {s} 秒"), format!(", about {s} s left")));
    lang.pick(format!("反復 {done} / {iterations}{time}"), format!("iteration {done} / {iterations}{time}"))
}

/// One line of progress, where nothing can be replaced.
fn line(history: &History, iterations: usize, left: Option<u64>) -> String {
    let lang = Lang::current();
    let so_far = so_far(history.loss.len(), iterations, left, lang);
    let test = history.last().map(|p| percent(p.test));
    match test {
        Some(test) => lang.pick(format!("{so_far}: 検証 {test}"), format!("{so_far}: test {test}")),
        None => so_far,
    }
}

/// The curves so far, and how far they have come.
fn progress(history: &History, iterations: usize, left: Option<u64>) -> Output {
    let lang = Lang::current();
    let done = history.loss.len();
    let so_far = so_far(done, iterations, left, lang);
    let svg = curves(history, iterations, lang);
    let bar = format!("<progress max=\"{iterations}\" value=\"{done}\"></progress>");
    Output::new()
        .plain(format!("{}\n{so_far}", summary(history, lang)))
        .html(format!("<div lang=\"{}\">\n{svg}<p>{bar} {so_far}</p>\n</div>", lang.pick("ja", "en")))
}

/// Accuracy, over the published curves, and beside it the loss; both over all the iterations to come.
fn curves(history: &History, iterations: usize, lang: Lang) -> String {
    let Picture { title, description, series, x_label, y_label, .. } = picture(history, lang);
    let (mut published, mut ours) = (0, 0);
    let lines = series.into_iter().map(|s| {
        let next = |count: &mut usize| std::mem::replace(count, *count + 1);
        let kind = match s.role {
            Role::Band => Kind::Band,
            Role::Published => Kind::Grey(next(&mut published)),
            Role::Ours => Kind::Plain(next(&mut ours)),
        };
        Line::new(s.name, kind, s.points)
    });
    let across = || Axis::plain(&x_label).from(0.0, iterations as f64);
    let accuracy = Chart::new(across(), Axis::share(""), lines.collect());
    let points = history.loss.iter().enumerate().map(|(i, &loss)| ((i + 1) as f64, loss)).collect();
    let name = lang.pick("損失", "Loss");
    let loss = Chart::new(across(), Axis::plain(""), vec![Line::new(name, Kind::Plain(2), points)]);
    let panels = vec![Panel::chart(y_label, accuracy), Panel::chart(name, loss)];
    Sheet { lang, title, description, columns: 2, panels }.svg()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_that_of_the_pace_so_far() {
        assert_eq!(left(Duration::from_secs(3), 300, 1000), Some(7));
        assert_eq!(left(Duration::from_millis(100), 999, 1000), Some(1));
        assert_eq!(left(Duration::from_secs(1), 0, 1000), None);
        assert_eq!(so_far(300, 1000, Some(7), Lang::Ja), "反復 300 / 1000、あと約 7 秒");
    }
}

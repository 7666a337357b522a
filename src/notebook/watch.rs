//! 学習しながらの表示。

use super::Output;
use super::shown::{picture, summary};
use super::stream::Place;
use crate::history::{History, Origin};
use crate::plot::curves_svg;
use crate::samples::Split;
use crate::{Error, Experiment, Lang};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// At most so often is the display replaced.
const EVERY: Duration = Duration::from_millis(200);

impl Experiment {
    /// 曲線が伸びていくのを見ながら学習する。記録は [`run`](Experiment::run) と一ビットも違わない。
    ///
    /// 確認のカーネルでは、一つの図が一秒に五回まで差し替わる。ほかの場所では、終わってから図を出す。図はここで
    /// 出るので、セルの最後は `let history = ….watch(0, &data)?;` のように受け取るとよい。
    ///
    /// # Errors
    /// 設定が範囲の外にあるとき。
    pub fn watch(self, seed: u32, data: &Arc<Split>) -> Result<History, Error> {
        if Place::current() != Place::Kernel {
            let history = self.run(seed, data)?;
            Output::from(&history).show();
            return Ok(history);
        }
        let training = self.start(seed, data)?;
        let origin = Some(Origin { experiment: self, seed });
        let mut history = History { origin, ..History::default() };
        let shown = progress(&history, self.iterations).show_updatable();
        let mut next = Instant::now() + EVERY;
        for step in training {
            history.push(step);
            if Instant::now() >= next {
                shown.update(&progress(&history, self.iterations));
                next = Instant::now() + EVERY;
            }
        }
        shown.update(&Output::from(&history));
        Ok(history)
    }
}

/// The curve so far, and how far it has come.
fn progress(history: &History, iterations: usize) -> Output {
    let lang = Lang::current();
    let done = history.loss.len();
    let so_far = lang.pick(format!("反復 {done} / {iterations}"), format!("iteration {done} / {iterations}"));
    let svg = curves_svg(&picture(history, lang));
    let bar = format!("<progress max=\"{iterations}\" value=\"{done}\"></progress>");
    Output::new()
        .plain(format!("{}\n{so_far}", summary(history, lang)))
        .html(format!("<div lang=\"{}\">\n{svg}<p>{bar} {so_far}</p>\n</div>", lang.pick("ja", "en")))
}

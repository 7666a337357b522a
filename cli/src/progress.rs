//! 進みぐあい: 端末では学習ごとの棒、パイプでは終わった学習ごとに一行。どちらも標準エラーに。

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use kakunin::{Lang, Step};
use std::io::IsTerminal;

/// The bars of the running trainings, and one below them for all.
pub(crate) struct Progress {
    bars: Option<MultiProgress>,
    all: ProgressBar,
    lang: Lang,
}

/// The bar of one training; draws nothing when piped.
pub(crate) struct RunBar {
    bar: ProgressBar,
    lang: Lang,
}

impl Progress {
    pub(crate) fn new(runs: usize) -> Progress {
        let lang = Lang::current();
        let all = ProgressBar::hidden();
        all.set_length(runs as u64);
        let mut progress = Progress { bars: None, all, lang };
        if std::io::stderr().is_terminal() {
            let bars = MultiProgress::new();
            if runs > 1 {
                progress.all = bars.add(ProgressBar::new(runs as u64));
                progress.all.set_style(style(lang.pick(
                    "{pos}/{len} 回の学習、{elapsed} 経過、残り約 {eta}",
                    "{pos}/{len} trainings, {elapsed} so far, about {eta} left",
                )));
                progress.all.enable_steady_tick(std::time::Duration::from_secs(1));
            }
            progress.bars = Some(bars);
        }
        progress
    }

    /// A training starts.
    pub(crate) fn start(&self, label: String, iterations: usize) -> RunBar {
        let bar = match &self.bars {
            None => ProgressBar::hidden(),
            Some(bars) => {
                let bar =
                    bars.insert_from_back(usize::from(self.all.length() > Some(1)), ProgressBar::new(0));
                bar.set_length(iterations as u64);
                bar.set_style(style(self.lang.pick(
                    "{prefix} {bar:24.cyan} {pos:>4}/{len} {msg} 残り {eta}",
                    "{prefix} {bar:24.cyan} {pos:>4}/{len} {msg} {eta} left",
                )));
                bar.set_prefix(label);
                bar
            }
        };
        RunBar { bar, lang: self.lang }
    }

    /// A training is finished: one more of all, and its line when piped.
    pub(crate) fn finished(&self, line: &str) {
        self.all.inc(1);
        if self.bars.is_none() {
            let (done, runs) = (self.all.position(), self.all.length().unwrap_or_default());
            crate::output::note(&format!("[{done}/{runs}] {line}"));
        }
    }

    /// Leaves the terminal as it was, also while stopped trainings still hold a bar.
    pub(crate) fn close(&self) {
        self.all.finish_and_clear();
        if let Some(bars) = &self.bars {
            // Nothing sensible is left to do if the terminal is gone.
            let _ = bars.clear();
            bars.set_draw_target(ProgressDrawTarget::hidden());
        }
    }
}

impl RunBar {
    /// Moves the bar now and then; the accuracy whenever it was measured.
    pub(crate) fn step(&self, step: &Step) {
        if let Some(point) = step.point {
            let accuracy = format!("{:.4}", point.test.accuracy());
            self.bar.set_message(self.lang.pick(format!("検証 {accuracy}"), format!("test {accuracy}")));
        }
        if step.iteration % 5 == 0 {
            self.bar.set_position(step.iteration as u64);
        }
    }
}

impl Drop for RunBar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("━╸─")
}

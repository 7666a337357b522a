//! 進みぐあい: 端末では学習ごとの棒、パイプでは終わった学習ごとに一行。どちらも標準エラーに。

use indicatif::{
    HumanDuration, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle,
};
use kakunin::{Lang, Step, interrupt};
use std::fmt::Write;
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
    bars: Option<MultiProgress>,
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
                    "{pos}/{len} 回の学習、{elapsed} 経過、残り約 {left}",
                    "{pos}/{len} trainings, {elapsed} so far, about {left} left",
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
                    "{prefix} {bar:24.cyan} {pos:>4}/{len} {msg} 残り {left}",
                    "{prefix} {bar:24.cyan} {pos:>4}/{len} {msg} {left} left",
                )));
                bar.set_prefix(label);
                bar
            }
        };
        RunBar { bar, bars: self.bars.clone(), lang: self.lang }
    }

    /// A training is finished: one more of all, and its line when piped.
    pub(crate) fn finished(&self, line: &str) {
        self.all.inc(1);
        if self.bars.is_none() {
            let (done, runs) = (self.all.position(), self.all.length().unwrap_or_default());
            crate::output::note(&format!("[{done}/{runs}] {line}"));
        }
    }

    /// Leaves the terminal as it was; after Ctrl-C the bars stay, to show how far it had come.
    pub(crate) fn close(&self) {
        if interrupt::requested() {
            freeze(self.bars.as_ref());
            if self.bars.is_some() {
                crate::output::note("");
            }
            return;
        }
        self.all.finish_and_clear();
        if let Some(bars) = &self.bars {
            // Nothing sensible is left to do if the terminal is gone.
            let _ = bars.clear();
            freeze(Some(bars));
        }
    }
}

impl RunBar {
    /// Moves the bar now and then; the accuracy whenever it was measured.
    pub(crate) fn step(&self, step: &Step) {
        if interrupt::requested() {
            return;
        }
        if let Some(point) = step.point {
            let accuracy = format!("{:.4}", point.test.accuracy());
            self.bar.set_message(self.lang.pick(format!("検証 {accuracy}"), format!("test {accuracy}")));
        }
        if step.iteration.is_multiple_of(5) {
            self.bar.set_position(step.iteration as u64);
        }
    }
}

impl Drop for RunBar {
    fn drop(&mut self) {
        if interrupt::requested() {
            freeze(self.bars.as_ref());
        }
        self.bar.finish_and_clear();
    }
}

/// No more drawing: the terminal echoes Ctrl-C as `^C`, after which a bar would be drawn a line too low.
fn freeze(bars: Option<&MultiProgress>) {
    if let Some(bars) = bars {
        bars.set_draw_target(ProgressDrawTarget::hidden());
    }
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("━╸─").with_key("left", |state: &ProgressState, out: &mut dyn Write| {
        // Before anything is done there is nothing to go by, and indicatif says 0.
        let left =
            if state.pos() == 0 { "…".to_owned() } else { format!("{:#}", HumanDuration(state.eta())) };
        let _ = out.write_str(&left);
    })
}

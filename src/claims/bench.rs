//! 主張が分けあう学習: 同じ設定と同じシードの学習は、一つのプロセスで一度だけ走る。

use super::networks::{at_end, nameless};
use crate::error::{Error, ErrorKind};
use crate::{Experiment, History, Split, Training};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

type Run = Arc<Mutex<Option<Arc<History>>>>;
type Imagine = Box<dyn Fn(&Experiment, u32) -> History + Send + Sync>;

/// 学習の場。データと、済んだ学習を持つ。
pub struct Bench {
    from: From,
    quick: bool,
    runs: Mutex<HashMap<String, Run>>,
}

enum From {
    Data(Arc<Split>),
    /// Histories made up: to see what a claim decides where the answer is known.
    #[cfg_attr(not(test), allow(dead_code))]
    Imagination(Imagine),
}

impl Bench {
    /// このデータで学習する場。
    pub fn new(data: Arc<Split>) -> Bench {
        Bench { from: From::Data(data), quick: false, runs: Mutex::default() }
    }

    /// 学習を短くする（`--quick`）: CNN の反復を減らし、学習率の種類を減らす。
    pub fn quick(self) -> Bench {
        Bench { quick: true, ..self }
    }

    #[cfg(test)]
    pub(super) fn imagined(history: impl Fn(&Experiment, u32) -> History + Send + Sync + 'static) -> Bench {
        Bench { from: From::Imagination(Box::new(history)), quick: true, runs: Mutex::default() }
    }

    /// 短くしているか。
    pub fn is_quick(&self) -> bool {
        self.quick
    }

    /// 学習の記録。
    ///
    /// # Errors
    /// 途中で止められたとき、設定が範囲の外にあるとき。
    pub fn run(&self, e: Experiment, seed: u32) -> Result<Arc<History>, Error> {
        let e = nameless(e);
        let key = format!("{seed} {e:?}");
        let run =
            Arc::clone(self.runs.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default());
        let mut run = run.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(history) = &*run {
            return Ok(Arc::clone(history));
        }
        let history = match &self.from {
            From::Data(data) => e.run(seed, data)?,
            From::Imagination(imagine) => imagine(&e, seed),
        };
        if history.interrupted_at.is_some() {
            return Err(interrupted());
        }
        Ok(Arc::clone(run.insert(Arc::new(history))))
    }

    /// 最後の検証の正答率。発散した学習では、最後に測ったもの（なければ 0）。
    pub(super) fn test(&self, e: Experiment, seed: u32) -> Result<f64, Error> {
        let history = self.run(at_end(e), seed)?;
        Ok(history.last().map_or(0.0, |p| p.test.accuracy()))
    }

    /// 最後の、訓練と検証の正答率の差。
    pub(super) fn gap(&self, e: Experiment, seed: u32) -> Result<f64, Error> {
        let history = self.run(at_end(e), seed)?;
        Ok(history.last().map_or(0.0, |p| p.train.accuracy() - p.test.accuracy()))
    }

    /// まだ始まっていない学習。
    pub(super) fn start(&self, e: Experiment, seed: u32) -> Result<Training, Error> {
        e.start(seed, &self.data()?)
    }

    /// 終わった学習。
    pub(super) fn trained(&self, e: Experiment, seed: u32) -> Result<Training, Error> {
        let mut training = self.start(at_end(e), seed)?;
        match training.by_ref().last() {
            Some(step) if step.interrupted => Err(interrupted()),
            _ => Ok(training),
        }
    }

    fn data(&self) -> Result<Arc<Split>, Error> {
        match &self.from {
            From::Data(data) => Ok(Arc::clone(data)),
            From::Imagination(_) => crate::mnist(),
        }
    }
}

fn interrupted() -> Error {
    Error::new(ErrorKind::Setting, "学習が途中で止められました。", "A training was interrupted.")
}

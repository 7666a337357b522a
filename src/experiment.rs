//! 実験: 表の一行と、ただ一つの学習の繰り返し。

use crate::error::Error;
use crate::history::{History, Hits, Origin, Point};
use crate::interrupt;
use crate::matrix::Matrix;
use crate::nn::loss::{cross_entropy, softmax};
use crate::nn::net::{Scratch, hits};
use crate::nn::{Model, Net, Optimizer, ParamName, Penalty, Rule, Trains};
use crate::rng::RandomState;
use crate::samples::{Batch, Split};
use std::sync::Arc;

/// 一つの実験。表では、共通の条件 `BASE` から変えるものだけを書く。
///
/// ```no_run
/// use kakunin::{Experiment, nn::{Adam, Rule}, optimizer};
/// let mine = Experiment { rule: Rule::Adam(Adam { lr: 0.02, beta1: 0.9, beta2: 0.999 }), ..optimizer::BASE };
/// let history = mine.run(0, &kakunin::mnist()?)?;
/// # Ok::<(), kakunin::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Experiment {
    /// 原典のノートブックとセル
    pub source: Source,
    /// 見出し
    pub title: &'static str,
    /// ネットワーク
    pub model: Model,
    /// 更新規則
    pub rule: Rule,
    /// 正則化
    pub penalty: Penalty,
    /// 更新されるパラメータ
    pub trains: Trains,
    /// 反復の数
    pub iterations: usize,
    /// バッチの行数（重複を許して選ぶ）
    pub batch: usize,
    /// 訓練に使う行数（先頭から）
    pub train_rows: usize,
    /// 検証に使う行数（先頭から）
    pub test_rows: usize,
    /// いつ、何で測るか
    pub measure: Measure,
}

/// 原典の場所。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Source {
    /// ノートブックの番号（`2_4` など）
    pub family: &'static str,
    /// セルの番号
    pub cell: u32,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.family, self.cell)
    }
}

/// 正答率と損失を測る時と、訓練側で測るもの。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// 何反復ごとに測るか
    pub every: usize,
    /// 更新の前か後か
    pub when: When,
    /// 訓練側の正答率を何で測るか
    pub train: On,
}

/// 測るのは更新の前か後か。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// 逆伝播のあと、更新の前: 損失は学習時の順伝播のもの
    BeforeUpdate,
    /// 更新のあと: 損失は更新後のパラメータで、テスト時の順伝播によるもの（正則化項を含む）
    AfterUpdate,
}

/// 訓練側の正答率を測る行。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// そのときのバッチ
    Batch,
    /// 訓練に使う行のすべて
    TrainRows,
}

/// 学習の一反復の結果。
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// 反復（1 から）
    pub iteration: usize,
    /// 損失
    pub loss: f64,
    /// 測った反復なら、その正答数
    pub point: Option<Point>,
    /// この反復で止められたか（[`interrupt`]）。止められたなら、これが最後の反復で、測るはずでも測らない
    pub interrupted: bool,
}

impl Experiment {
    /// 学習を始める。設定の範囲はここで一度だけ調べる。
    ///
    /// # Errors
    /// 設定が範囲の外にあるとき（[`ErrorKind::Setting`](crate::ErrorKind::Setting)）。
    pub fn start(self, seed: u32, data: &Arc<Split>) -> Result<Training, Error> {
        self.start_with(seed, data, self.rule.optimizer())
    }

    /// 自分で書いた更新規則で学習を始める（`rule` の代わりに使われる）。
    ///
    /// # Errors
    /// 設定が範囲の外にあるとき。
    pub fn start_with(
        self,
        seed: u32,
        data: &Arc<Split>,
        optimizer: Box<dyn Optimizer>,
    ) -> Result<Training, Error> {
        crate::check::experiment(&self, data)?;
        let mut rng = RandomState::new(seed);
        let classes = data.train.classes().max(data.test.classes());
        let net = self.model.build(&mut rng, data.train.shape(), classes)?;
        Ok(Training {
            experiment: self,
            data: Arc::clone(data),
            net,
            rng,
            optimizer,
            threads: 1,
            iteration: 0,
            ended: false,
            batch: Batch::default(),
            scratch: Scratch::default(),
            y: Matrix::default(),
        })
    }

    /// 最後まで学習して記録を返す。途中で止められたら（[`interrupt`]）、そこまでの記録を返す。
    ///
    /// # Errors
    /// 設定が範囲の外にあるとき。
    pub fn run(self, seed: u32, data: &Arc<Split>) -> Result<History, Error> {
        let history = self.start(seed, data)?.collect();
        Ok(History { origin: Some(Origin { experiment: self, seed }), ..history })
    }

    /// ID（`2_4/16` など）
    pub fn id(&self) -> String {
        self.source.to_string()
    }
}

/// 進行中の学習。一反復ずつ進む iterator なので、途中で `net` を見たり、やめたりできる。
pub struct Training {
    experiment: Experiment,
    data: Arc<Split>,
    /// 学習中のネットワーク
    pub net: Net,
    rng: RandomState,
    optimizer: Box<dyn Optimizer>,
    threads: usize,
    iteration: usize,
    /// Diverged or interrupted.
    ended: bool,
    batch: Batch,
    scratch: Scratch,
    y: Matrix,
}

impl Training {
    /// 正答率を何本のスレッドで数えるか（既定は 1）。結果は変わらない。
    pub fn threads(mut self, threads: usize) -> Training {
        self.threads = threads;
        self
    }

    /// 学習している実験
    pub fn experiment(&self) -> &Experiment {
        &self.experiment
    }

    /// 学習に使っているデータ
    pub fn data(&self) -> &Arc<Split> {
        &self.data
    }

    /// The loss as the row's own loss function computes it, after the update.
    fn loss(&mut self) -> f64 {
        self.net.predict(&self.batch, &mut self.scratch);
        softmax(&self.scratch.now, &mut self.y);
        let data_loss = cross_entropy(&self.y, &self.batch.d);
        let e = &self.experiment;
        if e.penalty == Penalty::None {
            return data_loss;
        }
        let trained = e.trains.select(self.net.params(), e.model.layers());
        let weights = trained.iter().filter(|p| matches!(p.name, ParamName::W(_)));
        data_loss + weights.map(|p| e.penalty.loss(p.value)).sum::<f64>()
    }

    fn point(&self, on_batch: Hits) -> Point {
        let e = &self.experiment;
        let train = match e.measure.train {
            On::Batch => on_batch,
            On::TrainRows => self.net.hits(&self.data.train, 0..e.train_rows, self.threads),
        };
        let test = self.net.hits(&self.data.test, 0..e.test_rows, self.threads);
        Point { iteration: self.iteration, train, test }
    }
}

impl Iterator for Training {
    type Item = Step;

    /// 一反復: バッチを選ぶ → 順伝播 → 逆伝播 →（測る）→ 正則化 → 更新 →（測る）
    fn next(&mut self) -> Option<Step> {
        let e = self.experiment;
        if self.iteration == e.iterations || self.ended {
            return None;
        }
        self.iteration += 1;
        let due = self.iteration.is_multiple_of(e.measure.every);

        let rows = self.rng.choice(e.train_rows as u32, e.batch);
        self.data.train.pick(rows.iter().map(|&r| r as usize), self.net.form(), &mut self.batch);
        let mut loss = self.net.forward(&self.batch, &mut self.rng);
        self.net.backward(&self.batch);

        // Measuring can take longer than the iteration itself.
        let measured = due && !interrupt::poll();
        let before = e.measure.when == When::BeforeUpdate;
        let mut point = (measured && before).then(|| self.point(self.net.forward_hits(&self.batch)));

        let mut params = e.trains.select(self.net.params(), e.model.layers());
        e.penalty.add_to(&mut params);
        self.optimizer.step(&mut params);

        if !before {
            loss = self.loss();
            point = measured.then(|| self.point(hits(&self.scratch.now, &self.batch.d)));
        }
        let diverged = !loss.is_finite();
        let stopped = measured != due || self.iteration < e.iterations && interrupt::poll();
        let interrupted = stopped && !diverged;
        self.ended = diverged || interrupted;
        Some(Step { iteration: self.iteration, loss, point: point.filter(|_| !diverged), interrupted })
    }
}

impl FromIterator<Step> for History {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> History {
        let mut history = History::default();
        steps.into_iter().for_each(|step| history.push(step));
        history
    }
}

impl History {
    /// 一反復の結果を書き足す。
    pub fn push(&mut self, step: Step) {
        if step.loss.is_finite() {
            self.loss.push(step.loss);
        } else {
            self.diverged_at = Some(step.iteration);
        }
        if step.interrupted {
            self.interrupted_at = Some(step.iteration);
        }
        self.curve.extend(step.point);
    }
}

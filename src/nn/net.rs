//! ネットワーク: 仕様（コピーできる値）と、それから作られたもの。学習の繰り返しはここにはない。

use super::activation::{Activation, Relu};
use super::affine::Affine;
use super::batch_norm::BatchNorm;
use super::conv_pool_affine::ConvPoolAffine;
use super::convolution::Convolution;
use super::dropout::Dropout;
use super::im2col::Filter;
use super::init::Init;
use super::layer::{InputLayer, Layer, Param, ParamName, Step};
use super::loss::{argmax, cross_entropy, softmax, softmax_cross_entropy_gradient};
use super::pooling::MaxPooling;
use super::screen::{Screen, ScreenScratch};
use super::windows::Geometry;
use crate::error::Error;
use crate::history::Hits;
use crate::matrix::Matrix;
use crate::rng::RandomState;
use crate::samples::{Batch, Form, Samples};
use std::ops::Range;

mod flow;
pub(crate) use flow::mean_abs;

/// ネットワークの仕様。
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Model {
    /// 全結合のネットワーク
    Mlp(Mlp),
    /// 畳み込みネットワーク
    ConvNet(ConvNet),
}

/// 全結合のネットワーク: 中間層ごとに Affine → バッチ正規化 → 活性化 → ドロップアウト、最後に Affine。
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mlp {
    /// 中間層のノード数
    pub hidden: &'static [usize],
    /// 活性化関数
    pub activation: Activation,
    /// 重みの初期値
    pub init: Init,
    /// バッチ正規化を入れるか
    pub batch_norm: bool,
    /// ドロップアウトの割合（0 以上 1 未満）
    pub dropout: Option<f64>,
}

/// 畳み込みネットワーク（SimpleConvNet）: 畳み込み → ReLU → 2×2 最大プーリング → Affine → ReLU → Affine。
#[doc(alias = "SimpleConvNet")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConvNet {
    /// フィルターの数
    pub filters: usize,
    /// フィルターの大きさ、ストライド、パディング
    pub filter: Filter,
    /// 全結合の中間層のノード数
    pub hidden: usize,
    /// 重みの初期値
    pub init: Init,
}

impl Model {
    /// 重みを持つ層の数。
    pub fn layers(&self) -> usize {
        match self {
            Model::Mlp(mlp) => mlp.hidden.len() + 1,
            Model::ConvNet(_) => 3,
        }
    }

    /// 重みを引いてネットワークを作る。W1, W2, … の順に引き、バイアスは 0。
    ///
    /// # Errors
    /// フィルターやプーリングの窓が画像に当てられないとき。
    pub fn build(&self, rng: &mut RandomState, input: [usize; 3], classes: usize) -> Result<Net, Error> {
        match self {
            Model::Mlp(mlp) => Ok(mlp.build(rng, input.iter().product(), classes)),
            Model::ConvNet(net) => net.build(rng, input, classes),
        }
    }
}

impl Mlp {
    fn build(&self, rng: &mut RandomState, input: usize, classes: usize) -> Net {
        let mut sizes = vec![input];
        sizes.extend(self.hidden);
        sizes.push(classes);
        let mut affine = |l: usize| {
            let w = self.init.weights(rng, sizes[l - 1], sizes[l]);
            Affine::new(l, w, Matrix::zeros(1, sizes[l]))
        };
        let first = affine(1);
        let mut layers: Vec<Box<dyn Layer>> = vec![];
        for (l, &width) in (1..).zip(self.hidden) {
            if self.batch_norm {
                layers.push(Box::new(BatchNorm::new(l, width)));
            }
            layers.push(self.activation.layer());
            if let Some(ratio) = self.dropout {
                layers.push(Box::new(Dropout::new(ratio)));
            }
            layers.push(Box::new(affine(l + 1)));
        }
        Net::new(Box::new(first), layers)
    }
}

impl ConvNet {
    fn build(&self, rng: &mut RandomState, input: [usize; 3], classes: usize) -> Result<Net, Error> {
        let Filter { height: fh, width: fw, stride, pad } = self.filter;
        let (h, w) = self.filter.output(input[1], input[2])?;
        let taps = input[0] * fh * fw;
        let convolved = [self.filters, h, w];
        let pool = Filter::square(2, 2, 0);
        let (ph, pw) = pool.output(h, w)?;
        let pooled = self.filters * ph * pw;

        let mut w1 = Matrix::zeros(taps, self.filters);
        for f in 0..self.filters {
            (0..taps).for_each(|t| w1.row_mut(t)[f] = self.init.scaled(rng.randn(), taps));
        }
        let w2 = self.init.weights(rng, pooled, self.hidden);
        let w3 = self.init.weights(rng, self.hidden, classes);
        let [b1, b2, b3] = [self.filters, self.hidden, classes].map(|width| Matrix::zeros(1, width));
        let last: [Box<dyn Layer>; 2] = [Box::new(Relu), Box::new(Affine::new(3, w3, b3))];
        let geometry = (stride == 1 && pad == 0 && fh == fw).then(|| Geometry::new(input, fh)).flatten();
        Ok(match geometry {
            Some(geometry) => {
                let first = ConvPoolAffine::new(geometry, w1, b1, &w2, b2);
                Net::new(Box::new(first), last.into())
            }
            None => {
                let first = Dense(Convolution::new(1, input, self.filter, w1, b1)?);
                let mut layers: Vec<Box<dyn Layer>> = vec![
                    Box::new(Relu),
                    Box::new(MaxPooling::new(convolved, pool)?),
                    Box::new(Affine::new(2, w2, b2)),
                ];
                layers.extend(last);
                Net::new(Box::new(first), layers)
            }
        })
    }
}

/// Any layer as the first one, reading whole images.
struct Dense<L: Layer>(L);

impl<L: Layer> InputLayer for Dense<L> {
    fn form(&self) -> Form {
        Form::Images
    }
    fn predict(&self, x: &Batch, y: &mut Matrix) {
        self.0.predict(&x.images.x, y);
    }
    fn forward(&mut self, x: &Batch, y: &mut Matrix, rng: &mut RandomState) {
        self.0.forward(&x.images.x, y, rng);
    }
    fn backward(&mut self, x: &Batch, y: &Matrix, dy: &Matrix) {
        self.0.backward(&x.images.x, y, dy, &mut Matrix::default());
    }
    fn params(&mut self) -> Vec<Param<'_>> {
        self.0.params()
    }
    fn screen(&self) -> Option<Step<'_>> {
        self.0.screen()
    }
}

/// 作られたネットワーク。
pub struct Net {
    input: Box<dyn InputLayer>,
    layers: Vec<Box<dyn Layer>>,
    /// Outputs of the input layer and of each layer after it, from the last forward pass.
    values: Vec<Matrix>,
    /// Softmax of the last output.
    y: Matrix,
    gradients: [Matrix; 2],
}

impl Net {
    fn new(input: Box<dyn InputLayer>, layers: Vec<Box<dyn Layer>>) -> Net {
        let values = vec![Matrix::default(); layers.len() + 1];
        Net { input, layers, values, y: Matrix::default(), gradients: Default::default() }
    }

    pub(crate) fn form(&self) -> Form {
        self.input.form()
    }

    /// テスト時の出力（ソフトマックスの前の値）を求める。
    pub(crate) fn predict(&self, x: &Batch, scratch: &mut Scratch) {
        let Scratch { now, next } = scratch;
        self.input.predict(x, now);
        for layer in &self.layers {
            layer.predict(now, next);
            std::mem::swap(now, next);
        }
    }

    /// 学習時の順伝播。バッチの交差エントロピー誤差を返す。
    pub(crate) fn forward(&mut self, x: &Batch, rng: &mut RandomState) -> f64 {
        self.input.forward(x, &mut self.values[0], rng);
        for (l, layer) in self.layers.iter_mut().enumerate() {
            let (before, after) = self.values.split_at_mut(l + 1);
            layer.forward(&before[l], &mut after[0], rng);
        }
        softmax(&self.values[self.layers.len()], &mut self.y);
        cross_entropy(&self.y, &x.d)
    }

    /// 直前の順伝播で、バッチのうち正しく答えた数。
    pub(crate) fn forward_hits(&self, x: &Batch) -> Hits {
        hits(&self.values[self.layers.len()], &x.d)
    }

    /// 逆伝播: すべてのパラメータの勾配を求める。
    pub(crate) fn backward(&mut self, x: &Batch) {
        let [dy, dx] = &mut self.gradients;
        softmax_cross_entropy_gradient(&self.y, &x.d, dy);
        for (l, layer) in self.layers.iter_mut().enumerate().rev() {
            layer.backward(&self.values[l], &self.values[l + 1], dy, dx);
            std::mem::swap(dy, dx);
        }
        self.input.backward(x, &self.values[0], dy);
    }

    /// すべてのパラメータと勾配。W1, b1, …の順（あいだに γ, β）。
    ///
    /// 畳み込みネットワークの W1 は一列が一つのフィルター、W2 の行はプールの窓ごとに並ぶ。
    pub fn params(&mut self) -> Vec<Param<'_>> {
        let mut params = self.input.params();
        params.extend(self.layers.iter_mut().flat_map(|layer| layer.params()));
        params
    }

    /// 名前を指定して、パラメータの値を見る。
    pub fn param(&mut self, name: ParamName) -> Option<Matrix> {
        self.params().into_iter().find(|p| p.name == name).map(|p| p.value.clone())
    }

    /// 行 `rows` のうち正しく答えた数。`threads` 本に分けて数えるが、結果は分け方によらない。
    pub fn hits(&self, samples: &Samples, rows: Range<usize>, threads: usize) -> Hits {
        let screen = self.screen();
        let of = rows.len() as u32;
        let chunks: Vec<Range<usize>> =
            rows.clone().step_by(CHUNK).map(|from| from..(from + CHUNK).min(rows.end)).collect();
        let count = |chunks: &[Range<usize>]| {
            let mut scratch = Evaluation::default();
            chunks
                .iter()
                .map(|rows| self.count(samples, rows.clone(), screen.as_ref(), &mut scratch))
                .sum::<u32>()
        };
        let share = chunks.len().div_ceil(threads.max(1)).max(1);
        let hits = if share >= chunks.len() {
            count(&chunks)
        } else {
            std::thread::scope(|scope| {
                let workers: Vec<_> = chunks.chunks(share).map(|part| scope.spawn(|| count(part))).collect();
                workers
                    .into_iter()
                    .map(|worker| worker.join().unwrap_or_else(|e| std::panic::resume_unwind(e)))
                    .sum()
            })
        };
        Hits { hits, of }
    }

    /// The single-precision image of the network; none where a layer has no such form.
    pub(super) fn screen(&self) -> Option<Screen> {
        Screen::new(
            std::iter::once(self.input.screen()).chain(self.layers.iter().map(|layer| layer.screen())),
        )
    }

    fn count(
        &self,
        samples: &Samples,
        rows: Range<usize>,
        screen: Option<&Screen>,
        e: &mut Evaluation,
    ) -> u32 {
        e.unsure.clear();
        let sure = match screen {
            Some(screen) => screen.count(samples, rows.start, rows.len(), &mut e.screen, &mut e.unsure),
            None => {
                e.unsure.extend(rows);
                0
            }
        };
        if e.unsure.is_empty() {
            return sure;
        }
        samples.pick(e.unsure.iter().copied(), self.form(), &mut e.batch);
        self.predict(&e.batch, &mut e.scratch);
        sure + hits(&e.scratch.now, &e.batch.d).hits
    }
}

/// Rows that are evaluated together.
const CHUNK: usize = 250;

/// What one evaluating thread needs.
#[derive(Default)]
struct Evaluation {
    batch: Batch,
    scratch: Scratch,
    screen: ScreenScratch,
    unsure: Vec<usize>,
}

/// Two matrices that a prediction writes in turn; the result is in `now`.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) now: Matrix,
    next: Matrix,
}

/// How many rows of u are largest at their label.
pub(crate) fn hits(u: &Matrix, d: &[u8]) -> Hits {
    let hits = u.iter_rows().zip(d).filter(|(u, d)| argmax(u) == usize::from(**d)).count();
    Hits { hits: hits as u32, of: d.len() as u32 }
}

#[cfg(test)]
mod tests;

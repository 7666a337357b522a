//! 学習の前と後のネットワークを見る: 動かないパラメータ、0 ばかり出すノード、層ごとの勾配。

use super::Finding;
use crate::nn::net::mean_abs;
use crate::nn::{Activation, Mlp, Model, ParamName};
use crate::rng::RandomState;
use crate::samples::{Batch, Samples};
use crate::{Matrix, Training};
use serde::Serialize;

/// 勾配が何分の一になったら、消えているとするか。
const VANISHED: f64 = 30.0;
/// 層のどれだけの割合が 0 ばかり出していたら言うか。
const DEAD: f64 = 0.2;
/// Rows that are looked at.
const ROWS: usize = 1_000;

/// 一つの層（一つの W）に届く勾配。
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LayerFlow {
    /// 層（1 から）
    pub layer: usize,
    /// 平均の |∂L/∂W|
    pub weights: f64,
    /// 平均の |∂L/∂u|（u はこの層の出力）。畳み込みネットワークの一層目にはない
    pub output: Option<f64>,
    /// 上の層の |∂L/∂u| が、上の層の重みを通って何倍になったか
    pub through_weights: Option<f64>,
    /// それが、この層の活性化関数の傾きを通って何倍になったか（最後の層にはない）
    pub through_slope: Option<f64>,
}

/// The places of a model's layers among the values of a forward pass.
struct Places {
    layers: usize,
    /// Values of one hidden layer: affine, batch norm, activation, dropout.
    stride: usize,
    /// Of the value that the activation reads.
    before: usize,
}

impl Places {
    fn of(mlp: &Mlp) -> Places {
        let (norm, drop) = (usize::from(mlp.batch_norm), usize::from(mlp.dropout.is_some()));
        Places { layers: mlp.hidden.len() + 1, stride: 2 + norm + drop, before: norm }
    }

    fn affine(&self, layer: usize) -> usize {
        (layer - 1) * self.stride
    }
}

/// The first rows of the data as one batch.
pub(super) fn batch(training: &Training, samples: &Samples, rows: usize) -> Batch {
    let mut batch = Batch::default();
    samples.pick(0..rows.min(samples.len()), training.net.form(), &mut batch);
    batch
}

/// What reaches each layer, by the gradient that the run itself uses.
pub(crate) fn flow(training: &mut Training) -> Vec<LayerFlow> {
    let data = training.data().clone();
    let model = training.experiment().model;
    let batch = batch(training, &data.train, 100.min(training.experiment().train_rows));
    training.net.forward(&batch, &mut RandomState::new(0));
    let flow = training.net.backward_flow(&batch);
    let weights: Vec<f64> = (1..=model.layers())
        .filter_map(|l| {
            training.net.params().iter().find(|p| p.name == ParamName::W(l)).map(|p| mean_abs(p.grad))
        })
        .collect();
    let layer = |(i, weights): (usize, &f64)| {
        let bare = LayerFlow {
            layer: i + 1,
            weights: *weights,
            output: None,
            through_weights: None,
            through_slope: None,
        };
        match model {
            Model::Mlp(mlp) => with_factors(bare, &Places::of(&mlp), &flow),
            Model::ConvNet(_) => bare,
        }
    };
    weights.iter().enumerate().map(layer).collect()
}

fn with_factors(bare: LayerFlow, at: &Places, flow: &[f64]) -> LayerFlow {
    let here = at.affine(bare.layer);
    let is_last = bare.layer == at.layers;
    let factor = |to: usize, from: usize| (!is_last).then(|| flow[to] / flow[from]);
    LayerFlow {
        output: Some(flow[here]),
        through_weights: factor(here + at.stride - 1, here + at.stride),
        through_slope: factor(here + at.before, here + at.before + 1),
        ..bare
    }
}

pub(super) fn vanishing(flow: &[LayerFlow]) -> Option<Finding> {
    let ratio = flow.last()?.weights / flow.first()?.weights;
    (ratio.is_finite() && ratio > VANISHED).then_some(Finding::Vanishing { ratio })
}

/// Parameters that are what they were before the run.
pub(super) fn unchanged(before: &[(ParamName, Matrix)], training: &mut Training) -> Vec<Finding> {
    let now = training.net.params();
    let same = now.iter().filter(|p| before.iter().any(|(name, value)| *name == p.name && value == p.value));
    let (none, frozen): (Vec<_>, Vec<_>) = same.partition(|p| mean_abs(p.grad) == 0.0);
    let names = |params: Vec<&crate::nn::Param<'_>>| -> Vec<String> {
        params.iter().map(|p| p.name.to_string()).collect()
    };
    let (none, frozen) = (names(none), names(frozen));
    let frozen = (!frozen.is_empty()).then_some(Finding::Frozen { params: frozen });
    let none = (!none.is_empty()).then_some(Finding::NoGradient { params: none });
    frozen.into_iter().chain(none).collect()
}

/// Layers in which many ReLUs are 0 on every row.
pub(super) fn dead_units(training: &mut Training) -> Vec<Finding> {
    let dead = |(layer, z): (usize, &Matrix)| {
        let is_dead = |unit: &usize| z.iter_rows().all(|row| row[*unit] <= 0.0);
        let dead = (0..z.cols()).filter(is_dead).count();
        let many = dead as f64 >= DEAD * z.cols() as f64;
        many.then_some(Finding::DeadUnits { layer, dead, of: z.cols() })
    };
    relu_outputs(training, |layers| layers.filter_map(dead).collect())
}

/// The share of zeros among the outputs of each layer of ReLUs, on the first test rows.
pub(crate) fn zero_shares(training: &mut Training) -> Vec<f64> {
    let share = |(_, z): (usize, &Matrix)| {
        let zeros = z.iter_rows().flatten().filter(|&&z| z == 0.0).count();
        zeros as f64 / (z.rows() * z.cols()) as f64
    };
    relu_outputs(training, |layers| layers.map(share).collect())
}

/// What `of` makes of the layers with a ReLU and their outputs on the first test rows.
fn relu_outputs<T>(
    training: &mut Training,
    of: impl FnOnce(&mut dyn Iterator<Item = (usize, &Matrix)>) -> T,
) -> T {
    let activations = activations(&training.experiment().model);
    let data = training.data().clone();
    let batch = batch(training, &data.test, ROWS.min(training.experiment().test_rows));
    training.net.forward(&batch, &mut RandomState::new(0));
    let values = training.net.values();
    of(&mut activations.iter().map(|&(layer, place)| (layer, &values[place])))
}

/// Layers with a ReLU, and where its output stands among the values.
fn activations(model: &Model) -> Vec<(usize, usize)> {
    match model {
        Model::Mlp(mlp) if mlp.activation == Activation::Relu => {
            let at = Places::of(mlp);
            (1..at.layers).map(|l| (l, at.affine(l) + at.before + 1)).collect()
        }
        Model::Mlp(_) => vec![],
        // Convolution, pooling and the first affine layer are one.
        Model::ConvNet(net) if net.filter.stride == 1 && net.filter.pad == 0 => vec![(2, 1)],
        Model::ConvNet(_) => vec![(1, 1), (2, 4)],
    }
}

//! 層ごとの勾配: どれだけ減るか、それは重みのためか、活性化関数の傾きのためか。

use super::network::{Fresh, fresh, mlp, places};
use crate::error::Error;
use crate::experiment::Experiment;
use crate::lang::Lang;
use crate::nn::net::mean_abs;
use crate::nn::{ParamName, Penalty};
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Axis, Chart, Kind, Line, Panel};
use crate::samples::Split;
use std::sync::Arc;

/// 学習を始める前の、層ごとの勾配（[`gradient_flow`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct GradientFlow {
    /// 実験の題
    pub title: &'static str,
    /// 原典のコードのままの勾配。入力に近い層から
    pub published: Vec<LayerFlow>,
    /// 書き誤りを正した勾配
    pub exact: Vec<LayerFlow>,
}

/// 一つの層の勾配。
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayerFlow {
    /// 層（1 から）
    pub layer: usize,
    /// 重みの勾配の大きさの平均: 平均 |∂L/∂W|
    pub grad: f64,
    /// この層の出力 u に戻ってきた勾配の大きさの平均: 平均 |∂L/∂u|
    pub delta: f64,
    /// 一つ上の層の重みを通って何倍になったか: 平均 |∂L/∂z| ÷ 上の層の平均 |∂L/∂u|（出力層にはない）
    pub weight: Option<f64>,
    /// 活性化関数の傾き（とバッチ正規化、ドロップアウト）で何倍になったか: 平均 |∂L/∂u| ÷ 平均 |∂L/∂z|
    pub slope: Option<f64>,
}

/// 学習を始める前の勾配を、層ごとに、重みの分と傾きの分に分けて見る。
///
/// ```text
/// |∂L/∂uₗ| = |∂L/∂uₗ₊₁| × 重みの分 × 傾きの分
/// ```
/// > 誤差逆伝播法で下位層に進んでいくにつれて勾配がどんどん緩やかになっていく（Section1）
///
/// 重みもバッチも、そのシードの学習の一歩目と同じもの。全結合のネットワークなら、深さはいくつでもよい。
///
/// # Errors
/// 設定が範囲の外にあるとき、畳み込みネットワークのとき。
pub fn gradient_flow(e: Experiment, seed: u32, data: &Arc<Split>) -> Result<GradientFlow, Error> {
    let [published, exact] = [flow(&e, seed, data)?, flow(&e.exact(), seed, data)?];
    Ok(GradientFlow { title: e.title, published, exact })
}

pub(super) fn flow(e: &Experiment, seed: u32, data: &Arc<Split>) -> Result<Vec<LayerFlow>, Error> {
    let net = mlp(e)?;
    let Fresh { net: mut built, batch, mut rng } =
        fresh(&Experiment { penalty: Penalty::None, ..*e }, seed, data)?;
    built.forward(&batch, &mut rng);
    let gradients = built.backward_flow(&batch);
    let hidden = net.hidden.len();
    let grads: Vec<f64> = built
        .params()
        .iter()
        .filter(|p| matches!(p.name, ParamName::W(_)))
        .map(|p| mean_abs(p.grad))
        .collect();
    let per_layer = places(&net, 1).0 - places(&net, 0).0;
    // The output of each Affine.
    let delta = |l: usize| gradients[l * per_layer];
    let layer = |l: usize| {
        let below = (l < hidden).then(|| gradients[(l + 1) * per_layer - 1]);
        LayerFlow {
            layer: l + 1,
            grad: grads[l],
            delta: delta(l),
            weight: below.map(|dz| dz / delta(l + 1)),
            slope: below.map(|dz| delta(l) / dz),
        }
    };
    Ok((0..=hidden).map(layer).collect())
}

impl GradientFlow {
    /// 書き誤りを正した勾配で、出力層の勾配が一番下の層の何倍か。
    pub fn ratio(&self) -> f64 {
        ratio(&self.exact)
    }

    fn card(&self, lang: Lang) -> Card {
        let title =
            lang.pick(format!("層ごとの勾配: {}", self.title), format!("Gradient by layer: {}", self.title));
        let differ = self.published != self.exact;
        let mut says = lang.pick(
            format!("出力層の勾配は、一番下の層の {} 倍。", number(self.ratio().round())),
            format!(
                "The output layer's gradient is {} times that of the first layer.",
                number(self.ratio().round())
            ),
        );
        if differ {
            let theirs = number(ratio(&self.published).round());
            says += &lang.pick(
                format!("原典のコードのままでは {theirs} 倍: 傾きの分が書き誤りのために小さくならない。"),
                format!(" With the published code it is {theirs} times: a slip keeps the slope factor from shrinking."),
            );
        }
        let mut kinds = vec![(lang.pick("正しい勾配", "exact"), &self.exact)];
        if differ {
            kinds.push((lang.pick("原典のまま", "as published"), &self.published));
        }
        let curve = |n, name: &str, flow: &[LayerFlow], of: fn(&LayerFlow) -> Option<f64>| {
            let points = flow.iter().filter_map(|l| of(l).map(|v| (l.layer as f64, v)));
            Line::new(name, Kind::Coloured(n), points.collect())
        };
        let grads =
            kinds.iter().enumerate().map(|(n, (name, flow))| curve(n, name, flow, |l| Some(log(l.grad))));
        let weight = lang.pick("重みの分", "weight factor");
        let slope = lang.pick("傾きの分", "slope factor");
        let mut factors =
            vec![curve(2, weight, &self.exact, |l| l.weight), curve(3, slope, &self.exact, |l| l.slope)];
        if differ {
            let name = lang.pick("傾きの分（原典）", "slope factor (published)");
            factors.push(curve(4, name, &self.published, |l| l.slope));
        }
        let most = factors.iter().flat_map(|f| &f.points).map(|p| p.1).fold(0.3, f64::max);
        let layer = || Axis::plain(lang.pick("層", "Layer")).from(0.5, self.exact.len() as f64 + 0.5);
        let panels = vec![
            Panel::chart(
                lang.pick("平均 |∂L/∂W|", "mean |∂L/∂W|"),
                Chart::new(layer(), Axis::log(""), grads.collect()),
            ),
            Panel::chart(
                lang.pick("一つ上の層から何倍になったか", "Times what the layer above had"),
                Chart::new(layer(), Axis::plain("").from(0.0, 1.1 * most), factors),
            ),
        ];
        let optional = |v: Option<f64>| v.map_or("–".to_owned(), number);
        let row = |name: &str, l: &LayerFlow| {
            vec![
                name.to_owned(),
                l.layer.to_string(),
                number(l.grad),
                number(l.delta),
                optional(l.weight),
                optional(l.slope),
            ]
        };
        let rows = kinds.iter().flat_map(|(name, flow)| flow.iter().map(|l| row(name, l))).collect();
        let header = lang.pick(
            ["式", "層", "平均 |∂L/∂W|", "平均 |∂L/∂u|", "重みの分", "傾きの分"],
            ["Formula", "Layer", "mean |∂L/∂W|", "mean |∂L/∂u|", "weight factor", "slope factor"],
        );
        Card::new(lang, title, says).picture(2, panels).numbers(&header, rows)
    }
}

fn log(v: f64) -> f64 {
    v.max(1e-300).log10()
}

fn ratio(flow: &[LayerFlow]) -> f64 {
    match (flow.first(), flow.last()) {
        (Some(first), Some(last)) => last.grad / first.grad,
        _ => f64::NAN,
    }
}

shown_as_a_card!(GradientFlow);

//! 深さと勾配: 0.25ⁿ という上限と、本物のネットワーク。

use super::gradient_flow::flow;
use super::network::two_threads;
use crate::error::Error;
use crate::experiment::Experiment;
use crate::lang::Lang;
use crate::nn::{Activation, Init, Mlp, Model};
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Axis, Chart, Kind, Line, Panel};
use crate::samples::Split;
use crate::vanishing_gradient::BASE;
use std::sync::Arc;

/// 深さごとの勾配の減り方（[`slope_bound`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct SlopeBound {
    /// 中間層の数 n
    pub depths: Vec<usize>,
    /// 0.25ⁿ
    pub bound: Vec<f64>,
    /// ネットワークの名前と、深さごとの（一番下の層の平均 |∂L/∂W|）÷（出力層の平均 |∂L/∂W|）
    pub measured: Vec<(String, Vec<f64>)>,
}

const WIDTHS: [usize; 20] = [40; 20];

/// シグモイドの傾きの最大値 0.25 を n 回掛けたものと、本物のネットワークの勾配を、中間層 2 から 20 で比べる。
///
/// > シグモイド関数の微分の最大値は0.25でありこれをかけていくことになるので勾配が0に近いていくことがわかる（Section1）
///
/// 0.25ⁿ は傾きだけの上限で、勾配には重みも掛かる。中間層はどれも 40 個。
///
/// # Errors
/// 画像のデータでないときなど、ネットワークが作れないとき。
pub fn slope_bound(seed: u32, data: &Arc<Split>) -> Result<SlopeBound, Error> {
    let depths: Vec<usize> = (2..=20).step_by(2).collect();
    let kinds = [
        ("シグモイド・Xavier", Activation::Sigmoid, Init::Xavier),
        ("シグモイド・Gauss 0.01", Activation::Sigmoid, Init::Gauss { std: 0.01 }),
        ("ReLU・He", Activation::Relu, Init::He),
    ];
    let measured = two_threads(&kinds, |&(name, activation, init)| {
        let ratio = |&depth: &usize| {
            let hidden = &WIDTHS[..depth];
            let model = Model::Mlp(Mlp { hidden, activation, init, batch_norm: false, dropout: None });
            let flow = flow(&Experiment { model, ..BASE }, seed, data)?;
            Ok(flow[0].grad / flow[depth].grad)
        };
        let ratios: Result<Vec<f64>, Error> = depths.iter().map(ratio).collect();
        ratios.map(|ratios| (name.to_owned(), ratios))
    });
    let measured = measured.into_iter().collect::<Result<_, _>>()?;
    Ok(SlopeBound { bound: depths.iter().map(|&n| 0.25f64.powf(n as f64)).collect(), depths, measured })
}

shown_as_a_card!(SlopeBound);

impl SlopeBound {
    fn card(&self, lang: Lang) -> Card {
        let title =
            lang.pick("深さと勾配: 一番下の層 ÷ 出力層", "Depth and gradient: first layer ÷ output layer");
        let last = |values: &[f64]| values.last().copied().unwrap_or(f64::NAN);
        let ends: Vec<String> = self
            .measured
            .iter()
            .map(|(name, v)| format!("{} {}", named(name, lang), number(last(v))))
            .collect();
        let ends = ends.join(lang.pick("、", ", "));
        let n = self.depths.last().copied().unwrap_or(0);
        let says = lang.pick(
            format!("中間層 {n} では、0.25ⁿ は {}、{ends}。", number(last(&self.bound))),
            format!("With {n} hidden layers 0.25ⁿ is {}; {ends}.", number(last(&self.bound))),
        );
        let log = |values: &[f64]| {
            let points = self.depths.iter().zip(values).map(|(&n, &v)| (n as f64, v.max(1e-300).log10()));
            points.collect::<Vec<_>>()
        };
        let mut lines = vec![Line::new("0.25ⁿ", Kind::Grey(0), log(&self.bound))];
        lines.extend(
            self.measured
                .iter()
                .enumerate()
                .map(|(k, (name, v))| Line::new(named(name, lang), Kind::Coloured(k), log(v))),
        );
        let across = Axis::plain(lang.pick("中間層の数 n", "Hidden layers n"));
        let upright = Axis::log(lang.pick("平均 |∂L/∂W| の比", "Ratio of mean |∂L/∂W|"));
        let header: Vec<String> = ["n".to_owned(), "0.25ⁿ".to_owned()]
            .into_iter()
            .chain(self.measured.iter().map(|(name, _)| named(name, lang)))
            .collect();
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let row = |i: usize| {
            let values = self.measured.iter().map(|(_, v)| number(v[i]));
            [self.depths[i].to_string(), number(self.bound[i])].into_iter().chain(values).collect()
        };
        Card::new(lang, title, says)
            .picture(1, vec![Panel::chart("", Chart::new(across, upright, lines))])
            .numbers(&header, (0..self.depths.len()).map(row).collect())
    }
}

fn named(name: &str, lang: Lang) -> String {
    lang.pick(name.to_owned(), name.replace("シグモイド", "sigmoid").replace('・', ", "))
}

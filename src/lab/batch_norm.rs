//! バッチ正規化の前と後: ノードごとの平均と標準偏差。

use super::network::{Fresh, fresh, mean_and_std};
use crate::error::Error;
use crate::lang::Lang;
use crate::matrix::Matrix;
use crate::nn::{Affine, BatchNorm, Layer, ParamName, Sigmoid};
use crate::notebook::{Card, number, shown_as_a_card};
use crate::optimizer::BASE;
use crate::plot::{Axis, Chart, Colour, Kind, Line, Panel};
use crate::rng::RandomState;
use crate::samples::{Batch, Split};
use std::sync::Arc;

/// 一層目のノードごとの平均と標準偏差（[`batch_norm`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct BatchNormUnits {
    /// u、BN(u)、σ(u)、σ(BN(u))、BN(σ(u)) の順
    pub places: Vec<UnitsAt>,
    /// （バッチの数、移動平均がデータ全体の平均からどれだけ離れているか）。標準偏差を 1 とした、ノードの平均
    pub running: Vec<(usize, f64)>,
}

/// ある場所での、ノードごとの平均と標準偏差（バッチの 100 行について）。
#[derive(Debug, Clone, PartialEq)]
pub struct UnitsAt {
    /// 式
    pub name: &'static str,
    /// ノードごとの平均
    pub mean: Vec<f64>,
    /// ノードごとの標準偏差
    pub std: Vec<f64>,
}

/// バッチ正規化を入れないとき、活性化の前に入れたとき、後に入れたときの、一層目（40 ノード）の値を比べる。
///
/// > 活性化関数に値を渡す前後に、バッチ正規化の処理を孕んだ層を加える（Section1）
///
/// 重みは標準偏差 0.01 の正規乱数、バッチは MNIST の 100 行。テスト時に使う移動平均が、何バッチで追いつくかも測る。
///
/// # Errors
/// データが一行もないときなど、ネットワークが作れないとき。
pub fn batch_norm(seed: u32, data: &Arc<Split>) -> Result<BatchNormUnits, Error> {
    let Fresh { mut net, batch, mut rng } = fresh(&BASE, seed, data)?;
    let u = net.outputs(&batch).swap_remove(0);
    let sigmoid = Sigmoid::default();
    let normal = |x: &Matrix| {
        let mut y = Matrix::default();
        BatchNorm::new(1, x.cols()).forward(x, &mut y, &mut RandomState::new(0));
        y
    };
    let activated = |x: &Matrix| {
        let mut z = Matrix::default();
        sigmoid.predict(x, &mut z);
        z
    };
    let [before, after] = [normal(&u), normal(&activated(&u))];
    let places = vec![
        at("u", &u),
        at("BN(u)", &before),
        at("σ(u)", &activated(&u)),
        at("σ(BN(u))", &activated(&before)),
        at("BN(σ(u))", &after),
    ];
    let w = net.param(ParamName::W(1)).unwrap_or_default();
    Ok(BatchNormUnits { places, running: running(w, data, &mut rng) })
}

fn at(name: &'static str, x: &Matrix) -> UnitsAt {
    let unit = |j: usize| mean_and_std((0..x.rows()).map(move |n| x.row(n)[j]));
    let (mean, std) = (0..x.cols()).map(unit).unzip();
    UnitsAt { name, mean, std }
}

/// How far the running mean is from the mean of the data, after 1, 2, … 60 batches.
fn running(w: Matrix, data: &Arc<Split>, rng: &mut RandomState) -> Vec<(usize, f64)> {
    const BATCHES: usize = 60;
    const ROWS: usize = 2000;
    let width = w.cols();
    let affine = Affine::new(1, w, Matrix::zeros(1, width));
    let outputs = |rows: Vec<usize>| {
        let (mut batch, mut u) = (Batch::default(), Matrix::default());
        data.train.pick(rows.into_iter(), crate::samples::Form::Images, &mut batch);
        Layer::predict(&affine, &batch.images.x, &mut u);
        u
    };
    let whole = at("", &outputs((0..ROWS.min(data.train.len())).collect()));
    let mut layer = BatchNorm::new(1, width);
    let mut mean = Matrix::zeros(1, width);
    (0..width).for_each(|j| mean.row_mut(0)[j] = whole.mean[j]);
    let distance = |layer: &BatchNorm| {
        // At test time BN(x) = (x − running mean) / √running variance: the mean of the data should become 0.
        let mut y = Matrix::default();
        layer.predict(&mean, &mut y);
        y.row(0).iter().map(|y| y.abs()).sum::<f64>() / width as f64
    };
    let step = |n: usize| {
        let rows = rng.choice(data.train.len() as u32, 100).into_iter().map(|r| r as usize).collect();
        layer.forward(&outputs(rows), &mut Matrix::default(), &mut RandomState::new(0));
        (n, distance(&layer))
    };
    (1..=BATCHES).map(step).collect()
}

shown_as_a_card!(BatchNormUnits);

impl BatchNormUnits {
    fn card(&self, lang: Lang) -> Card {
        let title = lang.pick(
            "バッチ正規化の前と後（一層目の 40 ノード）",
            "Before and after batch norm (40 units of the first layer)",
        );
        let spread = |name: &str| {
            let units = self.places.iter().find(|p| p.name == name);
            let spread = units.map_or(f64::NAN, |u| mean_and_std(u.mean.iter().copied()).1);
            // Rounding alone is no spread.
            if spread < 1e-12 { 0.0 } else { spread }
        };
        let last = self.running.last().map_or(f64::NAN, |p| p.1);
        let says = lang.pick(
            format!(
                "ノードごとの平均のばらつきは、u で {}、BN(u) で {}。移動平均は 60 バッチで、データの平均まで標準偏差の {} 倍のところに来る。",
                number(spread("u")), number(spread("BN(u)")), number(last)
            ),
            format!(
                "The units' means differ by {} at u and by {} at BN(u). After 60 batches the running mean is {} standard deviations from the data's.",
                number(spread("u")), number(spread("BN(u)")), number(last)
            ),
        );
        let panel = |(n, units): (usize, &UnitsAt)| {
            let both =
                || units.mean.iter().zip(&units.std).enumerate().map(|(j, (&m, &s))| (j as f64 + 1.0, m, s));
            let pieces = both().map(|(x, m, s)| [(x, m - s), (x, m + s)]).collect();
            let line = Line::new("", Kind::Dots(n), both().map(|(x, m, _)| (x, m)).collect());
            let most = both().map(|(_, m, s)| m.abs() + s).fold(0.1, f64::max);
            let upright = match units.name.starts_with('σ') {
                true => Axis::plain("").from(0.0, 1.0),
                false => Axis::plain("").from(-1.1 * most, 1.1 * most),
            };
            let across = Axis::plain(lang.pick("ノード", "Unit")).from(0.0, units.mean.len() as f64 + 1.0);
            let chart =
                Chart { pieces: vec![(Colour::nth(n), pieces)], ..Chart::new(across, upright, vec![line]) };
            Panel::chart(format!("{} {}", units.name, lang.pick("平均 ± 標準偏差", "mean ± std")), chart)
        };
        let mut panels: Vec<Panel> = self.places.iter().enumerate().map(panel).collect();
        let running = self.running.iter().map(|&(n, v)| (n as f64, v)).collect();
        panels.push(Panel::chart(
            lang.pick("移動平均の外れ（標準偏差を 1 として）", "Running mean: distance in std"),
            Chart::new(
                Axis::plain(lang.pick("バッチの数", "Batches")),
                Axis::plain(""),
                vec![Line::new("", Kind::Plain(5), running)],
            ),
        ));
        let header = lang.pick(["ノード", "平均", "標準偏差"], ["Unit", "Mean", "Std"]);
        let card = Card::new(lang, title, says).picture(2, panels);
        let summary = self.places.iter().map(|p| {
            let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
            vec![
                p.name.to_owned(),
                number(mean(&p.mean)),
                number(mean_and_std(p.mean.iter().copied()).1),
                number(mean(&p.std)),
            ]
        });
        let head = lang.pick(
            ["場所", "平均の平均", "平均のばらつき", "標準偏差の平均"],
            ["Place", "Mean of means", "Spread of means", "Mean of stds"],
        );
        let card = card.numbers(&head, summary.collect());
        self.places.iter().fold(card, |card, p| {
            let rows =
                (0..p.mean.len()).map(|j| vec![(j + 1).to_string(), number(p.mean[j]), number(p.std[j])]);
            card.table(p.name, &header, rows.collect())
        })
    }
}

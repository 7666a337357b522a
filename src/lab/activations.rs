//! 活性化関数とその傾きの曲線。

use crate::lang::Lang;
use crate::matrix::Matrix;
use crate::nn::{Layer, Relu, Sigmoid, Tanh};
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Axis, Chart, Kind, Line, Panel};

/// 活性化関数の曲線（[`activations`]）と表（[`slopes_at`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct Activations {
    /// 入力 u
    pub u: Vec<f64>,
    /// シグモイド、tanh、ReLU の順
    pub curves: Vec<ActivationCurve>,
    is_table: bool,
}

/// 一つの活性化関数の値と傾き。
#[derive(Debug, Clone, PartialEq)]
pub struct ActivationCurve {
    /// 名前
    pub name: &'static str,
    /// 値 z = f(u)
    pub value: Vec<f64>,
    /// 傾き f′(u)
    pub slope: Vec<f64>,
}

/// シグモイド、tanh、ReLU と、それぞれの傾きの曲線。
///
/// > シグモイド関数の微分の最大値は0.25であり（Section1）
///
/// ```
/// let curves = kakunin::lab::activations();
/// let sigmoid = &curves.curves[0];
/// let most = sigmoid.slope.iter().copied().fold(0.0, f64::max);
/// assert_eq!(most, 0.25);                                  // u = 0 で
/// ```
pub fn activations() -> Activations {
    let u: Vec<f64> = (-120..=120).map(|k| f64::from(k) / 20.0).collect();
    Activations { curves: curves(&u), u, is_table: false }
}

/// いくつかの u での値と傾きの表。
///
/// > 大きな値では出力が微小なため、勾配消失問題を引き起こす可能性がある（Section1）
///
/// 微小になるのは出力ではなく、出力の変化（傾き）: 出力は 1 に近づく。
/// ```
/// let table = kakunin::lab::slopes_at(&[0.0, 10.0]);
/// assert!(table.curves[0].value[1] > 0.9999 && table.curves[0].slope[1] < 5e-5);
/// assert_eq!(table.curves[2].slope, [0.0, 1.0]);           // ReLU の傾き。0 では 0 とする
/// ```
pub fn slopes_at(u: &[f64]) -> Activations {
    Activations { curves: curves(u), u: u.to_vec(), is_table: true }
}

fn curves(u: &[f64]) -> Vec<ActivationCurve> {
    let layers: [(&str, Box<dyn Layer>); 3] =
        [("シグモイド", Box::new(Sigmoid::default())), ("tanh", Box::new(Tanh)), ("ReLU", Box::new(Relu))];
    layers.into_iter().map(|(name, layer)| curve(name, layer, u)).collect()
}

/// Value and slope of the very layer that trainings use.
fn curve(name: &'static str, mut layer: Box<dyn Layer>, u: &[f64]) -> ActivationCurve {
    let mut x = Matrix::zeros(1, u.len());
    x.row_mut(0).copy_from_slice(u);
    let (mut ones, mut z, mut slope) = (x.clone(), Matrix::default(), Matrix::default());
    ones.fill(1.0);
    layer.predict(&x, &mut z);
    layer.backward(&x, &z, &ones, &mut slope);
    ActivationCurve { name, value: z.row(0).to_vec(), slope: slope.row(0).to_vec() }
}

shown_as_a_card!(Activations);

impl Activations {
    fn card(&self, lang: Lang) -> Card {
        let title = lang.pick("活性化関数とその傾き", "Activation functions and their slopes");
        let says = lang.pick(
            "シグモイドの傾きは u = 0 で最大の 0.25、離れるほど 0 に近づく。tanh の傾きは最大 1。ReLU の傾きは u > 0 でいつも 1。",
            "The sigmoid's slope is largest at u = 0, where it is 0.25, and falls towards 0 away from it. tanh has a slope of at most 1; ReLU's is always 1 for u > 0.",
        );
        let name = |c: &ActivationCurve| {
            match c.name {
                "シグモイド" => lang.pick("シグモイド", "sigmoid"),
                other => other,
            }
            .to_owned()
        };
        let header: Vec<String> = std::iter::once("u".to_owned())
            .chain(self.curves.iter().flat_map(|c| {
                let slope = lang.pick("の傾き", " slope");
                [name(c), format!("{}{slope}", name(c))]
            }))
            .collect();
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let step = if self.is_table { 1 } else { 20 };
        let rows = (0..self.u.len()).step_by(step).map(|i| {
            let values = self.curves.iter().flat_map(|c| [c.value[i], c.slope[i]]);
            std::iter::once(self.u[i]).chain(values).map(number).collect()
        });
        let card = Card::new(lang, title, says).numbers(&header, rows.collect());
        if self.is_table {
            return card;
        }
        let lines = |of: fn(&ActivationCurve) -> &Vec<f64>| {
            self.curves
                .iter()
                .enumerate()
                .map(|(n, c)| {
                    let points = self.u.iter().copied().zip(of(c).iter().copied()).collect();
                    Line::new(name(c), Kind::Coloured(n), points)
                })
                .collect::<Vec<_>>()
        };
        let panel = |title: &str, y: (f64, f64), lines| {
            let chart = Chart::new(Axis::plain("u"), Axis::plain("").from(y.0, y.1), lines);
            Panel::chart(title, chart)
        };
        card.picture(
            2,
            vec![
                panel(lang.pick("値 f(u)", "Value f(u)"), (-1.1, 2.1), lines(|c| &c.value)),
                panel(lang.pick("傾き f′(u)", "Slope f′(u)"), (-0.05, 1.1), lines(|c| &c.slope)),
            ],
        )
    }
}

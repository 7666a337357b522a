//! ネットワークの形の計算: 層ごとの形、パラメータの数、掛け算の数。

use super::part::Part;
use crate::error::{Error, ErrorKind};
use crate::lang::Lang;
use crate::nn::{Activation, ConvNet, Mlp, Model};
use crate::notebook::{Card, shown_as_a_card};
use crate::plot::{Colour, Drawing, Panel};

/// ネットワークの形（[`network`]、[`shapes`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkShape {
    /// 入力の形（チャンネル、縦、横）
    pub input: [usize; 3],
    /// 層ごとに
    pub rows: Vec<PartShape>,
    title: Option<&'static str>,
}

/// 一つの層の形。
#[derive(Debug, Clone, PartialEq)]
pub struct PartShape {
    /// 層
    pub part: Part,
    /// 出力の形: 画像なら（チャンネル、縦、横）、全結合のあとは（出力の数）
    pub shape: Vec<usize>,
    /// パラメータの数（重みとバイアス）
    pub parameters: u64,
    /// 一件の順伝播での掛け算（と足し算）の数
    pub multiply_adds: u64,
}

/// 層の並びから、形とパラメータの数を計算する。
///
/// # Errors
/// フィルターや窓が画像に当てられないとき、全結合のあとに畳み込みがあるとき、割合や大きさが範囲の外にあるとき。
///
/// ```
/// use kakunin::lab::{Part, network};
/// let shape = network([1, 28, 28], &[Part::conv(30, 5, 1, 0), Part::Relu, Part::pool(2, 2), Part::dense(100)])?;
/// assert_eq!(shape.rows[2].shape, [30, 12, 12]);
/// assert_eq!(shape.rows[0].parameters, 30 * 25 + 30);
/// assert_eq!(shape.rows[3].parameters, 4320 * 100 + 100);
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn network(input: [usize; 3], parts: &[Part]) -> Result<NetworkShape, Error> {
    const MOST: usize = 1 << 20;
    let mut shape = input.to_vec();
    let mut rows = Vec::new();
    if input.iter().any(|n| !(1..=MOST).contains(n)) {
        let given = format!("{input:?}");
        let want = ("1 から 1,048,576 の数三つ", "three numbers from 1 to 1,048,576");
        return Err(Error::out_of_range("入力の形", "input shape", given, want));
    }
    for &part in parts {
        let row = after(part, &shape)?;
        shape.clone_from(&row.shape);
        rows.push(row);
    }
    Ok(NetworkShape { input, rows, title: None })
}

/// 実験のネットワーク（`e.model`）の、層ごとの形とパラメータの数。出力は 10。
///
/// > 畳み込み層とプーリング層、全結合層から構成される。（Section4）
///
/// # Errors
/// フィルターが画像に当てられないとき。
///
/// ```
/// use kakunin::{lab, simple_cnn};
/// let shapes = lab::shapes(simple_cnn::BASE.model, [1, 28, 28])?;
/// assert_eq!(shapes.rows[0].shape, [30, 24, 24]);
/// assert_eq!(shapes.parameters(), 780 + 432_100 + 1_010);
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn shapes(model: Model, input: [usize; 3]) -> Result<NetworkShape, Error> {
    match model {
        Model::Mlp(mlp) => network(input, &mlp_parts(&mlp)),
        Model::ConvNet(ConvNet { filters, filter, hidden, .. }) => {
            let shape = network(
                input,
                &[
                    Part::Conv { filters, filter },
                    Part::Relu,
                    Part::pool(2, 2),
                    Part::dense(hidden),
                    Part::Relu,
                    Part::dense(10),
                ],
            )?;
            Ok(NetworkShape { title: Some("SimpleConvNet"), ..shape })
        }
    }
}

fn mlp_parts(mlp: &Mlp) -> Vec<Part> {
    let activation = match mlp.activation {
        Activation::Sigmoid | Activation::SigmoidSlopeOfOutput => Part::Sigmoid,
        Activation::Relu => Part::Relu,
        Activation::Tanh => Part::Tanh,
    };
    let layer = |&width: &usize| {
        let norm = mlp.batch_norm.then_some(Part::BatchNorm);
        let dropout = mlp.dropout.map(Part::Dropout);
        [Some(Part::dense(width)), norm, Some(activation), dropout].into_iter().flatten()
    };
    mlp.hidden.iter().flat_map(layer).chain([Part::dense(10)]).collect()
}

/// The row of a part that reads the shape before it.
fn after(part: Part, before: &[usize]) -> Result<PartShape, Error> {
    let numbers = |shape: &[usize]| shape.iter().map(|&n| n as u64).product::<u64>();
    let row = |shape: Vec<usize>, parameters, multiply_adds| {
        Ok(PartShape { part, shape, parameters, multiply_adds })
    };
    match (part, before) {
        (Part::Conv { filters, filter }, &[c, h, w]) => {
            at_least_1("フィルターの数", "number of filters", filters)?;
            let (oh, ow) = filter.output(h, w)?;
            let taps = numbers(&[c, filter.height, filter.width]);
            let shape = vec![filters, oh, ow];
            let products = taps * numbers(&shape);
            row(shape, (taps + 1) * filters as u64, products)
        }
        (Part::Pool(window), &[c, h, w]) => {
            let (oh, ow) = window.output(h, w)?;
            row(vec![c, oh, ow], 0, 0)
        }
        (Part::Conv { .. } | Part::Pool(_), _) => Err(Error::new(
            ErrorKind::Setting,
            "全結合層のあとに、畳み込みやプーリングの層があります。画像の形でなくなったあとには置けません。",
            "A convolution or pooling follows a fully connected layer; it needs the shape of an image.",
        )),
        (Part::Dense(outputs), _) => {
            at_least_1("全結合層の出力の数", "outputs of a fully connected layer", outputs)?;
            let products = numbers(before) * outputs as u64;
            row(vec![outputs], products + outputs as u64, products)
        }
        (Part::BatchNorm, _) => row(before.to_vec(), 2 * before[0] as u64, 0),
        (Part::Dropout(p), _) if !(0.0..1.0).contains(&p) => {
            let want = ("0 以上 1 未満", "at least 0 and below 1");
            Err(Error::out_of_range("ドロップアウト率", "dropout ratio", p, want))
        }
        (Part::Relu | Part::Sigmoid | Part::Tanh | Part::Dropout(_), _) => row(before.to_vec(), 0, 0),
    }
}

fn at_least_1(ja: &str, en: &str, n: usize) -> Result<(), Error> {
    const MOST: usize = 1 << 20;
    match n {
        1..=MOST => Ok(()),
        _ => Err(Error::out_of_range(ja, en, n, ("1 から 1,048,576", "from 1 to 1,048,576"))),
    }
}

shown_as_a_card!(NetworkShape);

/// `96×55×55`
pub(super) fn times(shape: &[usize]) -> String {
    shape.iter().map(usize::to_string).collect::<Vec<_>>().join("×")
}

/// 62378344 as 62,378,344.
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let grouped = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    grouped.collect::<Vec<_>>().join(",")
}

impl NetworkShape {
    pub(super) fn titled(self, title: &'static str) -> NetworkShape {
        NetworkShape { title: Some(title), ..self }
    }

    /// パラメータの数の合計
    pub fn parameters(&self) -> u64 {
        self.rows.iter().map(|row| row.parameters).sum()
    }

    /// 一件の順伝播での掛け算（と足し算）の数の合計
    pub fn multiply_adds(&self) -> u64 {
        self.rows.iter().map(|row| row.multiply_adds).sum()
    }

    fn card(&self, lang: Lang) -> Card {
        let name = self.title.unwrap_or(lang.pick("ネットワーク", "Network"));
        let title = lang.pick(format!("{name} の形"), format!("Shapes of {name}"));
        let (parameters, products) = (grouped(self.parameters()), grouped(self.multiply_adds()));
        let says = lang.pick(
            format!("パラメータ {parameters} 個。一件の順伝播に掛け算と足し算が {products} 回。"),
            format!("{parameters} parameters; {products} multiply-adds for one forward pass."),
        );
        let header = lang.pick(
            ["層", "出力の形", "パラメータ", "掛け算と足し算"],
            ["Layer", "Output shape", "Parameters", "Multiply-adds"],
        );
        let none = |n: u64| if n == 0 { "–".to_owned() } else { grouped(n) };
        let input =
            vec![lang.pick("入力", "input").to_owned(), times(&self.input), "–".to_owned(), "–".to_owned()];
        let rows = self.rows.iter().map(|row| {
            vec![row.part.name(lang), times(&row.shape), none(row.parameters), none(row.multiply_adds)]
        });
        let total = vec![lang.pick("合計", "total").to_owned(), String::new(), parameters, products];
        Card::new(lang, title, says)
            .picture(1, vec![Panel::drawing("", self.blocks(lang))])
            .numbers(&header, std::iter::once(input).chain(rows).chain([total]).collect())
    }

    /// A block for each shape: its height for the side of the image, its width for the channels.
    fn blocks(&self, lang: Lang) -> Drawing {
        const ROOM: f64 = 452.0;
        const TALL: f64 = 96.0;
        let mut shapes = vec![(lang.pick("入力", "input").to_owned(), self.input.to_vec(), Colour::PALE)];
        for row in &self.rows {
            let named = match row.part {
                Part::Conv { .. } => Some((lang.pick("畳み込み", "conv"), Colour::nth(0).tint(0.45))),
                Part::Pool(_) => Some((lang.pick("プール", "pool"), Colour::nth(2).tint(0.45))),
                Part::Dense(_) => Some((lang.pick("全結合", "dense"), Colour::nth(1).tint(0.45))),
                _ => None,
            };
            shapes.extend(named.map(|(name, fill)| (name.to_owned(), row.shape.clone(), fill)));
        }
        let most = shapes.iter().map(|(_, shape, _)| shape[shape.len() - 1]).max().unwrap_or(1) as f64;
        let columns = shapes.len().min(6);
        let step = ROOM / columns as f64;
        let mut all = Drawing::new(ROOM, 0.0);
        for (i, (name, shape, fill)) in shapes.iter().enumerate() {
            let (left, top) = (step * (i % columns) as f64, (i / columns) as f64 * (TALL + 46.0));
            let (channels, side) = match shape[..] {
                [c, h, _] => (c as f64, h as f64),
                _ => (1.0, shape[0] as f64),
            };
            let height = (TALL * (1.0 + side).ln() / (1.0 + most).ln()).max(6.0);
            let width = (8.0 + 4.0 * channels.ln()).min(step - 14.0);
            let corner = (left + (step - width) / 2.0, top + TALL - height);
            all.rect(corner, (width, height), *fill, (Colour::INK, 0.8));
            all.centred((left + step / 2.0, top + TALL + 14.0), step - 3.0, 11.0, name);
            all.centred((left + step / 2.0, top + TALL + 29.0), step - 3.0, 11.0, &times(shape));
            all.height = all.height.max(top + TALL + 36.0);
        }
        all
    }
}

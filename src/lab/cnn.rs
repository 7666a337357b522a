//! CNN の中を見る: フィルター、間違えた数字。

use super::updates::{unmeasured, weights};
use crate::error::{Error, ErrorKind};
use crate::experiment::Experiment;
use crate::history::Hits;
use crate::lang::Lang;
use crate::matrix::Matrix;
use crate::nn::loss::argmax;
use crate::nn::{Model, net::Net};
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Cell, Colour, Drawing, Panel, Shades, boxes, heat, percent};
use crate::samples::{Batch, Samples, Split};
use ndarray::{Array2, Array3, Axis, s};
use std::sync::Arc;

/// 学習の前と後のフィルター（[`filters`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct Filters {
    /// 反復の数
    pub iterations: usize,
    /// 学習の前（フィルター、縦、横）。はじめのチャンネルのもの
    pub before: Array3<f64>,
    /// 学習の後
    pub after: Array3<f64>,
}

/// 畳み込みネットワークを学習し、フィルターを学習の前と後で並べる。
///
/// > フィルター 全結合でいう重み（Section4）
///
/// # Errors
/// 設定が範囲の外にあるとき、畳み込みネットワークでないとき。
///
/// ```no_run
/// use kakunin::{Experiment, lab, simple_cnn};
/// let short = Experiment { iterations: 200, ..simple_cnn::BASE };
/// assert_eq!(lab::filters(short, 0, &kakunin::mnist()?)?.after.dim(), (30, 5, 5));
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn filters(e: Experiment, seed: u32, data: &Arc<Split>) -> Result<Filters, Error> {
    let Model::ConvNet(net) = e.model else {
        return Err(Error::new(
            ErrorKind::Setting,
            "フィルターがあるのは畳み込みネットワーク（ConvNet）です。simple_cnn::BASE などを渡してください。",
            "Filters belong to a convolutional network (ConvNet); give simple_cnn::BASE, for example.",
        ));
    };
    let mut training = unmeasured(e, seed, data)?;
    let size = (net.filters, net.filter.height, net.filter.width);
    // A column of W1 is a filter; its rows run over (channel, row, column).
    let of = |w: &Matrix| Array3::from_shape_fn(size, |(f, y, x)| w.row(y * size.2 + x)[f]);
    let before = of(&weights(&mut training)[0]);
    training.by_ref().for_each(drop);
    Ok(Filters { iterations: e.iterations, before, after: of(&weights(&mut training)[0]) })
}

/// 間違えた数字（[`mistakes`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct Mistakes {
    /// 実験の題
    pub title: &'static str,
    /// 間違えた検証データ。はじめの行から
    pub wrong: Vec<Mistake>,
    /// 混同行列: `confusion[[正解, 答え]]` は件数
    pub confusion: Array2<usize>,
    /// 正答の数
    pub hits: Hits,
}

/// 間違えた一件。
#[derive(Debug, Clone, PartialEq)]
pub struct Mistake {
    /// 検証データの何行目か
    pub row: usize,
    /// 正解
    pub label: u8,
    /// ネットワークの答え
    pub answer: u8,
    /// 画像（縦、横）
    pub image: Array2<f64>,
}

/// 学習してから、間違えた検証データを並べる。どの実験でもよい。
///
/// # Errors
/// 設定が範囲の外にあるとき。
pub fn mistakes(e: Experiment, seed: u32, data: &Arc<Split>) -> Result<Mistakes, Error> {
    let mut training = unmeasured(e, seed, data)?;
    training.by_ref().for_each(drop);
    let answers = answers(&training.net, &data.test, e.test_rows);
    let classes = data.train.classes().max(data.test.classes());
    let mut confusion = Array2::zeros((classes, classes));
    let mut wrong = vec![];
    for (row, (&label, &answer)) in data.test.labels().iter().zip(&answers).enumerate() {
        confusion[[usize::from(label), answer]] += 1;
        if usize::from(label) != answer {
            wrong.push(Mistake { row, label, answer: answer as u8, image: first_channel(&data.test, row) });
        }
    }
    let of = answers.len() as u32;
    Ok(Mistakes { title: e.title, hits: Hits { hits: of - wrong.len() as u32, of }, wrong, confusion })
}

/// The class with the largest output, for the first rows.
fn answers(net: &Net, samples: &Samples, rows: usize) -> Vec<usize> {
    const CHUNK: usize = 250;
    let mut batch = Batch::default();
    let starts = (0..rows).step_by(CHUNK);
    let chunk = |from: usize| {
        samples.pick(from..(from + CHUNK).min(rows), net.form(), &mut batch);
        let outputs = net.outputs(&batch);
        outputs[outputs.len() - 1].iter_rows().map(argmax).collect::<Vec<_>>()
    };
    starts.flat_map(chunk).collect()
}

fn first_channel(samples: &Samples, row: usize) -> Array2<f64> {
    let [_, h, w] = samples.shape();
    let pixels = samples.row(row);
    Array2::from_shape_fn((h, w), |(y, x)| f64::from(pixels[y * w + x]))
}

shown_as_a_card!(Filters, Mistakes);

impl Filters {
    fn card(&self, lang: Lang) -> Card {
        let title = lang.pick(
            format!("フィルター: 学習の前と、{} 反復の後", self.iterations),
            format!("Filters: before training, and after {} iterations", self.iterations),
        );
        let most = |of: &Array3<f64>| of.iter().fold(0.0f64, |most, v| most.max(v.abs()));
        let (before, after) = (number(most(&self.before)), number(most(&self.after)));
        let says = lang.pick(
            format!("青が正、橙が負。濃さは、前は ±{before}、後は ±{after} でいちばん濃い。"),
            format!("Blue is positive, orange negative; darkest at ±{before} before and ±{after} after."),
        );
        let all = |of: &Array3<f64>| {
            let shades = Shades::Signed { most: most(of) };
            let pieces: Vec<_> =
                of.outer_iter().map(|filter| (String::new(), heat(filter, shades, 36.0))).collect();
            Drawing::grid(&pieces, 10, 8.0)
        };
        let panels = vec![
            Panel::drawing(lang.pick("学習の前", "Before"), all(&self.before)),
            Panel::drawing(lang.pick("学習の後", "After"), all(&self.after)),
        ];
        let header =
            lang.pick(["フィルター", "前の √ΣW²", "後の √ΣW²"], ["Filter", "√ΣW² before", "√ΣW² after"]);
        let norm = |of: ndarray::ArrayView2<'_, f64>| number(of.iter().map(|v| v * v).sum::<f64>().sqrt());
        let row = |f: usize| {
            let [a, b] = [&self.before, &self.after].map(|of| norm(of.index_axis(Axis(0), f)));
            vec![(f + 1).to_string(), a, b]
        };
        let rows = (0..self.before.dim().0).map(row).collect();
        Card::new(lang, title, says).picture(1, panels).numbers(&header, rows)
    }
}

impl Mistakes {
    fn card(&self, lang: Lang) -> Card {
        const SHOWN: usize = 30;
        let title =
            lang.pick(format!("間違えた数字: {}", self.title), format!("Misread digits: {}", self.title));
        let (wrong, of, share) = (self.wrong.len(), self.hits.of, percent(self.hits));
        let shown = wrong.min(SHOWN);
        let says = lang.pick(
            format!(
                "{of} 件のうち {wrong} 件を間違えた（正答率 {share}）。はじめの {shown} 件を「正解→答え」で。"
            ),
            format!("{wrong} of {of} were wrong (accuracy {share}); the first {shown} as \"label→answer\"."),
        );
        let digit =
            |m: &Mistake| (format!("{}→{}", m.label, m.answer), heat(m.image.view(), Shades::Ink, 36.0));
        let digits: Vec<_> = self.wrong.iter().take(SHOWN).map(digit).collect();
        let classes = self.confusion.nrows();
        let most =
            self.confusion.indexed_iter().filter(|((r, c), _)| r != c).map(|(_, n)| *n).max().unwrap_or(0);
        let shades = Shades::Rising { low: 0.0, high: 1.8 * most.max(1) as f64 };
        let cell = |((r, c), &n): ((usize, usize), &usize)| match (n, r == c) {
            (0, _) => Cell::new("", Colour::WHITE),
            (n, true) => Cell::new(n.to_string(), Colour::PALE),
            (n, false) => Cell::new(n.to_string(), shades.at(n as f64)),
        };
        let mut cells = Array2::from_elem((classes + 1, classes + 1), Cell::default());
        let inner: Vec<Cell> = self.confusion.indexed_iter().map(cell).collect();
        let inner = Array2::from_shape_vec((classes, classes), inner).unwrap_or_default();
        cells.slice_mut(s![1.., 1..]).assign(&inner);
        for k in 0..classes {
            cells[[0, k + 1]] = Cell::new(k.to_string(), Colour::WHITE);
            cells[[k + 1, 0]] = Cell::new(k.to_string(), Colour::WHITE);
        }
        cells[[0, 0]] = Cell::new("", Colour::WHITE);
        let confusion = boxes(&cells, (30.0, 20.0));
        let panels = vec![
            Panel::drawing(lang.pick("間違えた数字", "Misread digits"), Drawing::grid(&digits, 10, 8.0)),
            Panel::drawing(
                lang.pick("混同行列（行が正解、列が答え）", "Confusion (rows: label, columns: answer)"),
                confusion,
            ),
        ];
        let header = lang.pick(["検証データの行", "正解", "答え"], ["Test row", "Label", "Answer"]);
        let row = |m: &Mistake| vec![m.row.to_string(), m.label.to_string(), m.answer.to_string()];
        let rows = self.wrong.iter().take(100).map(row).collect();
        Card::new(lang, title, says).picture(1, panels).numbers(&header, rows)
    }
}

//! 色の画像とチャンネル。

use crate::lang::Lang;
use crate::notebook::{Card, number, shown_as_a_card};
use crate::plot::{Colour, Panel, image};
use ndarray::{Array2, Array3, Axis};

/// 色の画像とそのチャンネル（[`channels`]）。
#[derive(Debug, Clone, PartialEq)]
pub struct Channels {
    /// 画像（赤・緑・青、縦、横）。値は 0 から 1
    pub image: Array3<f64>,
}

/// 色の画像を、赤・緑・青の三つのチャンネルに分ける。画像は計算で描いたもの。
///
/// > チャンネル 奥行きの部分。層の数=チャンネル数 例(RGB)（Section4）
///
/// ここでいう「層」はネットワークの層ではなく、画像の面のこと。
/// ```
/// assert_eq!(kakunin::lab::channels().image.dim(), (3, 32, 32));
/// ```
pub fn channels() -> Channels {
    Channels { image: drawn(32) }
}

/// A disc, a triangle and a square in the three colours on a bluish ground: (3, size, size), 0 to 1.
pub(super) fn drawn(size: usize) -> Array3<f64> {
    let colour = |x: f64, y: f64| -> [f64; 3] {
        let disc = (x - 0.3).hypot(y - 0.32) < 0.2;
        let triangle = y > 0.12 && y < 0.5 && (x - 0.72).abs() < (y - 0.12) / 2.0;
        let square = (0.3..0.7).contains(&x) && (0.6..0.9).contains(&y);
        match (disc, triangle, square) {
            (true, ..) => [0.9, 0.15, 0.1],
            (_, true, _) => [0.1, 0.7, 0.2],
            (_, _, true) => [0.95, 0.85, 0.1],
            _ => [0.5 + 0.2 * y, 0.65 + 0.2 * y, 0.95],
        }
    };
    let at = |k: usize| (k as f64 + 0.5) / size as f64;
    Array3::from_shape_fn((3, size, size), |(c, y, x)| colour(at(x), at(y))[c])
}

/// The image in its colours.
pub(super) fn in_colour(image: &Array3<f64>) -> Array2<Colour> {
    let (_, h, w) = image.dim();
    let byte = |v: f64| (255.0 * v).round() as u8;
    Array2::from_shape_fn((h, w), |(y, x)| {
        let [r, g, b] = [0, 1, 2].map(|c| byte(image[[c, y, x]]));
        Colour(r, g, b)
    })
}

shown_as_a_card!(Channels);

impl Channels {
    fn card(&self, lang: Lang) -> Card {
        let title = lang.pick("色の画像と三つのチャンネル", "A colour image and its three channels");
        let means: Vec<String> =
            self.image.outer_iter().map(|plane| number(plane.mean().unwrap_or(0.0))).collect();
        let (_, h, w) = self.image.dim();
        let says = lang.pick(
            format!(
                "画像は（3, {h}, {w}）の配列。平均は 赤 {}、緑 {}、青 {}。",
                means[0], means[1], means[2]
            ),
            format!(
                "The image is an array (3, {h}, {w}); its means are red {}, green {}, blue {}.",
                means[0], means[1], means[2]
            ),
        );
        let plane = |c: usize| {
            let of = self.image.index_axis(Axis(0), c);
            let colour = |v: f64| {
                let byte = (255.0 * v).round() as u8;
                Colour([byte, 0, 0][c], [0, byte, 0][c], [0, 0, byte][c])
            };
            image(&of.mapv(colour), 140.0)
        };
        let panels = vec![
            Panel::drawing(lang.pick("画像", "Image"), image(&in_colour(&self.image), 140.0)),
            Panel::drawing(lang.pick("赤（チャンネル 0）", "Red (channel 0)"), plane(0)),
            Panel::drawing(lang.pick("緑（チャンネル 1）", "Green (channel 1)"), plane(1)),
            Panel::drawing(lang.pick("青（チャンネル 2）", "Blue (channel 2)"), plane(2)),
        ];
        let header = lang.pick(["チャンネル", "平均"], ["Channel", "Mean"]);
        let rows = means.iter().enumerate().map(|(c, mean)| vec![c.to_string(), mean.clone()]).collect();
        Card::new(lang, title, says).picture(4, panels).numbers(&header, rows)
    }
}

//! 学習するパラメータの数。

use super::{Draw, Made};
use crate::quiz::outcome::text;
use crate::quiz::question::{Answer, Number};

/// Of a fully connected layer, or of a convolution.
pub(super) fn parameters(draw: &mut Draw) -> Made {
    if draw.of(&[true, false]) { affine(draw) } else { convolution(draw) }
}

fn affine(draw: &mut Draw) -> Made {
    let (n, m) = (draw.of(&[784, 400, 100, 64, 50, 40, 20]), draw.of(&[10, 20, 40, 50, 100, 128]));
    let weights = n * m;
    let made = Made {
        prompt: text(
            format!("{n} 個の入力から {m} 個の出力への全結合層。バイアスも含めて、パラメータはいくつか。"),
            format!(
                "A fully connected layer from {n} inputs to {m} outputs. How many parameters, biases included?"
            ),
        ),
        hints: [
            text("重みは、入力と出力の組ごとに一つ。", "One weight for each pair of input and output."),
            text("バイアスは、出力ごとに一つ。", "One bias for each output."),
            text("重みの数とバイアスの数を足す。", "Add weights and biases."),
        ],
        right: (weights + m).to_string(),
        solution: text(
            format!("重み {n} × {m} = {weights}、バイアス {m}\n{weights} + {m} = {}", weights + m),
            format!("weights {n} × {m} = {weights}, biases {m}\n{weights} + {m} = {}", weights + m),
        ),
        answer: count(weights + m),
        slips: vec![],
    };
    let say = |ja: &str, en: &str| text(ja, en);
    made.with_wrong_numbers([
        (weights as f64, say("バイアスを足しましたか。", "Did you add the biases?")),
        ((weights + n) as f64, say("バイアスは、出力ごとに一つです。", "There is one bias per output.")),
        ((n + m) as f64, say("足すのではなく、掛けます。", "Multiply, don't add.")),
    ])
}

fn convolution(draw: &mut Draw) -> Made {
    let (filters, channels, f) =
        (draw.of(&[4, 8, 16, 30, 32, 64]), draw.of(&[1, 3, 16, 32]), draw.of(&[3, 5, 7]));
    let weights = filters * channels * f * f;
    let made = Made {
        prompt: text(
            format!(
                "{channels} チャンネルの入力に、{f}×{f} のフィルターを {filters} 枚使う畳み込み層。バイアスも含めて、パラメータはいくつか。"
            ),
            format!(
                "A convolution of {channels}-channel input with {filters} filters of {f}×{f}. How many parameters, biases included?"
            ),
        ),
        hints: [
            text(
                "フィルターは、入力のすべてのチャンネルに広がっている。",
                "A filter reaches over all channels of the input.",
            ),
            text(
                "フィルター一枚の重みは、チャンネル × 縦 × 横。",
                "The weights of one filter: channels × height × width.",
            ),
            text("バイアスは、フィルターごとに一つ。", "One bias for each filter."),
        ],
        right: (weights + filters).to_string(),
        solution: text(
            format!(
                "重み {filters} × {channels} × {f} × {f} = {weights}、バイアス {filters}\n{weights} + {filters} = {}",
                weights + filters
            ),
            format!(
                "weights {filters} × {channels} × {f} × {f} = {weights}, biases {filters}\n{weights} + {filters} = {}",
                weights + filters
            ),
        ),
        answer: count(weights + filters),
        slips: vec![],
    };
    let say = |ja: &str, en: &str| text(ja, en);
    made.with_wrong_numbers([
        (weights as f64, say("バイアスを足しましたか。", "Did you add the biases?")),
        (
            (filters * f * f + filters) as f64,
            say("チャンネルの数も掛けます。", "Multiply by the channels too."),
        ),
        ((channels * f * f + 1) as f64, say("それはフィルター一枚の分です。", "That is one filter's share.")),
    ])
}

fn count(wanted: i64) -> Answer {
    Answer::Number(Number { wanted: wanted as f64, tolerance: 1e-9 })
}

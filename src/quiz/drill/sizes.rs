//! 畳み込みとプーリングの出力の大きさ。⌊(n + 2p − f) / s⌋ + 1、フィルターが入りきらなければ、出力はない。

use super::{Draw, Made};
use crate::quiz::outcome::text;
use crate::quiz::question::{Answer, Size, Text};

struct Setting {
    input: [i64; 2],
    filter: [i64; 2],
    stride: i64,
    padding: i64,
}

pub(super) fn convolution(draw: &mut Draw) -> Made {
    let filter = draw.whole(1, 7);
    let is_square = draw.of(&[true, true, false]);
    let input = draw.whole(3, 32);
    let setting = Setting {
        input: [input, if is_square { input } else { draw.whole(3, 32) }],
        filter: [filter, filter],
        stride: draw.of(&[1, 1, 1, 2, 2, 3, 4, 0]),
        padding: draw.whole(0, 3),
    };
    setting.made(
        |[h, w], [fh, fw], s, p| {
            text(
                format!("{h}×{w} の入力を、{fh}×{fw} のフィルターで畳み込む。ストライド {s}、パディング {p}。出力の大きさは（縦×横。出力がないなら「計算できない」）。"),
                format!("A {h}×{w} input is convolved with a {fh}×{fw} filter, stride {s}, padding {p}. What size is the output (height×width, or \"impossible\")?"),
            )
        },
    )
}

pub(super) fn pooling(draw: &mut Draw) -> Made {
    let window = draw.whole(2, 4);
    let setting = Setting {
        input: [draw.whole(2, 28), draw.whole(2, 28)],
        filter: [window, window],
        stride: draw.whole(1, 3),
        padding: 0,
    };
    setting.made(|[h, w], [fh, fw], s, _| {
        text(
            format!("{h}×{w} の入力を、{fh}×{fw} の窓、ストライド {s}、パディングなしでプーリングする。出力の大きさは（縦×横。出力がないなら「計算できない」）。"),
            format!("A {h}×{w} input is pooled with a {fh}×{fw} window, stride {s}, no padding. What size is the output (height×width, or \"impossible\")?"),
        )
    })
}

impl Setting {
    /// The size along one side, if the filter fits.
    fn output(&self, side: usize) -> Option<i64> {
        let room = self.input[side] + 2 * self.padding - self.filter[side];
        (self.stride > 0 && room >= 0).then(|| room / self.stride + 1)
    }

    fn made(&self, prompt: impl Fn([i64; 2], [i64; 2], i64, i64) -> Text) -> Made {
        let Setting { input, filter, stride: s, padding: p } = *self;
        let size = self.output(0).zip(self.output(1));
        let (right, solution) = match size {
            Some((height, width)) => (format!("{height}×{width}"), self.working(height, width)),
            None => ("計算できない".to_owned(), self.why_not()),
        };
        let wanted = size.map_or([0, 0], |(height, width)| [height as u32, width as u32]);
        let made = Made {
            prompt: prompt(input, filter, s, p),
            hints: [
                text(
                    "パディングを足した入力に、フィルターは入るか。",
                    "Does the filter fit into the padded input?",
                ),
                text("縦と横を、別々に計算する。", "Compute height and width apart."),
                text(
                    "式は ⌊(n + 2p − f) / s⌋ + 1。割り切れなければ切り捨てる。",
                    "The formula is ⌊(n + 2p − f) / s⌋ + 1; round down.",
                ),
            ],
            right,
            solution,
            answer: Answer::Size(Size { wanted, impossible: Some(size.is_none()) }),
            slips: vec![],
        };
        let wrong = |of: &dyn Fn(i64, i64) -> i64| {
            let side = |at: usize| of(input[at], filter[at]).max(0);
            format!("{}×{}", side(0), side(1))
        };
        let step = s.max(1);
        let outside = text("フィルターが入力に入りません。", "The filter does not fit into the input.");
        let standing = text("ストライドが 0 では進めません。", "With stride 0 it never moves on.");
        let impossible = if s == 0 { standing } else { outside };
        let say = |ja: &str, en: &str| if size.is_none() { impossible.clone() } else { text(ja, en) };
        made.with_slips([
            (
                wrong(&|n, f| (n + 2 * p - f) / step),
                say("1 を足し忘れていませんか。", "Did you forget to add 1?"),
            ),
            (
                wrong(&|n, f| (n - f) / step + 1),
                say("パディングを足しましたか。", "Did you add the padding?"),
            ),
            (
                wrong(&|n, f| n + 2 * p - f + 1),
                say("ストライドで割りましたか。", "Did you divide by the stride?"),
            ),
            (wrong(&|n, _| n), say("それは入力の大きさです。", "That is the input's size.")),
            (wrong(&|n, _| n + 40), say("大きすぎます。", "Too large.")),
        ])
    }

    fn working(&self, height: i64, width: i64) -> Text {
        let Setting { input, filter, stride: s, padding: p } = *self;
        let line = |side: usize, out: i64| {
            format!("⌊({} + 2·{p} − {}) / {s}⌋ + 1 = {out}", input[side], filter[side])
        };
        text(
            format!("縦: {}\n横: {}\n{height}×{width}", line(0, height), line(1, width)),
            format!("height: {}\nwidth: {}\n{height}×{width}", line(0, height), line(1, width)),
        )
    }

    fn why_not(&self) -> Text {
        let Setting { input, filter, stride, padding } = *self;
        if stride == 0 {
            return text(
                "ストライドが 0 では、フィルターが進まない。\n計算できない",
                "With stride 0 the filter never moves on.\nimpossible",
            );
        }
        let side = usize::from(self.output(0).is_some());
        let (room, size) = (input[side] + 2 * padding, filter[side]);
        text(
            format!("パディングを足しても {room} で、フィルターの {size} より小さい。\n計算できない"),
            format!("Even padded the input is {room}, smaller than the filter's {size}.\nimpossible"),
        )
    }
}

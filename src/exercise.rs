//! 練習: 自分で書いたコードを、講座の式と数で比べる。
//!
//! 受け入れられる書き方が一つでないもの（AdaGrad の θ の置き方など）は、どの書き方と一致したかを言う。合わないときは、
//! はじめて違った数を見せる。
//!
//! ```
//! use kakunin::exercise::check_sigmoid_slope;
//! use kakunin::quiz::Verdict;
//! let sigmoid = |u: f64| 1.0 / (1.0 + (-u).exp());
//! assert_eq!(check_sigmoid_slope(|u| sigmoid(u) * (1.0 - sigmoid(u))).verdict, Verdict::Accept);
//! assert_eq!(check_sigmoid_slope(sigmoid).verdict, Verdict::Reject);
//! ```
//!
//! 渡した関数のなかでパニックしたら、そのパニックがそのまま伝わる。

mod batch_norm;
mod checked;
mod dropout;
mod im2col;
mod rule;
mod scalar;
mod softmax;

pub use batch_norm::check_batch_norm_backward;
pub use checked::{Checked, Difference};
pub use dropout::check_dropout;
pub use im2col::check_im2col;
pub use rule::check_rule;
pub use scalar::check_sigmoid_slope;
pub use softmax::check_softmax_with_loss;

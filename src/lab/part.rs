//! ネットワークの層の並びを書くためのもの。

use crate::lang::Lang;
use crate::nn::im2col::Filter;

/// ネットワークの一つの層。
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Part {
    /// 畳み込み層
    Conv {
        /// フィルターの数
        filters: usize,
        /// 動かし方
        filter: Filter,
    },
    /// 最大プーリング
    Pool(Filter),
    /// 全結合層（出力の数）。画像が来たら一列に並べてから
    Dense(usize),
    /// ReLU
    Relu,
    /// シグモイド
    Sigmoid,
    /// tanh
    Tanh,
    /// バッチ正規化（γ と β を数える）
    BatchNorm,
    /// ドロップアウト（消す割合）
    Dropout(f64),
}

impl Part {
    /// 畳み込み層: フィルターの数、一辺、ストライド、パディング
    pub const fn conv(filters: usize, size: usize, stride: usize, pad: usize) -> Part {
        Part::Conv { filters, filter: Filter::square(size, stride, pad) }
    }

    /// 最大プーリング: 一辺、ストライド
    pub const fn pool(size: usize, stride: usize) -> Part {
        Part::Pool(Filter::square(size, stride, 0))
    }

    /// 全結合層: 出力の数
    pub const fn dense(outputs: usize) -> Part {
        Part::Dense(outputs)
    }

    /// ドロップアウト: 消す割合
    pub const fn dropout(ratio: f64) -> Part {
        Part::Dropout(ratio)
    }

    pub(super) fn name(self, lang: Lang) -> String {
        let square = |f: Filter| {
            let pad = if f.pad > 0 {
                lang.pick(format!("、パディング {}", f.pad), format!(", padding {}", f.pad))
            } else {
                String::new()
            };
            lang.pick(
                format!("{}×{}、ストライド {}{pad}", f.height, f.width, f.stride),
                format!("{}×{}, stride {}{pad}", f.height, f.width, f.stride),
            )
        };
        match self {
            Part::Conv { filter, .. } => {
                lang.pick(format!("畳み込み {}", square(filter)), format!("convolution {}", square(filter)))
            }
            Part::Pool(window) => lang.pick(
                format!("最大プーリング {}", square(window)),
                format!("max pooling {}", square(window)),
            ),
            Part::Dense(_) => lang.pick("全結合", "fully connected").to_owned(),
            Part::Relu => "ReLU".to_owned(),
            Part::Sigmoid => lang.pick("シグモイド", "sigmoid").to_owned(),
            Part::Tanh => "tanh".to_owned(),
            Part::BatchNorm => lang.pick("バッチ正規化", "batch norm").to_owned(),
            Part::Dropout(p) => lang.pick(format!("ドロップアウト {p}"), format!("dropout {p}")),
        }
    }
}

//! 原典の書き誤り（slip）: どの行にあるか、正すとどうなるか。

use crate::errata::{self, Erratum};
use crate::experiment::Experiment;
use crate::lang::Lang;
use crate::listed::Listed;
use crate::nn::{Activation, AdaGrad, FirstGradient, Mlp, Model, Penalty, Rule, Trains};
use serde::{Deserialize, Serialize};

/// 原典の書き誤りの一つ。表の行では、名前のついた値として書かれている。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slip {
    /// シグモイドの傾きに、入力 u ではなく出力 z を渡す（2_2_1）
    SigmoidSlopeOfOutput,
    /// AdaGrad が一歩目の勾配を h に足さない（2_4）
    FirstGradientSkipped,
    /// バッチ正規化の γ と β が更新されない（2_4）
    ScaleAndShiftFrozen,
    /// 正則化の行で出力層が更新されない（2_5）
    OutputLayerFrozen,
    /// 記録される L2 の正則化項が二乗和の平方根になっている（2_5）
    RootInRecordedPenalty,
    /// 見出しは L2 だが L1 を計算している（2_5）
    HeadedL2RunsL1,
    /// 前のセルの λ が残り、L2 が掛かる（2_5）
    LeftOverPenalty,
}

impl Slip {
    /// すべての書き誤り。
    pub const ALL: [Slip; 7] = [
        Slip::SigmoidSlopeOfOutput,
        Slip::FirstGradientSkipped,
        Slip::ScaleAndShiftFrozen,
        Slip::OutputLayerFrozen,
        Slip::RootInRecordedPenalty,
        Slip::HeadedL2RunsL1,
        Slip::LeftOverPenalty,
    ];

    /// 一文の説明。
    pub fn describe(self, lang: Lang) -> &'static str {
        match self {
            Slip::SigmoidSlopeOfOutput => lang.pick(
                "シグモイドの傾きに出力 z を渡している",
                "the sigmoid's slope is taken at its output z",
            ),
            Slip::FirstGradientSkipped => {
                lang.pick("AdaGrad が一歩目の勾配を足さない", "AdaGrad leaves out the first gradient")
            }
            Slip::ScaleAndShiftFrozen => {
                lang.pick("バッチ正規化の γ と β が更新されない", "batch norm's γ and β are never updated")
            }
            Slip::OutputLayerFrozen => {
                lang.pick("出力層の W と b が更新されない", "the output layer's W and b are never updated")
            }
            Slip::RootInRecordedPenalty => lang.pick(
                "記録される正則化項が ½λ√ΣW² になっている",
                "the recorded penalty is ½λ√ΣW² (a root too many)",
            ),
            Slip::HeadedL2RunsL1 => {
                lang.pick("見出しは L2 だが L1 を計算している", "headed L2, but it runs L1")
            }
            Slip::LeftOverPenalty => {
                lang.pick("前のセルの λ = 0.001 が残っている", "λ = 0.001 is left over from an earlier cell")
            }
        }
    }

    /// 正誤表の、この誤りの項目。
    pub fn erratum(self) -> Option<&'static Erratum> {
        let id = match self {
            Slip::SigmoidSlopeOfOutput => "slope_of_output",
            Slip::FirstGradientSkipped => "first_gradient",
            Slip::ScaleAndShiftFrozen => "gamma_beta",
            Slip::OutputLayerFrozen => "output_layer",
            Slip::RootInRecordedPenalty => "root_penalty",
            Slip::HeadedL2RunsL1 => "headed_l2",
            Slip::LeftOverPenalty => "left_over",
        };
        errata::find(id).ok()
    }

    /// この誤りだけを正した実験。誤りのない実験はそのまま返る。
    pub fn mend(self, e: Experiment) -> Experiment {
        match (self, e.model, e.rule, e.penalty) {
            (
                Slip::SigmoidSlopeOfOutput,
                Model::Mlp(mlp @ Mlp { activation: Activation::SigmoidSlopeOfOutput, .. }),
                ..,
            ) => Experiment { model: Model::Mlp(Mlp { activation: Activation::Sigmoid, ..mlp }), ..e },
            (Slip::FirstGradientSkipped, _, Rule::AdaGrad(rule), _) => {
                Experiment { rule: Rule::AdaGrad(AdaGrad { first: FirstGradient::Counted, ..rule }), ..e }
            }
            (Slip::ScaleAndShiftFrozen, ..) if e.trains == Trains::AffineOnly => {
                Experiment { trains: Trains::All, ..e }
            }
            (Slip::OutputLayerFrozen, ..) if e.trains == Trains::HiddenOnly => {
                Experiment { trains: Trains::All, ..e }
            }
            (Slip::RootInRecordedPenalty, _, _, Penalty::L2RecordedAsRoot { lambda })
            | (Slip::HeadedL2RunsL1, _, _, Penalty::L1HeadedL2 { lambda }) => {
                Experiment { penalty: Penalty::L2 { lambda }, ..e }
            }
            (Slip::LeftOverPenalty, _, _, Penalty::L2LeftOver { .. }) => {
                Experiment { penalty: Penalty::None, ..e }
            }
            _ => e,
        }
    }
}

impl Experiment {
    /// この行にある書き誤り。
    ///
    /// ```
    /// use kakunin::{Slip, optimizer};
    /// assert_eq!(optimizer::EXPERIMENTS[2].slips(), [Slip::FirstGradientSkipped]);
    /// assert_eq!(optimizer::EXPERIMENTS[4].slips(), []);
    /// ```
    pub fn slips(self) -> Listed<Slip> {
        Slip::ALL.into_iter().filter(|slip| slip.mend(self) != self).collect()
    }

    /// すべての書き誤りを正した実験。
    pub fn exact(self) -> Experiment {
        Slip::ALL.into_iter().fold(self, |e, slip| slip.mend(e))
    }
}

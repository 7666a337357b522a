//! 診断の文と、ノートブックでの表示。

use super::{Examination, Finding};
use crate::Lang;
use crate::notebook::Output;
use crate::plot::escape;

impl Finding {
    /// 短い名前。
    pub fn name(&self, lang: Lang) -> &'static str {
        match self {
            Finding::ConstantPredictor { .. } => lang.pick("定数の予測", "constant predictor"),
            Finding::Diverged { .. } => lang.pick("発散", "divergence"),
            Finding::Underfitting { .. } => lang.pick("未学習", "underfitting"),
            Finding::Overfitting { .. } => lang.pick("過学習", "overfitting"),
            Finding::Frozen { .. } => lang.pick("更新されない", "frozen"),
            Finding::NoGradient { .. } => lang.pick("勾配が 0", "no gradient"),
            Finding::DeadUnits { .. } => lang.pick("死んだ ReLU", "dead ReLUs"),
            Finding::Vanishing { .. } => lang.pick("勾配消失", "vanishing gradient"),
            Finding::WrongGradient { .. } => lang.pick("勾配の誤り", "wrong gradient"),
            Finding::PenaltyActs { .. } => lang.pick("正則化項", "penalty in force"),
            Finding::FirstGradientSkipped => lang.pick("一歩目の勾配", "first gradient"),
            Finding::Leak { .. } => lang.pick("検証データの混入", "leak"),
        }
    }

    /// 一文の説明。
    pub fn describe(&self, lang: Lang) -> String {
        let percent = |share: f64| format!("{:.2}%", 100.0 * share);
        match self {
            Finding::ConstantPredictor { digit, share, since } => {
                let share = percent(*share);
                lang.pick(
                    format!("反復 {since} からの点では、どの画像にも一つの数字を答えている。最後の正答率 {share} は、検証データにある {digit} の割合そのもの。"),
                    format!("At the points from iteration {since} on it answers one digit to every image; the last accuracy, {share}, is the share of {digit} in the test data."),
                )
            }
            Finding::Diverged { iteration } => lang.pick(
                format!("反復 {iteration} までに、損失がはじめより大きくなったか、数でなくなった。"),
                format!("By iteration {iteration} the loss is larger than at first, or no number."),
            ),
            Finding::Underfitting { train } => lang.pick(
                format!("訓練データの正答率も {} で、訓練データにも合っていない。", percent(*train)),
                format!("Even on the training data it reaches only {}.", percent(*train)),
            ),
            Finding::Overfitting { train, test } => lang.pick(
                format!("訓練 {}、検証 {}: 訓練データにだけ合っている。", percent(*train), percent(*test)),
                format!(
                    "Train {}, test {}: it fits the training data alone.",
                    percent(*train),
                    percent(*test)
                ),
            ),
            Finding::Frozen { params } => lang.pick(
                format!("{} は、勾配があるのに一度も更新されていない。", params.join("、")),
                format!("{} never updated, though their gradients are not 0.", params.join(", ")),
            ),
            Finding::NoGradient { params } => lang.pick(
                format!("{} は、勾配がちょうど 0 で、はじめから動いていない。", params.join("、")),
                format!("{} never moved: their gradients are exactly 0.", params.join(", ")),
            ),
            Finding::DeadUnits { layer, dead, of } => lang.pick(
                format!(
                    "{layer} 層目の {of} 個の ReLU のうち {dead} 個が、検証データのどの行でも 0 を出す。"
                ),
                format!("{dead} of the {of} ReLUs of layer {layer} are 0 on every test row."),
            ),
            Finding::Vanishing { ratio } => lang.pick(
                format!("学習の前、一層目の勾配は最後の層の {ratio:.0} 分の一しかない。"),
                format!(
                    "Before training, the gradient of the first layer is 1/{ratio:.0} of the last layer's."
                ),
            ),
            Finding::WrongGradient { params } => {
                let named = |(name, error): &(String, f64)| format!("{name} {}", percent(*error));
                let named: Vec<_> = params.iter().map(named).collect();
                lang.pick(
                    format!(
                        "更新に使う勾配が、記録する損失の勾配（中心差分）と違う（{}）。",
                        named.join("、")
                    ),
                    format!(
                        "The gradient used differs from that of the recorded loss (central differences): {}.",
                        named.join(", ")
                    ),
                )
            }
            Finding::PenaltyActs { norm, lambda } => lang.pick(
                format!("勾配に {norm} の正則化項（λ = {lambda}）が足されている。"),
                format!("An {norm} penalty (λ = {lambda}) is added to the gradient."),
            ),
            Finding::FirstGradientSkipped => lang.pick(
                "一歩目の勾配が、そのあとの歩幅に数えられていない。".to_owned(),
                "The first gradient doesn't count in the size of later steps.".to_owned(),
            ),
            Finding::Leak { rows, of } => lang.pick(
                format!("検証データ {of} 行のうち {rows} 行が、訓練データにもある。"),
                format!("{rows} of the {of} test rows are training rows as well."),
            ),
        }
    }
}

impl From<&Examination> for Output {
    /// 学習の図と、見つかったこと。
    fn from(examined: &Examination) -> Output {
        let lang = Lang::current();
        let lines: Vec<String> = if examined.findings.is_empty() {
            vec![lang.pick("気になることは見つからない。", "Nothing unusual was found.").to_owned()]
        } else {
            let line = |f: &Finding| format!("{}: {}", f.name(lang), f.describe(lang));
            examined.findings.iter().map(line).collect()
        };
        let items: String = lines.iter().map(|line| format!("<li>{}</li>\n", escape(line))).collect();
        let code = lang.pick("ja", "en");
        Output::new().plain(lines.join("\n")).html(format!("<ul lang=\"{code}\">\n{items}</ul>\n"))
    }
}

impl Examination {
    /// ノートブックに表示する。セルの最後に書けば、カーネルが呼ぶ。
    pub fn evcxr_display(&self) {
        Output::from(self).show();
    }
}

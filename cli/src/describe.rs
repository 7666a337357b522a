//! 実験を言葉と記号で: 節の共通の条件（`BASE`）と、そこから変えたもの。

use kakunin::nn::{Activation, AdaGrad, Adam, ConvNet, FirstGradient, Init, Mlp, Model, Momentum};
use kakunin::nn::{Penalty, RmsProp, Rule, Sgd, Trains};
use kakunin::{Experiment, Lang, Measure, On, When};
use kakunin::{optimizer, overfitting, simple_cnn, vanishing_gradient};

/// The condition that the rows of a family share.
pub(crate) fn base(family: &str) -> Option<Experiment> {
    let bases = [vanishing_gradient::BASE, optimizer::BASE, overfitting::BASE, simple_cnn::BASE];
    bases.into_iter().find(|base| base.source.family == family)
}

/// What the row changes of its family's base.
pub(crate) fn differences(e: &Experiment, lang: Lang) -> String {
    let Some(base) = base(e.source.family) else { return conditions(e, lang) };
    let (ours, theirs) = (settings(e, lang), settings(&base, lang));
    let changed: Vec<_> = ours.into_iter().filter(|setting| !theirs.contains(setting)).collect();
    if changed.is_empty() {
        lang.pick("基準", "the base").to_owned()
    } else {
        changed.join(lang.pick("、", ", "))
    }
}

/// All the conditions of a row.
pub(crate) fn conditions(e: &Experiment, lang: Lang) -> String {
    settings(e, lang).join(lang.pick("、", ", "))
}

/// One text for each thing that can differ; every field of a row is in one of them.
fn settings(e: &Experiment, lang: Lang) -> Vec<String> {
    let Experiment { model, rule: rule_, penalty: penalty_, trains: trains_, .. } = *e;
    let Experiment {
        source: _, title: _, iterations, batch, train_rows, test_rows, measure: measure_, ..
    } = *e;
    let mut all = vec![rule(rule_, lang)];
    all.extend(network(&model, lang));
    all.push(penalty(penalty_, lang));
    all.push(trains(trains_, lang));
    all.push(lang.pick(format!("{iterations} 反復"), format!("{iterations} iterations")));
    all.push(lang.pick(format!("バッチ {batch}"), format!("batch {batch}")));
    all.push(lang.pick(
        format!("訓練 {train_rows} 行、検証 {test_rows} 行"),
        format!("{train_rows} training rows, {test_rows} test rows"),
    ));
    all.push(measure(measure_, lang));
    all
}

fn rule(rule: Rule, lang: Lang) -> String {
    let name = rule.name();
    match rule {
        Rule::Sgd(Sgd { lr }) => format!("{name} ε={lr}"),
        Rule::Momentum(Momentum { lr, mu }) => format!("{name} ε={lr} μ={mu}"),
        Rule::AdaGrad(AdaGrad { lr, h0, theta, first }) => {
            let first = match first {
                FirstGradient::Counted => "",
                FirstGradient::Skipped => {
                    lang.pick("（一歩目の勾配を足さない）", " (first gradient left out)")
                }
            };
            format!("{name} ε={lr} h₀={} θ={}{first}", short(h0), short(theta))
        }
        Rule::RmsProp(RmsProp { lr, alpha }) => format!("{name} ε={lr} α={alpha}"),
        Rule::Adam(Adam { lr, beta1, beta2 }) => format!("{name} ε={lr} β₁={beta1} β₂={beta2}"),
        Rule::Custom(_) => name.to_owned(),
    }
}

fn network(model: &Model, lang: Lang) -> Vec<String> {
    match *model {
        Model::Mlp(Mlp { hidden, activation: f, init, batch_norm, dropout }) => {
            let widths: Vec<_> = hidden.iter().map(usize::to_string).collect();
            let widths = widths.join("-");
            let batch_norm_ = match batch_norm {
                true => lang.pick("バッチ正規化", "batch norm"),
                false => lang.pick("バッチ正規化なし", "no batch norm"),
            };
            let dropout = match dropout {
                Some(ratio) => lang.pick(format!("ドロップアウト {ratio}"), format!("dropout {ratio}")),
                None => lang.pick("ドロップアウトなし", "no dropout").to_owned(),
            };
            let widths = lang.pick(format!("中間層 {widths}"), format!("hidden layers {widths}"));
            vec![activation(f, lang).to_owned(), initial(init, lang), batch_norm_.to_owned(), dropout, widths]
        }
        Model::ConvNet(ConvNet { filters, filter, hidden, init }) => {
            let (h, w) = (filter.height, filter.width);
            let net = lang.pick(
                format!("畳み込み {filters}×({h}×{w})、全結合 {hidden}"),
                format!("convolution {filters}×({h}×{w}), affine {hidden}"),
            );
            vec![net, initial(init, lang)]
        }
    }
}

fn activation(activation: Activation, lang: Lang) -> &'static str {
    match activation {
        Activation::Sigmoid => lang.pick("シグモイド", "sigmoid"),
        Activation::SigmoidSlopeOfOutput => lang.pick("シグモイド（傾きに z）", "sigmoid (slope at z)"),
        Activation::Relu => "ReLU",
        Activation::Tanh => "tanh",
    }
}

fn initial(init: Init, lang: Lang) -> String {
    match init {
        Init::Gauss { std } => format!("Gauss σ={std}"),
        Init::Xavier => "Xavier".to_owned(),
        Init::He => "He".to_owned(),
        Init::XavierByDivision => lang.pick("Xavier（÷√n）", "Xavier (÷√n)").to_owned(),
        Init::HeByDivision => lang.pick("He（÷√n·√2）", "He (÷√n·√2)").to_owned(),
    }
}

fn penalty(penalty: Penalty, lang: Lang) -> String {
    match penalty {
        Penalty::None => lang.pick("正則化なし", "no penalty").to_owned(),
        Penalty::L1 { lambda } => format!("L1 λ={lambda}"),
        Penalty::L2 { lambda } => format!("L2 λ={lambda}"),
        Penalty::L2RecordedAsRoot { lambda } => {
            lang.pick(format!("L2 λ={lambda}（記録は √）"), format!("L2 λ={lambda} (recorded as a root)"))
        }
        Penalty::L1HeadedL2 { lambda } => {
            lang.pick(format!("L1 λ={lambda}（見出しは L2）"), format!("L1 λ={lambda} (headed L2)"))
        }
        Penalty::L2LeftOver { lambda } => {
            lang.pick(format!("L2 λ={lambda}（残ったもの）"), format!("L2 λ={lambda} (left over)"))
        }
    }
}

fn trains(trains: Trains, lang: Lang) -> String {
    let text = match trains {
        Trains::All => lang.pick("すべて更新", "all updated"),
        Trains::AffineOnly => lang.pick("γ と β は更新なし", "γ and β frozen"),
        Trains::HiddenOnly => lang.pick("出力層は更新なし", "output layer frozen"),
    };
    text.to_owned()
}

fn measure(measure: Measure, lang: Lang) -> String {
    let Measure { every, when, train } = measure;
    let when = match when {
        When::BeforeUpdate => lang.pick("更新の前", "before the update"),
        When::AfterUpdate => lang.pick("更新の後", "after the update"),
    };
    let train = match train {
        On::Batch => lang.pick("バッチ", "the batch"),
        On::TrainRows => lang.pick("訓練の全行", "all training rows"),
    };
    lang.pick(
        format!("{every} 反復ごと、{when}に{train}で測る"),
        format!("measured every {every} iterations, {when}, on {train}"),
    )
}

/// 0, 0.5, 1e-7: a small number in powers of ten.
fn short(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-3 { format!("{value:e}") } else { value.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kakunin::course;

    fn row(id: &str) -> String {
        differences(course::find(id).unwrap()[0], Lang::Ja)
    }

    #[test]
    fn every_row_is_the_base_or_names_what_it_changes() {
        assert_eq!(row("2_4/8"), "基準");
        assert_eq!(row("2_4/16"), "Adam ε=0.01 β₁=0.9 β₂=0.999");
        assert_eq!(row("2_4/45"), "ReLU、Xavier");
        assert_eq!(
            row("2_4/60"),
            "AdaGrad ε=0.01 h₀=1e-4 θ=0（一歩目の勾配を足さない）、バッチ正規化、γ と β は更新なし"
        );
        assert_eq!(row("2_5/10"), "L2 λ=0.1（記録は √）、出力層は更新なし");
        for e in course::experiments() {
            let fields_differ = base(e.source.family)
                .is_some_and(|base| Experiment { source: base.source, title: base.title, ..*e } != base);
            assert_eq!(differences(e, Lang::Ja) != "基準", fields_differ, "{}", e.id());
        }
    }
}

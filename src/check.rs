//! 実験の設定が範囲の中にあるか。学習を始める前に一度だけ調べる。

use crate::error::Error;
use crate::experiment::Experiment;
use crate::nn::{AdaGrad, Adam, Init, Mlp, Model, Momentum, RmsProp, Rule, Sgd};
use crate::samples::Split;

/// Everything that a row can get wrong.
pub(crate) fn experiment(e: &Experiment, data: &Split) -> Result<(), Error> {
    model(&e.model)?;
    rule(&e.rule)?;
    at_least_0("正則化の強さ λ", "regularisation strength λ", e.penalty.lambda())?;
    count("反復の数", "number of iterations", e.iterations, None)?;
    count("バッチの行数", "batch size", e.batch, None)?;
    count("測る間隔", "measuring interval", e.measure.every, None)?;
    count("訓練に使う行数", "number of training rows", e.train_rows, Some(data.train.len()))?;
    count("検証に使う行数", "number of test rows", e.test_rows, Some(data.test.len()))?;
    size(e, data)?;
    if data.train.shape() != data.test.shape() {
        let (train, test) = (data.train.features(), data.test.features());
        return Err(Error::out_of_range(
            "検証データの列数",
            "number of test columns",
            test,
            (&format!("訓練データと同じ {train}"), &format!("{train}, as in the training data")),
        ));
    }
    Ok(())
}

/// No matrix of a training may hold more numbers than this: 2 GiB in double precision.
const MOST: usize = 1 << 28;

/// The largest matrix: a layer's weights, or what a batch makes of a layer.
fn size(e: &Experiment, data: &Split) -> Result<(), Error> {
    let times = |a: usize, b: usize| a.saturating_mul(b);
    let (features, classes) = (data.train.features(), data.train.classes().max(data.test.classes()));
    let largest = match e.model {
        Model::Mlp(Mlp { hidden, .. }) => {
            let widths: Vec<usize> =
                [features].into_iter().chain(hidden.iter().copied()).chain([classes]).collect();
            let weights = widths.windows(2).map(|w| times(w[0], w[1]));
            weights.chain(widths.iter().map(|&w| times(w, e.batch))).max()
        }
        Model::ConvNet(net) => {
            let [channels, height, width] = data.train.shape();
            let (rows, across) = net.filter.output(height, width)?;
            let (places, taps) =
                (times(rows, across), times(channels, times(net.filter.height, net.filter.width)));
            let padded = times(
                height.saturating_add(net.filter.pad.saturating_mul(2)),
                width.saturating_add(net.filter.pad.saturating_mul(2)),
            );
            let convolved = times(net.filters, places);
            let of_batch = [times(taps, places), convolved, times(channels, padded), net.hidden];
            let weights =
                [times(taps, net.filters), times(convolved / 4, net.hidden), times(net.hidden, classes)];
            of_batch.into_iter().map(|n| times(n, e.batch)).chain(weights).max()
        }
    };
    match largest {
        Some(n) if n > MOST => Err(Error::out_of_range(
            "いちばん大きい行列の数の個数",
            "largest matrix of this network and batch",
            n,
            (&format!("{MOST} 以下"), &format!("at most {MOST} numbers")),
        )),
        _ => Ok(()),
    }
}

fn model(model: &Model) -> Result<(), Error> {
    match model {
        Model::Mlp(Mlp { hidden, init, dropout, .. }) => {
            hidden.iter().try_for_each(|&n| count("中間層のノード数", "width of a hidden layer", n, None))?;
            initial(init)?;
            dropout.map_or(Ok(()), |p| fraction("ドロップアウト率", "dropout ratio", p))
        }
        Model::ConvNet(net) => {
            count("フィルターの数", "number of filters", net.filters, None)?;
            count("中間層のノード数", "width of the hidden layer", net.hidden, None)?;
            initial(&net.init)
        }
    }
}

fn initial(init: &Init) -> Result<(), Error> {
    match *init {
        Init::Gauss { std } => {
            at_least_0("初期値の標準偏差", "standard deviation of the initial weights", std)
        }
        _ => Ok(()),
    }
}

fn rule(rule: &Rule) -> Result<(), Error> {
    match *rule {
        Rule::Sgd(Sgd { lr }) => rate(lr),
        Rule::Momentum(Momentum { lr, mu }) => {
            rate(lr)?;
            fraction("慣性 μ", "momentum μ", mu)
        }
        Rule::AdaGrad(AdaGrad { lr, h0, theta, .. }) => {
            rate(lr)?;
            at_least_0("h のはじめの値", "initial h", h0)?;
            at_least_0("分母の θ", "θ of the denominator", theta)
        }
        Rule::RmsProp(RmsProp { lr, alpha }) => {
            rate(lr)?;
            fraction("減衰率 α", "decay rate α", alpha)
        }
        Rule::Adam(Adam { lr, beta1, beta2 }) => {
            rate(lr)?;
            fraction("β₁", "β₁", beta1)?;
            fraction("β₂", "β₂", beta2)
        }
        Rule::Custom(_) => Ok(()),
    }
}

fn rate(lr: f64) -> Result<(), Error> {
    if lr.is_finite() && lr > 0.0 {
        return Ok(());
    }
    Err(Error::out_of_range(
        "学習率",
        "learning rate",
        lr,
        ("0 より大きい有限の数", "a finite number above 0"),
    ))
}

fn fraction(ja: &str, en: &str, value: f64) -> Result<(), Error> {
    if (0.0..1.0).contains(&value) {
        return Ok(());
    }
    Err(Error::out_of_range(ja, en, value, ("0 以上 1 未満", "at least 0 and below 1")))
}

fn at_least_0(ja: &str, en: &str, value: f64) -> Result<(), Error> {
    if value.is_finite() && value >= 0.0 {
        return Ok(());
    }
    Err(Error::out_of_range(ja, en, value, ("0 以上の有限の数", "a finite number of at least 0")))
}

fn count(ja: &str, en: &str, value: usize, most: Option<usize>) -> Result<(), Error> {
    match most {
        _ if value == 0 => Err(Error::out_of_range(ja, en, value, ("1 以上", "at least 1"))),
        Some(most) if value > most => {
            let want = (format!("1 以上 {most} 以下"), format!("from 1 to {most}"));
            Err(Error::out_of_range(ja, en, value, (&want.0, &want.1)))
        }
        _ => Ok(()),
    }
}

use super::*;

const H: f64 = 1e-5;

/// The largest difference between a whole net's gradients and central differences of its loss. (The 1e-7 in the
/// loss, which the gradient leaves out, stays small as long as no output is nearly 0.)
fn error(model: Model, shape: [usize; 3]) -> f64 {
    let mut rng = RandomState::new(1);
    let pixels: Vec<u8> =
        rng.choice(256, 6 * shape.iter().product::<usize>()).into_iter().map(|k| k as u8).collect();
    let samples = Samples::from_images(&pixels, vec![0, 2, 1, 1, 0, 2], shape).unwrap();
    let mut net = model.build(&mut rng, shape, 3).unwrap();
    for p in net.params() {
        (0..p.value.rows()).for_each(|i| p.value.row_mut(i).iter_mut().for_each(|v| *v += 0.1 * rng.randn()));
    }
    let mut x = Batch::default();
    samples.pick(0..6, net.form(), &mut x);
    net.forward(&x, &mut RandomState::new(2));
    net.backward(&x);
    let gradients: Vec<Matrix> = net.params().iter().map(|p| p.grad.clone()).collect();
    let mut worst: f64 = 0.0;
    for (k, gradient) in gradients.iter().enumerate() {
        for (i, j) in (0..gradient.rows()).flat_map(|i| (0..gradient.cols()).map(move |j| (i, j))) {
            let mut at = |by: f64| {
                net.params()[k].value.row_mut(i)[j] += by;
                let loss = net.forward(&x, &mut RandomState::new(2));
                net.params()[k].value.row_mut(i)[j] -= by;
                loss
            };
            worst = worst.max((gradient.row(i)[j] - (at(H) - at(-H)) / (2.0 * H)).abs());
        }
    }
    worst
}

const MLP: Mlp = Mlp {
    hidden: &[7, 5],
    activation: Activation::Sigmoid,
    init: Init::Xavier,
    batch_norm: false,
    dropout: None,
};

fn mlp_error(mlp: Mlp) -> f64 {
    error(Model::Mlp(mlp), [1, 3, 5])
}

#[test]
fn the_gradients_of_a_sigmoid_net_are_those_of_its_loss() {
    assert!(mlp_error(MLP) < 1e-6);
}

#[test]
fn the_gradients_of_a_relu_net_are_those_of_its_loss() {
    assert!(mlp_error(Mlp { activation: Activation::Relu, init: Init::He, ..MLP }) < 1e-6);
}

#[test]
fn the_gradients_of_a_net_with_batch_norm_and_dropout_are_those_of_its_loss() {
    let mlp = Mlp { activation: Activation::Tanh, batch_norm: true, dropout: Some(0.3), ..MLP };
    assert!(mlp_error(mlp) < 1e-6);
}

#[test]
fn the_gradients_of_a_net_without_hidden_layers_are_those_of_its_loss() {
    assert!(mlp_error(Mlp { hidden: &[], ..MLP }) < 1e-6);
}

#[test]
fn the_gradients_of_the_notebooks_sigmoid_net_are_not_those_of_its_loss() {
    let error = mlp_error(Mlp { activation: Activation::SigmoidSlopeOfOutput, ..MLP });
    assert!(error > 1e-3, "{error:e}");
}

#[test]
fn the_gradients_of_a_convolutional_net_are_those_of_its_loss() {
    let net =
        ConvNet { filters: 3, filter: Filter::square(3, 1, 0), hidden: 6, init: Init::Gauss { std: 0.1 } };
    assert!(error(Model::ConvNet(net), [2, 6, 8]) < 1e-6);
}

#[test]
fn the_gradients_of_a_convolutional_net_with_padding_are_those_of_its_loss() {
    let net =
        ConvNet { filters: 3, filter: Filter::square(3, 2, 1), hidden: 6, init: Init::Gauss { std: 0.1 } };
    let error = error(Model::ConvNet(net), [1, 7, 8]);
    assert!(error < 1e-6, "{error:e}");
}

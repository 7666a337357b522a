//! ネットワークの中を見る: すべての層の出力と、そこへ戻ってくる勾配。

use super::Net;
use crate::matrix::Matrix;
use crate::nn::loss::softmax_cross_entropy_gradient;
use crate::rng::RandomState;
use crate::samples::Batch;

impl Net {
    /// One forward and one backward pass: ∂L/∂ the output of the first layer, of the second, … Leaves the gradients
    /// of the parameters as [`backward`](Net::backward) does.
    pub(crate) fn trace(&mut self, x: &Batch, rng: &mut RandomState) -> Vec<Matrix> {
        self.forward(x, rng);
        let mut dy = Matrix::default();
        softmax_cross_entropy_gradient(&self.y, &x.d, &mut dy);
        let mut gradients = vec![dy];
        for (l, layer) in self.layers.iter_mut().enumerate().rev() {
            let mut dx = Matrix::default();
            layer.backward(&self.values[l], &self.values[l + 1], &gradients[gradients.len() - 1], &mut dx);
            gradients.push(dx);
        }
        self.input.backward(x, &self.values[0], &gradients[gradients.len() - 1]);
        gradients.reverse();
        gradients
    }

    /// The output while training: dropout deletes units, batch norm reads the batch.
    pub(crate) fn masked(&mut self, x: &Batch, rng: &mut RandomState) -> Matrix {
        self.forward(x, rng);
        self.values[self.layers.len()].clone()
    }

    /// The outputs of all layers at test time.
    pub(crate) fn outputs(&self, x: &Batch) -> Vec<Matrix> {
        let mut outputs = vec![Matrix::default()];
        self.input.predict(x, &mut outputs[0]);
        for layer in &self.layers {
            let mut next = Matrix::default();
            layer.predict(&outputs[outputs.len() - 1], &mut next);
            outputs.push(next);
        }
        outputs
    }
}

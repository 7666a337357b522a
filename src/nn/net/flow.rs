//! 流れる値と勾配を外から見る: 診断と実験室のためのもので、学習には使わない。

use super::Net;
use crate::matrix::Matrix;
use crate::nn::loss::softmax_cross_entropy_gradient;
use crate::samples::Batch;

impl Net {
    /// Outputs of the input layer and of each layer after it, from the last forward pass.
    pub(crate) fn values(&self) -> &[Matrix] {
        &self.values
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

    /// Propagates back as `backward` does; gives the mean of |∂L/∂value| for each of the [`values`](Net::values).
    pub(crate) fn backward_flow(&mut self, x: &Batch) -> Vec<f64> {
        let (mut dy, mut dx) = (Matrix::default(), Matrix::default());
        softmax_cross_entropy_gradient(&self.y, &x.d, &mut dy);
        let mut flow = vec![mean_abs(&dy)];
        for (l, layer) in self.layers.iter_mut().enumerate().rev() {
            layer.backward(&self.values[l], &self.values[l + 1], &dy, &mut dx);
            std::mem::swap(&mut dy, &mut dx);
            flow.push(mean_abs(&dy));
        }
        self.input.backward(x, &self.values[0], &dy);
        flow.reverse();
        flow
    }
}

/// The mean of the absolute values.
pub(crate) fn mean_abs(m: &Matrix) -> f64 {
    let sum: f64 = m.iter_rows().flatten().map(|v| v.abs()).sum();
    sum / (m.rows() * m.cols()) as f64
}

//! 実験室: 一つの考えに一つの図。どれも関数を一つ呼ぶだけで、返す値は図になり、なかの数も使える。
//!
//! | 節 | 図 |
//! | --- | --- |
//! | 勾配消失 | [`activations`]、[`slopes_at`]、[`slope_bound`]、[`gradient_flow`]、[`activation_histograms`]、[`weight_updates`]、[`zero_share`]、[`zero_weights`]、[`batch_norm`] |
//! | 最適化 | [`paths`]、[`paths_of`]、[`two_wells`]、[`effective_steps`]、[`schedules`]、[`rate_sweep`] |
//! | 過学習 | [`weights_and_gap`]、[`penalty_contours`]、[`ridge`]、[`dropout()`]、[`dropout_ensemble`] |
//! | CNN | [`im2col()`]、[`col2im`]、[`windows()`]、[`convolve`]、[`zero_padding`]、[`pooling`]、[`filters`]、[`mistakes`]、[`shapes`]、[`channels`] |
//! | AlexNet | [`alex_net()`]、[`alex_net_at`]、[`network()`]、[`alex_net_forward`] |
//! | どこでも | [`show`]、[`compare`]、[`overlay`] |
//!
//! 学習やデータを使うものは、実験（[`Experiment`](crate::Experiment)）、シード、データをこの順に受け取る。シードが同じなら、
//! いつも同じ数になる。

mod activations;
mod alex_net;
mod arrays;
mod batch_norm;
mod channels;
mod cnn;
mod compare;
mod contour_figure;
mod dropout;
mod gradient_flow;
mod histograms;
mod im2col;
mod images;
mod network;
mod network_shape;
mod part;
mod paths;
mod penalties;
mod pooling;
mod ridge;
mod slope_bound;
mod steps;
mod surface;
mod sweep;
mod updates;
mod walk;
mod wells;
mod windows;
mod zero_padding;
mod zero_weights;

pub use activations::{ActivationCurve, Activations, activations, slopes_at};
pub use alex_net::{ALEX_NET, AlexNetForward, ForwardLayer, alex_net, alex_net_at, alex_net_forward};
pub use arrays::{Showable, Shown, show};
pub use batch_norm::{BatchNormUnits, UnitsAt, batch_norm};
pub use channels::{Channels, channels};
pub use cnn::{Filters, Mistake, Mistakes, filters, mistakes};
pub use compare::{Compared, Comparison, Overlay, compare, overlay};
pub use contour_figure::{PenaltyContours, penalty_contours};
pub use dropout::{DropoutEnsemble, DropoutMasks, dropout, dropout_ensemble};
pub use gradient_flow::{GradientFlow, LayerFlow, gradient_flow};
pub use histograms::{ActivationHistograms, LayerHistogram, activation_histograms};
pub use im2col::{Col2im, Im2col, col2im, im2col};
pub use images::Images;
pub use network_shape::{NetworkShape, PartShape, network, shapes};
pub use part::Part;
pub use paths::{Path, Paths, paths, paths_of};
pub use penalties::{PENALTIES, PenalisedRun, WeightsAndGap, weights_and_gap};
pub use pooling::{Pooled, pooling};
pub use ridge::{Ridge, ridge};
pub use slope_bound::{SlopeBound, slope_bound};
pub use steps::{EffectiveSteps, Schedule, Scheduled, Schedules, effective_steps, schedules};
pub use surface::Surface;
pub use sweep::{RateSweep, rate_sweep};
pub use updates::{WeightUpdates, ZeroShare, ZerosOfLayer, weight_updates, zero_share};
pub use wells::{TwoWells, two_wells};
pub use windows::{Convolved, Windows, convolve, windows};
pub use zero_padding::{PaddedImage, ZeroPadding, zero_padding};
pub use zero_weights::{FromZero, ZeroWeights, zero_weights};

//! 等高線: 升目の値から、同じ高さの線の切れ端を求める（marching squares）。

use ndarray::ArrayView2;

type Point = (f64, f64);

/// A straight piece of a line.
pub(crate) type Piece = [Point; 2];

/// Pieces of the lines where a surface has the height `level`. `z[[i, j]]` is its height at (x[j], y[i]).
pub(crate) fn contours(z: ArrayView2<'_, f64>, x: &[f64], y: &[f64], level: f64) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for i in 1..y.len() {
        for j in 1..x.len() {
            let corner = |di: usize, dj: usize| ((x[j - dj], y[i - di]), z[[i - di, j - dj]]);
            let corners = [corner(1, 1), corner(1, 0), corner(0, 0), corner(0, 1)];
            let crossings: Vec<Point> =
                (0..4).filter_map(|k| crossing(corners[k], corners[(k + 1) % 4], level)).collect();
            pieces.extend(crossings.chunks_exact(2).map(|ends| [ends[0], ends[1]]));
        }
    }
    pieces
}

/// Where one edge of a square is at the level; none if both ends lie on the same side.
fn crossing((a, za): (Point, f64), (b, zb): (Point, f64), level: f64) -> Option<Point> {
    if (za < level) == (zb < level) {
        return None;
    }
    let share = (level - za) / (zb - za);
    Some((a.0 + share * (b.0 - a.0), a.1 + share * (b.1 - a.1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;

    #[test]
    fn the_contour_of_a_plane_is_a_straight_line() {
        let axis = [0.0, 1.0, 2.0];
        let z = Array2::from_shape_fn((3, 3), |(_, j)| axis[j]);
        let pieces = contours(z.view(), &axis, &axis, 0.5);
        assert_eq!(pieces.len(), 2);
        assert!(pieces.iter().flatten().all(|p| p.0 == 0.5));
    }

    #[test]
    fn the_contour_of_a_bowl_lies_on_its_circle() {
        let axis: Vec<f64> = (-40..=40).map(|k| f64::from(k) / 20.0).collect();
        let z = Array2::from_shape_fn((81, 81), |(i, j)| axis[i] * axis[i] + axis[j] * axis[j]);
        let pieces = contours(z.view(), &axis, &axis, 1.0);
        assert!(pieces.len() > 40);
        assert!(pieces.iter().flatten().all(|p| (p.0.hypot(p.1) - 1.0).abs() < 2e-3));
    }
}

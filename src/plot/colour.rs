//! 色: 値を濃さで表すもの。

use super::style::COLOURS;
use plotters::style::RGBColor;

/// A colour of red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Colour(pub(crate) u8, pub(crate) u8, pub(crate) u8);

impl Colour {
    pub(crate) const WHITE: Colour = Colour(0xff, 0xff, 0xff);
    pub(crate) const INK: Colour = Colour(0x1a, 0x1a, 0x1a);
    pub(crate) const LINE: Colour = Colour(0xb0, 0xb0, 0xb0);
    pub(crate) const PALE: Colour = Colour(0xee, 0xee, 0xee);
    const BLUE: Colour = Colour(0x00, 0x4c, 0x80);
    const VERMILION: Colour = Colour(0xd5, 0x5e, 0x00);
    /// For what is not a number.
    const PURPLE: Colour = Colour(0xcc, 0x79, 0xa7);

    /// The n-th colour that colour-blind people tell apart.
    pub(crate) fn nth(n: usize) -> Colour {
        let RGBColor(r, g, b) = COLOURS[n % COLOURS.len()];
        Colour(r, g, b)
    }

    /// This much of it (0 to 1) on white.
    pub(crate) fn tint(self, share: f64) -> Colour {
        let mix = |c: u8| (255.0 - share.clamp(0.0, 1.0) * (255.0 - f64::from(c))).round() as u8;
        Colour(mix(self.0), mix(self.1), mix(self.2))
    }

    /// The ink that can be read on it.
    pub(crate) fn ink(self) -> Colour {
        let bright = 0.299 * f64::from(self.0) + 0.587 * f64::from(self.1) + 0.114 * f64::from(self.2);
        if bright < 120.0 { Colour::WHITE } else { Colour::INK }
    }

    pub(super) fn plotters(self) -> RGBColor {
        RGBColor(self.0, self.1, self.2)
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// How a value becomes a colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Shades {
    /// White at `low`, dark blue at `high`.
    Rising { low: f64, high: f64 },
    /// Vermilion below 0, white at 0, blue above, both at their darkest at ±`most`.
    Signed { most: f64 },
    /// Black ink on white paper: 0 white, 1 black.
    Ink,
}

impl Shades {
    /// What shows these values best: two colours if some are negative.
    pub(crate) fn of(values: impl Iterator<Item = f64> + Clone) -> Shades {
        let finite = values.filter(|v| v.is_finite());
        let low = finite.clone().fold(f64::INFINITY, f64::min);
        let high = finite.fold(f64::NEG_INFINITY, f64::max);
        if low < 0.0 {
            Shades::Signed { most: high.max(-low) }
        } else {
            Shades::Rising { low: low.min(0.0), high }
        }
    }

    pub(crate) fn at(self, v: f64) -> Colour {
        let share = |v: f64, of: f64| if of > 0.0 { v / of } else { 0.0 };
        match self {
            _ if v.is_nan() => Colour::PURPLE,
            Shades::Rising { low, high } => Colour::BLUE.tint(share(v - low, high - low)),
            Shades::Signed { most } if v < 0.0 => Colour::VERMILION.tint(share(-v, most)),
            Shades::Signed { most } => Colour::BLUE.tint(share(v, most)),
            Shades::Ink => Colour(0, 0, 0).tint(v),
        }
    }
}

//! SVG の文書: 一つの図を包むもの。

use super::text::{FONTS, escape};
use super::{INK, chart};
use crate::lang::Lang;

/// Pictures are shown this many pixels wide, or as wide as there is room.
const SHOWN: f64 = 720.0;

/// A picture without its contents.
pub(super) struct Document<'a> {
    pub(super) lang: Lang,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) title: &'a str,
    pub(super) description: &'a str,
}

impl Document<'_> {
    /// `charts` are in tenths of a unit, as plotters draws them; `words` in units.
    pub(super) fn write(&self, charts: &str, words: &str) -> String {
        let Document { width, height, .. } = self;
        let lang = self.lang.pick("ja", "en");
        let zoom = SHOWN / width;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w:.0}\" height=\"{h:.0}\" viewBox=\"0 0 {width} {height:.1}\" \
             style=\"max-width:100%;height:auto\" role=\"img\" lang=\"{lang}\" xml:lang=\"{lang}\" \
             font-family=\"{FONTS}\" fill=\"{INK}\">\n\
             <title>{title}</title>\n<desc>{description}</desc>\n\
             <rect width=\"{width}\" height=\"{height:.1}\" fill=\"#ffffff\"/>\n\
             <g transform=\"scale({scale})\" stroke-linejoin=\"round\">\n{charts}</g>\n{words}</svg>\n",
            w = zoom * width,
            h = zoom * height,
            title = escape(self.title),
            description = escape(self.description),
            scale = 1.0 / chart::FINE,
        )
    }
}

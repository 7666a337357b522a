//! 図のなかの文字: 幅の見積もり、はみ出さない大きさ、XML の書き方。

/// Quoted inside an attribute: no quotation marks of its own.
pub(super) const FONTS: &str = "Noto Sans CJK JP, Noto Sans JP, Hiragino Sans, Yu Gothic, Meiryo, sans-serif";

/// The size below which a text is cut rather than made smaller.
const SMALLEST: f64 = 11.0;

/// Where and how a line of text is written (units of the view box; y is the base line).
#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) anchor: Anchor,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Anchor {
    Start,
    Middle,
}

impl Text {
    pub(super) fn at(x: f64, y: f64) -> Text {
        Text { x, y, size: 13.0, bold: false, anchor: Anchor::Start }
    }

    /// The element for `text`, smaller or cut if it is wider than `room`.
    pub(super) fn fit(self, text: &str, room: f64) -> String {
        let broader = if self.bold { 1.06 } else { 1.0 };
        let ems = broader * width(text);
        let size = if ems * self.size > room { (room / ems).max(SMALLEST) } else { self.size };
        let text =
            if ems * size > room * 1.001 { cut(text, room / (broader * size)) } else { text.to_owned() };
        let weight = if self.bold { " font-weight=\"bold\"" } else { "" };
        let anchor = match self.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
        };
        let (x, y) = (self.x, self.y);
        format!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size:.1}\"{weight}{anchor}>{}</text>\n",
            escape(&text)
        )
    }
}

fn cut(text: &str, ems: f64) -> String {
    let mut used = width("…");
    let fits = |c: &char| {
        used += char_width(*c);
        used <= ems
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// The width of a line in em, rather too wide than too narrow: full-width characters 1, Latin by letter.
pub(super) fn width(text: &str) -> f64 {
    text.chars().map(char_width).sum()
}

fn char_width(c: char) -> f64 {
    match c {
        '\u{300}'..='\u{36f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{3099}'
        | '\u{309a}'
        | '\u{fe00}'..='\u{fe0f}' => 0.0,
        ' ' | '!' | '\'' | ',' | '.' | ':' | ';' | '|' | 'i' | 'j' | 'l' | '(' | ')' | '[' | ']' => 0.35,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.95,
        'A'..='Z' | '&' | '=' | '+' | '<' | '>' | '~' => 0.7,
        '\u{21}'..='\u{7e}' => 0.6,
        '\u{a0}'..='\u{24f}' => 0.7,
        '\u{ff61}'..='\u{ffdc}' => 0.5,
        _ => 1.0,
    }
}

/// XML や HTML の要素や属性のなかに書ける文字列にする（XML に書けない制御文字は除く）。
///
/// ```
/// assert_eq!(kakunin::plot::escape("λ < 1 & \"Adam\""), "λ &lt; 1 &amp; &quot;Adam&quot;");
/// ```
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\r' | '\t' => escaped.push(' '),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => {}
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japanese_counts_by_character_and_not_by_byte() {
        assert_eq!(width("反復"), 2.0);
        assert_eq!(width("正答率（訓練）"), 7.0);
        assert_eq!(width("ｱｲｳ"), 1.5);
        assert!(width("SGD 0.01") < 8.0 * 0.7);
    }

    #[test]
    fn a_text_too_wide_is_made_smaller_and_then_cut() {
        let text = |s: &str| Text::at(0.0, 0.0).fit(s, 130.0);
        assert!(text("正答率").contains("font-size=\"13.0\">正答率<"));
        assert!(text("正答率正答率正答率正答").contains("font-size=\"11.8\">"));
        assert!(text(&"率".repeat(40)).contains("font-size=\"11.0\">率率率率率率率率率率…<"));
    }

    #[test]
    fn nothing_breaks_out_of_the_xml() {
        assert_eq!(escape("<a b=\"c\">&\u{1}\n"), "&lt;a b=&quot;c&quot;&gt;&amp; ");
    }
}

//! Markdown を HTML に、式を MathML に。

use kakunin::plot::escape;
use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// The HTML of a Markdown text.
pub(super) fn to_html(markdown: &str) -> String {
    let converter = LatexToMathML::new(MathCoreConfig::default()).ok();
    let math = |latex: &str, display| {
        let made = converter.as_ref().and_then(|c| c.convert_with_local_state(latex, display).ok());
        let html = made.map_or_else(|| format!("<code>{}</code>", escape(latex)), |made| made.mathml);
        Event::InlineHtml(html.into())
    };
    let wide = |html: &'static str| Event::Html(html.into());
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH;
    let events = Parser::new_ext(markdown, options).flat_map(|event| match event {
        Event::InlineMath(latex) => vec![math(&latex, MathDisplay::Inline)],
        Event::DisplayMath(latex) => vec![math(&latex, MathDisplay::Block)],
        Event::Start(Tag::Table(_)) => vec![wide("<div class=\"wide\">"), event],
        Event::End(TagEnd::Table) => vec![event, wide("</div>")],
        event => vec![event],
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}

/// The texts of the headings of this level.
pub(super) fn headings(markdown: &str, level: u8) -> Vec<String> {
    let mut found = Vec::new();
    let mut inside = false;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { level: here, .. }) if here as u8 == level => {
                inside = true;
                found.push(String::new());
            }
            Event::End(TagEnd::Heading(_)) => inside = false,
            Event::Text(text) | Event::Code(text) if inside => {
                if let Some(heading) = found.last_mut() {
                    heading.push_str(&text);
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_mathml() {
        let html = to_html("勾配 $\\nabla E$ と\n\n$$\nh_t = h_{t-1} + (\\nabla E)^2\n$$\n");
        assert_eq!(html.matches("<math").count(), 2);
        assert!(html.contains("display=\"block\"") && html.contains("<msub>"), "{html}");
        assert!(!html.contains('$'), "{html}");
    }

    #[test]
    fn a_formula_that_cannot_be_read_is_shown_as_it_is_written() {
        assert_eq!(to_html("$\\nosuchcommand<$"), "<p><code>\\nosuchcommand&lt;</code></p>\n");
    }

    #[test]
    fn headings_of_a_level_are_found() {
        assert_eq!(headings("# 一\n\n## 二 `x`\n\n本文\n\n## 三\n", 2), ["二 x", "三"]);
    }
}

//! Markdown を HTML に、式を MathML に。

use kakunin::plot::escape;
use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};

/// The MathML of a formula; what can't be read is shown as it is written.
fn mathml(latex: &str, display: MathDisplay) -> String {
    let converter = LatexToMathML::new(MathCoreConfig::default()).ok();
    let made = converter.and_then(|c| c.convert_with_local_state(latex, display).ok());
    made.map_or_else(|| format!("<code>{}</code>", escape(latex)), |made| made.mathml)
}

/// HTML that counts on MathJax for its `$$…$$`, with MathML instead.
pub(super) fn without_mathjax(html: &str) -> String {
    let unescaped = |text: &str| text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let pieces = html.split("$$").enumerate().map(|(i, piece)| {
        if i % 2 == 0 { piece.to_owned() } else { mathml(&unescaped(piece), MathDisplay::Block) }
    });
    pieces.collect()
}

/// The HTML of a Markdown text.
pub(super) fn to_html(markdown: &str) -> String {
    let math = |latex: &str, display| Event::InlineHtml(mathml(latex, display).into());
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
    fn formulas_of_an_output_need_no_mathjax() {
        let html = without_mathjax("<p>$$a &lt; b$$</p>");
        assert!(html.starts_with("<p><math") && html.contains("&lt;") && !html.contains('$'), "{html}");
    }

    #[test]
    fn headings_of_a_level_are_found() {
        assert_eq!(headings("# 一\n\n## 二 `x`\n\n本文\n\n## 三\n", 2), ["二 x", "三"]);
    }
}

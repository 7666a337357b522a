//! Help while writing: completion, and what is known of a name.

use super::{Rust, commands};
use evcxr::CommandContext;
use kakunin::Lang;
use kakunin_jupyter::{CharOffset, Completions, MimeBundle, Nobody};
use serde_json::{Map, Value, json};

/// A value is shown up to this many characters.
const VALUE_CHARACTERS: usize = 2000;

/// The name in a cell that only asks about it: `name?`.
pub(super) fn asked_about(code: &str) -> Option<&str> {
    let name = code.trim().strip_suffix('?')?.trim_end_matches('?').trim();
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.' | '!');
    (!name.is_empty() && name.chars().all(fits)).then_some(name)
}

/// A documentation is shown up to this many characters.
const DOCUMENTATION_CHARACTERS: usize = 6000;

/// Beginnings of names that the kernel and evcxr use for themselves.
const INTERNAL: [&str; 6] =
    ["evcxr_", "Evcxr", "kakunin_cell", "kakunin_prelude", super::impls::ANCHOR, "run_user_code_"];

pub(super) fn complete(context: &mut CommandContext, code: &str, at: CharOffset) -> Completions {
    let position = at.byte_in(code);
    if let Some(begun) = command_at(code, position) {
        let theirs = context.completions(":", 1).map_or_else(|_| Vec::new(), |found| found.completions);
        let matches = commands::completed(begun, theirs.into_iter().map(|found| found.code));
        let start = CharOffset::from_byte(code, position - begun.len());
        return Completions { matches, start, end: at, metadata: Map::new() };
    }
    let Ok(found) = context.completions(code, position) else { return Completions::none(at) };
    let start = CharOffset::from_byte(code, found.start_offset);
    let end = CharOffset::from_byte(code, found.end_offset);
    let mut matches: Vec<String> = Vec::new();
    let mut types: Vec<Value> = Vec::new();
    for completion in found.completions {
        // rust-analyzer offers a call with its arguments as a template; on the wire a name is a name.
        let name = completion.code.split(['(', '<', ' ', '{']).next().unwrap_or_default().to_owned();
        let internal = INTERNAL.iter().any(|beginning| name.starts_with(beginning));
        if name.is_empty() || internal || matches.contains(&name) {
            continue;
        }
        types.push(json!({
            "text": name, "type": completion.kind, "signature": completion.label,
            "start": start.0, "end": end.0,
        }));
        matches.push(name);
    }
    let metadata = Map::from_iter([("_jupyter_types_experimental".to_owned(), Value::Array(types))]);
    Completions { matches, start, end, metadata }
}

/// The beginning of a command that ends at `position`: a word with a colon that begins a line at the head of a cell.
fn command_at(code: &str, position: usize) -> Option<&str> {
    let before = &code[..position];
    let (head, line) = before.rsplit_once('\n').unwrap_or(("", before));
    let of_head = |line: &str| line.trim().is_empty() || line.trim_start().starts_with([':', '/']);
    let begun = line.trim_start();
    (begun.starts_with(':') && !begun.contains(char::is_whitespace) && head.lines().all(of_head))
        .then_some(begun)
}

/// The path or method chain that ends at or goes on at `position`, and where it ends.
fn name_at(code: &str, position: usize) -> Option<(&str, usize)> {
    let in_name = |c: char| c.is_alphanumeric() || c == '_';
    let tail = &code[position..];
    let end = position + tail.find(|c| !in_name(c)).unwrap_or(tail.len());
    let head = &code[..end];
    let start = head
        .rfind(|c: char| !in_name(c) && c != ':')
        .map_or(0, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
    let name = head[start..].trim_start_matches(':');
    (!name.is_empty()).then_some((name, end))
}

impl Rust {
    /// What `name?` shows.
    pub(super) fn explain(&mut self, name: &str) -> MimeBundle {
        self.describe(name, CharOffset::end_of(name)).unwrap_or_else(|| {
            MimeBundle::text(Lang::current().pick(
                format!("{name} という名前は見つかりません。"),
                format!("Nothing is known by the name {name}."),
            ))
        })
    }

    /// A variable's type and value, and the documentation of the name at `at`.
    pub(super) fn describe(&mut self, code: &str, at: CharOffset) -> Option<MimeBundle> {
        let (name, end) = name_at(code, at.byte_in(code))?;
        let variable = self
            .context
            .variables_and_types()
            .find(|(variable, _)| *variable == name)
            .map(|(name, kind)| format!("{name}: {kind}"));
        let value = variable.as_ref().and_then(|_| self.value_of(name));
        let documentation = self
            .context
            .hover_at(&code[..end], end)
            .ok()
            .filter(|(text, _)| text != "No documentation found")
            .map(|(text, html)| (beginning(&text), beginning_of_html(html)));
        let head =
            [variable, value.map(|value| format!(" = {value}"))].into_iter().flatten().collect::<String>();
        match (head.is_empty(), documentation) {
            (true, None) => None,
            (true, Some((text, html))) => Some(MimeBundle::text(text).with("text/html", html)),
            (false, None) => Some(MimeBundle::text(head)),
            (false, Some((text, html))) => Some(
                MimeBundle::text(format!("{head}\n\n{text}"))
                    .with("text/html", format!("<pre>{}</pre>{html}", escaped(&head))),
            ),
        }
    }

    /// The value as `{:?}` shows it; nothing if the type has no such form.
    fn value_of(&mut self, name: &str) -> Option<String> {
        let code = format!("kakunin_prelude::display::shown(&{name})");
        let result = self.run(&code, name, "0".to_owned(), &Nobody).ok()?.result?;
        Some(first_characters(result.plain(), VALUE_CHARACTERS))
    }
}

fn first_characters(text: &str, count: usize) -> String {
    let shown: String = text.chars().take(count).collect();
    if shown.len() < text.len() { shown + "…" } else { shown }
}

/// The beginning of a documentation, up to the end of a line.
fn beginning(text: &str) -> String {
    if text.chars().count() <= DOCUMENTATION_CHARACTERS {
        return text.to_owned();
    }
    let shown: String = text.chars().take(DOCUMENTATION_CHARACTERS).collect();
    let (lines, _) = shown.rsplit_once('\n').unwrap_or((&shown, ""));
    format!("{lines}\n…")
}

/// The same, up to the end of a paragraph.
fn beginning_of_html(html: String) -> String {
    if html.chars().count() <= 2 * DOCUMENTATION_CHARACTERS {
        return html;
    }
    let shown: String = html.chars().take(2 * DOCUMENTATION_CHARACTERS).collect();
    let (paragraphs, _) = shown.rsplit_once("</p>").unwrap_or((&shown, ""));
    format!("{paragraphs}</p><p>…</p>")
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_question_mark_asks_about_it_and_a_call_does_not() {
        assert_eq!(asked_about("  data?\n"), Some("data"));
        assert_eq!(asked_about("optimizer::Adam??"), Some("optimizer::Adam"));
        assert_eq!(asked_about("mnist()?"), None);
        assert_eq!(asked_about("a + b?"), None);
        assert_eq!(asked_about("?"), None);
    }

    #[test]
    fn a_command_is_completed_at_the_head_of_a_cell_only() {
        assert_eq!(command_at(":ti", 3), Some(":ti"));
        assert_eq!(command_at("// note\n:dep x\n  :v", 19), Some(":v"));
        for (code, at) in [("x::y", 3), ("let x = 1;\n:v", 13), (":opt 2", 6), ("", 0)] {
            assert_eq!(command_at(code, at), None, "{code}");
        }
    }

    #[test]
    fn a_long_documentation_ends_with_a_whole_line_or_paragraph() {
        let text = "line\n".repeat(DOCUMENTATION_CHARACTERS);
        assert!(beginning(&text).ends_with("line\n…") && beginning(&text).len() < 7000);
        let html = "<p>text</p>\n".repeat(DOCUMENTATION_CHARACTERS);
        assert!(beginning_of_html(html).ends_with("</p><p>…</p>"));
        assert_eq!(beginning("short"), "short");
    }

    #[test]
    fn the_name_at_a_cursor_is_the_whole_path_up_to_it() {
        assert_eq!(
            name_at("let 値 = kakunin::mn();", "let 値 = kakunin::m".len()),
            Some(("kakunin::mn", "let 値 = kakunin::mn".len()))
        );
        assert_eq!(name_at("x + 平均", "x + 平".len()), Some(("平均", "x + 平均".len())));
        assert_eq!(name_at("1 + ", 4), None);
    }
}

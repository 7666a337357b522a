//! Help while writing: completion, and what is known of a name.

use super::Rust;
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

pub(super) fn complete(context: &mut CommandContext, code: &str, at: CharOffset) -> Completions {
    let position = at.byte_in(code);
    let Ok(found) = context.completions(code, position) else { return Completions::none(at) };
    let start = CharOffset::from_byte(code, found.start_offset);
    let end = CharOffset::from_byte(code, found.end_offset);
    let mut matches: Vec<String> = Vec::new();
    let mut types: Vec<Value> = Vec::new();
    for completion in found.completions {
        // rust-analyzer offers a call with its arguments as a template; on the wire a name is a name.
        let name = completion.code.split(['(', '<', ' ', '{']).next().unwrap_or_default().to_owned();
        if name.is_empty() || matches.contains(&name) {
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
            .filter(|(text, _)| text != "No documentation found");
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
        let text = result.plain();
        let shown: String = text.chars().take(VALUE_CHARACTERS).collect();
        Some(if shown.len() < text.len() { shown + "…" } else { shown })
    }
}

fn escaped(text: &str) -> String {
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
    fn the_name_at_a_cursor_is_the_whole_path_up_to_it() {
        assert_eq!(
            name_at("let 値 = kakunin::mn();", "let 値 = kakunin::m".len()),
            Some(("kakunin::mn", "let 値 = kakunin::mn".len()))
        );
        assert_eq!(name_at("x + 平均", "x + 平".len()), Some(("平均", "x + 平均".len())));
        assert_eq!(name_at("1 + ", 4), None);
    }
}

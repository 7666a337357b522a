//! `:vars`: the variables with their types.

use super::assist::escaped;
use kakunin::Lang;
use kakunin_jupyter::MimeBundle;

/// A table of names and types, in the order of the names.
pub(super) fn table<'a>(variables: impl Iterator<Item = (&'a str, &'a str)>) -> MimeBundle {
    let mut variables: Vec<(&str, &str)> = variables.collect();
    variables.sort_unstable();
    if variables.is_empty() {
        return MimeBundle::text(Lang::current().pick("変数はありません。", "There are no variables."));
    }
    let [name, kind] = Lang::current().pick(["変数", "型"], ["variable", "type"]);
    let width = variables.iter().map(|(name, _)| columns(name)).max().unwrap_or(0);
    let padded = |text: &str| format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))));
    let lines: Vec<String> =
        variables.iter().map(|(name, kind)| format!("{}  {kind}", padded(name))).collect();
    let cell = |text: &str| format!("<td style=\"text-align:left\"><code>{}</code></td>", escaped(text));
    let rows: String =
        variables.iter().map(|(name, kind)| format!("<tr>{}{}</tr>", cell(name), cell(kind))).collect();
    let heads: String =
        [name, kind].iter().map(|head| format!("<th style=\"text-align:left\">{head}</th>")).collect();
    MimeBundle::text(lines.join("\n"))
        .with("text/html", format!("<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"))
}

/// How wide a text is on a terminal, on which Japanese characters take two columns.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if ('\u{2e80}'..='\u{ffe6}').contains(&c) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_types_stand_below_each_other() {
        let bundle = table([("平均", "f64"), ("a", "Vec<u8>")].into_iter());
        assert_eq!(bundle.plain(), "a     Vec<u8>\n平均  f64");
        assert!(bundle.get("text/html").unwrap().as_str().unwrap().contains("Vec&lt;u8&gt;"));
    }
}

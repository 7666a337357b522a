//! rustc's messages, with the lines of evcxr's own text.

use super::rewrite::Rewritten;
use serde_json::{Value, json};

/// Added to a message about a final expression that cannot be displayed: the type that has no `Debug`.
pub(crate) const NOT_DEBUG: &str = "not_debug";

/// Added to each part of a message: the message and the code of the whole, of which evcxr may show the part alone.
pub(crate) const WHOLE: &str = "whole";

/// rustc's JSON messages (one a line) with every place in the cell moved to the line it had in evcxr's text.
pub(super) fn placed(messages: &[u8], cell: &Rewritten) -> Vec<u8> {
    let mut out = Vec::with_capacity(messages.len());
    for line in messages.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        match serde_json::from_slice::<Value>(line) {
            Ok(mut message) => {
                without_our_trait(&mut message);
                about_the_display(&mut message, cell);
                about_a_variable(&mut message, cell);
                tell_the_parts(&mut message);
                place(&mut message, &cell.origins);
                out.extend_from_slice(message.to_string().as_bytes());
            }
            Err(_) => out.extend_from_slice(line),
        }
        out.push(b'\n');
    }
    out
}

/// Whether none of the errors is about borrows and moves: those read differently inside a closure.
pub(super) fn independent_of_closures(messages: &[u8]) -> bool {
    messages
        .split(|&byte| byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
        .filter(|message| message["level"] == "error")
        .all(|message| match message["code"]["code"].as_str() {
            // A closure that catches panics wants what it borrows to be safe to look at behind one.
            Some("E0277") => !message["message"].as_str().is_some_and(|text| text.contains("UnwindSafe")),
            Some(code) => TYPES_AND_NAMES.contains(&code),
            // The last line: "aborting due to 1 previous error".
            None => message["message"].as_str().is_some_and(|text| text.starts_with("aborting due to")),
        })
}

/// Errors found before borrows are looked at: types that do not fit, names, paths, methods and traits that are not
/// there, wrong numbers of arguments.
const TYPES_AND_NAMES: [&str; 13] = [
    "E0061", "E0107", "E0308", "E0369", "E0412", "E0423", "E0425", "E0432", "E0433", "E0560", "E0599",
    "E0608", "E0614",
];

/// Drops the advice to bring the prelude's display trait into scope. It points at the learner's first `use`, and evcxr
/// would take the whole error for one of the learner's own, where it is the sign to display in another way.
fn without_our_trait(message: &mut Value) {
    if let Some(children) = message.get_mut("children").and_then(Value::as_array_mut) {
        children
            .retain(|child| !child["message"].as_str().is_some_and(|text| text.contains("`EvcxrDisplay`")));
    }
}

/// An error in our call of the display is one of the learner's final expression, whose type has no `Debug`.
fn about_the_display(message: &mut Value, cell: &Rewritten) {
    let Some((expression, call)) = &cell.displayed else { return };
    let of_the_call = |span: &Value| {
        span["is_primary"] == true
            && span["line_start"] == call + 1
            && span["file_name"].as_str().is_some_and(|file| file.ends_with("lib.rs"))
    };
    let Some(kind) = lacks_debug(message) else { return };
    if !message["spans"].as_array().is_some_and(|spans| spans.iter().any(of_the_call)) {
        return;
    }
    let lines: Vec<&str> = cell.source.lines().skip(expression.start).take(expression.len()).collect();
    let Some(last) = lines.iter().rposition(|line| !line.trim().is_empty()) else { return };
    let characters = |text: &str| text.chars().count();
    let indent = characters(lines[0]) - characters(lines[0].trim_start());
    message[NOT_DEBUG] = Value::String(kind);
    message["children"] = json!([]);
    message["spans"] = json!([{
        "file_name": "src/lib.rs",
        "line_start": expression.start + 1, "column_start": indent + 1,
        "line_end": expression.start + last + 1, "column_end": characters(lines[last].trim_end()) + 1,
        "is_primary": true, "label": null, "suggested_replacement": null, "expansion": null, "text": [],
    }]);
}

/// An error in keeping a variable (it was moved) is for evcxr, which then does not keep it. It must not take a note on a
/// function of the learner's for the error itself.
fn about_a_variable(message: &mut Value, cell: &Rewritten) {
    let keeps = |span: &Value| {
        let line = span["line_start"].as_u64().and_then(|line| usize::try_from(line).ok()).unwrap_or(0);
        let text = cell.source.lines().nth(line.wrapping_sub(1)).unwrap_or_default();
        span["is_primary"] == true && text.starts_with(VARIABLE_IS_PUT)
    };
    if message["spans"].as_array().is_some_and(|spans| spans.iter().any(keeps)) {
        message["children"] = json!([]);
    }
}

const VARIABLE_IS_PUT: &str = "evcxr_variable_store.put_";

/// The type that rustc names last for want of it, the innermost: of `` `Vec<Point>: Debug` `` and `` `[Point]: Debug` ``,
/// the `Point`.
fn lacks_debug(message: &Value) -> Option<String> {
    let notes = message["children"].as_array()?.iter().filter_map(|child| child["message"].as_str());
    let bounds: Vec<&str> =
        notes.flat_map(|note| note.split('`')).filter_map(|bound| bound.strip_suffix(": Debug")).collect();
    let kind = bounds.last()?.trim_start_matches('[').trim_end_matches(']');
    Some(if kind.starts_with("{closure") { "closure".to_owned() } else { kind.to_owned() })
}

fn tell_the_parts(message: &mut Value) {
    let whole = json!({ "message": message["message"], "code": message["code"] });
    for part in message.get_mut("children").and_then(Value::as_array_mut).into_iter().flatten() {
        part[WHOLE] = whole.clone();
    }
}

fn place(value: &mut Value, origins: &[usize]) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| place(item, origins)),
        Value::Object(fields) => {
            let in_cell =
                fields.get("file_name").and_then(Value::as_str).is_some_and(|file| file.ends_with("lib.rs"));
            for field in ["line_start", "line_end"] {
                let line =
                    fields.get(field).and_then(Value::as_u64).and_then(|line| usize::try_from(line).ok());
                if let Some(origin) =
                    line.filter(|_| in_cell).and_then(|line| origins.get(line.wrapping_sub(1)))
                {
                    fields.insert(field.to_owned(), Value::from(*origin));
                }
            }
            fields.values_mut().for_each(|field| place(field, origins));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(origins: &[usize]) -> Rewritten {
        Rewritten { source: String::new(), origins: origins.to_vec(), places: Vec::new(), displayed: None }
    }

    #[test]
    fn spans_move_to_the_lines_of_the_original_text_and_other_files_stay() {
        let message = br#"{"spans":[{"file_name":"src/lib.rs","line_start":2,"line_end":3},{"file_name":"std.rs","line_start":2,"line_end":2}]}"#;
        let placed = String::from_utf8(placed(message, &cell(&[1, 30, 31]))).unwrap();
        let value: Value = serde_json::from_str(&placed).unwrap();
        assert_eq!(value["spans"][0]["line_start"], 30);
        assert_eq!(value["spans"][0]["line_end"], 31);
        assert_eq!(value["spans"][1]["line_start"], 2);
    }

    #[test]
    fn an_error_of_types_reads_the_same_in_a_closure_and_one_of_borrows_does_not() {
        let error = |code: &str| {
            format!("{{\"level\":\"error\",\"message\":\"m\",\"code\":{{\"code\":\"{code}\"}}}}\n")
        };
        let end = "{\"level\":\"error\",\"message\":\"aborting due to 1 previous error\",\"code\":null}\n";
        assert!(independent_of_closures((error("E0308") + end).as_bytes()));
        assert!(!independent_of_closures((error("E0308") + &error("E0499") + end).as_bytes()));
    }

    #[test]
    fn advice_about_the_preludes_trait_is_left_out_and_other_advice_stays() {
        let message = br#"{"message":"no method","children":[{"message":"trait `EvcxrDisplay` is not in scope"},{"message":"try `x`"}]}"#;
        let placed: Value = serde_json::from_slice(&placed(message, &cell(&[]))).unwrap();
        assert_eq!(placed["children"].as_array().unwrap().len(), 1);
        assert_eq!(placed["children"][0]["message"], "try `x`");
    }

    #[test]
    fn what_is_not_json_passes_as_it_is() {
        assert_eq!(placed(b"error: linker failed\n", &cell(&[])), b"error: linker failed\n");
    }

    #[test]
    fn an_expression_that_cannot_be_displayed_is_the_place_and_its_type_is_named() {
        let shown = Rewritten {
            source: "match &(\n  vec![Point]\n\n) {\n".to_owned(),
            origins: vec![10, 11, 12, 13],
            places: Vec::new(),
            displayed: Some((1..3, 3)),
        };
        let note = "the following trait bounds were not satisfied:\n`Vec<Point>: Debug`\n`[Point]: Debug`";
        let span = json!({ "file_name": "src/lib.rs", "line_start": 4, "line_end": 4, "is_primary": true });
        let message = json!({
            "message": "`Vec<Point>` doesn't implement `Debug`", "children": [{ "message": note }], "spans": [span],
        });
        let message = message.to_string().into_bytes();
        let placed: Value = serde_json::from_slice(&placed(&message, &shown)).unwrap();
        assert_eq!(placed[NOT_DEBUG], "Point");
        let span = &placed["spans"][0];
        assert_eq!((&span["line_start"], &span["line_end"]), (&json!(11), &json!(11)));
        assert_eq!((&span["column_start"], &span["column_end"]), (&json!(3), &json!(14)));
    }

    #[test]
    fn an_error_in_keeping_a_variable_has_no_notes_on_other_code() {
        let source = "f(v);\nevcxr_variable_store.put_variable::<V>(stringify!(v), v);\n".to_owned();
        let cell = Rewritten { source, origins: vec![1, 2], places: Vec::new(), displayed: None };
        let about = |line: usize| {
            let span = json!({ "file_name": "src/lib.rs", "line_start": line, "line_end": line, "is_primary": true });
            json!({ "message": "m", "spans": [span], "children": [{ "message": "note" }] }).to_string()
        };
        let children = |line: usize| {
            let placed: Value = serde_json::from_slice(&placed(about(line).as_bytes(), &cell)).unwrap();
            placed["children"].as_array().unwrap().len()
        };
        assert_eq!((children(1), children(2)), (1, 0));
    }

    #[test]
    fn a_part_of_a_message_knows_the_whole() {
        let message = br#"{"message":"conflicting","code":{"code":"E0119"},"children":[{"message":"note"}]}"#;
        let placed: Value = serde_json::from_slice(&placed(message, &cell(&[]))).unwrap();
        assert_eq!(placed["children"][0][WHOLE]["message"], "conflicting");
    }
}

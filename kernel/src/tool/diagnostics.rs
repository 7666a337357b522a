//! rustc's messages, with the lines of evcxr's own text.

use serde_json::Value;

/// rustc's JSON messages (one a line) with every place in the cell moved to the line it had in evcxr's text.
pub(super) fn placed(messages: &[u8], origins: &[usize]) -> Vec<u8> {
    let mut out = Vec::with_capacity(messages.len());
    for line in messages.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        match serde_json::from_slice::<Value>(line) {
            Ok(mut message) => {
                without_our_trait(&mut message);
                place(&mut message, origins);
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

    #[test]
    fn spans_move_to_the_lines_of_the_original_text_and_other_files_stay() {
        let message = br#"{"spans":[{"file_name":"src/lib.rs","line_start":2,"line_end":3},{"file_name":"std.rs","line_start":2,"line_end":2}]}"#;
        let placed = String::from_utf8(placed(message, &[1, 30, 31])).unwrap();
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
        let placed: Value = serde_json::from_slice(&placed(message, &[])).unwrap();
        assert_eq!(placed["children"].as_array().unwrap().len(), 1);
        assert_eq!(placed["children"][0]["message"], "try `x`");
    }

    #[test]
    fn what_is_not_json_passes_as_it_is() {
        assert_eq!(placed(b"error: linker failed\n", &[]), b"error: linker failed\n");
    }
}

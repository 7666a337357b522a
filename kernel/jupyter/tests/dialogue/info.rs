//! "Kernel info", "Code completeness", "Comm info".

use serde_json::json;

use crate::front_end::FrontEnd;

#[test]
fn the_kernel_says_who_it_is() {
    let mut front = FrontEnd::new();
    let info = front.ask("kernel_info_request", json!({}));
    assert_eq!(info["status"], "ok");
    assert_eq!(info["protocol_version"], "5.4");
    assert_eq!(info["implementation"], "echo");
    assert_eq!(
        info["language_info"],
        json!({
            "name": "echo", "version": "1", "mimetype": "text/plain",
            "file_extension": ".echo", "pygments_lexer": "text",
        })
    );
    assert_eq!(info["debugger"], false);
    assert_eq!(info["help_links"][0]["text"], "Jupyter");
}

#[test]
fn a_text_is_complete_incomplete_with_an_indent_invalid_or_unknown() {
    let mut front = FrontEnd::new();
    let mut ask = |code: &str| front.ask("is_complete_request", json!({ "code": code }));
    assert_eq!(ask("print x"), json!({ "status": "complete" }));
    assert_eq!(ask("print \\"), json!({ "status": "incomplete", "indent": "  " }));
    assert_eq!(ask(")"), json!({ "status": "invalid" }));
    assert_eq!(ask("what?"), json!({ "status": "unknown" }));
}

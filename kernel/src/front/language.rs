//! What the kernel says of itself.

use super::Stop;
use crate::completeness::completeness;
use kakunin::Lang;
use kakunin_jupyter::{Completeness, HelpLink, Language, LanguageInfo};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Rust, as Jupyter is told of it; answers without the interpreter.
pub(crate) struct RustLanguage {
    pub(crate) stop: Arc<Stop>,
    /// rustc's release
    pub(crate) version: String,
}

impl Language for RustLanguage {
    fn info(&self) -> LanguageInfo {
        let tools = [
            ("pygments_lexer", Value::from("rust")),
            ("codemirror_mode", Value::from("rust")),
            ("nbconvert_exporter", Value::from("script")),
        ];
        let links = [
            ("Rust", "https://doc.rust-lang.org/std/"),
            ("The Rust Programming Language", "https://doc.rust-lang.org/book/"),
            ("ndarray", "https://docs.rs/ndarray/"),
            ("evcxr", "https://github.com/evcxr/evcxr"),
        ];
        LanguageInfo {
            name: "rust".to_owned(),
            version: self.version.clone(),
            mimetype: "text/rust".to_owned(),
            file_extension: ".rs".to_owned(),
            tools: Map::from_iter(tools.map(|(name, value)| (name.to_owned(), value))),
            implementation: "kakunin".to_owned(),
            implementation_version: env!("CARGO_PKG_VERSION").to_owned(),
            banner: Lang::current().pick(
                format!(
                    "Rust {}（kakunin {}）。:help でコマンドの一覧。",
                    self.version,
                    env!("CARGO_PKG_VERSION")
                ),
                format!(
                    "Rust {} (kakunin {}). :help lists the commands.",
                    self.version,
                    env!("CARGO_PKG_VERSION")
                ),
            ),
            help_links: links
                .map(|(text, url)| HelpLink { text: text.to_owned(), url: url.to_owned() })
                .to_vec(),
        }
    }

    fn completeness(&self, code: &str) -> Completeness {
        completeness(code)
    }

    fn interrupt(&self) {
        self.stop.interrupt();
    }
}

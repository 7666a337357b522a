//! A display in several forms: mime type → content.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One display in alternative forms, keyed by mime type. JSON types hold JSON, all others text (images in base64).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MimeBundle(Map<String, Value>);

impl MimeBundle {
    /// A bundle of plain text only.
    pub fn text(text: impl Into<String>) -> MimeBundle {
        MimeBundle::default().with("text/plain", text.into())
    }

    /// This bundle with one more form (or another content of it).
    #[must_use]
    pub fn with(mut self, mime: impl Into<String>, content: impl Into<Value>) -> MimeBundle {
        self.0.insert(mime.into(), content.into());
        self
    }

    /// The content of one form.
    pub fn get(&self, mime: &str) -> Option<&Value> {
        self.0.get(mime)
    }

    /// Whether there is no form at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The plain text of the bundle; empty where it has none.
    pub fn plain(&self) -> &str {
        self.get("text/plain").and_then(Value::as_str).unwrap_or_default()
    }

    /// The forms with their contents.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(mime, content)| (mime.as_str(), content))
    }

    /// A result always has plain text: front ends without graphics, history and nbconvert rely on it.
    pub(crate) fn with_plain(self) -> MimeBundle {
        if self.0.contains_key("text/plain") {
            return self;
        }
        let name = self.0.keys().next().map_or_else(String::new, |mime| format!("<{mime}>"));
        self.with("text/plain", name)
    }
}

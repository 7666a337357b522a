//! What a cell did.

use serde_json::Value;

/// The reply to a cell, and what was published before.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) reply: Value,
    /// types and contents, in order
    pub(crate) published: Vec<(String, Value)>,
}

/// How a cell failed, without colours.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failed {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) traceback: String,
}

impl Ran {
    /// Contents of the messages of one type.
    pub(crate) fn all(&self, msg_type: &str) -> Vec<&Value> {
        self.published.iter().filter(|(known, _)| known == msg_type).map(|(_, content)| content).collect()
    }

    fn stream(&self, name: &str) -> String {
        let pieces = self.all("stream").into_iter().filter(|content| content["name"] == name);
        pieces.map(|content| content["text"].as_str().unwrap()).collect()
    }

    pub(crate) fn stdout(&self) -> String {
        self.stream("stdout")
    }

    pub(crate) fn stderr(&self) -> String {
        self.stream("stderr")
    }

    /// The result's forms, by MIME type.
    pub(crate) fn results(&self) -> Vec<&Value> {
        self.all("execute_result").into_iter().map(|content| &content["data"]).collect()
    }

    /// The text of the one result.
    pub(crate) fn result(&self) -> &str {
        let results = self.results();
        assert_eq!(results.len(), 1, "{self:?}");
        results[0]["text/plain"].as_str().unwrap()
    }

    /// The displays' forms, by MIME type.
    pub(crate) fn displays(&self) -> Vec<&Value> {
        self.all("display_data").into_iter().map(|content| &content["data"]).collect()
    }

    /// The one error output, which says the same as the reply.
    pub(crate) fn failed(&self) -> Failed {
        let errors = self.all("error");
        assert_eq!(errors.len(), 1, "{self:?}");
        assert_eq!(self.reply["status"], "error");
        for field in ["ename", "evalue", "traceback"] {
            assert_eq!(errors[0][field], self.reply[field]);
        }
        let text = |value: &Value| plain(value.as_str().unwrap());
        let lines: Vec<String> = errors[0]["traceback"].as_array().unwrap().iter().map(text).collect();
        Failed {
            name: text(&errors[0]["ename"]),
            value: text(&errors[0]["evalue"]),
            traceback: lines.join("\n"),
        }
    }
}

/// Text without colours.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\x1b[") {
        out.push_str(before);
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    out + rest
}

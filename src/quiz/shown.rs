//! 採点の結果の表示。

use super::teach::html;
use super::{Outcome, Text};
use crate::Lang;
use crate::notebook::Output;

impl Outcome {
    /// ノートブックに表示する。セルの最後に書けば、カーネルが呼ぶ。
    pub fn evcxr_display(&self) {
        Output::from(self).show();
    }

    /// 見出しと文の組: 判定、読み取ったこと、ひとこと、正確には、解説、続けてすること。
    pub fn lines(&self, lang: Lang) -> Vec<(&'static str, String)> {
        let text = |text: &Text| text.pick(lang).to_owned();
        let recognised: Vec<String> = self.recognised.iter().map(text).collect();
        let mut lines = vec![(lang.pick("判定", "Verdict"), self.verdict.name(lang).to_owned())];
        if !recognised.is_empty() {
            lines.push((lang.pick("読み取ったこと", "Recognised"), recognised.join(lang.pick("、", "; "))));
        }
        lines.extend(self.feedback.iter().map(|say| (lang.pick("ひとこと", "Feedback"), text(say))));
        lines.extend(self.note.iter().flat_map(|note| note.lines(lang)));
        lines.extend(self.explanation.iter().map(|say| (lang.pick("解説", "Explanation"), text(say))));
        lines.extend(self.further.map(|further| further.line(lang)));
        lines.extend(self.remark.iter().map(|remark| (lang.pick("お知らせ", "Please note"), text(remark))));
        lines
    }
}

impl From<&Outcome> for Output {
    fn from(outcome: &Outcome) -> Output {
        let lang = Lang::current();
        let lines = outcome.lines(lang);
        let plain: Vec<String> = lines.iter().map(|(name, text)| format!("{name}: {text}")).collect();
        let html: String = lines
            .iter()
            .map(|(name, text)| format!("<dt><strong>{name}</strong></dt><dd>{}</dd>\n", html(text)))
            .collect();
        Output::new()
            .plain(plain.join("\n"))
            .html(format!("<dl lang=\"{}\">\n{html}</dl>", lang.pick("ja", "en")))
    }
}

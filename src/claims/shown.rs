//! ノートブックでの表示: 講座の文、予想、判定、測ったもの、言うこと。

use super::{Claim, Evidence, EvidenceFile, Outcome, Prediction};
use crate::notebook::{Card, Output, shown_as_a_card};
use crate::plot::escape;
use crate::{Lang, claims};

impl Evidence {
    /// この証拠の主張。名前が知られていなければ、なし。
    pub fn claim(&self) -> Option<Claim> {
        claims::find(&self.id).ok()
    }

    /// 数行の文: 講座の文、判定、部分ごとの値、言うこと。
    pub fn text(&self, lang: Lang) -> String {
        let Some(claim) = self.claim() else { return self.id.clone() };
        let mut lines = vec![
            lang.pick(
                format!("講座: 「{}」（{}）", claim.quote, claim.place),
                format!("The course: \"{}\" ({})", claim.quote, claim.place),
            ),
            format!(
                "{}: {}{}",
                lang.pick("判定", "Verdict"),
                self.verdict.name(lang),
                self.of_prediction(lang)
            ),
            format!(
                "{}: {}",
                lang.pick("測ったもの", "Measured"),
                lang.pick(claim.measures.0, claim.measures.1)
            ),
        ];
        for k in 0..self.parts.len() {
            let (name, figures) = (self.part_name(&claim, k, lang), self.figures(k, lang));
            lines.push(format!("  {} {name}: {figures}", self.outcome(k, lang)));
        }
        lines.push(format!("{}: {}", lang.pick("シード", "Seeds"), self.seed_names(lang)));
        lines.push(lang.pick(claim.advice.0, claim.advice.1).to_owned());
        lines.extend(self.remark.iter().map(|remark| remark.pick(lang).to_owned()));
        lines.join("\n")
    }

    fn outcome(&self, k: usize, lang: Lang) -> &'static str {
        match self.parts[k].outcome {
            Outcome::Holds => lang.pick("○", "holds:"),
            Outcome::Fails => lang.pick("×", "fails:"),
            Outcome::Unknown => lang.pick("？", "unknown:"),
        }
    }

    fn of_prediction(&self, lang: Lang) -> String {
        match self.predicted {
            None => String::new(),
            Some(p) if p == self.verdict => {
                lang.pick(format!("（予想「{}」のとおり）", p.name(lang)), " (as predicted)".to_owned())
            }
            Some(p) => lang
                .pick(format!("（予想は「{}」）", p.name(lang)), format!(" (predicted: {})", p.name(lang))),
        }
    }

    /// `0..10`, or the seeds one by one.
    fn seed_names(&self, lang: Lang) -> String {
        let first = self.seeds.first().copied().unwrap_or_default();
        let in_a_row =
            self.seeds.iter().enumerate().all(|(i, seed)| u64::from(*seed) == u64::from(first) + i as u64);
        let names = if in_a_row {
            format!("{first}..{}", u64::from(first) + self.seeds.len() as u64)
        } else {
            self.seeds.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
        };
        let quick = if self.quick { lang.pick("（短い学習で）", " (shortened)") } else { "" };
        format!("{names}{quick}")
    }

    /// 見出しのない HTML の一部: 判定、図、表、言うこと。
    pub fn html(&self, lang: Lang) -> String {
        let Some(claim) = self.claim() else { return String::new() };
        let cell = |text: &str| format!("<td style=\"text-align:left\">{}</td>", escape(text));
        let row = |k: usize| {
            let (name, figures) = (self.part_name(&claim, k, lang), self.figures(k, lang));
            format!("<tr>{}{}{}</tr>\n", cell(self.outcome(k, lang)), cell(&name), cell(&figures))
        };
        let rows: String = (0..self.parts.len()).map(row).collect();
        let (measured, table) = lang.pick(
            ("測ったもの", "数値の表（平均 [95% 区間]、しきい値）"),
            ("Measured", "Table of figures (mean [95% interval], threshold)"),
        );
        format!(
            "<blockquote lang=\"ja\">{quote}<br><small>{place}</small></blockquote>\n\
             <p><strong>{verdict}: {name}</strong>{predicted}</p>\n<p>{measured}: {measures}（{seeds_word} {seeds}）</p>\n{svg}\
             <p>{advice}</p>\n{remark}<details><summary>{table}</summary>\n<table>\n{rows}</table>\n</details>\n",
            quote = escape(claim.quote),
            place = escape(claim.place),
            verdict = lang.pick("判定", "Verdict"),
            name = self.verdict.name(lang),
            predicted = escape(&self.of_prediction(lang)),
            measures = escape(lang.pick(claim.measures.0, claim.measures.1)),
            seeds_word = lang.pick("シード", "seeds"),
            seeds = self.seed_names(lang),
            svg = self.svg(&claim, lang),
            advice = escape(lang.pick(claim.advice.0, claim.advice.1)),
            remark = self
                .remark
                .iter()
                .map(|remark| format!("<p>{}</p>\n", escape(remark.pick(lang))))
                .collect::<String>(),
        )
    }

    /// ノートブックに表示する。セルの最後に書けば、カーネルが呼ぶ。
    pub fn evcxr_display(&self) {
        Output::from(self).show();
    }
}

impl From<&Evidence> for Output {
    fn from(evidence: &Evidence) -> Output {
        let lang = Lang::current();
        let code = lang.pick("ja", "en");
        Output::new()
            .plain(evidence.text(lang))
            .html(format!("<section lang=\"{code}\">\n{}</section>\n", evidence.html(lang)))
    }
}

impl From<&Claim> for Output {
    /// 講座の文と、予想のしかた。判定は見せない。
    fn from(claim: &Claim) -> Output {
        let lang = Lang::current();
        let measures = lang.pick(claim.measures.0, claim.measures.1);
        let how = lang.pick(
            "先に予想してから測る: claim.predict(Verdict::…).run(0..10)?（Supported 支持、NotSupported 支持されない、Depends 定義による）",
            "Predict, then measure: claim.predict(Verdict::…).run(0..10)? (Supported, NotSupported, Depends)",
        );
        let measured = lang.pick("測るもの", "What is measured");
        let plain = format!("「{}」（{}）\n{measured}: {measures}\n{how}", claim.quote, claim.place);
        let html = format!(
            "<blockquote lang=\"ja\">{}<br><small>{}</small></blockquote>\n<p>{measured}: {}</p>\n<p>{}</p>\n",
            escape(claim.quote),
            escape(claim.place),
            escape(measures),
            escape(how),
        );
        Output::new().plain(plain).html(html)
    }
}

impl Claim {
    /// ノートブックに表示する。セルの最後に書けば、カーネルが呼ぶ。
    pub fn evcxr_display(&self) {
        Output::from(self).show();
    }
}

impl Prediction {
    /// ノートブックに表示する。セルの最後に書けば、カーネルが呼ぶ。
    pub fn evcxr_display(&self) {
        self.claim.evcxr_display();
    }
}

shown_as_a_card!(EvidenceFile);

impl EvidenceFile {
    fn card(&self, lang: Lang) -> Card {
        let n = self.claims.len();
        let title = lang.pick(format!("証拠（{n} の主張）"), format!("Evidence of {n} claims"));
        let header = lang.pick(
            ["名前", "講座の文", "判定", "シード"],
            ["Name", "The course's sentence", "Verdict", "Seeds"],
        );
        let row = |e: &Evidence| {
            let quote = e.claim().map_or("", |claim| claim.quote);
            vec![e.id.clone(), quote.to_owned(), e.verdict.name(lang).to_owned(), e.seed_names(lang)]
        };
        Card::new(lang, title, &self.command).words(&header, self.claims.iter().map(row).collect())
    }
}

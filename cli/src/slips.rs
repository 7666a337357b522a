//! 書き誤りの効き目: `data/slips.json` を読み、表にする。

use crate::table::{accuracy, plain};
use kakunin::{Error, ErrorKind, Lang, Slip};
use serde::{Deserialize, Serialize};

/// What mending each slip alone does to the final test accuracy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Effects {
    version: u32,
    kakunin: String,
    /// The command that measured them.
    command: String,
    seed: u32,
    data: String,
    rows: Vec<Effect>,
}

/// A row and one of its slips.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Effect {
    pub(crate) id: String,
    pub(crate) slip: Slip,
    /// None if the training diverged.
    pub(crate) as_published: Option<f64>,
    pub(crate) mended: Option<f64>,
}

impl Effects {
    pub(crate) fn new(seed: u32, data: &str, rows: Vec<Effect>) -> Effects {
        Effects {
            version: 1,
            kakunin: env!("CARGO_PKG_VERSION").to_owned(),
            command: format!("kakunin experiments --slips --measure --seed {seed}"),
            seed,
            data: data.to_owned(),
            rows,
        }
    }

    /// The measured figures that come with the command.
    pub(crate) fn built_in() -> Result<Effects, Error> {
        serde_json::from_str(include_str!("../../data/slips.json")).map_err(|e| {
            Error::new(
                ErrorKind::Data,
                format!(
                    "付属の slips.json が読めません（{e}）。`kakunin experiments --slips --measure --json` で作り直してください。"
                ),
                format!(
                    "The built-in slips.json can't be read ({e}); make it anew with `kakunin experiments --slips --measure --json`."
                ),
            )
        })
    }

    /// The file: one line an effect.
    pub(crate) fn to_json(&self) -> String {
        // Structs of numbers and strings always have a JSON form.
        let json = |value: serde_json::Result<String>| value.unwrap_or_default();
        let head = json(serde_json::to_string(&Effects { rows: vec![], ..self.clone() }));
        let rows: Vec<_> =
            self.rows.iter().map(|row| format!("\n{}", json(serde_json::to_string(row)))).collect();
        format!("{}{}\n]}}\n", head.trim_end_matches("]}"), rows.join(","))
    }

    /// The table, and how it was made.
    pub(crate) fn table(&self) -> String {
        let lang = Lang::current();
        let header = lang.pick(
            ["ID", "書き誤り", "公表のまま", "正すと", "差"],
            ["id", "slip", "as published", "mended", "change"],
        );
        let mut table = plain(&header, 2);
        for row in &self.rows {
            let change = row.as_published.zip(row.mended).map(|(before, after)| after - before);
            let change = change.map_or_else(|| "—".to_owned(), |change| format!("{change:+.4}"));
            let (before, after) = (figure(row.as_published, lang), figure(row.mended, lang));
            table.add_row([row.id.clone(), row.slip.describe(lang).to_owned(), before, after, change]);
        }
        let (command, seed, data, version) = (&self.command, self.seed, &self.data, &self.kakunin);
        let made = lang.pick(
            format!(
                "最後の検証の正答率。データ {data}、シード {seed}、書き誤りは一つずつ正した。kakunin {version} の\n`{command}` による。"
            ),
            format!(
                "Final test accuracies on {data}, seed {seed}, each slip mended alone; measured with kakunin {version}:\n`{command}`"
            ),
        );
        format!("{}\n{made}\n", table.trim_fmt())
    }
}

fn figure(value: Option<f64>, lang: Lang) -> String {
    if value.is_none() { lang.pick("発散", "diverged").to_owned() } else { accuracy(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kakunin::course;

    #[test]
    fn the_built_in_figures_name_every_slip_of_every_row() {
        let effects = Effects::built_in().unwrap();
        let named: Vec<_> = effects.rows.iter().map(|row| (row.id.clone(), row.slip)).collect();
        let all: Vec<_> =
            course::experiments().flat_map(|e| e.slips().into_iter().map(|slip| (e.id(), slip))).collect();
        assert_eq!(named, all);
        assert_eq!(effects.to_json(), include_str!("../../data/slips.json"));
    }
}

//! 結果のファイルを読む: 版、形、一つ一つの記録を調べる。

use super::{Mode, RESULTS_VERSION, Results, RunRecord};
use crate::error::{Error, ErrorKind};
use serde::Deserialize;
use std::collections::HashSet;
use std::path::Path;

/// What every version of the file has.
#[derive(Deserialize)]
struct Head {
    version: u32,
    kakunin: String,
}

impl Results {
    /// 結果のファイルを読む。
    ///
    /// # Errors
    /// ファイルがない、読めない、途中で切れている、結果のファイルでない、版が違う、記録が合わないとき
    /// （[`ErrorKind::Results`]）。
    pub fn read(path: &Path) -> Result<Results, Error> {
        let want = ("`--json` で書いた結果のファイル", "a results file written with `--json`");
        let text = std::fs::read_to_string(path).map_err(|e| Error::unreadable(path, &e, want))?;
        Results::from_json(&text).map_err(|e| e.of(path.display()))
    }

    /// ファイルの中身から。
    ///
    /// # Errors
    /// [`Results::read`] と同じ。
    pub fn from_json(text: &str) -> Result<Results, Error> {
        let head: Head = serde_json::from_str(text).map_err(|e| not_results(&e))?;
        same("ファイルの形の版", "file version", &head.version, &RESULTS_VERSION)?;
        let mut results: Results = serde_json::from_str(text).map_err(|e| not_results(&e))?;
        same("kakunin の版", "kakunin version", head.kakunin.as_str(), env!("CARGO_PKG_VERSION"))?;

        let mut seen = HashSet::new();
        for run in &results.runs {
            run.history()?;
            if !seen.insert((&run.id, run.seed)) {
                let (id, seed) = (&run.id, run.seed);
                return Err(Error::new(
                    ErrorKind::Results,
                    format!(
                        "{id} シード {seed} の記録が二つあります。kakunin が書いたままのファイルを渡してください。"
                    ),
                    format!("It has two records of {id} seed {seed}; give a file as kakunin wrote it."),
                ));
            }
        }
        results.runs.sort_by_cached_key(RunRecord::key);
        Ok(results)
    }

    /// この条件の学習の結果か。
    ///
    /// # Errors
    /// モードかデータが違うとき。
    pub fn check(&self, mode: Mode, data: &str) -> Result<(), Error> {
        same("モード", "mode", self.mode.name(), mode.name())?;
        same("データ", "data", self.data.as_str(), data)
    }
}

/// Broken off, not JSON, or JSON of something else.
fn not_results(e: &serde_json::Error) -> Error {
    let (ja, en) = match e.classify() {
        serde_json::error::Category::Eof => ("途中で切れています", "it is cut short"),
        serde_json::error::Category::Data => ("結果のファイルの形ではありません", "it isn't a results file"),
        _ => ("JSON として読めません", "it isn't JSON"),
    };
    Error::new(
        ErrorKind::Results,
        format!("{ja}（{e}）。`--json` で書いた結果のファイルを指定してください。"),
        format!("{en} ({e}); name a results file written with `--json`."),
    )
}

fn same<T: PartialEq + std::fmt::Display + ?Sized>(
    ja: &str,
    en: &str,
    found: &T,
    wanted: &T,
) -> Result<(), Error> {
    if found == wanted {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Results,
        format!(
            "{ja}が違います（ファイルは {found}、ここでは {wanted}）。同じ条件の結果を指定してください。"
        ),
        format!(
            "The {en} differs (the file has {found}, wanted is {wanted}); name results of the same kind."
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::run::tests::record;
    use super::*;
    use crate::Lang;

    fn refused(text: &str) -> String {
        Results::from_json(text).unwrap_err().message(Lang::En).to_owned()
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let mut results = Results::new(Mode::Exact, "mnist");
        assert_eq!(Results::from_json(&results.to_json()), Ok(results.clone()));
        results.insert(record("2_5/7", 1));
        results.insert(record("2_4/8", 0));
        results.complete = true;
        assert_eq!(Results::from_json(&results.to_json()), Ok(results.clone()));
        assert_eq!(results.to_json().lines().count(), 4);
    }

    #[test]
    fn foreign_and_broken_files_are_told_apart() {
        let mut results = Results::new(Mode::Published, "mnist");
        results.insert(record("2_4/8", 0));
        let text = results.to_json();
        assert!(refused(&text[..text.len() - 40]).contains("cut short"));
        assert!(refused("{\"cells\": []}").contains("isn't a results file"));
        assert!(refused("id,seed\n").contains("isn't JSON"));
        assert!(
            refused(&text.replace("\"version\":1", "\"version\":2")).contains("the file has 2, wanted is 1")
        );
        assert!(refused(&text.replace("\"complete\"", "\"finished\"")).contains("unknown field"));
        assert!(refused(&text.replace("2_4/8", "2_4/9")).contains("no experiment 2_4/9"));
        assert!(refused(&text.replacen("0.0901", "0.09011", 1)).contains("no accuracy on 10000 rows"));
        let twice = text.replace("\n]", &format!(",\n{}\n]", super::super::json(&results.runs[0])));
        assert!(refused(&twice).contains("two records of 2_4/8 seed 0"));
    }

    #[test]
    fn another_mode_or_data_set_is_refused() {
        let results = Results::new(Mode::Published, "mnist");
        assert_eq!(results.check(Mode::Published, "mnist"), Ok(()));
        assert!(results.check(Mode::Exact, "mnist").is_err());
        assert!(results.check(Mode::Published, "fashion").is_err());
    }
}

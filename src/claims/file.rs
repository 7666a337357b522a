//! 証拠のファイル: いくつかの主張について測ったもの。書き換えられていないかを SHA-256 で確かめる。

use super::{Claim, Evidence};
use crate::error::{Error, ErrorKind};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::Path;

/// 証拠のファイルの形の版。
pub const EVIDENCE_VERSION: u32 = 1;

/// 証拠のファイルの中身。
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceFile {
    /// ファイルの形の版（[`EVIDENCE_VERSION`]）
    pub version: u32,
    /// 作った kakunin の版
    pub kakunin: String,
    /// 作ったコマンド
    pub command: String,
    /// 学習を短くしたか
    pub quick: bool,
    /// 頼まれたものがすべて終わっているか
    pub complete: bool,
    /// 時間を除いた中身の SHA-256
    pub sha256: String,
    /// 主張ごとの証拠（講座の順）
    pub claims: Vec<Evidence>,
}

impl EvidenceFile {
    /// 証拠を集める。
    pub fn new(command: String, quick: bool, complete: bool, claims: Vec<Evidence>) -> EvidenceFile {
        let kakunin = env!("CARGO_PKG_VERSION").to_owned();
        let sha256 = String::new();
        let file =
            EvidenceFile { version: EVIDENCE_VERSION, kakunin, command, quick, complete, sha256, claims };
        EvidenceFile { sha256: file.digest(), ..file }
    }

    /// ファイルに書く文字列。一つの主張が一行になる。
    pub fn to_json(&self) -> String {
        let head = json(&EvidenceFile { claims: vec![], ..self.clone() });
        let lines: Vec<String> = self.claims.iter().map(|claim| format!("\n{}", json(claim))).collect();
        format!("{}{}\n]}}\n", head.trim_end_matches("]}"), lines.join(","))
    }

    /// ファイルの中身から。
    ///
    /// # Errors
    /// 証拠のファイルでないとき、版が違うとき、書き換えられているとき。
    pub fn from_json(text: &str) -> Result<EvidenceFile, Error> {
        let file: EvidenceFile = serde_json::from_str(text).map_err(|e| {
            Error::new(
                ErrorKind::Results,
                format!("証拠のファイルとして読めません（{e}）。`kakunin claims --json` で書いたファイルを指定してください。"),
                format!("It isn't an evidence file ({e}); name one written with `kakunin claims --json`."),
            )
        })?;
        let (version, wanted) = (format!("{} ({})", file.version, file.kakunin), env!("CARGO_PKG_VERSION"));
        if file.version != EVIDENCE_VERSION || file.kakunin != wanted {
            return Err(Error::new(
                ErrorKind::Results,
                format!(
                    "証拠のファイルの版が違います（ファイルは {version}、ここでは {EVIDENCE_VERSION} ({wanted})）。`kakunin claims --json` で作り直してください。"
                ),
                format!(
                    "The evidence is of another version (the file has {version}, wanted is {EVIDENCE_VERSION} ({wanted})); make it anew with `kakunin claims --json`."
                ),
            ));
        }
        if file.sha256 != file.digest() {
            return Err(Error::new(
                ErrorKind::Results,
                "証拠のファイルが書き換えられています（SHA-256 が合いません）。`kakunin claims --json` で作り直してください。",
                "The evidence has been altered (its SHA-256 doesn't match); make it anew with `kakunin claims --json`.",
            ));
        }
        Ok(file)
    }

    /// ファイルを読む。
    ///
    /// # Errors
    /// 読めないとき、[`from_json`](EvidenceFile::from_json) の失敗。
    pub fn read(path: &Path) -> Result<EvidenceFile, Error> {
        let want =
            ("`kakunin claims --json` で書いたファイル", "a file written with `kakunin claims --json`");
        let text = std::fs::read_to_string(path).map_err(|e| Error::unreadable(path, &e, want))?;
        EvidenceFile::from_json(&text).map_err(|e| e.of(path.display()))
    }

    /// 付属の証拠（多くのシードで測ったもの）。
    ///
    /// # Errors
    /// 書き換えられているとき。
    pub fn shipped() -> Result<EvidenceFile, Error> {
        EvidenceFile::from_json(include_str!("../../data/evidence/claims.json"))
    }

    /// この名前の主張の証拠。
    pub fn get(&self, id: &str) -> Option<&Evidence> {
        self.claims.iter().find(|evidence| evidence.id == id)
    }

    /// この主張の証拠。
    ///
    /// # Errors
    /// この主張のものがないとき。
    pub fn of(&self, claim: &Claim) -> Result<Evidence, Error> {
        let id = claim.id;
        self.get(id).cloned().ok_or_else(|| {
            Error::new(
                ErrorKind::Unknown,
                format!("{id} の証拠は付いていません。`kakunin claims {id}` で測ってください。"),
                format!("There is no evidence of {id} here; measure it with `kakunin claims {id}`."),
            )
        })
    }

    /// Of everything but what the clock said.
    fn digest(&self) -> String {
        let timeless = |e: &Evidence| Evidence { timing: super::Timing::default(), ..e.clone() };
        let claims = self.claims.iter().map(timeless).collect();
        let text = json(&EvidenceFile { sha256: String::new(), claims, ..self.clone() });
        Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Structs of numbers and strings always have a JSON form.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Lang;
    use crate::claims;

    fn file() -> EvidenceFile {
        let values = |seed: u32| (seed, vec![0.5 + f64::from(seed) / 7.0, 0.1, 0.2]);
        let evidence = claims::relu_improves().judge((0..3).map(values).collect(), false).unwrap();
        EvidenceFile::new("kakunin claims relu_improves".to_owned(), false, true, vec![evidence])
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        assert_eq!(EvidenceFile::from_json(&file().to_json()), Ok(file()));
    }

    #[test]
    fn altered_foreign_and_other_versions_are_told_apart() {
        let text = file().to_json();
        let refused = |text: &str| EvidenceFile::from_json(text).unwrap_err().message(Lang::En).to_owned();
        assert!(refused(&text.replace("\"supported\"", "\"depends\"")).contains("altered"));
        assert!(refused(&text.replacen("0.5", "0.6", 1)).contains("altered"));
        assert!(refused(&text.replace("\"version\":1", "\"version\":2")).contains("another version"));
        assert!(refused("{}").contains("isn't an evidence file"));
    }

    #[test]
    fn the_shipped_evidence_is_whole_and_says_what_its_values_say() {
        let shipped = EvidenceFile::shipped().unwrap();
        for evidence in &shipped.claims {
            let again = claims::find(&evidence.id).unwrap().judge(evidence.rows(), shipped.quick).unwrap();
            assert_eq!((again.verdict, &again.parts), (evidence.verdict, &evidence.parts), "{}", evidence.id);
        }
    }

    #[test]
    fn the_clock_does_not_change_the_digest() {
        let mut later = file();
        later.claims[0].timing.seconds = 9.0;
        assert!(EvidenceFile::from_json(&later.to_json()).is_ok());
    }
}

//! ファイルの不具合と、それを伝える文。

use std::path::Path;

use super::digest::Digest;
use super::part::Part;
use super::places::Origin;
use crate::{Error, ErrorKind};

/// What is wrong with one file.
#[derive(Debug)]
pub(super) enum Fault {
    Missing,
    Unreadable(std::io::Error),
    BrokenGzip(std::io::Error),
    Truncated { found: u64 },
    Longer,
    Magic { found: u32 },
    Shape { found: Vec<u32> },
    Label { found: u8 },
    Altered { found: Digest, wanted: Digest },
}

impl Fault {
    /// 何があり、何が要り、どうすればよいか。
    pub(super) fn about(self, path: &Path, part: Part, origin: Origin<'_>) -> Error {
        let path = path.display();
        let name = part.file_name();
        let wanted = grouped(part.size());
        let (ja, en) = match &self {
            Fault::Missing => (
                format!("{path} がありません（{name} かその .gz が必要です）"),
                format!("{path} is missing ({name} or its .gz is needed)"),
            ),
            Fault::Unreadable(e) => {
                (format!("{path} を読めません（{e}）"), format!("{path} can't be read ({e})"))
            }
            Fault::BrokenGzip(e) => (
                format!("{path} は gzip として壊れています（{e}）"),
                format!("{path} is a broken gzip file ({e})"),
            ),
            Fault::Truncated { found } => (
                format!(
                    "{path} の中身は {} バイトで途切れています（{wanted} バイトが必要です）",
                    grouped(*found)
                ),
                format!("{path} breaks off after {} bytes ({wanted} are needed)", grouped(*found)),
            ),
            Fault::Longer => (
                format!(
                    "{path} の中身は {wanted} バイトより長くなっています（ちょうど {wanted} バイトが必要です）"
                ),
                format!("{path} is longer than the {wanted} bytes it must have"),
            ),
            Fault::Magic { found } => {
                let want = part.header()[0];
                (
                    format!(
                        "{path} は {name} の形式ではありません（先頭が {found:08x}、必要なのは {want:08x}）"
                    ),
                    format!(
                        "{path} is not in the format of {name} (it starts with {found:08x}, not {want:08x})"
                    ),
                )
            }
            Fault::Shape { found } => {
                let (found, want) = (shape(found), shape(&part.header()[1..]));
                (
                    format!("{path} は {found} です（読めるのは {want} だけです）"),
                    format!("{path} is {found} (only {want} can be read)"),
                )
            }
            Fault::Label { found } => (
                format!("{path} にラベル {found} があります（0 から 9 が必要です）"),
                format!("{path} holds the label {found} (0 to 9 are needed)"),
            ),
            Fault::Altered { found, wanted } => (
                format!("{path} の中身が記録と違います（SHA-256 は {found}、記録は {wanted}）"),
                format!("{path} differs from the record (its SHA-256 is {found}, recorded is {wanted})"),
            ),
        };
        let (todo_ja, todo_en) = match self {
            // Both a damaged MNIST and a sound set of another kind look like this.
            Fault::Altered { .. } if origin == Origin::Override => (
                "MNIST なら元のファイルに置き換え、別のデータなら `kakunin data import NAME DIR` で取り込んで `--data NAME` で選んでください"
                    .to_owned(),
                "if it is meant to be MNIST, put the original back; if it is another set, take it in with `kakunin data import NAME DIR` and choose it with `--data NAME`"
                    .to_owned(),
            ),
            _ => origin.remedy(),
        };
        Error::new(ErrorKind::Data, format!("{ja}: {todo_ja}"), format!("{en}: {todo_en}"))
    }
}

impl Origin<'_> {
    fn remedy(self) -> (String, String) {
        match self {
            Origin::BuiltIn => (
                "リポジトリの data/mnist を元に戻してください（`git checkout -- data/mnist`）".to_owned(),
                "restore data/mnist of the repository (`git checkout -- data/mnist`)".to_owned(),
            ),
            Origin::Override => (
                "KAKUNIN_DATA のフォルダーに元のファイルを置くか、KAKUNIN_DATA を外してください".to_owned(),
                "put the original file into the folder of KAKUNIN_DATA, or unset KAKUNIN_DATA".to_owned(),
            ),
            Origin::Imported(name) => (
                format!("`kakunin data import {name} DIR` で元のフォルダーから取り込み直してください"),
                format!("take it in again from the original folder with `kakunin data import {name} DIR`"),
            ),
            Origin::Importing => (
                "配布元の四つのファイルを置いてから、もう一度取り込んでください".to_owned(),
                "put the four original files there and import again".to_owned(),
            ),
        }
    }

    pub(super) fn no_folder(self, folder: &Path) -> Error {
        let folder = folder.display();
        let (todo_ja, todo_en) = match self {
            // A learner who moved the repository after the build meets this one.
            Origin::BuiltIn => (
                "リポジトリを移したのなら、環境変数 KAKUNIN_DATA に今の data フォルダーを指定するか、ビルドし直してください".to_owned(),
                "if the repository was moved, set KAKUNIN_DATA to its data folder or build again".to_owned(),
            ),
            Origin::Override => (
                "KAKUNIN_DATA を、MNIST の四つのファイルがあるフォルダーにするか、外してください".to_owned(),
                "point KAKUNIN_DATA to the folder that holds the four MNIST files, or unset it".to_owned(),
            ),
            other => other.remedy(),
        };
        Error::new(
            ErrorKind::Data,
            format!("データのフォルダー {folder} がありません: {todo_ja}"),
            format!("There is no data folder {folder}: {todo_en}"),
        )
    }
}

fn shape(dims: &[u32]) -> String {
    let dims: Vec<_> = dims.iter().map(|&n| grouped(u64::from(n))).collect();
    dims.join(" × ")
}

/// `47040016` → `47,040,016`
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

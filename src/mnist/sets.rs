//! 取り込んだデータ（Fashion-MNIST、KMNIST など）: 四つのファイルと、その SHA-256 の記録。

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::digest::{Digest, Digests};
use super::part::{Part, each};
use super::places::{Origin, Places, Source};
use super::read::{self, Stop};
use super::{MNIST, cache};
use crate::{Error, ErrorKind};

pub(super) const RECORD: &str = "set.json";
const FORMAT_VERSION: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    format_version: u32,
    name: String,
    imported_from: Packing,
    sha256: Hashes,
}

/// Read first, so that a later format is called that and not an unknown field.
#[derive(Deserialize)]
struct Version {
    format_version: u32,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Packing {
    Raw,
    Gz,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hashes {
    train_images: String,
    train_labels: String,
    test_images: String,
    test_labels: String,
}

/// 取り込みの結果。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Import {
    /// 新しく取り込んだ
    New,
    /// 同じ中身がすでにあったので、何もしなかった
    AlreadyThere,
    /// 同じ中身の、壊れていたものを直した
    Repaired,
    /// 別の中身のものを置き換えた
    Replaced,
}

/// `[a-z0-9_-]{1,32}`
pub(super) fn is_valid_name(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
}

/// 取り込んだデータの名前（辞書順）。
pub fn imported(places: &Places) -> Vec<String> {
    let Some(Ok(list)) = places.sets.as_ref().map(std::fs::read_dir) else { return Vec::new() };
    let mut names: Vec<String> = list
        .flatten()
        .filter(|item| item.path().join(RECORD).is_file())
        .filter_map(|item| item.file_name().into_string().ok())
        .filter(|name| is_valid_name(name) && name != MNIST)
        .collect();
    names.sort();
    names
}

/// 名前の記録にある SHA-256。記録がなければ `None`。
pub(super) fn recorded(places: &Places, name: &str) -> Result<Option<Digests>, Error> {
    let Some(path) = places.imported(name).map(|folder| folder.join(RECORD)) else { return Ok(None) };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(bad_record(&path, name, &e.to_string())),
    };
    parse(&text, name).map(Some).map_err(|why| bad_record(&path, name, &why))
}

fn parse(text: &str, name: &str) -> Result<Digests, String> {
    let Version { format_version } = serde_json::from_str(text).map_err(|e| e.to_string())?;
    if format_version != FORMAT_VERSION {
        return Err(format!("format_version {format_version} ≠ {FORMAT_VERSION}"));
    }
    let record: Record = serde_json::from_str(text).map_err(|e| e.to_string())?;
    if record.name != name {
        return Err(format!("name {:?} ≠ {name:?}", record.name));
    }
    let Hashes { train_images, train_labels, test_images, test_labels } = record.sha256;
    let mut digests = Digests::MNIST.0;
    for (digest, hex) in digests.iter_mut().zip([train_images, train_labels, test_images, test_labels]) {
        *digest = Digest::from_hex(&hex).ok_or_else(|| format!("sha256 {hex:?}"))?;
    }
    Ok(Digests(digests))
}

fn bad_record(path: &Path, name: &str, why: &str) -> Error {
    let path = path.display();
    Error::new(
        ErrorKind::Data,
        format!(
            "取り込みの記録 {path} を読めません（{why}）: `kakunin data import {name} DIR --replace` で取り込み直してください"
        ),
        format!(
            "The record {path} can't be read ({why}): import again with `kakunin data import {name} DIR --replace`"
        ),
    )
}

/// フォルダー `from` の四つのファイル（展開したものか .gz）を、名前 `name` で取り込む。
///
/// 大きさ、形式、ラベルの範囲を調べ、SHA-256 を記録する。別の中身が同じ名前であれば、`replace` のときだけ
/// 置き換える。
pub fn import(places: &Places, name: &str, from: &Path, replace: bool) -> Result<Import, Error> {
    check_new_name(name)?;
    let (Some(sets), Some(target)) = (&places.sets, places.imported(name)) else { return Err(no_store()) };
    let source = Source::find(from.to_owned(), Origin::Importing)?;
    std::fs::create_dir_all(sets).map_err(|e| unwritable(sets, &e))?;
    let building = cache::building(sets).map_err(|e| unwritable(sets, &e))?;
    let digests = copy(&source, building.path())?;

    let before = recorded(places, name);
    let outcome = match before {
        Ok(Some(before)) if before == digests => {
            if cache::is_sound(&target, &digests) {
                return Ok(Import::AlreadyThere);
            }
            Import::Repaired
        }
        Ok(None) if !target.exists() => Import::New,
        _ if replace => Import::Replaced,
        Err(e) => return Err(e),
        Ok(_) => return Err(taken(name, &target)),
    };
    let record = record(name, &source, &digests)?;
    std::fs::write(building.path().join(RECORD), record).map_err(|e| unwritable(&target, &e))?;
    match put(building, &target, sets) {
        Ok(()) => Ok(outcome),
        // Another process imported the same files meanwhile.
        Err(_) if matches!(recorded(places, name), Ok(Some(there)) if there == digests) => {
            Ok(Import::AlreadyThere)
        }
        Err(e) => Err(unwritable(&target, &e)),
    }
}

fn copy(source: &Source<'_>, to: &Path) -> Result<Digests, Error> {
    let copied = each(|part| {
        let mut file = std::fs::File::create_new(to.join(part.file_name())).map_err(Stop::Sink)?;
        read::copy(&source.path(part), part, &mut file)
    });
    let mut digests = Digests::MNIST.0;
    for (part, copied) in Part::ALL.into_iter().zip(copied) {
        digests[part as usize] = copied.map_err(|stop| match stop {
            Stop::Source(fault) => source.error(part, fault),
            Stop::Sink(e) => unwritable(to, &e),
        })?;
    }
    Ok(Digests(digests))
}

fn record(name: &str, source: &Source<'_>, digests: &Digests) -> Result<String, Error> {
    let [train_images, train_labels, test_images, test_labels] = digests.0.map(|digest| digest.to_string());
    let record = Record {
        format_version: FORMAT_VERSION,
        name: name.to_owned(),
        imported_from: if source.is_gzipped() { Packing::Gz } else { Packing::Raw },
        sha256: Hashes { train_images, train_labels, test_images, test_labels },
    };
    let text = serde_json::to_string_pretty(&record).map_err(|e| unwritable(&source.folder, &e.into()))?;
    Ok(text + "\n")
}

/// The new folder takes its place whole; what stood there is moved aside first and then removed.
fn put(building: tempfile::TempDir, target: &Path, sets: &Path) -> std::io::Result<()> {
    let aside = cache::building(sets)?;
    let old = aside.path().join("old");
    if target.exists() {
        std::fs::rename(target, &old)?;
    }
    let new = building.keep();
    readable(&new)?;
    std::fs::rename(&new, target).inspect_err(|_| {
        // Best effort: the old set back, the new one away. The error that matters is the first.
        let _ = std::fs::rename(&old, target);
        let _ = cache::remove_own(&new);
    })
}

/// Temporary folders are private; a set that stays has the permissions of any other folder of the user.
fn readable(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))?;
    }
    let _ = folder;
    Ok(())
}

/// 取り込んだデータを消す。
pub fn remove(places: &Places, name: &str) -> Result<PathBuf, Error> {
    if name == MNIST {
        return Err(Error::new(
            ErrorKind::Setting,
            "mnist はリポジトリに付属しているので消せません: 展開したファイルは `kakunin clean` で消せます",
            "mnist comes with the repository and can't be removed: `kakunin clean` removes its unpacked files",
        ));
    }
    match places.imported(name) {
        Some(folder) if is_valid_name(name) && folder.join(RECORD).is_file() => {
            cache::remove_own(&folder).map_err(|e| unwritable(&folder, &e))?;
            Ok(folder)
        }
        _ => Err(super::names::unknown(places, name)),
    }
}

fn check_new_name(name: &str) -> Result<(), Error> {
    if name != MNIST && is_valid_name(name) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Setting,
        format!(
            "データの名前 {name:?} は使えません: 小文字の英数字と _ - で 32 文字以内、mnist 以外にしてください"
        ),
        format!("The data name {name:?} can't be used: take up to 32 of a-z, 0-9, _ and -, other than mnist"),
    ))
}

fn taken(name: &str, target: &Path) -> Error {
    let target = target.display();
    Error::new(
        ErrorKind::Setting,
        format!(
            "{name} という名前には別の中身が取り込まれています（{target}）: 別の名前にするか、`--replace` を付けて置き換えてください"
        ),
        format!(
            "Other data is already imported as {name} ({target}): choose another name, or replace it with `--replace`"
        ),
    )
}

fn no_store() -> Error {
    Error::new(
        ErrorKind::Output,
        "データを取り込むフォルダーが決まりません（ホームフォルダーが見つかりません）: 環境変数 HOME を設定してください",
        "There is no folder to import into (no home folder was found): set the environment variable HOME",
    )
}

fn unwritable(folder: &Path, e: &std::io::Error) -> Error {
    let folder = folder.display();
    Error::new(
        ErrorKind::Output,
        format!("{folder} に書き込めません（{e}）: 空き容量と書き込み権限を確かめてください"),
        format!("{folder} can't be written ({e}): check the free space and the permissions"),
    )
}

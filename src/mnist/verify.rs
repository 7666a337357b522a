//! 学習をせずに、データのファイルだけを調べる。

use std::path::PathBuf;

use super::digest::Digest;
use super::part::{Part, each};
use super::places::{Origin, Source};
use super::{Places, cache, load, read};
use crate::Error;

/// ひとつのデータの点検の結果。
#[derive(Debug)]
pub struct Verified {
    /// 四つのファイル
    pub files: Vec<VerifiedFile>,
    /// 展開したファイルのキャッシュ
    pub cache: Option<(PathBuf, CacheState)>,
}

/// ひとつのファイルの点検の結果。
#[derive(Debug)]
pub struct VerifiedFile {
    /// 場所
    pub path: PathBuf,
    /// 四つのうちのどれか
    pub part: Part,
    /// 中身の SHA-256。記録と同じ。
    pub digest: Result<Digest, Error>,
}

/// キャッシュの様子。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheState {
    /// まだない
    Absent,
    /// 正しい
    Sound,
    /// 欠けているか壊れている（次に読むときに作り直される）
    Damaged,
}

/// 元のファイルをすべて調べる。元のフォルダーがないか、ファイルが欠けていれば失敗。
///
/// リポジトリが移されていても、読めるだけのキャッシュがあれば、それを調べる。
pub fn verify(places: &Places, name: &str) -> Result<Verified, Error> {
    let (wanted, mut folder, origin) = load::resolve(places, name)?;
    let cache = places.cache.as_ref().map(|root| cache::entry(root, name, &wanted)).map(|entry| {
        let state = match entry.is_dir() {
            false => CacheState::Absent,
            true if cache::is_sound(&entry, &wanted) => CacheState::Sound,
            true => CacheState::Damaged,
        };
        (entry, state)
    });
    if origin == Origin::BuiltIn
        && !folder.is_dir()
        && let Some((entry, CacheState::Sound)) = &cache
    {
        folder.clone_from(entry);
    }
    let source = Source::find(folder, origin)?;
    let files = each(|part| {
        let (path, digest) = (source.path(part), wanted.part(part));
        let checked = read::check(&path, part, digest).map(|()| digest);
        VerifiedFile { digest: checked.map_err(|fault| source.error(part, fault)), path, part }
    });
    Ok(Verified { files: files.into(), cache })
}

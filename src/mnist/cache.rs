//! 展開したファイルの置き場: 名前が中身の SHA-256 で決まるので、古くなることがない。
//!
//! Each file is written beside its place and renamed over it. Every writer of an entry writes the same
//! bytes, so a race has no loser, and a reader who has verified a file can't see it turn bad: that is why
//! files are renamed one by one and not the folder as a whole, which can't be replaced in one step.

use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempDir};

use super::digest::Digests;
use super::fault::Fault;
use super::part::{Part, each};
use super::places::Source;
use super::read::{self, Stop};

const WRITING: &str = ".kakunin-tmp-";
const FALLBACK: &str = "kakunin-unpacked-";

pub(super) fn entry(cache: &Path, name: &str, wanted: &Digests) -> PathBuf {
    cache.join(format!("{name}-{}", wanted.short()))
}

/// All four files are there and verified.
pub(super) fn is_sound(folder: &Path, wanted: &Digests) -> bool {
    each(|part| read::check(&folder.join(part.file_name()), part, wanted.part(part)))
        .iter()
        .all(Result::is_ok)
}

/// Unpacks the source into `folder`; nothing is put in place unless all four files are as wanted.
pub(super) fn fill(folder: &Path, source: &Source<'_>, wanted: &Digests) -> Result<(), (Part, Stop)> {
    let sink = |e| (Part::TrainImages, Stop::Sink(e));
    std::fs::create_dir_all(folder).map_err(sink)?;
    let unpacked = each(|part| {
        let mut file = writing(folder).map_err(Stop::Sink)?;
        let (found, wanted) = (read::copy(&source.path(part), part, &mut file)?, wanted.part(part));
        if found == wanted { Ok(file) } else { Err(Fault::Altered { found, wanted }.into()) }
    });
    let mut files = Vec::new();
    for (file, part) in unpacked.into_iter().zip(Part::ALL) {
        files.push(file.map_err(|stop| (part, stop))?);
    }
    for (file, part) in files.into_iter().zip(Part::ALL) {
        file.persist(folder.join(part.file_name())).map_err(|e| sink(e.error))?;
    }
    Ok(())
}

/// A temporary folder that goes with its handle, for when the cache can't be written.
pub(super) fn fallback(temp: &Path) -> std::io::Result<TempDir> {
    tempfile::Builder::new().prefix(FALLBACK).tempdir_in(temp)
}

/// Readable by others as far as the umask allows: one person may fill the cache of a class.
fn writing(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(WRITING);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// A sibling folder to build a set in.
pub(super) fn building(parent: &Path) -> std::io::Result<TempDir> {
    tempfile::Builder::new().prefix(WRITING).tempdir_in(parent)
}

/// キャッシュにあるもの。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cached {
    /// フォルダー
    pub folder: PathBuf,
    /// そこにある、このライブラリが書いたファイルの合計（バイト）
    pub bytes: u64,
    /// 中断された書き込みの残り
    pub left_over: bool,
}

/// キャッシュにあるものすべて（中断された書き込みの残りも含む）。
pub fn cached(places: &super::Places) -> Vec<Cached> {
    let mut found = Vec::new();
    for (root, is_ours, left_over) in [
        (&places.cache, is_entry as fn(&str) -> bool, false),
        (&places.sets, |name| name.starts_with(WRITING), true),
        (&Some(places.temp.clone()), |name| name.starts_with(FALLBACK), true),
    ] {
        let Some(Ok(list)) = root.as_ref().map(std::fs::read_dir) else { continue };
        for item in list.flatten() {
            // A symbolic link isn't ours, and one not followed can't lead out of the cache.
            let is_folder = item.file_type().is_ok_and(|kind| kind.is_dir());
            let named_so = item.file_name().to_str().is_some_and(is_ours);
            if is_folder && named_so && (!left_over || is_abandoned(&item)) {
                let bytes = own_files(&item.path()).iter().map(|(_, bytes)| bytes).sum();
                found.push(Cached { folder: item.path(), bytes, left_over });
            }
        }
    }
    found.sort_by(|a, b| a.folder.cmp(&b.folder));
    found
}

/// ひとつを消す。自分で書いたファイルだけを消し、ほかのファイルがあればフォルダーは残す（`false`）。
pub fn remove_cached(cached: &Cached) -> Result<bool, crate::Error> {
    remove_own(&cached.folder).map_err(|e| {
        let folder = cached.folder.display();
        crate::Error::new(
            crate::ErrorKind::Output,
            format!("{folder} を消せません（{e}）: フォルダーの書き込み権限を確かめてください"),
            format!("{folder} can't be removed ({e}): check that the folder may be written"),
        )
    })
}

/// Whether the folder itself went too.
pub(super) fn remove_own(folder: &Path) -> std::io::Result<bool> {
    for (file, _) in own_files(folder) {
        match std::fs::remove_file(file) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
    }
    match std::fs::remove_dir(folder) {
        Err(e) if e.kind() == std::io::ErrorKind::DirectoryNotEmpty => Ok(false),
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e),
        _ => Ok(true),
    }
}

/// The files in `folder` that we write, and their sizes.
fn own_files(folder: &Path) -> Vec<(PathBuf, u64)> {
    let is_own = |name: &str| {
        name.starts_with(WRITING)
            || name == super::sets::RECORD
            || Part::ALL.iter().any(|part| name == part.file_name())
    };
    let list = std::fs::read_dir(folder).into_iter().flatten().flatten();
    list.filter(|item| item.file_name().to_str().is_some_and(is_own))
        .filter_map(|item| {
            let meta = item.metadata().ok()?;
            (!meta.is_dir()).then(|| (item.path(), meta.len()))
        })
        .collect()
}

/// `mnist-0123456789abcdef`
fn is_entry(name: &str) -> bool {
    name.rsplit_once('-').is_some_and(|(set, hash)| {
        super::sets::is_valid_name(set)
            && hash.len() == 16
            && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Unpacking takes a second; ten minutes later nobody is still at it.
fn is_abandoned(item: &std::fs::DirEntry) -> bool {
    let age = item.metadata().and_then(|meta| meta.modified()).map(|changed| changed.elapsed());
    matches!(age, Ok(Ok(age)) if age.as_secs() > 600)
}

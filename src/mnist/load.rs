//! 読む手順: 何が要るか、どこにあるか、調べ、展開し、`mnist` クレートに渡す。

use std::path::{Path, PathBuf};

use super::digest::Digests;
use super::fault::Fault;
use super::part::{Part, each};
use super::places::{Origin, Places, Source};
use super::read::{self, Stop};
use super::{Loaded, MNIST, Note, RawSet, cache, names, sets};
use crate::{Error, ErrorKind};

/// 置き場を指定して読む。
pub fn load_from(places: &Places, name: &str) -> Result<Loaded, Error> {
    let (wanted, folder, origin) = resolve(places, name)?;
    let entry = places.cache.as_ref().map(|root| cache::entry(root, name, &wanted));
    let warm = || {
        let entry = entry.as_ref().filter(|entry| cache::is_sound(entry, &wanted))?;
        parse(entry, usual_names()).ok()
    };
    let loaded = |set, note| Ok(Loaded { set, digests: wanted, note });

    // What KAKUNIN_DATA offers is looked at even when the cache could do without it: whoever sets it wants to
    // hear that it is wrong.
    if origin == Origin::BuiltIn
        && let Some(set) = warm()
    {
        return loaded(set, None);
    }
    let source = Source::find(folder, origin)?;
    check(places, name, &source, &wanted)?;
    if !source.is_gzipped()
        && let Ok(set) = parse(&source.folder, source.names.clone())
    {
        return loaded(set, None);
    }
    if origin != Origin::BuiltIn
        && let Some(set) = warm()
    {
        return loaded(set, None);
    }
    let (set, note) = unpack(places, entry.as_deref(), &source, &wanted)?;
    loaded(set, note)
}

/// 名前のデータが読まれるフォルダーと、その中身の記録。ファイルには触れない。
pub fn locate(places: &Places, name: &str) -> Result<(PathBuf, Digests), Error> {
    resolve(places, name).map(|(wanted, folder, _)| (folder, wanted))
}

/// What is wanted under this name, and the folder to take it from.
pub(super) fn resolve<'a>(places: &Places, name: &'a str) -> Result<(Digests, PathBuf, Origin<'a>), Error> {
    let overriding = if sets::is_valid_name(name) { places.overriding(name) } else { None };
    if name == MNIST {
        let built_in = || (Digests::MNIST, places.built_in.join(MNIST), Origin::BuiltIn);
        return Ok(overriding.map_or_else(built_in, |folder| (Digests::MNIST, folder, Origin::Override)));
    }
    if !sets::is_valid_name(name) {
        return Err(names::unknown(places, name));
    }
    match (sets::recorded(places, name)?, overriding, places.imported(name)) {
        (Some(wanted), Some(folder), _) => Ok((wanted, folder, Origin::Override)),
        (Some(wanted), None, Some(folder)) => Ok((wanted, folder, Origin::Imported(name))),
        (_, Some(folder), _) => Err(not_recorded(name, &folder)),
        _ => Err(names::unknown(places, name)),
    }
}

/// Size, header and SHA-256 of the four files, packed or not, as they lie in the source.
pub(super) fn check(places: &Places, name: &str, source: &Source<'_>, wanted: &Digests) -> Result<(), Error> {
    // Packed files of the repository are checked on the way into the cache: one pass less.
    if source.origin == Origin::BuiltIn && source.is_gzipped() {
        return Ok(());
    }
    let digests = each(|part| read::digest(&source.path(part), part));
    let mut found = *wanted;
    for (part, digest) in Part::ALL.into_iter().zip(digests) {
        found.0[part as usize] = digest.map_err(|fault| source.error(part, fault))?;
    }
    let Some(part) = Part::ALL.into_iter().find(|&part| found.part(part) != wanted.part(part)) else {
        return Ok(());
    };
    // Another imported set is told from damaged files.
    let is_found = |known: &String| matches!(sets::recorded(places, known), Ok(Some(d)) if d == found);
    if source.origin == Origin::Override
        && let Some(known) = sets::imported(places).into_iter().find(is_found)
    {
        return Err(other_set(name, &known, &source.folder));
    }
    let fault = Fault::Altered { found: found.part(part), wanted: wanted.part(part) };
    Err(source.error(part, fault))
}

/// By way of the cache; if that can't be written, by way of a temporary folder.
fn unpack(
    places: &Places,
    entry: Option<&Path>,
    source: &Source<'_>,
    wanted: &Digests,
) -> Result<(RawSet, Option<Note>), Error> {
    let mut why = None;
    if let Some(entry) = entry {
        why = fill(entry, source, wanted)?.err();
        // Also after a failed write: another process may have been first.
        if (why.is_none() || cache::is_sound(entry, wanted))
            && let Ok(set) = parse(entry, usual_names())
        {
            return Ok((set, None));
        }
    }
    let no_room = |e: std::io::Error| no_room(&places.temp, &e);
    let temp = cache::fallback(&places.temp).map_err(no_room)?;
    fill(temp.path(), source, wanted)?.map_err(no_room)?;
    let set = parse(temp.path(), usual_names()).map_err(|why| no_room(std::io::Error::other(why)))?;
    Ok((set, Some(unpacked_elsewhere(entry, why, temp.path()))))
}

/// The outer error is about the source and final; the inner one about the folder: another may do.
fn fill(folder: &Path, source: &Source<'_>, wanted: &Digests) -> Result<std::io::Result<()>, Error> {
    match cache::fill(folder, source, wanted) {
        Ok(()) => Ok(Ok(())),
        Err((_, Stop::Sink(e))) => Ok(Err(e)),
        Err((part, Stop::Source(fault))) => Err(source.error(part, fault)),
    }
}

fn usual_names() -> [String; 4] {
    Part::ALL.map(|part| part.file_name().to_owned())
}

/// Hands verified files to the `mnist` crate.
///
/// It panics on whatever it doesn't expect. After the verification only a file that somebody deletes or
/// rewrites in this very moment is left to cause that; then the panic is caught, so that a notebook keeps its
/// variables, though its message has gone to stderr: silencing it would take a process-wide panic hook.
fn parse(folder: &Path, names: [String; 4]) -> Result<RawSet, &'static str> {
    let folder = folder.to_str().ok_or("the path is not UTF-8")?;
    let parsed = std::panic::catch_unwind(|| {
        let [train_images, train_labels, test_images, test_labels] = &names;
        ::mnist::MnistBuilder::new()
            .base_path(folder)
            .training_images_filename(train_images)
            .training_labels_filename(train_labels)
            .test_images_filename(test_images)
            .test_labels_filename(test_labels)
            .label_format_digit()
            .training_set_length(60_000)
            .validation_set_length(0)
            .test_set_length(10_000)
            .finalize()
    });
    let parsed = parsed.map_err(|_| "the files changed while they were read")?;
    Ok(RawSet {
        train_images: parsed.trn_img,
        train_labels: parsed.trn_lbl,
        test_images: parsed.tst_img,
        test_labels: parsed.tst_lbl,
    })
}

fn not_recorded(name: &str, folder: &Path) -> Error {
    let folder = folder.display();
    Error::new(
        ErrorKind::Data,
        format!(
            "{folder} のデータ {name} はまだ取り込まれていません（中身の記録がありません）: `kakunin data import {name} {folder}` で取り込んでください"
        ),
        format!(
            "The data {name} in {folder} has not been taken in yet (nothing is recorded of it): run `kakunin data import {name} {folder}`"
        ),
    )
}

fn other_set(name: &str, known: &str, folder: &Path) -> Error {
    let folder = folder.display();
    Error::new(
        ErrorKind::Data,
        format!(
            "{folder} にあるのは {name} ではなく、取り込んである {known} です: `--data {known}` で選ぶか、KAKUNIN_DATA を外してください"
        ),
        format!(
            "{folder} holds not {name} but {known}, which is imported: choose it with `--data {known}`, or unset KAKUNIN_DATA"
        ),
    )
}

fn no_room(folder: &Path, e: &std::io::Error) -> Error {
    let folder = folder.display();
    Error::new(
        ErrorKind::Output,
        format!(
            "キャッシュにも {folder} にも展開できません（{e}）: 55 MB の空きを作るか、環境変数 KAKUNIN_CACHE に書き込めるフォルダーを指定してください"
        ),
        format!(
            "Neither the cache nor {folder} can take the unpacked files ({e}): free 55 MB, or set KAKUNIN_CACHE to a folder that can be written"
        ),
    )
}

fn unpacked_elsewhere(entry: Option<&Path>, why: Option<std::io::Error>, temp: &Path) -> Note {
    let temp = temp.display();
    let (ja, en) = match (entry, why) {
        (None, _) => ("キャッシュのフォルダーが決まらない".to_owned(), "there is no cache folder".to_owned()),
        (Some(entry), why) => {
            let (entry, why) = (entry.display(), why.map(|e| format!("{e}")).unwrap_or_default());
            (
                format!("キャッシュ {entry} が使えない（{why}）"),
                format!("the cache {entry} can't be used ({why})"),
            )
        }
    };
    Note {
        ja: format!(
            "{ja}ので、一時フォルダー {temp} に展開して読み、消しました。環境変数 KAKUNIN_CACHE に書き込めるフォルダーを指定すると、次から速くなります。"
        ),
        en: format!(
            "As {en}, the data was unpacked to the temporary folder {temp}, read, and removed. Set KAKUNIN_CACHE to a folder that can be written, and the next time will be faster."
        ),
    }
}

//! `kakunin data` と `kakunin clean`: 何を印字するかを返す。

use std::path::Path;

use kakunin::mnist::{self, CacheState, Cached, Import, Places, Verified};
use kakunin::{Error, ErrorKind, Lang};

/// `kakunin data verify [NAME]`: 名前がなければ、知っているデータすべて。
///
/// ひとつでもおかしければ、同じ報告を失敗として返す。
pub(crate) fn verify(places: &Places, name: Option<&str>) -> Result<String, Error> {
    let names = name.map_or_else(|| mnist::names(places), |name| vec![name.to_owned()]);
    let verified: Vec<_> = names.iter().map(|name| (name, mnist::verify(places, name))).collect();
    let report =
        |lang| -> String { verified.iter().map(|(name, v)| verified_lines(lang, name, v)).collect() };
    if verified.iter().all(|(_, v)| v.as_ref().is_ok_and(|v| v.files.iter().all(|f| f.digest.is_ok()))) {
        return Ok(report(Lang::current()));
    }
    // A single sentence about a single set needs no frame around it.
    if let [(_, Err(only))] = &verified[..] {
        return Err(only.clone());
    }
    Err(Error::new(ErrorKind::Data, report(Lang::Ja).trim_end(), report(Lang::En).trim_end()))
}

fn verified_lines(lang: Lang, name: &str, verified: &Result<Verified, Error>) -> String {
    let mut lines = format!("{name}\n");
    let verified = match verified {
        Ok(verified) => verified,
        Err(e) => return lines + "  ✗ " + e.message(lang) + "\n",
    };
    for file in &verified.files {
        lines += &match &file.digest {
            Ok(digest) => {
                let (path, size) = (file.path.display(), file.part.size());
                let size = lang.pick(format!("{size} バイト"), format!("{size} bytes"));
                format!("  ✓ {path}\n    {size}  SHA-256 {digest}\n")
            }
            Err(e) => format!("  ✗ {}\n", e.message(lang)),
        };
    }
    if let Some((folder, state)) = &verified.cache {
        let state = match state {
            CacheState::Absent => lang.pick("なし", "absent"),
            CacheState::Sound => lang.pick("正しい", "sound"),
            CacheState::Damaged => lang.pick(
                "壊れている（次に読むとき作り直されます）",
                "damaged (will be made anew at the next load)",
            ),
        };
        lines += &format!("  {} {}: {state}\n", lang.pick("キャッシュ", "cache"), folder.display());
    }
    lines
}

/// `kakunin data list`: 選べるデータ、読む場所、中身の SHA-256 の始め。
pub(crate) fn list(places: &Places) -> String {
    let mut lines = String::new();
    for name in mnist::names(places) {
        lines += &match mnist::locate(places, &name) {
            Ok((folder, digests)) => format!("{name:<16}  {}  {}\n", digests.short(), folder.display()),
            Err(e) => format!("{name:<16}  ✗ {e}\n"),
        };
    }
    lines
}

/// `kakunin data import NAME DIR [--replace]`
pub(crate) fn import(places: &Places, name: &str, from: &Path, replace: bool) -> Result<String, Error> {
    let outcome = mnist::import(places, name, from, replace)?;
    let (folder, digests) = mnist::locate(places, name)?;
    let (folder, short, lang) = (folder.display(), digests.short(), Lang::current());
    let what = match outcome {
        Import::New => lang.pick("取り込みました", "imported"),
        Import::AlreadyThere => {
            lang.pick("同じ中身がすでに取り込まれています", "the same data is already imported")
        }
        Import::Repaired => lang.pick("壊れていたファイルを直しました", "damaged files were repaired"),
        Import::Replaced => lang.pick("置き換えました", "replaced"),
    };
    let hint = lang.pick(format!("`--data {name}` で選べます"), format!("choose it with `--data {name}`"));
    Ok(format!("{name}: {what} ({short}, {folder})\n{hint}\n"))
}

/// `kakunin data remove NAME`
pub(crate) fn remove(places: &Places, name: &str) -> Result<String, Error> {
    let folder = mnist::remove(places, name)?;
    let folder = folder.display();
    Ok(Lang::current()
        .pick(format!("{name} を消しました（{folder}）\n"), format!("{name} was removed ({folder})\n")))
}

/// `kakunin clean [--dry-run]`: 展開したファイルを、大きさとともに並べて消す。
pub(crate) fn clean(places: &Places, dry_run: bool) -> Result<String, Error> {
    let lang = Lang::current();
    let mut lines = String::new();
    let mut freed = 0;
    for cached in mnist::cached(places) {
        let is_gone = match dry_run || mnist::remove_cached(&cached)? {
            true => "",
            false => lang.pick(
                "（ほかのファイルがあるのでフォルダーは残しました）",
                " (folder kept: it holds other files)",
            ),
        };
        lines += &format!("{:>10}  {}{is_gone}\n", megabytes(cached.bytes), describe(lang, &cached));
        freed += cached.bytes;
    }
    if lines.is_empty() {
        let nothing = lang.pick("キャッシュには何もありません", "Nothing is cached");
        let place = places.cache.as_ref().map(|root| format!(" ({})", root.display())).unwrap_or_default();
        return Ok(format!("{nothing}{place}\n"));
    }
    let freed = megabytes(freed);
    lines += &if dry_run {
        lang.pick(
            format!("合計 {freed}（`--dry-run` なしで消します）\n"),
            format!("{freed} in all (removed without `--dry-run`)\n"),
        )
    } else {
        lang.pick(
            format!("{freed} を消しました（次に読むときまた展開されます）\n"),
            format!("{freed} removed (unpacked again at the next load)\n"),
        )
    };
    Ok(lines)
}

fn describe(lang: Lang, cached: &Cached) -> String {
    let folder = cached.folder.display();
    let kind = if cached.left_over { lang.pick("（中断の残り）", " (left over)") } else { "" };
    format!("{folder}{kind}")
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(root: &Path) -> Places {
        Places {
            data: None,
            built_in: Path::new(env!("CARGO_MANIFEST_DIR")).join("../data"),
            cache: Some(root.join("cache")),
            sets: Some(root.join("sets")),
            temp: root.to_owned(),
        }
    }

    #[test]
    fn verify_names_each_file_and_the_cache() {
        let root = tempfile::tempdir().unwrap();
        let report = verify(&places(root.path()), None).unwrap();
        assert_eq!(report.matches('✓').count(), 4, "{report}");
        assert!(report.contains("ba891046e6505d7a"), "{report}");
    }

    #[test]
    fn clean_says_what_it_would_remove_and_then_removes_it() {
        let root = tempfile::tempdir().unwrap();
        let places = places(root.path());
        assert!(clean(&places, false).unwrap().contains("何もありません"));
        mnist::load_from(&places, "mnist").unwrap();
        let entry = mnist::cached(&places).remove(0).folder;
        assert!(clean(&places, true).unwrap().contains("55.0 MB"));
        assert!(entry.exists());
        assert!(clean(&places, false).unwrap().contains("消しました"));
        assert!(!entry.exists());
    }

    #[test]
    fn an_imported_set_is_listed_until_it_is_removed() {
        let root = tempfile::tempdir().unwrap();
        let places = places(root.path());
        let from = places.built_in.join("mnist");
        assert!(import(&places, "copy", &from, false).unwrap().contains("取り込みました"));
        assert!(import(&places, "copy", &from, false).unwrap().contains("すでに"));
        assert!(list(&places).contains("copy"));
        remove(&places, "copy").unwrap();
        assert_eq!(list(&places).lines().count(), 1);
        assert_eq!(remove(&places, "copy").unwrap_err().kind(), ErrorKind::Unknown);
    }
}

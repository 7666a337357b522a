//! データを読む: 確かめ、展開し、おかしなものは理由を言って断る。

#![allow(clippy::unwrap_used, reason = "clippy.toml exempts tests, but not the helpers beside them")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use kakunin::mnist::{self, CacheState, Import, Part, Places, load_from};
use kakunin::{Error, ErrorKind, Lang};
use tempfile::TempDir;

/// Folders of one test: nothing of the user's is read or written.
struct Desk {
    root: TempDir,
    places: Places,
}

fn desk() -> Desk {
    let root = tempfile::tempdir().unwrap();
    let at = |name: &str| root.path().join(name);
    fs::create_dir(at("temp")).unwrap();
    let places = Places {
        data: None,
        built_in: Path::new(env!("CARGO_MANIFEST_DIR")).join("data"),
        cache: Some(at("cache")),
        sets: Some(at("sets")),
        temp: at("temp"),
    };
    Desk { root, places }
}

impl Desk {
    /// A folder with the four raw files, and `KAKUNIN_DATA` pointing to it.
    fn offering(mut self, four: &[Vec<u8>; 4]) -> Desk {
        let folder = self.folder("offered", four);
        self.places.data = Some(folder);
        self
    }

    fn folder(&self, name: &str, four: &[Vec<u8>; 4]) -> PathBuf {
        let folder = self.root.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        for (part, bytes) in Part::ALL.into_iter().zip(four) {
            fs::write(folder.join(part.file_name()), bytes).unwrap();
        }
        folder
    }

    fn offered(&self, part: Part) -> PathBuf {
        self.places.data.as_ref().unwrap().join(part.file_name())
    }

    fn entry(&self) -> PathBuf {
        mnist::cached(&self.places).remove(0).folder
    }
}

fn raw() -> &'static [Vec<u8>; 4] {
    static RAW: OnceLock<[Vec<u8>; 4]> = OnceLock::new();
    RAW.get_or_init(|| {
        Part::ALL.map(|part| {
            let gz = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/mnist");
            let gz = fs::File::open(gz.join(part.file_name()).with_extension("gz")).unwrap();
            let mut bytes = Vec::new();
            GzDecoder::new(gz).read_to_end(&mut bytes).unwrap();
            bytes
        })
    })
}

/// Another set of the right form: MNIST as a photographic negative.
fn negative() -> [Vec<u8>; 4] {
    let mut four = raw().clone();
    for part in [Part::TrainImages, Part::TestImages] {
        four[part as usize][16..].iter_mut().for_each(|pixel| *pixel = 255 - *pixel);
    }
    four
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Both languages say each of these.
#[track_caller]
fn assert_says(error: &Error, kind: ErrorKind, words: &[&str]) {
    assert_eq!(error.kind(), kind, "{error}");
    for word in words {
        for lang in [Lang::Ja, Lang::En] {
            assert!(error.message(lang).contains(word), "no {word:?} in {}", error.message(lang));
        }
    }
}

#[track_caller]
fn assert_is_mnist(set: &mnist::RawSet) {
    assert_eq!(set.train_images, raw()[0][16..]);
    assert_eq!(set.train_labels, raw()[1][8..]);
    assert_eq!(set.test_images, raw()[2][16..]);
    assert_eq!(set.test_labels, raw()[3][8..]);
}

#[test]
fn the_first_load_fills_the_cache_and_the_second_reads_it() {
    let mut desk = desk();
    let first = load_from(&desk.places, "mnist").unwrap();
    assert_is_mnist(&first.set);
    assert_eq!(first.note, None);
    assert_eq!(fs::read_dir(desk.entry()).unwrap().count(), 4);

    desk.places.built_in = desk.root.path().join("moved away");
    let second = load_from(&desk.places, "mnist").unwrap();
    assert_eq!(first, second);
    assert!(mnist::verify(&desk.places, "mnist").unwrap().files[0].path.starts_with(desk.entry()));
}

#[test]
fn a_moved_repository_without_a_cache_is_explained() {
    let mut desk = desk();
    desk.places.built_in = desk.root.path().join("moved away");
    let error = load_from(&desk.places, "mnist").unwrap_err();
    assert_says(&error, ErrorKind::Data, &["moved away", "KAKUNIN_DATA"]);
}

#[test]
fn loads_that_start_at_once_all_work() {
    let desk = desk();
    std::thread::scope(|scope| {
        let loads = [(); 4].map(|()| scope.spawn(|| load_from(&desk.places, "mnist").unwrap()));
        for load in loads {
            let loaded = load.join().unwrap();
            assert_is_mnist(&loaded.set);
            assert_eq!(loaded.note, None);
        }
    });
    assert_eq!(fs::read_dir(desk.entry()).unwrap().count(), 4, "nothing is left over");
}

#[test]
fn processes_that_start_at_once_all_work() {
    let desk = desk();
    let start = || {
        let mut this = Command::new(std::env::current_exe().unwrap());
        this.args(["--exact", "one_of_the_processes", "--ignored"]);
        this.env("KAKUNIN_CACHE", desk.places.cache.as_ref().unwrap()).env_remove("KAKUNIN_DATA");
        this.stdout(Stdio::null()).spawn().unwrap()
    };
    for mut process in [start(), start(), start()] {
        assert!(process.wait().unwrap().success());
    }
    assert_eq!(fs::read_dir(desk.entry()).unwrap().count(), 4, "nothing is left over");
}

#[test]
#[ignore = "started by processes_that_start_at_once_all_work"]
fn one_of_the_processes() {
    if std::env::var_os("KAKUNIN_CACHE").is_some() {
        let loaded = mnist::load("mnist").unwrap();
        assert_is_mnist(&loaded.set);
        assert_eq!(loaded.note, None);
    }
}

#[test]
fn a_damaged_cache_is_rebuilt_without_a_word() {
    let desk = desk();
    load_from(&desk.places, "mnist").unwrap();
    let entry = desk.entry();
    let damages: [fn(&Path); 3] = [
        |file| fs::remove_file(file).unwrap(),
        |file| fs::write(file, b"").unwrap(),
        |file| {
            let mut bytes = fs::read(file).unwrap();
            bytes[5000] ^= 1;
            fs::write(file, bytes).unwrap();
        },
    ];
    for damage in damages {
        damage(&entry.join(Part::TestImages.file_name()));
        let state = mnist::verify(&desk.places, "mnist").unwrap().cache.unwrap().1;
        assert_eq!(state, CacheState::Damaged);
        let loaded = load_from(&desk.places, "mnist").unwrap();
        assert_is_mnist(&loaded.set);
        assert_eq!(loaded.note, None);
        let state = mnist::verify(&desk.places, "mnist").unwrap().cache.unwrap().1;
        assert_eq!(state, CacheState::Sound);
    }
}

#[test]
fn a_cache_that_cant_be_written_costs_a_note_and_leaves_nothing_behind() {
    let mut desk = desk();
    let file = desk.root.path().join("a file");
    fs::write(&file, "").unwrap();
    for cache in [Some(file.join("cache")), None] {
        desk.places.cache = cache;
        let loaded = load_from(&desk.places, "mnist").unwrap();
        assert_is_mnist(&loaded.set);
        let note = loaded.note.unwrap();
        let temp = desk.places.temp.to_str().unwrap();
        for lang in [Lang::Ja, Lang::En] {
            assert!(note.message(lang).contains(temp) && note.message(lang).contains("KAKUNIN_CACHE"));
        }
        assert_eq!(fs::read_dir(&desk.places.temp).unwrap().count(), 0);
    }
    desk.places.temp = file;
    let error = load_from(&desk.places, "mnist").unwrap_err();
    assert_says(&error, ErrorKind::Output, &["a file", "KAKUNIN_CACHE"]);
}

#[test]
fn kakunin_data_may_hold_raw_files_and_packed_ones_under_any_usual_name() {
    let desk = desk().offering(raw());
    assert_is_mnist(&load_from(&desk.places, "mnist").unwrap().set);
    assert!(mnist::cached(&desk.places).is_empty(), "raw files are read where they lie");

    // A dot for the hyphen, as in some archives; raw bytes under a .gz name, as some browsers save them.
    let images = desk.offered(Part::TestImages);
    fs::rename(&images, images.with_file_name("t10k-images.idx3-ubyte")).unwrap();
    let labels = desk.offered(Part::TestLabels);
    fs::rename(&labels, labels.with_extension("gz")).unwrap();
    assert_is_mnist(&load_from(&desk.places, "mnist").unwrap().set);

    let labels = desk.offered(Part::TrainLabels);
    fs::write(labels.with_extension("gz"), gzip(&raw()[1])).unwrap();
    fs::remove_file(labels).unwrap();
    assert_is_mnist(&load_from(&desk.places, "mnist").unwrap().set);
    assert_eq!(mnist::cached(&desk.places).len(), 1);
}

#[test]
fn kakunin_data_may_hold_a_folder_for_each_set() {
    let mut desk = desk();
    desk.folder("all/mnist", raw());
    desk.folder("all/negative", &negative());
    desk.places.data = Some(desk.root.path().join("all"));
    assert_is_mnist(&load_from(&desk.places, "mnist").unwrap().set);

    let error = load_from(&desk.places, "negative").unwrap_err();
    assert_says(&error, ErrorKind::Data, &["kakunin data import negative "]);
    mnist::import(&desk.places, "negative", &desk.root.path().join("all/negative"), false).unwrap();
    assert_eq!(load_from(&desk.places, "negative").unwrap().set.test_images, negative()[2][16..]);
}

#[test]
fn each_defect_of_a_file_has_its_own_sentence() {
    let desk = desk().offering(raw());
    let images = desk.offered(Part::TrainImages);
    let labels = desk.offered(Part::TestLabels);
    let refused = |path: &Path, bytes: &[u8], words: &[&str]| {
        let good = fs::read(path).unwrap();
        fs::write(path, bytes).unwrap();
        let error = load_from(&desk.places, "mnist").unwrap_err();
        assert_says(&error, ErrorKind::Data, words);
        assert_says(&error, ErrorKind::Data, &[path.to_str().unwrap(), "KAKUNIN_DATA"]);
        fs::write(path, good).unwrap();
    };
    let mut long = raw()[3].clone();
    long.push(99);
    let mut label = raw()[3].clone();
    label[100] = 26;
    let packed = gzip(&raw()[3]);
    let mut bad_sum = packed.clone();
    bad_sum[packed.len() - 6] ^= 1;

    // 59,000 of 60,000 images: the mnist crate takes 1,000 test images for the rest.
    refused(&images, &raw()[0][..16 + 59_000 * 784], &["46,256,016", "47,040,016"]);
    refused(&labels, b"", &[" 0 ", "10,008"]);
    refused(&labels, &raw()[3][..6], &[" 6 ", "10,008"]);
    refused(&labels, &long, &["10,008"]);
    refused(&labels, b"<!DOCTYPE html>", &["3c21444f", "00000801"]);
    refused(&labels, &raw()[1], &["60,000", "10,000"]);
    refused(&images, &raw()[2], &["10,000 × 28 × 28", "60,000 × 28 × 28"]);
    refused(&labels, &label, &["26"]);
    refused(&labels, &packed[..packed.len() / 2], &["gzip"]);
    refused(&labels, &bad_sum, &["gzip"]);
    refused(&labels, &gzip(&raw()[3][..5_000]), &["5,000", "10,008"]);
    // A bomb is not unpacked beyond the byte that gives it away.
    let mut bomb = raw()[3].clone();
    bomb.resize(50_000_000, 0);
    refused(&labels, &gzip(&bomb), &["10,008"]);

    fs::remove_file(&labels).unwrap();
    let error = load_from(&desk.places, "mnist").unwrap_err();
    assert_says(&error, ErrorKind::Data, &[labels.to_str().unwrap(), ".gz"]);
    fs::remove_dir_all(desk.places.data.as_ref().unwrap()).unwrap();
    let error = load_from(&desk.places, "mnist").unwrap_err();
    assert_says(&error, ErrorKind::Data, &["offered", "KAKUNIN_DATA"]);
}

#[test]
fn other_images_of_the_right_size_are_refused_with_the_way_to_import_them() {
    let desk = desk().offering(&negative());
    load_from(&Places { data: None, ..desk.places.clone() }, "mnist").unwrap();
    let hint = ["SHA-256", "ba891046", "kakunin data import NAME DIR", "--data NAME"];
    let error = load_from(&desk.places, "mnist").unwrap_err();
    assert_says(&error, ErrorKind::Data, &hint);

    // Once imported, it is called by its name.
    mnist::import(&desk.places, "negative", desk.places.data.as_ref().unwrap(), false).unwrap();
    let error = load_from(&desk.places, "mnist").unwrap_err();
    assert_says(&error, ErrorKind::Data, &["--data negative"]);
    assert_eq!(load_from(&desk.places, "negative").unwrap().set.train_images, negative()[0][16..]);
}

#[test]
fn damaged_files_of_the_repository_are_refused_and_nothing_is_cached() {
    let mut desk = desk();
    let folder = desk.folder("repository/mnist", raw());
    desk.places.built_in = desk.root.path().join("repository");
    let labels = folder.join(Part::TrainLabels.file_name());
    let mut altered = raw()[1].clone();
    altered[8] = 6;
    fs::write(&labels, &altered).unwrap();
    let words = [labels.to_str().unwrap(), "65a50cbb", "git checkout"];
    assert_says(&load_from(&desk.places, "mnist").unwrap_err(), ErrorKind::Data, &words);

    fs::write(&labels, gzip(&altered)).unwrap();
    assert_says(&load_from(&desk.places, "mnist").unwrap_err(), ErrorKind::Data, &words);
    let report = mnist::verify(&desk.places, "mnist").unwrap();
    let sound: Vec<_> = report.files.iter().map(|file| file.digest.is_ok()).collect();
    assert_eq!(sound, [true, false, true, true]);
    let bytes: u64 = mnist::cached(&desk.places).iter().map(|cached| cached.bytes).sum();
    assert_eq!(bytes, 0);
}

#[test]
fn an_imported_set_is_chosen_by_name_and_guarded_by_its_hashes() {
    let desk = desk();
    let (from, places) = (desk.folder("from", &negative()), &desk.places);
    let import = |name, replace| mnist::import(places, name, &from, replace);
    assert_eq!(import("negative", false).unwrap(), Import::New);
    assert_eq!(import("negative", false).unwrap(), Import::AlreadyThere);
    let loaded = load_from(places, "negative").unwrap();
    assert_eq!(loaded.set.train_images, negative()[0][16..]);
    assert_eq!(loaded.note, None);

    let stored = places.sets.as_ref().unwrap().join("negative");
    fs::write(stored.join(Part::TestLabels.file_name()), &raw()[3][..9_000]).unwrap();
    let error = load_from(places, "negative").unwrap_err();
    assert_says(&error, ErrorKind::Data, &["9,000", "kakunin data import negative DIR"]);
    assert_eq!(import("negative", false).unwrap(), Import::Repaired);
    load_from(places, "negative").unwrap();

    fs::write(from.join(Part::TestImages.file_name()), &raw()[2]).unwrap();
    assert_says(&import("negative", false).unwrap_err(), ErrorKind::Setting, &["negative", "--replace"]);
    assert_eq!(import("negative", true).unwrap(), Import::Replaced);
    assert_eq!(load_from(places, "negative").unwrap().set.test_images, raw()[2][16..]);

    fs::write(stored.join("set.json"), r#"{"format_version": 2, "mood": "new"}"#).unwrap();
    let words = ["set.json", "format_version 2", "--replace"];
    assert_says(&load_from(places, "negative").unwrap_err(), ErrorKind::Data, &words);
    assert_says(&import("negative", false).unwrap_err(), ErrorKind::Data, &words);
    assert_eq!(import("negative", true).unwrap(), Import::Replaced);

    mnist::remove(places, "negative").unwrap();
    assert!(!stored.exists());
    assert_eq!(fs::read_dir(places.sets.as_ref().unwrap()).unwrap().count(), 0, "nothing is left over");
}

#[test]
fn imports_are_checked_before_they_are_recorded() {
    let desk = desk();
    let from = desk.folder("from", &negative());
    for name in ["mnist", "", "Fashion", "a/b", "..", "a-name-of-more-than-thirty-two-letters"] {
        let error = mnist::import(&desk.places, name, &from, false).unwrap_err();
        assert_says(&error, ErrorKind::Setting, &["32", "mnist"]);
    }
    let letters = from.join(Part::TrainLabels.file_name());
    let mut bytes = raw()[1].clone();
    bytes[8] = 26;
    fs::write(&letters, bytes).unwrap();
    let error = mnist::import(&desk.places, "letters", &from, false).unwrap_err();
    assert_says(&error, ErrorKind::Data, &[letters.to_str().unwrap(), "26"]);
    assert!(mnist::imported(&desk.places).is_empty());
}

#[test]
fn an_unknown_name_is_answered_with_the_known_and_the_nearest() {
    let desk = desk();
    let from = desk.folder("from", &negative());
    mnist::import(&desk.places, "negative", &from, false).unwrap();
    let error = load_from(&desk.places, "negativ").unwrap_err();
    assert_says(&error, ErrorKind::Unknown, &["mnist, negative", "kakunin data import"]);
    assert!(error.message(Lang::Ja).contains("もしかして negative"));
    assert!(!load_from(&desk.places, "x").unwrap_err().message(Lang::Ja).contains("もしかして"));
    for name in ["../mnist", "", "/", "MNIST", "ＭＮＩＳＴ"] {
        assert_eq!(load_from(&desk.places, name).unwrap_err().kind(), ErrorKind::Unknown);
    }
}

#[test]
fn clean_removes_only_what_is_ours() {
    let desk = desk();
    load_from(&desk.places, "mnist").unwrap();
    let cache = desk.places.cache.clone().unwrap();
    let diary = cache.join("photos-0123456789abcdef/diary.txt");
    let plain = cache.join("notes/train-images-idx3-ubyte");
    let inside = desk.entry().join("mine.txt");
    let interrupted = desk.entry().join(".kakunin-tmp-abc");
    for file in [&diary, &plain, &inside, &interrupted] {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "x").unwrap();
    }
    // Still being written, for all we know.
    fs::create_dir(desk.places.temp.join("kakunin-unpacked-abc")).unwrap();
    let abandoned = desk.places.temp.join("kakunin-unpacked-old");
    fs::create_dir(&abandoned).unwrap();
    let yesterday = std::time::SystemTime::now() - std::time::Duration::from_secs(86_400);
    fs::File::open(&abandoned).unwrap().set_modified(yesterday).unwrap();

    let cached = mnist::cached(&desk.places);
    let sizes: Vec<_> = cached.iter().map(|cached| cached.bytes).collect();
    assert_eq!(sizes, [54_950_049, 0, 0]);
    let gone: Vec<_> = cached.iter().map(|cached| mnist::remove_cached(cached).unwrap()).collect();
    assert_eq!(gone, [false, false, true]);
    assert!(diary.exists() && plain.exists() && inside.exists() && !interrupted.exists());
    assert_eq!(fs::read_dir(inside.parent().unwrap()).unwrap().count(), 1);
    assert!(desk.places.temp.join("kakunin-unpacked-abc").exists());
    assert_is_mnist(&load_from(&desk.places, "mnist").unwrap().set);
}

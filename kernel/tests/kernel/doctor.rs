//! `doctor` finds what is wrong, says so in a sentence, and ends with 1.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Output;

use crate::installed::{Installed, PROGRAM};

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The line about something bad that doctor must find.
fn found(output: &Output, about: &str) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", said(output));
    let line = said(output).lines().find(|line| line.starts_with(&format!("✗ {about}:"))).map(str::to_owned);
    line.unwrap_or_else(|| panic!("nothing about {about} in\n{}", said(output)))
}

/// The shared installation with a registration of its own in `folder`, whose template `change` may change.
fn changed(folder: &Path, change: impl FnOnce(&Path)) -> Installed {
    let shared = Installed::shared();
    let copy = Installed { cache: shared.cache.clone(), jupyter: folder.join("jupyter") };
    let template = folder.join("template");
    std::fs::create_dir(&template).unwrap();
    for entry in std::fs::read_dir(shared.template()).unwrap() {
        let entry = entry.unwrap();
        match entry.file_name().to_str() {
            Some("template.json" | "plan.json" | "Cargo.lock") => {
                std::fs::copy(entry.path(), template.join(entry.file_name())).map(drop).unwrap();
            }
            _ => symlink(entry.path(), template.join(entry.file_name())).unwrap(),
        }
    }
    change(&template);
    std::fs::create_dir_all(copy.spec_dir()).unwrap();
    let mut spec = shared.spec();
    spec["env"]["KAKUNIN_TEMPLATE"] = template.to_str().unwrap().into();
    std::fs::write(copy.spec_dir().join("kernel.json"), spec.to_string()).unwrap();
    copy
}

fn edit(template: &Path, change: impl FnOnce(&mut serde_json::Value)) {
    let path = template.join("template.json");
    let mut description = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut description);
    std::fs::write(path, description.to_string()).unwrap();
}

#[test]
fn all_is_well_after_an_installation() {
    let output = Installed::shared().output(&["doctor"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).lines().all(|line| line.starts_with(['✓', '!'])), "{}", said(&output));
}

#[test]
fn doctor_speaks_japanese_by_default() {
    let output = Installed::shared().command(&["doctor"]).env_remove("KAKUNIN_LANG").output().unwrap();
    assert!(said(&output).contains("✓ 登録:"), "{}", said(&output));
}

#[test]
fn a_missing_registration_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let line = found(&Installed::nothing_in(folder.path()).output(&["doctor"]), "registration");
    assert!(line.contains("run `kakunin-kernel install`"), "{line}");
}

#[test]
fn a_registration_whose_program_is_gone_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let copy = changed(folder.path(), |_| ());
    let gone = folder.path().join("gone");
    let mut spec = copy.spec();
    spec["argv"][0] = gone.to_str().unwrap().into();
    std::fs::write(copy.spec_dir().join("kernel.json"), spec.to_string()).unwrap();
    assert!(found(&copy.output(&["doctor"]), "registration").contains(gone.to_str().unwrap()));
}

#[test]
fn a_missing_template_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let copy = changed(folder.path(), |template| std::fs::remove_dir_all(template).unwrap());
    let line = found(&copy.output(&["doctor"]), "template");
    assert!(line.contains("is missing") && line.contains("install"), "{line}");
}

#[test]
fn a_damaged_file_of_the_template_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let copy = changed(folder.path(), |template| std::fs::write(template.join("plan.json"), "{").unwrap());
    let line = found(&copy.output(&["doctor"]), "template");
    assert!(line.contains("plan.json is damaged"), "{line}");
}

#[test]
fn a_toolchain_that_is_gone_or_another_one_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let copy = changed(folder.path(), |template| {
        edit(template, |known| known["rustc"] = "/nowhere/rustc".into());
    });
    assert!(found(&copy.output(&["doctor"]), "template").contains("/nowhere/rustc is gone"));

    let folder = tempfile::tempdir().unwrap();
    let copy = changed(folder.path(), |template| {
        edit(template, |known| known["toolchain"] = "rustc 1.0.0".into());
    });
    assert!(found(&copy.output(&["doctor"]), "template").contains("Rust is now rustc 1."));
}

#[test]
fn a_repository_that_is_gone_is_a_remark_and_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    let copy = changed(folder.path(), |template| {
        edit(template, |known| known["made_from"] = "/nowhere/kakunin".into());
    });
    let output = copy.output(&["doctor"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("! sources: /nowhere/kakunin is gone"), "{}", said(&output));
}

#[test]
fn without_rust_doctor_says_where_to_get_it() {
    let output = Installed::shared().command(&["doctor"]).env("PATH", "").output().unwrap();
    assert!(found(&output, "Rust").contains("https://rustup.rs"));
    assert!(found(&output, "rust-src").contains("https://rustup.rs"));
}

#[test]
fn missing_sources_of_the_standard_library_are_found() {
    // A toolchain without them.
    let folder = tempfile::tempdir().unwrap();
    let rustc = folder.path().join("rustc");
    std::fs::write(&rustc, format!("#!/bin/sh\necho {}\n", folder.path().display())).unwrap();
    std::fs::set_permissions(&rustc, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let output = Installed::shared().command(&["doctor"]).env("PATH", folder.path()).output().unwrap();
    assert!(found(&output, "rust-src").contains("rustup component add rust-src"));
}

#[test]
fn a_bad_name_is_found() {
    let output = Installed::shared().output(&["doctor", "--name", "Rust Kernel"]);
    assert!(found(&output, "Jupyter").contains("lower-case letters"));
}

#[test]
fn a_cache_that_cannot_be_written_is_a_remark() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let output = Installed::shared().command(&["doctor"]).env("KAKUNIN_CACHE", &file).output().unwrap();
    assert!(
        said(&output).contains(&format!("! cache: {} can't be written", file.display())),
        "{}",
        said(&output)
    );
}

#[test]
fn the_program_asks_for_an_order() {
    let output = std::process::Command::new(PROGRAM).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

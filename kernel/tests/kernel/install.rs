//! `install` and `uninstall`.

use serde_json::json;

use crate::installed::{Installed, complaint};

#[test]
fn the_registration_starts_a_copy_of_the_program_with_its_template() {
    let shared = Installed::shared();
    let spec = shared.spec();
    let program = shared.spec_dir().join("kakunin-kernel");
    assert_eq!(
        spec,
        json!({
            "argv": [program, "{connection_file}"],
            "display_name": "Rust (kakunin)",
            "language": "rust",
            "interrupt_mode": "message",
            "env": { "KAKUNIN_TEMPLATE": shared.template() },
            "metadata": { "debugger": false },
        })
    );
    assert!(program.is_file() && shared.spec_dir().join("logo-svg.svg").is_file());
    assert!(shared.template().starts_with(shared.cache.join("kernel")));
}

#[test]
fn a_second_installation_uses_the_template_and_takes_only_its_own_registration_with_it() {
    let shared = Installed::shared();
    let description = shared.template().join("template.json");
    let before = std::fs::metadata(&description).unwrap().modified().unwrap();
    let output = shared.output(&["install", "--name", "second"]);
    assert!(output.status.success());
    assert!(!String::from_utf8_lossy(&output.stderr).contains("Compiling"), "{output:?}");
    let second = shared.jupyter.join("kernels").join("second");
    let program = second.join("kakunin-kernel");
    let installed = std::fs::metadata(&program).unwrap().modified().unwrap();
    // A running kernel finds its warm back by the program's time.
    shared.succeed(&["install", "--name", "second"]);
    assert_eq!(std::fs::metadata(&program).unwrap().modified().unwrap(), installed);
    shared.succeed(&["uninstall", "--name", "second"]);
    assert!(!second.exists());
    assert_eq!(std::fs::metadata(&description).unwrap().modified().unwrap(), before);
}

#[test]
fn a_name_that_jupyter_does_not_accept_is_refused_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = Installed::nothing_in(folder.path());
    for name in ["Rust Kernel", "../kernel", ""] {
        let said = nothing.fail(&["install", "--name", name]);
        assert!(said.contains("lower-case letters"), "{said}");
    }
    assert!(!nothing.jupyter.exists());
}

#[test]
fn sources_that_are_not_there_are_named_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = Installed::nothing_in(folder.path());
    let source = folder.path().join("moved");
    let said = nothing.fail(&["install".as_ref(), "--source".as_ref(), source.as_os_str()]);
    assert!(said.contains(source.to_str().unwrap()) && said.contains("install"), "{said}");
}

#[test]
fn a_kernel_that_is_not_installed_cannot_be_uninstalled() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = Installed::nothing_in(folder.path());
    let said = nothing.fail(&["uninstall"]);
    assert!(said.contains(nothing.spec_dir().to_str().unwrap()), "{said}");
}

#[test]
fn without_rust_the_installation_says_where_to_get_it() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = Installed::nothing_in(folder.path());
    let said = complaint(&nothing.command(&["install"]).env("PATH", "").output().unwrap());
    assert!(said.contains("https://rustup.rs"), "{said}");
}

#[test]
fn a_cache_that_cannot_be_written_is_named_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let mut nothing = Installed::nothing_in(folder.path());
    // Where a file stands, no folder can be made, not even by root.
    nothing.cache = folder.path().join("file");
    std::fs::write(&nothing.cache, "").unwrap();
    let said = nothing.fail(&["install"]);
    assert!(said.contains(nothing.cache.to_str().unwrap()) && said.contains("KAKUNIN_CACHE"), "{said}");
}

#[test]
#[ignore = "makes a template: a minute or two"]
fn a_prefix_without_jupyter_gets_everything_and_uninstall_takes_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = Installed::nothing_in(folder.path());
    let prefix = folder.path().join("prefix");
    let at = ["--prefix".as_ref(), prefix.as_os_str()];
    nothing.succeed(&["install".as_ref(), at[0], at[1]]);
    let share = prefix.join("share");
    assert!(share.join("jupyter/kernels/kakunin/kernel.json").is_file());
    let doctor = nothing.output(&["doctor".as_ref(), at[0], at[1]]);
    assert!(doctor.status.success(), "{doctor:?}");
    nothing.succeed(&["uninstall".as_ref(), at[0], at[1]]);
    let files = walkdir::WalkDir::new(&share)
        .into_iter()
        .filter(|entry| entry.as_ref().unwrap().file_type().is_file());
    assert_eq!(files.count(), 0);
}

//! `doctor`: whether the kernel will work here, and how to mend what will not.

use crate::args::Place;
use crate::asking::{library_sources, printed, sysroot};
use crate::failure::Failure;
use crate::install::Installation;
use crate::template::{self, Description, Sources};
use kakunin::Lang;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Below this, a template can't be made.
const WANTED_BYTES: u64 = 1 << 30;

/// One thing looked at.
struct Finding {
    about: &'static str,
    /// what was found, or what is wrong and what to do
    text: String,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Good,
    /// it works, but the learner should know
    Remark,
    Bad,
}

pub(crate) fn run(place: &Place, name: &str) -> ExitCode {
    let findings = examine(place, name);
    for finding in &findings {
        let mark = match finding.state {
            State::Good => "✓",
            State::Remark => "!",
            State::Bad => "✗",
        };
        println!("{mark} {}: {}", finding.about, finding.text);
    }
    if findings.iter().any(|finding| finding.state == State::Bad) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn good(about: &'static str, text: impl Into<String>) -> Finding {
    Finding { about, text: text.into(), state: State::Good }
}

fn bad(about: &'static str, text: impl Into<String>) -> Finding {
    Finding { about, text: text.into(), state: State::Bad }
}

fn remark(about: &'static str, text: impl Into<String>) -> Finding {
    Finding { about, text: text.into(), state: State::Remark }
}

fn examine(place: &Place, name: &str) -> Vec<Finding> {
    let lang = Lang::current();
    let mut findings = vec![toolchain(), rust_src()];
    match Installation::at(place, name) {
        Err(failure) => findings.push(bad(lang.pick("Jupyter", "Jupyter"), failure.to_string())),
        Ok(installation) => {
            findings.push(registration(&installation));
            if let Some(template) = installation.template() {
                findings.extend(of_template(&template));
            }
            findings.push(disk(&installation.templates));
        }
    }
    findings.push(cache());
    findings.push(jupyter());
    findings
}

fn toolchain() -> Finding {
    let about = Lang::current().pick("Rust", "Rust");
    match printed(Command::new("rustc").arg("--version")) {
        Ok(version) => good(about, version),
        Err(_) => bad(about, Failure::ToolMissing("rustc".to_owned()).to_string()),
    }
}

fn rust_src() -> Finding {
    let about = "rust-src";
    let Ok(sysroot) = sysroot(Path::new("rustc")) else {
        return bad(about, Failure::ToolMissing("rustc".to_owned()).to_string());
    };
    let dir = library_sources(&sysroot);
    if dir.is_dir() {
        good(about, dir.display().to_string())
    } else {
        bad(about, Failure::RustSrcMissing(dir).to_string())
    }
}

fn registration(installation: &Installation) -> Finding {
    let lang = Lang::current();
    let about = lang.pick("登録", "registration");
    let spec = installation.spec.join("kernel.json");
    let program = std::fs::read(&spec)
        .ok()
        .and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok())
        .and_then(|spec| spec["argv"][0].as_str().map(PathBuf::from));
    match program {
        None => bad(
            about,
            lang.pick(
                format!("{} がありません。`kakunin-kernel install` を実行してください。", spec.display()),
                format!("{} is missing; run `kakunin-kernel install`.", spec.display()),
            ),
        ),
        Some(program) if !program.is_file() => bad(
            about,
            lang.pick(
                format!(
                    "{} がありません。`kakunin-kernel install` をもう一度実行してください。",
                    program.display()
                ),
                format!("{} is missing; run `kakunin-kernel install` again.", program.display()),
            ),
        ),
        Some(_) => good(about, spec.display().to_string()),
    }
}

fn of_template(template: &crate::layout::TemplateDir) -> Vec<Finding> {
    let lang = Lang::current();
    let about = lang.pick("準備", "template");
    let again = lang.pick(
        "次の起動のときに作り直されます。いま直すには `kakunin-kernel install` を実行してください。",
        "The next start makes it anew; to mend it now, run `kakunin-kernel install`.",
    );
    let known = match template::examine(template) {
        Ok(known) => known,
        Err(fault) => return vec![bad(about, format!("{} {again}", fault.explained(template.root())))],
    };
    let mut findings = vec![good(about, template.root().display().to_string())];
    findings.push(made_from(&known));
    findings
}

/// The repository may be gone: the template holds its own copy.
fn made_from(known: &Description) -> Finding {
    let lang = Lang::current();
    let about = lang.pick("ソース", "sources");
    let sources = Sources::at(&known.made_from);
    let root = known.made_from.display();
    if !sources.complete() {
        return remark(
            about,
            lang.pick(
                format!("{root} はなくなっています（移動したか、消されました）。カーネルは自分の写しで動きます。更新するには、いまの場所で `install` を実行してください。"),
                format!("{root} is gone (moved or deleted). The kernel works with its own copy; to update, run `install` where the repository is now."),
            ),
        );
    }
    match sources.key(&known.toolchain) {
        Ok(key) if key == known.key => good(about, root.to_string()),
        _ => remark(
            about,
            lang.pick(
                format!("{root} は準備のあとで変わっています。次の起動のときに作り直されます。"),
                format!("{root} has changed since; the next start makes the template anew."),
            ),
        ),
    }
}

fn disk(dir: &Path) -> Finding {
    let lang = Lang::current();
    let about = lang.pick("ディスク", "disk");
    let existing = dir.ancestors().find(|dir| dir.exists()).unwrap_or(Path::new("/"));
    let Ok(free) = nix::sys::statvfs::statvfs(existing) else {
        return remark(about, existing.display().to_string());
    };
    let bytes = free.blocks_available().saturating_mul(free.fragment_size());
    let gigabytes = bytes >> 30;
    if bytes < WANTED_BYTES {
        return bad(
            about,
            lang.pick(
                format!("{} の空きは {gigabytes} GB です。1 GB 以上空けるか、KAKUNIN_CACHE で別の場所を指定してください。", existing.display()),
                format!("{} has {gigabytes} GB free; make room for 1 GB, or name another place with KAKUNIN_CACHE.", existing.display()),
            ),
        );
    }
    good(
        about,
        lang.pick(
            format!("{} の空き {gigabytes} GB", existing.display()),
            format!("{gigabytes} GB free in {}", existing.display()),
        ),
    )
}

/// Compiled cells are kept there; without it everything works, but nothing is remembered.
fn cache() -> Finding {
    let lang = Lang::current();
    let about = lang.pick("キャッシュ", "cache");
    let dir = template::cache();
    let writable = std::fs::create_dir_all(&dir).and_then(|()| tempfile::tempfile_in(&dir));
    match writable {
        Ok(_) => good(about, dir.display().to_string()),
        Err(error) => remark(
            about,
            lang.pick(
                format!(
                    "{} に書けません（{error}）。コンパイルしたセルは次のセッションに残りません。",
                    dir.display()
                ),
                format!(
                    "{} can't be written ({error}); compiled cells are not kept for later sessions.",
                    dir.display()
                ),
            ),
        ),
    }
}

fn jupyter() -> Finding {
    let lang = Lang::current();
    match printed(Command::new("jupyter").arg("--version")) {
        Ok(versions) => good("Jupyter", versions.lines().find(|line| line.contains("core")).unwrap_or("jupyter").trim().to_owned()),
        Err(_) => remark(
            "Jupyter",
            lang.pick(
                "PATH に見つかりません。`pip install jupyterlab` で入ります。VS Code など、ほかから使うなら要りません。",
                "not on the PATH; `pip install jupyterlab` brings it. Not needed for VS Code and the like.",
            ),
        ),
    }
}

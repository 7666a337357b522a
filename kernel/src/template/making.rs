//! Making a template.
//!
//! An ordinary session is run once in the new folder, with two differences: cargo builds into the template, and the
//! answers to rust-analyzer's questions are noted. What that session was told is what every session is told later.

use super::sources::is_library;
use super::{Description, Sources, TemplateDir, crates, examine, toolchain_version};
use crate::asking::{library_sources, printed, sysroot};
use crate::failure::Failure;
use crate::tool::Plan;
use kakunin::Lang;
use std::fs;
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The first session says this once everything is built.
pub(crate) const WARMING_UP: &str = "kakunin-kernel: warming up";

/// What is shown while a template is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Another process makes the same template; we wait for it.
    Waiting,
    /// `rustup component add rust-src`
    FetchingRustSrc,
    /// cargo compiles a crate: its name and how many came before it.
    Compiling(String, usize),
    /// The first session, which loads rust-analyzer.
    WarmingUp,
}

impl std::fmt::Display for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (ja, en) = match self {
            Progress::Waiting => (
                "ほかのプロセスが準備しています。終わるのを待ちます。".to_owned(),
                "Another process is preparing; waiting for it.".to_owned(),
            ),
            Progress::FetchingRustSrc => (
                "標準ライブラリのソース（rust-src）を取り寄せています。".to_owned(),
                "Fetching the standard library's sources (rust-src).".to_owned(),
            ),
            Progress::Compiling(name, before) => {
                (format!("コンパイル {}: {name}", before + 1), format!("Compiling {}: {name}", before + 1))
            }
            Progress::WarmingUp => {
                ("最初のセッションで確かめています。".to_owned(), "Trying the first session.".to_owned())
            }
        };
        f.write_str(&Lang::current().pick(ja, en))
    }
}

/// Makes the template for `sources` below `root`, unless it is there and whole.
pub(crate) fn make(
    sources: &Sources,
    root: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<TemplateDir, Failure> {
    if !sources.complete() {
        return Err(Failure::SourcesMissing(sources.root().to_owned()));
    }
    let tools = Tools::find()?;
    let source_dir = library_sources(&tools.sysroot);
    if !source_dir.is_dir() {
        progress(Progress::FetchingRustSrc);
        fetch_rust_src(&tools, &source_dir)?;
    }
    let key = sources.key(&tools.version).map_err(|error| Failure::reading(sources.root(), &error))?;
    let template = TemplateDir::new(root.join(&key));
    fs::create_dir_all(root).map_err(|error| Failure::writing(root, &error))?;
    let _lock = lock(&root.join(format!("{key}.lock")), progress)?;
    if examine(&template).is_err() {
        build(sources, &template, key, &tools, progress)?;
    }
    Ok(template)
}

/// One process at a time makes a template; it is released with the file.
fn lock(path: &Path, progress: &mut dyn FnMut(Progress)) -> Result<fs::File, Failure> {
    let failed = |error: io::Error| Failure::writing(path, &error);
    let file = fs::File::create(path).map_err(failed)?;
    if file.try_lock().is_err() {
        progress(Progress::Waiting);
        file.lock().map_err(failed)?;
    }
    Ok(file)
}

/// The toolchain: what rustup chooses here, else what lies on the path.
struct Tools {
    cargo: PathBuf,
    rustc: PathBuf,
    version: String,
    sysroot: PathBuf,
}

impl Tools {
    fn find() -> Result<Tools, Failure> {
        let find = |tool: &str| {
            printed(Command::new("rustup").args(["which", tool]))
                .map(PathBuf::from)
                .or_else(|_| which::which(tool))
                .map_err(|_| Failure::ToolMissing(tool.to_owned()))
        };
        let rustc = find("rustc")?;
        let failed = |error: io::Error| Failure::Tool(rustc.clone(), error.to_string());
        Ok(Tools {
            cargo: find("cargo")?,
            version: toolchain_version(&rustc).map_err(failed)?,
            sysroot: sysroot(&rustc).map_err(failed)?,
            rustc,
        })
    }

    fn libstd(&self) -> Result<PathBuf, Failure> {
        let failed = |error: io::Error| Failure::Tool(self.rustc.clone(), error.to_string());
        let dir = printed(Command::new(&self.rustc).args(["--print", "target-libdir"])).map_err(failed)?;
        fs::read_dir(&dir)
            .map_err(failed)?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| {
                let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                name.starts_with("libstd-") && name.ends_with(std::env::consts::DLL_SUFFIX)
            })
            .ok_or_else(|| Failure::Tool(self.rustc.clone(), format!("no shared libstd in {dir}")))
    }
}

/// rust-analyzer reads the standard library's sources; without them no variable of a cell has a type.
fn fetch_rust_src(tools: &Tools, source_dir: &Path) -> Result<(), Failure> {
    let toolchain = tools.sysroot.file_name().unwrap_or_default();
    let added = Command::new("rustup")
        .args(["component", "add", "rust-src", "--toolchain"])
        .arg(toolchain)
        .stdin(Stdio::null())
        .output();
    if added.is_ok_and(|output| output.status.success()) && source_dir.is_dir() {
        return Ok(());
    }
    Err(Failure::RustSrcMissing(source_dir.to_owned()))
}

fn build(
    sources: &Sources,
    template: &TemplateDir,
    key: String,
    tools: &Tools,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), Failure> {
    let writing = |error: io::Error| Failure::writing(template.root(), &error);
    // A template's own copy of the sources is kept while it is made again in place, and so is what that was made from.
    let in_place = sources.root() == template.workspace();
    let made_from =
        if in_place { Description::read(template).ok().map(|known| known.made_from) } else { None };
    let made_from = made_from.unwrap_or_else(|| sources.root().to_owned());
    let kept = if in_place {
        let copy = tempfile::tempdir().map_err(writing)?;
        sources.copy_to(copy.path()).map_err(writing)?;
        fs::copy(sources.lock(), copy.path().join("Cargo.lock")).map_err(writing)?;
        Some(copy)
    } else {
        None
    };
    let sources = kept.as_ref().map_or_else(|| sources.clone(), |copy| Sources::at(copy.path()));
    if template.root().exists() {
        fs::remove_dir_all(template.root()).map_err(writing)?;
    }
    sources.copy_to(&template.workspace()).map_err(writing)?;
    fs::copy(sources.lock(), template.lock()).map_err(writing)?;
    for dir in [template.answers(), template.cells(), template.crates()] {
        fs::create_dir_all(dir).map_err(writing)?;
    }
    let mut description = Description {
        key,
        toolchain: tools.version.clone(),
        cargo: tools.cargo.clone(),
        rustc: tools.rustc.clone(),
        manifest: String::new(),
        companion: companion_versions(&template.lock()).map_err(writing)?,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        libraries: Vec::new(),
        made_from,
        files: Vec::new(),
    };
    description.write(template).map_err(writing)?;

    description.manifest = first_session(template, progress)?;
    let plan = Plan::read(&template.plan()).ok_or(Failure::FirstSession("cargo left no plan".to_owned()))?;
    description.libraries = vec![tools.libstd()?, prelude_library(&plan)?];
    crates::keep(template).map_err(writing)?;
    description.files = files(template, &plan).map_err(writing)?;
    description.write(template).map_err(writing)
}

/// Runs the session that builds and notes everything; gives evcxr's manifest.
fn first_session(template: &TemplateDir, progress: &mut dyn FnMut(Progress)) -> Result<String, Failure> {
    let failed = |error: io::Error| Failure::FirstSession(error.to_string());
    let dir = tempfile::tempdir().map_err(failed)?;
    let exe = std::env::current_exe().map_err(failed)?;
    let mut child = Command::new(exe)
        .arg("first-session")
        .arg(dir.path())
        .env(TemplateDir::ENV, template.root())
        .env(crate::tool::NOTING_ENV, "1")
        // Its libraries are found where they were built, whatever else of that name lies about (cargo sets this for
        // what it runs).
        .env_remove("LD_LIBRARY_PATH")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let mut said = String::new();
    let mut compiled = 0;
    if let Some(stderr) = child.stderr.take() {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            if let Some(name) = line.trim().strip_prefix("Compiling ") {
                progress(Progress::Compiling(name.to_owned(), compiled));
                compiled += 1;
            } else if line == WARMING_UP {
                progress(Progress::WarmingUp);
            } else {
                said.push_str(&line);
                said.push('\n');
            }
        }
    }
    let output = child.wait_with_output().map_err(failed)?;
    if !output.status.success() {
        return Err(Failure::disk_full(template.root(), &said)
            .unwrap_or_else(|| Failure::FirstSession(said.trim().to_owned())));
    }
    String::from_utf8(output.stdout).map_err(|error| Failure::FirstSession(error.to_string()))
}

fn prelude_library(plan: &Plan) -> Result<PathBuf, Failure> {
    plan.externs
        .iter()
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, path)| *name == "kakunin_prelude" && path.ends_with(std::env::consts::DLL_SUFFIX))
        .map(|(_, path)| PathBuf::from(path))
        .ok_or_else(|| Failure::FirstSession("cargo named no library for the prelude".to_owned()))
}

/// The versions in the lock file of the crates that cells find, as the companion itself uses them.
fn companion_versions(lock: &Path) -> io::Result<Vec<(String, String)>> {
    let lock: toml::Table = fs::read_to_string(lock)?.parse().map_err(io::Error::other)?;
    let packages = lock.get("package").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let text = |package: &toml::Value, field: &str| package.get(field)?.as_str().map(str::to_owned);
    let of = |name: &str| -> Vec<&toml::Value> {
        packages.iter().filter(|package| text(package, "name").as_deref() == Some(name)).collect()
    };
    let used: Vec<String> = of("kakunin")
        .into_iter()
        .filter_map(|package| package.get("dependencies")?.as_array().cloned())
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    Ok(crate::tool::REGISTRY_COMPANION
        .iter()
        .filter_map(|&name| {
            // "ndarray", or "ndarray 0.17.2" where the lock file has several.
            let chosen =
                used.iter().find_map(|used| used.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned));
            let version = chosen.or_else(|| {
                of(name).into_iter().filter_map(|package| text(package, "version")).next_back()
            })?;
            Some((name.to_owned(), version))
        })
        .collect())
}

/// Every file a session reads, relative to the template where it lies in it.
fn files(template: &TemplateDir, plan: &Plan) -> io::Result<Vec<(PathBuf, u64)>> {
    let mut paths: Vec<PathBuf> =
        plan.externs.iter().filter_map(|pair| Some(PathBuf::from(pair.split_once('=')?.1))).collect();
    for dir in plan.search.iter().map(|search| search.trim_start_matches("dependency=")) {
        paths.extend(
            fs::read_dir(dir)?.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is_library(path)),
        );
    }
    paths.extend(fs::read_dir(template.answers())?.filter_map(|entry| Some(entry.ok()?.path())));
    paths.extend(fs::read_dir(template.data().join("mnist"))?.filter_map(|entry| Some(entry.ok()?.path())));
    paths.extend([template.plan(), template.lock()]);
    paths.sort();
    paths.dedup();
    paths
        .into_iter()
        .map(|path| {
            let size = fs::metadata(&path)?.len();
            Ok((path.strip_prefix(template.root()).map(Path::to_owned).unwrap_or(path), size))
        })
        .collect()
}

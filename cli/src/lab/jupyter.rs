//! JupyterLab を探す。なければ、キャッシュの中の自分だけの Python 環境に、決まった版を入れる。

use crate::failure::Failure;
use crate::output::note;
use indicatif::{ProgressBar, ProgressStyle};
use kakunin::mnist::Places;
use kakunin::{Error, ErrorKind, Lang, interrupt};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// What is installed where there is no JupyterLab.
const REQUIREMENTS: &str = include_str!("requirements.txt");

/// The first JupyterLab with the notebooks' cells as we know them.
const OLDEST: u32 = 4;

/// The interface in Japanese, and no question about news.
const SETTINGS: &str = r#"{
  "@jupyterlab/translation-extension:plugin": { "locale": "ja_JP" },
  "@jupyterlab/apputils-extension:notification": { "fetchNews": "false", "checkForUpdates": false }
}
"#;

/// The program `jupyter-lab`: on the path, else our own.
pub(super) fn find_or_install() -> Result<PathBuf, Failure> {
    if is_new_enough(Path::new("jupyter-lab")) {
        return Ok("jupyter-lab".into());
    }
    let home =
        Places::from_env().cache.unwrap_or_else(|| std::env::temp_dir().join("kakunin")).join("jupyter");
    let program = home.join(BIN).join("jupyter-lab");
    let marker = home.join("requirements.txt");
    if fs::read_to_string(&marker).is_ok_and(|made_from| made_from == REQUIREMENTS) && is_new_enough(&program)
    {
        return Ok(program);
    }
    install(&home)?;
    fs::write(&marker, REQUIREMENTS).map_err(|e| Failure::work(cannot_write(&home, &e)))?;
    Ok(program)
}

const BIN: &str = if cfg!(windows) { "Scripts" } else { "bin" };

fn is_new_enough(program: &Path) -> bool {
    let printed = Command::new(program).arg("--version").stderr(Stdio::null()).output();
    let version = printed.ok().filter(|output| output.status.success()).map(|output| output.stdout);
    let major = |version: &[u8]| String::from_utf8_lossy(version).trim().split('.').next()?.parse().ok();
    version.and_then(|version| major(&version)).is_some_and(|major: u32| major >= OLDEST)
}

/// Makes the environment anew.
fn install(home: &Path) -> Result<(), Failure> {
    let writing = |e: std::io::Error| Failure::work(cannot_write(home, &e));
    if home.exists() {
        fs::remove_dir_all(home).map_err(writing)?;
    }
    fs::create_dir_all(home).map_err(writing)?;
    let wanted = tempfile::NamedTempFile::new().map_err(writing)?;
    fs::write(wanted.path(), REQUIREMENTS).map_err(writing)?;
    let python = home.join(BIN).join("python");

    let lang = Lang::current();
    let what = lang.pick(
        "JupyterLab を入れています（一度だけ、一分ほど）",
        "installing JupyterLab (once, about a minute)",
    );
    let bar = ProgressBar::new_spinner().with_style(ProgressStyle::default_spinner()).with_message(what);
    if bar.is_hidden() {
        note(what);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    let step =
        |command: &mut Command| followed(command, |line| bar.set_message(format!("{what}: {}", line.trim())));
    let done = if works("uv", "--version") {
        step(Command::new("uv").arg("venv").arg(home)).and_then(|()| {
            step(
                Command::new("uv")
                    .args(["pip", "install", "--python"])
                    .arg(&python)
                    .arg("-r")
                    .arg(wanted.path()),
            )
        })
    } else if let Some(system) = ["python3", "python"].into_iter().find(|python| works(python, "--version")) {
        step(Command::new(system).args(["-m", "venv"]).arg(home)).and_then(|()| {
            let pip = ["-m", "pip", "install", "--disable-pip-version-check", "-r"];
            step(Command::new(&python).args(pip).arg(wanted.path()))
        })
    } else {
        bar.finish_and_clear();
        return Err(Failure::work(no_python()));
    };
    bar.finish_and_clear();
    done.map_err(|said| failed(&said))?;
    let settings = home.join("share/jupyter/lab/settings");
    fs::create_dir_all(&settings)
        .and_then(|()| fs::write(settings.join("overrides.json"), SETTINGS))
        .map_err(writing)
}

fn works(program: &str, argument: &str) -> bool {
    let run = Command::new(program).arg(argument).stdout(Stdio::null()).stderr(Stdio::null()).status();
    run.is_ok_and(|status| status.success())
}

/// Runs a step to its end, line by line; the error is the last line that says why.
fn followed(command: &mut Command, mut show: impl FnMut(&str)) -> Result<(), String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| e.to_string())?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let said = std::thread::scope(|scope| {
        let said = scope.spawn(|| {
            let mut said = String::new();
            stderr.map(|mut stderr| stderr.read_to_string(&mut said));
            said
        });
        for line in
            stdout.map(BufReader::new).into_iter().flat_map(|lines| lines.lines().map_while(Result::ok))
        {
            show(&line);
        }
        said.join().unwrap_or_default()
    });
    if child.wait().is_ok_and(|status| status.success()) {
        return Ok(());
    }
    let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty());
    Err(lines()
        .rfind(|line| line.starts_with("ERROR"))
        .or_else(|| lines().next_back())
        .unwrap_or("?")
        .to_owned())
}

fn failed(said: &str) -> Failure {
    let error = Error::new(
        ErrorKind::Output,
        format!(
            "JupyterLab を入れられませんでした（{said}）。ネットワークを確かめるか、自分で `pip install jupyterlab` を実行してから、もう一度試してください。"
        ),
        format!(
            "JupyterLab could not be installed ({said}); check the network, or run `pip install jupyterlab` yourself and try again."
        ),
    );
    if interrupt::requested() { Failure::interrupted(error) } else { Failure::work(error) }
}

fn no_python() -> Error {
    Error::new(
        ErrorKind::Data,
        "Python が見つかりません。Python 3.10 以上（https://www.python.org）を入れるか、`kakunin read` で、読むだけの教材を開いてください。",
        "No Python was found; install Python 3.10 or newer (https://www.python.org), or open the course for reading with `kakunin read`.",
    )
}

fn cannot_write(home: &Path, e: &std::io::Error) -> Error {
    let home = home.display();
    Error::new(
        ErrorKind::Output,
        format!("{home} に書けません（{e}）。KAKUNIN_CACHE で、書き込める場所を指定してください。"),
        format!("{home} can't be written ({e}); name a place that can with KAKUNIN_CACHE."),
    )
}

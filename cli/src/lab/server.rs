//! JupyterLab を起こし、ブラウザーを開き、Ctrl-C で止める。

use super::copies::notebooks_in;
use crate::failure::Failure;
use crate::output::{self, note};
use kakunin::{Error, ErrorKind, Lang, interrupt};
use serde_json::Value;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use url::Url;

/// Where JupyterLab is usually looked for, and how many ports after it are tried.
const USUAL: u16 = 8888;
const TRIED: u16 = 50;

/// JupyterLab is there after a few seconds, on a slow disk for the first time after many.
const START: Duration = Duration::from_secs(120);

/// It says goodbye to its kernels; then it is ended.
const FAREWELL: Duration = Duration::from_secs(15);

const TICK: Duration = Duration::from_millis(100);

/// A port that was asked for, if it is free.
pub(super) fn check(port: u16) -> Result<u16, Error> {
    if is_free(port) {
        return Ok(port);
    }
    Err(Error::new(
        ErrorKind::Setting,
        format!(
            "ポート {port} はほかのプログラムが使っています。--port で別の番号を指定するか、省いてください。"
        ),
        format!("Port {port} is in use; give --port another number, or leave it out."),
    ))
}

/// The usual port, or the next one that is free.
pub(super) fn free_port() -> Result<u16, Error> {
    let free = (USUAL..USUAL + TRIED).find(|&port| is_free(port));
    free.ok_or_else(|| {
        Error::new(
            ErrorKind::Setting,
            format!(
                "ポート {USUAL} から {TRIED} 個のどれも空いていません。--port で番号を指定してください。"
            ),
            format!("None of the {TRIED} ports from {USUAL} on is free; name one with --port."),
        )
    })
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Runs JupyterLab on `folder` until Ctrl-C.
pub(super) fn serve(jupyter: &Path, folder: &Path, port: u16, browser: bool) -> Result<(), Failure> {
    let temporary = |e: std::io::Error| Failure::work(no_start(&e.to_string()));
    // Jupyter writes its address and token there, for the owner's eyes alone.
    let runtime = tempfile::Builder::new().prefix("kakunin-lab-").tempdir().map_err(temporary)?;
    let log = runtime.path().join("log");
    let mut server = Server(start(jupyter, folder, port, runtime.path(), &log).map_err(temporary)?);
    let Some(url) = server.address(runtime.path(), folder)? else {
        return if interrupt::requested() { Ok(()) } else { Err(Failure::work(no_start(&last_line(&log)))) };
    };
    let lang = Lang::current();
    output::print(&lang.pick(
        format!("JupyterLab: {url}\nフォルダー: {}\n止めるには Ctrl-C。\n", folder.display()),
        format!("JupyterLab: {url}\nFolder: {}\nCtrl-C stops it.\n", folder.display()),
    ))?;
    if browser && webbrowser::open(url.as_str()).is_err() {
        note(lang.pick(
            "ブラウザーが見つかりません。上の URL を、この機械のブラウザーで開いてください。",
            "No browser was found; open the URL above in a browser on this machine.",
        ));
    }
    while !interrupt::requested() {
        if !server.is_running() {
            return Err(Failure::work(no_start(&last_line(&log))));
        }
        std::thread::sleep(TICK);
    }
    server.stop();
    note(lang.pick("JupyterLab を止めました。", "JupyterLab was stopped."));
    Ok(())
}

fn start(jupyter: &Path, folder: &Path, port: u16, runtime: &Path, log: &Path) -> std::io::Result<Child> {
    let log = File::create(log)?;
    let mut command = Command::new(jupyter);
    command
        .args(["--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0"])
        .arg(format!("--ServerApp.port={port}"))
        .arg(format!("--ServerApp.root_dir={}", folder.display()))
        .env("JUPYTER_RUNTIME_DIR", runtime)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    #[cfg(unix)]
    {
        // The terminal's Ctrl-C is ours alone: Jupyter would ask on the terminal whether it is meant.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        if nix::unistd::geteuid().is_root() {
            command.arg("--allow-root");
        }
    }
    command.spawn()
}

/// The running JupyterLab, which does not outlive this.
struct Server(Child);

impl Server {
    fn is_running(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }

    /// Waits for the address, with the token that Jupyter made; `None` if it ended, or was interrupted, before.
    fn address(&mut self, runtime: &Path, folder: &Path) -> Result<Option<Url>, Failure> {
        let since = Instant::now();
        while self.is_running() && !interrupt::requested() {
            if let Some(url) = address(runtime, folder) {
                return Ok(Some(url));
            }
            if since.elapsed() > START {
                let seconds = START.as_secs();
                return Err(Failure::work(no_start(&format!("{seconds} s"))));
            }
            std::thread::sleep(TICK);
        }
        Ok(None)
    }

    fn stop(&mut self) {
        #[cfg(unix)]
        if let Ok(pid) = i32::try_from(self.0.id()) {
            let _ =
                nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGTERM);
            let since = Instant::now();
            while self.is_running() && since.elapsed() < FAREWELL {
                std::thread::sleep(TICK);
            }
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.is_running() {
            self.stop();
        }
    }
}

/// The page of the first notebook, from the file that Jupyter writes when it listens.
fn address(runtime: &Path, folder: &Path) -> Option<Url> {
    let is_description = |name: &str| name.starts_with("jpserver-") && name.ends_with(".json");
    let file = fs::read_dir(runtime)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(is_description))?;
    let known: Value = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    let mut url = Url::parse(known["url"].as_str()?).ok()?;
    url.set_ip_host(Ipv4Addr::LOCALHOST.into()).ok()?;
    let first = notebooks_in(folder).ok().and_then(|found| found.into_iter().next());
    {
        let mut path = url.path_segments_mut().ok()?;
        path.pop_if_empty().push("lab");
        if let Some(name) = first.as_ref().and_then(|first| first.file_name()?.to_str()) {
            path.push("tree").push(name);
        }
    }
    url.query_pairs_mut().append_pair("token", known["token"].as_str()?);
    Some(url)
}

/// The last thing that was said before the end.
fn last_line(log: &Path) -> String {
    let log = fs::read_to_string(log).unwrap_or_default();
    log.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("?").to_owned()
}

fn no_start(why: &str) -> Error {
    Error::new(
        ErrorKind::Output,
        format!(
            "JupyterLab が動きません（{why}）。`jupyter-lab --version` で確かめるか、KAKUNIN_CACHE の jupyter フォルダーを消して、もう一度実行してください。"
        ),
        format!(
            "JupyterLab does not run ({why}); look at `jupyter-lab --version`, or remove the folder jupyter in KAKUNIN_CACHE and run this again."
        ),
    )
}

//! `kakunin lab`: ノートブックを JupyterLab で開く。足りないもの（JupyterLab、カーネル）は入れる。
//!
//! 読む順: `copies`（作業フォルダー）→ `jupyter`（JupyterLab を探す、入れる）→ `kernel`（カーネル）→ `server`（開く、止める）。

pub(crate) mod copies;
mod jupyter;
mod kernel;
mod server;

use crate::args::{flag, number, path, sub};
use crate::failure::{Failure, bad_value};
use crate::{output, pool};
use clap::{ArgMatches, Command};
use kakunin::{Error, ErrorKind, Lang};
use std::path::{Path, PathBuf};

pub(crate) fn command(lang: Lang) -> Command {
    let about = lang.pick("ノートブックを JupyterLab で開く", "open the notebooks in JupyterLab");
    sub("lab", lang, about, lang.pick("kakunin lab [オプション]", "kakunin lab [OPTIONS]"))
        .arg(number(
            "port",
            "N",
            lang.pick(
                "ポート（既定は 8888 から空いているもの）",
                "the port (default: 8888 or the next free one)",
            ),
        ))
        .arg(flag(
            "no-browser",
            lang.pick("ブラウザーを開かず、URL だけを示す", "open no browser, only print the URL"),
        ))
        .arg(path(
            "dir",
            "DIR",
            lang.pick(
                "作業フォルダー（既定は ~/kakunin-notebooks）",
                "the working folder (default ~/kakunin-notebooks)",
            ),
        ))
        .arg(
            flag(
                "in-place",
                lang.pick(
                    "写しを作らず、リポジトリのノートブックを開く",
                    "open the repository's own notebooks, no copies",
                ),
            )
            .conflicts_with("dir"),
        )
}

/// Runs the command. Ctrl-C is how it ends.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let port = matches.get_one::<String>("port").map(|port| wanted_port(port)).transpose()?;
    let port = port.map_or_else(server::free_port, server::check)?;
    let repository = repository()?;
    kakunin::mnist()?;
    let folder = if matches.get_flag("in-place") {
        repository.join("notebooks")
    } else {
        let folder =
            matches.get_one::<PathBuf>("dir").cloned().or_else(default_folder).ok_or_else(no_home)?;
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        for remark in copies::copy(&repository, &folder)? {
            output::note(&remark);
        }
        folder
    };

    pool::listen();
    let jupyter = jupyter::find_or_install()?;
    kernel::make_ready(&repository)?;
    server::serve(&jupyter, &folder, port, !matches.get_flag("no-browser"))
}

fn wanted_port(port: &str) -> Result<u16, Error> {
    let number = port.parse().ok().filter(|&port| port > 0);
    number.ok_or_else(|| bad_value("--port", port, "1 から 65535 の整数", "an integer from 1 to 65535"))
}

/// The repository this command was built in: the notebooks and the kernel's sources are there.
pub(crate) fn repository() -> Result<PathBuf, Error> {
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    if built_in.join("notebooks").is_dir() {
        return Ok(built_in.to_owned());
    }
    let path = built_in.display();
    Err(Error::new(
        ErrorKind::Data,
        format!(
            "ノートブックのあるリポジトリが {path} にありません。いまの場所で `cargo install --path cli` をやり直してください。"
        ),
        format!(
            "The repository with the notebooks is not in {path}; run `cargo install --path cli` again where it is now."
        ),
    ))
}

fn default_folder() -> Option<PathBuf> {
    dirs::home_dir().map(|home| home.join("kakunin-notebooks"))
}

fn no_home() -> Error {
    Error::new(
        ErrorKind::Output,
        "ホームフォルダーが分かりません。--dir で作業フォルダーを指定してください。",
        "The home folder is not known; name a working folder with --dir.",
    )
}

//! `kakunin read`: 読むだけの教材を、キャッシュに作ってブラウザーで開く。

use crate::args::sub;
use crate::failure::Failure;
use crate::{output, site};
use clap::Command;
use kakunin::Lang;
use kakunin::mnist::Places;

pub(crate) fn command(lang: Lang) -> Command {
    let about = lang.pick(
        "読むだけの教材を、ブラウザーで開く（Jupyter も Python も要らない）",
        "open the course for reading in the browser (needs neither Jupyter nor Python)",
    );
    sub("read", lang, about, "kakunin read")
}

/// Runs the command.
pub(crate) fn run() -> Result<(), Failure> {
    let cache = Places::from_env().cache.unwrap_or_else(|| std::env::temp_dir().join("kakunin"));
    let index = site::write(&cache.join("site"))?;
    output::print(&format!("{}\n", index.display()))?;
    let opened = url::Url::from_file_path(&index).is_ok_and(|url| webbrowser::open(url.as_str()).is_ok());
    if !opened {
        output::note(Lang::current().pick(
            "ブラウザーが見つかりません。上のファイルを、ブラウザーで開いてください。",
            "No browser was found; open the file above in a browser.",
        ));
    }
    Ok(())
}

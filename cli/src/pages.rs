//! `--out`: 一回の学習ごとの SVG と、それらをまとめた一枚の `index.html` を書く。

mod figure;
pub(crate) mod html;

use std::path::Path;

use kakunin::plot::{self, Picture};
use kakunin::{Error, ErrorKind, History, Lang};

/// 一回の学習と、その見出し。
#[derive(Debug, Clone)]
pub(crate) struct PageRun {
    /// 実験の ID（`2_4/16`）
    pub(crate) id: String,
    /// 見出し
    pub(crate) title: String,
    /// シード
    pub(crate) seed: u32,
    /// 記録
    pub(crate) history: History,
    /// かかった秒（測っていれば）
    pub(crate) seconds: Option<f64>,
    /// 書き誤りを正した式で学習したか
    pub(crate) exact: bool,
}

impl PageRun {
    /// ファイルの名の幹: `2_4-16-seed0`、誤りを正したものは `2_4-16-seed0-exact`。
    pub(crate) fn stem(&self) -> String {
        let exact = if self.exact { "-exact" } else { "" };
        format!("{}-seed{}{exact}", self.id.replace('/', "-"), self.seed)
    }

    fn heading(&self, lang: Lang) -> String {
        if self.exact {
            lang.pick(format!("{}・誤りを正した式", self.title), format!("{}, slips mended", self.title))
        } else {
            self.title.clone()
        }
    }

    pub(crate) fn picture(&self, lang: Lang) -> Picture {
        plot::reproduction(&self.id, &self.heading(lang), self.seed, &self.history, lang)
    }

    fn losses(&self, lang: Lang) -> Picture {
        plot::losses(&self.id, &self.heading(lang), self.seed, &self.history, lang)
    }
}

/// `dir`（なければ作る）に、学習ごとの SVG と `index.html` を書く。
pub(crate) fn write(dir: &Path, runs: &[PageRun], lang: Lang) -> Result<(), Error> {
    make(dir)?;
    let mut figures = Vec::new();
    for run in runs {
        let svg = plot::curves_svg(&run.picture(lang));
        put(&dir.join(run.stem() + ".svg"), &svg)?;
        figures.push(svg);
    }
    put(&dir.join("index.html"), &html::index(runs, &figures, lang))
}

/// Makes a folder that isn't there yet.
pub(crate) fn make(dir: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(dir).map_err(|e| {
        let dir = dir.display();
        Error::new(
            ErrorKind::Output,
            format!(
                "フォルダー {dir} を作れません（{e}）: `--out` に、書き込めるフォルダーを指定してください"
            ),
            format!("The folder {dir} can't be made ({e}): give `--out` a folder that may be written"),
        )
    })
}

pub(crate) fn put(path: &Path, text: &str) -> Result<(), Error> {
    std::fs::write(path, text).map_err(|e| {
        let path = path.display();
        Error::new(
            ErrorKind::Output,
            format!("{path} に書き込めません（{e}）: 空き容量と書き込み権限を確かめてください"),
            format!("{path} can't be written ({e}): check the free space and the permissions"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kakunin::{Hits, Point};

    fn run(id: &str, title: &str) -> PageRun {
        let point = |i: u32| Point {
            iteration: 10 * i as usize,
            train: Hits { hits: i.min(100), of: 100 },
            test: Hits { hits: 90 * i, of: 10_000 },
        };
        let history =
            History { curve: (1..=100).map(point).collect(), loss: vec![2.3, 0.5], ..History::default() };
        PageRun { id: id.into(), title: title.into(), seed: 0, history, seconds: Some(1.25), exact: false }
    }

    #[test]
    fn a_picture_for_each_run_and_one_page() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("new/out");
        let exact = PageRun { exact: true, ..run("2_2_1/8", "シグモイド") };
        write(&out, &[run("2_4/16", "Adam"), exact], Lang::Ja).unwrap();
        let mut names: Vec<_> = std::fs::read_dir(&out)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["2_2_1-8-seed0-exact.svg", "2_4-16-seed0.svg", "index.html"]);

        let html = std::fs::read_to_string(out.join("index.html")).unwrap();
        assert_eq!(html.matches("<svg").count(), 4);
        assert!(html.starts_with("<!doctype html>\n<html lang=\"ja\">"));
        assert!(html.contains("94.34%") && html.contains("90.00%") && html.contains("-4.34"));
        for outside in ["<script", "<link", "src=", "url("] {
            assert!(!html.contains(outside), "{outside}");
        }
    }

    #[test]
    fn titles_are_text_and_not_html() {
        let html = html::index(&[run("9/1", "<b>&")], &[String::new()], Lang::En);
        assert!(html.contains("&lt;b&gt;&amp;") && !html.contains("<b>"));
    }

    #[test]
    fn a_diverged_run_says_where() {
        let mut diverged = run("2_4/16", "Adam");
        diverged.history = History { diverged_at: Some(7), ..History::default() };
        let html = html::index(&[diverged.clone()], &[String::new()], Lang::Ja);
        assert!(html.contains("反復 7 で発散"));
        assert!(plot::curves_svg(&diverged.picture(Lang::En)).contains("diverged at iteration 7"));
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_output_error() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, "").unwrap();
        let error = write(&file, &[], Lang::Ja).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Output);
        assert!(error.message(Lang::Ja).contains("--out"));

        std::fs::create_dir_all(dir.path().join("out/index.html")).unwrap();
        let error = write(&dir.path().join("out"), &[], Lang::Ja).unwrap_err();
        assert!(error.message(Lang::En).contains("index.html can't be written"));
    }
}

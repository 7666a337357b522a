//! `kakunin site`: ノートブックと問題を、ネットワークなしで読めるページにする。
//!
//! 読む順: `lesson`（ノートブック一つ → ページ一枚）→ `markdown`（文と式）→ `questions`（問題のページ）、
//! `errata`（正誤表のページ）。

mod errata;
mod lesson;
mod markdown;
mod questions;

use crate::args::{path, sub};
use crate::failure::Failure;
use crate::html::document;
use crate::lab::{copies::notebooks_in, repository};
use crate::output::{self, Target, check_folder};
use clap::{ArgMatches, Command};
use kakunin::plot::escape;
use kakunin::{Error, Lang};
use lesson::Lesson;
use std::path::{Path, PathBuf};

const STYLE: &str = include_str!("site/style.css");

/// The page with all questions.
const QUESTIONS: &str = "questions.html";

/// The page with the errata.
const ERRATA: &str = "errata.html";

pub(crate) fn command(lang: Lang) -> Command {
    let about = lang.pick(
        "ノートブックと問題を、ネットワークなしで読めるページにする",
        "write the notebooks and questions as pages that need no network",
    );
    sub("site", lang, about, lang.pick("kakunin site --out DIR", "kakunin site --out DIR"))
        .arg(path("out", "DIR", lang.pick("書き込むフォルダー", "the folder to write to")).required(true))
}

/// Runs the command.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let Some(dir) = matches.get_one::<PathBuf>("out") else { return Ok(()) };
    let index = write(dir)?;
    output::print(&format!("{}\n", index.display()))
}

/// Writes all pages to `dir`; gives the first to be read.
pub(crate) fn write(dir: &Path) -> Result<PathBuf, Failure> {
    let lang = Lang::current();
    let sources = notebooks_in(&repository()?.join("notebooks"))?;
    let lessons = sources.iter().map(|path| Lesson::read(path)).collect::<Result<Vec<_>, Error>>()?;
    let questions = questions::page(lang)?;
    check_folder(dir)?;
    let put = |name: &str, title: &str, body: &str| {
        let text = document(title, STYLE, body, lang);
        Target::check(&dir.join(name)).and_then(|target| target.write(&text)).map_err(Failure::work)
    };
    for (i, lesson) in lessons.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| lessons.get(i));
        let body =
            format!("{}<main>\n{}</main>\n", links(before, lessons.get(i + 1), lang), lesson.html(lang));
        put(&lesson.page(), &lesson.title, &body)?;
    }
    let title = lang.pick("問題", "Questions");
    let above = links(lessons.last(), None, lang);
    put(QUESTIONS, title, &format!("{above}<main>\n{questions}</main>\n"))?;
    let (title, errata) = (lang.pick("正誤表", "Errata"), errata::page(&lessons, lang));
    put(ERRATA, title, &format!("{above}<main>\n{errata}</main>\n"))?;
    let title = lang.pick("深層学習の確認", "Deep learning, confirmed");
    put("index.html", title, &contents(title, &lessons, lang))?;
    Ok(dir.join("index.html"))
}

/// What stands above every page: back, contents, on.
fn links(before: Option<&Lesson>, after: Option<&Lesson>, lang: Lang) -> String {
    let link = |to: Option<&Lesson>, arrow: &str| {
        to.map(|to| format!("<a href=\"{}\">{arrow}{}</a>\n", escape(&to.page()), escape(&to.title)))
            .unwrap_or_default()
    };
    let (contents, questions, errata) =
        lang.pick(("目次", "問題", "正誤表"), ("Contents", "Questions", "Errata"));
    format!(
        "<nav class=\"pages\" aria-label=\"{contents}\">\n{}<a href=\"index.html\">{contents}</a>\n{}\
         <a href=\"{QUESTIONS}\">{questions}</a>\n<a href=\"{ERRATA}\">{errata}</a>\n</nav>\n",
        link(before, "← "),
        link(after, "→ "),
    )
}

fn contents(title: &str, lessons: &[Lesson], lang: Lang) -> String {
    let item = |lesson: &Lesson| {
        let (page, title) = (escape(&lesson.page()), escape(&lesson.title));
        let parts: String =
            lesson.parts().iter().map(|part| format!("<li>{}</li>\n", escape(part))).collect();
        format!("<li><a href=\"{page}\">{title}</a>\n<ul>\n{parts}</ul>\n</li>\n")
    };
    let items: String = lessons.iter().map(item).collect();
    let (lead, questions, errata) = lang.pick(
        (
            "講座の五つの節を、Rust で走らせた結果と読む。動かすときは kakunin lab。",
            "確認テストと節の問題",
            "講座の文とノートブックの正誤表",
        ),
        (
            "The five sections of the course with what Rust made of them; kakunin lab runs them.",
            "Questions",
            "Errata",
        ),
    );
    format!(
        "<header>\n<h1>{title}</h1>\n<p>{lead}</p>\n</header>\n<main class=\"contents\">\n<ol start=\"0\">\n{items}\
         <li><a href=\"{QUESTIONS}\">{questions}</a></li>\n<li><a href=\"{ERRATA}\">{errata}</a></li>\n</ol>\n</main>\n"
    )
}

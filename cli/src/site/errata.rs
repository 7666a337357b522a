//! 正誤表のページ。見るものの名前は、それを使うセルへのリンクになる。

use super::lesson::Lesson;
use kakunin::Lang;
use kakunin::errata::errata;
use kakunin::plot::escape;

/// The body of the page.
pub(super) fn page(lessons: &[Lesson], lang: Lang) -> String {
    let (title, lead) = lang.pick(
        ("正誤表", "講座の文とノートブックの、誤りと不正確なところ。「見る」は、それを見せるセルへ。"),
        ("Errata", "Where the course and its notebooks err or are not precise, and the cells that show it."),
    );
    let link = |name: &str| {
        let text = format!("<code>{}</code>", escape(name));
        match lessons.iter().find_map(|lesson| Some((lesson, lesson.cell_that_calls(name)?))) {
            Some((lesson, cell)) => {
                format!("<a href=\"{}#{}\">{text}</a>", escape(&lesson.page()), escape(&cell))
            }
            None => text,
        }
    };
    format!(
        "<h1>{title}</h1>\n<p>{lead}</p>\n<div class=\"wide\">\n{}</div>\n",
        errata().html_with(lang, link)
    )
}

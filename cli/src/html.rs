//! 一枚のページの骨組み。外のものを読まない。明るい画面でも暗い画面でも。

use kakunin::Lang;
use kakunin::plot::escape;

/// A whole page with this title, this style besides the common one, and this body.
pub(crate) fn document(title: &str, style: &str, body: &str, lang: Lang) -> String {
    format!(
        "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} – kakunin</title>\n<style>\n{STYLE}{style}</style>\n</head>\n<body>\n{body}</body>\n</html>\n",
        code = lang.pick("ja", "en"),
        title = escape(title),
    )
}

const STYLE: &str = "\
:root { color-scheme: light dark; --ground: #fafafa; --card: #fff; --ink: #1a1a1a; --soft: #555; --rule: #d4d4d4; --link: #005b8f; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #16181b; --card: #202327; --ink: #ececec; --soft: #b4b4b4; --rule: #44484d; --link: #7cc4f0; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem clamp(0.75rem, 3vw, 2rem) 3rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.6 \"Noto Sans CJK JP\", \"Noto Sans JP\", \"Hiragino Sans\", \"Yu Gothic\", Meiryo, sans-serif; }
h1 { font-size: 1.6rem; margin: 0.5rem 0; }
a { color: var(--link); }
.wide { overflow-x: auto; }
";

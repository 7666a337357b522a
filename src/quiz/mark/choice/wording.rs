//! 選択肢の文で答えたもの。

use crate::quiz::question::{Choice, ChoiceOption};
use crate::quiz::reading::{compiled, denied, pattern};

/// Options whose text is written out, or said in other words.
pub(super) fn written(choice: &Choice, said: &str) -> Vec<usize> {
    let answer = bare(&pattern!(r"\([^)]*\)$").replace(said, ""));
    let is_written = |option: &ChoiceOption| {
        let text = bare(&option.text.ja);
        let part = answer.chars().count() >= 8 && text.contains(&answer);
        let whole = answer.contains(&text) || answer.contains(&bare(&option.text.en)) || part;
        let after = answer.split(&text).nth(1).unwrap_or_default();
        let is_said = |words: &String| compiled(words).is_match(&answer) || compiled(words).is_match(said);
        let words = !option.words.is_empty() && option.words.iter().all(is_said);
        // A denial may belong to the option itself: `二乗しない`.
        let to_the_end = |words: &String| compiled(words).find_iter(said).any(|m| m.end() == said.len());
        let denied_here = denied_at_the_end(&answer)
            && !option.words.iter().filter(|words| !words.ends_with('$')).any(to_the_end);
        (whole && !denied(after)) || (words && !denied_here)
    };
    let options = choice.options.iter().enumerate();
    options.filter(|(_, option)| is_written(option)).map(|(at, _)| at).collect()
}

fn bare(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric() || "√/".contains(*c)).collect()
}

fn denied_at_the_end(answer: &str) -> bool {
    pattern!(r"(ない|ません|ぬ|ず|誤り|間違い|不正解)(です|だ|である)?(と思います|と思う|こと)?$|\bnot\b|n't|(is|are)(wrong|false|incorrect|untrue)$")
        .is_match(answer)
}

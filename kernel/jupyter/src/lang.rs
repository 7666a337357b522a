//! The language of the few sentences that a learner can meet: Japanese, or English where `KAKUNIN_LANG=en`.

/// Picks one of two sentences.
pub(crate) fn pick(ja: impl Into<String>, en: impl Into<String>) -> String {
    match std::env::var("KAKUNIN_LANG").as_deref() {
        Ok("en") => en.into(),
        _ => ja.into(),
    }
}

//! 公表された最後の正答率。

/// The published final accuracies (train, test) of a row.
pub(crate) fn published(id: &str) -> Option<(f64, f64)> {
    kakunin::published(id).map(|p| (p.final_train().accuracy(), p.final_test().accuracy()))
}

/// The published final test accuracy of a row.
pub(crate) fn published_final(id: &str) -> Option<f64> {
    published(id).map(|(_, test)| test)
}

//! evcxr's `Cargo.toml`, with the companion added.

use crate::layout::TemplateDir;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The crate that evcxr writes; other manifests (it checks a new dependency with one) are left alone.
const PACKAGE: &str = "name = \"ctx\"";

/// The crates of the registry that a cell finds without asking, besides the companion itself.
pub(crate) const REGISTRY_COMPANION: [&str; 4] = ["ndarray", "plotters", "mnist", "serde_json"];

/// Below 2, rustc exports generic code that it has compiled for the prelude, and cells need not compile it again.
const PROFILE: &str = "
[profile.dev.package.\"*\"]
opt-level = 3
debug-assertions = false
overflow-checks = false

[profile.dev.package.kakunin-prelude]
opt-level = 1
debug-assertions = false
overflow-checks = false
";

/// Begins what is added to evcxr's manifest.
const ADDED: &str = "\n# The companion, added for cargo:";

/// evcxr's own text of a manifest, whether the companion is in it at the moment or not.
pub(super) fn plain(manifest: &str) -> &str {
    manifest.split(ADDED).next().unwrap_or(manifest).trim_end()
}

/// The manifest with the companion's crates added to its dependencies, `None` if it is not evcxr's crate.
///
/// Optimised without evcxr's debug assertions: they are for the learner's own code, which the profile of the crate
/// itself keeps.
pub(crate) fn augmented(
    manifest: &str,
    template: &TemplateDir,
    versions: &[(String, String)],
) -> Option<String> {
    if !manifest.contains(PACKAGE) {
        return None;
    }
    let mut text = plain(manifest).to_owned() + ADDED;
    let path = |path: PathBuf| toml_string(&path);
    let _ = write!(
        text,
        "\nkakunin-prelude = {{ path = {} }}\nkakunin = {{ path = {} }}\n",
        path(template.prelude()),
        path(template.workspace())
    );
    for (name, version) in versions {
        let _ = writeln!(text, "{name} = {{ version = \"={version}\", default-features = false }}");
    }
    text.push_str(PROFILE);
    Some(text)
}

fn toml_string(path: &Path) -> String {
    toml::Value::String(path.to_string_lossy().into_owned()).to_string()
}

/// Another text in a file for as long as this lives.
pub(super) struct Swapped {
    path: PathBuf,
    original: String,
}

impl Swapped {
    /// Writes what `change` makes of the file's text, if it makes anything of it.
    pub(super) fn new(path: PathBuf, change: impl FnOnce(&str) -> Option<String>) -> io::Result<Swapped> {
        let original = fs::read_to_string(&path)?;
        if let Some(text) = change(&original) {
            fs::write(&path, text)?;
        }
        Ok(Swapped { path, original })
    }
}

impl Drop for Swapped {
    fn drop(&mut self) {
        // evcxr writes its own text again before it builds; nothing is lost if this fails.
        let _ = fs::write(&self.path, &self.original);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVCXRS: &str = "[package]\nname = \"ctx\"\n\n[dependencies]\nitoa = \"1\"\n";

    fn augmented_text() -> String {
        augmented(EVCXRS, &TemplateDir::new("/t \"x\""), &[("ndarray".to_owned(), "0.17.2".to_owned())])
            .unwrap()
    }

    #[test]
    fn the_companion_is_added_to_the_learners_own_dependencies() {
        let manifest: toml::Table = augmented_text().parse().unwrap();
        let dependencies = manifest["dependencies"].as_table().unwrap();
        assert_eq!(dependencies["itoa"].as_str(), Some("1"));
        assert_eq!(dependencies["ndarray"]["version"].as_str(), Some("=0.17.2"));
        assert_eq!(dependencies["kakunin"]["path"].as_str(), Some("/t \"x\"/workspace"));
    }

    #[test]
    fn what_was_added_can_be_taken_away_and_is_not_added_twice() {
        let once = augmented_text();
        assert_eq!(plain(&once), EVCXRS.trim_end());
        let twice =
            augmented(&once, &TemplateDir::new("/t \"x\""), &[("ndarray".to_owned(), "0.17.2".to_owned())]);
        assert_eq!(twice, Some(once));
    }

    #[test]
    fn another_crates_manifest_is_left_alone() {
        assert_eq!(augmented("[package]\nname = \"other\"\n", &TemplateDir::new("/t"), &[]), None);
    }

    #[test]
    fn a_swapped_text_is_put_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "before").unwrap();
        let swapped = Swapped::new(file.clone(), |text| Some(format!("not {text}"))).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "not before");
        drop(swapped);
        assert_eq!(fs::read_to_string(&file).unwrap(), "before");
    }
}

//! The crates that rust-analyzer reads: their sources are kept in the template, and it is told of no others.

use crate::layout::TemplateDir;
use serde_json::Value;
use std::fs;
use std::io;
use std::path::Path;

/// The crates whose types a cell can meet, through the companion's public functions or the standard library's. What
/// they use inside (system calls, compression, hashing) is nine tenths of the sources, and no cell's type depends on it.
const VISIBLE: [&str; 25] = [
    // the cell and its companion
    "ctx",
    "kakunin",
    "kakunin-prelude",
    "ndarray",
    "num-traits",
    "num-complex",
    "num-integer",
    "rawpointer",
    "matrixmultiply",
    "plotters",
    "plotters-backend",
    "plotters-svg",
    "mnist",
    "serde",
    "serde_core",
    "serde_json",
    // the standard library
    "core",
    "alloc",
    "std",
    "proc_macro",
    "test",
    "std_detect",
    "rustc-std-workspace-core",
    "rustc-std-workspace-alloc",
    "rustc-std-workspace-std",
];

/// Rewrites the noted answers of `cargo metadata`: only the visible crates, with their sources in the template. Other
/// users read them there, and cargo's own copy may be cleared.
pub(super) fn keep(template: &TemplateDir) -> io::Result<()> {
    for entry in fs::read_dir(template.answers())? {
        let path = entry?.path();
        let mut answer: Value = serde_json::from_slice(&fs::read(&path)?)?;
        let Some(Ok(mut metadata)) = answer["stdout"].as_str().map(serde_json::from_str::<Value>) else {
            continue;
        };
        if !metadata["resolve"].is_object() {
            continue;
        }
        prune(&mut metadata);
        let text = moved(metadata.to_string(), &metadata, template)?;
        answer["stdout"] = Value::String(text);
        fs::write(&path, serde_json::to_vec(&answer)?)?;
    }
    Ok(())
}

/// Removes the packages that no cell can see, and every mention of them.
fn prune(metadata: &mut Value) {
    let mut seen = Vec::new();
    if let Some(packages) = metadata["packages"].as_array_mut() {
        packages.retain(|package| package["name"].as_str().is_some_and(|name| VISIBLE.contains(&name)));
        seen.extend(packages.iter().map(|package| package["id"].clone()));
    }
    let keep = |list: &mut Value, id: &str| {
        if let Some(items) = list.as_array_mut() {
            items.retain(|item| seen.contains(if id.is_empty() { item } else { &item[id] }));
        }
    };
    keep(&mut metadata["workspace_members"], "");
    keep(&mut metadata["workspace_default_members"], "");
    keep(&mut metadata["resolve"]["nodes"], "id");
    for node in metadata["resolve"]["nodes"].as_array_mut().into_iter().flatten() {
        keep(&mut node["dependencies"], "");
        keep(&mut node["deps"], "pkg");
    }
}

/// Copies the sources of the registry's crates into the template; gives the text with their new places.
fn moved(mut text: String, metadata: &Value, template: &TemplateDir) -> io::Result<String> {
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let (true, Some(manifest)) = (package["source"].is_string(), package["manifest_path"].as_str())
        else {
            continue;
        };
        let Some(dir) = Path::new(manifest).parent() else { continue };
        let Some(name) = dir.file_name() else { continue };
        let kept = template.crates().join(name);
        if !dir.starts_with(template.crates()) {
            super::sources::copy_tree(dir, &kept)?;
            text = text.replace(&format!("{}/", dir.display()), &format!("{}/", kept.display()));
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_invisible_crate_is_removed_with_every_mention_of_it() {
        let mut metadata = json!({
            "packages": [{"name": "ctx", "id": "a"}, {"name": "ndarray", "id": "b"}, {"name": "rustix", "id": "c"}],
            "workspace_members": ["a"],
            "resolve": {"nodes": [
                {"id": "a", "dependencies": ["b", "c"], "deps": [{"pkg": "b"}, {"pkg": "c"}]},
                {"id": "b", "dependencies": [], "deps": []},
                {"id": "c", "dependencies": [], "deps": []},
            ]},
        });
        prune(&mut metadata);
        assert_eq!(metadata["packages"].as_array().unwrap().len(), 2);
        assert_eq!(metadata["resolve"]["nodes"][0]["dependencies"], json!(["b"]));
        assert!(!metadata.to_string().contains("\"c\""));
    }
}

//! A kernel as Jupyter finds it: a kernelspec in a folder of its own.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::write;

/// How to start a kernel.
#[derive(Debug, Clone)]
pub struct KernelSpec {
    /// The kernel's name, as in `--kernel=name`.
    pub name: String,
    /// The language, as in the kernel's own `kernel_info_reply`.
    pub language: String,
    /// The command line; `{connection_file}` stands for the connection file.
    pub argv: Vec<String>,
    /// Variables that the kernel gets on top of the judge's own.
    pub env: Vec<(String, String)>,
}

impl KernelSpec {
    /// Writes the kernelspec under `folder` and lets the judge find no other one.
    pub(crate) fn install<'a>(
        &self,
        judge: &'a mut Command,
        folder: &Path,
    ) -> Result<&'a mut Command, String> {
        let home = folder.join("kernels").join(&self.name);
        std::fs::create_dir_all(&home).map_err(|e| format!("can't make {}: {e}", home.display()))?;
        let spec = json!({
            "argv": self.argv,
            "display_name": self.name,
            "language": self.language,
            "interrupt_mode": "message",
            "env": self.env.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        });
        write(&home.join("kernel.json"), &spec.to_string())?;
        Ok(judge
            .env("JUPYTER_PATH", folder)
            .env("JUPYTER_RUNTIME_DIR", folder.join("runtime"))
            .env("JUPYTER_CONFIG_DIR", folder.join("config"))
            .env("JUPYTER_DATA_DIR", folder.join("data"))
            .env("JUPYTER_NO_CONFIG", "1"))
    }
}

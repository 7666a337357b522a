//! Compiles the cells and the stand-in prelude, once per test program.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The compiled libraries.
pub(crate) struct Libraries {
    pub(crate) cells: PathBuf,
    pub(crate) prelude: PathBuf,
}

/// The libraries, in the build directory.
pub(crate) fn libraries() -> &'static Libraries {
    static LIBRARIES: OnceLock<Libraries> = OnceLock::new();
    LIBRARIES.get_or_init(|| {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cells");
        std::fs::create_dir_all(&directory).unwrap();
        let prelude = compile("prelude", "dylib", &directory);
        let cells = compile("cells", "cdylib", &directory);
        Libraries { cells, prelude }
    })
}

fn compile(name: &str, kind: &str, directory: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/session/sources/{name}.rs"));
    let status = Command::new("rustc")
        .args(["--edition", "2024", "-O", "-C", "prefer-dynamic", "-C", "rpath", "--crate-type", kind])
        .arg("-L")
        .arg(directory)
        .arg("--out-dir")
        .arg(directory)
        .arg(source)
        .status()
        .unwrap();
    assert!(status.success());
    directory.join(format!("lib{name}.so"))
}

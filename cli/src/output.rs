//! 書き出し: 標準出力、標準エラー、ファイル（途中の姿を見せない）。

use crate::failure::Failure;
use kakunin::{Error, ErrorKind};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;
use textwrap::{Options, WordSplitter};

/// Prints to stdout. A reader that has seen enough (`| head`) is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::work(cannot_write(Path::new("stdout"), &e)))
        }
        _ => Ok(()),
    }
}

/// Prints prose; on a terminal its lines are broken between words, Japanese ones where Japanese may break.
pub(crate) fn prose(text: &str) -> Result<(), Failure> {
    if !io::stdout().is_terminal() {
        return print(text);
    }
    let options = Options::new(textwrap::termwidth()).word_splitter(WordSplitter::NoHyphenation);
    print(&textwrap::fill(text, options))
}

/// A line on stderr; nobody is left to tell if that fails.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// The sentence of a failure on stderr; a report of several lines speaks for itself.
pub(crate) fn complain(error: &Error) {
    let text = error.to_string();
    note(&if text.contains('\n') { text } else { format!("kakunin: {text}") });
}

/// A file to be written whole: beside it first, then renamed over it.
#[derive(Debug)]
pub(crate) struct Target {
    path: PathBuf,
    /// A device or a pipe, which is written to directly and only once.
    is_stream: bool,
}

impl Target {
    /// Checks that the file can be written, before any work is done for it.
    pub(crate) fn check(path: &Path) -> Result<Target, Error> {
        // A link stays a link: what it points to is replaced.
        let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let is_stream = match std::fs::metadata(&target) {
            Ok(found) if found.is_dir() => return Err(is_folder(path)),
            Ok(found) => !found.is_file(),
            Err(_) => false,
        };
        let target = Target { path: target, is_stream };
        let tried = if target.path.exists() {
            std::fs::OpenOptions::new().append(true).open(&target.path).map(drop)
        } else {
            Ok(())
        };
        let tried = tried.and_then(|()| if is_stream { Ok(()) } else { target.beside().map(drop) });
        tried.map_err(|e| cannot_write(path, &e))?;
        Ok(target)
    }

    /// Writes an unfinished state, which a stream is spared.
    pub(crate) fn write_for_now(&self, text: &str) -> Result<(), Error> {
        if self.is_stream { Ok(()) } else { self.write(text) }
    }

    /// Writes the file.
    pub(crate) fn write(&self, text: &str) -> Result<(), Error> {
        let written = if self.is_stream {
            std::fs::OpenOptions::new()
                .append(true)
                .open(&self.path)
                .and_then(|mut file| file.write_all(text.as_bytes()))
        } else {
            self.replace(text)
        };
        written.map_err(|e| cannot_write(&self.path, &e))
    }

    fn replace(&self, text: &str) -> io::Result<()> {
        let mut file = self.beside()?;
        file.write_all(text.as_bytes())?;
        if let Ok(old) = std::fs::metadata(&self.path) {
            std::fs::set_permissions(file.path(), old.permissions())?;
        }
        file.persist(&self.path).map(drop).map_err(|e| e.error)
    }

    fn beside(&self) -> io::Result<NamedTempFile> {
        let folder = self.path.parent().filter(|p| !p.as_os_str().is_empty());
        let mut builder = tempfile::Builder::new();
        builder.prefix(".kakunin-").suffix(".tmp");
        // As any other new file, not for the owner's eyes alone.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        builder.tempfile_in(folder.unwrap_or(Path::new(".")))
    }
}

/// Checks that a folder is there, or can be made, and can be written to.
pub(crate) fn check_folder(path: &Path) -> Result<(), Error> {
    let tried = std::fs::create_dir_all(path).and_then(|()| tempfile::tempfile_in(path).map(drop));
    tried.map_err(|e| cannot_write(path, &e))
}

fn cannot_write(path: &Path, e: &io::Error) -> Error {
    let path = path.display();
    // Without the name of the file beside it, which nobody has heard of.
    let e = if e.get_ref().is_some() { e.kind().to_string() } else { e.to_string() };
    Error::new(
        ErrorKind::Output,
        format!("{path} に書けません（{e}）。書き込める場所を指定してください。"),
        format!("{path} can't be written ({e}); name a place that can."),
    )
}

fn is_folder(path: &Path) -> Error {
    let path = path.display();
    Error::new(
        ErrorKind::Output,
        format!("{path} はフォルダーなので書けません。ファイルの名前を指定してください。"),
        format!("{path} is a folder and can't be written; give the name of a file."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("runs.json");
        let target = Target::check(&path).unwrap();
        assert!(!path.exists(), "checking writes nothing");
        target.write("one").unwrap();
        Target::check(&path).unwrap().write_for_now("two").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn folders_and_missing_folders_are_refused_beforehand() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Target::check(dir.path()).unwrap_err().message(kakunin::Lang::En).contains("is a folder"));
        assert_eq!(Target::check(&dir.path().join("no/runs.json")).unwrap_err().kind(), ErrorKind::Output);
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_to_and_stays_a_device() {
        use std::os::unix::fs::FileTypeExt;
        Target::check(Path::new("/dev/null")).unwrap().write("x").unwrap();
        assert!(std::fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    }
}

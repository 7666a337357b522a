//! どこから読み、どこに置くか。

use std::path::{Path, PathBuf};

use super::fault::Fault;
use super::part::Part;
use super::{MNIST, read};
use crate::Error;

/// データの置き場。ふつうは [`Places::from_env`]、試験では手で組む。
#[derive(Debug, Clone)]
pub struct Places {
    /// `KAKUNIN_DATA`: あれば、ここだけから読む
    pub data: Option<PathBuf>,
    /// 付属のデータのフォルダー（中に `mnist` がある）: `KAKUNIN_BUILT_IN_DATA`、なければビルドしたときのリポジトリの
    /// `data`。リポジトリが動いても読めるように、カーネルは自分の写しをここで指す
    pub built_in: PathBuf,
    /// 展開したファイルの置き場: `KAKUNIN_CACHE`、なければ利用者のキャッシュフォルダー
    pub cache: Option<PathBuf>,
    /// `kakunin data import` で取り込んだデータの置き場
    pub sets: Option<PathBuf>,
    /// キャッシュに書けないときの置き場
    pub temp: PathBuf,
}

impl Places {
    /// 環境変数と利用者のフォルダーから決める。
    pub fn from_env() -> Places {
        // An empty variable is how a shell script says "not set".
        let var = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        Places {
            data: var("KAKUNIN_DATA").map(|dir| std::path::absolute(&dir).unwrap_or(dir)),
            built_in: var("KAKUNIN_BUILT_IN_DATA")
                .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("data")),
            cache: var("KAKUNIN_CACHE").or_else(|| dirs::cache_dir().map(|dir| dir.join("kakunin"))),
            sets: dirs::data_dir().map(|dir| dir.join("kakunin").join("sets")),
            temp: std::env::temp_dir(),
        }
    }

    /// The folder `KAKUNIN_DATA` offers for `name`. One set may lie directly in it: then it is taken for
    /// MNIST's (an imported set has its own store to fall back on).
    pub(super) fn overriding(&self, name: &str) -> Option<PathBuf> {
        let data = self.data.as_ref()?;
        let own = data.join(name);
        if own.is_dir() { Some(own) } else { (name == MNIST).then(|| data.clone()) }
    }

    pub(super) fn imported(&self, name: &str) -> Option<PathBuf> {
        self.sets.as_ref().map(|sets| sets.join(name))
    }
}

/// Where the four files of a set come from; decides what a learner is told to do about a bad one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin<'a> {
    BuiltIn,
    /// `KAKUNIN_DATA`
    Override,
    Imported(&'a str),
    /// The folder named on the command line of `data import`.
    Importing,
}

/// A folder, and the name each part has in it.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) folder: PathBuf,
    pub(super) names: [String; 4],
    pub(super) origin: Origin<'a>,
}

impl<'a> Source<'a> {
    pub(super) fn find(folder: PathBuf, origin: Origin<'a>) -> Result<Source<'a>, Error> {
        if !folder.is_dir() {
            return Err(origin.no_folder(&folder));
        }
        let mut names = [const { String::new() }; 4];
        for part in Part::ALL {
            names[part as usize] =
                part.find(&folder).map_err(|(path, fault)| fault.about(&path, part, origin))?;
        }
        Ok(Source { folder, names, origin })
    }

    pub(super) fn path(&self, part: Part) -> PathBuf {
        self.folder.join(&self.names[part as usize])
    }

    pub(super) fn is_gzipped(&self) -> bool {
        Part::ALL.iter().any(|&part| read::is_gzip(&self.path(part)))
    }

    pub(super) fn error(&self, part: Part, fault: Fault) -> Error {
        fault.about(&self.path(part), part, self.origin)
    }
}

//! MNIST とその仲間（Fashion-MNIST、KMNIST）を読む。
//!
//! 読む順: [`load`] → 手順（`load`）→ 置き場（`places`）→ ファイルの点検（`read`）→ キャッシュ（`cache`）→ 取り込み（`sets`）。
//!
//! The `mnist` crate parses the files, but it panics on anything unexpected and takes a shortened file for a
//! whole one. So each file's size, header and SHA-256 are verified before it sees them.

mod cache;
mod digest;
mod fault;
mod load;
mod names;
mod part;
mod places;
mod read;
mod sets;
mod verify;

pub use cache::{Cached, cached, remove_cached};
pub use digest::{Digest, Digests};
pub use load::{load_from, locate};
pub use names::names;
pub use part::Part;
pub use places::Places;
pub use sets::{Import, import, imported, remove};
pub use verify::{CacheState, Verified, VerifiedFile, verify};

use crate::samples::{Samples, Split};
use crate::{Error, Lang};

/// 付属のデータの名前。
pub const MNIST: &str = "mnist";

/// 読んだままの画素とラベル。画素は 0 から 255、1 枚は 784 個（28 × 28 を行ごとに）。
#[derive(Clone, PartialEq, Eq)]
pub struct RawSet {
    /// 訓練画像 60,000 枚の画素
    pub train_images: Vec<u8>,
    /// 訓練ラベル 60,000 個（0 から 9）
    pub train_labels: Vec<u8>,
    /// テスト画像 10,000 枚の画素
    pub test_images: Vec<u8>,
    /// テストラベル 10,000 個（0 から 9）
    pub test_labels: Vec<u8>,
}

impl RawSet {
    /// 学習に使う形にする。画素は k/255 の単精度。
    ///
    /// # Errors
    /// 画素とラベルの数が合わないとき。
    pub fn split(self) -> Result<Split, Error> {
        let shape = [1, 28, 28];
        let (train, test) = std::thread::scope(|scope| {
            let test = scope.spawn(|| Samples::from_images(&self.test_images, self.test_labels, shape));
            let train = Samples::from_images(&self.train_images, self.train_labels, shape);
            (train, test.join().unwrap_or_else(|e| std::panic::resume_unwind(e)))
        });
        Ok(Split { train: train?, test: test? })
    }
}

impl std::fmt::Debug for RawSet {
    /// 5500 万の画素は書かない。
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RawSet {{ train: {}, test: {} }}", self.train_labels.len(), self.test_labels.len())
    }
}

/// 読んだデータ。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// 画素とラベル
    pub set: RawSet,
    /// 四つのファイルの SHA-256（結果の記録に）
    pub digests: Digests,
    /// 読めたが、知らせておくこと
    pub note: Option<Note>,
}

/// 失敗ではない知らせ。ライブラリは標準エラーに書かないので、呼んだ側が見せる。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    ja: String,
    en: String,
}

impl Note {
    /// 指定の言語での文。
    pub fn message(&self, lang: Lang) -> &str {
        lang.pick(&self.ja, &self.en)
    }
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message(Lang::current()))
    }
}

/// 名前のデータを読む。`"mnist"` は付属のもの、ほかは `kakunin data import` で取り込んだもの。
///
/// ```
/// let mnist = kakunin::mnist::load("mnist")?.set;
/// assert_eq!(mnist.train_labels[..5], [5, 0, 4, 1, 9]);
/// assert_eq!(mnist.test_images.len(), 10_000 * 784);
/// # Ok::<(), kakunin::Error>(())
/// ```
pub fn load(name: &str) -> Result<Loaded, Error> {
    load_from(&Places::from_env(), name)
}

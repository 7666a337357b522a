//! 四つのファイル: 名前、大きさ、見出し（IDX 形式のヘッダー）。

use std::path::{Path, PathBuf};

use super::fault::Fault;

/// MNIST を成す四つのファイルのひとつ。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// 訓練画像 60,000 枚
    TrainImages,
    /// 訓練ラベル 60,000 個
    TrainLabels,
    /// テスト画像 10,000 枚
    TestImages,
    /// テストラベル 10,000 個
    TestLabels,
}

impl Part {
    /// 四つすべて。並びはどこでもこの順。
    pub const ALL: [Part; 4] = [Part::TrainImages, Part::TrainLabels, Part::TestImages, Part::TestLabels];

    /// 配布元での名前（展開したもの）。
    pub fn file_name(self) -> &'static str {
        match self {
            Part::TrainImages => "train-images-idx3-ubyte",
            Part::TrainLabels => "train-labels-idx1-ubyte",
            Part::TestImages => "t10k-images-idx3-ubyte",
            Part::TestLabels => "t10k-labels-idx1-ubyte",
        }
    }

    /// 展開したファイルの大きさ（バイト）。
    pub fn size(self) -> u64 {
        let payload: u64 = self.header()[1..].iter().map(|&n| u64::from(n)).product();
        self.header().len() as u64 * 4 + payload
    }

    /// The big-endian words before the payload: the magic number, then the dimensions.
    pub(super) fn header(self) -> &'static [u32] {
        match self {
            Part::TrainImages => &[0x803, 60_000, 28, 28],
            Part::TrainLabels => &[0x801, 60_000],
            Part::TestImages => &[0x803, 10_000, 28, 28],
            Part::TestLabels => &[0x801, 10_000],
        }
    }

    pub(super) fn holds_labels(self) -> bool {
        matches!(self, Part::TrainLabels | Part::TestLabels)
    }

    /// Raw before gzip. Some archives write a dot for the second hyphen (`train-images.idx3-ubyte`).
    fn names(self) -> [String; 4] {
        let usual = self.file_name().to_owned();
        let dotted = usual.replace("-idx", ".idx");
        let (usual_gz, dotted_gz) = (format!("{usual}.gz"), format!("{dotted}.gz"));
        [usual, dotted, usual_gz, dotted_gz]
    }

    /// The name under which `folder` holds this part.
    pub(super) fn find(self, folder: &Path) -> Result<String, (PathBuf, Fault)> {
        for name in self.names() {
            match std::fs::metadata(folder.join(&name)) {
                Ok(meta) if meta.is_file() => return Ok(name),
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                    return Err((folder.join(name), Fault::Unreadable(e)));
                }
                _ => {}
            }
        }
        Err((folder.join(self.file_name()), Fault::Missing))
    }
}

/// Does `work` for the four parts at once: one training-image file outweighs the other three together, so
/// the whole takes as long as that one.
pub(super) fn each<T: Send>(work: impl Fn(Part) -> T + Sync) -> [T; 4] {
    std::thread::scope(|scope| {
        let work = &work;
        let running = Part::ALL.map(|part| scope.spawn(move || work(part)));
        running.map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

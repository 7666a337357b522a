//! SHA-256: 同じ中身かどうかを決めるもの。

use sha2::{Digest as _, Sha256};

use super::part::Part;

/// 展開したファイルの SHA-256。
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digest([u8; 32]);

impl Digest {
    pub(super) fn of(hasher: Sha256) -> Digest {
        Digest(hasher.finalize().into())
    }

    /// 16進 64 文字から。
    pub fn from_hex(hex: &str) -> Option<Digest> {
        if hex.len() != 64 || !hex.is_ascii() {
            return None;
        }
        let mut bytes = [0; 32];
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).ok()?;
        }
        Some(Digest(bytes))
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// 四つのファイルの SHA-256（[`Part::ALL`] の順）。データの身元。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digests(pub [Digest; 4]);

impl Digests {
    /// MNIST のもの。
    pub(super) const MNIST: Digests = Digests([
        Digest(hex(b"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db")),
        Digest(hex(b"65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5")),
        Digest(hex(b"0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7")),
        Digest(hex(b"ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2")),
    ]);

    /// ひとつのファイルのもの。
    pub fn part(&self, part: Part) -> Digest {
        self.0[part as usize]
    }

    /// 四つをまとめた SHA-256 の先頭 16 文字。キャッシュのフォルダー名と、結果の記録に使う。
    pub fn short(&self) -> String {
        let mut hasher = Sha256::new();
        self.0.iter().for_each(|digest| hasher.update(digest.0));
        let mut hex = Digest::of(hasher).to_string();
        hex.truncate(16);
        hex
    }
}

/// The four literals above are the only callers; a slip in one stops the build.
const fn hex(text: &[u8; 64]) -> [u8; 32] {
    const fn nibble(c: u8) -> u8 {
        match c {
            b'0'..=b'9' => c - b'0',
            b'a'..=b'f' => c - b'a' + 10,
            _ => panic!("not a hexadecimal digit"),
        }
    }
    let mut bytes = [0; 32];
    let mut i = 0;
    while i < 32 {
        bytes[i] = nibble(text[2 * i]) << 4 | nibble(text[2 * i + 1]);
        i += 1;
    }
    bytes
}

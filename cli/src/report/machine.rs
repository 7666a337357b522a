//! どの機械で、どの版で。

use kakunin::{InstructionSet, Lang};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Machine {
    cpu: String,
    cores: usize,
    instructions: String,
    system: String,
    rust: &'static str,
}

impl Machine {
    pub(super) fn here() -> Machine {
        // Where Linux keeps it; elsewhere the architecture has to do.
        let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
        Machine {
            cpu: model.map_or(std::env::consts::ARCH, |(_, name)| name.trim()).to_owned(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            instructions: format!("{:?}", InstructionSet::current()),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            rust: env!("CARGO_PKG_RUST_VERSION"),
        }
    }

    /// Names and values.
    pub(super) fn rows(&self, lang: Lang) -> [(&'static str, String); 5] {
        [
            (lang.pick("プロセッサー", "Processor"), self.cpu.clone()),
            (lang.pick("コア", "Cores"), self.cores.to_string()),
            (lang.pick("命令セット", "Instruction set"), self.instructions.clone()),
            (lang.pick("システム", "System"), self.system.clone()),
            (lang.pick("Rust（これより新しいもの）", "Rust (at least)"), self.rust.to_owned()),
        ]
    }
}

//! What the kernel is told about a panic: its message, where it happened, and the way there through the cell.
//!
//! The hook only explains. Whether the panic ended the cell says evcxr's own marker, which the cell prints when it
//! catches a panic nobody else has caught. Panics of other threads don't end a cell: they are printed to stderr, as
//! in any program.

use kakunin::notebook::control;
use serde_json::json;
use std::cell::Cell;
use std::ops::Range;
use std::panic::PanicHookInfo;
use std::path::PathBuf;
use std::sync::Once;

thread_local! {
    /// Whether cells run on this thread.
    static RUNS_CELLS: Cell<bool> = const { Cell::new(false) };
}

/// From now on this thread's panics go to the kernel.
pub(crate) fn watch_this_thread() {
    static HOOK: Once = Once::new();
    RUNS_CELLS.set(true);
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if RUNS_CELLS.get() {
                tell(info);
            } else {
                usual(info);
            }
        }));
    });
}

fn tell(info: &PanicHookInfo<'_>) {
    let message = info.payload_as_str().unwrap_or("Box<dyn Any>");
    let (file, line, column) = info.location().map_or(("", 0, 0), |l| (l.file(), l.line(), l.column()));
    let frames = frames_of_the_cell();
    control(&json!({
        "panic": { "message": message, "file": file, "line": line, "column": column, "frames": frames }
    }));
}

/// More frames than this are not looked for on the stack, and not reported.
const DEEPEST: usize = 10_000;
const MOST: usize = 64;

/// Line and column of the frames that lie in the source file of the running cell, the innermost first. Empty if the
/// cell was compiled without line numbers.
fn frames_of_the_cell() -> Vec<[u32; 2]> {
    let cells = Cells::loaded();
    let mut stack = Vec::new();
    let mut depth = 0;
    backtrace::trace(|frame| {
        depth += 1;
        if cells.hold(frame.ip() as usize) {
            stack.push(frame.clone());
        }
        depth < DEEPEST
    });
    // The outermost frame of a cell is its entry; its file is the cell's.
    let Some(file) = stack.iter().rev().find_map(file_of_a_cell) else { return vec![] };
    let mut frames = Vec::new();
    for frame in &stack {
        backtrace::resolve_frame(frame, |symbol| {
            if symbol.filename() == Some(&file)
                && let Some(line) = symbol.lineno()
            {
                frames.push([line, symbol.colno().unwrap_or(0)]);
            }
        });
        if frames.len() >= MOST {
            break;
        }
    }
    frames
}

/// The source file, if the frame is a cell's entry.
fn file_of_a_cell(frame: &backtrace::Frame) -> Option<PathBuf> {
    let mut file = None;
    backtrace::resolve_frame(frame, |symbol| {
        let name = symbol.name().map(|name| name.to_string()).unwrap_or_default();
        if ENTRIES.iter().any(|entry| name.starts_with(entry)) {
            file = symbol.filename().map(PathBuf::from);
        }
    });
    file
}

/// How the function that runs a cell is called: by our kernel, and by evcxr.
const ENTRIES: [&str; 2] = ["kakunin_cell", "run_user_code_"];

/// Where the code of the cells lies. Only there are names and lines looked up: the debug information of the standard
/// library is large, and would take most of a second.
struct Cells(Vec<Range<usize>>);

impl Cells {
    /// evcxr calls the library of a cell `libcode_1.so`. Where no such library is known, or the system does not tell
    /// what is loaded, any address may be a cell's.
    fn loaded() -> Cells {
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
        let of_cells = maps
            .lines()
            .filter(|line| line.rsplit('/').next().is_some_and(|name| name.starts_with("libcode_")));
        Cells(
            of_cells
                .filter_map(|line| {
                    let (start, end) = line.split(' ').next()?.split_once('-')?;
                    let address = |text| usize::from_str_radix(text, 16).ok();
                    Some(address(start)?..address(end)?)
                })
                .collect(),
        )
    }

    fn hold(&self, address: usize) -> bool {
        self.0.is_empty() || self.0.iter().any(|range| range.contains(&address))
    }
}

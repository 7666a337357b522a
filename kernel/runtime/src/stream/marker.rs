//! Where text ends and a line of the kernel's own grammar begins.

use memchr::{memchr, memchr2};
use serde::Deserialize;

use crate::event::{CellError, Panic};

/// A line of the grammar longer than this is text.
const LONGEST_LINE: usize = 64 * 1024;

/// A whole line that is not text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Marker {
    Block(Header),
    Clear { wait: bool },
    ResultBegin,
    ResultEnd,
    Panic(Panic),
    Error(CellError),
    Panicked,
    Erred,
    TypeChanged(String),
    Input { prompt: String, password: bool },
}

/// The first line of a content block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) mime: String,
    pub(super) id: Option<String>,
    pub(super) update: bool,
}

/// What follows the text at the head of a buffer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// This marker, so many bytes long.
    Marker(Marker, usize),
    /// The beginning of a marker's line.
    Line,
    /// What may be the beginning of a marker.
    Perhaps,
    /// Nothing: all is text.
    Nothing,
}

const BLOCK: &[u8] = b"EVCXR_BEGIN_CONTENT ";
const CONTROL: &[u8] = b"\x1eKAKUNIN ";
const PANICKED: &[u8] = b"EVCXR_PANIC_NOTIFICATION";
const ERRED: &[u8] = b"EVCXR_ERROR_OCCURRED";
const TYPE_CHANGED: &[u8] = b"EVCXR_VARIABLE_CHANGED_TYPE:";
const INPUT: &[u8] = b"EVCXR_INPUT_REQUEST:";
const PASSWORD: &[u8] = b"EVCXR_INPUT_REQUEST_PASSWORD:";
const OPENERS: [&[u8]; 7] = [BLOCK, CONTROL, PANICKED, ERRED, TYPE_CHANGED, INPUT, PASSWORD];

/// How many bytes of text the buffer begins with, and what comes then.
pub(super) fn find(buffer: &[u8]) -> (usize, Found) {
    let mut from = 0;
    while let Some(offset) = memchr2(b'E', 0x1e, &buffer[from..]) {
        let at = from + offset;
        match read(&buffer[at..]) {
            Found::Nothing => from = at + 1,
            found => return (at, found),
        }
    }
    (buffer.len(), Found::Nothing)
}

fn read(bytes: &[u8]) -> Found {
    for opener in OPENERS {
        if let Some(rest) = bytes.strip_prefix(opener) {
            return match memchr(b'\n', &rest[..rest.len().min(LONGEST_LINE)]) {
                Some(end) => parse(opener, &String::from_utf8_lossy(&rest[..end]))
                    .map_or(Found::Nothing, |marker| Found::Marker(marker, opener.len() + end + 1)),
                None if rest.len() >= LONGEST_LINE => Found::Nothing,
                None if bare(opener) && !rest.is_empty() => Found::Nothing,
                None => Found::Line,
            };
        }
        if opener.starts_with(bytes) {
            return Found::Perhaps;
        }
    }
    Found::Nothing
}

/// Whether nothing may stand between the opener and the end of its line.
fn bare(opener: &[u8]) -> bool {
    opener == PANICKED || opener == ERRED
}

fn parse(opener: &[u8], rest: &str) -> Option<Marker> {
    match opener {
        BLOCK => header(rest).map(Marker::Block),
        CONTROL => control(rest),
        TYPE_CHANGED => Some(Marker::TypeChanged(rest.to_owned())),
        INPUT => Some(Marker::Input { prompt: rest.to_owned(), password: false }),
        PASSWORD => Some(Marker::Input { prompt: rest.to_owned(), password: true }),
        _ if !rest.is_empty() => None,
        PANICKED => Some(Marker::Panicked),
        _ => Some(Marker::Erred),
    }
}

fn header(rest: &str) -> Option<Header> {
    let mut words = rest.split(' ');
    let mime = words.next().filter(|mime| !mime.is_empty())?.to_owned();
    let mut header = Header { mime, ..Header::default() };
    for word in words {
        match word.split_once('=') {
            Some(("display", id)) => header.id = Some(id.to_owned()),
            Some(("update", id)) => (header.id, header.update) = (Some(id.to_owned()), true),
            _ => {}
        }
    }
    Some(header)
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Control {
    Clear { wait: bool },
    Result(Edge),
    Panic(Panic),
    Error(CellError),
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Edge {
    Begin,
    End,
}

fn control(json: &str) -> Option<Marker> {
    Some(match serde_json::from_str(json).ok()? {
        Control::Clear { wait } => Marker::Clear { wait },
        Control::Result(Edge::Begin) => Marker::ResultBegin,
        Control::Result(Edge::End) => Marker::ResultEnd,
        Control::Panic(panic) => Marker::Panic(panic),
        Control::Error(error) => Marker::Error(error),
    })
}

use proptest::prelude::*;

use super::*;

/// All pieces of a stream that arrives in these reads, neighbouring texts joined.
fn pieces<'a>(reads: impl IntoIterator<Item = &'a [u8]>) -> Vec<Piece> {
    let mut router = Router::default();
    let mut all: Vec<Piece> = reads.into_iter().flat_map(|read| router.push(read)).collect();
    all.extend(router.finish());
    let mut joined: Vec<Piece> = Vec::new();
    for piece in all {
        match (joined.last_mut(), piece) {
            (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
            (_, piece) => joined.push(piece),
        }
    }
    joined
}

fn whole(text: &str) -> Vec<Piece> {
    pieces([text.as_bytes()])
}

fn text(text: &str) -> Piece {
    Piece::Text(text.to_owned())
}

fn display(alternatives: &[(&str, &str)]) -> Piece {
    Piece::Display { bundle: bundle(alternatives), id: None, update: false }
}

fn bundle(alternatives: &[(&str, &str)]) -> Bundle {
    alternatives.iter().map(|&(mime, content)| (mime.to_owned(), content.to_owned())).collect()
}

fn block(header: &str, content: &str) -> String {
    format!("EVCXR_BEGIN_CONTENT {header}\n{content}\nEVCXR_END_CONTENT\n")
}

#[test]
fn adjacent_blocks_of_different_types_are_alternatives_of_one_display() {
    let stream = block("text/html", "<b>1</b>") + &block("text/plain", "1");
    assert_eq!(whole(&stream), [display(&[("text/html", "<b>1</b>"), ("text/plain", "1")])]);
}

#[test]
fn two_blocks_of_the_same_type_are_two_displays() {
    let stream = block("text/plain", "1") + &block("text/plain", "2");
    assert_eq!(whole(&stream), [display(&[("text/plain", "1")]), display(&[("text/plain", "2")])]);
}

#[test]
fn a_byte_between_two_blocks_parts_them() {
    let stream = block("text/html", "1") + "\n" + &block("text/plain", "2");
    assert_eq!(whole(&stream), [display(&[("text/html", "1")]), text("\n"), display(&[("text/plain", "2")])]);
}

#[test]
fn a_block_may_follow_unterminated_text() {
    assert_eq!(
        whole(&(String::from("損失 ") + &block("text/plain", "1\n2"))),
        [text("損失 "), display(&[("text/plain", "1\n2")])]
    );
}

#[test]
fn an_empty_block_has_empty_content() {
    let stream = "EVCXR_BEGIN_CONTENT text/plain\nEVCXR_END_CONTENT\n";
    assert_eq!(whole(stream), [display(&[("text/plain", "")])]);
}

#[test]
fn a_display_can_be_named_and_replaced() {
    let stream = block("text/plain display=curve", "1") + &block("text/plain update=curve", "2");
    let piece = |content, update| Piece::Display {
        bundle: bundle(&[("text/plain", content)]),
        id: Some("curve".to_owned()),
        update,
    };
    assert_eq!(whole(&stream), [piece("1", false), piece("2", true)]);
}

#[test]
fn blocks_between_the_result_lines_are_the_result() {
    let stream = format!(
        "{}\x1eKAKUNIN {{\"result\":\"begin\"}}\n{}\x1eKAKUNIN {{\"result\":\"end\"}}\n{}",
        block("text/plain", "before"),
        block("text/plain", "42"),
        block("text/plain", "after"),
    );
    assert_eq!(
        whole(&stream),
        [
            display(&[("text/plain", "before")]),
            Piece::Result(bundle(&[("text/plain", "42")])),
            display(&[("text/plain", "after")]),
        ]
    );
}

#[test]
fn control_lines_are_read() {
    let stream = "\x1eKAKUNIN {\"clear\":{\"wait\":true}}\n\
        \x1eKAKUNIN {\"panic\":{\"message\":\"m\",\"file\":\"src/lib.rs\",\"line\":12,\"column\":5,\"frames\":[[12,5],[30,9]]}}\n\
        \x1eKAKUNIN {\"error\":{\"message\":\"e\",\"type\":\"T\"}}\n";
    let panic = Panic {
        message: "m".to_owned(),
        file: Some("src/lib.rs".to_owned()),
        line: Some(12),
        column: Some(5),
        frames: vec![(12, 5), (30, 9)],
    };
    let error =
        CellError { message: "e".to_owned(), type_name: Some("T".to_owned()), ..CellError::default() };
    assert_eq!(whole(stream), [Piece::Clear { wait: true }, Piece::Panic(panic), Piece::Error(error)]);
}

#[test]
fn evcxrs_markers_may_follow_text_on_their_line() {
    let stream = "aEVCXR_PANIC_NOTIFICATION\nbEVCXR_ERROR_OCCURRED\ncEVCXR_VARIABLE_CHANGED_TYPE:x\n";
    assert_eq!(
        whole(stream),
        [text("a"), Piece::Panicked, text("b"), Piece::Erred, text("c"), Piece::TypeChanged("x".to_owned())]
    );
}

#[test]
fn requests_for_input_keep_the_colons_of_their_prompt() {
    let stream = "EVCXR_INPUT_REQUEST:name: \nEVCXR_INPUT_REQUEST_PASSWORD:key\n";
    assert_eq!(
        whole(stream),
        [
            Piece::Input { prompt: "name: ".to_owned(), password: false },
            Piece::Input { prompt: "key".to_owned(), password: true },
        ]
    );
}

#[test]
fn what_only_looks_like_a_marker_is_text() {
    for stream in [
        "EVCXR_PANIC_NOTIFICATIONS\n",
        "EVCXR_BEGIN_CONTENT \n",
        "EVCXR_BEGIN_CONTENT",
        "EVCXR_BEGIN_CONTENT text/plain",
        "\x1eKAKUNIN {\"unknown\":1}\n",
        "\x1eKAKUNIN {broken\n",
        "EVCXR_",
    ] {
        assert_eq!(whole(stream), [text(stream)]);
    }
}

#[test]
fn a_block_that_is_never_closed_is_text_when_the_cell_ends() {
    assert_eq!(whole("EVCXR_BEGIN_CONTENT text/plain\nhalf"), [text("half")]);
}

#[test]
fn a_panic_inside_a_block_is_noticed() {
    let stream = "EVCXR_BEGIN_CONTENT text/plain\nhalf\nEVCXR_PANIC_NOTIFICATION\n";
    assert_eq!(whole(stream), [text("half\n"), Piece::Panicked]);
}

#[test]
fn text_without_a_newline_goes_on_at_once() {
    assert_eq!(Router::default().push(b"epoch 1"), [text("epoch 1")]);
}

#[test]
fn a_pause_decides_that_the_beginning_of_a_marker_is_text() {
    let mut router = Router::default();
    assert_eq!(router.push(b"loss EVCXR"), [text("loss ")]);
    assert_eq!(router.pause().concat_text(), "EVCXR");
    assert!(!router.holds());
}

#[test]
fn a_pause_decides_that_a_display_has_no_further_alternative() {
    let mut router = Router::default();
    assert_eq!(router.push(block("text/plain", "1").as_bytes()), []);
    assert_eq!(router.pause(), [display(&[("text/plain", "1")])]);
}

#[test]
fn an_endless_block_turns_into_text() {
    let mut router = Router::default();
    router.push(b"EVCXR_BEGIN_CONTENT text/plain\n");
    let chunk = vec![b'x'; 1 << 20];
    let mut length = 0;
    for _ in 0..70 {
        length += router.push(&chunk).concat_text().len();
    }
    assert_eq!(length, 70 << 20);
}

trait ConcatText {
    fn concat_text(&self) -> String;
}

impl ConcatText for Vec<Piece> {
    fn concat_text(&self) -> String {
        self.iter().map(|piece| if let Piece::Text(text) = piece { text } else { "" }).collect()
    }
}

/// Fragments from which streams are made: whole and broken markers, blocks, text, bytes that are no text.
fn fragment() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        block("text/plain", "1"),
        block("text/html display=a", "学習"),
        block("text/html update=a", ""),
        "EVCXR_BEGIN_CONTENT image/png\n".to_owned(),
        "EVCXR_END_CONTENT\n".to_owned(),
        "EVCXR_PANIC_NOTIFICATION\n".to_owned(),
        "EVCXR_ERROR_OCCURRED".to_owned(),
        "EVCXR_INPUT_REQUEST:名前: \n".to_owned(),
        "\x1eKAKUNIN {\"result\":\"begin\"}\n".to_owned(),
        "\x1eKAKUNIN {\"clear\":{\"wait\":false}}\n".to_owned(),
        "EVCXR_EVCXR_".to_owned(),
        "\n".to_owned(),
        "損失 0.1".to_owned(),
    ]);
    prop_oneof![known.prop_map(String::into_bytes), prop::collection::vec(any::<u8>(), 0..6)]
}

proptest! {
    #[test]
    fn any_cut_of_a_stream_into_reads_gives_the_same_pieces(
        fragments in prop::collection::vec(fragment(), 0..12),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let stream = fragments.concat();
        let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
        at.extend([0, stream.len()]);
        at.sort_unstable();
        let reads = at.windows(2).map(|pair| &stream[pair[0]..pair[1]]);
        prop_assert_eq!(pieces(reads), pieces([&stream[..]]));
        let bytes = (0..stream.len()).map(|i| &stream[i..=i]);
        prop_assert_eq!(pieces(bytes), pieces([&stream[..]]));
    }
}

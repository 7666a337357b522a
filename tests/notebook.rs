//! Displays, byte for byte, in the three places they can be made: our kernel, evcxr, and any other program.
//!
//! Each test runs itself once more as a child process, with the variables of one place set.

#![allow(clippy::unwrap_used, reason = "clippy.toml exempts tests, but not the helpers beside them")]

mod common;

use common::{SMALL, small_data};
use kakunin::claims::EvidenceFile;
use kakunin::diagnosis::diagnose;
use kakunin::notebook::{Output, clear};
use kakunin::plot::{Picture, Scale};
use kakunin::{
    Error, ErrorKind, Experiment, Hits, Lang, Matrix, Slip, bands, claims, errata, optimizer, quiz,
};
use ndarray::array;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

const KERNEL: &[(&str, &str)] = &[("KAKUNIN_KERNEL", "1"), ("EVCXR_IS_RUNTIME", "1")];
const EVCXR: &[(&str, &str)] = &[("EVCXR_IS_RUNTIME", "1")];
const ELSEWHERE: &[(&str, &str)] = &[];

const FROM: &str = "\n<<< from here\n";
const UNTIL: &str = ">>> until here\n";

/// This test binary, to run the test `name` as the child.
fn child(name: &str, place: &[(&str, &str)]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([name, "--exact", "--nocapture"]).env("KAKUNIN_TEST_CHILD", "1");
    command.env_remove("KAKUNIN_KERNEL").env_remove("EVCXR_IS_RUNTIME").env_remove("KAKUNIN_LANG");
    command.envs(place.iter().copied());
    command
}

fn is_child() -> bool {
    std::env::var_os("KAKUNIN_TEST_CHILD").is_some()
}

/// What `what` writes to stdout in a child process; `None` in the child itself.
fn written(name: &str, place: &[(&str, &str)], what: impl FnOnce()) -> Option<String> {
    if is_child() {
        print!("{FROM}");
        what();
        print!("{UNTIL}");
        return None;
    }
    let output = child(name, place).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let (_, text) = text.split_once(FROM).unwrap();
    Some(text.split_once(UNTIL).unwrap().0.to_owned())
}

/// What `what` writes in each place.
fn everywhere(name: &str, what: impl Fn()) -> Option<[String; 3]> {
    Some([written(name, KERNEL, &what)?, written(name, EVCXR, &what)?, written(name, ELSEWHERE, &what)?])
}

#[test]
fn a_display_is_a_bundle_of_blocks_or_plain_text() {
    let name = "a_display_is_a_bundle_of_blocks_or_plain_text";
    let show = || {
        let json = serde_json::json!({ "a": [1, "EVCXR_END_CONTENT\n"] });
        let output = Output::new().html("<b>太</b>").png(b"PNG").json("application/x+json", &json);
        output.plain("太").show();
        Output::new().svg("<svg/>").show();
    };
    let Some([kernel, evcxr, elsewhere]) = everywhere(name, show) else { return };
    let blocks = "EVCXR_BEGIN_CONTENT text/plain\n太\nEVCXR_END_CONTENT\n\
                  EVCXR_BEGIN_CONTENT text/html\n<b>太</b>\nEVCXR_END_CONTENT\n\
                  EVCXR_BEGIN_CONTENT image/png\nUE5H\nEVCXR_END_CONTENT\n\
                  EVCXR_BEGIN_CONTENT application/x+json\n{\"a\":[1,\"EVCXR_END_CONTENT\\n\"]}\nEVCXR_END_CONTENT\n\
                  EVCXR_BEGIN_CONTENT text/plain\n<image/svg+xml>\nEVCXR_END_CONTENT\n\
                  EVCXR_BEGIN_CONTENT image/svg+xml\n<svg/>\nEVCXR_END_CONTENT\n";
    assert_eq!((kernel.as_str(), evcxr.as_str()), (blocks, blocks));
    assert_eq!(elsewhere, "太\n<image/svg+xml>\n");
}

#[test]
fn an_update_names_the_display_it_replaces() {
    let name = "an_update_names_the_display_it_replaces";
    let show = || {
        let shown = Output::new().plain("1").html("<p>1").show_updatable();
        shown.update(&Output::new().plain("2"));
    };
    let Some([kernel, evcxr, elsewhere]) = everywhere(name, show) else { return };
    for text in [kernel, evcxr] {
        let id = text.split_once("display=").unwrap().1.split_once('\n').unwrap().0;
        assert_eq!(
            text,
            format!(
                "EVCXR_BEGIN_CONTENT text/plain display={id}\n1\nEVCXR_END_CONTENT\n\
                 EVCXR_BEGIN_CONTENT text/html display={id}\n<p>1\nEVCXR_END_CONTENT\n\
                 EVCXR_BEGIN_CONTENT text/plain update={id}\n2\nEVCXR_END_CONTENT\n"
            )
        );
    }
    assert_eq!(elsewhere, "1\n2\n");
}

#[test]
fn only_our_kernel_is_told_to_clear() {
    let name = "only_our_kernel_is_told_to_clear";
    let Some(written) = everywhere(name, || clear(true)) else { return };
    assert_eq!(written, ["\u{1e}KAKUNIN {\"clear\":{\"wait\":true}}\n", "", ""]);
}

#[test]
fn content_cannot_end_its_block_early() {
    let name = "content_cannot_end_its_block_early";
    let content = "<pre>\nEVCXR_END_CONTENT\nEVCXR_PANIC_NOTIFICATION\n</pre>";
    let show = || Output::new().plain("EVCXR_END_CONTENT").html(content).show();
    let Some([kernel, ..]) = everywhere(name, show) else { return };
    assert_eq!(
        kernel,
        "EVCXR_BEGIN_CONTENT text/plain\nEVCXR_END_CONTENT \nEVCXR_END_CONTENT\n\
         EVCXR_BEGIN_CONTENT text/html\n<pre>\nEVCXR_END_CONTENT \nEVCXR_PANIC_NOTIFICATION \n</pre>\nEVCXR_END_CONTENT\n"
    );
}

#[test]
fn nobody_listening_is_no_failure() {
    let name = "nobody_listening_is_no_failure";
    if is_child() {
        print!("{FROM}");
        // Until the parent has closed its end of our stdout.
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
        let shown = Output::new().plain("x".repeat(100_000)).show_updatable();
        shown.update(&Output::new());
        clear(false);
        std::process::exit(7);
    }
    let mut command = child(name, KERNEL);
    let mut running = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(running.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == FROM.trim()));
    drop(lines);
    drop(running.stdin.take());
    assert_eq!(running.wait().unwrap().code(), Some(7));
}

#[test]
fn a_watched_training_gives_the_same_history_and_one_display() {
    let name = "a_watched_training_gives_the_same_history_and_one_display";
    let watch = || {
        let data = small_data();
        let watched = SMALL.watch(3, &data).unwrap();
        assert_eq!(watched, SMALL.run(3, &data).unwrap());
        assert_eq!(watched.origin.unwrap().experiment, SMALL);
    };
    let Some([kernel, evcxr, elsewhere]) = everywhere(name, watch) else { return };
    let id = kernel.split_once("display=").unwrap().1.split_once('\n').unwrap().0;
    let begins: Vec<_> = kernel.lines().filter(|line| line.starts_with("EVCXR_BEGIN_CONTENT ")).collect();
    let (first, then) = begins.split_at(2);
    let of = |verb| ["text/plain", "text/html"].map(|m| format!("EVCXR_BEGIN_CONTENT {m} {verb}={id}"));
    assert_eq!(first, of("display"));
    // The last one is the finished picture, as an SVG as well.
    let (then, last) = then.split_at(then.len() - 3);
    assert!(then.chunks(2).all(|pair| pair == of("update")) && last[..2] == of("update"), "{begins:?}");
    assert!(last[2].starts_with("EVCXR_BEGIN_CONTENT image/svg+xml update="), "{begins:?}");
    assert!(kernel.contains("反復 0 / 30"));
    assert!(kernel.ends_with(evcxr.rsplit_once("<svg").unwrap().1), "the last is the finished picture");
    assert_eq!(evcxr.matches("EVCXR_BEGIN_CONTENT ").count(), 3);
    assert!(elsewhere.starts_with("「SGD」を変えた実験（シード 3）\n反復 30: 訓練"), "{elsewhere}");
    assert_eq!(elsewhere.lines().count(), 2);
}

/// MIME types and contents of the displays in a text.
fn blocks(text: &str) -> Vec<(&str, &str)> {
    let block = |piece: &str| -> Option<(usize, usize)> {
        Some((piece.find('\n')?, piece.find("\nEVCXR_END_CONTENT\n")?))
    };
    text.split("EVCXR_BEGIN_CONTENT ")
        .skip(1)
        .map(|piece| {
            let (head, end) = block(piece).unwrap();
            (&piece[..head], &piece[head + 1..end])
        })
        .collect()
}

#[test]
fn what_a_learner_ends_a_cell_with_shows_itself_as_a_picture_and_as_text() {
    let name = "what_a_learner_ends_a_cell_with_shows_itself_as_a_picture_and_as_text";
    let show = || {
        let data = small_data();
        SMALL.run(0, &data).unwrap().evcxr_display();
        optimizer::EXPERIMENTS[2].evcxr_display();
        Hits { hits: 9_413, of: 10_000 }.evcxr_display();
        data.evcxr_display();
        data.test.evcxr_display();
        Slip::OutputLayerFrozen.evcxr_display();
        Error::new(ErrorKind::Setting, "<だめ>", "bad").evcxr_display();
        let (title, subtitle, description) = ("題".into(), String::new(), "説明".into());
        let (x_label, y_label, series) = ("x".into(), "y".into(), vec![]);
        let scale = Scale::Fit;
        Picture { lang: Lang::Ja, title, subtitle, description, x_label, y_label, scale, series }
            .evcxr_display();
    };
    let Some(text) = written(name, EVCXR, show) else { return };
    let blocks = blocks(&text);
    let of = |wanted: &str| blocks.iter().filter(|(mime, _)| *mime == wanted).collect::<Vec<_>>();
    let plain: Vec<_> = of("text/plain").iter().map(|(_, text)| text.lines().next().unwrap()).collect();
    let first_lines = [
        "「SGD」を変えた実験（シード 0）",
        "ID: 2_4/12",
        "9413 / 10000 = 94.13%",
        "訓練データ: 40",
        "行: 24",
        "出力層の W と b が更新されない",
        "<だめ>",
        "題",
    ];
    assert_eq!(plain, first_lines);
    let rich = of("text/html");
    assert!(rich.iter().all(|(_, html)| html.starts_with('<')));
    assert!(rich[0].1.contains("</svg>") && rich[0].1.contains("<details>"));
    assert!(rich[1].1.contains("AdaGrad { lr: 0.01") && rich[1].1.contains("一歩目の勾配"), "{}", rich[1].1);
    assert!(rich[3].1.contains("<img src=\"data:image/png;base64,"));
    assert_eq!(rich[6].1, "<p lang=\"ja\">&lt;だめ&gt;</p>");
    assert!(rich[7].1.contains("<svg"));
    // The history and the picture.
    let pictures = of("image/svg+xml");
    assert!(pictures.len() == 2 && pictures.iter().all(|(_, svg)| svg.starts_with("<svg")));
}

#[test]
fn lists_tables_and_single_entries_show_themselves_as_tables() {
    let html = |output: Output| {
        let shown = format!("{output:?}");
        assert!(shown.contains("text/html") && !shown.contains("Listed"), "{shown}");
        shown
    };
    let slips = html(Output::from(&optimizer::EXPERIMENTS[2].slips()));
    assert!(slips.contains(">2_4 の AdaGrad のセル</td>") && slips.contains("h₁ = h₀"), "{slips}");
    assert!(html(Output::from(&optimizer::EXPERIMENTS[4].slips())).contains("書き誤りはない"));
    let examined = diagnose(Experiment { iterations: 5, ..SMALL }, 0, &small_data()).unwrap();
    let findings = html(Output::from(&examined.findings));
    assert!(examined.findings.iter().all(|f| findings.contains(f.name(Lang::Ja))));
    assert!(html(Output::from(&claims::all())).contains("he_helps_only_relu"));
    let shipped = EvidenceFile::shipped().unwrap();
    assert!(html(Output::from(&shipped)).contains(">支持されない</td>"));
    assert!(html(Output::from(bands::shipped())).contains("2_4/16"));
    assert!(html(Output::from(errata::find("sigmoid_half").unwrap())).contains("lab::activations"));
    assert!(html(Output::from(&Matrix::from(array![[1.0, 2.5]]))).contains("2.5"));
}

#[test]
fn a_band_is_the_picture_of_its_seeds_and_of_the_published_curve() {
    let shown = format!("{:?}", Output::from(bands::band("2_4/16").unwrap()));
    assert!(
        shown.contains("image/svg+xml") && shown.contains("原典（検証）") && shown.contains("パーセント")
    );
}

#[test]
fn a_question_shows_what_it_asks_and_not_its_answer() {
    let question = quiz::question("ct8").unwrap();
    let shown = format!("{:?}", Output::from(question));
    assert!(shown.contains("6×6") && !shown.contains("7×7"), "{shown}");
}

#[test]
fn every_slip_has_its_erratum() {
    assert!(Slip::ALL.into_iter().all(|slip| slip.erratum().is_some()));
}

#[test]
fn a_row_of_the_course_is_shown_with_its_published_curve_and_a_variation_without() {
    let curve = kakunin::published("2_4/16").unwrap().curve.clone();
    let adam = optimizer::EXPERIMENTS[4];
    let shown = |experiment| {
        let origin = Some(kakunin::Origin { experiment, seed: 0 });
        let history = kakunin::History { curve: curve.clone(), origin, ..Default::default() };
        format!("{:?}", Output::from(&history))
    };
    let row = shown(adam);
    assert!(row.contains("2_4/16 Adam（シード 0）") && row.contains("（原典 94.34%）"));
    assert!(row.contains("原典（検証）"));
    let variation = shown(Experiment { batch: 50, ..adam });
    assert!(variation.contains("「Adam」を変えた実験（シード 0）") && !variation.contains("原典"));
    let ada_grad = optimizer::EXPERIMENTS[2].exact();
    assert!(shown(ada_grad).contains("2_4/12 AdaGrad（誤りを正した式、シード 0）"));
}

#[test]
fn a_kernel_can_say_where_its_copy_of_the_data_lies() {
    let built_in = || print!("{}", kakunin::mnist::Places::from_env().built_in.display());
    let name = "a_kernel_can_say_where_its_copy_of_the_data_lies";
    let Some(text) = written(name, &[("KAKUNIN_BUILT_IN_DATA", "/a/b")], built_in) else { return };
    assert_eq!(text, "/a/b");
    let text = written(name, &[("KAKUNIN_BUILT_IN_DATA", "")], built_in).unwrap();
    assert_eq!(text, concat!(env!("CARGO_MANIFEST_DIR"), "/data"));
}

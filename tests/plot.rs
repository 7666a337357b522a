//! Pictures: valid XML, nothing outside, alike for alike input, small.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "clippy.toml exempts tests, but not the helpers beside them"
)]

use kakunin::plot::{Picture, Role, Scale, Series, curves_svg, losses, percent, reproduction};
use kakunin::{History, Hits, Lang, Point, course, published};

/// The tags and texts of an XML document without comments and CDATA; panics unless they nest.
fn texts(xml: &str) -> Vec<(String, String)> {
    let mut open: Vec<&str> = Vec::new();
    let mut texts = Vec::new();
    for piece in xml.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').expect("a tag ends");
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
        for entity in text.split('&').skip(1) {
            assert!(["amp;", "lt;", "gt;", "quot;", "apos;"].iter().any(|e| entity.starts_with(e)), "{text}");
        }
        texts.push((name.to_owned(), text.trim().to_owned()));
    }
    assert!(open.is_empty());
    texts
}

fn text_of(svg: &str, tag: &str) -> String {
    texts(svg).into_iter().find(|(name, _)| name == tag).unwrap().1
}

fn published_as_ours(id: &str) -> History {
    History { curve: published(id).unwrap().curve.clone(), ..History::default() }
}

fn picture(series: Vec<Series>) -> Picture {
    Picture {
        lang: Lang::En,
        title: "Loss".into(),
        subtitle: String::new(),
        description: "Falls.".into(),
        x_label: "Iteration".into(),
        y_label: "Loss".into(),
        scale: Scale::Fit,
        series,
    }
}

#[test]
fn every_row_has_a_small_valid_picture_that_is_the_same_each_time() {
    for e in course::experiments() {
        for lang in [Lang::Ja, Lang::En] {
            let drawn = || curves_svg(&reproduction(&e.id(), e.title, 0, &published_as_ours(&e.id()), lang));
            let svg = drawn();
            texts(&svg);
            assert!(svg.len() < 20_000, "{}: {}", e.id(), svg.len());
            assert_eq!(svg, drawn());
        }
    }
}

#[test]
fn what_the_picture_shows_is_also_said() {
    let svg = curves_svg(&reproduction("2_4/16", "Adam", 3, &published_as_ours("2_4/16"), Lang::Ja));
    assert!(svg.contains("role=\"img\"") && svg.contains("lang=\"ja\""));
    assert_eq!(text_of(&svg, "title"), "2_4/16 Adam（シード 3）");
    assert!(text_of(&svg, "desc").contains("検証 94.34%"));
    for word in
        ["反復", "正答率", "原典（訓練）", "原典（検証）", "再現（訓練）", "再現（検証）", "100%", "1000"]
    {
        assert!(texts(&svg).contains(&("text".into(), word.into())), "{word}");
    }
}

#[test]
fn the_four_curves_differ_in_more_than_colour() {
    let svg = curves_svg(&reproduction("2_4/16", "Adam", 0, &published_as_ours("2_4/16"), Lang::Ja));
    // Each curve and its sample in the legend: two of the four are dashed, two carry marks.
    assert_eq!(svg.matches("stroke-dasharray").count(), 4);
    assert!(svg.contains("<circle") && svg.contains("<polygon"));
    for colour in ["#808080", "#0072B2", "#D55E00"] {
        assert!(svg.contains(colour), "{colour}");
    }
}

#[test]
fn a_training_that_diverged_says_so() {
    let history = History { diverged_at: Some(7), ..History::default() };
    let svg = curves_svg(&reproduction("2_4/16", "Adam", 0, &history, Lang::En));
    assert!(text_of(&svg, "desc").ends_with("The training diverged at iteration 7."));
    assert!(texts(&svg).contains(&("text".into(), "diverged at iteration 7".into())));
}

#[test]
fn text_cannot_break_the_picture() {
    let hits = Hits { hits: 1, of: 3 };
    let curve = vec![Point { iteration: 1, train: hits, test: hits }];
    let history = History { curve, ..History::default() };
    let svg = curves_svg(&reproduction("<&\">", "]]>\u{0}'", 0, &history, Lang::Ja));
    assert_eq!(text_of(&svg, "title"), "&lt;&amp;&quot;&gt; ]]&gt;'（シード 0）");
}

#[test]
fn odd_series_are_drawn_without_harm() {
    let ours = |points| Series { name: "x".into(), role: Role::Ours, points };
    for points in [
        vec![],
        vec![(f64::NAN, 1.0), (1.0, f64::INFINITY)],
        vec![(5.0, 0.0)],
        vec![(0.0, -1.0), (0.0, -1.0)],
        vec![(1.0, 1e300), (2.0, -1e300)],
        vec![(1.0, 1e-300)],
        vec![(1e-300, 1e-5)],
        vec![(1e9, -1e9), (1e-5, 1e9)],
        vec![(f64::MAX, f64::MAX), (-5.0, f64::MIN)],
    ] {
        for scale in [Scale::Fit, Scale::Share] {
            let svg = curves_svg(&Picture { scale, ..picture(vec![ours(points.clone())]) });
            texts(&svg);
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{points:?}");
        }
    }
    texts(&curves_svg(&picture(vec![])));
}

#[test]
fn the_loss_is_a_picture_of_its_own() {
    let history = History { loss: vec![2.302, 1.5, 0.25], ..History::default() };
    let svg = curves_svg(&losses("2_4/16", "Adam", 0, &history, Lang::Ja));
    assert_eq!(text_of(&svg, "title"), "2_4/16 Adam（シード 0）の損失");
    assert_eq!(text_of(&svg, "desc"), "最初の損失 2.3020、最後の損失 0.2500。");
    texts(&curves_svg(&losses("2_4/16", "Adam", 0, &History::default(), Lang::En)));
}

#[test]
fn many_points_are_thinned_and_many_series_told_apart() {
    let series = |n: usize| Series {
        name: format!("lr {n}"),
        role: Role::Ours,
        points: (1..=2000).map(|i| (f64::from(i), 2.3 / (n as f64 + f64::from(i)).sqrt())).collect(),
    };
    let svg = curves_svg(&picture((1..=5).map(series).collect()));
    texts(&svg);
    assert!(svg.len() < 40_000, "{}", svg.len());
}

#[test]
fn percents_have_the_digits_their_rows_allow() {
    let percents =
        [(94, 100), (976, 1_000), (9_413, 10_000), (272, 300)].map(|(hits, of)| percent(Hits { hits, of }));
    assert_eq!(percents, ["94%", "97.6%", "94.13%", "90.67%"]);
}

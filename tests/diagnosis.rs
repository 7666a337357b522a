//! 原典の 47 の行で、学習が示しうる書き誤りは、どれも診断が見つける。書き誤りのない行では何も言わない。

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use kakunin::diagnosis::{Finding, constant_predictor, diagnose};
use kakunin::{Experiment, History, Listed, Slip, course, mnist, published};

/// Long enough to see how the row updates.
fn findings(e: &Experiment) -> Listed<Finding> {
    let short = Experiment { iterations: 4, test_rows: 100, ..*e };
    diagnose(short, 0, &mnist().unwrap()).unwrap().findings
}

fn shows(findings: &[Finding], slip: Slip, e: &Experiment) -> bool {
    let is_shown = |f: &Finding| match (slip, f) {
        (Slip::SigmoidSlopeOfOutput | Slip::RootInRecordedPenalty, Finding::WrongGradient { .. })
        | (Slip::FirstGradientSkipped, Finding::FirstGradientSkipped) => true,
        (Slip::ScaleAndShiftFrozen, Finding::Frozen { params }) => params.contains(&"gamma1".to_owned()),
        (Slip::OutputLayerFrozen, Finding::Frozen { params }) => *params == ["W7", "b7"],
        (Slip::HeadedL2RunsL1, Finding::PenaltyActs { norm, lambda }) => {
            *norm == "L1" && *lambda == e.penalty.lambda()
        }
        (Slip::LeftOverPenalty, Finding::PenaltyActs { norm, lambda }) => *norm == "L2" && *lambda == 0.001,
        _ => false,
    };
    findings.iter().any(is_shown)
}

#[test]
fn every_slip_that_a_run_can_show_is_found_in_its_row_and_in_no_other() {
    for e in course::experiments() {
        let (slips, findings) = (e.slips(), findings(e));
        for &slip in &slips {
            assert!(shows(&findings, slip, e), "{} {slip:?}: {findings:?}", e.id());
        }
        let has = |slip| slips.contains(&slip);
        for f in &findings {
            let is_known = match f {
                Finding::WrongGradient { .. } => {
                    has(Slip::SigmoidSlopeOfOutput) || has(Slip::RootInRecordedPenalty)
                }
                Finding::Frozen { .. } => has(Slip::ScaleAndShiftFrozen) || has(Slip::OutputLayerFrozen),
                Finding::FirstGradientSkipped => has(Slip::FirstGradientSkipped),
                Finding::Leak { .. } | Finding::Diverged { .. } => false,
                _ => true,
            };
            assert!(is_known, "{}: {f:?}", e.id());
        }
    }
}

#[test]
fn nine_published_curves_of_the_optimizers_are_those_of_the_digit_1_and_one_of_the_digit_5() {
    let data = mnist().unwrap();
    let digit = |e: &&Experiment| {
        let curve = published(&e.id()).unwrap().curve.clone();
        match constant_predictor(&History { curve, ..History::default() }, data.test.labels()) {
            Some(Finding::ConstantPredictor { digit, .. }) => Some(digit),
            _ => None,
        }
    };
    let found: Vec<_> = course::find("2_4").unwrap().iter().filter_map(digit).collect();
    assert_eq!(found.iter().filter(|&&d| d == 1).count(), 9);
    assert_eq!(found.iter().filter(|&&d| d == 5).count(), 1);
}

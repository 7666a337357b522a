//! The published curves fit the table of experiments.

use std::collections::BTreeSet;

use kakunin::{On, course, percentile, published, published_ids};

#[test]
fn every_experiment_has_its_published_curve_and_no_other() {
    let rows: BTreeSet<_> = course::experiments().map(|e| e.id()).collect();
    let curves: BTreeSet<_> = published_ids().map(str::to_owned).collect();
    assert_eq!(rows.len(), 47);
    assert_eq!(rows, curves);
}

#[test]
fn the_curves_have_the_points_the_rows_would_measure() {
    for e in course::experiments() {
        let curve = &published(&e.id()).unwrap().curve;
        let iterations: Vec<_> = curve.iter().map(|p| p.iteration).collect();
        let measured: Vec<_> = (1..=e.iterations).filter(|i| i % e.measure.every == 0).collect();
        assert_eq!(iterations, measured, "{}", e.id());
        let train_of = if e.measure.train == On::Batch { e.batch } else { e.train_rows };
        for p in curve {
            assert_eq!((p.train.of as usize, p.test.of as usize), (train_of, e.test_rows), "{}", e.id());
        }
    }
}

#[test]
fn the_curves_stand_in_the_notebooks_of_their_sections() {
    for e in course::experiments() {
        let notebook = &published(&e.id()).unwrap().notebook;
        let name = notebook.rsplit('/').next().unwrap();
        assert!(name.starts_with(&format!("{}_", e.source.family)), "{notebook}");
    }
}

#[test]
fn final_and_largest_figures() {
    let overfitting = published("2_5/7").unwrap();
    assert_eq!(overfitting.final_train().accuracy(), 1.0);
    assert_eq!(overfitting.final_test(), overfitting.curve[99].test);
    for id in published_ids() {
        let published = published(id).unwrap();
        assert!(published.curve.iter().all(|p| p.test.hits <= published.max_test().hits));
        assert!(published.curve.iter().any(|p| p.test == published.max_test()));
    }
}

#[test]
fn percentiles_run_from_0_to_100() {
    let sample = [0.2, 0.4, 0.6];
    assert_eq!(percentile(0.1, &sample), 0.0);
    assert_eq!(percentile(0.9, &sample), 100.0);
    assert_eq!(percentile(0.4, &sample), 50.0);
    assert_eq!(percentile(0.5, &[0.5; 7]), 50.0);
    assert!(percentile(0.5, &[]).is_nan());
}

//! どの実験を、どのシードで: 引数の文字列から。

use crate::failure::bad_value;
use kakunin::{Error, ErrorKind, Experiment, course};
use std::ops::Range;

/// The most trainings one command takes on.
const MOST: u64 = 1_000_000;

/// Every N-th of the (row, seed) pairs, beginning with the K-th.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shard {
    pub(crate) k: u64,
    pub(crate) n: u64,
}

impl Shard {
    pub(crate) const WHOLE: Shard = Shard { k: 1, n: 1 };

    /// `K/N`, K from 1 to N.
    pub(crate) fn parse(text: &str) -> Result<Shard, Error> {
        let parts = text.split_once('/').and_then(|(k, n)| Some((k.parse::<u32>().ok()?, n.parse().ok()?)));
        match parts {
            Some((k, n)) if (1..=n).contains(&k) => Ok(Shard { k: k.into(), n: n.into() }),
            _ => Err(bad_value(
                "--shard",
                text,
                "、1 以上 N 以下の K で K/N（3 つに分けた 1 つ目なら 1/3）",
                "K/N with K from 1 to N (1/3 for the first of three parts)",
            )),
        }
    }
}

/// The rows named, in the order of the course and each once; without a name all 47.
pub(crate) fn rows<'a>(names: impl Iterator<Item = &'a str>) -> Result<Vec<&'static Experiment>, Error> {
    let mut chosen: Vec<&Experiment> = vec![];
    let mut is_named = false;
    for name in names {
        is_named = true;
        chosen.extend(course::find(name)?);
    }
    Ok(course::experiments().filter(|e| !is_named || chosen.iter().any(|c| c.source == e.source)).collect())
}

/// `--seed N`
pub(crate) fn seed(text: &str) -> Result<u32, Error> {
    text.parse().map_err(|_| {
        bad_value("--seed", text, " 0 から 4294967295 までの整数", "an integer from 0 to 4294967295")
    })
}

/// `--seed N`, as the only one of a range.
pub(crate) fn only_seed(text: &str) -> Result<Range<u64>, Error> {
    let seed = u64::from(seed(text)?);
    Ok(seed..seed + 1)
}

/// `--seeds A..B`, half-open.
pub(crate) fn seeds(text: &str) -> Result<Range<u64>, Error> {
    let ends = text.split_once("..").and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    match ends {
        Some((a, b)) if a < b && b <= 1 << 32 => Ok(a..b),
        _ => Err(bad_value(
            "--seeds",
            text,
            " A < B の A..B（0..10 ならシード 0 から 9、B は 4294967296 まで）",
            "A..B with A < B (0..10 means seeds 0 to 9; B is at most 4294967296)",
        )),
    }
}

/// `--jobs N`
pub(crate) fn jobs(text: &str) -> Result<usize, Error> {
    match text.parse() {
        Ok(n) if n > 0 => Ok(n),
        _ => Err(bad_value("--jobs", text, " 1 以上の整数", "an integer of at least 1")),
    }
}

/// No more trainings than can be kept in mind at a time.
pub(crate) fn few_enough(count: u64) -> Result<(), Error> {
    if count <= MOST {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Setting,
        format!(
            "学習が {count} 回になります（一度に {MOST} 回まで）。--seeds を狭めるか、何回かに分けて（reproduce なら --shard で）走らせてください。"
        ),
        format!(
            "That makes {count} trainings ({MOST} at most at a time); narrow --seeds, or run it in parts (of reproduce, with --shard)."
        ),
    ))
}

/// The shard's part of the pairs, rows in the order of the course, each with all its seeds in turn.
pub(crate) fn pairs(
    rows: &[&'static Experiment],
    seeds: Range<u64>,
    shard: Shard,
) -> Result<Vec<(&'static Experiment, u32)>, Error> {
    let per_row = seeds.end - seeds.start;
    let all = rows.len() as u64 * per_row;
    let count = (all + shard.n - shard.k) / shard.n;
    few_enough(count)?;
    let pair = |i: u64| (rows[(i / per_row) as usize], (seeds.start + i % per_row) as u32);
    Ok((0..count).map(|i| pair(shard.k - 1 + i * shard.n)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(names: &[&str]) -> Vec<String> {
        rows(names.iter().copied()).unwrap().into_iter().map(Experiment::id).collect()
    }

    #[test]
    fn names_are_taken_in_the_order_of_the_course_and_once() {
        assert_eq!(ids(&[]).len(), 47);
        assert_eq!(ids(&["2_6/21", "2_4/16", "2_4/8", "2_4/16"]), ["2_4/8", "2_4/16", "2_6/21"]);
        assert_eq!(ids(&["2_5", "2_5/7"]).len(), 14);
        assert!(rows(["2_4/61"].into_iter()).is_err());
    }

    #[test]
    fn seeds_are_half_open_and_reach_the_last_u32() {
        assert_eq!(only_seed("7"), Ok(7..8));
        assert_eq!(seeds("0..10"), Ok(0..10));
        assert_eq!(seeds("4294967295..4294967296"), Ok(4294967295..4294967296));
        for bad in ["5..5", "6..5", "5", "..5", "a..b", "-1..3", "0..4294967297", "0..=4"] {
            assert!(seeds(bad).is_err(), "{bad}");
        }
        for bad in ["-1", "4294967296", "x", "1.0", ""] {
            assert!(seed(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn shards_cover_every_pair_exactly_once() {
        let rows = rows(std::iter::empty()).unwrap();
        for n in [1, 2, 3, 7, 47, 500] {
            let mut joined = vec![];
            for k in 1..=n {
                joined.extend(pairs(&rows, 3..8, Shard { k, n }).unwrap());
            }
            let mut ids: Vec<_> = joined.iter().map(|(e, seed)| (e.id(), *seed)).collect();
            ids.sort();
            ids.dedup();
            assert_eq!((joined.len(), ids.len()), (47 * 5, 47 * 5), "{n} shards");
        }
    }

    #[test]
    fn bad_shards_and_endless_sweeps_are_refused() {
        for bad in ["0/3", "4/3", "x", "1", "1/0", "/", "-1/3"] {
            assert!(Shard::parse(bad).is_err(), "{bad}");
        }
        let rows = rows(std::iter::empty()).unwrap();
        assert!(pairs(&rows, 0..1 << 32, Shard::WHOLE).is_err());
        assert_eq!(pairs(&rows, 0..1 << 32, Shard { k: 5, n: 1 << 32 }).unwrap().len(), 47);
    }
}

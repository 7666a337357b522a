//! `kakunin merge`: 分けて走らせた結果をつなぐ。

use crate::failure::Failure;
use crate::output::{self, Target};
use crate::table;
use clap::ArgMatches;
use kakunin::{Error, ErrorKind, Lang, Results, course};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// So many missing pairs are named one by one.
const NAMED: usize = 20;

/// Runs the command.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let files: Vec<&PathBuf> = matches.get_many("file").unwrap_or_default().collect();
    let target = matches.get_one::<PathBuf>("json").map(|path| Target::check(path)).transpose()?;
    let read = files.iter().map(|file| Ok((file.as_path(), Results::read(file)?)));
    let mut results = join(read.collect::<Result<_, Error>>()?)?;

    let missing = missing(&results);
    if let Some(sentence) = missing_sentence(&missing) {
        output::note(&sentence);
    }
    results.complete &= missing.is_empty();
    if let Some(target) = target {
        target.write(&results.to_json()).map_err(Failure::work)?;
    }
    output::print(&table::results(&results))
}

/// All the runs in one; complete if every file is.
fn join(files: Vec<(&Path, Results)>) -> Result<Results, Error> {
    let mut files = files.into_iter();
    let Some((first, mut joined)) = files.next() else {
        return Err(Error::new(
            ErrorKind::Results,
            "つなぐファイルがありません。",
            "There is no file to merge.",
        ));
    };
    let mut from: Vec<(String, u32, &Path)> = vec![];
    from.extend(joined.runs.iter().map(|run| (run.id.clone(), run.seed, first)));
    for (file, results) in files {
        results.check(joined.mode, &joined.data).map_err(|e| {
            let (file, first) = (file.display(), first.display());
            let lang = Lang::current();
            e.of(lang.pick(
                format!("{file} は {first} とつなげません"),
                format!("{file} can't be merged with {first}"),
            ))
        })?;
        if !results.complete {
            joined.complete = false;
        }
        for run in results.runs {
            let (id, seed) = (run.id.clone(), run.seed);
            if !joined.insert(run) {
                let earlier = from.iter().find(|(i, s, _)| (i, *s) == (&id, seed)).map_or(first, |f| f.2);
                return Err(duplicate(&id, seed, earlier, file));
            }
            from.push((id, seed, file));
        }
    }
    Ok(joined)
}

/// Of the rows and seeds that occur, the pairs that don't.
fn missing(results: &Results) -> Vec<(String, u32)> {
    let ids: BTreeSet<&str> = results.runs.iter().map(|run| run.id.as_str()).collect();
    let seeds: BTreeSet<u32> = results.runs.iter().map(|run| run.seed).collect();
    let rows = course::experiments().map(|e| e.id()).filter(|id| ids.contains(id.as_str()));
    let pairs = rows.flat_map(|id| seeds.iter().map(move |&seed| (id.clone(), seed)));
    let have: BTreeSet<_> = results.runs.iter().map(|run| (run.id.as_str(), run.seed)).collect();
    pairs.filter(|(id, seed)| !have.contains(&(id.as_str(), *seed))).collect()
}

fn missing_sentence(missing: &[(String, u32)]) -> Option<String> {
    if missing.is_empty() {
        return None;
    }
    let lang = Lang::current();
    let name =
        |(id, seed): &(String, u32)| lang.pick(format!("{id} シード {seed}"), format!("{id} seed {seed}"));
    let names: Vec<_> = missing.iter().take(NAMED).map(name).collect();
    let (names, count) = (names.join(lang.pick("、", ", ")), missing.len());
    let more = if count > NAMED { lang.pick(" など", " and more") } else { "" };
    Some(lang.pick(
        format!("足りない学習が {count} 回あります: {names}{more}。"),
        format!("{count} trainings are missing: {names}{more}."),
    ))
}

fn duplicate(id: &str, seed: u32, one: &Path, other: &Path) -> Error {
    let (one, other) = (one.display(), other.display());
    Error::new(
        ErrorKind::Results,
        format!(
            "{id} シード {seed} が {one} と {other} の両方にあります。重なりのないファイルを渡してください。"
        ),
        format!("{id} seed {seed} is in both {one} and {other}; give files that don't overlap."),
    )
}

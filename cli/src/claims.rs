//! `kakunin claims`: 講座の主張を測り、判定する。

mod again;
mod page;

use crate::args::{flag, number, path, positional, sub};
use crate::failure::Failure;
use crate::output::{self, Target};
use crate::pool::{self, End};
use crate::progress::Progress;
use crate::{select, table, train};
use clap::{ArgMatches, Command};
use kakunin::claims::{self, Bench, Claim, Evidence, EvidenceFile, FEWEST_SEEDS};
use kakunin::{Error, ErrorKind, Lang, Listed, mnist};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(crate) use page::section;

pub(crate) fn command(lang: Lang) -> Command {
    let usage = lang.pick("kakunin claims [ID]... [オプション]", "kakunin claims [ID]... [OPTIONS]");
    sub("claims", lang, lang.pick("講座の主張を測って判定する", "measure the course's claims"), usage)
        .arg(
            positional("id", "ID", lang)
                .num_args(0..)
                .help(lang.pick("主張の名前（省くとすべて）", "names of claims (all if left out)")),
        )
        .arg(flag("list", lang.pick("主張の一覧", "list the claims")))
        .arg(number(
            "seeds",
            "A..B",
            lang.pick(
                "シード A から B−1 まで（既定は 0..10、--quick では 0..3）",
                "the seeds from A to B−1 (default 0..10; with --quick 0..3)",
            ),
        ))
        .arg(
            flag(
                "shipped",
                lang.pick("測らずに、付属の証拠を見る", "show the built-in evidence instead of measuring"),
            )
            .conflicts_with_all(["seeds", "quick", "resume"]),
        )
        .arg(flag(
            "tables",
            lang.pick("前に測った値の表を、もう一度測る", "measure the tables of earlier figures again"),
        ))
        .arg(flag("quick", lang.pick("短い学習で、一分ほどで", "shortened trainings, in about a minute")))
        .arg(number("jobs", "N", lang.pick("使うスレッドの数", "the number of threads")))
        .arg(path("json", "FILE", lang.pick("証拠のファイルを書く", "write an evidence file")))
        .arg(path(
            "resume",
            "FILE",
            lang.pick(
                "途中までの証拠から続ける（--json がなければ FILE に書き戻す）",
                "go on from an evidence file (written back to unless --json is given)",
            ),
        ))
        .arg(path("out", "DIR", lang.pick("ページと図を書く", "write a page and its pictures")))
}

/// Values of a claim by seed, one a part.
type Rows = BTreeMap<u32, Vec<f64>>;

/// What was asked for.
struct Asked {
    claims: Listed<Claim>,
    seeds: std::ops::Range<u64>,
    quick: bool,
    command: String,
}

/// Runs the command.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let text = |name| matches.get_one::<String>(name).map(String::as_str);
    let path = |name| matches.get_one::<PathBuf>(name).map(PathBuf::as_path);
    let names: Vec<&str> = matches.get_many::<String>("id").unwrap_or_default().map(String::as_str).collect();
    let chosen = chosen(&names)?;
    let lang = Lang::current();
    if matches.get_flag("list") {
        return output::print(&list(&chosen, lang));
    }
    if matches.get_flag("shipped") {
        return shipped(matches, &chosen, names.is_empty(), lang);
    }
    let quick = matches.get_flag("quick");
    let seeds = select::seeds(text("seeds").unwrap_or(if quick { "0..3" } else { "0..10" }))?;
    let jobs = text("jobs").map(select::jobs).transpose()?;
    if matches.get_flag("tables") {
        return again::run(seeds, jobs, lang);
    }
    let count = seeds.end - seeds.start;
    claims::enough_seeds(count as usize)?;
    select::few_enough(count * chosen.len() as u64)?;
    let earlier = path("resume").map(EvidenceFile::read).transpose()?;
    let target = path("json").or(path("resume")).map(Target::check).transpose()?;
    path("out").map_or(Ok(()), output::check_folder)?;

    let mut command = format!("kakunin claims --seeds {}..{}", seeds.start, seeds.end);
    command += if quick { " --quick" } else { "" };
    names.iter().for_each(|name| command += &format!(" {name}"));
    let asked = Asked { claims: chosen, seeds, quick, command };
    let (file, end) = measure(&asked, earlier.as_ref(), target.as_ref(), jobs)?;

    if let Some(target) = &target {
        target.write(&file.to_json()).map_err(Failure::work)?;
    }
    if let Some(dir) = path("out") {
        page::write(dir, &file, lang).map_err(Failure::work)?;
    }
    let shown = if names.is_empty() { verdicts(&file, lang) } else { texts(&file, lang) };
    output::print(&shown)?;
    match end {
        End::Done => Ok(()),
        End::Interrupted => Err(Failure::interrupted_among(None, path("json").or(path("resume")))),
    }
}

/// The evidence that comes with the command.
fn shipped(matches: &ArgMatches, chosen: &[Claim], all: bool, lang: Lang) -> Result<(), Failure> {
    let mut file = EvidenceFile::shipped()?;
    if let Some(dir) = matches.get_one::<PathBuf>("out") {
        page::write(dir, &file, lang).map_err(Failure::work)?;
    }
    if all {
        return output::print(&verdicts(&file, lang));
    }
    // What is asked for by name and isn't there is said.
    file.claims = chosen.iter().map(|claim| file.of(claim)).collect::<Result<_, Error>>()?;
    output::print(&texts(&file, lang))
}

fn chosen(names: &[&str]) -> Result<Listed<Claim>, Error> {
    let named = names.iter().map(|name| claims::find(name)).collect::<Result<Vec<_>, _>>()?;
    let is_named = |claim: &Claim| named.is_empty() || named.iter().any(|n| n.id == claim.id);
    Ok(claims::all().into_iter().filter(is_named).collect())
}

/// Measures all claims.
pub(crate) fn measure_all(quick: bool, seeds: std::ops::Range<u64>) -> Result<(EvidenceFile, End), Failure> {
    let command = format!("kakunin claims --seeds {}..{}", seeds.start, seeds.end);
    let command = if quick { command + " --quick" } else { command };
    measure(&Asked { claims: claims::all(), seeds, quick, command }, None, None, None)
}

/// Measures what an earlier file doesn't have yet; seed by seed, so that an interrupted run has as many of each claim.
fn measure(
    asked: &Asked,
    earlier: Option<&EvidenceFile>,
    target: Option<&Target>,
    jobs: Option<usize>,
) -> Result<(EvidenceFile, End), Failure> {
    if let Some(earlier) = earlier.filter(|earlier| earlier.quick != asked.quick) {
        let kind = |quick| if quick { ("短いもの", "shortened") } else { ("ふつうのもの", "full") };
        let (theirs, ours) = (kind(earlier.quick), kind(asked.quick));
        return Err(Error::new(
            ErrorKind::Results,
            format!(
                "--resume のファイルの学習は{}です（ここでは{}）。同じ条件のファイルを渡してください。",
                theirs.0, ours.0
            ),
            format!("The trainings of the --resume file are {} (wanted are {} ones).", theirs.1, ours.1),
        )
        .into());
    }
    let mut rows: Vec<Rows> = asked
        .claims
        .iter()
        .map(|claim| {
            earlier.and_then(|e| e.get(claim.id)).map(|e| e.rows().into_iter().collect()).unwrap_or_default()
        })
        .collect();
    let mut jobs_left = vec![];
    for seed in asked.seeds.clone() {
        let seed = seed as u32;
        jobs_left.extend((0..rows.len()).filter(|k| !rows[*k].contains_key(&seed)).map(|k| (k, seed)));
    }
    pool::listen();
    let progress = Arc::new(Progress::new(jobs_left.len()));
    let end = if jobs_left.is_empty() {
        End::Done
    } else {
        let bench = Bench::new(train::load(mnist::MNIST)?);
        let bench = if asked.quick { bench.quick() } else { bench };
        let (workers, _) = train::workers(jobs, jobs_left.len());
        let claims = asked.claims.clone();
        let mut next_write = Instant::now();
        let end = pool::run(
            jobs_left,
            workers,
            move |&(k, seed), stop| match claims[k].measure(&bench, seed) {
                Err(_) if stop.is_set() => Ok(None),
                values => Ok(Some((k, seed, values?))),
            },
            |(k, seed, values)| {
                progress.finished(&format!("{} {seed}", asked.claims[k].id));
                rows[k].insert(seed, values);
                if Instant::now() >= next_write
                    && let Some(target) = target
                    && let Ok(file) = file(asked, &rows, false)
                {
                    // A failure is reported when the file is written at the end.
                    let _ = target.write_for_now(&file.to_json());
                    next_write = Instant::now() + Duration::from_secs(20);
                }
            },
        );
        progress.close();
        end?
    };
    Ok((file(asked, &rows, end == End::Done)?, end))
}

/// The claims that have seeds enough, in the order of the course.
fn file(asked: &Asked, rows: &[Rows], complete: bool) -> Result<EvidenceFile, Error> {
    let judged =
        |(claim, rows): (&Claim, &Rows)| claim.judge(rows.clone().into_iter().collect(), asked.quick);
    let enough = asked.claims.iter().zip(rows).filter(|(_, rows)| rows.len() >= FEWEST_SEEDS);
    let claims = enough.map(judged).collect::<Result<Vec<Evidence>, Error>>()?;
    Ok(EvidenceFile::new(asked.command.clone(), asked.quick, complete, claims))
}

fn list(claims: &[Claim], lang: Lang) -> String {
    let header = lang.pick(["名前", "講座の文", "場所"], ["name", "the course's sentence", "place"]);
    let mut table = table::plain(&header, 3);
    claims.iter().for_each(|claim| {
        table.add_row([claim.id, claim.quote, claim.place]);
    });
    table.trim_fmt() + "\n"
}

/// A row a claim.
fn verdicts(file: &EvidenceFile, lang: Lang) -> String {
    let header = lang
        .pick(["名前", "講座の文", "判定", "シード"], ["name", "the course's sentence", "verdict", "seeds"]);
    let mut table = table::plain(&header, 3);
    for evidence in &file.claims {
        let quote = evidence.claim().map_or("", |claim| claim.quote);
        let (verdict, seeds) = (evidence.verdict.name(lang), evidence.seeds.len().to_string());
        table.add_row([&evidence.id, quote, verdict, &seeds]);
    }
    table.trim_fmt() + "\n"
}

fn texts(file: &EvidenceFile, lang: Lang) -> String {
    let texts: Vec<String> = file.claims.iter().map(|evidence| evidence.text(lang) + "\n").collect();
    texts.join("\n")
}

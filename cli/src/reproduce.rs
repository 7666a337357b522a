//! `kakunin reproduce`: 選んだ学習を並列に進め、表と結果のファイルを作る。

use crate::failure::Failure;
use crate::output::{self, Target};
use crate::pages::{self, PageRun};
use crate::pool::{self, End};
use crate::progress::Progress;
use crate::select::{self, Shard};
use crate::{table, train};
use clap::ArgMatches;
use kakunin::{Error, Experiment, Lang, Mode, Results, RunRecord, Split};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A row and a seed.
pub(crate) type Pair = (&'static Experiment, u32);

/// Runs the command.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let text = |name| matches.get_one::<String>(name).map(String::as_str);
    let path = |name| matches.get_one::<PathBuf>(name).map(PathBuf::as_path);

    let seeds =
        text("seeds").map_or_else(|| select::only_seed(text("seed").unwrap_or("0")), select::seeds)?;
    let shard = text("shard").map_or(Ok(Shard::WHOLE), Shard::parse)?;
    let jobs = text("jobs").map(select::jobs).transpose()?;
    let rows = select::rows(matches.get_many::<String>("id").unwrap_or_default().map(String::as_str))?;
    let pairs = select::pairs(&rows, seeds, shard)?;
    let mode = if matches.get_flag("exact") { Mode::Exact } else { Mode::Published };
    let data = text("data").unwrap_or(kakunin::mnist::MNIST);

    let results =
        path("resume").map_or_else(|| Ok(Results::new(mode, data)), |file| resume(file, mode, data))?;
    let target = path("json").or(path("resume")).map(Target::check).transpose()?;
    path("out").map_or(Ok(()), output::check_folder)?;

    pool::listen();
    let is_missing = |(e, seed): &&Pair| results.get(&e.id(), *seed).is_none();
    let missing: Vec<Pair> = pairs.iter().filter(is_missing).copied().collect();
    let data = if missing.is_empty() { None } else { Some(train::load(data)?) };

    let mut book = Book::new(results, target);
    let end = data.map_or(Ok(End::Done), |data| train_all(&mut book, missing, jobs, data));
    book.results.complete = pairs.iter().all(|(e, seed)| book.results.get(&e.id(), *seed).is_some());
    let written = if end.is_ok() || book.is_changed { book.close() } else { Ok(()) };
    let written = written.and_then(|()| match path("out") {
        Some(dir) => pages::write(dir, &page_runs(&book.results)?, Lang::current()),
        None => Ok(()),
    });
    // Bad input is said before a table of nothing.
    if !book.results.runs.is_empty() || end.is_ok() {
        output::print(&table::results(&book.results))?;
    }
    let end = end?;
    written.map_err(Failure::work)?;
    match end {
        End::Done => Ok(()),
        End::Interrupted => {
            let done = pairs.iter().filter(|(e, seed)| book.results.get(&e.id(), *seed).is_some()).count();
            Err(Failure::interrupted_among(Some((done, pairs.len())), path("json").or(path("resume"))))
        }
    }
}

/// What the file of an earlier run has, if it is of the same kind.
fn resume(file: &Path, mode: Mode, data: &str) -> Result<Results, Error> {
    let results = Results::read(file)?;
    results.check(mode, data).map_err(|e| e.of(file.display()))?;
    Ok(results)
}

fn train_all(
    book: &mut Book,
    mut missing: Vec<Pair>,
    jobs: Option<usize>,
    data: Arc<Split>,
) -> Result<End, Failure> {
    train::longest_first(&mut missing, |(e, _)| e);
    let (workers, threads) = train::workers(jobs, missing.len());
    let is_exact = book.results.mode == Mode::Exact;
    let progress = Arc::new(Progress::new(missing.len()));
    let bars = Arc::clone(&progress);
    let end = pool::run(
        missing,
        workers,
        move |&(row, seed), stop| {
            let e = if is_exact { row.exact() } else { *row };
            let bar = bars.start(label(&e, seed), e.iterations);
            let done = train::train(e, seed, &data, threads, stop, &bar)?;
            Ok(done.map(|(history, seconds)| RunRecord::new(row, seed, &history, seconds)))
        },
        |record| {
            progress.finished(&table::line(&record));
            book.add(record);
        },
    );
    progress.close();
    end
}

fn label(e: &Experiment, seed: u32) -> String {
    let seed = Lang::current().pick(format!("シード {seed}"), format!("seed {seed}"));
    format!("{:<8} {seed}", e.id())
}

fn page_runs(results: &Results) -> Result<Vec<PageRun>, Error> {
    let exact = results.mode == Mode::Exact;
    let page = |run: &RunRecord| {
        let title = run.experiment()?.title.to_owned();
        let (id, seed, seconds) = (run.id.clone(), run.seed, Some(run.seconds));
        Ok(PageRun { id, title, seed, history: run.history()?, seconds, exact })
    };
    results.runs.iter().map(page).collect()
}

/// The results so far, kept on disk as they come.
struct Book {
    results: Results,
    target: Option<Target>,
    next_write: Instant,
    is_changed: bool,
}

impl Book {
    fn new(mut results: Results, target: Option<Target>) -> Book {
        results.complete = false;
        Book { results, target, next_write: Instant::now(), is_changed: false }
    }

    /// A finished run. Writing may take a twentieth of the time; a failure is reported when the book closes.
    fn add(&mut self, record: RunRecord) {
        self.is_changed |= self.results.insert(record);
        let start = Instant::now();
        if let Some(target) = &self.target
            && start >= self.next_write
        {
            let _ = target.write_for_now(&self.results.to_json());
            self.next_write = Instant::now() + start.elapsed().min(Duration::from_secs(60)) * 20;
        }
    }

    fn close(&self) -> Result<(), Error> {
        self.target.as_ref().map_or(Ok(()), |target| target.write(&self.results.to_json()))
    }
}

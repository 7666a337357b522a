//! 結果の表。全角の幅に合わせて並べる。

use crate::published::published_final;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use kakunin::{Lang, Mode, Results, RunRecord};

/// A table without lines between the rows; the columns after the first `left` are numbers.
pub(crate) fn plain(header: &[&str], left: usize) -> Table {
    let mut table = Table::new();
    let line = LineStyle::none().fill('─').junction('─');
    table.load_style(TableStyle::new().header_separator(line)).set_header(header);
    // Cells are broken to fit a terminal; in a pipe every row is one line.
    table.set_content_arrangement(ContentArrangement::Dynamic);
    for column in table.column_iter_mut().skip(left) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// An accuracy, or a dash.
pub(crate) fn accuracy(value: Option<f64>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| format!("{value:.4}"))
}

/// One finished run in a line.
pub(crate) fn line(run: &RunRecord) -> String {
    let (id, seed, seconds) = (&run.id, run.seed, run.seconds);
    let outcome = outcome(run);
    let published = published_final(id).map(|p| format!("{p:.4}"));
    Lang::current().pick(
        {
            let published = published.as_ref().map(|p| format!("（公表 {p}）")).unwrap_or_default();
            format!("{id} シード {seed}: 検証 {outcome}{published}、{seconds:.1} 秒")
        },
        {
            let published = published.as_ref().map(|p| format!(" (published {p})")).unwrap_or_default();
            format!("{id} seed {seed}: test {outcome}{published}, {seconds:.1} s")
        },
    )
}

/// The table of the results: one row an experiment.
pub(crate) fn results(results: &Results) -> String {
    let lang = Lang::current();
    let rows: Vec<&[RunRecord]> = results.runs.chunk_by(|a, b| a.id == b.id).collect();
    if rows.is_empty() {
        return lang.pick("終わった学習はありません。\n", "No training is finished.\n").to_owned();
    }
    let table =
        if rows.iter().all(|runs| runs.len() == 1) { single(&rows, results.mode) } else { sweep(&rows) };
    table.trim_fmt() + "\n"
}

/// Where every experiment ran once.
fn single(rows: &[&[RunRecord]], mode: Mode) -> Table {
    let lang = Lang::current();
    let ours = match mode {
        Mode::Published => lang.pick("再現", "ours"),
        Mode::Exact => lang.pick("正したもの", "mended"),
    };
    let header = lang.pick(
        ["ID", "題", "公表", "公表の百分位", ours, "秒"],
        ["id", "title", "published", "its percentile", ours, "seconds"],
    );
    let mut table = plain(&header, 2);
    for run in rows.iter().copied().flatten() {
        let (published, place) = (accuracy(published_final(&run.id)), place(&run.id));
        table.add_row([
            run.id.clone(),
            title(run),
            published,
            place,
            outcome(run),
            format!("{:.1}", run.seconds),
        ]);
    }
    table
}

/// The percentile of the published figure among the seeds of the shipped band, or a dash.
pub(crate) fn place(id: &str) -> String {
    let band = kakunin::bands::band(id).zip(kakunin::published(id));
    band.map_or_else(
        || "—".to_owned(),
        |(band, published)| format!("{:.1}", band.percentile(published.final_test())),
    )
}

/// Where several seeds ran.
fn sweep(rows: &[&[RunRecord]]) -> Table {
    let lang = Lang::current();
    let mut header = lang
        .pick(
            ["ID", "題", "シード", "公表", "最小", "中央値", "最大", "百分位", "秒"],
            ["id", "title", "seeds", "published", "min", "median", "max", "percentile", "seconds"],
        )
        .to_vec();
    let is_diverged = |run: &&RunRecord| run.diverged_at.is_some();
    let any_diverged = rows.iter().copied().flatten().any(|run| is_diverged(&run));
    if any_diverged {
        header.push(lang.pick("発散", "diverged"));
    }
    let mut table = plain(&header, 2);
    for runs in rows {
        let mut ours: Vec<f64> = runs.iter().filter_map(RunRecord::final_test).collect();
        ours.sort_by(f64::total_cmp);
        let published = published_final(&runs[0].id);
        let percentile = published.filter(|_| !ours.is_empty()).map(|p| kakunin::percentile(p, &ours));
        let seconds: f64 = runs.iter().map(|run| run.seconds).sum();
        let mut cells =
            vec![runs[0].id.clone(), title(&runs[0]), runs.len().to_string(), accuracy(published)];
        cells.extend([ours.first().copied(), median(&ours), ours.last().copied()].map(accuracy));
        cells.push(percentile.map_or_else(|| "—".to_owned(), |p| format!("{p:.1}")));
        cells.push(format!("{seconds:.1}"));
        if any_diverged {
            let named = |run: &RunRecord| {
                let (at, seed) = (run.diverged_at?, run.seed);
                Some(lang.pick(
                    format!("発散: 反復 {at}（シード {seed}）"),
                    format!("diverged: iteration {at} (seed {seed})"),
                ))
            };
            cells.push(runs.iter().filter_map(named).collect::<Vec<_>>().join("\n"));
        }
        table.add_row(cells);
    }
    table
}

fn title(run: &RunRecord) -> String {
    run.experiment().map(|e| e.title.to_owned()).unwrap_or_default()
}

/// The final test accuracy, or where it diverged.
fn outcome(run: &RunRecord) -> String {
    match run.diverged_at {
        Some(at) => Lang::current().pick(format!("発散: 反復 {at}"), format!("diverged: iteration {at}")),
        None => accuracy(run.final_test()),
    }
}

/// The middle one, or the mean of the two in the middle.
fn median(sorted: &[f64]) -> Option<f64> {
    let n = sorted.len();
    Some((sorted.get(n.checked_sub(1)? / 2)? + sorted.get(n / 2)?) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_is_the_mean_of_the_middle_two() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(median(&[1.0, 2.0, 4.0, 9.0]), Some(3.0));
    }

    #[test]
    fn a_diverged_run_says_where() {
        let run = |seed| RunRecord {
            id: "2_4/36".to_owned(),
            seed,
            iterations: vec![],
            train: vec![],
            test: vec![],
            loss: vec![],
            seconds: 1.0,
            diverged_at: Some(1),
        };
        let mut all = Results::new(Mode::Published, "mnist");
        all.insert(run(0));
        assert!(results(&all).contains("発散: 反復 1"));
        all.insert(run(1));
        assert!(results(&all).contains("発散: 反復 1（シード 1）"));
    }
}

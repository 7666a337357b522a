//! コマンドの形と、その説明（日本語と英語）。

use crate::{lab, read, site};
use clap::builder::PathBufValueParser;
use clap::{Arg, ArgAction, Command, value_parser};
use clap_complete::Shell;
use kakunin::Lang;
use std::ffi::OsString;

pub(crate) const NAME: &str = "kakunin";

/// The language asked for with `--lang`, wherever it stands: needed before the command line can be described.
pub(crate) fn language(args: &[OsString]) -> Option<Lang> {
    let mut args =
        args.iter().skip(1).map(|arg| arg.to_str().unwrap_or_default()).take_while(|&arg| arg != "--");
    while let Some(arg) = args.next() {
        let value = if arg == "--lang" { args.next() } else { arg.strip_prefix("--lang=") };
        match value {
            Some("ja") => return Some(Lang::Ja),
            Some("en") => return Some(Lang::En),
            _ => {}
        }
    }
    None
}

/// The whole command line, described in this language.
pub(crate) fn command(lang: Lang) -> Command {
    let about = lang.pick(
        "講座の47の学習を、シードまで同じに再現する",
        "repeats the course's 47 trainings, seed for seed",
    );
    let lang_option = option("lang", "LANG", lang.pick("表示の言語（ja か en）", "the language (ja or en)"))
        .value_parser(["ja", "en"])
        .hide_possible_values(true)
        .global(true);
    let version = Arg::new("version").long("version").short('V').action(ArgAction::Version);
    let commands = [
        reproduce(lang),
        merge(lang),
        experiments(lang),
        crate::bands::command(lang),
        crate::claims::command(lang),
        crate::diagnose::command(lang),
        crate::errata::command(lang),
        crate::report::command(lang),
        grade(lang),
        crate::quiz::command(lang),
        crate::drill::command(lang),
        crate::export::command(lang),
        crate::appeals::command(lang),
        crate::check_content::command(lang),
        lab::command(lang),
        site::command(lang),
        read::command(lang),
        data(lang),
        clean(lang),
        completions(lang),
    ];
    sub(NAME, lang, about, lang.pick("kakunin コマンド [オプション]", "kakunin COMMAND [OPTIONS]"))
        .version(env!("CARGO_PKG_VERSION"))
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .subcommand_help_heading(lang.pick("コマンド", "Commands"))
        .arg(lang_option)
        .arg(version.help(lang.pick("版を表示する", "print the version")))
        .subcommands(commands)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .after_help(lang.pick(
            "終了コード: 0 完了、1 失敗、2 使い方や入力の誤り、130 中断",
            "Exit codes: 0 done, 1 failed, 2 usage or bad input, 130 interrupted",
        ))
}

fn reproduce(lang: Lang) -> Command {
    let usage =
        lang.pick("kakunin reproduce [ID|節]... [オプション]", "kakunin reproduce [ID|FAMILY]... [OPTIONS]");
    sub("reproduce", lang, lang.pick("学習を再現する", "repeat trainings"), usage)
        .arg(
            positional("id", lang.pick("ID|節", "ID|FAMILY"), lang)
                .num_args(0..)
                .help(lang.pick("2_4/16 や 2_4（省くと47すべて）", "2_4/16 or 2_4 (all 47 if left out)")),
        )
        .arg(
            number("seed", "N", lang.pick("シード（既定は 0）", "the seed (default 0)"))
                .conflicts_with("seeds"),
        )
        .arg(number("seeds", "A..B", lang.pick("シード A から B−1 まで", "the seeds from A to B−1")))
        .arg(number(
            "jobs",
            "N",
            lang.pick(
                "使うスレッドの数。学習を並べて走らせ、余りは正答率を数えるのに使う（既定はコアの数）",
                "threads: trainings run side by side, spare ones count hits (default: the number of cores)",
            ),
        ))
        .arg(flag("exact", lang.pick("原典の書き誤りを正して学習する", "mend the slips of the originals")))
        .arg(option(
            "data",
            "NAME",
            lang.pick(
                "データの名前（既定は mnist、kakunin data list）",
                "the data set (default mnist; kakunin data list)",
            ),
        ))
        .arg(path("json", "FILE", lang.pick("結果のファイルを書く", "write a results file")))
        .arg(path(
            "resume",
            "FILE",
            lang.pick(
                "途中までの結果から続ける（--json がなければ FILE に書き戻す）",
                "go on from a results file (written back to unless --json is given)",
            ),
        ))
        .arg(path("out", "DIR", lang.pick("結果のページを書く", "write the pages of the results")))
        .arg(number(
            "shard",
            "K/N",
            lang.pick(
                "（実験、シード）の組を N に分けた K 番目だけ",
                "only the K-th of N parts of the (row, seed) pairs",
            ),
        ))
}

fn merge(lang: Lang) -> Command {
    let usage = lang.pick("kakunin merge FILE... [オプション]", "kakunin merge FILE... [OPTIONS]");
    sub("merge", lang, lang.pick("分けて走らせた結果をつなぐ", "join results that ran apart"), usage)
        .arg(
            positional("file", "FILE", lang)
                .num_args(1..)
                .required(true)
                .value_parser(PathBufValueParser::new())
                .help(lang.pick("--json で書いた結果のファイル", "results files written with --json")),
        )
        .arg(path("json", "FILE", lang.pick("つないだ結果のファイルを書く", "write the joined results")))
}

fn experiments(lang: Lang) -> Command {
    let usage = lang.pick("kakunin experiments [オプション]", "kakunin experiments [OPTIONS]");
    sub("experiments", lang, lang.pick("47の学習の一覧", "list the 47 trainings"), usage)
        .arg(flag(
            "slips",
            lang.pick("原典の書き誤りと、その効き目", "the slips of the originals and what they do"),
        ))
        .arg(
            flag(
                "measure",
                lang.pick("書き誤りの効き目を測りなおす（一分ほど）", "measure that anew (about a minute)"),
            )
            .requires("slips"),
        )
        .arg(
            number(
                "seed",
                "N",
                lang.pick("測るときのシード（既定は 0）", "the seed to measure with (default 0)"),
            )
            .requires("measure"),
        )
        .arg(
            path(
                "json",
                "FILE",
                lang.pick("JSON で印字する。FILE があればそこに書く", "print JSON, or write it to FILE"),
            )
            .num_args(0..=1),
        )
}

fn grade(lang: Lang) -> Command {
    let usage = lang.pick("kakunin grade FILE [オプション]", "kakunin grade FILE [OPTIONS]");
    sub(
        "grade",
        lang,
        lang.pick("確認テストの答えを採点する", "grade answers to the confirmation tests"),
        usage,
    )
    .arg(positional("file", "FILE", lang).required(true).value_parser(PathBufValueParser::new()).help(
        lang.pick(
            "一行に一つの {\"q\", \"answer\"}（- は標準入力）",
            "one {\"q\", \"answer\"} a line (- is standard input)",
        ),
    ))
    .arg(flag(
        "json",
        lang.pick("結果も一行に一つの JSON で印字する", "print one JSON a line, in the same order"),
    ))
}

fn data(lang: Lang) -> Command {
    let name =
        || positional("name", "NAME", lang).help(lang.pick("データの名前", "the name of the data set"));
    let dir = positional("dir", "DIR", lang).required(true).value_parser(PathBufValueParser::new());
    let verify = sub(
        "verify",
        lang,
        lang.pick(
            "データの SHA-256 を調べる（省くとすべて）",
            "check the SHA-256 of the data (all if left out)",
        ),
        lang.pick("kakunin data verify [NAME]", "kakunin data verify [NAME]"),
    );
    let list = sub("list", lang, lang.pick("選べるデータ", "the data sets"), "kakunin data list");
    let import = sub(
        "import",
        lang,
        lang.pick("MNIST と同じ形のデータを取り込む", "take in data of MNIST's form"),
        "kakunin data import NAME DIR [--replace]",
    );
    let remove = sub(
        "remove",
        lang,
        lang.pick("取り込んだデータを消す", "remove imported data"),
        "kakunin data remove NAME",
    );
    sub(
        "data",
        lang,
        lang.pick("データを調べる、取り込む、消す", "check, import and remove data"),
        lang.pick("kakunin data コマンド", "kakunin data COMMAND"),
    )
    .subcommand_help_heading(lang.pick("コマンド", "Commands"))
    .disable_help_subcommand(true)
    .subcommand_required(true)
    .arg_required_else_help(true)
    .subcommand(verify.arg(name()))
    .subcommand(list)
    .subcommand(
        import
            .arg(name().required(true))
            .arg(dir.help(lang.pick("四つのファイルのあるフォルダー", "the folder with the four files")))
            .arg(flag("replace", lang.pick("同じ名前のデータと置き換える", "replace the data of that name"))),
    )
    .subcommand(remove.arg(name().required(true)))
}

fn clean(lang: Lang) -> Command {
    let about = lang.pick("展開したデータのキャッシュを消す", "remove the unpacked data");
    sub("clean", lang, about, lang.pick("kakunin clean [--dry-run]", "kakunin clean [--dry-run]"))
        .arg(flag("dry-run", lang.pick("消さずに、消すものを示す", "only say what would be removed")))
}

fn completions(lang: Lang) -> Command {
    let about = lang.pick("シェルの補完スクリプトを印字する", "print a completion script for a shell");
    sub("completions", lang, about, "kakunin completions SHELL").arg(
        positional("shell", "SHELL", lang)
            .required(true)
            .value_parser(value_parser!(Shell))
            .hide_possible_values(true)
            .help("bash, elvish, fish, powershell, zsh"),
    )
}

/// A command with its help in this language, clap's own English words replaced.
pub(crate) fn sub(name: &'static str, lang: Lang, about: &'static str, usage: &'static str) -> Command {
    let template = lang.pick(
        "{about}\n\n使い方: {usage}\n\n{all-args}{after-help}\n",
        "{about}\n\nUsage: {usage}\n\n{all-args}{after-help}\n",
    );
    let help = Arg::new("help").long("help").short('h').action(ArgAction::Help);
    Command::new(name)
        .about(about)
        .help_template(template)
        .override_usage(usage)
        .disable_help_flag(true)
        .next_help_heading(lang.pick("オプション", "Options"))
        .arg(help.help(lang.pick("この説明を表示する", "print this help")))
}

pub(crate) fn positional(name: &'static str, value: &'static str, lang: Lang) -> Arg {
    Arg::new(name).value_name(value).help_heading(lang.pick("引数", "Arguments"))
}

pub(crate) fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

/// Takes even `-1`, to say itself what is wrong with it.
pub(crate) fn number(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    option(name, value, help).allow_hyphen_values(true)
}

pub(crate) fn path(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    option(name, value, help).value_parser(PathBufValueParser::new())
}

pub(crate) fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

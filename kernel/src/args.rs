//! The command line.

use clap::{Arg, ArgAction, ArgMatches, Command};
use kakunin::Lang;
use std::path::PathBuf;

/// What the program is asked to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Run the kernel of a connection file: what Jupyter asks.
    Start(PathBuf),
    Install {
        place: Place,
        name: String,
        source: Option<PathBuf>,
    },
    Uninstall {
        place: Place,
        name: String,
    },
    Doctor {
        place: Place,
        name: String,
    },
    Back(PathBuf),
    Inside(PathBuf),
    FirstSession(PathBuf),
    FirstSessionInside,
    Fill(PathBuf),
    FillInside(PathBuf),
    Pretend,
}

/// For whom a kernel is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// the user's own Jupyter folder
    User,
    /// the Python environment that `python3` belongs to
    SysPrefix,
    /// `DIR/share/jupyter`
    Prefix(PathBuf),
}

/// The name under which Jupyter knows the kernel.
pub(crate) const NAME: &str = "kakunin";

pub(crate) fn read(lang: Lang) -> Order {
    order(&command(lang).get_matches())
}

fn order(matches: &ArgMatches) -> Order {
    let path = |matches: &ArgMatches| matches.get_one::<PathBuf>("path").cloned().unwrap_or_default();
    let name = |matches: &ArgMatches| matches.get_one::<String>("name").cloned().unwrap_or_default();
    match matches.subcommand() {
        Some(("install", sub)) => Order::Install {
            place: place(sub),
            name: name(sub),
            source: sub.get_one::<PathBuf>("source").cloned(),
        },
        Some(("uninstall", sub)) => Order::Uninstall { place: place(sub), name: name(sub) },
        Some(("doctor", sub)) => Order::Doctor { place: place(sub), name: name(sub) },
        Some(("back", sub)) => Order::Back(path(sub)),
        Some(("inside", sub)) => Order::Inside(path(sub)),
        Some(("first-session", sub)) => Order::FirstSession(path(sub)),
        Some(("first-session-inside", _)) => Order::FirstSessionInside,
        Some(("fill", sub)) => Order::Fill(path(sub)),
        Some(("fill-inside", sub)) => Order::FillInside(path(sub)),
        Some(("pretend", _)) => Order::Pretend,
        _ => Order::Start(path(matches)),
    }
}

fn place(matches: &ArgMatches) -> Place {
    match matches.get_one::<PathBuf>("prefix") {
        Some(prefix) => Place::Prefix(prefix.clone()),
        None if matches.get_flag("sys-prefix") => Place::SysPrefix,
        None => Place::User,
    }
}

fn command(lang: Lang) -> Command {
    let path = || Arg::new("path").value_parser(clap::value_parser!(PathBuf));
    let hidden = |name: &'static str| Command::new(name).hide(true).arg(path().required(true));
    Command::new("kakunin-kernel")
        .version(env!("CARGO_PKG_VERSION"))
        .about(lang.pick("Jupyter カーネル「Rust (kakunin)」", "The Jupyter kernel \"Rust (kakunin)\""))
        .args_conflicts_with_subcommands(true)
        .arg_required_else_help(true)
        .arg(path().value_name("CONNECTION_FILE").help(lang.pick(
            "Jupyter が渡す接続ファイル（ふつうは Jupyter が起動する）",
            "the connection file that Jupyter hands over (usually Jupyter starts this)",
        )))
        .subcommand(
            with_place(lang, "install")
                .about(lang.pick(
                    "カーネルを Jupyter に登録し、最初のセルのための準備をする",
                    "register the kernel with Jupyter and prepare for the first cell",
                ))
                .arg(
                    Arg::new("source")
                        .long("source")
                        .value_name("DIR")
                        .value_parser(clap::value_parser!(PathBuf))
                        .help(lang.pick(
                            "kakunin のリポジトリ（既定: ビルドした場所）",
                            "the repository of kakunin (default: where this was built)",
                        )),
                ),
        )
        .subcommand(
            with_place(lang, "uninstall")
                .about(lang.pick("登録と準備を消す", "remove the registration and what was prepared")),
        )
        .subcommand(with_place(lang, "doctor").about(
            lang.pick(
                "動くかどうかを確かめ、直し方を言う",
                "check whether all works, and say how to mend it",
            ),
        ))
        .subcommand(hidden("back"))
        .subcommand(hidden("inside"))
        .subcommand(hidden("first-session"))
        .subcommand(Command::new("first-session-inside").hide(true))
        .subcommand(hidden("fill"))
        .subcommand(hidden("fill-inside"))
        .subcommand(Command::new("pretend").hide(true))
}

fn with_place(lang: Lang, name: &'static str) -> Command {
    Command::new(name)
        .arg(
            Arg::new("user")
                .long("user")
                .action(ArgAction::SetTrue)
                .conflicts_with_all(["sys-prefix", "prefix"])
                .help(lang.pick("自分だけに（既定）", "for this user only (the default)")),
        )
        .arg(
            Arg::new("sys-prefix")
                .long("sys-prefix")
                .action(ArgAction::SetTrue)
                .conflicts_with("prefix")
                .help(lang.pick("いまの Python 環境に", "in the Python environment in use")),
        )
        .arg(
            Arg::new("prefix")
                .long("prefix")
                .value_name("DIR")
                .value_parser(clap::value_parser!(PathBuf))
                .help(lang.pick(
                    "DIR/share/jupyter に（皆で共有する）",
                    "in DIR/share/jupyter, shared by all users",
                )),
        )
        .arg(
            Arg::new("name")
                .long("name")
                .value_name("NAME")
                .default_value(NAME)
                .help(lang.pick("Jupyter での名前", "the name in Jupyter")),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Order, clap::Error> {
        let words = std::iter::once(&"kakunin-kernel").chain(words);
        command(Lang::En).try_get_matches_from(words).map(|matches| order(&matches))
    }

    #[test]
    fn a_lone_path_is_a_connection_file() {
        assert_eq!(read(&["/run/kernel-1.json"]).unwrap(), Order::Start("/run/kernel-1.json".into()));
    }

    #[test]
    fn install_goes_to_the_user_unless_told_otherwise() {
        let of = |words: &[&str]| match read(words).unwrap() {
            Order::Install { place, name, .. } => (place, name),
            other => panic!("{other:?}"),
        };
        assert_eq!(of(&["install"]), (Place::User, NAME.to_owned()));
        assert_eq!(of(&["install", "--sys-prefix"]).0, Place::SysPrefix);
        assert_eq!(
            of(&["install", "--prefix", "/opt/x", "--name", "rust-dl"]),
            (Place::Prefix("/opt/x".into()), "rust-dl".to_owned())
        );
    }

    #[test]
    fn two_places_at_once_are_refused() {
        assert!(read(&["install", "--user", "--sys-prefix"]).is_err());
    }
}

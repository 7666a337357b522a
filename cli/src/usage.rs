//! 使い方の誤りを、選んだ言語の一文にする。

use clap::error::{ContextKind, ContextValue, ErrorKind as Clap};
use clap::{Command, Error as ClapError};
use kakunin::{Error, ErrorKind};
use std::ffi::OsString;

/// The sentence for an error that clap found: what was given, what is wanted, where the help is.
pub(crate) fn error(e: &ClapError, command: &Command, args: &[OsString]) -> Error {
    let get = |kind| texts(e.get(kind)).join(", ");
    let args_of = |kind| texts(e.get(kind)).iter().map(|arg| bare(arg)).collect::<Vec<_>>().join(", ");
    let arg = args_of(ContextKind::InvalidArg);
    let value = get(ContextKind::InvalidValue);
    let (ja, en) = match e.kind() {
        Clap::UnknownArgument if arg.starts_with('-') => {
            (format!("{arg} というオプションはありません"), format!("There is no option {arg}"))
        }
        Clap::UnknownArgument => {
            (format!("「{arg}」は余分です"), format!("\"{arg}\" is one argument too many"))
        }
        Clap::InvalidSubcommand => {
            let name = get(ContextKind::InvalidSubcommand);
            (format!("「{name}」というコマンドはありません"), format!("There is no command \"{name}\""))
        }
        Clap::InvalidValue if value.is_empty() => {
            (format!("{arg} の値がありません"), format!("{arg} lacks its value"))
        }
        Clap::InvalidValue | Clap::ValueValidation => {
            let valid = get(ContextKind::ValidValue);
            let (valid_ja, valid_en) = match valid.as_str() {
                "" => (String::new(), String::new()),
                valid => (format!("（使えるのは {valid}）"), format!(" (possible: {valid})")),
            };
            (
                format!("{arg} に「{value}」は使えません{valid_ja}"),
                format!("{arg} can't be \"{value}\"{valid_en}"),
            )
        }
        Clap::TooManyValues | Clap::WrongNumberOfValues | Clap::TooFewValues => (
            format!("{arg} は値を取りません（「{value}」が渡されました）"),
            format!("{arg} takes no value (\"{value}\" was given)"),
        ),
        Clap::ArgumentConflict => conflict(&arg, &args_of(ContextKind::PriorArg)),
        Clap::MissingRequiredArgument if arg.starts_with('-') => {
            (format!("{arg} も要ります"), format!("{arg} is needed too"))
        }
        Clap::MissingRequiredArgument => (format!("{arg} がありません"), format!("{arg} is missing")),
        Clap::MissingSubcommand => return no_command(command, args),
        Clap::InvalidUtf8 => ("引数が UTF-8 ではありません".to_owned(), "An argument isn't UTF-8".to_owned()),
        kind => (format!("引数に誤りがあります（{kind:?}）"), format!("The arguments are wrong ({kind:?})")),
    };
    let kinds = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let near = kinds.into_iter().find_map(|kind| texts(e.get(kind)).pop());
    sentence(ja, en, near, &path(command, args))
}

/// The sentence when the command is missing.
pub(crate) fn no_command(command: &Command, args: &[OsString]) -> Error {
    let ja = "コマンドがありません".to_owned();
    sentence(ja, "The command is missing".to_owned(), None, &path(command, args))
}

fn conflict(arg: &str, prior: &str) -> (String, String) {
    if arg == prior || prior.is_empty() {
        return (format!("{arg} が二度渡されました"), format!("{arg} was given twice"));
    }
    (format!("{arg} と {prior} は一緒に使えません"), format!("{arg} and {prior} don't go together"))
}

fn sentence(ja: String, en: String, near: Option<String>, path: &str) -> Error {
    let (near_ja, near_en) = match near {
        Some(near) => (format!("。もしかして {near}"), format!("; did you mean {near}?")),
        None => (String::new(), String::new()),
    };
    Error::new(
        ErrorKind::Setting,
        format!("{ja}{near_ja}（使い方は {path} --help）。"),
        format!("{en}{near_en} (see {path} --help)."),
    )
}

/// `--json` for `--json <FILE>`, `FILE` for `<FILE>...`.
fn bare(arg: &str) -> String {
    let name = arg.split_once([' ', '=']).map_or(arg, |(name, _)| name);
    name.trim_end_matches("...").trim_matches(['<', '>', '[', ']']).to_owned()
}

fn texts(value: Option<&ContextValue>) -> Vec<String> {
    match value {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        Some(ContextValue::StyledStr(text)) => vec![text.to_string()],
        Some(ContextValue::StyledStrs(texts)) => texts.iter().map(ToString::to_string).collect(),
        _ => vec![],
    }
}

/// `kakunin data import` for arguments that lead there.
fn path(command: &Command, args: &[OsString]) -> String {
    let (mut command, mut path) = (command, command.get_name().to_owned());
    for arg in args.iter().skip(1).filter_map(|arg| arg.to_str()) {
        if let Some(found) = command.find_subcommand(arg) {
            command = found;
            path = format!("{path} {}", found.get_name());
        }
    }
    path
}

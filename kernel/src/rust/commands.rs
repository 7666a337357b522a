//! The lines with `:` at the head of a cell: evcxr's, and what we add to or keep from them.

use super::failed;
use crate::template::Description;
use kakunin::Lang;
use kakunin_jupyter::CellError;
use semver::{Version, VersionReq};

/// How a cell is to be run, and what is left of it for evcxr.
///
/// Taken lines are left empty, so that every other line keeps its number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Orders {
    pub(super) code: String,
    /// `:time`: say how long it took
    pub(super) time: bool,
    /// `:bench`: run it again and again, and say how long it takes
    pub(super) bench: bool,
    /// `:opt`
    pub(super) opt: Option<Opt>,
    /// `:last_error`
    pub(super) last_error: bool,
    /// `:help`
    pub(super) help: bool,
    /// `:vars`
    pub(super) vars: bool,
    /// `:clear`: evcxr forgets what was defined before
    pub(super) clear: bool,
    /// `:fmt` or `:types`: evcxr's own display is wanted, or (`:fmt {:?}`) no longer
    pub(super) plain_debug: Option<bool>,
    /// `:efmt`: evcxr's own text for a failed `?` is wanted
    pub(super) error_format: bool,
}

/// A choice of rustc's `opt-level`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Opt {
    /// by what is in the cell
    Automatic,
    Level(String),
}

/// Commands of evcxr that would take the session away from the template it stands on.
pub(super) const MANAGED: [&str; 8] = [
    ":linker",
    ":toolchain",
    ":allow_static_linking",
    ":codegen_backend",
    ":sccache",
    ":cache",
    ":time_passes",
    ":preserve_vars_on_panic",
];

/// What `:help` says of our own commands.
pub(super) const HELP: [(&str, &str, &str); 5] = [
    (":time", "セルのコンパイルと実行の時間を表示する", "Say how long the cell took to compile and to run"),
    (
        ":bench",
        "セルを繰り返し実行して時間を測る（最適化あり）",
        "Run the cell repeatedly and measure it (optimised)",
    ),
    (
        ":opt",
        "最適化: 0〜3、auto。コードのあるセルの先頭に書けば、そのセルだけ",
        "Optimisation: 0 to 3, auto; at the head of a cell with code, for that cell only",
    ),
    (":last_error", "最後のエラーをもう一度表示する", "Show the last error again"),
    ("名前? / name?", "変数や関数の説明を表示する", "Show what is known of a variable or function"),
];

/// Reads the command lines of a cell.
pub(super) fn read(code: &str, known: &Description) -> Result<Orders, CellError> {
    let mut orders = Orders::default();
    let mut at_head = true;
    for line in code.split_inclusive('\n') {
        let text = line.trim();
        let command = text.starts_with(':') && at_head;
        at_head &= command || text.is_empty() || text.starts_with("//");
        if command && orders.take(text, known)? {
            orders.code.extend(line.chars().filter(|&c| c == '\n'));
        } else {
            orders.code.push_str(line);
        }
    }
    Ok(orders)
}

impl Orders {
    /// Whether there is anything but comments and blank lines left.
    pub(super) fn has_code(&self) -> bool {
        self.code.lines().any(|line| !line.trim().is_empty() && !line.trim().starts_with("//"))
    }

    /// Whether the line is ours.
    fn take(&mut self, line: &str, known: &Description) -> Result<bool, CellError> {
        let (command, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        match command {
            ":time" => self.time = true,
            ":bench" => self.bench = true,
            ":last_error" => self.last_error = true,
            ":help" => {
                self.help = true;
                return Ok(false);
            }
            ":vars" => self.vars = true,
            ":clear" => {
                self.clear = true;
                return Ok(false);
            }
            ":opt" => self.opt = Some(optimisation(rest)?),
            ":fmt" => {
                self.plain_debug = Some(!rest.is_empty() && rest != "{:?}");
                return Ok(false);
            }
            ":types" => {
                self.plain_debug = Some(true);
                return Ok(false);
            }
            ":efmt" if !rest.is_empty() => {
                self.error_format = true;
                return Ok(false);
            }
            ":dep" => return already_there(rest, known),
            ":quit" => {
                return Err(failed(
                    "カーネルは終了できません。ノートブックの「カーネルのシャットダウン」を使ってください。",
                    "A cell can't end the kernel; use \"Shut Down Kernel\" of the notebook.",
                ));
            }
            _ if MANAGED.contains(&command) => {
                return Err(failed(
                    &format!(
                        "{command} は使えません。コンパイルの方法はこのカーネルが決めています（:opt は使えます）。"
                    ),
                    &format!(
                        "{command} is not available: this kernel decides how cells are compiled (:opt is)."
                    ),
                ));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn optimisation(level: &str) -> Result<Opt, CellError> {
    match level {
        "" | "auto" => Ok(Opt::Automatic),
        "0" | "1" | "2" | "3" | "s" | "z" => Ok(Opt::Level(level.to_owned())),
        other => Err(failed(
            &format!(":opt は 0、1、2、3、auto のどれかです（{other} が渡されました）。"),
            &format!(":opt takes 0, 1, 2, 3 or auto (it was given {other})."),
        )),
    }
}

/// A `:dep` line that asks for a crate the prelude brings: nothing to do, unless it asks for another version.
fn already_there(line: &str, known: &Description) -> Result<bool, CellError> {
    let (name, wanted) =
        line.split_once('=').map_or((line, ""), |(name, wanted)| (name.trim(), wanted.trim()));
    // `:dep ./path/to/kakunin` and `:dep ..`: a folder.
    if name.starts_with(['.', '/']) {
        return Ok(package_name(name).is_some_and(|package| package == "kakunin"));
    }
    let name = name.trim();
    let version = if name == "kakunin" {
        Some(&known.version)
    } else {
        known.companion.iter().find(|(companion, _)| companion == name).map(|(_, version)| version)
    };
    let Some(version) = version else { return Ok(false) };
    let asked = asked_version(wanted);
    let fits = |asked: &String| {
        let (Ok(asked), Ok(version)) = (VersionReq::parse(asked), Version::parse(version)) else {
            return true;
        };
        asked.matches(&version)
    };
    if asked.as_ref().is_none_or(fits) {
        return Ok(true);
    }
    let asked = asked.unwrap_or_default();
    Err(failed(
        &format!(
            "{name} は {version} が組み込まれていて、{asked} には替えられません。`:dep` の行を消すか、`{name} = \"{version}\"` にしてください。"
        ),
        &format!(
            "{name} {version} is built in and can't be exchanged for {asked}; delete the `:dep` line, or make it `{name} = \"{version}\"`."
        ),
    ))
}

/// The version in the right-hand side of a dependency: `"0.17"`, or a table with `version`.
fn asked_version(wanted: &str) -> Option<String> {
    let table: toml::Table = format!("dep = {wanted}").parse().ok()?;
    match table.get("dep")? {
        toml::Value::String(version) => Some(version.clone()),
        toml::Value::Table(fields) => fields.get("version")?.as_str().map(str::to_owned),
        _ => None,
    }
}

fn package_name(folder: &str) -> Option<String> {
    let text = std::fs::read_to_string(std::path::Path::new(folder).join("Cargo.toml")).ok()?;
    let manifest: toml::Table = text.parse().ok()?;
    manifest.get("package")?.get("name")?.as_str().map(str::to_owned)
}

/// What a learner can write for the beginning of a command: ours, and evcxr's (`theirs`) as far as they are to be had.
pub(super) fn completed(begun: &str, theirs: impl Iterator<Item = String>) -> Vec<String> {
    let ours = HELP.iter().map(|(name, ..)| (*name).to_owned()).filter(|name| name.starts_with(':'));
    let mut names: Vec<String> = ours
        .chain(theirs.filter(|name| !MANAGED.contains(&name.as_str()) && name != ":quit"))
        .filter(|name| name.starts_with(begun))
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Our own commands, in the form of evcxr's help.
pub(super) fn help() -> String {
    HELP.iter().map(|(name, ja, en)| format!("{name:<17} {}\n", Lang::current().pick(ja, en))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Description {
        Description {
            key: String::new(),
            toolchain: String::new(),
            cargo: "cargo".into(),
            rustc: "rustc".into(),
            manifest: String::new(),
            companion: vec![("ndarray".to_owned(), "0.17.2".to_owned())],
            version: "0.1.0".to_owned(),
            libraries: Vec::new(),
            made_from: "/r".into(),
            files: Vec::new(),
        }
    }

    fn read(code: &str) -> Orders {
        super::read(code, &known()).unwrap()
    }

    fn refused(code: &str) -> String {
        super::read(code, &known()).unwrap_err().evalue
    }

    #[test]
    fn our_commands_are_taken_and_every_other_line_keeps_its_number() {
        let orders = read(":time\n:opt 2\n// note\n:bench\nlet x = 1;\n");
        assert!(orders.time && orders.bench && orders.has_code());
        assert_eq!(orders.opt, Some(Opt::Level("2".to_owned())));
        assert_eq!(orders.code, "\n\n// note\n\nlet x = 1;\n");
    }

    #[test]
    fn evcxrs_commands_are_left_to_it() {
        for code in [":dep itoa = \"1\"", ":clear\nlet x = 1;", ":types", ":fmt {:#?}"] {
            assert_eq!(read(code).code, code);
        }
        assert_eq!(read(":types").plain_debug, Some(true));
        assert_eq!(read(":fmt {:#?}").plain_debug, Some(true));
        assert_eq!(read(":fmt {:?}").plain_debug, Some(false));
    }

    #[test]
    fn a_format_for_errors_is_evcxrs_to_use() {
        assert!(read(":efmt {:?}").error_format);
        assert!(!read(":efmt").error_format);
    }

    #[test]
    fn commands_are_completed_with_ours_and_without_those_that_are_not_to_be_had() {
        let theirs = [":vars", ":time_passes", ":types", ":linker"].map(str::to_owned).into_iter();
        assert_eq!(completed(":t", theirs), [":time", ":types"]);
    }

    #[test]
    fn a_colon_below_the_first_statement_is_no_command() {
        let code = "let x = \"\n:time\n\";";
        assert_eq!(read(code), Orders { code: code.to_owned(), ..Orders::default() });
    }

    #[test]
    fn a_cell_of_commands_and_comments_has_no_code() {
        assert!(!read(":opt 2\n\n// only this").has_code());
    }

    #[test]
    fn a_dependency_that_is_built_in_needs_nothing() {
        for line in [
            ":dep ndarray",
            ":dep ndarray = \"0.17\"",
            ":dep ndarray = \"*\"",
            ":dep ndarray = { version = \"0.17.1\", features = [\"rayon\"] }",
            ":dep kakunin = { path = \"..\" }",
            ":dep kakunin = \"0.1\"",
        ] {
            assert_eq!(read(line).code, "", "{line}");
        }
    }

    #[test]
    fn another_version_of_what_is_built_in_is_refused() {
        for line in
            [":dep ndarray = \"0.16\"", ":dep ndarray = { version = \"=0.17.1\" }", ":dep kakunin = \"2\""]
        {
            let said = refused(line);
            assert!(said.contains("`:dep`"), "{said}");
        }
    }

    #[test]
    fn the_folder_of_the_companion_is_recognised() {
        let folder = tempfile::tempdir().unwrap();
        let line = format!(":dep {}", folder.path().display());
        assert_eq!(read(&line).code, line);
        std::fs::write(folder.path().join("Cargo.toml"), "[package]\nname = \"kakunin\"\n").unwrap();
        assert_eq!(read(&line).code, "");
    }

    #[test]
    fn what_would_take_the_session_off_its_template_is_refused() {
        for command in MANAGED {
            assert!(refused(command).contains(command));
        }
        assert!(!refused(":quit").is_empty());
        assert!(refused(":opt fast").contains("fast"));
    }
}

//! The process that owns the interpreter. It outlives the front for a restart: what rust-analyzer has loaded stays.

use crate::failure::Failure;
use crate::layout::{SessionDir, TemplateDir};
use crate::rust::{Interrupter, Patience, Rust, plain};
use crate::template::{self, Description, Fault, Progress, Sources};
use crate::{stage, tool};
use kakunin::Lang;
use kakunin_jupyter::remote::{Cause, Ended, Stop, Warming, serve_interpreter};
use kakunin_runtime::Channel;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::getppid;
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Begins a line on stderr that is meant for the learner.
pub(crate) const TOLD: &str = "kakunin-kernel> ";

/// Begins a line on stderr that says why the back has to end.
pub(crate) const FAILED: &str = "kakunin-kernel! ";

/// How long a back waits for the front that a restart promised.
const RESTART: Duration = Duration::from_secs(30);

/// How often a back that waits looks whether it still has to.
const LOOK: Duration = Duration::from_millis(200);

/// Where a front and its back meet.
#[derive(Debug, Clone)]
pub(crate) struct Address(PathBuf);

impl Address {
    /// The place for a connection file: the same for the front after a restart, and only for the same program.
    pub(crate) fn for_connection(file: &Path) -> Result<Address, Failure> {
        let dir = meeting_place().map_err(|error| Failure::writing(&std::env::temp_dir(), &error))?;
        let mut hash = Sha256::new();
        hash.update(file.as_os_str().as_encoded_bytes());
        // The key in it makes the name unguessable, and another kernel's.
        hash.update(fs::read(file).unwrap_or_default());
        if let Ok(exe) = std::env::current_exe() {
            hash.update(exe.as_os_str().as_encoded_bytes());
            hash.update(format!("{:?}", fs::metadata(&exe).and_then(|about| about.modified()).ok()));
        }
        Ok(Address(dir.join(&tool::hex(&hash.finalize())[..16])))
    }

    pub(crate) fn socket(&self) -> &Path {
        &self.0
    }
}

/// A folder of this user's that nobody else can enter.
fn meeting_place() -> io::Result<PathBuf> {
    let base = dirs::runtime_dir().unwrap_or_else(std::env::temp_dir);
    let dir = base.join(format!("kakunin-{}", nix::unistd::getuid()));
    if let Err(error) = fs::create_dir(&dir)
        && error.kind() != io::ErrorKind::AlreadyExists
    {
        return Err(error);
    }
    // Fails for a folder that somebody else made.
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o700))?;
    Ok(dir)
}

/// Starts a back that will listen at `address`.
pub(crate) fn spawn(address: &Address) -> Result<Child, Failure> {
    let failed = |error: io::Error| Failure::Evaluator(error.to_string());
    Command::new(std::env::current_exe().map_err(failed)?)
        .arg("back")
        .arg(address.socket())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // What ends the front's process group is not for us: we hear of the front's end by the socket.
        .process_group(0)
        .spawn()
        .map_err(failed)
}

/// The first half: finds (or makes) the template, makes the session's folder, and begins again inside it.
pub(crate) fn run(socket: &Path) -> Result<(), Failure> {
    sweep();
    let (template, known) = choose_template()?;
    // A read-only store need not be cleared.
    let _ = tool::clear_old(&template::own_cells(&known));
    let writing = |error: io::Error| Failure::writing(&std::env::temp_dir(), &error);
    let root = tempfile::Builder::new()
        .prefix(&format!("{SESSION_PREFIX}{}-", std::process::id()))
        // The cells lie in it.
        .permissions(fs::Permissions::from_mode(0o700))
        .tempdir()
        .and_then(|dir| fs::canonicalize(dir.keep()))
        .map_err(writing)?;
    let session = SessionDir::new(root);
    let mut again = stage::set(&session, &template, &known).map_err(writing)?;
    // Returns only if it fails.
    Err(Failure::Evaluator(again.arg("inside").arg(socket).exec().to_string()))
}

const SESSION_PREFIX: &str = "kakunin-session-";

/// Removes the folders of sessions whose process is gone without having done it.
fn sweep() {
    for entry in fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let owner =
            name.to_str().and_then(|name| name.strip_prefix(SESSION_PREFIX)?.split('-').next()?.parse().ok());
        let gone = |id: i32| {
            nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), None) == Err(nix::errno::Errno::ESRCH)
        };
        if owner.is_some_and(gone) {
            // Another user's, or another session sweeps too.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// The installed template if it can be used, else a new one for what is there now.
fn choose_template() -> Result<(TemplateDir, Description), Failure> {
    let installed = TemplateDir::from_env();
    let examined = installed.as_ref().map_or(Err(Fault::Missing), template::examine);
    let fault = match (examined, &installed) {
        (Ok(known), Some(template)) if !newer_sources(&known) => return Ok((template.clone(), known)),
        (Ok(_), _) => None,
        (Err(fault), _) => Some(fault),
    };
    let made = remake(installed.as_ref(), &reason(fault.as_ref(), installed.as_ref()));
    match (made, installed, fault) {
        (Ok(template), ..) => match template::examine(&template) {
            Ok(known) => Ok((template, known)),
            Err(fault) => Err(Failure::FirstSession(format!("{fault:?}"))),
        },
        // The repository does not build at the moment: what is installed still works.
        (Err(failure), Some(template), None) => {
            tell(&failure.to_string());
            Description::read(&template)
                .map(|known| (template.clone(), known))
                .map_err(|error| Failure::reading(template.root(), &error))
        }
        (Err(failure), ..) => Err(failure),
    }
}

/// Whether the repository it was made from has changed since.
fn newer_sources(known: &Description) -> bool {
    let sources = Sources::at(&known.made_from);
    sources.complete() && sources.key(&known.toolchain).is_ok_and(|key| key != known.key)
}

/// Says the reason only if there is something to make: another session may have done it before.
fn remake(installed: Option<&TemplateDir>, reason: &str) -> Result<TemplateDir, Failure> {
    let made_from =
        installed.and_then(|template| Description::read(template).ok()).map(|known| known.made_from);
    let sources = made_from
        .map(|root| Sources::at(&root))
        .into_iter()
        .chain([Sources::built_in()])
        .chain(installed.map(Sources::of))
        .find(Sources::complete)
        .unwrap_or_else(Sources::built_in);
    let mut last = None;
    template::make(&sources, &template::default_root(), &mut |progress| {
        if last.is_none() {
            tell(reason);
        }
        let before_this = *last.get_or_insert(0);
        // A line for every tenth crate is enough for a learner.
        if let Progress::Compiling(_, before) = progress {
            if before > 0 && before < before_this + 10 {
                return;
            }
            last = Some(before);
        }
        tell(&progress.to_string());
    })
}

/// Why there is something to make, and how long it takes.
fn reason(fault: Option<&Fault>, installed: Option<&TemplateDir>) -> String {
    let lang = Lang::current();
    let what = match (fault, installed) {
        (Some(Fault::Missing), _) | (_, None) => {
            return lang
                .pick("最初の準備をします（1〜2分）。", "Preparing for the first time (a minute or two).")
                .to_owned();
        }
        (None, _) => lang
            .pick("kakunin のソースが新しくなっています。", "The sources of kakunin have changed.")
            .to_owned(),
        (Some(fault), Some(template)) => fault.explained(template.root()),
    };
    what + lang.pick("準備し直します（1〜2分）。", " Preparing anew (a minute or two).")
}

fn tell(text: &str) {
    text.lines().for_each(|line| eprintln!("{TOLD}{line}"));
}

pub(crate) fn fail(failure: &Failure) {
    failure.to_string().lines().for_each(|line| eprintln!("{FAILED}{line}"));
}

/// The second half, in the session's environment: serves one front after another.
pub(crate) fn inside(socket: &Path) -> Result<(), Failure> {
    let session = SessionDir::from_env().ok_or_else(|| Failure::Evaluator(SessionDir::ENV.to_owned()))?;
    let ended = serve(socket, &session);
    remove(socket, &session);
    ended
}

fn remove(socket: &Path, session: &SessionDir) {
    let _ = fs::remove_file(socket);
    let _ = fs::remove_dir_all(session.root());
}

/// How long evcxr may go on after an interrupt. With the back all variables are lost, so it gets its time.
const INTERRUPTED: Patience =
    Patience { computing: Duration::from_secs(4), waiting: Duration::from_secs(30) };

/// Nobody waits for the variables any more, only for a back that answers.
const LEFT: Patience = Patience { computing: Duration::from_millis(1500), waiting: Duration::from_secs(10) };

/// Stops the running call. If evcxr does not let itself be stopped, this process ends, and the front starts another.
#[derive(Clone)]
struct StopOrEnd {
    calls: Interrupter,
    socket: PathBuf,
    session: SessionDir,
}

impl Stop for StopOrEnd {
    fn begin(&self) {
        self.calls.begin();
    }

    fn stop(&self, cause: Cause) {
        self.calls.interrupt();
        let patience = if cause == Cause::Gone { LEFT } else { INTERRUPTED };
        let own = self.clone();
        std::thread::spawn(move || {
            if !own.calls.ends(patience) {
                own.calls.interrupt();
                own.calls.close();
                remove(&own.socket, &own.session);
                std::process::exit(1);
            }
        });
    }
}

fn serve(socket: &Path, session: &SessionDir) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::Evaluator(error.to_string());
    let _ = fs::remove_file(socket);
    let listener = UnixListener::bind(socket).map_err(failed)?;
    let channel = Arc::new(Channel::listen().map_err(failed)?);
    let calls = Interrupter::new(channel, session.clone());
    let stop = StopOrEnd { calls: calls.clone(), socket: socket.to_owned(), session: session.clone() };
    let own_session = session.clone();
    let warming = Warming::start(move || Rust::start(own_session, &calls).map_err(|failure| plain(&failure)))
        .map_err(failed)?;
    // The front that started this process connects with its first cell, which may be hours away.
    let parent = getppid();
    let mut next = next_front(&listener, || getppid() == parent).map_err(failed)?;
    while let Some(front) = next {
        let ended = serve_interpreter(front, &warming, &stop).map_err(failed)?;
        if ended != (Ended::Shutdown { restart: true }) {
            break;
        }
        let begun = Instant::now();
        next = next_front(&listener, || begun.elapsed() < RESTART).map_err(failed)?;
    }
    stop.calls.close();
    Ok(())
}

/// The next front, if one comes while it is `expected`.
fn next_front(listener: &UnixListener, expected: impl Fn() -> bool) -> io::Result<Option<UnixStream>> {
    let timeout = PollTimeout::try_from(LOOK).unwrap_or(PollTimeout::ZERO);
    while expected() {
        match poll(&mut [PollFd::new(listener.as_fd(), PollFlags::POLLIN)], timeout) {
            Ok(0) | Err(Errno::EINTR) => {}
            Ok(_) => return listener.accept().map(|(front, _)| Some(front)),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

/// The session that makes a template: starts evcxr once in `dir`, so that everything is built and noted.
pub(crate) fn first_session(dir: &Path) -> Result<(), Failure> {
    let writing = |error: io::Error| Failure::writing(dir, &error);
    let template = TemplateDir::from_env().ok_or(Failure::FirstSession(TemplateDir::ENV.to_owned()))?;
    let known = Description::read(&template).map_err(|error| Failure::reading(template.root(), &error))?;
    let session = SessionDir::new(fs::canonicalize(dir).map_err(writing)?);
    let mut again = stage::set(&session, &template, &known).map_err(writing)?;
    Err(Failure::FirstSession(again.arg("first-session-inside").exec().to_string()))
}

/// Its second half; prints the manifest that evcxr wrote.
pub(crate) fn first_session_inside() -> Result<(), Failure> {
    let session = SessionDir::from_env().ok_or_else(|| Failure::FirstSession(SessionDir::ENV.to_owned()))?;
    let channel = Arc::new(Channel::listen().map_err(|error| Failure::FirstSession(error.to_string()))?);
    let rust = Rust::start(session.clone(), &Interrupter::new(channel, session.clone()))?;
    drop(rust);
    let manifest = session.crate_dir().join("Cargo.toml");
    print!("{}", fs::read_to_string(&manifest).map_err(|error| Failure::reading(&manifest, &error))?);
    Ok(())
}

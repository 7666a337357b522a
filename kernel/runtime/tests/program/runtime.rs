//! The runtime for the tests; with the argument `kernel`, a kernel that starts it and waits to be killed.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use kakunin_runtime::{Channel, Settings, run_if_asked};

fn main() -> std::io::Result<()> {
    run_if_asked();
    if std::env::args().nth(1).as_deref() != Some("kernel") {
        return Err(std::io::Error::other("this program is started by the tests of kakunin-runtime"));
    }
    let channel = Channel::listen()?;
    let mut command = channel.command(&std::env::current_exe()?, &Settings::default());
    let socket = command.get_envs().find_map(|(name, value)| value.filter(|_| name == "KAKUNIN_CHANNEL"));
    let socket = socket.unwrap_or_default().display().to_string();
    let mut runtime = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    // The answer to a run that cannot be loaded comes when all processes are there.
    if let Some(stdin) = &mut runtime.stdin {
        writeln!(stdin, "LOAD_AND_RUN none none")?;
    }
    if let Some(stdout) = runtime.stdout.take() {
        BufReader::new(stdout).skip_until(b'\n')?;
    }
    println!("{socket}");
    std::io::stdin().read_line(&mut String::new())?;
    Ok(())
}

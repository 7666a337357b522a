//! The start: the connection file, the sockets, the welcome, an interpreter that is slow or fails.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;

use jupyter_protocol::connection_info::Transport;
use jupyter_zmq_client::ConnectionInfo;
use kakunin_jupyter::CellError;
use kakunin_jupyter::echo::{Echo, EchoLanguage};
use kakunin_jupyter::history::History;
use serde_json::json;
use tokio::process::Command;

use crate::client::{Client, Kernel, connection, content, must};

#[tokio::test]
async fn a_subscriber_is_welcomed_and_the_first_one_hears_that_the_kernel_starts() {
    let kernel = Kernel::start().await;
    let mut first = Client::connect(&kernel.info).await;
    let welcome = must(first.iopub.read()).await.unwrap();
    assert_eq!(welcome.header.msg_type, "iopub_welcome");
    assert_eq!(content(&welcome), json!({ "subscription": "" }));
    assert_eq!(content(&must(first.iopub.read()).await.unwrap()), json!({ "execution_state": "starting" }));

    let mut second = Client::connect(&kernel.info).await;
    assert_eq!(must(second.iopub.read()).await.unwrap().header.msg_type, "iopub_welcome");
    let id = second.execute("").await;
    let next = must(second.iopub.read()).await.unwrap();
    assert_eq!(content(&next), json!({ "execution_state": "busy" }));
    assert_eq!(next.parent_header.as_ref().unwrap().msg_id, id);
}

#[tokio::test]
async fn a_kernel_listens_on_files_too_also_on_those_of_a_kernel_that_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let ip = folder.path().join("kernel").to_str().unwrap().to_owned();
    let info = ConnectionInfo {
        transport: Transport::IPC,
        ip,
        shell_port: 1,
        iopub_port: 2,
        stdin_port: 3,
        control_port: 4,
        hb_port: 5,
        ..connection().await
    };
    let mut killed = Kernel::on(info.clone());
    assert_eq!(Client::of(&info).await.run("print x").await.0, "x\n");
    must(killed.process.kill()).await.unwrap();
    let mut kernel = Kernel::on(info.clone());
    let mut client = Client::of(&info).await;
    assert_eq!(client.run("print y").await.0, "y\n");
    client.control("shutdown_request").await;
    must(kernel.process.wait()).await.unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "left files behind");
}

/// What the kernel says when it can't start.
async fn complaint(file: &Path) -> String {
    let kernel = Command::new(env!("CARGO_BIN_EXE_echo_kernel")).arg(file).env("KAKUNIN_LANG", "en").output();
    let output = must(kernel).await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[tokio::test]
async fn a_connection_file_that_is_missing_or_wrong_is_named_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("connection.json");
    assert!(complaint(&file).await.starts_with("Can't read the connection file"));
    std::fs::write(&file, "{}").unwrap();
    assert!(complaint(&file).await.contains("is not a Jupyter connection file"));
    let other_scheme = ConnectionInfo { signature_scheme: "hmac-md5".into(), ..connection().await };
    std::fs::write(&file, serde_json::to_string(&other_scheme).unwrap()).unwrap();
    assert!(complaint(&file).await.contains("hmac-md5"));
    let no_address = ConnectionInfo { ip: "999.0.0.1".into(), ..connection().await };
    std::fs::write(&file, serde_json::to_string(&no_address).unwrap()).unwrap();
    assert!(complaint(&file).await.contains("tcp://999.0.0.1"));
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_in_one_sentence() {
    let kernel = Kernel::start().await;
    Client::of(&kernel.info).await;
    let said = complaint(&kernel.connection_file()).await;
    assert!(said.contains(&format!("tcp://127.0.0.1:{}", kernel.info.shell_port)), "{said}");
}

#[tokio::test]
async fn a_kernel_ends_when_its_parent_is_gone() {
    let kernel = Kernel::start().await;
    let info = connection().await;
    let file = kernel.connection_file().with_file_name("orphan.json");
    std::fs::write(&file, serde_json::to_string(&info).unwrap()).unwrap();
    // A shell starts the kernel and waits; the kernel's end closes the pipe that both hold.
    let mut parent = Command::new("sh")
        .args(["-c", "\"$0\" \"$1\" & wait", env!("CARGO_BIN_EXE_echo_kernel")])
        .arg(&file)
        .env("TMPDIR", file.parent().unwrap())
        .env("JPY_PARENT_PID", std::process::id().to_string())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    assert_eq!(Client::of(&info).await.run("print x").await.0, "x\n");
    let mut pipe = parent.stdout.take().unwrap();
    must(parent.kill()).await.unwrap();
    must(tokio::io::AsyncReadExt::read_to_end(&mut pipe, &mut Vec::new())).await.unwrap();
}

/// A kernel in this process, whose interpreter is built by `build`.
async fn kernel_with(build: impl FnOnce() -> Result<Echo, CellError> + Send + 'static) -> ConnectionInfo {
    let info = connection().await;
    let serving = info.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let language = Arc::new(EchoLanguage::default());
        runtime
            .block_on(kakunin_jupyter::wire::serve(&serving, language, History::in_memory(), build))
            .unwrap();
    });
    info
}

#[tokio::test]
async fn questions_are_answered_while_the_interpreter_is_still_being_built_and_cells_wait() {
    let (build_on, wait) = channel::<()>();
    let info = kernel_with(move || {
        wait.recv().unwrap();
        Ok(Echo::default())
    })
    .await;
    let mut client = Client::of(&info).await;
    let cell = client.execute("print warm").await;
    let question = client.send("kernel_info_request", json!({})).await;
    assert_eq!(client.reply(&question).await["implementation"], "echo");
    build_on.send(()).unwrap();
    assert_eq!(client.reply(&cell).await["status"], "ok");
    client.control("shutdown_request").await;
}

#[tokio::test]
async fn each_cell_gets_the_reason_why_the_interpreter_could_not_be_built() {
    let info = kernel_with(|| Err(CellError::new("NoCompiler", "rustc is missing"))).await;
    let mut client = Client::of(&info).await;
    for _ in 0..2 {
        assert_eq!(client.run("print x").await.1["evalue"], "rustc is missing");
    }
    client.control("shutdown_request").await;
}

//! What goes on while a cell runs: interrupts, questions, input, heartbeats, shutdown.

use serde_json::json;
use zeromq::{ReqSocket, Socket, SocketRecv, SocketSend, ZmqMessage};

use crate::client::{Client, Kernel, content, must, request, text};

#[tokio::test]
async fn questions_about_the_kernel_are_answered_while_a_cell_runs() {
    let kernel = Kernel::start().await;
    let mut client = Client::of(&kernel.info).await;
    let cell = client.execute("sleep 60000").await;
    client.until(&cell, "execute_input").await;
    for (msg_type, asked) in [
        ("kernel_info_request", json!({})),
        ("is_complete_request", json!({ "code": "x" })),
        ("history_request", json!({ "hist_access_type": "tail", "n": 1 })),
        ("comm_info_request", json!({})),
    ] {
        let id = client.send(msg_type, asked).await;
        assert_ne!(client.reply(&id).await["status"], "error");
    }
    assert_eq!(client.control("kernel_info_request").await["status"], "ok");
    client.control("interrupt_request").await;
    client.reply(&cell).await;
}

#[tokio::test]
async fn completion_waits_for_the_cell_before_it() {
    let kernel = Kernel::start().await;
    let mut client = Client::of(&kernel.info).await;
    let cell = client.execute("sleep 200").await;
    let completion = client.send("complete_request", json!({ "code": "pri", "cursor_pos": 3 })).await;
    client.reply(&cell).await;
    assert_eq!(client.reply(&completion).await["matches"], json!(["print"]));
}

#[tokio::test]
async fn an_error_aborts_what_the_client_has_sent_already() {
    let kernel = Kernel::start().await;
    let mut client = Client::of(&kernel.info).await;
    let failing = client.execute("fail").await;
    let queued = [client.execute("print 1").await, client.execute("print 2").await];
    assert_eq!(client.reply(&failing).await["status"], "error");
    for id in &queued {
        assert_eq!(client.reply(id).await["status"], "aborted");
        assert_eq!(client.published(id).await.len(), 1, "only busy");
    }
    assert_eq!(client.run("print on").await.0, "on\n");
}

#[tokio::test]
async fn an_interrupt_stops_the_cell_and_the_queue_and_the_session_goes_on() {
    let kernel = Kernel::start().await;
    let mut client = Client::of(&kernel.info).await;
    let cell = client.execute("sleep 60000").await;
    let queued = client.execute("print never").await;
    client.until(&cell, "execute_input").await;
    // The queued cell has arrived when a later question is answered.
    let later = client.send("kernel_info_request", json!({})).await;
    client.reply(&later).await;
    assert_eq!(client.control("interrupt_request").await, json!({ "status": "ok" }));
    assert_eq!(client.reply(&cell).await["ename"], "Interrupted");
    assert_eq!(client.reply(&queued).await["status"], "aborted");
    assert_eq!(client.run("print on").await.0, "on\n");
}

#[tokio::test]
async fn the_systems_interrupt_signal_interrupts_and_its_termination_signal_ends() {
    let mut kernel = Kernel::start().await;
    let mut client = Client::of(&kernel.info).await;
    let signal = |name: &str| {
        let pid = kernel.process.id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args([name, &pid]).status().unwrap().success());
    };
    let cell = client.execute("print begun\nsleep 60000").await;
    client.until(&cell, "stream").await;
    signal("-INT");
    assert_eq!(client.reply(&cell).await["ename"], "Interrupted");
    assert_eq!(client.run("print on").await.0, "on\n");
    signal("-TERM");
    assert!(must(kernel.process.wait()).await.unwrap().success());
}

#[tokio::test]
async fn input_is_asked_of_the_client_that_runs_the_cell_and_only_its_answer_counts() {
    let kernel = Kernel::start().await;
    let mut other = Client::of(&kernel.info).await;
    let mut client = Client::of(&kernel.info).await;
    let cell = client.execute("input name?").await;
    let question = must(client.stdin.read()).await.unwrap();
    assert_eq!(question.header.msg_type, "input_request");
    assert_eq!(question.parent_header.as_ref().unwrap().msg_id, cell);
    assert_eq!(content(&question), json!({ "prompt": "name?", "password": false }));

    let answer = |value: &str| request("input_reply", json!({ "value": value }));
    other.stdin.send(answer("not asked")).await.unwrap();
    let stale = request("input_request", json!({}));
    let mut to_another_question = answer("too late");
    to_another_question.parent_header = Some(stale.header);
    client.stdin.send(to_another_question).await.unwrap();
    let mut right = answer("Ada");
    right.parent_header = Some(question.header.clone());
    client.stdin.send(right).await.unwrap();
    assert_eq!(text(&client.published(&cell).await), "Ada\n");
}

#[tokio::test]
async fn an_answer_that_names_no_question_is_taken_too() {
    let kernel = Kernel::start().await;
    let mut client = Client::of(&kernel.info).await;
    let cell = client.execute("input name?").await;
    must(client.stdin.read()).await.unwrap();
    client.stdin.send(request("input_reply", json!({ "value": "Ada" }))).await.unwrap();
    assert_eq!(text(&client.published(&cell).await), "Ada\n");
}

#[tokio::test]
async fn an_interrupt_ends_the_wait_for_input() {
    let kernel = Kernel::start().await;
    let mut client = Client::of(&kernel.info).await;
    let cell = client.execute("input name?").await;
    must(client.stdin.read()).await.unwrap();
    client.control("interrupt_request").await;
    assert_eq!(client.reply(&cell).await["ename"], "Interrupted");
}

#[tokio::test]
async fn a_heartbeat_comes_back_as_it_was_sent_while_a_cell_runs() {
    let kernel = Kernel::start().await;
    let mut client = Client::of(&kernel.info).await;
    client.execute("sleep 60000").await;
    let mut heart = ReqSocket::new();
    heart.connect(&kernel.info.hb_url()).await.unwrap();
    for beat in ["ping", "another \u{1f493}"] {
        heart.send(ZmqMessage::from(beat)).await.unwrap();
        let echo = must(heart.recv()).await.unwrap();
        assert_eq!(echo.get(0).unwrap().as_ref(), beat.as_bytes());
    }
}

#[tokio::test]
async fn every_reply_belongs_to_this_kernels_session_and_names_its_request() {
    let kernel = Kernel::start().await;
    let mut client = Client::of(&kernel.info).await;
    let id = client.send("kernel_info_request", json!({})).await;
    let reply = must(client.shell.read()).await.unwrap();
    let parent = reply.parent_header.as_ref().unwrap();
    assert_eq!((parent.msg_id.as_str(), parent.session.as_str()), (id.as_str(), client.session.as_str()));
    assert_eq!(parent.msg_type, "kernel_info_request");
    assert_ne!(reply.header.session, client.session);
    assert_eq!(reply.header.version, "5.4");
    assert_eq!(reply.metadata, json!({}));
}

#[tokio::test]
async fn a_shutdown_is_answered_and_the_process_ends_well() {
    let mut kernel = Kernel::start().await;
    let mut client = Client::of(&kernel.info).await;
    client.control.send(request("shutdown_request", json!({ "restart": true }))).await.unwrap();
    assert_eq!(
        content(&must(client.control.read()).await.unwrap()),
        json!({ "status": "ok", "restart": true })
    );
    assert!(must(kernel.process.wait()).await.unwrap().success());
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_the_running_cell() {
    let mut kernel = Kernel::start().await;
    let mut client = Client::of(&kernel.info).await;
    let cell = client.execute("sleep 60000").await;
    client.until(&cell, "execute_input").await;
    assert_eq!(client.control("shutdown_request").await["status"], "ok");
    assert!(must(kernel.process.wait()).await.unwrap().success());
}

#[tokio::test]
async fn a_kernel_can_be_started_again_on_the_same_connection_file() {
    let mut kernel = Kernel::start().await;
    let mut client = Client::of(&kernel.info).await;
    client.run("print before").await;
    client.control("shutdown_request").await;
    must(kernel.process.wait()).await.unwrap();
    let again = Kernel::on(kernel.info.clone());
    let (_, reply) = Client::of(&again.info).await.run("print after").await;
    assert_eq!(reply["execution_count"], 1);
}

//! Whatever arrives on the sockets, the kernel goes on.

use std::io::Write;
use std::net::TcpStream;

use jupyter_zmq_client::ConnectionInfo;
use serde_json::json;
use zeromq::{SocketSend, ZmqMessage};

use crate::client::{Client, Kernel, connection, must, request};

/// The kernel still runs cells, and nothing that came before was answered or run.
async fn still_works(client: &mut Client) {
    let (output, reply) = client.run("print fine").await;
    assert_eq!(output, "fine\n");
    assert_eq!(reply["execution_count"], 1);
}

#[tokio::test]
async fn a_message_with_a_wrong_signature_is_dropped_without_a_reply() {
    let kernel = Kernel::start().await;
    let wrong = ConnectionInfo { key: "another key".into(), ..kernel.info.clone() };
    let mut intruder = Client::connect(&wrong).await;
    intruder.execute("print intruded").await;
    intruder.control.send(request("shutdown_request", json!({ "restart": false }))).await.unwrap();
    still_works(&mut Client::of(&kernel.info).await).await;
}

#[tokio::test]
async fn an_unsigned_message_is_dropped_without_a_reply() {
    let kernel = Kernel::start().await;
    let unsigned = ConnectionInfo { key: String::new(), ..kernel.info.clone() };
    let mut intruder = Client::connect(&unsigned).await;
    intruder.execute("print intruded").await;
    still_works(&mut Client::of(&kernel.info).await).await;
}

#[tokio::test]
async fn with_an_empty_key_nothing_is_signed() {
    let kernel = Kernel::on(ConnectionInfo { key: String::new(), ..connection().await });
    still_works(&mut Client::of(&kernel.info).await).await;
}

#[tokio::test]
async fn messages_that_lack_parts_or_make_no_sense_are_dropped_with_one_line_in_the_log() {
    let mut kernel = Kernel::on(ConnectionInfo { key: String::new(), ..connection().await });
    let mut client = Client::of(&kernel.info).await;
    let header = serde_json::to_string(&request("kernel_info_request", json!({})).header).unwrap();
    let deep = "[".repeat(100_000);
    let cases: Vec<Vec<&[u8]>> = vec![
        vec![b""],
        vec![b"<IDS|MSG>"],
        vec![b"<IDS|MSG>", b""],
        vec![b"<IDS|MSG>", b"", header.as_bytes()],
        vec![b"<IDS|MSG>", b"", header.as_bytes(), b"{}", b"{}"],
        vec![b"no", b"delimiter", b"at", b"all"],
        vec![b"<IDS|MSG>", b"<IDS|MSG>", header.as_bytes(), b"{}", b"{}"],
        vec![b"<IDS|MSG>", b"", b"not JSON", b"{}", b"{}", b"{}"],
        vec![b"<IDS|MSG>", b"", b"{}", b"{}", b"{}", b"{}"],
        vec![b"<IDS|MSG>", b"", header.as_bytes(), b"{}", b"{}", b"{"],
        vec![b"<IDS|MSG>", b"", header.as_bytes(), b"{}", b"{}", deep.as_bytes()],
        vec![b"<IDS|MSG>", b"", b"\xff\xfe", b"\xff", b"\xff", b"\xff"],
    ];
    for frames in cases {
        let frames: Vec<bytes::Bytes> = frames.into_iter().map(bytes::Bytes::copy_from_slice).collect();
        client.shell.socket.send(ZmqMessage::try_from(frames).unwrap()).await.unwrap();
    }
    still_works(&mut client).await;
    client.control("shutdown_request").await;
    let mut log = String::new();
    let mut stderr = kernel.process.stderr.take().unwrap();
    must(tokio::io::AsyncReadExt::read_to_string(&mut stderr, &mut log)).await.unwrap();
    assert_eq!(log.lines().count(), 1, "{log}");
    assert!(log.contains("dropped a message"), "{log}");
}

#[tokio::test]
async fn strangers_who_speak_no_zeromq_are_sent_away() {
    let kernel = Kernel::start().await;
    let mut client = Client::of(&kernel.info).await;
    let info = &kernel.info;
    // A greeting as a ZeroMQ peer would send it, to get beyond the first check.
    let mut greeting = vec![0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0];
    greeting.extend(b"NULL");
    greeting.resize(64, 0);
    for port in [info.shell_port, info.control_port, info.stdin_port, info.hb_port, info.iopub_port] {
        let terabyte = [&[2][..], &(1_u64 << 40).to_be_bytes()].concat();
        for bytes in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0; 4096], &[0xff; 4096], &terabyte, b""] {
            for prefix in [&b""[..], &greeting] {
                let mut stranger = TcpStream::connect(("127.0.0.1", port)).unwrap();
                // The kernel may hang up at any time.
                let _ = stranger.write_all(prefix).and_then(|()| stranger.write_all(bytes));
            }
        }
    }
    still_works(&mut client).await;
}

#[tokio::test]
async fn a_subscriber_that_sends_nonsense_harms_nobody() {
    let kernel = Kernel::start().await;
    let mut client = Client::of(&kernel.info).await;
    let mut odd: zeromq::XSubSocket = zeromq::Socket::new();
    zeromq::Socket::connect(&mut odd, &kernel.info.iopub_url()).await.unwrap();
    for bytes in [&b"\x07nonsense"[..], b"", b"\x01\xff\xfe", b"\x00never subscribed"] {
        odd.send(ZmqMessage::from(bytes.to_vec())).await.unwrap();
    }
    still_works(&mut client).await;
}

#[tokio::test]
async fn a_cell_of_fifty_megabytes_runs() {
    let kernel = Kernel::start().await;
    let mut client = Client::of(&kernel.info).await;
    let text = "長い".repeat((50 << 20) / 6);
    let (output, _) = client.run(&format!("print {text}")).await;
    assert!(output.trim_end() == text);
}

//! Output: complete, in order, and never piled up.

use serde_json::json;

use crate::client::{Client, Kernel, must, text};

#[tokio::test]
async fn a_hundred_thousand_lines_arrive_in_order_in_few_messages() {
    let kernel = Kernel::start().await;
    let mut client = Client::of(&kernel.info).await;
    let id = client.execute("lines 100000").await;
    let published = client.published(&id).await;
    let lines: String = (0..100_000).map(|number| format!("{number}\n")).collect();
    assert!(text(&published) == lines);
    assert!(published.len() < 1000, "{} messages", published.len());
}

#[tokio::test]
async fn a_cell_waits_for_a_client_that_reads_late_and_nothing_is_lost() {
    let kernel = Kernel::start().await;
    let mut client = Client::of(&kernel.info).await;
    let id = client.execute("flood 300\nprint end").await;
    // Nobody reads the output: the sockets fill up and the cell stands still. Other requests are answered.
    let info = client.send("kernel_info_request", json!({})).await;
    client.reply(&info).await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;

    let mut size = 0;
    let mut last = String::new();
    loop {
        let message = must(client.iopub.read()).await.unwrap();
        if message.parent_header.as_ref().is_none_or(|parent| parent.msg_id != id) {
            continue;
        }
        let content = crate::client::content(&message);
        if let Some(text) = content["text"].as_str() {
            size += text.len();
            last = text.to_owned();
        }
        if content["execution_state"] == "idle" {
            break;
        }
    }
    assert_eq!(size, (300 << 20) + "end\n".len());
    assert!(last.ends_with("end\n"));
    assert_eq!(client.reply(&id).await["status"], "ok");
    let peak = kernel.peak_memory();
    assert!(peak < 150, "300 MiB of output took {peak} MiB of memory");
}

#[tokio::test]
async fn streams_and_displays_keep_their_order() {
    let kernel = Kernel::start().await;
    let mut client = Client::of(&kernel.info).await;
    let id = client
        .execute("print a\nprint b\nerr c\nerr d\nshow text/html e\nprint f\nclear\nprint g\nresult h")
        .await;
    let published = client.published(&id).await;
    // Neighbouring pieces of one stream may come together or apart.
    let mut order: Vec<String> = Vec::new();
    for (msg_type, content) in &published[2..] {
        let name = content["name"].as_str().unwrap_or(msg_type).to_owned();
        if order.last() != Some(&name) {
            order.push(name);
        }
    }
    let expected = ["stdout", "stderr", "display_data", "stdout", "clear_output", "stdout", "execute_result"];
    assert_eq!(order, expected);
    assert_eq!(text(&published), "a\nb\nc\nd\nf\ng\n");
}

#[tokio::test]
async fn the_first_piece_of_text_arrives_while_the_cell_still_runs() {
    let kernel = Kernel::start().await;
    let mut client = Client::of(&kernel.info).await;
    let id = client.execute("print now\nsleep 60000").await;
    assert_eq!(client.until(&id, "stream").await["text"], "now\n");
    client.control("interrupt_request").await;
    assert_eq!(client.reply(&id).await["ename"], "Interrupted");
}

#[tokio::test]
async fn thousands_of_queued_cells_are_answered_in_their_order() {
    let kernel = Kernel::start().await;
    let mut client = Client::of(&kernel.info).await;
    let mut ids = Vec::new();
    for number in 0..3000 {
        ids.push(client.execute(&format!("print {number}")).await);
    }
    for (number, id) in ids.iter().enumerate() {
        assert_eq!(client.reply(id).await["execution_count"], number + 1);
        assert_eq!(text(&client.published(id).await), format!("{number}\n"));
    }
}

#[tokio::test]
#[ignore = "takes the 20 seconds after which a client that stands still is cut off"]
async fn a_client_that_stands_still_is_cut_off_and_the_others_lose_nothing() {
    let kernel = Kernel::start().await;
    let _still = Client::of(&kernel.info).await;
    let mut client = Client::of(&kernel.info).await;
    let (output, reply) = client.run("flood 100").await;
    assert_eq!(output.len(), 100 << 20);
    assert_eq!(reply["status"], "ok");
}

//! A kernel must not outlive the server that started it.

use std::os::unix::process::parent_id;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;

use super::Exit;

/// How often to look.
const EVERY: Duration = Duration::from_secs(1);

/// Ends the kernel when its parent is gone. Jupyter asks for this by `JPY_PARENT_PID`; a kernel started by hand or on
/// its own (`independent`) has no such variable.
pub(super) async fn watch(end: UnboundedSender<Exit>) {
    if std::env::var_os("JPY_PARENT_PID").is_none() {
        return;
    }
    // Not the variable's value: between Jupyter and the kernel may stand a wrapper (`conda run`, `env`).
    let parent = parent_id();
    while parent_id() == parent {
        tokio::time::sleep(EVERY).await;
    }
    let _ = end.send(Exit::ParentGone);
}

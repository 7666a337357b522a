//! 中断: 進行中の学習を、途中までの記録を残して終わらせる。
//!
//! A process-wide flag. Whoever wants trainings to stop raises it (Ctrl-C of the command, the stop button of a
//! notebook); every training looks at it once an iteration and ends early with what it has.
//! [`History::interrupted_at`](crate::History::interrupted_at) tells such a record from a finished one. The flag
//! stays up, so that the trainings that follow end at once as well, until somebody lowers it.
//!
//! [`raise`], [`requested`], [`clear`] and [`listening`] may be called from a signal handler.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// When the flag was first looked at; later looks are counted from here.
static START: OnceLock<Instant> = OnceLock::new();

/// Microseconds from `START` to the last look at the flag since it was last lowered.
static POLLED: AtomicU64 = AtomicU64::new(NEVER);
const NEVER: u64 = u64::MAX;

/// How recent a look at the flag must be to count as [`listening`].
const RECENT: Duration = Duration::from_secs(1);

/// 進行中の学習と、これからの学習に、終わるように言う。
pub fn raise() {
    REQUESTED.store(true, Ordering::Relaxed);
}

/// 終わるように言われているか。
pub fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}

/// 旗を下ろす。ノートブックのカーネルは、セルを始めるたびに呼ぶ。
pub fn clear() {
    REQUESTED.store(false, Ordering::Relaxed);
    POLLED.store(NEVER, Ordering::Relaxed);
}

/// 長い仕事が、切りのよいところで呼ぶ: 終わるように言われているか。呼んだ時刻も残る（[`listening`]）。
///
/// ```
/// let sum = (0..1_000_000_u64).take_while(|_| !kakunin::interrupt::poll()).sum::<u64>();
/// assert_eq!(sum, 499_999_500_000);
/// ```
pub fn poll() -> bool {
    let elapsed = START.get_or_init(Instant::now).elapsed();
    POLLED.store(elapsed.as_micros() as u64, Ordering::Relaxed);
    requested()
}

/// この一秒のうちに（旗を下ろしてから）[`poll`] が呼ばれたか。呼ばれていれば、仕事は自分で終わる。
pub fn listening() -> bool {
    let polled = POLLED.load(Ordering::Relaxed);
    let is_recent = |start: &Instant| start.elapsed().saturating_sub(Duration::from_micros(polled)) <= RECENT;
    polled != NEVER && START.get().is_some_and(is_recent)
}

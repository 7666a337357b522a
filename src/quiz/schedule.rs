//! 間をあけた復習: 忘れかけたころにもう一度。
//!
//! 間隔は FSRS（Free Spaced Repetition Scheduler）が決める。評価は記録から決まる: 手がかりなしの正解は Good、
//! 手がかりを見た正解と部分正解は Hard、不正解と解答を見たものは Again。同じ日の二度目からは、間隔を延ばさない
//! （一度目の評価で決める。ただし Again は、いつでも数える）。

use super::Verdict;
use super::progress::{Did, Event};
use fsrs::{FSRS, MemoryState};

/// The share that is still to be remembered when a review comes.
const RETENTION: f32 = 0.9;
const DAY: u64 = 24 * 60 * 60;

/// 復習の予定。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Review {
    /// いつ（1970 年からの秒）
    pub due: u64,
}

impl Review {
    /// あと何日か。0 は、もう復習のとき。
    pub fn days_left(self, now: u64) -> u64 {
        self.due.saturating_sub(now).div_ceil(DAY)
    }
}

/// How well a question was remembered.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Rating {
    Again,
    Hard,
    Good,
}

/// What a question's history says of its next review; nothing before the first answer.
pub(super) fn review(id: &str, events: &[Event]) -> Option<Review> {
    let scheduler = FSRS::default();
    let mut memory: Option<(MemoryState, u64)> = None;
    let mut due = None;
    let mut helped = false;
    for event in events.iter().filter(|event| event.q == id) {
        let rating = match &event.did {
            Did::Hint => {
                helped = true;
                continue;
            }
            Did::Reveal => {
                helped = true;
                Rating::Again
            }
            Did::Appeal { .. } | Did::Predict { .. } => continue,
            Did::Attempt { verdict, .. } => match verdict {
                Verdict::Accept if !helped => Rating::Good,
                Verdict::Accept | Verdict::Partial => Rating::Hard,
                Verdict::Reject | Verdict::Invalid => Rating::Again,
            },
        };
        if matches!(event.did, Did::Attempt { verdict: Verdict::Accept, .. }) {
            helped = false;
        }
        let days = memory.map_or(0, |(_, last)| event.at.saturating_sub(last) / DAY);
        if memory.is_some() && days == 0 && rating != Rating::Again {
            continue;
        }
        let days = u32::try_from(days).unwrap_or(u32::MAX);
        let Ok(next) = scheduler.next_states(memory.map(|(state, _)| state), RETENTION, days) else {
            continue;
        };
        let next = match rating {
            Rating::Again => next.again,
            Rating::Hard => next.hard,
            Rating::Good => next.good,
        };
        memory = Some((next.memory, event.at));
        due = Some(Review { due: event.at + next.interval.round().max(1.0) as u64 * DAY });
    }
    due
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The days between the answers, each given on the day it was due.
    fn intervals(verdicts: &[Verdict]) -> Vec<u64> {
        let mut events: Vec<Event> = vec![];
        let mut at = 1_800_000_000;
        let answer = |&verdict: &Verdict| {
            let did = Did::Attempt { answer: String::new(), verdict };
            events.push(Event { at, q: "q".to_owned(), did });
            let due = review("q", &events).unwrap().due;
            let days = (due - at) / DAY;
            at = due;
            days
        };
        verdicts.iter().map(answer).collect()
    }

    #[test]
    fn right_answers_spread_the_reviews_out_and_a_wrong_one_brings_them_back() {
        use Verdict::{Accept, Partial, Reject};
        assert_eq!(intervals(&[Accept, Accept, Accept, Accept]), [2, 11, 46, 163]);
        assert_eq!(intervals(&[Accept, Accept, Reject, Accept]), [2, 11, 2, 5]);
        assert_eq!(intervals(&[Partial])[0], 1);
        assert_eq!(intervals(&[Reject])[0], 1);
    }

    #[test]
    fn answering_again_on_the_same_day_changes_nothing_unless_it_goes_wrong() {
        let event = |at, verdict| Event {
            at,
            q: "q".to_owned(),
            did: Did::Attempt { answer: String::new(), verdict },
        };
        let once = [event(0, Verdict::Accept)];
        let twice = [event(0, Verdict::Accept), event(60, Verdict::Accept)];
        assert_eq!(review("q", &once), review("q", &twice));
        let wrong = [event(0, Verdict::Accept), event(60, Verdict::Reject)];
        assert!(review("q", &wrong) < review("q", &once));
    }

    #[test]
    fn an_answer_copied_from_the_solution_is_not_a_remembered_one() {
        let event = |did| Event { at: 0, q: "q".to_owned(), did };
        let right = || event(Did::Attempt { answer: String::new(), verdict: Verdict::Accept });
        let known = review("q", &[right()]);
        assert!(review("q", &[event(Did::Hint), right()]) < known);
        assert!(review("q", &[event(Did::Reveal), right()]) < known);
    }
}

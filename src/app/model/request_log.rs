//! The calls that were made since the console was opened, the newest first, and the place among them. The
//! selected call stays selected when others come. Bounded: answers are long, so only the newest are kept.

use std::collections::VecDeque;

use crate::domain::{CallRecord, Identity};

/// So many calls are kept.
pub const KEPT: usize = 500;
/// So many of them with their answers; what was asked is kept of all, because it is short.
pub const ANSWERS_KEPT: usize = 50;

/// A call that was made.
#[derive(Debug, Clone)]
pub struct LoggedRequest {
    /// Names it; later ones have higher numbers.
    pub number: u64,
    /// The call.
    pub call: CallRecord,
    /// Its answer was let go, because many calls were made since.
    pub answer_gone: bool,
    made: Option<Identity>,
}

/// The invite whose calls alone are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Only {
    /// Its name.
    pub identity: Identity,
    /// Its address, raw.
    pub email: String,
}

/// The calls, and the place among them.
#[derive(Debug, Clone, Default)]
pub struct RequestLog {
    calls: VecDeque<LoggedRequest>,
    last_number: u64,
    /// Whose calls are shown; all where nobody's.
    pub only: Option<Only>,
    selected: Option<u64>,
    /// On which line of the window the selected one is.
    line: usize,
}

impl RequestLog {
    /// A call was made.
    pub fn note(&mut self, call: CallRecord) {
        self.last_number += 1;
        let made = call.made();
        self.calls.push_front(LoggedRequest { number: self.last_number, call, answer_gone: false, made });
        self.calls.truncate(KEPT);
        if let Some(old) = self.calls.get_mut(ANSWERS_KEPT).filter(|old| !old.call.answered.is_empty()) {
            (old.call.answered, old.answer_gone) = (String::new(), true);
        }
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Whether none was made.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Those that are shown, the newest first.
    pub fn shown(&self) -> impl Iterator<Item = &LoggedRequest> {
        self.calls.iter().filter(|kept| self.only.as_ref().is_none_or(|only| is_about(kept, &only.identity)))
    }

    /// The line of the selected one among those that are shown. The first before a person has moved; the last
    /// when it is so old that it is not kept any more.
    pub fn cursor(&self) -> usize {
        let Some(selected) = self.selected else { return 0 };
        let newer = self.shown().take_while(|kept| kept.number > selected).count();
        newer.min(self.shown().count().saturating_sub(1))
    }

    /// The selected one.
    pub fn selected(&self) -> Option<&LoggedRequest> {
        self.shown().nth(self.cursor())
    }

    /// One of them.
    pub fn get(&self, number: u64) -> Option<&LoggedRequest> {
        self.calls.iter().find(|kept| kept.number == number)
    }

    /// Selects a line, or the last one where there are not so many, in a window of this height.
    pub fn go_to(&mut self, to: usize, height: usize) {
        let from = self.cursor();
        let to = to.min(self.shown().count().saturating_sub(1));
        let top = from - self.line_for(from, height);
        self.line = to.saturating_sub(top).min(height.saturating_sub(1));
        let selected = self.shown().nth(to).map(|kept| kept.number);
        self.selected = selected;
    }

    /// The first line in a window of this height.
    pub fn top_for(&self, height: usize) -> usize {
        let cursor = self.cursor();
        let last_top = self.shown().count().saturating_sub(height);
        let top = cursor - self.line_for(cursor, height);
        // Near the end the window is filled all the same.
        if cursor >= last_top { top.min(last_top) } else { top }
    }

    /// Shows the calls of one invite, or of all.
    pub fn show_only(&mut self, only: Option<Only>) {
        (self.only, self.selected, self.line) = (only, None, 0);
    }

    fn line_for(&self, cursor: usize, height: usize) -> usize {
        self.line.min(cursor).min(height.saturating_sub(1))
    }
}

/// Whether a call names an invite in its path or in what it asked, or is the one that made it. A page of the list
/// is not about each of its rows.
fn is_about(kept: &LoggedRequest, identity: &Identity) -> bool {
    kept.made.as_ref() == Some(identity) || kept.call.names(identity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Method;

    fn call(method: Method, path: &str, answered: &str) -> CallRecord {
        CallRecord {
            method,
            path: path.into(),
            at: jiff::Timestamp::UNIX_EPOCH,
            took: std::time::Duration::ZERO,
            status: Some(200),
            request_id: None,
            asked: None,
            answered: answered.into(),
            note: None,
        }
    }

    fn with(calls: usize) -> RequestLog {
        let mut requests = RequestLog::default();
        for n in 0..calls {
            requests.note(call(Method::Get, &format!("/{n}"), "{}"));
        }
        requests
    }

    fn path(requests: &RequestLog) -> &str {
        requests.selected().map_or("-", |kept| kept.call.path.as_str())
    }

    #[test]
    fn the_newest_are_kept_and_the_answers_of_the_newest_of_those() {
        let requests = with(KEPT + 20);
        assert_eq!((requests.len(), path(&requests)), (KEPT, "/519"));
        let answers = requests.shown().filter(|kept| !kept.call.answered.is_empty()).count();
        assert_eq!((answers, requests.shown().filter(|kept| kept.answer_gone).count()), (50, 450));
    }

    #[test]
    fn the_selected_call_and_its_line_stay_when_others_come() {
        let mut requests = with(30);
        requests.note(call(Method::Get, "/x", ""));
        assert_eq!(path(&requests), "/x", "before anybody moved it is the newest");
        requests.go_to(12, 10);
        let (selected, line) = (path(&requests).to_owned(), requests.cursor() - requests.top_for(10));
        for _ in 0..5 {
            requests.note(call(Method::Get, "/y", ""));
        }
        assert_eq!((path(&requests), requests.cursor()), (selected.as_str(), 17));
        assert_eq!(requests.cursor() - requests.top_for(10), line);
        for n in 0..KEPT {
            requests.note(call(Method::Get, &format!("/new{n}"), ""));
        }
        assert_eq!(path(&requests), "/new0", "one that is not kept any more gives way to the oldest");
    }

    #[test]
    fn moving_keeps_the_cursor_in_the_window() {
        let mut requests = with(40);
        for to in [0, 9, 10, 39, 38, 20, 3, 0, 1_000] {
            requests.go_to(to, 10);
            let (cursor, top) = (requests.cursor(), requests.top_for(10));
            assert!(cursor == to.min(39) && top <= cursor && cursor < top + 10 && top <= 30, "{to}: {top}");
        }
        for (to, top) in [(39, 30), (35, 30), (30, 30), (29, 29), (38, 29), (39, 30)] {
            requests.go_to(to, 10);
            assert_eq!(requests.top_for(10), top, "the window moves only as far as it must: {to}");
        }
        assert_eq!(with(3).top_for(10), 0);
        requests.go_to(5, 0);
        assert_eq!(requests.top_for(0), 5);
    }

    #[test]
    fn the_calls_of_an_invite_are_those_that_name_it_and_the_one_that_made_it() {
        let uuid = "f4e4b1b5-8186-4feb-9072-9999f89d4619";
        let answer = format!("{{\"identity\":\"invites/{uuid}\"}}");
        let mut requests = RequestLog::default();
        requests.note(call(Method::Post, "/b/invites", &answer));
        requests.note(call(Method::Get, "/b/invites?page_size=500", &answer));
        requests.note(call(Method::Get, &format!("/b/invites/{uuid}"), &answer));
        requests.note(call(Method::Delete, "/b/invites/00000000-8186-4feb-9072-9999f89d4619", ""));
        for n in 0..KEPT - 4 {
            requests.note(call(Method::Get, &format!("/{n}"), ""));
        }
        let identity = Identity::parse(uuid).expect("usable");
        requests.show_only(Some(Only { identity, email: "a@x".into() }));
        let shown: Vec<&str> = requests.shown().map(|kept| kept.call.method.as_str()).collect();
        assert_eq!(shown, ["GET", "POST"], "although their answers were let go");
    }
}

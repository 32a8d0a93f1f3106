//! The open sessions: state and channels of each.
//! The active session gets the keys. Background sessions keep processing replies, so that their plans
//! continue.

use std::task::Poll;

use super::service_channel::ServiceChannel;
use crate::app::model::options::SessionStatus;
use crate::app::{App, Effect, begin};
use crate::domain::{Now, RequestId, ServiceReply};

/// An open session.
#[derive(Debug)]
pub struct Session {
    /// State of the session.
    pub state: App,
    /// Channels to its service task.
    pub channel: ServiceChannel,
}

/// Opens a profile by name. `Err` is a sentence for the user.
pub type SessionOpener = Box<dyn FnMut(&str) -> Result<Session, String> + Send>;

/// All open sessions, in the order in which they were opened.
pub struct Sessions {
    sessions: Vec<Session>,
    active: usize,
    opener: Option<SessionOpener>,
}

impl Sessions {
    /// Creates the list with one session. More sessions can be opened if there is an opener.
    pub fn new(first: Session, opener: Option<SessionOpener>) -> Sessions {
        Sessions { sessions: vec![first], active: 0, opener }
    }

    /// Returns the index of the active session.
    pub(super) fn active_index(&self) -> usize {
        self.active
    }

    /// Returns a session.
    pub(super) fn session(&mut self, index: usize) -> &mut Session {
        &mut self.sessions[index]
    }

    /// Returns the state of the active session.
    pub(super) fn active_state(&mut self) -> &mut App {
        &mut self.sessions[self.active].state
    }

    /// Activates the session of a profile. Opens it and loads its list if it is not open yet.
    /// The chosen theme stays.
    pub(super) fn switch_to(&mut self, name: &str, now: Now) -> Vec<Effect> {
        let theme_name = self.active_state().model.theme_name.clone();
        let effects = self.activate(name, now);
        self.active_state().model.theme_name = theme_name;
        effects
    }

    /// Opens a session for a profile that `guestlist login` wrote. An open session of this profile keeps its token
    /// source, and continues in the background.
    pub(super) fn open_signed_in(&mut self, name: &str, now: Now) -> Vec<Effect> {
        let theme_name = self.active_state().model.theme_name.clone();
        let effects = self.open(name, now);
        let profiles = self.active_state().model.options.profiles.clone();
        for session in &mut self.sessions {
            session.state.model.options.profiles.clone_from(&profiles);
        }
        self.active_state().model.theme_name = theme_name;
        effects
    }

    fn activate(&mut self, name: &str, now: Now) -> Vec<Effect> {
        let is_wanted = |session: &Session| session.state.model.options.name == name;
        // After a login, a profile can have two sessions. The last one has the new token.
        if let Some(index) = self.sessions.iter().rposition(is_wanted) {
            self.active = index;
            return Vec::new();
        }
        self.open(name, now)
    }

    fn open(&mut self, name: &str, now: Now) -> Vec<Effect> {
        match self.opener.as_mut().map(|opener| opener(name)) {
            Some(Ok(session)) => {
                self.sessions.push(session);
                self.active = self.sessions.len() - 1;
                begin(self.active_state(), now)
            }
            Some(Err(message)) => {
                self.active_state().model.notifications.info(message, None, now);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// Updates the status of background sessions in the active session. Returns true if it changed.
    pub(super) fn update_active_status(&mut self) -> bool {
        if self.sessions.len() < 2 {
            return false;
        }
        let others = self.sessions.iter().enumerate().filter(|(index, _)| *index != self.active);
        let background: Vec<SessionStatus> =
            others.map(|(_, session)| session.state.session_status()).collect();
        let changed = self.active_state().model.background_sessions != background;
        self.active_state().model.background_sessions = background;
        changed
    }

    /// Waits for a reply of any session; the active session has priority. Returns the session's index.
    pub(super) async fn next_reply(&mut self) -> (usize, (RequestId, ServiceReply)) {
        let (active, sessions) = (self.active, &mut self.sessions);
        std::future::poll_fn(|context| {
            let others = (0..sessions.len()).filter(|index| *index != active);
            for index in std::iter::once(active).chain(others) {
                if let Poll::Ready(Some(reply)) = sessions[index].channel.replies.poll_recv(context) {
                    return Poll::Ready((index, reply));
                }
            }
            Poll::Pending
        })
        .await
    }
}

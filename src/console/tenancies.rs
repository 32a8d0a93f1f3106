//! The tenancies that are open: what is known of each, and the channels to its service task. One of them is in front
//! and gets the keys; the others go on taking in what their tasks say, so that a plan that runs there goes on.

use std::task::Poll;

use super::link::Link;
use crate::app::model::options::SessionStatus;
use crate::app::{App, Effect, begin};
use crate::domain::{Now, Reply, RequestId};

/// A tenancy that is open.
#[derive(Debug)]
pub struct Open {
    /// What is known of it.
    pub state: App,
    /// The channels to its service task.
    pub link: Link,
}

/// Opens a tenancy by its name in the configuration. `Err` says in a sentence why it cannot be opened.
pub type Opener = Box<dyn FnMut(&str) -> Result<Open, String> + Send>;

/// All that are open, in the order in which they were opened.
pub struct Tenancies {
    open: Vec<Open>,
    front: usize,
    opener: Option<Opener>,
}

impl Tenancies {
    /// With one that is open; others can be opened where there is an opener.
    pub fn new(first: Open, opener: Option<Opener>) -> Tenancies {
        Tenancies { open: vec![first], front: 0, opener }
    }

    /// The place of the one in front.
    pub(super) fn front(&self) -> usize {
        self.front
    }

    /// One of them.
    pub(super) fn at(&mut self, place: usize) -> &mut Open {
        &mut self.open[place]
    }

    /// What is known of the one in front.
    pub(super) fn state(&mut self) -> &mut App {
        &mut self.open[self.front].state
    }

    /// Brings a tenancy to the front; one that was not open begins to read.
    pub(super) fn go_to(&mut self, name: &str, now: Now) -> Vec<Effect> {
        let size = self.state().model.options.size;
        if let Some(place) = self.open.iter().position(|open| open.state.model.options.name == name) {
            self.front = place;
            self.state().model.options.size = size;
            return Vec::new();
        }
        match self.opener.as_mut().map(|opener| opener(name)) {
            Some(Ok(open)) => {
                self.open.push(open);
                self.front = self.open.len() - 1;
                self.state().model.options.size = size;
                begin(self.state(), now)
            }
            Some(Err(sentence)) => {
                self.state().model.notifications.note(sentence, now);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// Tells the one in front how the others stand. True where that has changed.
    pub(super) fn tell_front(&mut self) -> bool {
        if self.open.len() < 2 {
            return false;
        }
        let others = self.open.iter().enumerate().filter(|(place, _)| *place != self.front);
        let elsewhere: Vec<SessionStatus> = others.map(|(_, open)| open.state.session_status()).collect();
        let changed = self.state().model.background != elsewhere;
        self.state().model.background = elsewhere;
        changed
    }

    /// The next thing that any of the service tasks says, and which; that of the one in front first.
    pub(super) async fn next_reply(&mut self) -> (usize, (RequestId, Reply)) {
        let (front, open) = (self.front, &mut self.open);
        std::future::poll_fn(|context| {
            let others = (0..open.len()).filter(|place| *place != front);
            for place in std::iter::once(front).chain(others) {
                if let Poll::Ready(Some(said)) = open[place].link.replies.poll_recv(context) {
                    return Poll::Ready((place, said));
                }
            }
            Poll::Pending
        })
        .await
    }
}

//! Which tenancies the configuration names, and how those stand that are open behind the one in front. What belongs
//! to a tenancy is in a state of its own; nothing of one is ever in another's.

/// A tenancy that the configuration names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileEntry {
    /// Its name there.
    pub name: String,
    /// The server's address.
    pub address: String,
    /// Whether it starts read-only and asks for numbers.
    pub guarded: bool,
}

/// How a tenancy stands that is open behind the one in front.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionStatus {
    /// Its name in the configuration.
    pub name: String,
    /// How many steps of a plan that runs are over, and how many it has.
    pub running: Option<(usize, usize)>,
    /// Staged steps.
    pub staged: usize,
    /// Plans that wait for somebody.
    pub stopped: usize,
    /// Addresses whose old invite was revoked and who were sent no new one.
    pub owed: usize,
    /// Whether a draft would be lost by leaving.
    pub unsent: bool,
}

impl SessionStatus {
    /// Whether somebody who leaves should know of it.
    pub fn is_open(&self) -> bool {
        self.running.is_some() || self.staged + self.stopped + self.owed > 0 || self.unsent
    }

    /// What there is to say of it, shortest first what matters most; empty where it rests.
    pub fn words(&self) -> String {
        let parts = [
            self.running.map(|(over, steps)| format!("{over}/{steps} running")),
            Some(self.owed).filter(|owed| *owed > 0).map(|owed| format!("{owed} owed")),
            Some(self.stopped).filter(|stopped| *stopped > 0).map(|stopped| format!("{stopped} open")),
            Some(self.staged).filter(|staged| *staged > 0).map(|staged| format!("{staged} staged")),
            self.unsent.then(|| "a draft".to_owned()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

//! State of a client: base path, loaded list, token claims, and the server's clock. Makes no requests.

use jiff::SignedDuration;

use super::clock_skew::ClockSample;
use super::token::Token;
use crate::domain::connection::Claims;
use crate::domain::{Connection, TenancyKey};

/// What the client knows about the server and the token.
#[derive(Default)]
pub(super) struct ClientState {
    pub base_path: String,
    /// True if a list was loaded from this base path.
    pub has_loaded_list: bool,
    base_path_warning: Option<String>,
    claims: Claims,
    token_warning: Option<String>,
    clock_offset: SignedDuration,
    wrong_tenancy_reason: Option<String>,
}

impl ClientState {
    /// Starts with a base path and no other facts.
    pub fn new(base_path: String) -> ClientState {
        ClientState { base_path, ..ClientState::default() }
    }

    /// Records that a list was loaded from this base path.
    pub fn record_base_path(&mut self, base_path: &str) {
        if self.base_path != base_path {
            self.base_path_warning = Some(format!("{} was not found; using {base_path}.", self.base_path));
            self.base_path = base_path.to_owned();
        }
        self.has_loaded_list = true;
    }

    /// Records a token, new or reloaded; `pinned` is the tenancy that the profile requires.
    pub fn record_token(&mut self, token: &Token, pinned: Option<&str>) {
        self.wrong_tenancy_reason = pinned.and_then(|pinned| token.claims.tenancy_mismatch_reason(pinned));
        self.claims.clone_from(&token.claims);
        self.token_warning.clone_from(&token.warning);
    }

    /// Records the server's time from a response.
    pub fn record_clock_sample(&mut self, sample: ClockSample) {
        self.clock_offset = sample.update_offset(self.clock_offset);
    }

    /// Returns the connection, for display and for the tenancy key.
    pub fn connection(&self, url: &str, profile: &str) -> Connection {
        let warnings = self.base_path_warning.iter().chain(&self.token_warning);
        let mut connection = Connection {
            key: TenancyKey::new(url, self.claims.tenant.as_deref(), profile),
            url: url.to_owned(),
            base_path: self.base_path.clone(),
            claims: self.claims.clone(),
            clock_offset: self.clock_offset,
            warnings: warnings.cloned().collect(),
            is_token_renewed: false,
            wrong_tenancy_reason: self.wrong_tenancy_reason.clone(),
        };
        let clock_warning = connection.clock_warning();
        connection.warnings.extend(clock_warning);
        connection
    }
}

//! The calls of the Invites API, one method each.

use super::answer::{Cap, Deleted, Got, ListPage, MemberPage, PageToken};
use super::settings::Settings;
use crate::clock::Clock;
use crate::domain::{Draft, Failure, Identity, Invite, Session};

/// Speaks to one address as one tenancy. Cheap to clone; clones share everything.
#[derive(Debug, Clone)]
pub struct Client;

#[allow(clippy::todo, clippy::unused_async, unused_variables, missing_docs, reason = "bodies follow")]
impl Client {
    pub fn new(settings: Settings, clock: Clock) -> Result<Client, Failure> {
        todo!()
    }
    pub fn session(&self) -> Session {
        todo!()
    }
    pub fn has_listed(&self) -> bool {
        todo!()
    }
    pub async fn reload_token(&self) -> bool {
        todo!()
    }
    pub async fn list(&self, after: Option<&PageToken>) -> Result<Got<ListPage>, Failure> {
        todo!()
    }
    pub async fn get(&self, identity: &Identity) -> Result<Got<Invite>, Failure> {
        todo!()
    }
    pub async fn create(&self, draft: &Draft) -> Result<Got<Invite>, Failure> {
        todo!()
    }
    pub async fn delete(&self, identity: &Identity) -> Result<Got<Deleted>, Failure> {
        todo!()
    }
    pub async fn caps(&self) -> Result<Got<Vec<Cap>>, Failure> {
        todo!()
    }
    pub async fn members(&self, after: Option<&PageToken>) -> Result<Got<MemberPage>, Failure> {
        todo!()
    }
}

//! Fetches the list, single invites, members, quota and plans through the service task.

use super::exit_code::CliError;
use super::output;
use super::progress::ProgressLine;
use super::service::{MAX_PLANS, ServiceClient};
use crate::domain::annotation::{AnnotationChange, Annotations};
use crate::domain::diff::Snapshot;
use crate::domain::invite_store::InviteStore;
use crate::domain::journal::JournalEntry;
use crate::domain::members::Members;
use crate::domain::plan_analysis::quota_needed;
use crate::domain::query::Filter;
use crate::domain::service_msg::{FetchEnd, Page, unreadable_warning};
use crate::domain::{Error, Identity, Invite, RequestId, ServiceReply, ServiceRequest, Step};

/// An event of a list load.
#[derive(Debug)]
pub(super) enum FetchEvent {
    Page(Page),
    /// The load starts over: discard the rows so far.
    Restarted,
    /// The load has ended. Holds the error if the list is incomplete.
    Finished(Option<Error>),
}

impl ServiceClient {
    /// Loads the whole list.
    ///
    /// # Errors
    /// The list is incomplete.
    pub(super) async fn fetch_list(&mut self) -> Result<InviteStore, CliError> {
        match self.fetch_partial().await? {
            (store, None) => Ok(store),
            (_, Some(failure)) => Err(failure.into()),
        }
    }

    /// Loads the list; returns the received invites, and the error if the list is incomplete.
    pub(super) async fn fetch_partial(&mut self) -> Result<(InviteStore, Option<Error>), CliError> {
        let mut line = ProgressLine::new();
        let id = self.send_request(ServiceRequest::FetchList).await?;
        self.unreadable_rows = 0;
        let mut store = InviteStore::new_exact();
        loop {
            match self.next_fetch_event(id, &mut line).await? {
                FetchEvent::Page(page) => {
                    for row in &page.rows {
                        store.insert(row);
                    }
                    line.show_loading(store.len(), page.total);
                }
                FetchEvent::Restarted => store = InviteStore::new_exact(),
                FetchEvent::Finished(failure) => return Ok((store, failure)),
            }
        }
    }

    /// Waits for the next event of a list load.
    pub(super) async fn next_fetch_event(
        &mut self,
        id: RequestId,
        line: &mut ProgressLine,
    ) -> Result<FetchEvent, CliError> {
        loop {
            match self.next_reply(line).await? {
                (from, ServiceReply::Page(page)) if from == id => {
                    self.unreadable_rows += page.unreadable_rows;
                    return Ok(FetchEvent::Page(page));
                }
                (from, ServiceReply::ListRestarted { .. }) if from == id => {
                    self.unreadable_rows = 0;
                    return Ok(FetchEvent::Restarted);
                }
                (from, ServiceReply::ListFinished(end)) if from == id => {
                    line.clear();
                    if let Some(warning) = unreadable_warning(self.unreadable_rows) {
                        output::print_always(&format!("Warning: {warning}"));
                    }
                    return Ok(match end {
                        FetchEnd::Complete => {
                            self.print_warnings();
                            FetchEvent::Finished(None)
                        }
                        FetchEnd::Partial(failure) => FetchEvent::Finished(Some(failure)),
                    });
                }
                _ => {}
            }
        }
    }

    /// Makes a request and waits for the reply that `pick` accepts.
    async fn request<T>(
        &mut self,
        request: ServiceRequest,
        pick: impl Fn(ServiceReply) -> Option<T>,
    ) -> Result<T, CliError> {
        let id = self.send_request(request).await?;
        loop {
            let (from, reply) = self.next_reply(&mut ProgressLine::new()).await?;
            if from == id
                && let Some(picked) = pick(reply)
            {
                return Ok(picked);
            }
        }
    }

    /// Fetches one invite.
    pub(super) async fn fetch_invite(&mut self, identity: Identity) -> Result<Invite, CliError> {
        let pick = |reply| match reply {
            ServiceReply::Invite(invite) => Some(Ok(invite)),
            ServiceReply::Failed(failure) if failure.status() == Some(404) => {
                Some(Err(CliError::not_found(failure.to_string())))
            }
            ServiceReply::Failed(failure) => Some(Err(failure.into())),
            _ => None,
        };
        self.request(ServiceRequest::Get(identity), pick).await?
    }

    /// Returns the invites of an email.
    ///
    /// # Errors
    /// The list is incomplete.
    pub(super) async fn find_invites(&mut self, email: &str) -> Result<Vec<Invite>, CliError> {
        let store = self.fetch_for_emails(&[email.to_owned()]).await?;
        Ok(store.find_by_email(email).map(|row| row.to_invite()).collect())
    }

    /// Returns a list that has all invites of these emails: two requests for each email, or the whole list if
    /// the server's filter cannot be trusted.
    ///
    /// # Errors
    /// The list is incomplete.
    pub(super) async fn fetch_for_emails(&mut self, emails: &[String]) -> Result<InviteStore, CliError> {
        let mut store = InviteStore::new_exact();
        for email in emails {
            let pick = |reply| match reply {
                ServiceReply::InvitesByEmail(invites) => Some(Ok(invites)),
                ServiceReply::Failed(failure) => Some(Err(failure.into())),
                _ => None,
            };
            let found: Result<Option<Vec<Invite>>, CliError> =
                self.request(ServiceRequest::FindByEmail(email.clone()), pick).await?;
            let Some(invites) = found? else { return self.fetch_list().await };
            for invite in &invites {
                store.insert(invite);
            }
        }
        self.print_warnings();
        Ok(store)
    }

    /// Returns the list and the newest plans. A short list with all invites of `emails` is enough, unless unfinished
    /// plans must be reconciled first: their unknown outcomes need the whole list.
    ///
    /// # Errors
    /// The list is incomplete.
    pub(super) async fn fetch_list_and_plans(
        &mut self,
        emails: Option<&[String]>,
    ) -> Result<(InviteStore, Vec<JournalEntry>), CliError> {
        if let Some(emails) = emails {
            let store = self.fetch_for_emails(emails).await?;
            if let Ok(plans) = self.load_plans().await
                && !plans.iter().any(JournalEntry::is_resumable)
            {
                return Ok((store, plans));
            }
        }
        let store = self.fetch_list().await?;
        // An unusable journal is reported when a plan needs it.
        let plans = self.load_plans().await.unwrap_or_default();
        Ok((store, plans))
    }

    fn print_warnings(&self) {
        let warnings = self.warnings.iter().filter(|_| self.prints_warnings);
        warnings.for_each(|warning| output::print_info(&format!("Warning: {warning}")));
    }

    /// Fetches the body at a path of the server.
    pub(super) async fn fetch_path(&mut self, path: String) -> Result<Result<Vec<u8>, Error>, CliError> {
        let pick = |reply| match reply {
            ServiceReply::Body(body) => Some(Ok(body)),
            ServiceReply::Failed(failure) => Some(Err(failure)),
            _ => None,
        };
        self.request(ServiceRequest::GetPath(path), pick).await
    }

    /// Loads the members; `None` if the server does not provide members.
    pub(super) async fn fetch_members(&mut self) -> Result<Option<Members>, CliError> {
        let pick = |reply| match reply {
            ServiceReply::Members(members) => Some(members),
            _ => None,
        };
        self.request(ServiceRequest::FetchMembers, pick).await
    }

    /// Returns the notes, snoozes and dismissed problems of this tenancy. Works only after a list load.
    ///
    /// # Errors
    /// The journal, which holds them, is unusable.
    pub(super) async fn load_annotations(&mut self) -> Result<Annotations, CliError> {
        // Without them, a filter would match the wrong invites.
        match self.journal_error.clone() {
            Some(failure) => Err(failure.into()),
            None => self.request_annotations(ServiceRequest::LoadAnnotations).await,
        }
    }

    /// Writes a note or a snooze, and returns all annotations.
    pub(super) async fn save_annotation(
        &mut self,
        change: AnnotationChange,
    ) -> Result<Annotations, CliError> {
        self.request_annotations(ServiceRequest::SaveAnnotation(change)).await
    }

    async fn request_annotations(&mut self, request: ServiceRequest) -> Result<Annotations, CliError> {
        let pick = |reply| match reply {
            ServiceReply::Annotations(annotations) => Some(Ok(annotations)),
            ServiceReply::Failed(failure) => Some(Err(failure.into())),
            _ => None,
        };
        self.request(request, pick).await?
    }

    /// Returns the annotations if a filter uses them, else none.
    pub(super) async fn load_annotations_for(&mut self, filter: &Filter) -> Result<Annotations, CliError> {
        if filter.uses_annotations() { self.load_annotations().await } else { Ok(Annotations::default()) }
    }

    /// Returns the last cached list of this tenancy. Works only after a list load.
    pub(super) async fn load_cached_list(&mut self) -> Result<Option<Box<Snapshot>>, CliError> {
        let pick = |reply| match reply {
            ServiceReply::CachedList(list) => Some(list),
            _ => None,
        };
        self.request(ServiceRequest::LoadCachedList, pick).await
    }

    /// Returns a warning if the quota is too small for these steps.
    /// `None` also if the steps need no quota, or the server has no quota.
    pub(super) async fn quota_warning(&mut self, steps: &[Step]) -> Result<Option<String>, CliError> {
        let needed = quota_needed(steps);
        if needed == 0 {
            return Ok(None);
        }
        let pick = |reply| match reply {
            ServiceReply::Quota(quota) => Some(quota),
            _ => None,
        };
        let quota = self.request(ServiceRequest::FetchQuota, pick).await?;
        Ok(quota.and_then(|quota| quota.warning(needed)).map(|text| format!("Warning: {text}")))
    }

    /// Returns the newest plans of this tenancy, newest first. Works only after a list load,
    /// because the tenancy is unknown before.
    pub(super) async fn load_plans(&mut self) -> Result<Vec<JournalEntry>, CliError> {
        let pick = |reply| match reply {
            ServiceReply::Journal(entries) => Some(Ok(entries)),
            ServiceReply::Failed(failure) => Some(Err(failure.into())),
            _ => None,
        };
        self.request(ServiceRequest::LoadJournal { limit: MAX_PLANS }, pick).await?
    }
}

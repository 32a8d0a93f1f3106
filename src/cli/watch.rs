//! `guestlist list --watch`: redraws the table on a terminal, and prints events otherwise.

use std::io;
use std::io::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use super::exit_code::{CliError, NOT_ALLOWED, OK, for_error};
use super::format::FormatArgs;
use super::invite_item::invite_item;
use super::item::Item;
use super::kinds::{INVITE, INVITE_EVENT};
use super::query::QueryArgs;
use super::results::{self, Results};
use super::service::ServiceClient;
use super::{duration_arg, output};
use crate::domain::Invite;
use crate::domain::invite_store::{InviteStore, RowId};
use crate::domain::query::Filter;
use crate::domain::text::format_plural;
use crate::domain::watched_list::{WatchKind, WatchedList};
use crate::terminal;

/// Moves to the top left corner and clears the screen.
const CLEAR_SCREEN: &[u8] = b"\x1b[H\x1b[2J";
/// Lines of the screen that show no invite: header, count and prompt.
const OTHER_LINES: usize = 3;

/// What to watch.
pub(super) struct Watch<'a> {
    pub(super) query: &'a QueryArgs,
    pub(super) filter: Filter,
    pub(super) format: &'a FormatArgs,
    pub(super) interval: Duration,
}

impl Watch<'_> {
    /// Returns true if the list is redrawn instead of printed as events.
    fn redraws(&self) -> Result<bool, CliError> {
        let printer = self.format.printer(&INVITE)?;
        Ok(printer.is_table() && output::is_terminal())
    }

    /// Checks the options before the first request.
    ///
    /// # Errors
    /// The format is one document, which has no end here.
    pub(super) fn check(&self) -> Result<(), CliError> {
        if self.redraws()? {
            return Ok(());
        }
        match self.format.or_ndjson().printer(&INVITE_EVENT)?.is_document() {
            false => Ok(()),
            true => Err(CliError::usage(
                "--watch prints an event after the other, but --json and --jq print one document. Use -o ndjson.",
            )),
        }
    }

    /// Watches the list until a signal, or until standard output is closed.
    pub(super) async fn run(self, client: &mut ServiceClient) -> Result<u8, CliError> {
        let redraws = self.redraws()?;
        let mut events = self.format.or_ndjson().printer(&INVITE_EVENT)?;
        let mut list = WatchedList::default();
        loop {
            match client.fetch_partial().await? {
                (store, None) => {
                    let order = self.matching_rows(client, &store).await?;
                    let printed = match redraws {
                        true => self.redraw(client, &store, &order)?,
                        false => {
                            let rows = order.iter().filter_map(|row| store.rows().get(*row));
                            let is_listed = |identity: &_| store.find(identity).is_some();
                            let found = list.update(rows.map(|row| row.to_invite()), is_listed);
                            let at = json!(client.server_now().to_string());
                            events.print(found.iter().map(|(kind, invite)| event_item(*kind, invite, &at)))
                        }
                    };
                    if printed.is_err() {
                        return results::finish(printed, OK);
                    }
                }
                (_, Some(failure)) if for_error(&failure) == NOT_ALLOWED => return Err(failure.into()),
                // An incomplete list would show invites as gone.
                (_, Some(failure)) => output::print_error(for_error(&failure), &failure.to_string()),
            }
            client.prints_warnings = false;
            duration_arg::pause(client, self.interval).await?;
        }
    }

    async fn matching_rows(
        &self,
        client: &mut ServiceClient,
        store: &InviteStore,
    ) -> Result<Vec<RowId>, CliError> {
        let annotations = client.load_annotations_for(&self.filter).await?;
        let now = client.server_now();
        Ok(self.query.run_query(store.rows(), self.filter.clone(), now, &annotations))
    }

    fn redraw(
        &self,
        client: &ServiceClient,
        store: &InviteStore,
        order: &[RowId],
    ) -> Result<io::Result<()>, CliError> {
        let mut printer = self.format.printer(&INVITE)?;
        let now = client.server_now();
        let height = usize::from(terminal::window_size().height).saturating_sub(OTHER_LINES);
        let rows = order.iter().take(height).filter_map(|row| store.rows().get(*row));
        let drawn = Results
            .write_all(CLEAR_SCREEN)
            .and_then(|()| printer.print(rows.map(|row| invite_item(&row, now))));
        let (found, shown) = (format_plural(order.len(), "invite"), printer.count);
        let text = if shown < order.len() { format!("{found}, the first {shown} are shown") } else { found };
        output::print_info(&format!("{text} · every {} s · Ctrl-c ends", self.interval.as_secs()));
        Ok(drawn)
    }
}

fn event_item(kind: WatchKind, invite: &Invite, at: &Value) -> Item {
    let kind: &'static str = kind.into();
    Item::new([
        ("event", json!(kind)),
        ("at", at.clone()),
        ("email", json!(invite.email)),
        ("message", json!(invite.message)),
        ("expiry_time", json!(invite.expiry.0.map(|at| at.to_string()))),
        ("identity", json!(invite.identity.to_string())),
    ])
}

//! Reads how many more invites there may be. The call is optional on the server: on any failure nothing is told, and
//! where the server has no such call it is not asked again.

use std::sync::atomic::Ordering;

use super::retry;
use super::shared::{Asker, Shared};
use crate::domain::{Caps, Reply};

/// What the service calls the invites among its caps.
const INVITES: &str = "Invites";

/// Tells what is left, or that there is nothing to tell.
pub(super) async fn tell(shared: &Shared, asker: &Asker) {
    if shared.no_caps.load(Ordering::SeqCst) {
        return shared.out.send(asker.id, Reply::Caps(None)).await;
    }
    let client = shared.client_of_list();
    let caps = match retry::read(shared, asker, || client.caps()).await {
        Ok(caps) => caps.into_iter().find(|cap| cap.resource.eq_ignore_ascii_case(INVITES)),
        Err(failure) => {
            tracing::info!(%failure, "what is left of the cap is not known");
            shared.no_caps.store(retry::is_not_there(&failure), Ordering::SeqCst);
            None
        }
    };
    let caps = caps.and_then(|cap| Caps::of(cap.remaining, cap.cap));
    shared.out.send(asker.id, Reply::Caps(caps)).await;
}

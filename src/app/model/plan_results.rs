//! Results of finished plans, which stay in the Plans view until they are dismissed.

use std::collections::HashMap;

use crate::domain::PlanId;

/// What the Plans view shows about finished plans besides their steps.
#[derive(Debug, Clone, Default)]
pub struct PlanResults {
    /// Number of results that the user has not looked at.
    pub unseen: usize,
    /// Number of deletes that the user removed from each plan before it was applied.
    pub kept: HashMap<PlanId, usize>,
}

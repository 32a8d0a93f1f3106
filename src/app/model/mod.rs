//! What all screens share. Knows no screen and no effect.

pub mod export;
pub mod filter_history;
pub mod invites;
pub mod key_labels;
pub mod latency;
pub mod marks;
pub mod notifications;
pub mod options;
pub mod plan_run;
pub mod plans;
pub mod render_metrics;
pub mod request_log;
pub mod sessions;
pub mod table;
pub mod view;

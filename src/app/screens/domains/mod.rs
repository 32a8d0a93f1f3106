//! Domains dialog: the number of pending invites per email domain.
//!
//! Confirming filters the table by the selected domain.

pub mod view;

use std::collections::HashMap;

use crate::app::ops::table;
use crate::app::{Context, Hint, Model, Screen, hints};
use crate::domain::invite_store::Rows;
use crate::domain::query::Filter;
use crate::keys::{Action, KeyContext};
use crate::ui::ListState;
use crate::ui::list::cycle_selection;

/// State of the Domains dialog.
#[derive(Debug, Clone, Default)]
pub struct DomainsDialog {
    /// Domains with their numbers of pending invites, the most frequent first.
    pub counts: Vec<(String, usize)>,
    /// Selection and scroll offset.
    pub list_state: ListState,
    /// Rows that were counted.
    counted_rows: Rows,
}

impl DomainsDialog {
    pub(crate) fn open(model: &Model) -> DomainsDialog {
        let mut domains = DomainsDialog::default();
        domains.recount(model);
        domains
    }

    /// Counts the loaded invites per domain. The selected domain stays selected.
    fn recount(&mut self, model: &Model) {
        let selected = self.selected_domain().map(str::to_owned);
        let rows = model.invites.shown.rows();
        let mut counts: HashMap<String, usize> = HashMap::new();
        for row in rows.iter().filter_map(|row| rows.get(row)) {
            if let Some((_, domain)) = row.email.rsplit_once('@') {
                *counts.entry(domain.to_lowercase()).or_default() += 1;
            }
        }
        self.counted_rows = rows.clone();
        self.counts = counts.into_iter().collect();
        self.counts.sort_by(|(domain_a, count_a), (domain_b, count_b)| {
            count_b.cmp(count_a).then_with(|| domain_a.cmp(domain_b))
        });
        let index = self.counts.iter().position(|(domain, _)| Some(domain) == selected.as_ref());
        self.list_state.selected = index.unwrap_or(0);
    }

    fn selected_domain(&self) -> Option<&str> {
        self.counts.get(self.list_state.selected).map(|(domain, _)| domain.as_str())
    }
}

impl Screen for DomainsDialog {
    fn key_context(&self) -> KeyContext {
        KeyContext::Prompt
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        let (selected, domains) = (self.list_state.selected, self.counts.len());
        match action {
            Action::Confirm => {
                cx.close();
                let filter = self
                    .selected_domain()
                    .map(|domain| Filter::parse(&format!("@{domain}"), &cx.options.filters));
                if let Some(Ok(filter)) = filter {
                    table::save_filter(cx, filter.text());
                    table::set_filter(cx, filter);
                }
            }
            Action::Back => cx.close(),
            _ => self.list_state.selected = cycle_selection(selected, action, domains),
        }
    }

    fn on_row_clicked(&mut self, row: usize, _cx: &mut Context<'_>) {
        self.list_state.selected = row;
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        hints([(Action::Confirm, "filter"), (Action::Next, "next"), (Action::Back, "close")])
    }

    fn sync(&mut self, cx: &mut Context<'_>) {
        if !self.counted_rows.is_same(cx.invites.shown.rows()) {
            self.recount(cx);
        }
    }
}

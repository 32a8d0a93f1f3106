//! Filter tabs above the table: all rows, the named filters, and the filters that the user saved.

use crate::app::Model;
use crate::domain::overview::OverviewInput;
use crate::domain::query::Filter;

/// A tab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterTab {
    /// Name on the screen; may contain raw user input.
    pub label: String,
    /// Text of the filter; empty for all rows.
    pub filter: String,
}

impl Model {
    /// Returns the tabs, in order.
    pub fn filter_tabs(&self) -> Vec<FilterTab> {
        let tab = |label: &str, filter: String| FilterTab { label: label.to_owned(), filter };
        let named = self.options.filters.iter().map(|(name, _)| {
            let label = match name {
                "soon" => "Soon",
                "expired" => "Expired",
                "nomessage" => "No message",
                name => name,
            };
            tab(label, format!("#{name}"))
        });
        let saved = self.table.saved_filters.iter().map(|text| tab(text, text.clone()));
        std::iter::once(tab("All", String::new())).chain(named).chain(saved).collect()
    }

    /// Returns the index of the tab whose filter is applied.
    pub fn current_tab(&self, tabs: &[FilterTab]) -> Option<usize> {
        tabs.iter().position(|tab| tab.filter == self.table.query.filter.text())
    }

    /// Returns what the counts of the tabs depend on.
    pub(crate) fn overview_input(&self) -> OverviewInput {
        let parse = |text: &str| Filter::parse(text, &self.options.filters).unwrap_or_default();
        OverviewInput {
            filters: self.filter_tabs().iter().map(|tab| parse(&tab.filter)).collect(),
            annotations: self.table.query.annotations.clone(),
            zone: self.options.zone.clone(),
        }
    }
}

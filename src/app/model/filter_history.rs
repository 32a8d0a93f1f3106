//! What was typed into a field before, the newest first, for going back to it. Kept for the session alone.

/// So many are kept; the oldest go first.
const KEPT: usize = 50;

/// Texts that were typed before.
#[derive(Debug, Clone, Default)]
pub struct FilterHistory(Vec<String>);

/// Where in them one is.
#[derive(Debug, Clone, Default)]
pub struct Place {
    nth: Option<usize>,
    /// What was typed before one went back.
    begun: String,
}

impl FilterHistory {
    /// Takes a text in, once: an older one that is equal goes.
    pub fn add(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        self.0.retain(|other| other != text);
        self.0.insert(0, text.to_owned());
        self.0.truncate(KEPT);
    }

    /// The next older text than the one at this place that is another than what is in the field.
    pub fn older(&self, place: &mut Place, in_field: &str) -> Option<String> {
        let from = place.nth.map_or(0, |nth| nth + 1);
        let nth = (from..self.0.len()).find(|nth| self.0[*nth] != in_field.trim())?;
        if place.nth.is_none() {
            place.begun = in_field.to_owned();
        }
        place.nth = Some(nth);
        Some(self.0[nth].clone())
    }

    /// The next newer one; behind the newest, what was begun before one went back.
    pub fn newer(&self, place: &mut Place) -> Option<String> {
        let nth = place.nth?;
        let newer = (0..nth).rev().find(|newer| self.0[*newer] != place.begun.trim());
        place.nth = newer;
        match newer {
            Some(newer) => Some(self.0[newer].clone()),
            None => Some(std::mem::take(&mut place.begun)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_back_and_forth_and_what_was_begun_is_not_lost() {
        let mut history = FilterHistory::default();
        for text in ["a", "b", " a ", "", "c"] {
            history.add(text);
        }
        let mut place = Place::default();
        assert_eq!(history.newer(&mut place), None);
        for expected in [Some("c"), Some("a"), Some("b"), None] {
            assert_eq!(history.older(&mut place, "begun").as_deref(), expected);
        }
        for expected in [Some("a"), Some("c"), Some("begun"), None] {
            assert_eq!(history.newer(&mut place).as_deref(), expected);
        }
    }

    #[test]
    fn what_is_in_the_field_already_is_not_brought_back() {
        let mut history = FilterHistory::default();
        history.add("a");
        history.add("b");
        let mut place = Place::default();
        assert_eq!(history.older(&mut place, "b").as_deref(), Some("a"));
        assert_eq!(history.newer(&mut place).as_deref(), Some("b"));
    }

    #[test]
    fn only_so_many_are_kept() {
        let mut history = FilterHistory::default();
        (0..200).for_each(|n| history.add(&n.to_string()));
        assert_eq!((history.0.len(), history.0[0].as_str()), (KEPT, "199"));
    }
}

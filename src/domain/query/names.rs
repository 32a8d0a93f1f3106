//! Named filters: the built-in ones, and the person's own from the configuration. A name stands for the terms of
//! its text wherever `#name` is written. With them comes the time zone, which decides what a named day is.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::filter::{Filter, Mistake};

/// The built-in ones.
pub const BUILT_IN: &[(&str, &str)] = &[("soon", "exp<48h"), ("expired", "expired"), ("nomessage", "!msg:")];

/// The filters that have a name, and the zone in which a day of the calendar begins and ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    own: BTreeMap<String, Filter>,
    zone: TimeZone,
}

impl Default for Names {
    fn default() -> Names {
        Names { own: BTreeMap::new(), zone: TimeZone::UTC }
    }
}

/// Why a named filter was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {sentence}")]
pub struct NotTaken {
    /// Its name.
    pub name: String,
    /// What is wrong with its name or its text.
    pub sentence: String,
}

impl Names {
    /// The built-in ones and these, which may refer to the built-in ones, and take the place of one of the same
    /// name.
    pub fn new<'a>(own: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Names, NotTaken> {
        let built_in = Names::default();
        let mut names = Names::default();
        for (name, text) in own {
            let refuse = |sentence: String| NotTaken { name: name.to_owned(), sentence };
            if !is_name(name) {
                return Err(refuse("a name has letters, digits, - and _ in it, and nothing else".to_owned()));
            }
            let filter = Filter::parse(text, &built_in).map_err(|mistake| refuse(mistake.sentence))?;
            if filter.is_empty() {
                return Err(refuse("it is empty, and would let every row through".to_owned()));
            }
            names.own.insert(name.to_owned(), filter);
        }
        Ok(names)
    }

    /// The same with days as this zone has them, also in the filters themselves. Before, they are those of UTC.
    pub fn in_zone(mut self, zone: TimeZone) -> Names {
        let built_in = Names { zone: zone.clone(), ..Names::default() };
        for filter in self.own.values_mut() {
            // It was a filter in one zone, and is one in any, but for a day at the end of all time.
            if let Ok(there) = Filter::parse(filter.text(), &built_in) {
                *filter = there;
            }
        }
        Names { zone, ..self }
    }

    pub(super) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// All of them with their texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = self.own.iter().map(|(name, filter)| (name.as_str(), filter.text()));
        BUILT_IN.iter().copied().filter(|(name, _)| !self.own.contains_key(*name)).chain(own)
    }

    pub(super) fn find(&self, name: &str) -> Option<Result<Filter, Mistake>> {
        if let Some(filter) = self.own.get(name) {
            return Some(Ok(filter.clone()));
        }
        let (_, text) = BUILT_IN.iter().find(|(built_in, _)| *built_in == name)?;
        Some(Filter::parse(text, &Names::default()))
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
}

#[cfg(test)]
mod tests {
    use super::super::term::Test;
    use super::*;

    const NOON: i64 = 12 * 60 * 60 * 1_000_000;

    fn bounds(text: &str, names: &Names) -> (i64, i64) {
        let filter = Filter::parse(text, names).expect("good");
        assert!(!filter.asks_time(), "a day stays the same");
        match filter.terms() {
            [term] => match &term.test {
                Test::Between(from, until) => (*from, *until),
                other => panic!("{other:?}"),
            },
            terms => panic!("{terms:?}"),
        }
    }

    #[test]
    fn a_day_is_that_of_the_zone_also_in_a_named_filter() {
        let names = Names::new([("day", "exp:1970-01-02")]).expect("good");
        assert_eq!(
            bounds("exp:1970-01-02", &names),
            (2 * NOON, 4 * NOON),
            "of UTC as long as nothing is said"
        );
        let names = names.in_zone(TimeZone::posix("<+12>-12").expect("a zone"));
        assert_eq!(bounds("exp:1970-01-02", &names), (NOON, 3 * NOON));
        let own = names.own["day"].terms()[0].test.clone();
        assert!(matches!(own, Test::Between(NOON, _)), "{own:?}");
    }

    #[test]
    fn what_is_no_day_is_refused_and_it_is_said_how_one_is_written() {
        for text in ["exp:", "exp:2022-6-17", "exp:2022-06-31", "exp:2022-06-17T10:00", "exp:9999-12-31"] {
            let mistake = Filter::parse(text, &Names::default()).expect_err(text);
            let sentence = format!(
                "{text} is not understood: a day is written as exp:2024-06-08, and that is all of it."
            );
            assert_eq!(mistake, Mistake { at: 0..text.len(), sentence });
        }
    }
}

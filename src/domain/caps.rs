//! How many more invites the server lets a tenancy have. The caps call is optional on the server, so whoever asks gets
//! an `Option` of this: "no limit" and "not told" both mean that there is nothing to show.

use super::text::count;

/// What is left of the cap of pending invites, as the server last told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// How many more there may be.
    pub left: u64,
    /// How many there may be in all, where that was told.
    pub cap: Option<u64>,
}

impl Caps {
    /// From the server's numbers, in which a negative one means no limit.
    pub fn of(remaining: Option<i64>, cap: Option<i64>) -> Option<Caps> {
        let told = |n: Option<i64>| u64::try_from(n?).ok();
        Some(Caps { left: told(remaining)?, cap: told(cap) })
    }

    /// "6 of 10 left".
    pub fn words(&self) -> String {
        let left = count(self.left as usize);
        match self.cap {
            Some(cap) => format!("{left} of {} left", count(cap as usize)),
            None => format!("{left} left"),
        }
    }

    /// What there is to say where a plan needs so many new invites at one time; `None` where they fit.
    pub fn warning(&self, needed: usize) -> Option<String> {
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        (needed > left).then(|| {
            format!(
                "The server takes {} more ({}), and this plan needs room for {}: it would be stopped on its way.",
                count(left),
                self.words(),
                count(needed)
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cap_is_shown_only_where_the_server_tells_one() {
        assert_eq!(Caps::of(Some(-1), Some(-1)), None, "no limit");
        assert_eq!(Caps::of(None, Some(10)), None, "not readable");
        let words = |remaining, cap| Caps::of(remaining, cap).map(|caps| caps.words());
        assert_eq!(words(Some(6), Some(10)).as_deref(), Some("6 of 10 left"));
        assert_eq!(words(Some(0), None).as_deref(), Some("0 left"));
        assert_eq!(words(Some(1_200), Some(-1)).as_deref(), Some("1,200 left"));
    }

    #[test]
    fn what_fits_is_no_matter_for_a_warning() {
        let caps = Caps { left: 6, cap: Some(10) };
        assert_eq!(caps.warning(6), None);
        let words = caps.warning(7).expect("too many");
        assert!(words.contains("6 more (6 of 10 left)") && words.contains("room for 7"), "{words}");
    }
}

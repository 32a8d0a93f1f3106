//! Quota: how many more invites the server allows. The endpoint is optional, so callers use an
//! `Option<Quota>`; `None` means that there is no limit or that the server does not report it.

use super::text::format_count;

/// Quota of pending invites, as the server last reported it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Remaining invites.
    pub remaining: u64,
    /// The total quota, if reported.
    pub limit: Option<u64>,
}

impl Quota {
    /// Converts the server's numbers. A negative number means that there is no limit.
    pub fn from_response(remaining: Option<i64>, cap: Option<i64>) -> Option<Quota> {
        let to_count = |n: Option<i64>| u64::try_from(n?).ok();
        Some(Quota { remaining: to_count(remaining)?, limit: to_count(cap) })
    }

    /// Returns a label such as "6 of 10 left".
    pub fn label(&self) -> String {
        let left = format_count(self.remaining as usize);
        match self.limit {
            Some(cap) => format!("{left} of {} left", format_count(cap as usize)),
            None => format!("{left} left"),
        }
    }

    /// Returns a warning if a plan needs more than the remaining quota at the same time.
    pub fn warning(&self, needed: usize) -> Option<String> {
        let left = usize::try_from(self.remaining).unwrap_or(usize::MAX);
        let is_short = needed > left;
        let (left, needed, label) = (format_count(left), format_count(needed), self.label());
        let warning = || {
            format!(
                "Quota: {left} more allowed ({label}), but this plan needs {needed}. It would stop half-way."
            )
        };
        is_short.then(warning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quota_is_shown_only_if_the_server_reports_it() {
        assert_eq!(Quota::from_response(Some(-1), Some(-1)), None, "no limit");
        assert_eq!(Quota::from_response(None, Some(10)), None, "not readable");
        let label = |remaining, cap| Quota::from_response(remaining, cap).map(|quota| quota.label());
        assert_eq!(label(Some(6), Some(10)).as_deref(), Some("6 of 10 left"));
        assert_eq!(label(Some(0), None).as_deref(), Some("0 left"));
        assert_eq!(label(Some(1_200), Some(-1)).as_deref(), Some("1,200 left"));
    }

    #[test]
    fn quota_warns_only_above_the_remaining_number() {
        let quota = Quota { remaining: 6, limit: Some(10) };
        assert_eq!(quota.warning(6), None);
        let warning = quota.warning(7).expect("too many");
        assert!(
            warning.contains("6 more allowed (6 of 10 left)") && warning.contains("needs 7"),
            "{warning}"
        );
    }
}

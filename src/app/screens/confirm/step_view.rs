//! Draws the only step of a plan in full; an edit as the difference of the old and the new text.

use ratatui::style::{Modifier, Style};
use ratatui::text::Span;

use crate::app::RenderContext;
use crate::app::render::invite_detail::expiry_text;
use crate::domain::text::sanitize;
use crate::domain::text_diff::{DiffPart, diff_middle, diff_words};
use crate::domain::{Draft, Invite, Step};
use crate::ui::dialog::wrap_styled;
use crate::ui::wrap::wrap_parts;
use crate::ui::{Lines, Theme};

/// Returns the details of a step.
pub(super) fn step_detail_lines(step: &Step, cx: &RenderContext<'_>) -> Lines {
    let (theme, columns) = (cx.theme, cx.columns);
    let (invite, draft) = (step.target(), step.draft());
    let edit = invite.zip(draft.as_ref());
    let mut lines = match edit.filter(|(invite, draft)| invite.email != draft.email) {
        Some((invite, draft)) => email_diff_lines(&invite.email, &draft.email, theme, columns),
        None => {
            let email = invite.map_or(step.email(), |invite| &invite.email);
            wrap_styled(&sanitize(email), columns, theme.title)
        }
    };
    if let Some(invite) = invite {
        lines.extend(wrap_styled(
            &format!("expires {}", expiry_text(invite.expiry, cx)),
            columns,
            theme.muted,
        ));
    }
    match (edit, &draft) {
        (Some((invite, draft)), _) => lines.extend(message_diff_lines(invite, draft, theme, columns)),
        (None, Some(draft)) => {
            let message = if draft.message.is_empty() { "(none)".into() } else { sanitize(&draft.message) };
            lines.extend(wrap_styled(&format!("message {message}"), columns, theme.muted));
        }
        (None, None) => {}
    }
    lines
}

/// Returns the old email after a minus and the new one after a plus. What differs is crossed out or underlined.
fn email_diff_lines(old: &str, new: &str, theme: &Theme, columns: usize) -> Lines {
    let (mut removed, mut added) =
        (vec![Span::styled("- ", theme.error)], vec![Span::styled("+ ", theme.success)]);
    for part in diff_middle(old, new) {
        match part {
            DiffPart::Same(text) => {
                let span = Span::styled(sanitize(&text).into_owned(), theme.title);
                removed.push(span.clone());
                added.push(span);
            }
            DiffPart::Removed(text) => {
                removed.push(Span::styled(sanitize(&text).into_owned(), removed_style(theme)))
            }
            DiffPart::Added(text) => {
                added.push(Span::styled(sanitize(&text).into_owned(), added_style(theme)))
            }
        }
    }
    let mut lines = wrap_parts(&removed, columns);
    lines.extend(wrap_parts(&added, columns));
    lines
}

/// Returns the message with its changes: `See you on [-Monday][+Tuesday].` An unchanged message is not repeated.
fn message_diff_lines(invite: &Invite, draft: &Draft, theme: &Theme, columns: usize) -> Lines {
    if invite.message == draft.message {
        return Vec::new();
    }
    let mut spans = vec![Span::styled("message ", theme.muted)];
    spans.extend(diff_words(&invite.message, &draft.message).into_iter().map(|part| match part {
        DiffPart::Same(text) => Span::styled(sanitize(&text).into_owned(), theme.muted),
        DiffPart::Removed(text) => Span::styled(format!("[-{}]", sanitize(&text)), removed_style(theme)),
        DiffPart::Added(text) => Span::styled(format!("[+{}]", sanitize(&text)), added_style(theme)),
    }));
    wrap_parts(&spans, columns)
}

fn removed_style(theme: &Theme) -> Style {
    theme.error.add_modifier(Modifier::CROSSED_OUT)
}

fn added_style(theme: &Theme) -> Style {
    theme.success.add_modifier(Modifier::UNDERLINED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Expiry, Identity};

    fn styled_text(lines: &Lines, modifier: Modifier) -> String {
        let spans = lines.iter().flat_map(|line| &line.spans);
        spans.filter(|span| span.style.add_modifier.contains(modifier)).map(|span| &*span.content).collect()
    }

    #[test]
    fn edit_marks_what_changed_by_sign_and_style() {
        let theme = &Theme::none();
        let emails = email_diff_lines("jane@acme.co", "june@acme.com", theme, 40);
        let texts: Vec<String> = emails.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["- jane@acme.co", "+ june@acme.com"]);
        assert_eq!(styled_text(&emails, Modifier::CROSSED_OUT), "ane@acme.co");
        assert_eq!(styled_text(&emails, Modifier::UNDERLINED), "une@acme.com");
        let invite = Invite {
            identity: Identity::parse("a").expect("usable"),
            email: "jane@acme.com".into(),
            message: "See you on Monday.".into(),
            expiry: Expiry(None),
        };
        let draft = Draft { email: invite.email.clone(), message: "See you on Tuesday.".into() };
        let lines = message_diff_lines(&invite, &draft, theme, 60);
        assert_eq!(lines[0].to_string(), "message See you on [-Monday.][+Tuesday.]");
        assert_eq!(styled_text(&lines, Modifier::CROSSED_OUT), "[-Monday.]");
        assert_eq!(styled_text(&lines, Modifier::UNDERLINED), "[+Tuesday.]");
    }
}

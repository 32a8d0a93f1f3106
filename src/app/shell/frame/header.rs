//! Header: profile, tenancy, token lifetime, views and list status.
//!
//! In a narrow window the least important parts are dropped first; the list status always stays.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::model::click_area::ClickTarget;
use crate::app::model::invites::Completeness;
use crate::app::model::plans::PlanRun;
use crate::app::{App, Model, RenderContext, View};
use crate::domain::error::LIST_INCOMPLETE;
use crate::domain::expiry::Urgency;
use crate::domain::service_msg::unreadable_label;
use crate::domain::text::{format_count, sanitize, truncate, width};
use crate::domain::{Expiry, Identity, Now};
use crate::keys::{Action, KeyContext};
use crate::ui::Theme;

/// Bars of the sparkline, the lowest first.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Returns the height of the header in lines.
pub fn height(app: &App) -> u16 {
    let banners = usize::from(sandbox_line(app, usize::MAX).is_some())
        + usize::from(app.model.wrong_tenancy_reason().is_some());
    2 + banners as u16
}

/// Draws the header.
pub fn draw(app: &App, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) {
    let (theme, columns) = (cx.theme, area.width as usize);
    let mut lines = vec![first_line(&app.model, theme, cx.now, columns)];
    if let Some(text) = sandbox_line(app, columns) {
        lines.push(Line::styled(truncate(&text, columns), theme.muted));
    }
    if let Some(reason) = app.model.wrong_tenancy_reason() {
        let text = format!(" {}", shorten_ids(&sanitize(reason)).replacen("the profile", "The profile", 1));
        lines.push(Line::styled(truncate(&text, columns), theme.error));
    }
    let line = Rect { y: area.y + lines.len() as u16, height: 1, ..area };
    lines.push(view_tabs(app, cx, line));
    frame.render_widget(Paragraph::new(lines), area);
}

/// Returns the line about the sandbox; `None` in other views, and after the user has hidden it.
fn sandbox_line(app: &App, columns: usize) -> Option<String> {
    app.model.options.sandbox.as_ref()?;
    if app.views.current != View::Pending || app.model.is_sandbox_line_hidden {
        return None;
    }
    if app.model.options.is_sandbox_starting() {
        return Some(" Starting sandbox…".to_owned());
    }
    let (login, hide) =
        (app.model.key(KeyContext::Views, Action::Login), app.model.key(KeyContext::List, Action::Back));
    let long =
        format!(" Sandbox with sample data. Press {login} to connect your tenancy. {hide} hides this line.");
    let is_long = width(&long) <= columns;
    Some(if is_long { long } else { format!(" Sample data · {login} connect · {hide} hide") })
}

/// Shortens each UUID in a text, so that two tenant ids fit into the line.
fn shorten_ids(text: &str) -> String {
    let shorten = |word: &str| {
        let id = word.trim_end_matches(',');
        match Identity::parse(id).filter(|id| id.uuid().is_some()) {
            Some(_) => format!("{}{}", truncate(id, 9), &word[id.len()..]),
            None => word.to_owned(),
        }
    };
    text.split(' ').map(shorten).collect::<Vec<_>>().join(" ")
}

/// Returns the line of views; the current view is highlighted.
///
/// If not all names fit, the other views show only their key.
fn view_tabs(app: &App, cx: &RenderContext<'_>, area: Rect) -> Line<'static> {
    let (theme, columns) = (cx.theme, area.width as usize);
    let named = |view: View| format!(" {} ", app.model.view_name(view));
    let shown_count = |n: usize| if n == 0 { String::new() } else { format_count(n) };
    // Number of unseen changes, and number of problems.
    let (changes, problems) =
        (shown_count(app.views.changes.unseen_count()), shown_count(app.views.problems.count));
    let counts = plan_counts(&app.model);
    let names = View::ALL.iter().map(|&view| width(&named(view))).sum::<usize>();
    let all_fit = names + width(&counts) + width(&changes) + width(&problems) + 2 < columns;
    let mut spans = Vec::new();
    for &view in View::ALL {
        let is_current = view == app.views.current;
        let style = theme.tab_style(is_current);
        let short = !all_fit && !is_current;
        let key = app.model.view_key(view).filter(|_| short);
        let text = key.map_or_else(|| named(view), |key| format!(" {key} "));
        let x = area.x + spans.iter().map(Span::width).sum::<usize>() as u16;
        let tab = Rect { x, width: width(&text) as u16, ..area };
        cx.add_click(tab.intersection(area), ClickTarget::Action(view.action()));
        spans.push(Span::styled(text, style));
        let badge = match view {
            View::Plans => &counts,
            View::Changes => &changes,
            View::Problems => &problems,
            _ => continue,
        };
        // Parentheses: after a bare number the count would look like another view.
        match short {
            _ if badge.is_empty() => {}
            true => spans.push(Span::styled(format!("({badge}) "), style)),
            false => spans.push(Span::styled(format!("{badge} "), style)),
        }
    }
    let available = columns.saturating_sub(spans.iter().map(|span| width(&span.content)).sum());
    let background = background_status(&app.model);
    if width(&background) <= available {
        spans.push(Span::styled(background, theme.warning));
    }
    Line::from(spans)
}

/// Returns the status of running background sessions: "  acme running 12/80".
fn background_status(model: &Model) -> String {
    let running = model.background_sessions.iter().filter(|session| session.running.is_some());
    running.map(|session| format!("  {} {}", truncate(&session.name, 16), session.summary())).collect()
}

/// Returns the progress of the running plan, and the numbers of unfinished plans, staged steps and new results.
fn plan_counts(model: &Model) -> String {
    let plans = &model.plans;
    let running = plans.running.iter().map(PlanRun::ended_steps).find(|(_, steps)| *steps > 1);
    let running = running.map(|(ended, steps)| format!("{}/{}", format_count(ended), format_count(steps)));
    let unloaded = plans.unfinished_counts.map_or(0, |counts| counts.plans);
    let (stopped, staged) = (plans.stopped_plans().count() + unloaded, plans.staged_step_count());
    let counts = [
        running,
        (stopped > 0).then(|| format!("{stopped} open")),
        (staged > 0).then(|| format!("+{}", format_count(staged))),
        (plans.results.unseen > 0).then(|| format!("{} new", format_count(plans.results.unseen))),
    ];
    counts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Minimum importance of a warning; the status on the right is shortened if a warning needs space.
const MIN_REQUIRED_IMPORTANCE: u8 = 9;

/// What a short list status says of a complete list.
const COMPLETE: &str = " · complete";

/// Text between the list status and the number of marks.
const SEPARATOR: &str = " · ";

/// Importance and text of a part on the left; the least important parts are dropped first.
type HeaderPart = (u8, Vec<Span<'static>>);

fn first_line(model: &Model, theme: &Theme, now: Now, columns: usize) -> Line<'static> {
    let mut parts = left_parts(model, theme, now);
    let (mut status, status_style) = list_status_text(model, theme, false);
    let mut marks = mark_count(&status, model, columns);
    let required = parts_width(&parts, MIN_REQUIRED_IMPORTANCE);
    if required + width(&status) + width(&marks) + 2 > columns {
        (status, _) = list_status_text(model, theme, true);
        if matches!(model.invites.completeness, Completeness::Complete { .. })
            && required + width(&status) + 2 > columns
        {
            // A warning is worth more than the news that nothing is missing.
            status = status.replacen(COMPLETE, "", 1);
        }
        marks = mark_count(&status, model, columns.saturating_sub(required + 1));
    }
    let status_width = width(&status) + width(&marks);
    let wanted = |parts: &[HeaderPart]| parts_width(parts, 0) + status_width + 2;
    while wanted(&parts) > columns {
        let Some(min) = parts.iter().map(|(importance, _)| *importance).min() else { break };
        parts.retain(|(importance, _)| *importance != min);
    }
    let gap = columns.saturating_sub(wanted(&parts) - 1);
    let mut spans: Vec<Span<'static>> = parts.into_iter().flat_map(|(_, spans)| spans).collect();
    spans.push(Span::raw(" ".repeat(gap)));
    // In a very narrow window the number of marks is cut first.
    let available = columns.saturating_sub(1);
    let status = truncate(&status, available);
    let marks = truncate(&marks, available.saturating_sub(width(&status)));
    let (separator, marks) = marks.split_at(if marks.starts_with(SEPARATOR) { SEPARATOR.len() } else { 0 });
    spans.push(Span::styled(status + separator, status_style));
    spans.push(Span::styled(marks.to_owned(), theme.mark));
    Line::from(spans)
}

/// Returns the width of the parts with at least this importance.
fn parts_width(parts: &[HeaderPart], min: u8) -> usize {
    let spans = parts.iter().filter(|(importance, _)| *importance >= min).flat_map(|(_, spans)| spans);
    spans.map(|span| width(&span.content)).sum()
}

fn left_parts(model: &Model, theme: &Theme, now: Now) -> Vec<HeaderPart> {
    let mut parts = vec![(7, vec![Span::styled(" guestlist", theme.title)])];
    let mut add = |importance, text: &str, style| {
        parts.push((importance, vec![Span::raw("  "), Span::styled(text.to_owned(), style)]));
    };
    if model.options.sandbox.is_some() {
        add(10, " SANDBOX ", theme.badge);
    }
    if let Some(badge) = &model.options.badge {
        let style = theme.badge_style(badge.color.as_deref());
        add(10, &format!(" {} ", truncate(&badge.text, 16)), style);
    }
    let missing = model.plans.missing_invite_count();
    if missing > 0 {
        add(11, &format!(" {} missing ", format_count(missing)), theme.badge);
    }
    let claims = model.connection.as_ref().map(|connection| &connection.claims);
    if model.wrong_tenancy_reason().is_some() {
        add(12, " WRONG TENANCY ", theme.error);
    } else if model.read_only_reason.is_some() {
        add(9, " READ-ONLY ", theme.badge);
    }
    match claims.and_then(|claims| claims.name.as_deref()) {
        Some(name) => add(6, &truncate(name, 24), Style::new()),
        None => add(3, &truncate(&model.options.url, 40), Style::new()),
    }
    if let Some(tenant) = claims.and_then(|claims| claims.tenant.as_deref()) {
        let id = tenant.rsplit('/').next().unwrap_or(tenant);
        add(2, &format!("tenant {}", truncate(id, 9)), theme.muted);
    }
    if model.overview.days.iter().any(|count| *count > 0) {
        add(
            1,
            &format!("today {} {} d", sparkline(&model.overview.days), model.overview.days.len()),
            theme.muted,
        );
    }
    if model.connection.as_ref().is_some_and(|connection| connection.clock_warning().is_some()) {
        add(9, " CLOCK OFF ", theme.error);
    }
    if let Some(quota) = model.quota {
        let style = if quota.remaining == 0 { theme.warning } else { theme.muted };
        add(4, &quota.label(), style);
    }
    if let Some(problem) = model.token_problem {
        add(9, problem, theme.error);
    } else if let Some(expires) = claims.and_then(|claims| claims.expires_at) {
        let (expiry, server_now) = (Expiry(Some(expires)), model.server_now(now));
        let lifetime = format!("token {}", expiry.remaining_text(server_now));
        match expiry.urgency(server_now) {
            Urgency::Expired => add(5, "token expired", theme.error),
            _ if expires.duration_since(server_now).as_secs() < 300 => add(5, &lifetime, theme.warning),
            _ => add(5, &lifetime, theme.muted),
        }
    }
    if let Some(every) = model.auto_refresh.label() {
        add(8, &every, theme.muted);
    }
    parts
}

/// Returns one bar for each day, relative to the day with the most invites.
fn sparkline(days: &[usize]) -> String {
    let max = days.iter().copied().max().unwrap_or(0).max(1);
    let bar = |count: &usize| match count {
        0 => ' ',
        // Rounded up, so that a single invite is visible.
        count => BARS[(count * BARS.len()).div_ceil(max) - 1],
    };
    days.iter().map(bar).collect()
}

/// Returns the number of marked invites, shown after the list status; only "+3" if space is short.
fn mark_count(status: &str, model: &Model, columns: usize) -> String {
    let (marked, hidden) = (model.marks.len(), model.marks.hidden_count());
    if marked == 0 {
        return String::new();
    }
    let hidden = if hidden > 0 { format!(", {} hidden", format_count(hidden)) } else { String::new() };
    let long = format!("{SEPARATOR}{} marked{hidden}", format_count(marked));
    let fits = width(status) + width(&long) < columns;
    if fits { long } else { format!("{SEPARATOR}+{}{hidden}", format_count(marked)) }
}

/// Returns the list status with the number of unreadable rows.
fn list_status_text(model: &Model, theme: &Theme, short: bool) -> (String, Style) {
    let (list_status, style) = completeness_text(model, theme, short);
    match unreadable_label(model.invites.unreadable) {
        Some(_) if short => {
            (format!("{list_status} · {} unreadable", format_count(model.invites.unreadable)), theme.error)
        }
        Some(text) => (format!("{list_status} · {text}"), theme.error),
        None => (list_status, style),
    }
}

/// Returns the completeness of the list as text; `short` omits details.
fn completeness_text(model: &Model, theme: &Theme, short: bool) -> (String, Style) {
    let list = &model.invites;
    let rows = list.shown.len();
    let loading = match &list.fetch {
        Some(fetch) if list.incoming.is_some() => format!(" · loading {}…", format_count(fetch.rows)),
        _ => String::new(),
    };
    match &list.completeness {
        Completeness::NotLoaded => match &list.fetch {
            Some(fetch) if rows == 0 && fetch.restart_reason.is_none() => ("loading…".into(), theme.muted),
            Some(fetch) => {
                let total = fetch.total.map(|total| format!(" of {}", format_count(total as usize)));
                let total = total.unwrap_or_default();
                (format!("loading {}{total}…{loading}", format_count(rows)), theme.warning)
            }
            None if list.incoming.is_some() || model.options.is_sandbox_starting() => {
                ("loading…".into(), theme.muted)
            }
            None => ("not loaded".into(), theme.error),
        },
        Completeness::Partial(_) if rows == 0 => (format!("not loaded{loading}"), theme.error),
        Completeness::Partial(failure) => {
            let reason = failure.summary.strip_prefix(LIST_INCOMPLETE).filter(|_| !short);
            let reason =
                reason.map(|reason| format!(": {}", truncate(&sanitize(reason), 30))).unwrap_or_default();
            (format!("PARTIAL {}{reason}{loading}", format_count(rows)), theme.error)
        }
        Completeness::Cached { at, .. } => {
            // The age uses the text of expired invites, so both texts change together. If the server clock is
            // ahead, the snapshot may be from the future: then there is no age.
            let age = Expiry(Some(*at)).expired_text(model.server_now(model.now));
            let age = age.map(|age| format!(" ({age} ago)")).unwrap_or_default();
            let text = match short && !age.is_empty() {
                _ if model.invites.fetch.is_some() => {
                    format!("{} · cached{age} · loading…", format_count(rows))
                }
                true => format!("{} OFFLINE{age}{loading}", format_count(rows)),
                false => {
                    format!("{} · OFFLINE · {}{age}{loading}", format_count(rows), model.short_time(*at))
                }
            };
            (text, if model.invites.fetch.is_some() { theme.warning } else { theme.error })
        }
        Completeness::Complete { at } => {
            let time = model.time(*at, "%H:%M:%S");
            match &list.refresh_error {
                Some(_) if list.fetch.is_none() => {
                    (format!("{} · STALE · {time}", format_count(rows)), theme.error)
                }
                _ if short => (format!("{}{COMPLETE}{loading}", format_count(rows)), theme.muted),
                _ => (format!("{} · complete {time}{loading}", format_count(rows)), theme.muted),
            }
        }
    }
}

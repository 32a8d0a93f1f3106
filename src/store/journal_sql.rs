//! The journal's rows: writes plans, steps and requests to tables and reads them back.
//! All SQL of the journal is here, in `schema` and in `annotations`, `triage_session`, `table_prefs` and
//! `last_call`.

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension as _, Params, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::journal::{CallId, CallOutcome, Intent, JournalCall, JournalEntry};
use crate::domain::plan::{PlanState, Progress};
use crate::domain::{Identity, Plan, PlanId, Step, TenancyKey, email};

type Result<T> = rusqlite::Result<T>;

/// Writes a plan and its steps, without progress. Returns `false` if the id already exists.
pub(super) fn insert(c: &Connection, plan: &Plan, state: PlanState) -> Result<bool> {
    let new = c.execute(
        "INSERT INTO plan (id, tenancy, made, state, filter) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        params![plan.id.to_string(), plan.tenancy.0, to_nanos(plan.created_at), to_serde_name(&state)?, plan.filter],
    )?;
    if new == 0 {
        return Ok(false);
    }
    let mut insert = c.prepare(
        "INSERT INTO step (plan, place, verb, address, identity, step, progress)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for (position, step) in plan.steps.iter().enumerate() {
        insert.execute(params![
            plan.id.to_string(),
            position as i64,
            step.verb(),
            email::normalize(step.email()),
            step.target().map(|invite| invite.identity.as_str()),
            to_json(step)?,
            to_json(&Progress::default())?,
        ])?;
    }
    Ok(true)
}

/// Removes a staged plan; `false` if it is not staged.
pub(super) fn remove_staged(c: &Connection, plan: PlanId) -> Result<bool> {
    let staged = to_serde_name(&PlanState::Staged)?;
    Ok(c.execute("DELETE FROM plan WHERE id = ?1 AND state = ?2", params![plan.to_string(), staged])? > 0)
}

/// Sets the state of a plan to `to` if the old state is one of `from`; otherwise returns `false`.
pub(super) fn move_state(c: &Connection, plan: PlanId, from: &[PlanState], to: PlanState) -> Result<bool> {
    let to = to_serde_name(&to)?;
    for state in from {
        let moved = c.execute(
            "UPDATE plan SET state = ?1 WHERE id = ?2 AND state = ?3",
            params![to, plan.to_string(), to_serde_name(state)?],
        )?;
        if moved > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Writes a request that is about to be made.
pub(super) fn insert_call(c: &Connection, intent: &Intent) -> Result<CallId> {
    c.execute(
        "INSERT INTO call (plan, step, method, identity, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            intent.plan.to_string(),
            intent.step as i64,
            to_serde_name(&intent.method)?,
            intent.identity.as_ref().map(Identity::as_str),
            to_nanos(intent.requested_at),
        ],
    )?;
    Ok(CallId(c.last_insert_rowid()))
}

/// Writes the result of a request.
/// An earlier HTTP status and request id stay if `outcome` contains none.
pub(super) fn record_response(c: &Connection, call: CallId, outcome: &CallOutcome) -> Result<()> {
    let changed = c.execute(
        "UPDATE call SET result = ?2, status = coalesce(?3, status),
                request_id = coalesce(?4, request_id), answered = ?5 WHERE id = ?1",
        params![
            call.0,
            to_serde_name(&outcome.result)?,
            outcome.status,
            outcome.request_id,
            to_nanos(outcome.responded_at)
        ],
    )?;
    require_one_row(changed)
}

/// Writes the progress of a step.
pub(super) fn set_progress(c: &Connection, plan: PlanId, step: usize, progress: &Progress) -> Result<()> {
    let outcome = progress.outcome.as_ref().map(to_serde_name).transpose()?;
    let changed = c.execute(
        "UPDATE step SET progress = ?3, outcome = ?4 WHERE plan = ?1 AND place = ?2",
        params![plan.to_string(), step as i64, to_json(progress)?, outcome],
    )?;
    require_one_row(changed)
}

/// Returns a plan with its steps, their progress, and its requests.
pub(super) fn entry(c: &Connection, plan: PlanId) -> Result<Option<JournalEntry>> {
    let head = c
        .query_row("SELECT tenancy, made, state, filter FROM plan WHERE id = ?1", [plan.to_string()], |row| {
            let state: PlanState = parse_serde_name(row, 2)?;
            Ok((TenancyKey(row.get(0)?), read_time(row, 1)?, state, row.get(3)?))
        })
        .optional()?;
    let Some((tenancy, created_at, state, filter)) = head else { return Ok(None) };
    let (mut steps, mut progress): (Vec<Step>, Vec<Progress>) = Default::default();
    let mut query = c.prepare("SELECT step, progress FROM step WHERE plan = ?1 ORDER BY place")?;
    let mut rows = query.query([plan.to_string()])?;
    while let Some(row) = rows.next()? {
        steps.push(parse_json(row, 0)?);
        progress.push(parse_json(row, 1)?);
    }
    Ok(Some(JournalEntry {
        plan: Plan { id: plan, tenancy, created_at, steps, filter },
        state,
        progress,
        calls: calls(c, plan)?,
    }))
}

fn calls(c: &Connection, plan: PlanId) -> Result<Vec<JournalCall>> {
    let mut query = c.prepare(
        "SELECT id, step, method, identity, at, result, status, request_id, answered
         FROM call WHERE plan = ?1 ORDER BY id",
    )?;
    let calls = query.query_map([plan.to_string()], |row| {
        let identity: Option<String> = row.get(3)?;
        let outcome = match row.get_ref(5)? {
            rusqlite::types::ValueRef::Null => None,
            _ => Some(CallOutcome {
                result: parse_serde_name(row, 5)?,
                status: row.get(6)?,
                request_id: row.get(7)?,
                responded_at: read_time(row, 8)?,
            }),
        };
        Ok(JournalCall {
            id: CallId(row.get(0)?),
            intent: Intent {
                plan,
                step: usize::try_from(row.get::<_, i64>(1)?).map_err(|e| conversion_error(1, e))?,
                method: parse_serde_name(row, 2)?,
                identity: identity.as_deref().and_then(Identity::parse),
                requested_at: read_time(row, 4)?,
            },
            response: outcome,
        })
    })?;
    calls.collect()
}

/// Returns the newest plans of a tenancy, newest first; with `open_only`, the unfinished ones.
pub(super) fn plans(c: &Connection, key: &TenancyKey, open_only: bool, limit: usize) -> Result<Vec<PlanId>> {
    let [finished, discarded] = ended_states()?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    plan_ids(
        c,
        "SELECT id FROM plan WHERE tenancy = ?1 AND (NOT ?2 OR state NOT IN (?3, ?4))
         ORDER BY made DESC, id LIMIT ?5",
        params![key.0, open_only, finished, discarded, limit],
    )
}

/// Returns the plans of a tenancy that are unfinished, or made a request since a time.
pub(super) fn recent_plans(c: &Connection, key: &TenancyKey, since: Timestamp) -> Result<Vec<PlanId>> {
    let [finished, discarded] = ended_states()?;
    plan_ids(
        c,
        "SELECT id FROM plan WHERE tenancy = ?1 AND (state NOT IN (?2, ?3)
           OR EXISTS (SELECT 1 FROM call WHERE call.plan = plan.id AND call.at >= ?4))
         ORDER BY made DESC, id",
        params![key.0, finished, discarded, to_nanos(since)],
    )
}

/// Removes finished and discarded plans made before a time; returns their number.
pub(super) fn prune(c: &Connection, before: Timestamp) -> Result<usize> {
    let [finished, discarded] = ended_states()?;
    let sql = "DELETE FROM plan WHERE made < ?1 AND state IN (?2, ?3)";
    c.execute(sql, params![to_nanos(before), finished, discarded])
}

/// Returns every plan of every tenancy, newest first.
pub(super) fn all_plans(c: &Connection) -> Result<Vec<PlanId>> {
    plan_ids(c, "SELECT id FROM plan ORDER BY made DESC, id", [])
}

/// Returns the stored names of the states of ended plans.
fn ended_states() -> Result<[String; 2]> {
    Ok([to_serde_name(&PlanState::Finished)?, to_serde_name(&PlanState::Discarded)?])
}

fn plan_ids(c: &Connection, sql: &str, params: impl Params) -> Result<Vec<PlanId>> {
    let plan_id = |row: &Row<'_>| {
        let text: String = row.get(0)?;
        Ok(PlanId(text.parse().map_err(|e: uuid::Error| conversion_error(0, e))?))
    };
    c.prepare(sql)?.query_map(params, plan_id)?.collect()
}

fn require_one_row(changed: usize) -> Result<()> {
    if changed == 1 { Ok(()) } else { Err(rusqlite::Error::QueryReturnedNoRows) }
}

fn to_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))
}

fn parse_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|e| conversion_error(column, e))
}

/// Returns the serde name of a value, without quotes.
fn to_serde_name<T: Serialize>(value: &T) -> Result<String> {
    Ok(to_json(value)?.trim_matches('"').to_owned())
}

fn parse_serde_name<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_value(text.into()).map_err(|e| conversion_error(column, e))
}

/// Nanoseconds since 1970, up to the year 2262; later times are saturated.
fn to_nanos(at: Timestamp) -> i64 {
    i64::try_from(at.as_nanosecond()).unwrap_or(i64::MAX)
}

fn read_time(row: &Row<'_>, column: usize) -> Result<Timestamp> {
    let nanos: i64 = row.get(column)?;
    Timestamp::from_nanosecond(nanos.into()).map_err(|e| conversion_error(column, e))
}

/// Returns the error for a stored value that cannot be used.
pub(super) fn conversion_error(
    column: usize,
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, cause.into())
}

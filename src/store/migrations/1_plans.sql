CREATE TABLE plan (
    id      TEXT PRIMARY KEY,
    tenancy TEXT NOT NULL,
    made    INTEGER NOT NULL, -- nanoseconds since 1970
    state   TEXT NOT NULL
) STRICT;
CREATE INDEX plan_by_tenancy ON plan (tenancy, made);

CREATE TABLE step (
    plan     TEXT NOT NULL REFERENCES plan (id) ON DELETE CASCADE,
    place    INTEGER NOT NULL,
    verb     TEXT NOT NULL,
    address  TEXT NOT NULL, -- folded, to look it up
    identity TEXT,          -- of the invite that stops working
    step     TEXT NOT NULL, -- JSON: the step as it was confirmed
    progress TEXT NOT NULL, -- JSON: what is known of it
    outcome  TEXT,
    PRIMARY KEY (plan, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX step_by_address ON step (address);

CREATE TABLE call (
    id         INTEGER PRIMARY KEY,
    plan       TEXT NOT NULL,
    step       INTEGER NOT NULL,
    method     TEXT NOT NULL,
    identity   TEXT,
    at         INTEGER NOT NULL,
    result     TEXT, -- empty while the call is in flight
    status     INTEGER,
    request_id TEXT,
    answered   INTEGER,
    FOREIGN KEY (plan, step) REFERENCES step (plan, place) ON DELETE CASCADE
) STRICT;
CREATE INDEX call_by_step ON call (plan, step);

CREATE TABLE snapshot (
    id      INTEGER PRIMARY KEY,
    tenancy TEXT NOT NULL,
    at      INTEGER NOT NULL, -- microseconds since 1970
    count   INTEGER NOT NULL
) STRICT;
CREATE TABLE kept (
    tenancy  TEXT NOT NULL,
    kept     TEXT NOT NULL, -- last, seen
    snapshot INTEGER NOT NULL REFERENCES snapshot (id),
    PRIMARY KEY (tenancy, kept)
) STRICT, WITHOUT ROWID;
CREATE TABLE invite (
    snapshot INTEGER NOT NULL,
    place    INTEGER NOT NULL,
    identity ANY NOT NULL, -- the sixteen bytes of a uuid, or text
    email    TEXT NOT NULL,
    message  TEXT NOT NULL,
    expiry   INTEGER, -- microseconds since 1970; empty where it is unknown
    PRIMARY KEY (snapshot, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE walk (
    tenancy TEXT PRIMARY KEY,
    begun   TEXT NOT NULL,
    version INTEGER NOT NULL,
    walk    TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;

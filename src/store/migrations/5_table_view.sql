-- The saved table view.
CREATE TABLE view (
    tenancy TEXT PRIMARY KEY,
    view    TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;

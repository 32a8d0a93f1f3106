-- Annotations by normalized email.
CREATE TABLE note (
    tenancy TEXT NOT NULL,
    address TEXT NOT NULL,
    note    TEXT NOT NULL,
    PRIMARY KEY (tenancy, address)
) STRICT, WITHOUT ROWID;
CREATE TABLE snooze (
    tenancy       TEXT NOT NULL,
    address       TEXT NOT NULL,
    until         INTEGER, -- microseconds since 1970
    before_expiry INTEGER, -- seconds
    PRIMARY KEY (tenancy, address),
    CHECK ((until IS NULL) <> (before_expiry IS NULL))
) STRICT, WITHOUT ROWID;
CREATE TABLE dismissed (
    tenancy TEXT NOT NULL,
    address TEXT NOT NULL,
    about   TEXT NOT NULL, -- the word of the problem's kind, and for some kinds an identity
    PRIMARY KEY (tenancy, address, about)
) STRICT, WITHOUT ROWID;

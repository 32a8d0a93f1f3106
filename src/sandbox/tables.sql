CREATE TABLE invites (place INTEGER PRIMARY KEY, uuid BLOB NOT NULL, email TEXT NOT NULL,
                      message TEXT NOT NULL, expiry INTEGER NOT NULL);
CREATE TABLE members (place INTEGER PRIMARY KEY, uuid BLOB NOT NULL, name TEXT NOT NULL,
                      email TEXT NOT NULL, active INTEGER NOT NULL, role TEXT NOT NULL);
PRAGMA user_version = 1;

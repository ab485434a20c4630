//! The tables, as steps from one version of the schema to the next, and the indexes that a first load builds
//! last. A released step never changes. Must not know what the rows mean to anybody.

/// Marks the file as a buyin store: `buyi`.
pub(super) const APPLICATION: i64 = 0x6275_7969;

/// Step `n` leads from version `n` to `n + 1`.
pub(super) const STEPS: &[&str] = &[FIRST];

/// Facts are ledgers with versions: the latest one stands in the hot table, superseded and gone ones in the
/// `_past` table of the same columns with `until` (when it stopped counting) and `gone`.
/// Columns called `by_…` are sort keys, all ascending: figures and times are kept negated (a missing time is
/// the largest number), names folded. So one shape of keyset query serves every list.
const FIRST: &str = "
CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE source(
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, activities INTEGER NOT NULL DEFAULT 0);
CREATE TABLE stream(
    number INTEGER PRIMARY KEY, source INTEGER NOT NULL, name TEXT NOT NULL, mark TEXT, pending TEXT,
    state TEXT, until INTEGER, checked_at INTEGER, error TEXT, hint TEXT, UNIQUE(source, name));
CREATE TABLE todo(seq INTEGER PRIMARY KEY AUTOINCREMENT, stream INTEGER NOT NULL, step TEXT NOT NULL);
CREATE INDEX todo_stream ON todo(stream);
CREATE TABLE skipped(stream INTEGER, place TEXT, reason TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY(stream, place)) WITHOUT ROWID;
CREATE TABLE subject(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, web TEXT);

CREATE TABLE identity(
    seq INTEGER PRIMARY KEY, source INTEGER NOT NULL, native TEXT NOT NULL, id BLOB NOT NULL, known_at INTEGER NOT NULL,
    name TEXT, email TEXT, handle TEXT, forge TEXT, account_id TEXT, company TEXT, bot INTEGER NOT NULL,
    UNIQUE(source, native));
CREATE INDEX identity_id ON identity(id);
CREATE INDEX identity_email ON identity(email) WHERE email IS NOT NULL;
CREATE INDEX identity_handle ON identity(handle COLLATE NOCASE) WHERE handle IS NOT NULL;
CREATE TABLE identity_past(
    seq INTEGER NOT NULL, source INTEGER NOT NULL, native TEXT NOT NULL, id BLOB NOT NULL, known_at INTEGER NOT NULL,
    name TEXT, email TEXT, handle TEXT, forge TEXT, account_id TEXT, company TEXT, bot INTEGER NOT NULL,
    until INTEGER NOT NULL);

CREATE TABLE activity(
    seq INTEGER PRIMARY KEY, source INTEGER NOT NULL, stream INTEGER NOT NULL, key BLOB NOT NULL,
    identity INTEGER NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL, known_at INTEGER NOT NULL, subject INTEGER,
    thread TEXT, counterpart INTEGER, labels TEXT, title TEXT, url TEXT, flag INTEGER NOT NULL);
CREATE TABLE activity_past(
    seq INTEGER PRIMARY KEY, source INTEGER NOT NULL, stream INTEGER NOT NULL, key BLOB NOT NULL,
    identity INTEGER NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL, known_at INTEGER NOT NULL, subject INTEGER,
    thread TEXT, counterpart INTEGER, labels TEXT, title TEXT, url TEXT, flag INTEGER NOT NULL,
    until INTEGER NOT NULL, gone INTEGER NOT NULL);
CREATE TABLE record(
    seq INTEGER PRIMARY KEY, source INTEGER NOT NULL, stream INTEGER NOT NULL, key BLOB NOT NULL UNIQUE,
    body TEXT NOT NULL, known_at INTEGER NOT NULL);
CREATE TABLE record_past(
    seq INTEGER PRIMARY KEY, source INTEGER NOT NULL, stream INTEGER NOT NULL, key BLOB NOT NULL,
    body TEXT NOT NULL, known_at INTEGER NOT NULL, until INTEGER NOT NULL, gone INTEGER NOT NULL);
CREATE TABLE dirty(identity INTEGER PRIMARY KEY);

CREATE TABLE decision(
    seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, at INTEGER NOT NULL, author TEXT NOT NULL, reason TEXT,
    verb TEXT NOT NULL);
CREATE TABLE settings(hash TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE person(
    id BLOB PRIMARY KEY, name TEXT NOT NULL, nature INTEGER NOT NULL, identities INTEGER NOT NULL,
    account BLOB, ground INTEGER, from_day INTEGER, to_day INTEGER,
    by_name TEXT NOT NULL, by_last INTEGER NOT NULL, by_first INTEGER NOT NULL, by_activities INTEGER NOT NULL,
    weeks BLOB NOT NULL, fingerprint INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE person_identity(identity INTEGER PRIMARY KEY, person BLOB NOT NULL, rule INTEGER);
CREATE TABLE person_link(person BLOB, a INTEGER, b INTEGER, rule INTEGER, PRIMARY KEY(person, a, b, rule))
    WITHOUT ROWID;
CREATE TABLE member_span(
    person BLOB, position INTEGER, account BLOB NOT NULL, ground INTEGER NOT NULL, from_day INTEGER, to_day INTEGER,
    activities INTEGER NOT NULL, first INTEGER, last INTEGER, PRIMARY KEY(person, position)) WITHOUT ROWID;
CREATE TABLE account(
    id BLOB PRIMARY KEY, name TEXT NOT NULL, domains TEXT NOT NULL, relation INTEGER NOT NULL, owner TEXT,
    confirmed INTEGER NOT NULL, shown INTEGER NOT NULL, by_name TEXT NOT NULL, by_last INTEGER NOT NULL,
    by_first INTEGER NOT NULL, by_members INTEGER NOT NULL, by_people INTEGER NOT NULL,
    by_activities INTEGER NOT NULL, fingerprint INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE account_domain(alias BLOB PRIMARY KEY, account BLOB NOT NULL, domain TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE account_week(account BLOB, week INTEGER, members INTEGER NOT NULL, PRIMARY KEY(account, week))
    WITHOUT ROWID;
";

/// Indexes of the hot table: dropped while an empty store loads. The second one is covering for the fold: the
/// row's number, which ends every index, is the activity's sequence.
pub(super) const LOAD_INDEXES: &[(&str, &str)] = &[
    ("activity_key", "CREATE UNIQUE INDEX IF NOT EXISTS activity_key ON activity(key)"),
    (
        "activity_fold",
        "CREATE INDEX IF NOT EXISTS activity_fold ON activity(identity, at, kind) WHERE flag = 0",
    ),
];

/// Indexes of the derived tables: dropped while everything is derived anew. Those by name hold the name as well,
/// so that all names can be read for a search without touching the tables.
pub(super) const DERIVED_INDEXES: &[(&str, &str)] = &[
    ("person_last", "CREATE INDEX IF NOT EXISTS person_last ON person(nature, by_last, id)"),
    ("person_name", "CREATE INDEX IF NOT EXISTS person_name ON person(nature, by_name, id, name)"),
    (
        "person_activities",
        "CREATE INDEX IF NOT EXISTS person_activities ON person(nature, by_activities, id)",
    ),
    ("person_first", "CREATE INDEX IF NOT EXISTS person_first ON person(nature, by_first, id)"),
    ("person_by_name", "CREATE INDEX IF NOT EXISTS person_by_name ON person(by_name)"),
    (
        "person_identity_person",
        "CREATE INDEX IF NOT EXISTS person_identity_person ON person_identity(person)",
    ),
    (
        "member_account",
        "CREATE INDEX IF NOT EXISTS member_account ON member_span(
             account, last, person, position, ground, from_day, to_day, activities, first)",
    ),
    ("account_last", "CREATE INDEX IF NOT EXISTS account_last ON account(shown, by_last, id)"),
    ("account_name", "CREATE INDEX IF NOT EXISTS account_name ON account(shown, by_name, id, name)"),
    ("account_members", "CREATE INDEX IF NOT EXISTS account_members ON account(shown, by_members, id)"),
    ("account_people", "CREATE INDEX IF NOT EXISTS account_people ON account(shown, by_people, id)"),
    (
        "account_activities",
        "CREATE INDEX IF NOT EXISTS account_activities ON account(shown, by_activities, id)",
    ),
    ("account_first", "CREATE INDEX IF NOT EXISTS account_first ON account(shown, by_first, id)"),
    ("account_by_name", "CREATE INDEX IF NOT EXISTS account_by_name ON account(by_name)"),
    ("account_domain_name", "CREATE INDEX IF NOT EXISTS account_domain_name ON account_domain(domain)"),
    (
        "account_domain_account",
        "CREATE INDEX IF NOT EXISTS account_domain_account ON account_domain(account)",
    ),
];

/// Every derived table with its key, in the order in which the digest reads them. What is left out of the
/// column lists (fingerprints) is a memory of how a row was made, not a conclusion.
pub(super) const DERIVED: &[(&str, &str, &str)] = &[
    (
        "person",
        "id, name, nature, identities, account, ground, from_day, to_day, by_name, by_last, by_first, \
         by_activities, weeks",
        "id",
    ),
    ("person_identity", "identity, person, rule", "identity"),
    ("person_link", "person, a, b, rule", "person, a, b, rule"),
    (
        "member_span",
        "person, position, account, ground, from_day, to_day, activities, first, last",
        "person, position",
    ),
    (
        "account",
        "id, name, domains, relation, owner, confirmed, shown, by_name, by_last, by_first, by_members, \
         by_people, by_activities",
        "id",
    ),
    ("account_domain", "alias, account, domain", "alias"),
    ("account_week", "account, week, members", "account, week"),
];

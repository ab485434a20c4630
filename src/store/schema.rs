//! The tables, as steps from one version of the schema to the next, and the indexes that a first load builds
//! last. A released step never changes. Must not know what the rows mean to anybody.

/// Marks the file as a buyin store: `buyi`.
pub(super) const APPLICATION: i64 = 0x6275_7969;

/// Step `n` leads from version `n` to `n + 1`.
pub(super) const STEPS: &[&str] = &[FIRST, SECOND, THIRD];

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

/// Threads and sets of labels by number, so that covering indexes can hold them; where people and accounts stand.
/// A thread is a written name within a source and a subject. What was derived is thrown away; the ledgers stay.
/// Words of closed lists are kept by their place in the list, days as numbers; unknown is NULL.
const SECOND: &str = "
CREATE TABLE thread(number INTEGER PRIMARY KEY, source INTEGER NOT NULL, subject INTEGER, name TEXT NOT NULL);
CREATE UNIQUE INDEX thread_name ON thread(source, name, subject);
CREATE TABLE labelset(number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
INSERT INTO thread(source, subject, name)
    SELECT source, subject, thread FROM (
        SELECT source, subject, thread, seq FROM activity WHERE thread IS NOT NULL
        UNION ALL SELECT source, subject, thread, seq FROM activity_past WHERE thread IS NOT NULL)
    GROUP BY source, subject, thread ORDER BY min(seq);
INSERT INTO labelset(text)
    SELECT labels FROM (
        SELECT labels, seq FROM activity WHERE labels IS NOT NULL
        UNION ALL SELECT labels, seq FROM activity_past WHERE labels IS NOT NULL)
    GROUP BY labels ORDER BY min(seq);

CREATE TABLE activity_2(
    seq INTEGER PRIMARY KEY, source INTEGER NOT NULL, stream INTEGER NOT NULL, key BLOB NOT NULL,
    identity INTEGER NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL, known_at INTEGER NOT NULL, subject INTEGER,
    thread INTEGER, counterpart INTEGER, labels INTEGER, title TEXT, url TEXT, flag INTEGER NOT NULL);
INSERT INTO activity_2
    SELECT a.seq, a.source, a.stream, a.key, a.identity, a.kind, a.at, a.known_at, a.subject,
        (SELECT t.number FROM thread t WHERE t.source = a.source AND t.name = a.thread AND t.subject IS a.subject),
        a.counterpart, (SELECT l.number FROM labelset l WHERE l.text = a.labels), a.title, a.url, a.flag
    FROM activity a ORDER BY a.seq;
DROP TABLE activity;
ALTER TABLE activity_2 RENAME TO activity;
CREATE TABLE activity_past_2(
    seq INTEGER PRIMARY KEY, source INTEGER NOT NULL, stream INTEGER NOT NULL, key BLOB NOT NULL,
    identity INTEGER NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL, known_at INTEGER NOT NULL, subject INTEGER,
    thread INTEGER, counterpart INTEGER, labels INTEGER, title TEXT, url TEXT, flag INTEGER NOT NULL,
    until INTEGER NOT NULL, gone INTEGER NOT NULL);
INSERT INTO activity_past_2
    SELECT a.seq, a.source, a.stream, a.key, a.identity, a.kind, a.at, a.known_at, a.subject,
        (SELECT t.number FROM thread t WHERE t.source = a.source AND t.name = a.thread AND t.subject IS a.subject),
        a.counterpart, (SELECT l.number FROM labelset l WHERE l.text = a.labels), a.title, a.url, a.flag,
        a.until, a.gone
    FROM activity_past a ORDER BY a.seq;
DROP TABLE activity_past;
ALTER TABLE activity_past_2 RENAME TO activity_past;

ALTER TABLE dirty ADD COLUMN role INTEGER NOT NULL DEFAULT 0;
CREATE TABLE dirty_thread(thread INTEGER PRIMARY KEY);

DROP TABLE person;
CREATE TABLE person(
    id BLOB PRIMARY KEY, name TEXT NOT NULL, nature INTEGER NOT NULL, identities INTEGER NOT NULL,
    account BLOB, ground INTEGER, from_day INTEGER, to_day INTEGER,
    by_name TEXT NOT NULL, by_last INTEGER NOT NULL, by_first INTEGER NOT NULL, by_activities INTEGER NOT NULL,
    days BLOB NOT NULL, fingerprint INTEGER NOT NULL,
    stage INTEGER NOT NULL, automatic INTEGER NOT NULL, since INTEGER, lapsed INTEGER, active INTEGER NOT NULL,
    basis INTEGER, zone INTEGER, cause INTEGER, left_alone INTEGER NOT NULL,
    by_stage INTEGER NOT NULL, by_since INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE journey(
    person BLOB PRIMARY KEY, spells BLOB NOT NULL, due INTEGER, horizon INTEGER NOT NULL, evidence BLOB NOT NULL,
    first_seq INTEGER, first_thread INTEGER) WITHOUT ROWID;
CREATE TABLE move(
    person BLOB, position INTEGER, day INTEGER NOT NULL, from_stage INTEGER NOT NULL, to_stage INTEGER NOT NULL,
    rule TEXT NOT NULL, basis INTEGER, known_at INTEGER NOT NULL, because BLOB NOT NULL, cause INTEGER,
    PRIMARY KEY(person, position)) WITHOUT ROWID;
CREATE TABLE crossing(
    person BLOB, position INTEGER, day INTEGER NOT NULL, from_zone INTEGER, to_zone INTEGER NOT NULL,
    because INTEGER NOT NULL, PRIMARY KEY(person, position)) WITHOUT ROWID;
CREATE TABLE deal_fact(
    person BLOB, position INTEGER, day INTEGER NOT NULL, deal INTEGER NOT NULL, what INTEGER NOT NULL,
    PRIMARY KEY(person, position)) WITHOUT ROWID;
DROP TABLE account;
CREATE TABLE account(
    id BLOB PRIMARY KEY, name TEXT NOT NULL, domains TEXT NOT NULL, relation INTEGER NOT NULL, owner TEXT,
    confirmed INTEGER NOT NULL, shown INTEGER NOT NULL, by_name TEXT NOT NULL, by_last INTEGER NOT NULL,
    by_first INTEGER NOT NULL, by_members INTEGER NOT NULL, by_people INTEGER NOT NULL,
    by_activities INTEGER NOT NULL, fingerprint INTEGER NOT NULL,
    phase INTEGER NOT NULL, phase_since INTEGER, customer INTEGER NOT NULL, state INTEGER NOT NULL,
    active INTEGER NOT NULL, skeptic INTEGER NOT NULL, blocker INTEGER NOT NULL, teacher INTEGER NOT NULL,
    guide INTEGER NOT NULL, go_getter INTEGER NOT NULL, other INTEGER NOT NULL, basis INTEGER,
    support INTEGER NOT NULL, momentum INTEGER, value INTEGER, shakes INTEGER NOT NULL, zones INTEGER NOT NULL,
    by_phase INTEGER NOT NULL, by_support INTEGER NOT NULL, by_momentum INTEGER NOT NULL,
    by_active INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE account_span(
    account BLOB, from_day INTEGER, phase INTEGER NOT NULL, customer INTEGER NOT NULL, state INTEGER NOT NULL,
    active INTEGER NOT NULL, skeptic INTEGER NOT NULL, blocker INTEGER NOT NULL, teacher INTEGER NOT NULL,
    guide INTEGER NOT NULL, go_getter INTEGER NOT NULL, other INTEGER NOT NULL, basis INTEGER,
    people INTEGER NOT NULL, members INTEGER NOT NULL, PRIMARY KEY(account, from_day)) WITHOUT ROWID;
CREATE TABLE handshake(
    account BLOB, position INTEGER, day INTEGER NOT NULL, from_zone INTEGER, to_zone INTEGER NOT NULL,
    member BLOB NOT NULL, because INTEGER NOT NULL, PRIMARY KEY(account, position)) WITHOUT ROWID;
CREATE TABLE interest(
    person BLOB, account BLOB, name TEXT, first_day INTEGER NOT NULL, last_day INTEGER NOT NULL,
    activities INTEGER NOT NULL, PRIMARY KEY(person, account, name)) WITHOUT ROWID;
CREATE TABLE account_interest(
    account BLOB, name TEXT, first_day INTEGER NOT NULL, last_day INTEGER NOT NULL, members INTEGER NOT NULL,
    activities INTEGER NOT NULL, PRIMARY KEY(account, name)) WITHOUT ROWID;
CREATE TABLE account_day(account BLOB, day INTEGER, activities INTEGER NOT NULL, PRIMARY KEY(account, day))
    WITHOUT ROWID;
DELETE FROM person_identity;
DELETE FROM person_link;
DELETE FROM member_span;
DELETE FROM account_domain;
DELETE FROM account_week;
INSERT OR REPLACE INTO meta
    SELECT column1, column2 FROM (VALUES('accounts', 0), ('shown', 0), ('people', 0), ('rest', 1),
        ('version', 1 + coalesce((SELECT value FROM meta WHERE key = 'version'), 0)))
    WHERE EXISTS(SELECT 1 FROM meta);
";

/// When the reading began that a stream's steps belong to, and by which tags hosts recognise answers that are
/// applied: asked by the request (its hash, without secrets), `at` is when the answer last came.
const THIRD: &str = "
ALTER TABLE stream ADD COLUMN begun INTEGER;
CREATE TABLE tag(stream INTEGER, request BLOB, tag TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(stream, request))
    WITHOUT ROWID;
";

/// Indexes of the hot table: dropped while an empty store loads. All but the first are covering for the engine:
/// the row's number, which ends every index, is the activity's sequence.
pub(super) const LOAD_INDEXES: &[(&str, &str)] = &[
    ("activity_key", "CREATE UNIQUE INDEX IF NOT EXISTS activity_key ON activity(key)"),
    (
        "activity_fold",
        "CREATE INDEX IF NOT EXISTS activity_fold ON activity(
             identity, at, kind, thread, counterpart, subject, labels, known_at) WHERE flag = 0",
    ),
    (
        "activity_thread",
        "CREATE INDEX IF NOT EXISTS activity_thread ON activity(
             thread, at, identity, kind, counterpart, subject, labels, known_at)
             WHERE flag = 0 AND thread IS NOT NULL",
    ),
    (
        "activity_counterpart",
        "CREATE INDEX IF NOT EXISTS activity_counterpart ON activity(
             counterpart, at, identity, kind, thread, subject, labels, known_at)
             WHERE flag = 0 AND counterpart IS NOT NULL",
    ),
    (
        "activity_role",
        "CREATE INDEX IF NOT EXISTS activity_role ON activity(
             identity, at, kind, thread, counterpart, subject, labels, known_at)
             WHERE flag = 0 AND kind IN (32, 33)",
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
    ("person_stage", "CREATE INDEX IF NOT EXISTS person_stage ON person(nature, by_stage, id)"),
    ("person_since", "CREATE INDEX IF NOT EXISTS person_since ON person(nature, by_since, id)"),
    // Of what is rare: found without asking everybody.
    (
        "person_pinned",
        "CREATE INDEX IF NOT EXISTS person_pinned ON person(nature, id) WHERE stage <> automatic",
    ),
    (
        "person_left_alone",
        "CREATE INDEX IF NOT EXISTS person_left_alone ON person(nature, id) WHERE left_alone = 1",
    ),
    (
        "person_cause",
        "CREATE INDEX IF NOT EXISTS person_cause ON person(nature, by_stage, id) WHERE cause IS NOT NULL",
    ),
    (
        "account_interest_name",
        "CREATE INDEX IF NOT EXISTS account_interest_name ON account_interest(name, account, first_day)",
    ),
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
    ("account_phase", "CREATE INDEX IF NOT EXISTS account_phase ON account(shown, by_phase, id)"),
    ("account_support", "CREATE INDEX IF NOT EXISTS account_support ON account(shown, by_support, id)"),
    ("account_momentum", "CREATE INDEX IF NOT EXISTS account_momentum ON account(shown, by_momentum, id)"),
    ("account_active", "CREATE INDEX IF NOT EXISTS account_active ON account(shown, by_active, id)"),
    (
        "interest_account",
        "CREATE INDEX IF NOT EXISTS interest_account ON interest(account, name, person, first_day, last_day, activities)",
    ),
    ("journey_due", "CREATE INDEX IF NOT EXISTS journey_due ON journey(due) WHERE due IS NOT NULL"),
    (
        "journey_first",
        "CREATE INDEX IF NOT EXISTS journey_first ON journey(first_thread) WHERE first_thread IS NOT NULL",
    ),
    ("account_span_day", "CREATE INDEX IF NOT EXISTS account_span_day ON account_span(from_day, account)"),
    (
        "account_day_day",
        "CREATE INDEX IF NOT EXISTS account_day_day ON account_day(day, account, activities)",
    ),
    ("handshake_day", "CREATE INDEX IF NOT EXISTS handshake_day ON handshake(day, account)"),
    ("move_day", "CREATE INDEX IF NOT EXISTS move_day ON move(day)"),
    ("account_by_name", "CREATE INDEX IF NOT EXISTS account_by_name ON account(by_name)"),
    ("account_domain_name", "CREATE INDEX IF NOT EXISTS account_domain_name ON account_domain(domain)"),
    (
        "account_domain_account",
        "CREATE INDEX IF NOT EXISTS account_domain_account ON account_domain(account)",
    ),
];

/// Every derived table with its key, in the order in which the digest reads them. What is left out of the
/// column lists (fingerprints, the day up to which silence was known when a row was made) is a memory of how a
/// row was made, not a conclusion.
pub(super) const DERIVED: &[(&str, &str, &str)] = &[
    (
        "person",
        "id, name, nature, identities, account, ground, from_day, to_day, by_name, by_last, by_first, \
         by_activities, days, stage, automatic, since, lapsed, active, basis, zone, cause, left_alone, by_stage, \
         by_since",
        "id",
    ),
    ("person_identity", "identity, person, rule", "identity"),
    ("person_link", "person, a, b, rule", "person, a, b, rule"),
    (
        "member_span",
        "person, position, account, ground, from_day, to_day, activities, first, last",
        "person, position",
    ),
    ("journey", "person, spells, due, evidence, first_seq, first_thread", "person"),
    (
        "move",
        "person, position, day, from_stage, to_stage, rule, basis, known_at, because, cause",
        "person, position",
    ),
    ("crossing", "person, position, day, from_zone, to_zone, because", "person, position"),
    ("deal_fact", "person, position, day, deal, what", "person, position"),
    (
        "account",
        "id, name, domains, relation, owner, confirmed, shown, by_name, by_last, by_first, by_members, \
         by_people, by_activities, phase, phase_since, customer, state, active, skeptic, blocker, teacher, guide, \
         go_getter, other, basis, support, momentum, value, shakes, zones, by_phase, by_support, by_momentum, \
         by_active",
        "id",
    ),
    ("account_domain", "alias, account, domain", "alias"),
    ("account_week", "account, week, members", "account, week"),
    ("account_day", "account, day, activities", "account, day"),
    (
        "account_span",
        "account, from_day, phase, customer, state, active, skeptic, blocker, teacher, guide, go_getter, other, \
         basis, people, members",
        "account, from_day",
    ),
    ("handshake", "account, position, day, from_zone, to_zone, member, because", "account, position"),
    ("interest", "person, account, name, first_day, last_day, activities", "person, account, name"),
    ("account_interest", "account, name, first_day, last_day, members, activities", "account, name"),
];

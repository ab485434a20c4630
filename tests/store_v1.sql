PRAGMA application_id = 1651865961;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE account(
    id BLOB PRIMARY KEY, name TEXT NOT NULL, domains TEXT NOT NULL, relation INTEGER NOT NULL, owner TEXT,
    confirmed INTEGER NOT NULL, shown INTEGER NOT NULL, by_name TEXT NOT NULL, by_last INTEGER NOT NULL,
    by_first INTEGER NOT NULL, by_members INTEGER NOT NULL, by_people INTEGER NOT NULL,
    by_activities INTEGER NOT NULL, fingerprint INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "account" VALUES(X'5DEE4D247E717EC3CB89','farfield.example','farfield.example',8,NULL,1,1,'farfield.example',-1790812800,-1788220800,-2,-2,-4,-944295170910057590);
INSERT INTO "account" VALUES(X'F712C1D417A79CDBA30B','amberworks.example','amberworks.example',8,NULL,0,0,'amberworks.example',-1790899200,-1788393600,-1,-1,-3,8513196134798755107);
CREATE TABLE account_domain(alias BLOB PRIMARY KEY, account BLOB NOT NULL, domain TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "account_domain" VALUES(X'5DEE4D247E717EC3CB89',X'5DEE4D247E717EC3CB89','farfield.example');
INSERT INTO "account_domain" VALUES(X'F712C1D417A79CDBA30B',X'F712C1D417A79CDBA30B','amberworks.example');
CREATE TABLE account_week(account BLOB, week INTEGER, members INTEGER NOT NULL, PRIMARY KEY(account, week))
    WITHOUT ROWID;
INSERT INTO "account_week" VALUES(X'5DEE4D247E717EC3CB89',2957,2);
INSERT INTO "account_week" VALUES(X'5DEE4D247E717EC3CB89',2961,1);
INSERT INTO "account_week" VALUES(X'F712C1D417A79CDBA30B',2957,1);
INSERT INTO "account_week" VALUES(X'F712C1D417A79CDBA30B',2961,1);
CREATE TABLE activity(
    seq INTEGER PRIMARY KEY, source INTEGER NOT NULL, stream INTEGER NOT NULL, key BLOB NOT NULL,
    identity INTEGER NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL, known_at INTEGER NOT NULL, subject INTEGER,
    thread TEXT, counterpart INTEGER, labels TEXT, title TEXT, url TEXT, flag INTEGER NOT NULL);
INSERT INTO "activity" VALUES(1,1,1,X'00019B2642AAB30FC9141912898FB6AA2EFB',1,20,1788220800,1795326707,1,'#1',NULL,'bug
help wanted','It breaks',NULL,0);
INSERT INTO "activity" VALUES(3,1,1,X'0001D19E2158A72E042443E5D63C27C2F3A7',3,20,1788393600,1795326707,2,'#1',NULL,'bug
help wanted','Another first',NULL,0);
INSERT INTO "activity" VALUES(4,1,1,X'0001CE71D589944E1BA5AC1240F9EEB3AE54',3,20,1788480000,1795326707,NULL,'#1',NULL,'docs','No place',NULL,0);
INSERT INTO "activity" VALUES(6,1,1,X'00019174C61118FB667776A71EFADE3828D2',2,10,315532800,1795326707,1,'#3',NULL,NULL,'Too old',NULL,1);
INSERT INTO "activity" VALUES(7,1,1,X'000175D1D262445CEAC5C6CDA368E54A4254',1,52,1788652800,1795326707,NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO "activity" VALUES(8,2,2,X'000227C12B61D53D856D708C64D2135B115D',4,40,1790812800,1795326707,1,'#1',NULL,'question','How?',NULL,0);
INSERT INTO "activity" VALUES(9,2,2,X'0002528AD994F88688779707CF3584600539',5,41,1790899200,1795326707,1,'#1',NULL,NULL,'So',NULL,0);
INSERT INTO "activity" VALUES(10,1,1,X'0001AB051FC55F3C0E991AD0E6A4D14D9C77',2,21,1788307200,1795326707,1,'#1',NULL,'triaged','Same here too',NULL,0);
CREATE TABLE activity_past(
    seq INTEGER PRIMARY KEY, source INTEGER NOT NULL, stream INTEGER NOT NULL, key BLOB NOT NULL,
    identity INTEGER NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL, known_at INTEGER NOT NULL, subject INTEGER,
    thread TEXT, counterpart INTEGER, labels TEXT, title TEXT, url TEXT, flag INTEGER NOT NULL,
    until INTEGER NOT NULL, gone INTEGER NOT NULL);
INSERT INTO "activity_past" VALUES(2,1,1,X'000149E82776464F204A2F5016925E8559A2',2,21,1788307200,1795326707,1,'#1',NULL,NULL,'Same here',NULL,0,1795326707,1);
INSERT INTO "activity_past" VALUES(5,1,1,X'00011D7F10F16B8A8A6B1381848F6EEE03DC',1,10,1788566400,1795326707,1,'#2',NULL,NULL,'A way out',NULL,0,1795326707,1);
CREATE TABLE decision(
    seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, at INTEGER NOT NULL, author TEXT NOT NULL, reason TEXT,
    verb TEXT NOT NULL);
INSERT INTO "decision" VALUES(1,X'7CE14CCF38CC355EC38A',1795326707,'unknown',NULL,'{"verb":"adopt","settings":"557da9938eaea2cf77e0b054c2867b89"}');
CREATE TABLE dirty(identity INTEGER PRIMARY KEY);
CREATE TABLE identity(
    seq INTEGER PRIMARY KEY, source INTEGER NOT NULL, native TEXT NOT NULL, id BLOB NOT NULL, known_at INTEGER NOT NULL,
    name TEXT, email TEXT, handle TEXT, forge TEXT, account_id TEXT, company TEXT, bot INTEGER NOT NULL,
    UNIQUE(source, native));
INSERT INTO "identity" VALUES(1,1,'wren@farfield.example',X'50428490256BAE733914',1795326707,'Wren Vale','wren@farfield.example',NULL,NULL,NULL,NULL,0);
INSERT INTO "identity" VALUES(2,1,'rook@farfield.example',X'D0C4A4AFAF78F64A5E0A',1795326707,'Rook Hale','rook@farfield.example',NULL,NULL,NULL,NULL,0);
INSERT INTO "identity" VALUES(3,1,'pip@amberworks.example',X'34436CCDBCBDE22217DC',1795326707,'Pip Oak','pip@amberworks.example',NULL,NULL,NULL,NULL,0);
INSERT INTO "identity" VALUES(4,2,'wren@farfield.example',X'A192B7E74089DD7A3E3F',1795326707,'Wren Vale','wren@farfield.example',NULL,NULL,NULL,NULL,0);
INSERT INTO "identity" VALUES(5,2,'pip@amberworks.example',X'059A757B7CBCC3E0E52D',1795326707,'Pip Oak','pip@amberworks.example',NULL,NULL,NULL,NULL,0);
CREATE TABLE identity_past(
    seq INTEGER NOT NULL, source INTEGER NOT NULL, native TEXT NOT NULL, id BLOB NOT NULL, known_at INTEGER NOT NULL,
    name TEXT, email TEXT, handle TEXT, forge TEXT, account_id TEXT, company TEXT, bot INTEGER NOT NULL,
    until INTEGER NOT NULL);
CREATE TABLE member_span(
    person BLOB, position INTEGER, account BLOB NOT NULL, ground INTEGER NOT NULL, from_day INTEGER, to_day INTEGER,
    activities INTEGER NOT NULL, first INTEGER, last INTEGER, PRIMARY KEY(person, position)) WITHOUT ROWID;
INSERT INTO "member_span" VALUES(X'D0C4A4AFAF78F64A5E0A',0,X'5DEE4D247E717EC3CB89',5,20698,NULL,1,1788307200,1788307200);
INSERT INTO "member_span" VALUES(X'50428490256BAE733914',0,X'5DEE4D247E717EC3CB89',5,20697,NULL,3,1788220800,1790812800);
INSERT INTO "member_span" VALUES(X'34436CCDBCBDE22217DC',0,X'F712C1D417A79CDBA30B',5,20699,NULL,3,1788393600,1790899200);
CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
INSERT INTO "meta" VALUES('accounts',2);
INSERT INTO "meta" VALUES('loading',0);
INSERT INTO "meta" VALUES('people',3);
INSERT INTO "meta" VALUES('rest',0);
INSERT INTO "meta" VALUES('shown',1);
INSERT INTO "meta" VALUES('version',3);
CREATE TABLE person(
    id BLOB PRIMARY KEY, name TEXT NOT NULL, nature INTEGER NOT NULL, identities INTEGER NOT NULL,
    account BLOB, ground INTEGER, from_day INTEGER, to_day INTEGER,
    by_name TEXT NOT NULL, by_last INTEGER NOT NULL, by_first INTEGER NOT NULL, by_activities INTEGER NOT NULL,
    weeks BLOB NOT NULL, fingerprint INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "person" VALUES(X'34436CCDBCBDE22217DC','Pip Oak',0,2,X'F712C1D417A79CDBA30B',5,20699,NULL,'pip oak',-1790899200,-1788393600,-3,X'F712C1D417A79CDBA30B028D9780800804',6580348268657050931);
INSERT INTO "person" VALUES(X'50428490256BAE733914','Wren Vale',0,2,X'5DEE4D247E717EC3CB89',5,20697,NULL,'wren vale',-1790812800,-1788220800,-3,X'5DEE4D247E717EC3CB89028D9780800804',4196360463968945242);
INSERT INTO "person" VALUES(X'D0C4A4AFAF78F64A5E0A','Rook Hale',0,1,X'5DEE4D247E717EC3CB89',5,20698,NULL,'rook hale',-1788307200,-1788307200,-1,X'5DEE4D247E717EC3CB89018D97808008',-883558451869189031);
CREATE TABLE person_identity(identity INTEGER PRIMARY KEY, person BLOB NOT NULL, rule INTEGER);
INSERT INTO "person_identity" VALUES(1,X'50428490256BAE733914',NULL);
INSERT INTO "person_identity" VALUES(2,X'D0C4A4AFAF78F64A5E0A',NULL);
INSERT INTO "person_identity" VALUES(3,X'34436CCDBCBDE22217DC',NULL);
INSERT INTO "person_identity" VALUES(4,X'50428490256BAE733914',1);
INSERT INTO "person_identity" VALUES(5,X'34436CCDBCBDE22217DC',1);
CREATE TABLE person_link(person BLOB, a INTEGER, b INTEGER, rule INTEGER, PRIMARY KEY(person, a, b, rule))
    WITHOUT ROWID;
INSERT INTO "person_link" VALUES(X'34436CCDBCBDE22217DC',3,5,1);
INSERT INTO "person_link" VALUES(X'50428490256BAE733914',1,4,1);
CREATE TABLE record(
    seq INTEGER PRIMARY KEY, source INTEGER NOT NULL, stream INTEGER NOT NULL, key BLOB NOT NULL UNIQUE,
    body TEXT NOT NULL, known_at INTEGER NOT NULL);
CREATE TABLE record_past(
    seq INTEGER PRIMARY KEY, source INTEGER NOT NULL, stream INTEGER NOT NULL, key BLOB NOT NULL,
    body TEXT NOT NULL, known_at INTEGER NOT NULL, until INTEGER NOT NULL, gone INTEGER NOT NULL);
CREATE TABLE settings(hash TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "settings" VALUES('557da9938eaea2cf77e0b054c2867b89','{"you":{"company":null,"domains":[],"logins":[],"people":[],"criteria":"bant"},"accounts":[],"zones":[{"source":"desk","zone":"upstream","parts":[]},{"source":"forum","zone":"program","parts":[]}]}');
CREATE TABLE skipped(stream INTEGER, place TEXT, reason TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY(stream, place)) WITHOUT ROWID;
CREATE TABLE source(
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, activities INTEGER NOT NULL DEFAULT 0);
INSERT INTO "source" VALUES(1,'desk','file',5);
INSERT INTO "source" VALUES(2,'forum','file',2);
CREATE TABLE stream(
    number INTEGER PRIMARY KEY, source INTEGER NOT NULL, name TEXT NOT NULL, mark TEXT, pending TEXT,
    state TEXT, until INTEGER, checked_at INTEGER, error TEXT, hint TEXT, UNIQUE(source, name));
INSERT INTO "stream" VALUES(1,1,'rows','a937c9e23b9c22974768b1936330e7e8',NULL,'ok',1795326707,1795326707,NULL,NULL);
INSERT INTO "stream" VALUES(2,2,'rows','4ce5b817df8aa616c0374e00ddd6d7fa',NULL,'ok',1795326707,1795326707,NULL,NULL);
CREATE TABLE subject(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, web TEXT);
INSERT INTO "subject" VALUES(1,'repo:acme/tool',NULL);
INSERT INTO "subject" VALUES(2,'repo:acme/other',NULL);
CREATE TABLE todo(seq INTEGER PRIMARY KEY AUTOINCREMENT, stream INTEGER NOT NULL, step TEXT NOT NULL);
CREATE INDEX todo_stream ON todo(stream);
CREATE INDEX identity_id ON identity(id);
CREATE INDEX identity_email ON identity(email) WHERE email IS NOT NULL;
CREATE INDEX identity_handle ON identity(handle COLLATE NOCASE) WHERE handle IS NOT NULL;
CREATE UNIQUE INDEX activity_key ON activity(key);
CREATE INDEX activity_fold ON activity(identity, at, kind) WHERE flag = 0;
CREATE INDEX member_account ON member_span(
             account, last, person, position, ground, from_day, to_day, activities, first);
CREATE INDEX person_last ON person(nature, by_last, id);
CREATE INDEX person_name ON person(nature, by_name, id, name);
CREATE INDEX person_activities ON person(nature, by_activities, id);
CREATE INDEX person_first ON person(nature, by_first, id);
CREATE INDEX person_by_name ON person(by_name);
CREATE INDEX person_identity_person ON person_identity(person);
CREATE INDEX account_last ON account(shown, by_last, id);
CREATE INDEX account_name ON account(shown, by_name, id, name);
CREATE INDEX account_members ON account(shown, by_members, id);
CREATE INDEX account_people ON account(shown, by_people, id);
CREATE INDEX account_activities ON account(shown, by_activities, id);
CREATE INDEX account_first ON account(shown, by_first, id);
CREATE INDEX account_by_name ON account(by_name);
CREATE INDEX account_domain_name ON account_domain(domain);
CREATE INDEX account_domain_account ON account_domain(account);
DELETE FROM "sqlite_sequence";
COMMIT;

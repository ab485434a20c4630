//! The store's second step: threads and labels by number, the ledger that the engine reads, what a change touches,
//! and where people and accounts stand, kept and read back. Stages are made up: no rule is asked.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::{collections::BTreeMap, fs, ops::ControlFlow, path::Path, sync::Arc};

use buyin::{
    domain::{
        account::{Relation, Zone},
        activity::{Activity, Kind},
        derived::{AccountParts, KeptEvidence, PersonFold, PersonParts, Span},
        identity::Identity,
        ids::{AccountId, PersonId},
        journey::{
            AccountJourney, AccountSpell, Crossing, DealFact, DealStep, Group, Handshake, Interest, Momentum,
            Move, PersonJourney, Spell,
        },
        page::Page,
        person::{Ground, Nature},
        stage::{GroupState, MomentumState, Phase, Stage},
        time::{Day, Time, Week},
    },
    store::{Act, Outcome, State, Store, StoreError, View},
};
use rusqlite::Connection;

const NOW: Time = Time(1_760_000_000);
const DAY: i64 = 86_400;

fn somebody(name: &str) -> Identity {
    let native = name.to_owned();
    Identity { native, name: Some(name.to_owned()), ..Identity::default() }
}

/// An activity in the thread `#1` of a subject that two sources share.
fn act(key: &str, kind: Kind, actor: u32, at: i64) -> Activity {
    Activity {
        key: key.as_bytes().to_vec(),
        kind,
        actor,
        at: Time(at),
        subject: Some(Arc::from("repo:acme/tool")),
        thread: Some(Arc::from("#1")),
        counterpart: None,
        labels: vec![],
        title: None,
        url: None,
    }
}

fn page(activities: Vec<Activity>) -> Page {
    let identities = ["ada", "bo", "cy", "di"].map(somebody).to_vec();
    Page { identities, activities, ..Page::default() }
}

fn acts_in(store: &Store, thread: u32) -> Vec<Act> {
    let mut acts = Vec::new();
    store.ledger().acts_in(thread, &mut |act| acts.push(act)).unwrap();
    acts
}

fn acts_of(store: &Store, identities: &[u32]) -> Vec<Act> {
    let mut acts = Vec::new();
    store.ledger().acts_of(identities, &mut |act| acts.push(act)).unwrap();
    acts
}

// ---- The first release's store.

/// A store that the first release wrote, as a dump of its tables.
const V1: &str = include_str!("store_v1.sql");

fn first_release(path: &Path, change: &str) {
    let db = Connection::open(path).unwrap();
    db.execute_batch(V1).unwrap();
    db.execute_batch(change).unwrap();
    fs::write(path.with_extension("db.key"), [7; 32]).unwrap();
}

#[test]
fn a_store_of_the_first_release_is_migrated_and_nothing_of_its_ledgers_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("buyin.db");
    first_release(&path, "");
    let before = fs::read(&path).unwrap();
    assert!(matches!(View::open(&path), Err(StoreError::Older { found: 1, known: 3, .. })));
    assert_eq!(fs::read(&path).unwrap(), before, "who only reads changes nothing");
    let wanted: Vec<(i64, Option<String>, Option<String>)> = {
        let db = Connection::open(&path).unwrap();
        let mut all = db.prepare("SELECT seq, thread, labels FROM activity ORDER BY seq").unwrap();
        let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        rows.collect::<rusqlite::Result<_>>().unwrap()
    };
    let store = Store::open(&path).unwrap();
    let dirty = store.dirty().unwrap();
    assert!(dirty.rest, "everything is derived anew");
    assert_eq!(store.fingerprints().unwrap().len(), 0);
    assert_eq!(store.adopted().unwrap().unwrap().0, "557da9938eaea2cf77e0b054c2867b89");
    let view = View::open(&path).unwrap();
    let mut found = Vec::new();
    view.export_activities(true, &mut |row| {
        let row = row.activity;
        let labels = (!row.labels.is_empty()).then(|| row.labels.join("\n"));
        found.push((row.seq, row.thread, labels));
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(found, wanted);
    let doctor = view.doctor().unwrap();
    assert_eq!((doctor.past, doctor.flagged, doctor.damage), (2, 1, None));
    // One name in two subjects, in none, and in another source: four threads.
    let thread = |seq: i64| {
        let act = (1..=5).flat_map(|identity| acts_of(&store, &[identity])).find(|act| act.seq == seq);
        act.unwrap().thread.unwrap()
    };
    let mut threads = [1, 3, 4, 8].map(thread).to_vec();
    assert_eq!((thread(1), thread(8)), (thread(10), thread(9)));
    threads.sort_unstable();
    threads.dedup();
    assert_eq!(threads.len(), 4);
    assert_eq!(store.ledger().source_of_thread(thread(8)).unwrap(), Some(2));
    let labels: Vec<String> = store.ledger().labelsets().unwrap().into_iter().map(|(_, text)| text).collect();
    assert_eq!(labels, ["bug\nhelp wanted", "docs", "question", "triaged"]);
    let copy = Connection::open(folder.path().join("buyin.db.v1.bak")).unwrap();
    let kept: i64 = copy.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(kept, 1);
    let people: i64 = copy.query_row("SELECT count(*) FROM person", [], |row| row.get(0)).unwrap();
    assert_eq!(people, 3);
}

#[test]
fn a_migrated_store_has_the_tables_and_indexes_of_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old.db"), folder.path().join("new.db"));
    first_release(&old, "");
    for path in [&old, &new] {
        drop(Store::open(path).unwrap());
    }
    let schema = |path: &Path| -> Vec<(String, String)> {
        let db = Connection::open(path).unwrap();
        let sql = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY name";
        let mut all = db.prepare(sql).unwrap();
        let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.collect::<rusqlite::Result<_>>().unwrap()
    };
    assert_eq!(schema(&old), schema(&new));
}

#[test]
fn a_first_load_that_the_first_release_did_not_end_is_ended_after_the_migration() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("buyin.db");
    first_release(
        &path,
        "DROP INDEX activity_key; DROP INDEX activity_fold;
         INSERT INTO activity SELECT 11, source, stream, key, identity, kind, at, known_at, subject, '#9',
             counterpart, labels, title, url, flag FROM activity WHERE seq = 10;
         UPDATE meta SET value = 1 WHERE key = 'loading';",
    );
    let store = Store::open(&path).unwrap();
    let seqs: Vec<i64> = acts_of(&store, &[2]).iter().map(|act| act.seq).collect();
    assert_eq!(seqs, [11], "of a key that came twice the later one counts");
}

#[test]
fn a_store_is_not_migrated_from_under_a_sync() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("buyin.db");
    drop(Store::open(&path).unwrap());
    let other = Store::open(&path).unwrap();
    let held = other.lock_sync().unwrap();
    fs::remove_file(&path).unwrap();
    for left in ["buyin.db-wal", "buyin.db-shm"] {
        let _ = fs::remove_file(folder.path().join(left));
    }
    first_release(&path, "");
    assert!(matches!(Store::open(&path), Err(StoreError::Syncing { .. })));
    drop(held);
    Store::open(&path).unwrap();
}

// ---- What the engine reads.

#[test]
fn threads_of_the_same_name_in_two_sources_or_subjects_never_mix() {
    let mut store = Store::memory().unwrap();
    let (gh, gl) = (store.source("gh", "github").unwrap(), store.source("gl", "gitlab").unwrap());
    let mut other = act("b", Kind::IssueCommented, 1, NOW.0);
    other.subject = Some(Arc::from("repo:acme/other"));
    let mut nowhere = act("c", Kind::IssueCommented, 2, NOW.0);
    nowhere.subject = None;
    let activities = vec![
        act("a", Kind::IssueOpened, 0, NOW.0),
        other,
        nowhere,
        act("d", Kind::IssueCommented, 3, NOW.0 + 1),
    ];
    store.apply(gh, "s", &page(activities.clone()), None, NOW).unwrap();
    store.apply(gl, "s", &page(activities.clone()), None, NOW).unwrap();
    let threads = store.dirty().unwrap().threads;
    assert_eq!(threads.len(), 6);
    let of_threads: Vec<Vec<u32>> = threads
        .iter()
        .map(|thread| acts_in(&store, *thread).iter().map(|act| act.identity).collect())
        .collect();
    assert_eq!(of_threads, [vec![1, 4], vec![2], vec![3], vec![5, 8], vec![6], vec![7]]);
    let sources: Vec<_> = threads.iter().map(|t| store.ledger().source_of_thread(*t).unwrap()).collect();
    assert_eq!(sources, [gh, gh, gh, gl, gl, gl].map(Some));
    // The same rows again are the same numbers: nothing is new and nothing changed.
    assert_eq!(store.apply(gh, "s", &page(activities), None, NOW).unwrap().unchanged, 4);
    assert_eq!(store.dirty().unwrap().threads, threads);
    assert_eq!(store.ledger().thread(threads[1]).unwrap(), Some(("#1".to_owned(), Some(2))));
    assert_eq!(store.ledger().thread(99).unwrap(), None);
}

#[test]
fn the_ledger_gives_usable_activities_in_order_of_time_and_ledger() {
    let mut store = Store::memory().unwrap();
    let gh = store.source("gh", "github").unwrap();
    let upon = |mut activity: Activity, counterpart| {
        activity.counterpart = Some(counterpart);
        activity
    };
    let mut labelled = act("e", Kind::IssueOpened, 0, NOW.0 - 5);
    labelled.labels = vec!["bug".to_owned(), "p1".to_owned()];
    labelled.title = Some("it breaks".to_owned());
    let activities = vec![
        // Of one second: by the ledger, not by kind or thread.
        upon(act("a", Kind::PrMerged, 1, NOW.0), 0),
        upon(act("b", Kind::CommitAuthored, 1, NOW.0), 0),
        upon(act("c", Kind::PrReviewed, 1, NOW.0 - 9), 2),
        act("d", Kind::CommitAuthored, 0, 1),
        labelled,
        act("f", Kind::RoleGranted, 0, NOW.0 - 70),
        act("g", Kind::RoleRemoved, 0, NOW.0 - 60),
        act("h", Kind::ContactCreated, 0, NOW.0 - 80),
    ];
    store.apply(gh, "s", &page(activities), None, NOW).unwrap();
    let ledger = store.ledger();
    let keys = |acts: Vec<Act>| -> String {
        acts.iter().map(|act| ledger.row_of(act.seq).unwrap().unwrap().id.replace("gh/", "")).collect()
    };
    assert_eq!(keys(acts_of(&store, &[2])), "cab");
    assert_eq!(keys(acts_of(&store, &[1, 2])), "hfgceab", "what is flagged is not used");
    let mut upon = Vec::new();
    ledger.acts_upon(&[1], &mut |act| upon.push(act)).unwrap();
    assert_eq!(keys(upon), "ab");
    assert_eq!(keys(acts_in(&store, 1)), "hfgceab");
    assert_eq!(keys(ledger.roles_of(&[1, 2, 3]).unwrap()), "fg");
    let opened = acts_of(&store, &[1]).pop().unwrap();
    let wanted = Act {
        at: Time(NOW.0 - 5),
        seq: opened.seq,
        known_at: NOW,
        identity: 1,
        kind: Kind::IssueOpened,
        subject: Some(1),
        thread: Some(1),
        counterpart: None,
        labels: Some(1),
    };
    assert_eq!(opened, wanted);
    assert_eq!(ledger.labelsets().unwrap(), [(1, "bug\np1".to_owned())]);
    assert_eq!(ledger.subjects().unwrap(), [(1, "repo:acme/tool".to_owned())]);
    let row = ledger.row_of(opened.seq).unwrap().unwrap();
    assert_eq!(
        (row.thread.as_deref(), row.labels.len(), row.title.as_deref()),
        (Some("#1"), 2, Some("it breaks"))
    );
    assert_eq!(ledger.row_of(99).unwrap(), None);
    assert_eq!((ledger.source_of(1).unwrap(), ledger.source_of(99).unwrap()), (Some(gh), None));
}

#[test]
fn a_source_is_covered_as_far_as_its_least_stream_is() {
    let mut store = Store::memory().unwrap();
    let (gh, gl) = (store.source("gh", "github").unwrap(), store.source("gl", "gitlab").unwrap());
    let none = store.source("none", "file").unwrap();
    let mut settle = |source, stream: &str, until: Option<i64>| {
        let state = if until.is_some() { State::Ok } else { State::Failed };
        let until = until.map(Time);
        let outcome = Outcome { state, until, checked_at: NOW, error: None, hint: None };
        store.settle(source, stream, &outcome).unwrap();
    };
    settle(gh, "a", Some(70));
    settle(gh, "b", Some(50));
    settle(gl, "a", Some(90));
    settle(gl, "b", None);
    let wanted = [(gh, Some(Time(50))), (gl, None), (none, None)];
    assert_eq!(
        store.ledger().covered().unwrap(),
        wanted,
        "a stream that was never read is known up to nothing"
    );
}

// ---- What a change touches.

#[test]
fn a_change_touches_who_acted_and_who_was_acted_upon_before_and_after() {
    let mut store = Store::memory().unwrap();
    let gh = store.source("gh", "github").unwrap();
    let one = |actor, counterpart, thread: &str, kind| {
        let mut activity = act("a", kind, actor, NOW.0);
        activity.counterpart = counterpart;
        activity.thread = (!thread.is_empty()).then(|| Arc::from(thread));
        page(vec![activity])
    };
    let touched = |store: &mut Store, page: &Page| {
        store.apply(gh, "s", page, None, NOW).unwrap();
        let dirty = store.dirty().unwrap();
        store.derive().unwrap().finish().unwrap();
        assert!(store.dirty().unwrap().is_empty());
        (dirty.identities, dirty.threads, dirty.roles)
    };
    let merged = one(0, Some(1), "#1", Kind::PrMerged);
    assert_eq!(touched(&mut store, &merged), (vec![1, 2], vec![1], vec![]));
    assert_eq!(touched(&mut store, &merged), (vec![], vec![], vec![]), "the same again touches nobody");
    let moved = one(0, Some(2), "#2", Kind::PrMerged);
    assert_eq!(touched(&mut store, &moved), (vec![1, 2, 3], vec![1, 2], vec![]), "old and new version");
    let role = one(3, None, "", Kind::RoleGranted);
    assert_eq!(touched(&mut store, &role), (vec![1, 3, 4], vec![2], vec![4]));
    let gone = Page { gone: vec![b"a".to_vec()], ..Page::default() };
    assert_eq!(touched(&mut store, &gone), (vec![4], vec![], vec![4]));
    // A role and something else of one person, in pages of their own: the role is not forgotten.
    store.apply(gh, "s", &role, None, NOW).unwrap();
    let mut more = page(vec![act("b", Kind::IssueOpened, 3, NOW.0)]);
    store.apply(gh, "s", &more, None, NOW).unwrap();
    assert_eq!(store.dirty().unwrap().roles, [4]);
    store.derive().unwrap().finish().unwrap();
    // A complete listing infers what is gone, with all whom it touched.
    more.listing = Some(buyin::domain::page::Listing::Whole);
    more.activities[0].counterpart = Some(0);
    assert_eq!(touched(&mut store, &more), (vec![1, 4], vec![1], vec![4]));
}

// ---- Where people and accounts stand.

/// Two accounts and four people; the first three belong to the first one.
fn concluded() -> (Store, Vec<PersonId>, Vec<AccountId>) {
    let mut store = Store::memory().unwrap();
    let gh = store.source("gh", "github").unwrap();
    let activities = (0..4)
        .map(|at| act(&at.to_string(), Kind::IssueOpened, u32::try_from(at).unwrap(), NOW.0 - at * DAY))
        .collect();
    store.apply(gh, "s", &page(activities), None, NOW).unwrap();
    let people: Vec<PersonId> = store.identities().unwrap().iter().map(|known| known.id.into()).collect();
    let accounts: Vec<AccountId> =
        ["acme.example", "globex.example"].map(|of| store.key().account(of)).to_vec();
    let deriving = store.derive().unwrap();
    let parts: Vec<AccountParts> = accounts.iter().map(|id| account(*id)).collect();
    deriving.accounts(&parts).unwrap();
    for (place, id) in (0_u32..).zip(&people) {
        let day = NOW.day().plus(i32::try_from(place).unwrap());
        let fold = fold(place / 3, &[(day, 1)]);
        deriving.person(&person(*id, place + 1), &[], &fold, 1).unwrap();
    }
    deriving.finish().unwrap();
    (store, people, accounts)
}

fn account(id: AccountId) -> AccountParts {
    let (name, domains) = (id.to_string(), vec![format!("{id}.example")]);
    AccountParts { id, name, domains, relation: Relation::Unknown, owner: None, confirmed: true }
}

fn person(id: PersonId, identity: u32) -> PersonParts {
    PersonParts { id, identities: vec![identity], name: format!("person {identity}"), nature: Nature::Human }
}

/// A membership without an end, with so many activities on each day.
fn fold(account: u32, days: &[(Day, u32)]) -> PersonFold {
    let activities = days.iter().map(|(_, count)| u64::from(*count)).sum();
    let (first, last) = (days.first().map(|(day, _)| day.start()), days.last().map(|(day, _)| day.start()));
    let span = Span {
        account,
        ground: Ground::Email,
        from: None,
        to: None,
        activities,
        first_activity: first,
        last_activity: last,
    };
    PersonFold {
        spans: vec![span],
        current: Some(0),
        activities,
        first_activity: first,
        last_activity: last,
        days: days.iter().map(|(day, count)| (account, *day, *count)).collect(),
    }
}

fn spell(from: i32, stage: Stage, active: bool) -> Spell {
    Spell {
        from: Day(from),
        stage,
        automatic: Stage::Skeptic,
        active,
        basis: Some(Zone::Upstream),
        zone: active.then_some(Zone::Program),
        cause: (stage == Stage::Blocker).then_some(1),
        left_alone: from % 2 == 0,
    }
}

fn a_journey() -> PersonJourney {
    PersonJourney {
        moves: vec![
            Move {
                day: Day(20_000),
                from: Stage::Unplaced,
                to: Stage::Skeptic,
                rule: "first-try".to_owned(),
                basis: Some(Zone::Upstream),
                known_at: NOW,
                because: vec![1, 3, 2],
                cause: None,
            },
            Move {
                day: Day(20_010),
                from: Stage::Skeptic,
                to: Stage::Blocker,
                rule: "blocked".to_owned(),
                basis: None,
                known_at: Time(-1),
                because: vec![],
                cause: Some(1),
            },
        ],
        spells: vec![
            spell(20_000, Stage::Skeptic, true),
            spell(20_010, Stage::Blocker, true),
            spell(20_100, Stage::Blocker, false),
        ],
        crossings: vec![
            Crossing { day: Day(20_000), from: None, to: Zone::Upstream, because: 1 },
            Crossing { day: Day(20_001), from: Some(Zone::Upstream), to: Zone::Downstream, because: 2 },
        ],
        deals: vec![
            DealFact { day: Day(20_002), deal: 1, what: DealStep::Open },
            DealFact { day: Day(20_003), deal: 1, what: DealStep::Won },
            DealFact { day: Day(20_004), deal: 1, what: DealStep::Lost },
        ],
        horizon: Day(20_200),
        due: Some(Day(20_300)),
    }
}

/// Puts a journey in a derivation of its own; whether anything of it was new.
fn put(store: &mut Store, id: PersonId, journey: &PersonJourney) -> bool {
    let deriving = store.derive().unwrap();
    let changed = deriving.journey(id, journey).unwrap();
    assert_eq!(deriving.ledger().journey_of(id).unwrap().as_ref(), Some(journey), "seen before it is kept");
    deriving.finish().unwrap();
    changed
}

#[test]
fn a_journey_reads_back_as_it_was_put_and_only_a_difference_is_one() {
    let (mut store, people, _) = concluded();
    let id = people[1];
    assert_eq!(store.ledger().journey_of(id).unwrap(), None);
    let mut journey = a_journey();
    assert!(put(&mut store, id, &journey));
    assert!(!put(&mut store, id, &journey), "the same again");
    journey.horizon = Day(20_201);
    journey.due = None;
    assert!(!put(&mut store, id, &journey), "what is known of silence is no conclusion for others");
    let changes: [fn(&mut PersonJourney); 9] = [
        |journey| journey.moves[0].because.push(9),
        |journey| journey.moves[1].rule.push('x'),
        |journey| journey.moves.truncate(1),
        |journey| journey.crossings.swap(0, 1),
        |journey| journey.crossings.clear(),
        |journey| journey.deals[0].what = DealStep::Lost,
        |journey| journey.deals.push(DealFact { day: Day(20_009), deal: 1, what: DealStep::Open }),
        |journey| journey.spells.truncate(2),
        |journey| journey.spells[1].left_alone ^= true,
    ];
    for change in changes {
        change(&mut journey);
        assert!(put(&mut store, id, &journey), "{journey:?}");
        assert!(!put(&mut store, id, &journey));
    }
    assert!(put(&mut store, id, &PersonJourney::default()));
    // Who they are may change meanwhile: where they stand stays.
    put(&mut store, id, &a_journey());
    let digest = store.digest().unwrap();
    let deriving = store.derive().unwrap();
    deriving.accounts(&[account(store_account(&deriving, 0)), account(store_account(&deriving, 1))]).unwrap();
    deriving.person(&person(id, 2), &[], &fold(0, &[(NOW.day().plus(1), 1)]), 2).unwrap();
    deriving.finish().unwrap();
    assert_eq!(store.digest().unwrap(), digest);
    let deriving = store.derive().unwrap();
    deriving.drop_person(id).unwrap();
    assert_eq!(deriving.ledger().journey_of(id).unwrap(), None);
    deriving.finish().unwrap();
    assert_eq!(store.ledger().due(Day(i32::MAX)).unwrap(), []);
}

/// An account of the derivation by its place among all.
fn store_account(deriving: &buyin::store::Deriving<'_>, place: u32) -> AccountId {
    let person = deriving.ledger().person_of(if place == 0 { 1 } else { 4 }).unwrap().unwrap().0;
    deriving.ledger().memberships_of(person).unwrap()[0].0
}

#[test]
fn who_is_due_is_found_by_the_day() {
    let (mut store, people, _) = concluded();
    for (id, due) in people.iter().zip([Some(20_300), None, Some(20_299), Some(20_301)]) {
        put(&mut store, *id, &PersonJourney { due: due.map(Day), ..a_journey() });
    }
    let mut wanted = vec![people[0], people[2]];
    wanted.sort_unstable();
    assert_eq!(store.ledger().due(Day(20_300)).unwrap(), wanted);
    assert_eq!(store.derive().unwrap().due(Day(20_298)).unwrap(), []);
}

#[test]
fn the_ledger_knows_who_is_who_and_who_belongs_where() {
    let (mut store, people, accounts) = concluded();
    let kept = KeptEvidence {
        accounts: accounts.clone(),
        mail: vec![(1, Some(0), None)],
        stated: vec![(Some(0), Ground::Crm, Some(Day(20_000)), None)],
        left: vec![],
        moved: vec![],
    };
    let deriving = store.derive().unwrap();
    deriving.evidence(people[0], &kept, Some((1, None))).unwrap();
    deriving.journey(people[0], &a_journey()).unwrap();
    deriving.evidence(people[1], &KeptEvidence::default(), None).unwrap();
    deriving.finish().unwrap();
    let ledger = store.ledger();
    assert_eq!(ledger.kept_of(people[0]).unwrap(), Some((kept, Some(1))));
    assert_eq!(ledger.kept_of(people[1]).unwrap(), Some((KeptEvidence::default(), None)));
    assert_eq!(ledger.kept_of(people[2]).unwrap(), None);
    assert_eq!(ledger.journey_of(people[0]).unwrap(), Some(a_journey()), "both share a row");
    assert_eq!(ledger.person_of(2).unwrap(), Some((people[1], Nature::Human)));
    assert_eq!(ledger.person_of(9).unwrap(), None);
    assert_eq!(ledger.identities_of(people[3]).unwrap(), [4]);
    assert_eq!(ledger.memberships_of(people[3]).unwrap(), [(accounts[1], None, None)]);
    let mut members = people[..3].to_vec();
    members.sort_unstable();
    let found: Vec<_> = ledger.members_of(accounts[0]).unwrap().into_iter().map(|(id, ..)| id).collect();
    assert_eq!(found, members);
    assert_eq!(ledger.first_of(people[2]).unwrap().unwrap().seq, 3);
    let gh = store.source("gh", "github").unwrap();
    let earlier =
        vec![act("e", Kind::RoleGranted, 2, NOW.0 - 9 * DAY), act("f", Kind::PrOpened, 2, NOW.0 - 8 * DAY)];
    store.apply(gh, "s", &page(earlier), None, NOW).unwrap();
    let first = store.ledger().first_of(people[2]).unwrap().unwrap();
    assert_eq!(first.kind, Kind::PrOpened, "what is only said about somebody is no act");
}

fn an_account_journey(member: PersonId) -> AccountJourney {
    let group = Group {
        state: GroupState::Contested,
        active: 9,
        skeptic: 1,
        blocker: 2,
        teacher: 3,
        guide: 1,
        go_getter: 1,
        other: 1,
        basis: Some(Zone::Downstream),
    };
    let first = AccountSpell {
        from: Day(20_000),
        phase: Phase::Upstream,
        group: Group::default(),
        customer: false,
        people: 2,
        members: 1,
    };
    AccountJourney {
        spells: vec![
            first,
            AccountSpell { from: Day(20_010), group, people: 12, members: 11, ..first },
            AccountSpell { from: Day(20_020), group, phase: Phase::Program, customer: true, ..first },
        ],
        handshakes: vec![
            Handshake { day: Day(20_000), from: None, to: Zone::Upstream, member, because: 1 },
            Handshake { day: Day(20_020), from: Some(Zone::Upstream), to: Zone::Program, member, because: 3 },
        ],
    }
}

fn interest(account: AccountId, name: &str, last_day: i32, activities: u32) -> Interest {
    Interest { account, name: name.to_owned(), first_day: Day(20_000), last_day: Day(last_day), activities }
}

#[test]
fn the_digest_changes_with_everything_that_is_concluded_and_with_nothing_else() {
    let (mut store, people, accounts) = concluded();
    let (id, of) = (people[0], accounts[0]);
    let conclude = |store: &mut Store, put: &dyn Fn(&buyin::store::Deriving<'_>)| {
        let deriving = store.derive().unwrap();
        put(&deriving);
        deriving.finish().unwrap();
        store.digest().unwrap()
    };
    let whole = |deriving: &buyin::store::Deriving<'_>| {
        deriving
            .evidence(id, &KeptEvidence { accounts: vec![of], ..KeptEvidence::default() }, Some((1, None)))
            .unwrap();
        deriving.journey(id, &a_journey()).unwrap();
        deriving.account_journey(of, &an_account_journey(id)).unwrap();
        deriving.momentum(of, Some(Momentum { state: MomentumState::Rising, value: 2_500 })).unwrap();
        let interests =
            [interest(of, "bug", 20_009, 2), interest(of, "bug", 20_005, 3), interest(of, "docs", 20_001, 1)];
        deriving.interests(of, &interests).unwrap();
    };
    let before = store.digest().unwrap();
    let base = conclude(&mut store, &whole);
    assert_ne!(before, base);
    assert_eq!(conclude(&mut store, &whole), base, "the same again");
    assert_eq!(conclude(&mut store, &|_| ()), base, "nothing at all");
    let later = PersonJourney { horizon: Day(20_250), ..a_journey() };
    let same: &dyn Fn(&buyin::store::Deriving<'_>) = &|deriving| {
        deriving.journey(id, &later).unwrap();
    };
    assert_eq!(conclude(&mut store, same), base, "how far silence was known is no conclusion");
    let mut seen = vec![base.clone()];
    let journeys: [fn(&mut PersonJourney); 5] = [
        |journey| journey.spells[2].zone = Some(Zone::Upstream),
        |journey| journey.moves[0].known_at = Time(5),
        |journey| journey.crossings[0].because = 2,
        |journey| journey.deals[0].day = Day(20_001),
        |journey| journey.due = None,
    ];
    for change in journeys {
        let mut other = a_journey();
        change(&mut other);
        seen.push(conclude(&mut store, &|deriving| {
            deriving.journey(id, &other).unwrap();
        }));
        assert_eq!(conclude(&mut store, &whole), base);
    }
    let others: [fn(&mut AccountJourney); 4] = [
        |journey| journey.spells[0].members = 2,
        |journey| journey.spells[2].phase = Phase::Buying,
        |journey| journey.handshakes[1].because = 2,
        |journey| journey.handshakes.truncate(1),
    ];
    for change in others {
        let mut other = an_account_journey(id);
        change(&mut other);
        seen.push(conclude(&mut store, &|deriving| {
            assert!(deriving.account_journey(of, &other).unwrap());
        }));
        assert_eq!(conclude(&mut store, &whole), base);
    }
    let rest: [&dyn Fn(&buyin::store::Deriving<'_>); 4] = [
        &|deriving| deriving.momentum(of, None).unwrap(),
        &|deriving| {
            deriving.momentum(of, Some(Momentum { state: MomentumState::New, value: 2_500 })).unwrap();
        },
        &|deriving| deriving.interests(of, &[interest(of, "bug", 20_009, 5)]).unwrap(),
        &|deriving| deriving.evidence(id, &KeptEvidence::default(), Some((2, None))).unwrap(),
    ];
    for change in rest {
        seen.push(conclude(&mut store, change));
        assert_eq!(conclude(&mut store, &whole), base);
    }
    let count = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), count, "every change has a digest of its own");
}

#[test]
fn clearing_what_was_derived_leaves_nothing_of_it() {
    let (mut store, people, accounts) = concluded();
    let deriving = store.derive().unwrap();
    deriving.journey(people[0], &a_journey()).unwrap();
    deriving.account_journey(accounts[0], &an_account_journey(people[0])).unwrap();
    deriving.finish().unwrap();
    store.clear_derived().unwrap();
    assert_eq!(store.ledger().journey_of(people[0]).unwrap(), None);
    assert_eq!(store.digest().unwrap(), Store::memory().unwrap().digest().unwrap());
    assert_eq!(store.digests().unwrap().len(), 17, "sixteen tables and all of them");
}

#[test]
fn weeks_and_days_of_accounts_follow_from_the_days_of_their_people() {
    let (mut store, people, accounts) = concluded();
    let monday = Week(2_900).monday();
    let deriving = store.derive().unwrap();
    deriving.refold(people[0], &fold(0, &[(monday, 3), (monday.plus(6), 1)]), &accounts[..1]).unwrap();
    deriving.refold(people[1], &fold(0, &[(monday, 2), (monday.plus(7), 5)]), &accounts[..1]).unwrap();
    deriving.refold(people[2], &fold(0, &[(monday.plus(-7), 5)]), &accounts[1..]).unwrap();
    let touched = deriving.count().unwrap();
    assert_eq!(touched.len(), 2);
    assert_eq!(deriving.count().unwrap(), [], "all is counted");
    let weeks = |first, last| {
        let mut weeks = BTreeMap::new();
        let put = &mut |id, weeks_of: &[u32], before| {
            weeks.insert(id, (weeks_of.to_vec(), before));
        };
        deriving.ledger().weeks(Week(first), Week(last), put).unwrap();
        accounts.iter().map(|id| weeks.remove(id)).collect::<Vec<_>>()
    };
    assert_eq!(weeks(2_899, 2_901), [Some((vec![0, 2, 1], false)), Some((vec![1, 0, 0], false))]);
    assert_eq!(weeks(2_901, 2_901), [Some((vec![1], true)), Some((vec![0], true))]);
    assert_eq!(weeks(2_800, 2_898), [None, None]);
    assert_eq!(
        deriving.ledger().days(accounts[0]).unwrap(),
        [(monday, 5), (monday.plus(6), 1), (monday.plus(7), 5)]
    );
    let members = |deriving: &buyin::store::Deriving<'_>, at: usize| {
        deriving.ledger().members_of(accounts[at]).unwrap().len()
    };
    assert_eq!((members(&deriving, 0), members(&deriving, 1)), (2, 2));
    deriving.finish().unwrap();
    let piecewise = store.digest().unwrap();
    // Taken back one by one, and put again in another order.
    for round in 0..2 {
        let deriving = store.derive().unwrap();
        for place in [2, 0, 1] {
            if round == 0 {
                deriving.refold(people[place], &PersonFold::default(), &[]).unwrap();
            } else {
                let of = [
                    vec![(monday, 3), (monday.plus(6), 1)],
                    vec![(monday, 2), (monday.plus(7), 5)],
                    vec![(monday.plus(-7), 5)],
                ];
                let at = place / 2;
                deriving.refold(people[place], &fold(0, &of[place]), &accounts[at..=at]).unwrap();
            }
        }
        deriving.finish().unwrap();
        assert_eq!(store.digest().unwrap() == piecewise, round == 1);
    }
    // An account that ceases to be takes its rows along.
    let deriving = store.derive().unwrap();
    deriving.account_journey(accounts[0], &an_account_journey(people[0])).unwrap();
    deriving.interests(accounts[0], &[interest(accounts[0], "bug", 20_001, 1)]).unwrap();
    deriving.finish().unwrap();
    let deriving = store.derive().unwrap();
    deriving.accounts(&[account(accounts[1])]).unwrap();
    for id in &people {
        deriving.drop_person(*id).unwrap();
    }
    deriving.finish().unwrap();
    let deriving = store.derive().unwrap();
    deriving.accounts(&[]).unwrap();
    deriving.finish().unwrap();
    assert_eq!(store.digest().unwrap(), Store::memory().unwrap().digest().unwrap());
}

/// Prints how many rows a second a first derivation writes of a million people, and what one more costs.
#[test]
#[ignore = "takes a minute: run it in release with --nocapture"]
#[allow(clippy::disallowed_methods, reason = "it measures")]
fn a_million_journeys_are_written_fast() {
    use std::time::Instant;
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("buyin.db")).unwrap();
    let many: u32 = 1_000_000;
    let accounts: Vec<AccountId> = (0..100_000_u32).map(|n| store.key().account(&n.to_string())).collect();
    let mut people: Vec<PersonId> =
        (0..many).map(|n| PersonId(store.key().account(&format!("p{n}")).0)).collect();
    people.sort_unstable();
    let at = |place: u32| usize::try_from(place).unwrap();
    let told = |what: &str, rows: u32, start: Instant| {
        let rate = f64::from(rows) / start.elapsed().as_secs_f64();
        println!("{what}: {rows} rows in {:?}, {rate:.0} a second", start.elapsed());
    };
    let deriving = store.derive().unwrap();
    let start = Instant::now();
    deriving.accounts(&accounts.iter().map(|id| account(*id)).collect::<Vec<_>>()).unwrap();
    told("accounts", 200_000, start);
    let start = Instant::now();
    let evidence = |place: u32| KeptEvidence {
        accounts: vec![accounts[at(place % 100_000)]],
        mail: vec![(place + 1, Some(0), None)],
        stated: vec![],
        left: vec![],
        moved: vec![],
    };
    for (place, id) in (0..many).zip(&people) {
        let day = Day(20_000 + i32::try_from(place % 700).unwrap());
        let fold = fold(place % 100_000, &[(day, 2), (day.plus(9), 1)]);
        deriving.person(&person(*id, place + 1), &[], &fold, 1).unwrap();
        deriving.evidence(*id, &evidence(place), Some((1, None))).unwrap();
    }
    told("people, identities, spans, evidence", 4 * many, start);
    let start = Instant::now();
    deriving.count().unwrap();
    told("weeks and days of accounts", 4 * many, start);
    let start = Instant::now();
    let journey = a_journey();
    let alone = PersonJourney {
        moves: journey.moves[..1].to_vec(),
        spells: journey.spells[..1].to_vec(),
        crossings: journey.crossings[..1].to_vec(),
        deals: vec![],
        ..journey.clone()
    };
    for (place, id) in (0..many).zip(&people) {
        deriving.journey(*id, if place % 10 == 0 { &journey } else { &alone }).unwrap();
    }
    told("journeys: person, journey, move, crossing, deal", 4 * many + many / 10 * 5, start);
    let start = Instant::now();
    for id in &accounts {
        deriving.account_journey(*id, &an_account_journey(people[0])).unwrap();
        deriving.momentum(*id, Some(Momentum { state: MomentumState::New, value: 1 })).unwrap();
        let interests = ["a", "b", "c"].map(|name| interest(*id, name, 20_001, 3));
        deriving.interests(*id, &interests).unwrap();
    }
    told("accounts: spans, hand-shakes, interests", 10 * 100_000, start);
    let start = Instant::now();
    deriving.finish().unwrap();
    told("indexes", many, start);
    println!("{} MB", fs::metadata(folder.path().join("buyin.db")).unwrap().len() >> 20);
    let start = Instant::now();
    let deriving = store.derive().unwrap();
    for id in people.iter().step_by(10_000) {
        let accounts = &deriving.ledger().kept_of(*id).unwrap().unwrap().0.accounts;
        deriving.refold(*id, &fold(0, &[(Day(20_500), 9)]), accounts).unwrap();
    }
    let touched = deriving.count().unwrap();
    for id in people.iter().step_by(10_000) {
        assert!(deriving.journey(*id, &PersonJourney { spells: vec![], ..journey.clone() }).unwrap());
    }
    for id in touched {
        let members = deriving.ledger().members_of(id).unwrap();
        deriving.account_journey(id, &an_account_journey(members[0].0)).unwrap();
    }
    deriving.finish().unwrap();
    println!("100 people more: {:?}", start.elapsed());
}

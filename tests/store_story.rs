//! One story of a store from its first page to its digest, and the ways in which it refuses. The conclusions
//! are drawn by a naive engine of the test's own: one person an identity, one account an e-mail domain.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::{collections::BTreeMap, fs, ops::ControlFlow, path::Path, sync::Arc};

use buyin::{
    domain::{
        account::{AccountRow, Relation},
        activity::{Activity, Kind, Of},
        decision::{About, Verb},
        derived::{AccountParts, PersonFold, PersonParts, Span},
        filter::{Compare, Count, Filter, Is, Term, Test, Which},
        identity::Identity,
        ids::PersonId,
        page::{Listing, Page, Skipped, Step},
        person::{Ground, Nature},
        query::{AccountSort, At, Meaning, PersonSort, Slice, When, Window},
        record::{Company, Record},
        time::{Day, Time},
    },
    store::{Applied, Doing, Outcome, State, Store, StoreError, View},
};
use tempfile::TempDir;

const NOW: Time = Time(1_760_000_000);

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn somebody(name: &str, domain: &str) -> Identity {
    let email = format!("{}@{domain}", name.to_lowercase().replace(' ', "."));
    Identity {
        native: format!("{name} <{email}>"),
        name: Some(name.to_owned()),
        email: Some(email),
        ..Identity::default()
    }
}

fn act(key: &str, kind: Kind, actor: u32, at: i64) -> Activity {
    Activity {
        key: key.as_bytes().to_vec(),
        kind,
        actor,
        at: Time(at),
        subject: Some(Arc::from("repo:acme/tool")),
        thread: None,
        counterpart: None,
        labels: vec![],
        title: Some(format!("about {key}")),
        url: None,
    }
}

fn page(identities: Vec<Identity>, activities: Vec<Activity>) -> Page {
    Page { identities, activities, ..Page::default() }
}

/// Three people of two companies with four activities.
fn first_page() -> Page {
    let people = vec![
        somebody("Ada Moss", "acme.example"),
        somebody("Bo Reed", "acme.example"),
        somebody("Cy Fern", "globex.example"),
    ];
    let day = 86_400;
    page(
        people,
        vec![
            act("a1", Kind::CommitAuthored, 0, NOW.0 - 30 * day),
            act("a2", Kind::CommitAuthored, 1, NOW.0 - 20 * day),
            act("a3", Kind::IssueOpened, 0, NOW.0 - 10 * day),
            act("a4", Kind::PrOpened, 2, NOW.0 - 5 * day),
        ],
    )
}

/// The naive engine.
fn derive(store: &mut Store) {
    let identities = store.identities().unwrap();
    let mut domains: BTreeMap<String, u32> = BTreeMap::new();
    for identity in &identities {
        if let Some((_, domain)) = identity.profile.email.as_deref().and_then(|e| e.split_once('@')) {
            let next = u32::try_from(domains.len()).unwrap();
            domains.entry(domain.to_owned()).or_insert(next);
        }
    }
    let mut accounts: Vec<(u32, AccountParts)> = domains
        .iter()
        .map(|(domain, place)| {
            let parts = AccountParts {
                id: store.key().account(domain),
                name: domain.split('.').next().unwrap().to_owned(),
                domains: vec![domain.clone()],
                relation: if domain.starts_with("rival") { Relation::Competitor } else { Relation::Unknown },
                owner: None,
                confirmed: !domain.starts_with("one"),
            };
            (*place, parts)
        })
        .collect();
    accounts.sort_by_key(|(place, _)| *place);
    let accounts: Vec<AccountParts> = accounts.into_iter().map(|(_, parts)| parts).collect();
    let deriving = store.derive().unwrap();
    deriving.accounts(&accounts).unwrap();
    for identity in &identities {
        let mut doings: Vec<Doing> = Vec::new();
        deriving.activities_of(&[identity.seq], &mut |doing| doings.push(doing)).unwrap();
        let (first, last) = (doings.first().map(|d| d.at), doings.last().map(|d| d.at));
        let count = u64::try_from(doings.len()).unwrap();
        let email = identity.profile.email.as_deref().unwrap_or_default();
        let account = email.split_once('@').and_then(|(_, domain)| domains.get(domain)).copied();
        let spans = account.map(|account| Span {
            account,
            ground: Ground::Email,
            from: None,
            to: None,
            activities: count,
            first_activity: first,
            last_activity: last,
        });
        let mut days = BTreeMap::new();
        for doing in &doings {
            *days.entry(doing.at.day()).or_insert(0) += 1;
        }
        let days = days.into_iter().filter_map(|(day, count)| Some((account?, day, count))).collect();
        let fold = PersonFold {
            current: spans.as_ref().map(|_| 0),
            spans: spans.into_iter().collect(),
            activities: count,
            first_activity: first,
            last_activity: last,
            days,
        };
        let parts = PersonParts {
            id: identity.id.into(),
            identities: vec![identity.seq],
            name: identity.profile.name.clone().unwrap_or_default(),
            nature: if identity.profile.bot { Nature::Bot } else { Nature::Human },
        };
        deriving.person(&parts, &[], &fold, u64::MAX - count).unwrap();
    }
    deriving.finish().unwrap();
}

fn all() -> Window {
    Window { at: At::First, limit: 1_000 }
}

fn filter(tests: Vec<(bool, Test)>) -> Filter {
    Filter { terms: tests.into_iter().map(|(negated, test)| Term { negated, test }).collect() }
}

fn names<T>(slice: &Slice<T>, name: impl Fn(&T) -> &str) -> Vec<String> {
    slice.rows.iter().map(|(_, row)| name(row).to_owned()).collect()
}

#[test]
fn a_store_keeps_what_it_is_told_and_shows_what_was_concluded() {
    let folder = folder();
    let path = folder.path().join("new/deep/buyin.db");
    let mut store = Store::open(&path).unwrap();
    let gh = store.source("gh", "github").unwrap();
    assert_eq!(store.source("gh", "github").unwrap(), gh);
    let mut first = first_page();
    first.mark = Some("m1".to_owned());
    first.subjects = vec![("repo:acme/tool".to_owned(), "https://example.com/acme/tool".to_owned())];
    let applied = store.apply(gh, "issues", &first, None, NOW).unwrap();
    assert_eq!(applied, Applied { new: 4, new_identities: 3, ..Applied::default() });
    assert_eq!(store.stream(gh, "issues").unwrap().mark.as_deref(), Some("m1"));
    assert!(store.dirty().unwrap().rest);
    assert_eq!(store.dirty().unwrap().identities, [1, 2, 3]);
    derive(&mut store);
    assert!(store.dirty().unwrap().is_empty());
    assert_eq!(store.fingerprints().unwrap().values().copied().max(), Some(u64::MAX - 1));
    let settled = Outcome { state: State::Ok, until: Some(NOW), checked_at: NOW, error: None, hint: None };
    store.settle(gh, "issues", &settled).unwrap();

    let view = View::open(&path).unwrap();
    let overview = view.overview().unwrap();
    assert_eq!((overview.accounts, overview.shown, overview.people, overview.activities), (2, 2, 3, 4));
    assert!(!overview.stale);
    let today = NOW.day();
    let accounts =
        view.accounts(&Filter::default(), AccountSort::Last, false, When::now(today), &all()).unwrap();
    assert_eq!(names(&accounts, |row| &row.name), ["globex", "acme"]);
    assert_eq!(accounts.total, Some(2));
    let acme = &accounts.rows[1].1;
    assert_eq!((acme.people, acme.members, acme.activities), (2, 2, 3));
    assert_eq!(acme.weeks.iter().sum::<u32>(), 3);
    assert_eq!(acme.last_activity, Some(Time(NOW.0 - 10 * 86_400)));
    let members = view.members(acme.id, PersonSort::Name, When::now(today), &all()).unwrap();
    assert_eq!(names(&members, |row| &row.name), ["Ada Moss", "Bo Reed"]);
    let timeline = view.activities(Of::Account(acme.id), When::now(today), &all()).unwrap();
    let ids: Vec<&str> = timeline.rows.iter().map(|(_, row)| row.activity.id.as_str()).collect();
    assert_eq!(ids, ["gh/a3", "gh/a2", "gh/a1"]);
    let ada = view.person(members.rows[0].1.person, When::now(Day(0))).unwrap().unwrap();
    assert_eq!(ada.memberships[0].account_name, "acme");
    assert_eq!(ada.identities[0].activities, 2);
    let sources = view.sources().unwrap();
    assert_eq!((sources[0].state.as_str(), sources[0].activities), ("ok", 4));
    let mut exported = Vec::new();
    view.export_activities(true, &mut |row| {
        exported.push((row.activity.id, row.account));
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(exported.len(), 4);
    assert_eq!(exported[0], ("gh/a1".to_owned(), Some(acme.id)));
}

#[test]
fn a_changed_record_is_a_new_version_and_an_unchanged_one_appends_nothing() {
    let mut store = Store::memory().unwrap();
    let gh = store.source("gh", "github").unwrap();
    store.apply(gh, "s", &first_page(), None, NOW).unwrap();
    derive(&mut store);
    let before = store.digest().unwrap();
    let again = store.apply(gh, "s", &first_page(), None, NOW).unwrap();
    assert_eq!(again, Applied { unchanged: 4, ..Applied::default() });
    assert!(store.dirty().unwrap().is_empty());
    let mut changed = first_page();
    changed.activities[0].actor = 1;
    changed.identities[2].name = Some("Cy Fern-Hill".to_owned());
    let applied = store.apply(gh, "s", &changed, None, NOW).unwrap();
    assert_eq!((applied.changed, applied.unchanged, applied.changed_identities), (1, 3, 1));
    assert_eq!(store.dirty().unwrap().identities, [1, 2], "who lost it and who got it");
    derive(&mut store);
    assert_ne!(store.digest().unwrap(), before);
    store.apply(gh, "s", &first_page(), None, NOW).unwrap();
    derive(&mut store);
    assert_eq!(store.digest().unwrap(), before, "the same facts, the same conclusions");
}

#[test]
fn what_is_gone_is_gone_and_comes_back_as_new() {
    let mut store = Store::memory().unwrap();
    let gh = store.source("gh", "github").unwrap();
    let other = store.source("other", "github").unwrap();
    store.apply(gh, "s", &first_page(), None, NOW).unwrap();
    store.apply(other, "s", &first_page(), None, NOW).unwrap();
    let gone = Page { gone: vec![b"a1".to_vec(), b"unknown".to_vec()], ..Page::default() };
    assert_eq!(store.apply(gh, "s", &gone, None, NOW).unwrap().gone, 1);
    let mut seqs = Vec::new();
    store.sweep(&mut |doing| seqs.push(doing.seq)).unwrap();
    assert_eq!(seqs.len(), 7, "the other source has a key of the same name");
    let back =
        page(vec![somebody("Ada Moss", "acme.example")], vec![act("a1", Kind::CommitAuthored, 0, NOW.0)]);
    assert_eq!(store.apply(gh, "s", &back, None, NOW).unwrap().new, 1);
    let last = store.identities().unwrap().len();
    assert_eq!(last, 6);
}

#[test]
fn only_a_complete_listing_infers_what_is_gone() {
    let rows = |from: usize, to: usize, listing| {
        let mut page = first_page();
        page.activities = page.activities[from..to].to_vec();
        page.listing = Some(listing);
        page
    };
    let company = |name: &str| {
        let record = Company { name: name.to_owned(), domains: vec![], relation: None, owner: None };
        (name.as_bytes().to_vec(), Record::Company(record))
    };
    let mut store = Store::memory().unwrap();
    let file = store.source("file", "file").unwrap();
    let mut whole = rows(0, 4, Listing::Whole);
    whole.records = vec![company("acme"), company("globex")];
    store.apply(file, "s", &whole, None, NOW).unwrap();
    store
        .apply(
            file,
            "t",
            &page(first_page().identities, vec![act("t1", Kind::PrOpened, 0, NOW.0)]),
            None,
            NOW,
        )
        .unwrap();
    // Cut after the first page; then begun anew and cut again.
    store.apply(file, "s", &rows(0, 1, Listing::First), None, NOW).unwrap();
    store.apply(file, "s", &rows(1, 2, Listing::First), None, NOW).unwrap();
    let mut bad = rows(2, 3, Listing::Last);
    bad.activities[0].actor = 99;
    assert!(matches!(store.apply(file, "s", &bad, None, NOW), Err(StoreError::BadPage { index: 99, .. })));
    // The rest of a listing that failed says nothing.
    assert_eq!(store.apply(file, "s", &rows(2, 3, Listing::Last), None, NOW).unwrap().gone, 0);
    assert_eq!(store.records().unwrap().len(), 2);
    // A complete one does, in its own stream only.
    store.apply(file, "s", &rows(0, 1, Listing::First), None, NOW).unwrap();
    let mut last = rows(1, 2, Listing::Last);
    last.records = vec![company("acme")];
    assert_eq!(store.apply(file, "s", &last, None, NOW).unwrap().gone, 3);
    assert_eq!(store.records().unwrap().len(), 1);
    let mut kept = 0;
    store.sweep(&mut |_| kept += 1).unwrap();
    assert_eq!(kept, 3);
}

#[test]
fn the_mark_moves_only_when_no_step_is_left() {
    let mut store = Store::memory().unwrap();
    let gh = store.source("gh", "github").unwrap();
    let step = |n: u32| Step(serde_json::json!({ "page": n }));
    let first = Page { steps: vec![step(2), step(3)], mark: Some("today".to_owned()), ..Page::default() };
    store.apply(gh, "s", &first, None, NOW).unwrap();
    let state = store.stream(gh, "s").unwrap();
    assert_eq!((state.mark, state.todo.len()), (None, 2));
    store.apply(gh, "s", &Page::default(), Some(state.todo[0].0), NOW).unwrap();
    let state = store.stream(gh, "s").unwrap();
    assert_eq!((state.mark.as_deref(), &state.todo[0].1), (None, &step(3)));
    store.apply(gh, "s", &Page::default(), Some(state.todo[0].0), NOW).unwrap();
    let state = store.stream(gh, "s").unwrap();
    assert_eq!((state.mark.as_deref(), state.todo.len()), (Some("today"), 0));
}

#[test]
fn a_date_that_cannot_be_is_kept_and_counted_but_not_used() {
    let folder = folder();
    let path = folder.path().join("buyin.db");
    let mut store = Store::open(&path).unwrap();
    let git = store.source("git", "git").unwrap();
    let mut odd = first_page();
    odd.activities[0].at = Time::parse("1989-12-31T23:59:59Z").unwrap();
    odd.activities[1].at = NOW.plus_days(1);
    odd.activities[2].at = Time(NOW.plus_days(1).0 + 1);
    odd.skipped = vec![Skipped { place: "x.csv:3".to_owned(), reason: "no date".to_owned() }];
    let applied = store.apply(git, "s", &odd, None, NOW).unwrap();
    assert_eq!((applied.new, applied.flagged, applied.skipped), (4, 2, 1));
    let mut used = 0;
    store.sweep(&mut |_| used += 1).unwrap();
    assert_eq!(used, 2);
    let doctor = View::open(&path).unwrap().doctor().unwrap();
    assert_eq!((doctor.flagged, doctor.skipped[0].1.place.as_str(), doctor.damage), (2, "x.csv:3", None));
}

#[test]
fn an_undo_is_exact_and_an_undo_of_an_undo_restores() {
    let mut store = Store::memory().unwrap();
    let account = store.key().account("acme.example");
    let relation = Verb::Relation { account, relation: Relation::Customer };
    let made = store.decide(NOW, "dana", Some("they pay"), relation).unwrap();
    let undo = store.decide(NOW, "dana", None, Verb::Undo { decision: made.id }).unwrap();
    let state = |store: &Store| {
        store.decisions().unwrap().iter().map(|decision| decision.undone_by.is_some()).collect::<Vec<_>>()
    };
    assert_eq!(state(&store), [true, false]);
    assert!(matches!(
        store.decide(NOW, "dana", None, Verb::Undo { decision: made.id }),
        Err(StoreError::AlreadyUndone { .. })
    ));
    let redo = store.decide(NOW, "dana", None, Verb::Undo { decision: undo.id }).unwrap();
    assert_eq!(state(&store), [false, true, false]);
    store.decide(NOW, "dana", None, Verb::Undo { decision: redo.id }).unwrap();
    assert_eq!(state(&store), [true, false, true, false]);
    let unknown = buyin::domain::ids::DecisionId([9; 10]);
    assert!(matches!(
        store.decide(NOW, "dana", None, Verb::Undo { decision: unknown }),
        Err(StoreError::NoDecision { .. })
    ));
    assert_eq!(store.decisions().unwrap().len(), 4);
}

#[test]
fn the_settings_in_force_are_those_adopted_last() {
    let mut store = Store::memory().unwrap();
    assert_eq!(store.adopted().unwrap(), None);
    store.adopt("h1", "{\"a\":1}", NOW, "dana").unwrap();
    let second = store.adopt("h2", "{\"a\":2}", NOW, "dana").unwrap();
    assert_eq!(store.adopted().unwrap().unwrap().0, "h2");
    store.decide(NOW, "dana", None, Verb::Undo { decision: second.id }).unwrap();
    assert_eq!(store.adopted().unwrap().unwrap(), ("h1".to_owned(), "{\"a\":1}".to_owned()));
}

#[test]
fn a_derivation_that_is_not_finished_leaves_everything_as_it_was() {
    let mut store = Store::memory().unwrap();
    let gh = store.source("gh", "github").unwrap();
    store.apply(gh, "s", &first_page(), None, NOW).unwrap();
    derive(&mut store);
    let before = store.digest().unwrap();
    let deriving = store.derive().unwrap();
    deriving.accounts(&[]).unwrap();
    drop(deriving);
    assert_eq!(store.digest().unwrap(), before);
    store.clear_derived().unwrap();
    assert_ne!(store.digest().unwrap(), before);
    assert!(store.dirty().unwrap().rest);
    derive(&mut store);
    assert_eq!(store.digest().unwrap(), before);
}

#[test]
fn deriving_piece_by_piece_equals_deriving_anew() {
    let mut store = Store::memory().unwrap();
    let gh = store.source("gh", "github").unwrap();
    store.apply(gh, "s", &first_page(), None, NOW).unwrap();
    derive(&mut store);
    let mut more = page(
        vec![somebody("Di Lake", "acme.example"), somebody("Cy Fern", "globex.example")],
        vec![act("b1", Kind::PrMerged, 0, NOW.0 - 500), act("b2", Kind::PrMerged, 1, NOW.0 - 90)],
    );
    more.gone = vec![b"a3".to_vec()];
    store.apply(gh, "s", &more, None, NOW).unwrap();
    derive(&mut store);
    let piecewise = store.digest().unwrap();
    store.clear_derived().unwrap();
    derive(&mut store);
    assert_eq!(store.digest().unwrap(), piecewise);
}

#[test]
fn a_first_load_equals_a_careful_one_also_when_keys_repeat_or_it_is_cut() {
    let folder = folder();
    let path = folder.path().join("buyin.db");
    let key = {
        let mut store = Store::open(&path).unwrap();
        let gh = store.source("gh", "github").unwrap();
        assert!(store.begin_load().unwrap());
        store.apply(gh, "s", &first_page(), None, NOW).unwrap();
        let mut again = first_page();
        again.activities[1].title = Some("another title".to_owned());
        store.apply(gh, "s", &again, None, NOW).unwrap();
        // Cut here: the indexes come back with the next opening.
        store.key().0
    };
    let mut store = Store::open(&path).unwrap();
    assert_eq!(store.key().0, key);
    let gh = store.source("gh", "github").unwrap();
    assert!(!store.begin_load().unwrap(), "it is empty no more");
    let mut swept = Vec::new();
    store.sweep(&mut |doing| swept.push(doing.seq)).unwrap();
    assert_eq!(swept.len(), 4);
    let mut again = first_page();
    again.activities[1].title = Some("another title".to_owned());
    assert_eq!(store.apply(gh, "s", &again, None, NOW).unwrap().unchanged, 4);
    let view = View::open(&path).unwrap();
    assert_eq!(view.overview().unwrap().activities, 4);
    assert_eq!(view.doctor().unwrap().past, 4);
}

#[test]
fn junk_and_newer_stores_are_refused_and_left_untouched() {
    let folder = folder();
    let refuse = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let error = Store::open(&path).unwrap_err();
        assert_eq!(fs::read(&path).unwrap(), bytes);
        assert!(error.to_string().contains(name), "{error}");
        let beside = fs::read_dir(folder.path()).unwrap().filter(|entry| {
            let other = entry.as_ref().unwrap().file_name().into_string().unwrap();
            other.starts_with(name) && other != name
        });
        assert_eq!(beside.count(), 0, "nothing is left beside {name}");
        error
    };
    assert!(matches!(refuse("short", b"hello"), StoreError::NotAStore { .. }));
    assert!(matches!(refuse("junk", &[7; 9_000]), StoreError::NotAStore { .. }));
    let path = folder.path().join("buyin.db");
    drop(Store::open(&path).unwrap());
    let mut newer = fs::read(&path).unwrap();
    newer[60..64].copy_from_slice(&77_u32.to_be_bytes());
    assert!(matches!(refuse("newer", &newer), StoreError::Newer { found: 77, .. }));
    let mut foreign = fs::read(&path).unwrap();
    foreign[68..72].copy_from_slice(&1_u32.to_be_bytes());
    assert!(matches!(refuse("foreign", &foreign), StoreError::NotAStore { .. }));
}

#[cfg(unix)]
#[test]
fn every_file_is_for_the_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = folder();
    let path = folder.path().join("made/buyin.db");
    let mut store = Store::open(&path).unwrap();
    let _lock = store.lock_sync().unwrap();
    store.source("gh", "github").unwrap();
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    let mut seen = 0;
    for entry in fs::read_dir(path.parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        seen += 1;
    }
    assert_eq!(seen, 5, "store, -wal, -shm, key, lock");
}

#[test]
fn a_store_without_its_key_says_so() {
    let folder = folder();
    let path = folder.path().join("buyin.db");
    let key = folder.path().join("buyin.db.key");
    drop(Store::open(&path).unwrap());
    fs::remove_file(&key).unwrap();
    let mut store = Store::open(&path).unwrap();
    let gh = store.source("gh", "github").unwrap();
    store.apply(gh, "s", &first_page(), None, NOW).unwrap();
    drop(store);
    fs::write(&key, b"short").unwrap();
    assert!(matches!(Store::open(&path), Err(StoreError::KeyDamaged { found: 5, .. })));
    fs::remove_file(&key).unwrap();
    assert!(matches!(Store::open(&path), Err(StoreError::KeyMissing { .. })));
}

#[test]
fn one_sync_at_a_time_and_the_second_says_who_holds_it() {
    let folder = folder();
    let path = folder.path().join("buyin.db");
    let (one, two) = (Store::open(&path).unwrap(), Store::open(&path).unwrap());
    let lock = one.lock_sync().unwrap();
    let error = two.lock_sync().unwrap_err();
    assert!(
        matches!(error, StoreError::Syncing { pid: Some(pid), .. } if pid == std::process::id()),
        "{error}"
    );
    drop(lock);
    two.lock_sync().unwrap();
}

#[test]
fn two_writers_in_turn_see_what_the_other_one_wrote() {
    let folder = folder();
    let path = folder.path().join("buyin.db");
    let (mut one, mut two) = (Store::open(&path).unwrap(), Store::open(&path).unwrap());
    let gh = one.source("gh", "github").unwrap();
    one.apply(gh, "s", &page(vec![], vec![]), None, NOW).unwrap();
    two.apply(gh, "s", &page(vec![], vec![]), None, NOW).unwrap();
    one.apply(gh, "s", &first_page(), None, NOW).unwrap();
    assert_eq!(two.apply(gh, "s", &first_page(), None, NOW).unwrap().unchanged, 4);
    assert_eq!(two.identities().unwrap().len(), 3);
}

#[test]
fn a_name_resolves_to_all_that_it_may_mean() {
    let folder = folder();
    let path = folder.path().join("buyin.db");
    let mut store = Store::open(&path).unwrap();
    let gh = store.source("gh", "github").unwrap();
    let mut first = first_page();
    first.identities[0].handle = Some("AdaM".to_owned());
    first.identities[0].forge = Some("github".to_owned());
    first.identities[2].name = Some("Acme".to_owned());
    store.apply(gh, "s", &first, None, NOW).unwrap();
    derive(&mut store);
    let account = store.key().account("acme.example");
    let ada = store.identities().unwrap()[0].id;
    let view = View::open(&path).unwrap();
    let people = |name: &str| {
        let only = view.resolve(name).unwrap();
        only.into_iter()
            .filter(|m| matches!(m, Meaning::Person { id, .. } if *id == PersonId::from(ada)))
            .count()
    };
    for name in ["gh:adam", "github:@AdaM", "ada moss", "member:Ada Moss", "ADA.moss@acme.example"] {
        assert_eq!((people(name), view.resolve(name).unwrap().len()), (1, 1), "{name}");
    }
    for name in [ada.to_string(), PersonId::from(ada).to_string()] {
        assert_eq!(people(&name), 1, "{name}");
    }
    for name in ["acme.example", "account:acme", &account.to_string()] {
        let found = view.resolve(name).unwrap();
        assert_eq!(found, [Meaning::Account { id: account, name: "acme".to_owned() }], "{name}");
    }
    assert_eq!(view.resolve("Acme").unwrap().len(), 2, "an account and a person");
    assert_eq!(view.resolve("nobody").unwrap(), []);
    store
        .decide(NOW, "dana", None, Verb::Note { about: About::Account(account), text: "hi".to_owned() })
        .unwrap();
    assert_eq!(view.account(account, When::now(Day(0))).unwrap().unwrap().decisions.len(), 1);
}

/// Forty companies with as many people and activities as their number, some unconfirmed or rivals.
fn many(path: &Path) -> Store {
    let mut store = Store::open(path).unwrap();
    let gh = store.source("gh", "github").unwrap();
    let (mut people, mut doings) = (Vec::new(), Vec::new());
    for company in 0..40_u32 {
        let domain = match company % 5 {
            0 => format!("one{company}.example"),
            1 => format!("rival{company}.example"),
            _ => format!("firm{company}.example"),
        };
        for member in 0..=company % 4 {
            let actor = u32::try_from(people.len()).unwrap();
            people.push(somebody(&format!("Person {company} {member}"), &domain));
            for n in 0..=company % 3 {
                // Some share their second, so that ties have to be broken.
                let at = NOW.0 - i64::from(company / 2) * 86_400 - i64::from(n) * 1_000;
                doings.push(act(&format!("{company}/{member}/{n}"), Kind::IssueOpened, actor, at));
            }
        }
    }
    store.apply(gh, "s", &page(people, doings), None, NOW).unwrap();
    derive(&mut store);
    store
}

/// Pages through a list in both directions and from the middle, and compares with reading it at once.
fn pages_agree<T: PartialEq + std::fmt::Debug>(ask: impl Fn(&Window) -> Slice<T>) {
    let whole = ask(&all());
    assert!(whole.at_start && whole.at_end);
    for limit in [1, 3, 7] {
        let (mut at, mut forward) = (At::First, Vec::new());
        loop {
            let slice = ask(&Window { at, limit });
            assert_eq!(slice.at_start, forward.is_empty());
            forward.extend(slice.rows);
            if slice.at_end {
                break;
            }
            at = At::After(forward.last().unwrap().0.clone());
        }
        assert_eq!(forward, whole.rows);
        let (mut at, mut backward) = (At::Last, Vec::new());
        loop {
            let mut slice = ask(&Window { at, limit });
            assert_eq!(slice.at_end, backward.is_empty());
            slice.rows.append(&mut backward);
            backward = slice.rows;
            if slice.at_start {
                break;
            }
            at = At::Before(backward[0].0.clone());
        }
        assert_eq!(backward, whole.rows);
        let middle = whole.rows.len() / 2;
        let slice = ask(&Window { at: At::From(whole.rows[middle].0.clone()), limit });
        assert_eq!(slice.rows[0], whole.rows[middle]);
    }
}

#[test]
fn every_list_pages_in_both_directions_in_every_order() {
    let folder = folder();
    let path = folder.path().join("buyin.db");
    let _store = many(&path);
    let view = View::open(&path).unwrap();
    let today = NOW.day();
    let bare = filter(vec![(false, Test::Name("fi".to_owned()))]);
    for sort in AccountSort::ALL.iter().copied() {
        for filter in [Filter::default(), bare.clone()] {
            for all in [false, true] {
                pages_agree(|window| view.accounts(&filter, sort, all, When::now(today), window).unwrap());
            }
        }
    }
    let big =
        view.accounts(&Filter::default(), AccountSort::People, true, When::now(today), &all()).unwrap().rows
            [0]
        .1
        .id;
    for sort in PersonSort::ALL.iter().copied() {
        pages_agree(|window| view.people(&Filter::default(), sort, When::now(today), window).unwrap());
        pages_agree(|window| view.members(big, sort, When::now(today), window).unwrap());
    }
    pages_agree(|window| view.activities(Of::Account(big), When::now(today), window).unwrap());
    let person = view.members(big, PersonSort::Last, When::now(today), &all()).unwrap().rows[0].1.person;
    pages_agree(|window| view.activities(Of::Person(person), When::now(today), window).unwrap());
}

/// What a filter should leave, said in plain words.
type Naive = fn(&AccountRow) -> bool;

#[test]
fn a_filter_leaves_what_a_naive_reading_leaves() {
    let folder = folder();
    let path = folder.path().join("buyin.db");
    let _store = many(&path);
    let view = View::open(&path).unwrap();
    let today = NOW.day();
    let everything =
        view.accounts(&Filter::default(), AccountSort::Name, true, When::now(today), &all()).unwrap();
    assert_eq!(everything.rows.len(), 40);
    let shown =
        view.accounts(&Filter::default(), AccountSort::Name, false, When::now(today), &all()).unwrap();
    assert_eq!((shown.rows.len(), shown.total), (24, Some(24)));
    let cases: Vec<(Test, Naive)> = vec![
        (Test::Relation(vec![Relation::Competitor]), |r| r.name.starts_with("rival")),
        (Test::Domain(vec!["example".to_owned()]), |_| true),
        (Test::Domain(vec!["firm2.EXAMPLE".to_owned()]), |r| r.name == "firm2"),
        (Test::Domain(vec!["irm2.example".to_owned()]), |_| false),
        (Test::Owner(vec!["dana".to_owned()]), |_| false),
        (Test::Account(vec!["firm3".to_owned()]), |r| r.name.contains("firm3")),
        (Test::Source(vec!["gh".to_owned()]), |_| true),
        (Test::Ground(vec![Ground::Crm]), |_| false),
        (Test::Is(vec![Is::Unconfirmed]), |r| !r.confirmed),
        (Test::Count(Count::People, Compare::AtLeast, 3), |r| r.people >= 3),
        (Test::Count(Count::Members, Compare::Equal, 1), |r| r.members == 1),
        (Test::Count(Count::Activities, Compare::More, 4), |r| r.activities > 4),
        (Test::Count(Count::Identities, Compare::Less, 2), |r| r.people < 2),
        (Test::Age(Which::Last, Compare::Less, 7), |r| r.last_activity.unwrap().days_before(NOW) < 7),
        (Test::Age(Which::Last, Compare::AtMost, 7), |r| r.last_activity.unwrap().days_before(NOW) <= 7),
        (Test::Age(Which::Last, Compare::Equal, 7), |r| r.last_activity.unwrap().days_before(NOW) == 7),
        (Test::Age(Which::First, Compare::AtLeast, 7), |r| r.first_activity.unwrap().days_before(NOW) >= 7),
        (Test::Age(Which::First, Compare::More, 7), |r| r.first_activity.unwrap().days_before(NOW) > 7),
    ];
    for (test, naive) in cases {
        for negated in [false, true] {
            let one = filter(vec![(negated, test.clone())]);
            let found = view.accounts(&one, AccountSort::Name, true, When::now(today), &all()).unwrap();
            let wanted: Vec<_> =
                everything.rows.iter().filter(|(_, row)| naive(row) != negated).cloned().collect();
            assert_eq!(found.rows, wanted, "{test:?} {negated}");
            assert_eq!(found.total, Some(u64::try_from(wanted.len()).unwrap()));
            let bare = filter(vec![(false, Test::Name("1".to_owned())), (negated, test.clone())]);
            let found = view.accounts(&bare, AccountSort::Name, true, When::now(today), &all()).unwrap();
            let wanted = wanted.iter().filter(|(_, row)| row.name.contains('1')).count();
            assert_eq!(found.rows.len(), wanted, "{test:?} {negated} with a bare word");
        }
    }
    let default = |test| {
        view.accounts(&filter(vec![(false, test)]), AccountSort::Name, false, When::now(today), &all())
            .unwrap()
    };
    assert_eq!(
        default(Test::Relation(vec![Relation::Competitor])).rows.len(),
        8,
        "named relations are shown"
    );
    assert_eq!(
        default(Test::Is(vec![Is::Unconfirmed])).rows.len(),
        8,
        "and so are unconfirmed ones asked for"
    );
    let people =
        |test| view.people(&filter(vec![(false, test)]), PersonSort::Name, When::now(today), &all()).unwrap();
    assert_eq!(people(Test::Account(vec!["firm3".to_owned()])).rows.len(), people_of(&everything));
    assert_eq!(people(Test::Is(vec![Is::Bot])).rows.len(), 0);
    assert_eq!(people(Test::Name("Person 39 3".to_owned())).rows[0].1.name, "Person 39 3");
}

/// How many people the accounts with `firm3` in their name have.
fn people_of(everything: &Slice<AccountRow>) -> usize {
    let all = everything.rows.iter().filter(|(_, row)| row.name.contains("firm3"));
    all.map(|(_, row)| usize::try_from(row.people).unwrap()).sum()
}

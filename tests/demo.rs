//! The sample community of `buyin demo`: the same on every machine, plainly made up, and told by the conventions of
//! facts that the engine relies on.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    ops::ControlFlow,
};

use buyin::{
    config::{Config, SourceConfig, demo},
    domain::{
        account::Zone,
        activity::Kind,
        filter::Filter,
        identity::Identity,
        page::{Listing, Page},
        person::{Nature, PersonDetail},
        query::{AccountSort, At, When, Window},
        record::Record,
        rules::Rules,
        stage::{GroupState, MomentumState, Phase, Stage},
        sync::Unwatched,
        time::{Day, Time},
    },
    jobs::{
        clock::Clock,
        read::{Query, Reply},
        shell::Shell,
    },
    sources::{self, From},
};

const NOW: &str = "2026-11-22T12:00:00Z";
const BUGS: [&str; 2] = ["kind/bug", "kind/regression"];

fn now() -> Time {
    Time::parse(NOW).unwrap()
}

fn pages_of(source: &SourceConfig, mark: Option<&str>) -> Vec<Page> {
    let mut pages = Vec::new();
    let from = From { stream: "history", mark, todo: &[], now: now() };
    let mut emit = |page| {
        pages.push(page);
        ControlFlow::Continue(())
    };
    sources::open(source).unwrap().local().unwrap().read(&from, &mut emit).unwrap();
    pages
}

fn pages(accounts: u32, seed: u64) -> Vec<(String, Vec<Page>)> {
    let config = Config::demo(accounts, seed, now()).unwrap();
    config.sources.iter().map(|source| (source.name().to_owned(), pages_of(source, None))).collect()
}

/// An activity without its page.
#[derive(Debug, Clone)]
struct Told {
    source: String,
    key: Vec<u8>,
    kind: Kind,
    at: Time,
    actor: Identity,
    counterpart: Option<Identity>,
    thread: Option<String>,
    labels: Vec<String>,
    title: Option<String>,
}

fn told(pages: &[(String, Vec<Page>)]) -> Vec<Told> {
    let mut all = Vec::new();
    for (source, page) in
        pages.iter().flat_map(|(source, pages)| pages.iter().map(move |page| (source, page)))
    {
        let who = |place: u32| page.identities[place as usize].clone();
        all.extend(page.activities.iter().map(|one| Told {
            source: source.clone(),
            key: one.key.clone(),
            kind: one.kind,
            at: one.at,
            actor: who(one.actor),
            counterpart: one.counterpart.map(who),
            thread: one.thread.as_ref().map(|thread| format!("{:?} {thread}", one.subject)),
            labels: one.labels.clone(),
            title: one.title.clone(),
        }));
    }
    all
}

/// Everything about each thread, in order of time.
fn threads(all: &[Told]) -> BTreeMap<(String, String), Vec<&Told>> {
    let mut threads: BTreeMap<_, Vec<&Told>> = BTreeMap::new();
    for one in all.iter().filter(|one| !one.source.ends_with("crm")) {
        if let Some(thread) = &one.thread {
            threads.entry((one.source.clone(), thread.clone())).or_default().push(one);
        }
    }
    for thread in threads.values_mut() {
        thread.sort_by_key(|one| one.at);
    }
    threads
}

fn is_bug(one: &Told) -> bool {
    one.labels.iter().any(|label| BUGS.contains(&label.as_str()))
}

fn is_staff(who: &Identity) -> bool {
    let email = who.email.as_deref().unwrap_or_default();
    email.ends_with(&format!("@{}", demo::DOMAIN)) || email == demo::PRIVATE
}

#[test]
fn the_same_accounts_seed_and_day_bring_the_same_facts_bit_for_bit() {
    let first = pages(120, 7);
    assert_eq!(first, pages(120, 7));
    assert_ne!(first, pages(120, 8));
    let morning = Config::demo(120, 7, Time::parse("2026-11-22T00:00:01Z").unwrap()).unwrap();
    for (source, (_, pages)) in morning.sources.iter().zip(&first) {
        assert_eq!(&pages_of(source, None), pages);
    }
}

#[test]
fn a_day_is_read_once_and_another_day_anew() {
    let config = Config::demo(30, 1, now()).unwrap();
    for source in &config.sources {
        let pages = pages_of(source, None);
        let mark = pages.last().unwrap().mark.clone();
        assert_eq!(mark.as_deref(), Some("2026-11-22"));
        assert!(pages_of(source, mark.as_deref()).is_empty());
        assert_eq!(pages_of(source, Some("2026-11-21")), pages);
        assert_eq!(sources::open(source).unwrap().local().unwrap().covered("history"), Some(now()));
    }
}

#[test]
fn pages_are_full_listings_of_at_most_ten_thousand_and_count_what_they_hold() {
    for (name, pages) in pages(300, 1) {
        let listings: Vec<_> = pages.iter().map(|page| page.listing.unwrap()).collect();
        let last = listings.len() - 1;
        for (at, listing) in listings.into_iter().enumerate() {
            let wanted = match (at == 0, at == last) {
                (true, true) => Listing::Whole,
                (true, false) => Listing::First,
                (false, true) => Listing::Last,
                (false, false) => Listing::Middle,
            };
            assert_eq!(listing, wanted, "{name}");
        }
        let read: u64 = pages.iter().map(|page| page.read).sum();
        assert!(pages.iter().all(|page| page.activities.len() <= 10_000 && page.expected == Some(read)));
        let (mut keys, mut count) = (HashSet::new(), 0);
        for page in &pages {
            count += page.activities.len() + page.records.len();
            keys.extend(page.activities.iter().map(|one| one.key.clone()));
            keys.extend(page.records.iter().map(|(key, _)| key.clone()));
            let natives: HashSet<_> = page.identities.iter().map(|one| &one.native).collect();
            assert_eq!(natives.len(), page.identities.len(), "{name}");
            assert!(page.skipped.is_empty() && page.gone.is_empty() && page.steps.is_empty());
        }
        assert_eq!(keys.len(), count, "{name}: a key for each");
    }
}

#[test]
fn everything_happened_within_two_years_before_the_day() {
    let all = told(&pages(300, 1));
    let end = Day::parse("2026-11-22").unwrap().start();
    assert!(all.iter().all(|one| one.at < end && one.at >= end.plus_days(-730)));
    let recent = all.iter().filter(|one| one.at >= end.plus_days(-30)).count();
    let old = all.iter().filter(|one| one.at < end.plus_days(-640)).count();
    assert!(recent > 500 && old > 100, "{recent} {old}");
    let kinds: BTreeSet<_> = all.iter().map(|one| one.kind).collect();
    let absent: Vec<_> = Kind::ALL.iter().filter(|kind| !kinds.contains(kind)).collect();
    assert!(absent.is_empty(), "{absent:?}");
}

#[test]
fn names_addresses_and_links_are_plainly_made_up() {
    let all = pages(300, 1);
    let is_made_up = |domain: &str| {
        let end = domain.rsplit('.').next().unwrap_or_default();
        ["example", "test"].contains(&end) || ["example.com", "example.org", "example.net"].contains(&domain)
    };
    for page in all.iter().flat_map(|(_, pages)| pages) {
        for email in page.identities.iter().filter_map(|one| one.email.as_deref()) {
            let (local, domain) = email.split_once('@').unwrap();
            assert!(is_made_up(domain) && email.is_ascii() && email == email.to_lowercase(), "{email}");
            assert!(local.len() >= 8, "{email}");
        }
        for one in &page.activities {
            assert!(
                one.url.as_deref().is_none_or(|url| url.starts_with("https://demo.example/")),
                "{:?}",
                one.url
            );
        }
        for (_, record) in &page.records {
            if let Record::Company(company) = record {
                assert!(company.domains.iter().all(|domain| is_made_up(domain)), "{company:?}");
            }
        }
    }
}

#[test]
fn whoever_closes_merges_or_accepts_acts_upon_whose_it_is() {
    let all = told(&pages(300, 1));
    let mut counted = [0; 3];
    for (name, thread) in threads(&all) {
        let opener = &thread[0].actor;
        let opens = [Kind::IssueOpened, Kind::TopicOpened, Kind::PrOpened, Kind::SupportOpened];
        assert!(opens.contains(&thread[0].kind), "{name:?} opens with {:?}", thread[0].kind);
        assert_eq!(thread.iter().filter(|one| opens.contains(&one.kind)).count(), 1, "{name:?}");
        for (at, one) in thread.iter().enumerate() {
            let upon = one.counterpart.as_ref();
            match one.kind {
                Kind::IssueClosed | Kind::PrMerged => {
                    counted[usize::from(one.kind == Kind::PrMerged)] += 1;
                    assert_eq!(upon, Some(opener), "{name:?}");
                    assert!(one.kind == Kind::PrMerged || one.labels.len() == 1, "{:?}", one.labels);
                }
                Kind::AnswerAccepted => {
                    counted[2] += 1;
                    assert_eq!(&one.actor, opener, "{name:?}");
                    let posted = |said: &&Told| said.kind == Kind::AnswerPosted && Some(&said.actor) == upon;
                    assert!(thread[..at].iter().any(posted), "{name:?}");
                }
                _ => {}
            }
        }
    }
    assert!(counted.iter().all(|count| *count > 200), "{counted:?}");
}

/// What the rules count as left unanswered, without the rules: bugs that only their opener and machines spoke of for
/// thirty days, and to which the opener came back.
#[test]
fn some_reporters_are_left_alone_with_several_bugs_and_several_accounts_by_one_release() {
    let all = told(&pages(300, 1));
    let mut alone: HashMap<String, u32> = HashMap::new();
    let mut by_release = BTreeSet::new();
    for thread in threads(&all).values().filter(|thread| is_bug(thread[0])) {
        let opener = &thread[0].actor;
        let until = thread[0].at.plus_days(30);
        let answered = thread.iter().any(|one| one.at < until && one.actor != *opener && !one.actor.bot);
        let back = thread[1..].iter().any(|one| one.at >= until && one.actor == *opener);
        if !answered && back {
            *alone.entry(opener.native.clone()).or_default() += 1;
            if thread[0].title.as_deref().unwrap().starts_with("4.0: ") {
                by_release.insert(
                    opener.email.as_deref().unwrap_or_default().rsplit('@').next().unwrap().to_owned(),
                );
            }
        }
    }
    assert!(alone.values().filter(|count| **count >= 4).count() >= 8, "{alone:?}");
    assert!(by_release.len() >= 5, "{by_release:?}");
    let release = all.iter().filter(|one| one.kind == Kind::ReleasePublished);
    let last = release.max_by_key(|one| one.at).unwrap();
    assert_eq!(last.title.as_deref(), Some("Tarnmill 4.0"));
    assert!(now().day().0 - last.at.day().0 < 90);
    assert!(is_staff(&last.actor));
}

#[test]
fn two_colleagues_leave_over_one_thread() {
    let all = told(&pages(300, 1));
    let mut leaving: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for one in all.iter().filter(|one| one.labels.iter().any(|label| label == "migration-away")) {
        let home = one.actor.email.as_deref().and_then(|email| email.rsplit('@').next()).map(str::to_owned);
        leaving.entry((one.thread.clone(), home)).or_default().insert(one.actor.native.clone());
    }
    assert!(leaving.values().filter(|people| people.len() >= 2).count() >= 2, "{leaving:?}");
}

#[test]
fn most_people_pass_by_and_few_are_named_champions() {
    let all = told(&pages(300, 1));
    let mut acts: HashMap<Option<String>, u32> = HashMap::new();
    let theirs = |one: &&Told| !is_staff(&one.actor) && !one.actor.bot && !one.kind.is_about();
    for one in all.iter().filter(theirs) {
        *acts.entry(one.actor.name.clone()).or_default() += 1;
    }
    let passing = acts.values().filter(|count| **count <= 3).count();
    assert!(passing * 10 > acts.len() * 3, "{passing} of {}", acts.len());
    let champions = all.iter().filter(|one| one.labels.iter().any(|label| label == "champion")).count();
    assert!((2..=acts.len() / 50).contains(&champions), "{champions} of {}", acts.len());
}

#[test]
fn every_name_becomes_one_person_and_every_company_an_account() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { store: folder.path().join("demo.db"), ..Config::demo(300, 1, now()).unwrap() };
    let all = told(&pages(300, 1));
    let names: BTreeSet<_> = all.iter().filter_map(|one| one.actor.name.clone()).collect();
    let mut shell = Shell::new(config, Clock { fixed: Some(now()) }, "test");
    let report =
        shell.sync(&[], buyin::domain::sync::Manner::default(), &mut |_| true, &mut Unwatched).unwrap();
    assert!(report.sources.iter().all(|one| one.error.is_none() && one.skipped == 0), "{report:?}");
    assert_eq!(report.activities, all.len() as u64);
    assert_eq!(report.accounts, 300);
    let mut people: BTreeMap<String, Vec<Nature>> = BTreeMap::new();
    let mut each = |person: PersonDetail| {
        people.entry(person.row.name).or_default().push(person.row.nature);
        ControlFlow::Continue(())
    };
    shell.people(true, &mut each).unwrap();
    let several: Vec<_> = people.iter().filter(|(_, people)| people.len() > 1).collect();
    assert!(several.is_empty(), "one name, several people: {several:?}");
    let lost: Vec<_> = names.iter().filter(|name| !people.contains_key(*name)).collect();
    assert!(lost.is_empty(), "{lost:?}");
    let count = |nature| people.values().flatten().filter(|one| **one == nature).count();
    assert_eq!((count(Nature::Own), count(Nature::Bot)), (8, 2));
}

/// What the demo is for: every word that a screen can show occurs, with the rules that ship with the program.
#[test]
fn every_stage_state_phase_momentum_and_handshake_occurs() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { store: folder.path().join("demo.db"), ..Config::demo(300, 1, now()).unwrap() };
    let mut shell = Shell::new(config, Clock { fixed: Some(now()) }, "test");
    shell.sync(&[], buyin::domain::sync::Manner::default(), &mut |_| true, &mut Unwatched).unwrap();
    let (mut stages, mut rules) = (BTreeMap::new(), BTreeMap::new());
    let mut each = |person: PersonDetail| {
        *stages.entry(person.row.standing.stage).or_insert(0) += 1;
        for one in person.moves {
            *rules.entry(one.rule).or_insert(0) += 1;
        }
        ControlFlow::Continue(())
    };
    shell.people(true, &mut each).unwrap();
    // A climber is one by decision only.
    let absent: Vec<_> =
        Stage::ALL.iter().filter(|stage| **stage != Stage::Climber && !stages.contains_key(stage)).collect();
    assert!(absent.is_empty(), "{absent:?} of {stages:?}");
    assert!(stages[&Stage::Skeptic] > 5 * stages[&Stage::Teacher] / 2, "{stages:?}");
    assert!(stages[&Stage::GoGetter] * 20 < stages[&Stage::Teacher], "{stages:?}");
    for rule in
        Rules::default().moves.iter().map(|rule| rule.name.as_str()).chain(["resolved-again", "went-on"])
    {
        assert!(rules.contains_key(rule), "{rule} moves nobody: {rules:?}");
    }
    let window = Window { at: At::First, limit: 1_000 };
    let (filter, sort, when) = (Filter::default(), AccountSort::Name, When::now(now().day()));
    let accounts = Query::Accounts { filter, sort, all: true, when, window };
    let Reply::Accounts(accounts) = shell.ask(&accounts) else { panic!("accounts") };
    let rows: Vec<_> = accounts.rows.into_iter().map(|(_, row)| row).collect();
    assert_eq!(rows.len(), 300);
    let (mut shakes, mut bases, mut ended) = (BTreeSet::new(), BTreeSet::new(), false);
    for row in &rows {
        let account = Query::Account { id: row.id, when };
        let Reply::Account(Some(detail)) = shell.ask(&account) else { panic!("{}", row.name) };
        shakes.extend(detail.handshakes.iter().map(|one| (one.handshake.from, one.handshake.to)));
        bases.extend(row.group.basis);
        ended |= detail.customer.iter().any(|(_, to)| to.is_some());
    }
    for state in GroupState::ALL {
        assert!(rows.iter().filter(|row| row.group.state == *state).count() >= 3, "{state}");
    }
    for phase in Phase::ALL {
        assert!(rows.iter().filter(|row| row.phase == *phase).count() >= 3, "{phase}");
    }
    for state in MomentumState::ALL {
        assert!(
            rows.iter().filter(|row| row.momentum.is_some_and(|one| one.state == *state)).count() >= 3,
            "{state}"
        );
    }
    let ways = Zone::ALL.iter().flat_map(|from| Zone::ALL.iter().map(move |to| (Some(*from), *to)));
    for way in ways.filter(|(from, to)| *from != Some(*to)) {
        assert!(shakes.contains(&way), "{way:?} of {shakes:?}");
    }
    assert_eq!(bases.len(), 3, "{bases:?}");
    assert!(ended && rows.iter().any(|row| row.customer) && rows.iter().any(|row| !row.confirmed));
}

#[test]
fn a_small_and_a_single_account_demo_work_as_well() {
    for accounts in [1, 2, 7] {
        let all = told(&pages(accounts, 3));
        assert!(all.iter().any(|one| one.source == "demo-community"));
        let keys: HashSet<_> = all.iter().map(|one| (&one.source, &one.key)).collect();
        assert_eq!(keys.len(), all.len());
    }
}

#[test]
fn every_screen_over_a_sample_says_so_however_its_store_is_opened() {
    let folder = tempfile::TempDir::new().unwrap();
    let now = buyin::domain::time::Time::parse("2026-11-22").unwrap();
    let mut config = buyin::config::Config::demo(2, 1, now).unwrap();
    config.store = folder.path().join("sample.db");
    let clock = buyin::jobs::clock::Clock { fixed: Some(now) };
    let mut shell = buyin::jobs::shell::Shell::new(config.clone(), clock, "tester");
    shell
        .sync(&[], buyin::domain::sync::Manner::default(), &mut |_| true, &mut buyin::domain::sync::Unwatched)
        .unwrap();
    let bare = buyin::config::Config::bare(config.store);
    let mut shell = buyin::jobs::shell::Shell::new(bare, clock, "tester");
    assert!(
        shell.difference(shell.view().unwrap().adopted().unwrap()).unwrap().is_empty(),
        "nothing is to be adopted"
    );
    for keys in ["", "<enter>", ":people<enter>", ":sources<enter>", "?", "[", "w"] {
        let choices = buyin::tui::Choices::on(shell.today());
        let screen = buyin::tui::frame(&choices, &mut |query| shell.ask(&query), "", keys, (80, 24)).unwrap();
        assert!(screen.lines().next().unwrap().contains(" DEMO "), "{keys}:\n{screen}");
    }
}

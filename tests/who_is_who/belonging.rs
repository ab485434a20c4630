//! Organisations and memberships: tables, and what must hold of every fold.

use buyin::{
    domain::{
        account::Relation,
        decision::Verb,
        person::Ground,
        record::{Company, Contact, Record},
        settings::NamedAccount,
    },
    journey::membership::{evidence, fingerprint},
};
use proptest::prelude::*;

use super::{KEY, Shown, World};

#[test]
fn a_domain_becomes_an_account_unless_it_is_a_humans_a_familys_or_a_providers() {
    let world = World::of(&[
        "Ann Lee <ann@acme.example>",
        "Bob Roe <bob@mail.acme.example>",
        "Cy Fox <cy@fox.example>",
        "Di Kay <me@zed.example>",
        "Ed Jones <ed@jones.example>",
        "Eve Jones <eve@jones.example>",
        "Flo Ray <flo@gmail.com>",
        "Gus Orr <gus@lonely.example>",
        "Hal Ivy <hal@people.debian.org>",
        "Ida Fay <ida@x.ac.uk>",
        "Jo Poe <jo@mbp.local>",
        "Ky Moe <ky@www.example.com>",
    ]);
    assert_eq!(world.named(true), ["acme.example"]);
    assert_eq!(world.named(false), ["lonely.example", "x.ac.uk"]);
    let school = world.accounts().of_domain("cs.x.ac.uk").unwrap();
    assert_eq!(world.accounts().list[school as usize].relation.text(), "education");
}

#[test]
fn a_domain_that_bears_its_only_users_name_in_any_spelling_is_theirs() {
    let found = |natives: &[&str]| !World::of(natives).accounts().list.is_empty();
    for own in [
        &["Jörg Wöhr <j@woehr.example>"][..],
        &["Ann Lee <mou@mou.test>"],
        &["Ann Lee <a@mou.test>"],
        &["Ann Lee <ann.gh@mou.test>"],
        &["Ann Lee <github+x7@mou.test>"],
        &["Ann Lee <moutest@mou.test>"],
        &["Ann Lee <amouse@mouse.test>"],
        &["Zed (Ann) <ann@zed.test>"],
        &["zedlee <ann@lee.test>", "zedlee <7+zedlee@users.noreply.github.com>", "Ann Lee <ann@lee.test>"],
        &["Ann Lee <ann@mou.test>", "Ann Lee <7+mou@users.noreply.github.com>"],
    ] {
        assert!(!found(own), "{own:?}");
    }
    for company in
        ["ann-acme <ann@acme.test>", "Ann Lee <ann+github@acme.test>", "Leeroy Fox <leeroy@leer.test>"]
    {
        assert!(found(&[company]), "{company}");
    }
    let forked = World::of(&["Ann Lee <ann@acme.test>", "@acme"]).merge("Ann Lee <ann@acme.test>", "@acme");
    assert!(!forked.accounts().list.is_empty(), "a merge alone may name a company's login");
}

#[test]
fn two_confirm_a_domain_only_if_they_are_surely_two() {
    let confirmed = |natives: &[&str]| World::of(natives).named(true).len() == 1;
    assert!(confirmed(&["Jane Longdoe <jane@acme.test>", "zed <zed@acme.test>"]));
    assert!(confirmed(&["yu <yu@acme.test>", "zed <zed@acme.test>"]));
    assert!(!confirmed(&["Jane Longdoe <jane@acme.test>", "jlongd <jlongd@pc7.acme.test>"]));
    assert!(!confirmed(&["yu <yu@acme.test>", "zed <me@acme.test>", "ho <mail@acme.test>"]));
}

#[test]
fn a_machine_is_no_accounts_person() {
    let machines = ["acme-bot <acme-bot@acme.test>", "Acme CI <ci@acme.test>", "acmebot <acmebot@acme.test>"];
    assert_eq!(World::of(&machines).accounts().list.len(), 0);
    let world = World::of(&[machines[0], machines[1], "Ann Lee <ann@acme.test>"]);
    assert_eq!(world.named(false), ["acme.test"], "one human alone confirms nothing");
}

#[test]
fn an_address_that_a_project_hands_out_names_no_company() {
    let world = World::of(&["Ann Lee <ann@kubernetes.io>", "Bob Roe <bob@kubernetes.io>"]);
    assert_eq!(world.accounts().list.len(), 0);
}

#[test]
fn domains_of_one_company_are_one_account_and_each_of_their_ids_names_it() {
    let mut world = World::of(&["Ann Lee <ann@acme-3.example>", "Bob Roe <bob@acme-19.example>"]);
    let domains = (0..20).map(|n| format!("acme-{n}.example")).collect();
    world.settings.accounts =
        vec![NamedAccount { name: "Acme".to_owned(), domains, relation: None, owner: None }];
    let company = Company {
        name: "Acme Inc".to_owned(),
        domains: vec!["acme.test".to_owned(), "acme-3.example".to_owned()],
        relation: Some(Relation::Customer),
        owner: Some("dana".to_owned()),
    };
    let world = world.say(Record::Company(company));
    let accounts = world.accounts();
    assert_eq!(accounts.list.len(), 1);
    let acme = &accounts.list[0];
    assert_eq!((acme.name.as_str(), acme.domains.len(), acme.relation.text()), ("Acme", 21, "customer"));
    let relation = Relation::Competitor;
    let decided = world.decide(Verb::Relation { account: KEY.account("acme-19.example"), relation });
    assert_eq!(decided.accounts().list[0].relation, relation);
    assert_eq!(decided.accounts().list[0].id, KEY.account("acme-0.example"));
}

#[test]
fn a_company_known_by_name_meets_its_domain_or_becomes_an_account() {
    let ann = "Ann Lee <ann@acme.example>";
    let world = World::of(&[ann]).works(ann, "ACME, Inc.", Some(1), None).works(ann, "Globex", Some(9), None);
    let names: Vec<_> = world.accounts().list.into_iter().map(|one| (one.name, one.confirmed)).collect();
    assert_eq!(names, [("acme.example".to_owned(), false), ("Globex".to_owned(), false)]);
}

#[test]
fn a_roster_alone_makes_nobody_a_member_who_never_did_anything() {
    let world = World::of(&["@ann"]).maintains("@ann", "Globex", 3);
    assert_eq!(world.spans(&[]), []);
    assert_eq!(world.spans(&[(1, 10)]), [("Globex".to_owned(), "roster", Some(3), None, 1)]);
    let said = World::of(&["@ann"]).works("@ann", "Globex", Some(3), None);
    assert_eq!(
        said.spans(&[]),
        [("Globex".to_owned(), "affiliation", Some(3), None, 0)],
        "an import of yours does"
    );
}

#[test]
fn memberships_follow_the_work_emails() {
    let world = World::of(&[
        "Ann Lee <ann@acme.example>",
        "Ann Lee <ann@globex.example>",
        "Ann Lee <ann@initech.example>",
        "Ann Lee <ann@gmail.com>",
    ]);
    let acme = |from, to, n| ("acme.example".to_owned(), "email", Some(from), to, n);
    let globex = |from, to, n| ("globex.example".to_owned(), "email", Some(from), to, n);
    let initech = |from, to, n| ("initech.example".to_owned(), "email", Some(from), to, n);
    assert_eq!(world.spans(&[(1, 10), (1, 20)]), [acme(10, None, 2)], "silence ends nothing");
    assert_eq!(
        world.spans(&[(1, 10), (2, 100), (3, 200), (3, 300)]),
        [acme(10, Some(100), 1), globex(100, Some(200), 1), initech(200, None, 2)],
        "three employers in a year"
    );
    assert_eq!(
        world.spans(&[(1, 10), (2, 15), (1, 20), (2, 30)]),
        [acme(10, Some(21), 2), globex(15, None, 2)]
    );
    assert_eq!(
        world.spans(&[(1, 10), (2, 100), (2, 400), (1, 500)]),
        [acme(10, Some(100), 1), globex(100, Some(500), 2), acme(500, None, 1)],
        "who comes back has two memberships"
    );
    let inferred = ("acme.example".to_owned(), "inferred", Some(5), Some(10), 1);
    assert_eq!(world.spans(&[(4, 5), (1, 10), (4, 375)]), [inferred, acme(10, None, 2)]);
    assert_eq!(world.spans(&[(1, 10), (4, 376)]), [acme(10, Some(376), 1)], "a year is the limit");
    assert_eq!(world.spans(&[(4, 5)]), []);
}

/// A story, the acts of identities by day, and what is shown.
type Told<'a> = (&'a str, &'a [(u32, i32)], &'a [Shown]);

#[test]
fn who_acts_for_a_year_without_the_accounts_mail_was_last_seen_there_before() {
    let ann = "Ann Lee <ann@acme.example>";
    let world = World::of(&[
        ann,
        "Ann Lee <ann@globex.example>",
        "Ann Lee <ann@initech.example>",
        "Ann Lee <ann@gmail.com>",
    ]);
    let acme = |from, to, n| ("acme.example".to_owned(), "email", Some(from), to, n);
    let globex = |from, to, n| ("globex.example".to_owned(), "email", Some(from), to, n);
    let cases: &[Told<'_>] = &[
        ("up to a year they are still there", &[(1, 10), (4, 100), (4, 375)], &[acme(10, None, 3)]),
        ("silence is no other place", &[(1, 10), (1, 2_000)], &[acme(10, None, 2)]),
        (
            "the first act after it ends it",
            &[(1, 10), (4, 300), (4, 376), (4, 500)],
            &[acme(10, Some(376), 2)],
        ),
        ("also a single one, late", &[(1, 10), (4, 3_000)], &[acme(10, Some(3_000), 1)]),
        ("what came before counts for nothing", &[(4, 10), (1, 800)], &[acme(800, None, 1)]),
        (
            "who comes back has two memberships",
            &[(1, 10), (4, 400), (1, 900), (4, 1_000)],
            &[acme(10, Some(400), 1), acme(900, None, 2)],
        ),
        (
            "another employer ends it first",
            &[(1, 10), (2, 100), (4, 600)],
            &[acme(10, Some(100), 1), globex(100, Some(600), 1)],
        ),
    ];
    for (what, acts, expected) in cases {
        assert_eq!(world.spans(acts), *expected, "{what}");
    }
    let other = |days| {
        let mut world = world.clone();
        world.settings.rules.thresholds.elsewhere_days = days;
        world.spans(&[(1, 10), (4, 100), (4, 500)])
    };
    assert_eq!(other(89), [acme(10, Some(100), 1)], "the threshold is the rules'");
    assert_eq!(other(490), [acme(10, None, 3)]);
}

#[test]
fn who_is_stated_to_belong_stays_whatever_address_they_use() {
    let ann = "Ann Lee <ann@acme.example>";
    let world = World::of(&[ann, "Ann Lee <ann@gmail.com>"]).works(ann, "acme.example", Some(1), None);
    let spans = world.spans(&[(1, 10), (4, 500), (4, 900)]);
    assert_eq!(spans, [("acme.example".to_owned(), "affiliation", Some(1), None, 3)]);
    let contact = Contact { identity: ann.to_owned(), company: Some("acme.example".to_owned()), role: None };
    let spans = World::of(&[ann, "Ann Lee <ann@gmail.com>"]).say(Record::Contact(contact));
    let spans = spans.spans(&[(1, 10), (4, 500), (4, 900)]);
    assert_eq!((spans[0].1, spans[0].3, spans[0].4), ("crm", None, 3));
}

#[test]
fn a_better_ground_cuts_a_weaker_one_and_the_raw_address_beats_mailmap() {
    let ann = "Ann Lee <ann@acme.example>";
    let world = World::of(&[ann, "Ann Lee <ann@gmail.com>"]);
    let stated = world.clone().works(ann, "Globex", Some(15), Some(18));
    let expected = [
        ("acme.example".to_owned(), "email", Some(10), Some(15), 1),
        ("Globex".to_owned(), "affiliation", Some(15), Some(18), 1),
        ("acme.example".to_owned(), "email", Some(18), None, 1),
    ];
    assert_eq!(stated.spans(&[(1, 10), (1, 16), (1, 20)]), expected);
    let gone = world.clone().works(ann, "Globex", Some(15), Some(18)).spans(&[(1, 10)]);
    assert_eq!(gone[0].3, Some(15), "a later statement ends a membership by e-mail");
    let contact = Contact { identity: ann.to_owned(), company: Some("Globex".to_owned()), role: None };
    let crm = world.clone().say(Record::Contact(contact)).spans(&[(1, 10), (1, 20), (2, 30)]);
    assert_eq!(crm[1], ("Globex".to_owned(), "crm", Some(21), None, 1), "a contact speaks of now");
    let mapped = world.alias(None, Some("ann@globex.example"), None, "ann@gmail.com");
    let mapped = mapped.alias(None, Some("ann@globex.example"), None, "ann@acme.example");
    assert_eq!(mapped.spans(&[(1, 10)])[0].0, "acme.example");
    assert_eq!(mapped.spans(&[(2, 10)])[0].0, "globex.example", "the fallback");
}

#[test]
fn a_fingerprint_changes_with_the_evidence_and_not_with_others() {
    let world = World::of(&["Ann Lee <ann@acme.example>"]);
    let print = |world: &World| {
        let (people, accounts) = (world.people(), world.accounts());
        let all = evidence(&world.known(), &people, &accounts);
        fingerprint(&people.persons[0], &all[0], &accounts)
    };
    let mut more = world.clone();
    more.add(2, "Bob Roe <bob@aaa.example>");
    assert_eq!(print(&world), print(&more));
    let stated = world.clone().works("Ann Lee <ann@acme.example>", "Globex", Some(1), None);
    assert_ne!(print(&world), print(&stated));
}

proptest! {
    #[test]
    fn spans_hold_every_act_that_belongs_somewhere(
        mut acts in prop::collection::vec((1_u32..5, 0_i32..1500), 0..40),
        said in prop::collection::vec((0_usize..3, prop::option::of(0_i32..1500), prop::option::of(0_i32..1500)), 0..4),
    ) {
        let natives = ["Ann Lee <ann@acme.example>", "Ann Lee <ann@globex.example>", "Ann Lee <ann@gmail.com>", "Ann Lee <ann@qq.com>"];
        let mut world = World::of(&natives);
        for (company, from, to) in said {
            world = world.works(natives[0], ["Initech", "Globex", "acme.example"][company], from, to);
        }
        acts.sort_by_key(|(_, day)| *day);
        let accounts = world.accounts();
        let folded = world.fold(&accounts, &acts);
        prop_assert_eq!(&folded, &world.fold(&accounts, &acts));
        let stated = |ground: Ground| ground < Ground::Email;
        let covers = |day: i32| folded.spans.iter().any(|s| stated(s.ground) && s.from.is_none_or(|f| f.0 <= day) && s.to.is_none_or(|t| day < t.0));
        let work = |day: i32| acts.iter().any(|(who, on)| *who <= 2 && (on - day).abs() <= 365);
        let belong = acts.iter().filter(|(who, day)| *who <= 2 || covers(*day) || work(*day)).count();
        prop_assert_eq!(folded.spans.iter().map(|span| span.activities).sum::<u64>(), belong as u64);
        prop_assert_eq!(folded.activities, acts.len() as u64);
        for span in &folded.spans {
            prop_assert!(span.from < span.to || span.to.is_none());
            prop_assert!(span.first_activity.is_none_or(|at| Some(at.day()) >= span.from));
            prop_assert!(span.last_activity.is_none_or(|at| span.to.is_none_or(|to| at.day() < to)));
        }
    }
}

//! Decisions: what is recorded of whom, how it is listed and undone.

use super::*;

#[test]
fn a_decision_names_one_thing_and_is_shown() {
    let mut fake = fake();
    let words = ["decide", "relation", "acme.example", "customer", "--reason", "signed"];
    let said = json(&mut fake, &words);
    assert_eq!(
        (&said[0]["verb"], &said[0]["relation"], &said[0]["reason"]),
        (&"relation".into(), &"customer".into(), &"signed".into())
    );
    let said = json(&mut fake, &["decide", "note", "member:Ada Example", "met\u{1b}[31m her"]);
    assert_eq!(said[0]["text"], "met her");
    assert!(said[0]["about"]["person"].is_string());
}

#[test]
fn a_link_joins_the_identities_that_are_named() {
    let mut fake = fake();
    run(&mut fake, &["decide", "link", "repo:handle1b", "Lin Sample"]).2.unwrap();
    let (a, b) = (key().identity("repo", "1b"), key().identity("repo", "2"));
    assert_eq!(fake.decisions[0].verb, Verb::Link { a, b });
    run(&mut fake, &["decide", "veto", "repo:handle1b", "repo:handle1"]).2.unwrap();
    assert_eq!(fake.decisions[0].verb, Verb::Veto { a, b: key().identity("repo", "1") });
    let failure = run(&mut fake, &["decide", "link", "Ada Example", "repo:handle1"]).2.unwrap_err();
    assert_eq!(failure.exit, Exit::Usage);
    assert_eq!(fake.decisions.len(), 2);
}

#[test]
fn a_decision_is_undone_once() {
    let mut fake = fake();
    run(&mut fake, &["decide", "note", "acme.example", "hello"]).2.unwrap();
    let id = fake.decisions[0].id;
    run(&mut fake, &["undo", &id.to_string()]).2.unwrap();
    assert_eq!(fake.decisions[0].verb, Verb::Undo { decision: id });
    fake.decisions[1].undone_by = Some(fake.decisions[0].id);
    for (id, said) in
        [(id.to_string().as_str(), "already"), ("d_00", "no id"), ("d_zzzzzzzzzzzzzzzz", "no decision")]
    {
        let failure = run(&mut fake, &["undo", id]).2.unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.message.contains(said), "{failure}");
    }
    assert_eq!(fake.decisions.len(), 2);
}

#[test]
fn each_verb_of_the_journey_is_recorded_as_it_was_said() {
    let person = fake().people[0].row.id;
    let day = Day::parse;
    let acme = || Some("acme.example".to_owned());
    for (words, verb) in [
        ("pin|Ada Example|guide", Verb::Pin { person, stage: Stage::Guide, until: None }),
        (
            "pin|Ada Example|guide|--until|2027-03-01",
            Verb::Pin { person, stage: Stage::Guide, until: day("2027-03-01") },
        ),
        (
            "climber|Ada Example|--reason|sells|--until|+2w",
            Verb::Climber { person, until: day("2026-12-06") },
        ),
        (
            "leave-alone|Ada Example|--until|2027-01-01|--reason|leave",
            Verb::LeaveAlone { person, until: day("2027-01-01") },
        ),
        ("moved-on|Ada Example", Verb::MovedOn { person, on: day("2026-11-22").unwrap(), to: None }),
        (
            "moved-on|Ada Example|--on|-2w|--to|Acme Robotics",
            Verb::MovedOn { person, on: day("2026-11-08").unwrap(), to: acme() },
        ),
        (
            "correct|repo:handle1b|Initech|--from|2024-01-01|--to|2024-06-01",
            Verb::Correct {
                person,
                company: Some("Initech".into()),
                from: day("2024-01-01"),
                to: day("2024-06-01"),
            },
        ),
        ("correct|Ada Example|none", Verb::Correct { person, company: None, from: None, to: None }),
        ("correct|Ada Example|acme.example", Verb::Correct { person, company: acme(), from: None, to: None }),
    ] {
        let mut fake = fake();
        let said: Vec<&str> = std::iter::once("decide").chain(words.split('|')).collect();
        let (_, err, ended) = run(&mut fake, &said);
        assert_eq!(ended, Ok(Exit::Fine), "{words}");
        assert_eq!(fake.decisions[0].verb, verb, "{words}");
        assert_eq!(err.contains("no account was called"), words.contains("Initech"), "{words}: {err}");
    }
}

#[test]
fn a_decision_of_the_journey_that_lacks_something_says_what() {
    for (words, said) in [
        ("climber|Ada Example|--until|+2w", "`climber` needs a reason"),
        ("leave-alone|Ada Example|--reason|leave", "`leave-alone` needs an end"),
        (
            "pin|Ada Example|guide|--until|2026-11-22",
            "--until 2026-11-22 is over already; today is 2026-11-22",
        ),
        ("pin|Ada Example|climber", "nobody is pinned as a climber"),
        ("pin|acme.example|guide", "no person is called `acme.example`"),
        ("moved-on|Ada Example|--on|2026-11-23", "--on 2026-11-23 lies in the future"),
        ("moved-on|Ada Example|--to|member:Ada Example", "is not an account"),
        ("moved-on|Ada Example|--to|a_0123456789abcdef", "no account is called `a_0123456789abcdef`"),
        ("correct|Ada Example|none|--from|2026-02-01|--to|2026-02-01", "does not lie before --to"),
        ("correct|Ada Example| ", "a company must say something"),
    ] {
        let mut fake = fake();
        let words: Vec<&str> = std::iter::once("decide").chain(words.split('|')).collect();
        let failure = run(&mut fake, &words).2.unwrap_err();
        assert_eq!(failure.exit, Exit::Usage, "{words:?}");
        assert!(failure.message.contains(said), "{words:?}: {failure}");
        assert!(fake.decisions.is_empty(), "{words:?}");
    }
}

#[test]
fn decisions_about_people_are_listed_by_name() {
    let mut fake = fake();
    for words in [
        &["pin", "Ada Example", "guide", "--until", "2027-03-01"][..],
        &["leave-alone", "Ada Example", "--until", "2027-01-01", "--reason", "leave"],
        &["climber", "Lin Sample", "--until", "2027-01-01", "--reason", "sells"],
        &["moved-on", "Ada Example", "--to", "acme.example"],
        &["correct", "Lin Sample", "none", "--to", "2025-01-01"],
    ] {
        run(&mut fake, &[&["decide"], words].concat()).2.unwrap();
    }
    // The made-up session knows people by name and handle only: their ids are what it calls them.
    for detail in &mut fake.people {
        detail.row.name = detail.row.id.to_string();
    }
    let (ada, lin) = (fake.people[0].row.name.clone(), fake.people[1].row.name.clone());
    let (table, _, _) = run(&mut fake, &["decisions"]);
    for said in [
        format!("{ada} is guide until 2027-03-01"),
        format!("{ada} is left alone until 2027-01-01"),
        format!("{lin} is a climber until 2027-01-01"),
        format!("{ada} moved on 2026-11-22 to acme.example"),
        format!("{lin} belongs nowhere to 2025-01-01"),
    ] {
        assert!(table.contains(&said), "{said}: {table}");
    }
    let programs = json(&mut fake, &["decisions"]);
    assert_eq!(programs[1]["verb"], "moved-on");
    assert_eq!(programs[1]["person"], ada.as_str());
}

#[test]
fn a_name_means_one_thing_or_the_candidates_are_listed() {
    let mut fake = fake();
    fake.people[1].row.name = "Ada Example".into();
    let failure = run(&mut fake, &["member", "Ada Example"]).2.unwrap_err();
    assert_eq!(failure.exit, Exit::Usage);
    for detail in &fake.people {
        assert!(failure.message.contains(&detail.row.id.to_string()), "{failure}");
    }
    let failure = run(&mut fake, &["account", "acme robtics"]).2.unwrap_err();
    assert_eq!(failure.exit, Exit::Usage);
    assert_eq!(failure.hint.as_deref(), Some("did you mean `Acme Robotics`?"));
    let failure = run(&mut fake, &["account", "member:Ada Example"]).2.unwrap_err();
    assert!(failure.message.contains("is not an account"), "{failure}");
}

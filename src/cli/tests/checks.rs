//! What matches, on which day, and how a command ends.

use super::*;

#[test]
fn every_command_that_reads_looks_at_the_day_that_is_asked_for() {
    for words in [
        &["accounts"][..],
        &["account", "acme.example"],
        &["members"],
        &["member", "Ada Example"],
        &["check", "acme"],
        &["check", "acme", "--members"],
        &["export", "accounts"],
    ] {
        let as_of = |days: &[&str]| {
            let mut fake = fake();
            let ended = run(&mut fake, &[words, days].concat()).2;
            let days: Vec<Option<Day>> = fake
                .asked
                .iter()
                .filter_map(|query| match query {
                    Query::Accounts { when, .. }
                    | Query::Account { when, .. }
                    | Query::Members { when, .. }
                    | Query::People { when, .. }
                    | Query::Person { when, .. }
                    | Query::Activities { when, .. } => Some(when.as_of),
                    _ => None,
                })
                .collect();
            ended.map(|_| days)
        };
        let all = |days: Result<Vec<Option<Day>>, Failure>, day: Option<&str>| {
            let days = days.unwrap();
            assert!(
                !days.is_empty() && days.iter().all(|d| *d == day.and_then(Day::parse)),
                "{words:?} {days:?}"
            );
        };
        all(as_of(&[]), None);
        all(as_of(&["--as-of", "2026-03-12"]), Some("2026-03-12"));
        all(as_of(&["--as-of", "-4w"]), Some("2026-10-25"));
        all(as_of(&["--as-of", "2026-11-22"]), None);
        let failure = as_of(&["--as-of", "2026-11-23"]).unwrap_err();
        assert!(failure.exit == Exit::Usage && failure.message.contains("future"), "{failure}");
    }
}

#[test]
fn a_check_ends_as_something_matches_or_nothing_does() {
    assert_eq!(run(&mut fake(), &["check", "acme"]).2, Ok(Exit::Fine));
    let (out, _, ended) = run(&mut fake(), &["check", "ground:email", "--format", "csv"]);
    assert_eq!(ended, Ok(Exit::Fine));
    assert!(out.contains("Ada Example"), "a filter that only fits people looks among people: {out}");
    let mut none = Fake { accounts: Vec::new(), people: Vec::new(), ..fake() };
    for words in [&["check", "is:confirmed"][..], &["check", "is:human"], &["check", "acme", "--members"]] {
        let (out, err, ended) = run(&mut none, words);
        assert_eq!((out.as_str(), err.as_str(), ended), ("", "", Ok(Exit::NoMatch)), "{words:?}");
    }
    let failure = run(&mut fake(), &["check", "relaton:prospect"]).2.unwrap_err();
    assert!(failure.exit == Exit::Usage && failure.message.contains("relation:"), "{failure}");
}

#[test]
fn a_sync_ends_as_its_sources_did() {
    for (failed, exit) in [(0, Exit::Fine), (1, Exit::Partly), (2, Exit::Failed)] {
        let mut fake = Fake { failed, ..fake() };
        let (out, err, ended) = run(&mut fake, &["sync", "--format", "json"]);
        assert_eq!(ended, Ok(exit));
        assert_eq!(err.matches("no repository at clones/x; name a clone").count(), failed);
        let report: serde_json::Value = serde_json::from_str(&out).unwrap();
        let fields: Vec<_> = report["sources"][0].as_object().unwrap().keys().cloned().collect();
        let wanted =
            "name kind state fetched new changed skipped requests retries not_modified error synced_at gone";
        assert_eq!(fields.join(" "), wanted);
        assert_eq!(report["activities"], 40);
    }
}

#[test]
fn a_check_that_differs_and_a_problem_are_failures() {
    assert_eq!(run(&mut fake(), &["rebuild", "--check"]).2, Ok(Exit::Fine));
    assert_eq!(run(&mut fake(), &["doctor"]).2, Ok(Exit::Fine));
    let broken = || Fake { failed: 1, ..fake() };
    assert_eq!(run(&mut broken(), &["rebuild", "--check"]).2, Ok(Exit::Failed));
    assert_eq!(run(&mut broken(), &["rebuild"]).2, Ok(Exit::Fine));
    assert_eq!(run(&mut broken(), &["doctor"]).2, Ok(Exit::Failed));
}

#[test]
fn a_frame_is_printed_with_one_line_end() {
    assert_eq!(run(&mut fake(), &["show", "--keys", "-j"]).0, "frame\n");
}

#[test]
fn colour_is_for_terminals_unless_told_otherwise() {
    let terminal = Place { terminal: true, width: Some(80), no_color: false };
    for (words, place, color) in [
        (&["doctor"][..], terminal, true),
        (&["doctor"], Place { no_color: true, ..terminal }, false),
        (&["doctor"], Place { terminal: false, ..terminal }, false),
        (&["doctor", "--color", "never"], terminal, false),
        (&["doctor", "--color", "always"], Place { no_color: true, ..Place::default() }, true),
    ] {
        assert_eq!(Style::of(&line(words), place).color, color, "{words:?} {place:?}");
    }
    assert_eq!(Style::of(&line(&["doctor"]), Place { terminal: false, ..terminal }).width, None);
}

//! Why: the ledger as written, and whose number is asked about.

use super::*;

#[test]
fn why_is_a_ledger_whose_last_line_is_the_sum_of_the_others() {
    let mut fake = Fake { why: Some(why(WhyOf::Stage)), ..fake() };
    let (out, _, ended) = run(&mut fake, &["why", "Ada Example"]);
    assert_eq!(ended, Ok(Exit::Fine));
    insta::assert_snapshot!("why_table", out);
    let json = json(&mut fake, &["why", "Ada Example"]);
    let fields: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["for", "number", "enter", "leave", "ledger", "total", "remarks"]);
    let fields: Vec<_> = json["ledger"][0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["at", "activity", "signal", "rule", "points", "age_days", "decayed", "what"]);
    assert_eq!((&json["total"], &json["ledger"][0]["decayed"]), (&1.5.into(), &0.5.into()));
    let (csv, _, _) = run(&mut fake, &["why", "Ada Example", "--format", "csv"]);
    assert!(csv.starts_with("at,activity,signal,rule,points,age_days,decayed,title,url\r\n"), "{csv}");
    assert_eq!(csv.lines().count(), 3);
}

#[test]
fn a_ledger_of_members_shows_what_each_counts_and_none_shows_no_table() {
    let mut support = why(WhyOf::Support);
    for entry in &mut support.ledger {
        (entry.activity, entry.signal, entry.rule) = (None, None, None);
        entry.what = Some("Ada Example: teacher, upstream".into());
    }
    let mut fake = Fake { why: Some(support.clone()), ..fake() };
    let (out, _, _) = run(&mut fake, &["why", "acme.example"]);
    assert!(
        out.contains("SINCE       COUNTS  WHAT\n2026-11-02     0.5  Ada Example: teacher, upstream\n"),
        "{out}"
    );
    assert!(out.ends_with("total          1.5\n"), "{out}");
    support.ledger.clear();
    fake.why = Some(support);
    let (out, _, _) = run(&mut fake, &["why", "acme.example"]);
    assert!(!out.contains("WHAT") && out.starts_with("Acme Robotics: support\n"), "{out}");
}

#[test]
fn why_asks_for_the_stage_of_a_person_and_the_support_of_an_account() {
    let asked = |words: &[&str]| {
        let mut fake = Fake { why: Some(why(WhyOf::Stage)), ..fake() };
        run(&mut fake, words).2.map(|_| {
            let Some(Query::Why { about, of, when }) = fake.asked.last().cloned() else {
                panic!("{words:?}")
            };
            (matches!(about, WhyAbout::Person(_)), of, when.as_of.map(|day| day.to_string()))
        })
    };
    assert_eq!(asked(&["why", "Ada Example"]), Ok((true, WhyOf::Stage, None)));
    assert_eq!(asked(&["why", "acme.example"]), Ok((false, WhyOf::Support, None)));
    assert_eq!(
        asked(&["why", "acme.example", "--of", "momentum", "--as-of", "2026-03-12"]),
        Ok((false, WhyOf::Momentum, Some("2026-03-12".into())))
    );
    for words in [&["why", "acme.example", "--of", "stage"][..], &["why", "Ada Example", "--of", "support"]] {
        let failure = asked(words).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage, "{words:?}");
        assert!(failure.hint.is_some(), "{words:?}");
    }
    let failure = run(&mut fake(), &["why", "acme.example"]).2.unwrap_err();
    assert_eq!(failure.message, "Acme Robotics has no support on 2026-11-22");
}

//! Exports: what is recorded, and which format.

use super::*;

#[test]
fn an_export_of_people_is_recorded_before_it_is_written() {
    let mut fake = fake();
    let people = json(&mut fake, &["export", "people", "--with-emails"]);
    assert_eq!(people.as_array().unwrap().len(), 2);
    assert_eq!(people[0]["memberships"].as_array().unwrap().len(), 1);
    assert_eq!(fake.decisions[0].verb, Verb::Export { what: "people".into(), rows: 2, emails: true });
}

#[test]
fn exports_are_csv_unless_another_format_is_asked_for() {
    for what in ["accounts", "activities", "decisions", "people"] {
        let mut fake = fake();
        run(&mut fake, &["decide", "note", "acme.example", "hello"]).2.unwrap();
        let (out, _, ended) = run(&mut fake, &["export", what]);
        assert_eq!(ended, Ok(Exit::Fine));
        assert!(out.starts_with("id,") && out.lines().count() >= 2, "{what}: {out}");
    }
}

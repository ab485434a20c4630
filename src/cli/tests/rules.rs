//! Rules: printed, checked and tried.

use super::*;

#[test]
fn rules_print_as_a_file_and_are_checked_and_tried() {
    let (out, _, ended) = run(&mut fake(), &["rules"]);
    assert_eq!(ended, Ok(Exit::Fine));
    assert_eq!(crate::config::parse_rules(&out, std::path::Path::new("x")).unwrap(), Rules::default());
    assert!(json(&mut fake(), &["rules"])["thresholds"].is_object());
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name).to_str().unwrap().to_owned()
    };
    let (good, bad) =
        (path("good.toml", "[thresholds]\nquorum = 4\n"), path("bad.toml", "[thresholds]\nquorm = 4\n"));
    let (out, _, ended) = run(&mut fake(), &["rules", "check", &good]);
    assert!(ended == Ok(Exit::Fine) && out.starts_with("fine: "), "{out}");
    for verb in ["check", "try"] {
        let failure = run(&mut fake(), &["rules", verb, &bad]).2.unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(
            failure
                .message
                .ends_with("bad.toml:2:1: unknown key `quorm` in [thresholds], did you mean `quorum`?")
        );
    }
    let (out, err, _) = run(&mut fake(), &["rules", "try", &good]);
    assert_eq!((out.as_str(), err.as_str()), ("", "nobody would stand elsewhere\n"));
    let one = Tried {
        person: fake().people[0].row.id,
        name: "Ada Example".into(),
        account: Some((key().account("acme.example"), "Acme Robotics".into())),
        from: Stage::Skeptic,
        to: Stage::Teacher,
        day: Day::parse("2026-11-02"),
        rule: Some("works-for-them".into()),
        because: vec![activity(), activity()],
    };
    let mut fake = Fake { tried: vec![one], ..fake() };
    let (out, _, _) = run(&mut fake, &["rules", "try", &good]);
    insta::assert_snapshot!("rules_try_table", out);
    let tried = json(&mut fake, &["rules", "try", &good]);
    assert_eq!((&tried[0]["to"], &tried[0]["because"][1]["id"]), (&"teacher".into(), &"repo/4f1c".into()));
}

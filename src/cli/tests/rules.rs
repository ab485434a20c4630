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
    assert!(out.is_empty() && err.starts_with("nothing would change today: "), "{out}{err}");
    assert!(err.ends_with("good.toml\"` in the configuration, then `buyin rebuild --adopt`\n"), "{err}");
    let same = Trial { is_same: true, changes: Vec::new() };
    let (_, err, _) = run(&mut Fake { tried: same, ..fake() }, &["rules", "try", &good]);
    assert_eq!(err, "these rules are in force already: nothing would change\n");
    let mut fake = Fake { tried: trial(), ..fake() };
    let (out, err, _) = run(&mut fake, &["rules", "try", &good]);
    insta::assert_snapshot!("rules_try_table", out);
    assert!(
        err.starts_with("today 3 members would stand elsewhere and 1 group would be judged otherwise; "),
        "{err}"
    );
    let tried = json(&mut fake, &["rules", "try", &good]);
    let fields = |row: &serde_json::Value| row.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(fields(&tried[0]), fields(&tried[3]), "every field is always there");
    assert_eq!((&tried[0]["to"], &tried[0]["because"][1]["id"]), (&"teacher".into(), &"repo/4f1c".into()));
    assert_eq!(
        (&tried[1]["made"], &tried[1]["lacks"]),
        (&false.into(), &"8 points of evangelises: 4 so far".into())
    );
    assert_eq!((&tried[2]["from_active"], &tried[2]["rule"]), (&true.into(), &serde_json::Value::Null));
    assert_eq!((&tried[3]["what"], &tried[3]["to_group"]["support"]), (&"account".into(), &0.6.into()));
}

/// Somebody goes up, somebody down, somebody lapses, and a group comes to a consensus.
fn trial() -> Trial {
    let stands = |stage, active| Stands { stage, active };
    let made = |is_made, rule: &str, lacks: Option<&str>| TriedMove {
        is_made,
        day: Day::parse("2026-11-02").unwrap(),
        rule: rule.to_owned(),
        because: vec![activity(), activity()],
        lacks: lacks.map(str::to_owned),
    };
    let member = |name: &str, from, to, by| {
        let account = Some((key().account("acme.example"), "Acme Robotics".into()));
        let person = fake().people[0].row.id;
        Tried::Member(TriedMember { person, name: name.to_owned(), account, from, to, by })
    };
    let up = made(true, "works-for-them", None);
    let down = made(false, "spreads-it", Some("8 points of evangelises: 4 so far"));
    let group =
        |state, teacher| Group { state, active: 5, skeptic: 5 - teacher, teacher, ..Group::default() };
    let (from, to) = (group(GroupState::Forming, 2), group(GroupState::Consensus, 3));
    let changes = vec![
        member("Ada Example", stands(Stage::Skeptic, true), stands(Stage::Teacher, true), Some(up)),
        member("Bo Example", stands(Stage::Guide, true), stands(Stage::Teacher, true), Some(down)),
        member("Cy Example", stands(Stage::Skeptic, true), stands(Stage::Skeptic, false), None),
        Tried::Group(TriedGroup {
            account: key().account("acme.example"),
            name: "Acme Robotics".into(),
            from,
            to,
        }),
    ];
    Trial { is_same: false, changes }
}

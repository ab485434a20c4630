//! Accounts as lists and sheets.

use super::*;

#[test]
fn accounts_are_written_in_every_format() {
    let of = |format: &str| {
        let (out, err, ended) = run(&mut fake(), &["accounts", "--format", format]);
        assert_eq!((err.as_str(), ended), ("", Ok(Exit::Fine)), "{format}");
        out
    };
    insta::assert_snapshot!("accounts_table", of("table"));
    insta::assert_snapshot!("accounts_md", of("md"));
    insta::assert_snapshot!(
        "accounts_jsonl",
        of("jsonl")
            .replace(&key().account("acme.example").to_string(), "a_1")
            .replace(&key().account("globex.example").to_string(), "a_2")
    );
    let csv = of("csv");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(reader.headers().unwrap().get(1), Some("name"));
    let names: Vec<String> = reader.records().map(|row| row.unwrap()[1].to_owned()).collect();
    assert_eq!(names, ["Acme Robotics", "'=Globex, \"Inc\"|"]);
    let array: serde_json::Value = serde_json::from_str(&of("json")).unwrap();
    let lines: Vec<serde_json::Value> =
        of("jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(array, serde_json::Value::Array(lines));
}

#[test]
fn a_limit_is_kept_across_pages() {
    let mut fake = fake();
    fake.accounts = (0..1234).map(|n| account("Acme", &format!("{n}.example"))).collect();
    assert_eq!(json(&mut fake, &["accounts"]).as_array().unwrap().len(), 1234);
    assert_eq!(json(&mut fake, &["accounts", "--limit", "700"]).as_array().unwrap().len(), 700);
    assert_eq!(json(&mut fake, &["accounts", "--limit", "0"]).as_array().unwrap().len(), 0);
    fake.accounts.clear();
    let (out, err, ended) = run(&mut fake, &["accounts"]);
    assert_eq!((out.as_str(), ended), ("", Ok(Exit::Fine)));
    assert!(err.contains("--all"), "{err}");
}

#[test]
fn a_bad_filter_is_wrong_usage_that_names_the_word() {
    let (out, _, ended) = run(&mut fake(), &["accounts", "acme", "relaton:prospect"]);
    let failure = ended.unwrap_err();
    assert_eq!((out.as_str(), failure.exit), ("", Exit::Usage));
    assert_eq!(
        failure.message,
        "unknown key in the filter: `relaton:`, did you mean `relation:`? (at 6 of the filter)"
    );
}

#[test]
fn outputs_about_accounts_carry_no_person() {
    let (out, _, _) = run(&mut fake(), &["account", "acme.example", "--format", "json"]);
    assert!(!out.contains("Ada") && !out.contains('@'), "{out}");
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(value[0]["name"], "Acme Robotics");
}

#[test]
fn an_account_is_a_sheet_with_its_members() {
    let (out, _, ended) = run(&mut fake(), &["account", "acme.example"]);
    assert_eq!(ended, Ok(Exit::Fine));
    insta::assert_snapshot!("account_sheet", out.replace(&key().account("acme.example").to_string(), "a_1"));
}

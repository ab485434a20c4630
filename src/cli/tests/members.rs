//! Members as lists and sheets.

use super::*;

#[test]
fn members_are_humans_with_an_account_unless_asked_otherwise() {
    for (words, terms) in [
        (&["members"][..], &[(false, Is::Human), (true, Is::Unaffiliated), (true, Is::Unconfirmed)][..]),
        (&["members", "is:bot"], &[(false, Is::Bot)]),
        (&["members", "is:unaffiliated"], &[(false, Is::Unaffiliated), (false, Is::Human)]),
    ] {
        let mut fake = fake();
        run(&mut fake, words).2.unwrap();
        let Some(Query::People { filter, .. }) = fake.asked.first() else { panic!("{:?}", fake.asked) };
        let said: Vec<_> = filter.terms.iter().map(|term| (term.negated, term.test.clone())).collect();
        let wanted: Vec<_> = terms.iter().map(|(negated, is)| (*negated, Test::Is(vec![*is]))).collect();
        assert_eq!(said, wanted, "{words:?}");
    }
    for (words, wanted) in [
        (&["members", "--all"], "is:human,own,bot"),
        // Who names an account means it, confirmed or not.
        (&["members", "account:acme"], "account:acme is:human -is:unaffiliated"),
    ] {
        let mut fake = fake();
        run(&mut fake, words).2.unwrap();
        let Some(Query::People { filter, .. }) = fake.asked.first() else { panic!("{:?}", fake.asked) };
        assert_eq!(filter.to_string(), wanted);
    }
}

#[test]
fn addresses_are_written_only_with_emails() {
    for words in [&["members"][..], &["member", "Ada Example"], &["export", "people"]] {
        for format in ["table", "json", "jsonl", "csv", "md"] {
            let words = [words, &["--format", format]].concat();
            let (out, _, ended) = run(&mut fake(), &words);
            ended.unwrap();
            assert!(!out.contains('@'), "{words:?} {out}");
            if format != "table" && format != "md" {
                let (out, _, _) = run(&mut fake(), &[words.as_slice(), &["--with-emails"]].concat());
                assert!(out.contains("1b@acme.example"), "{words:?} {out}");
            }
        }
    }
}

#[test]
fn a_member_is_a_sheet_with_memberships_identities_and_activities() {
    let mut fake = fake();
    let (out, _, ended) = run(&mut fake, &["member", "repo:handle1b"]);
    assert_eq!(ended, Ok(Exit::Fine));
    let mut out = out.replace(&fake.people[0].row.id.to_string(), "p_1");
    for identity in &fake.people[0].identities {
        out = out.replace(&identity.id.to_string(), "i_0123456789abcdef");
    }
    insta::assert_snapshot!("member_sheet", out);
}

#[test]
fn tables_fit_a_terminal_of_80_columns() {
    for words in [&["accounts"][..], &["members"], &["account", "acme.example"]] {
        let args = line(words);
        let mut fake = fake();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let style = Style { today: fake.today(), width: Some(80), ..Style::default() };
        let mut desk = Desk { session: &mut fake, out: &mut out, err: &mut err, style };
        carry_out(&args, &mut |_, _| Ok(String::new()), &mut desk).unwrap();
        let out = String::from_utf8(out).unwrap();
        let name = format!("{}_at_80", words[0]);
        insta::assert_snapshot!(name, out.replace(&key().account("acme.example").to_string(), "a_1"));
    }
}

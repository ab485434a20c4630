//! The filter language: what is read, what is refused and where, what is offered.

use buyin::domain::{
    account::{Relation, Zone},
    filter::{Compare, Count, Filter, Has, Is, Measure, Over, Term, Test, Which, complete, parse},
    person::Ground,
    points::Points,
    stage::{GroupState, Phase, Stage},
};
use proptest::prelude::*;

fn one(text: &str, over: Over) -> Test {
    let filter = parse(text, over).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(filter.terms.len(), 1, "{text}");
    assert!(!filter.terms[0].negated, "{text}");
    filter.terms[0].test.clone()
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn every_key_reads_its_values() {
    use Over::{Accounts, People};
    for (text, over, test) in [
        ("acme", Accounts, Test::Name("acme".into())),
        ("\"Acme Robotics: \\\"west\\\"\"", People, Test::Name("Acme Robotics: \"west\"".into())),
        ("o'neill,x", People, Test::Name("o'neill,x".into())),
        (
            "relation:prospect,customer",
            Accounts,
            Test::Relation(vec![Relation::Prospect, Relation::Customer]),
        ),
        ("Relation:Vendor", Accounts, Test::Relation(vec![Relation::Vendor])),
        ("domain:Example.com,b.test", Accounts, Test::Domain(texts(&["example.com", "b.test"]))),
        ("owner:dana", Accounts, Test::Owner(texts(&["dana"]))),
        ("account:\"Acme, Inc\",b", People, Test::Account(texts(&["Acme, Inc", "b"]))),
        ("source:prometheus", Accounts, Test::Source(texts(&["prometheus"]))),
        ("ground:email,inferred", People, Test::Ground(vec![Ground::Email, Ground::Inferred])),
        ("is:confirmed", Accounts, Test::Is(vec![Is::Confirmed])),
        ("is:bot,own", People, Test::Is(vec![Is::Bot, Is::Own])),
        ("people:>=5", Accounts, Test::Count(Count::People, Compare::AtLeast, 5)),
        ("people:>5", Accounts, Test::Count(Count::People, Compare::More, 5)),
        ("members:<5", Accounts, Test::Count(Count::Members, Compare::Less, 5)),
        ("members:<=5", Accounts, Test::Count(Count::Members, Compare::AtMost, 5)),
        ("activities:5", People, Test::Count(Count::Activities, Compare::Equal, 5)),
        ("identities:=5", People, Test::Count(Count::Identities, Compare::Equal, 5)),
        ("phase:program,buying", Accounts, Test::Phase(vec![Phase::Program, Phase::Buying])),
        ("stage:go-getter", Accounts, Test::Stage(vec![Stage::GoGetter])),
        ("stage:Friend", People, Test::Stage(vec![Stage::Friend])),
        ("state:contested", Accounts, Test::State(vec![GroupState::Contested])),
        ("basis:downstream", Accounts, Test::Basis(vec![Zone::Downstream])),
        ("basis:upstream", People, Test::Basis(vec![Zone::Upstream])),
        ("has:blocker,cause", Accounts, Test::Has(vec![Has::Blocker, Has::Cause])),
        ("has:cause", People, Test::Has(vec![Has::Cause])),
        ("interest:operator", Accounts, Test::Interest(texts(&["operator"]))),
        ("is:rising,new", Accounts, Test::Is(vec![Is::Rising, Is::New])),
        ("is:left-alone,pinned", People, Test::Is(vec![Is::LeftAlone, Is::Pinned])),
        ("active:>=3", Accounts, Test::Count(Count::Active, Compare::AtLeast, 3)),
        ("handshakes:2", Accounts, Test::Count(Count::Handshakes, Compare::Equal, 2)),
        ("momentum:>2", Accounts, Test::Number(Measure::Momentum, Compare::More, Points(2_000))),
        ("momentum:<=0.125", Accounts, Test::Number(Measure::Momentum, Compare::AtMost, Points(125))),
        ("support:>=60%", Accounts, Test::Number(Measure::Support, Compare::AtLeast, Points(600))),
        ("support:62.5%", Accounts, Test::Number(Measure::Support, Compare::Equal, Points(625))),
        ("support:>=0.6", Accounts, Test::Number(Measure::Support, Compare::AtLeast, Points(600))),
        ("support:1", Accounts, Test::Number(Measure::Support, Compare::Equal, Points(1_000))),
        ("last:<14d", Accounts, Test::Age(Which::Last, Compare::Less, 14)),
        ("last:>2w", People, Test::Age(Which::Last, Compare::More, 14)),
        ("first:<3m", People, Test::Age(Which::First, Compare::Less, 90)),
        ("first:1y", Accounts, Test::Age(Which::First, Compare::Equal, 365)),
    ] {
        assert_eq!(one(text, over), test, "{text}");
    }
}

#[test]
fn terms_stand_side_by_side_and_a_minus_negates() {
    let filter = parse("  acme -domain:example.com\t-\"b c\" ", Over::Accounts).unwrap();
    let terms: Vec<_> = filter.terms.iter().map(|term| (term.negated, term.test.clone())).collect();
    assert_eq!(
        terms,
        [
            (false, Test::Name("acme".into())),
            (true, Test::Domain(texts(&["example.com"]))),
            (true, Test::Name("b c".into())),
        ]
    );
    assert_eq!(parse("  ", Over::People).unwrap(), Filter::default());
}

#[test]
fn an_error_points_at_the_word_and_offers_the_nearest_valid_one() {
    use Over::{Accounts, People};
    for (text, over, at, word, nearest) in [
        ("acme relaton:prospect", Accounts, 5, "relaton:", Some("relation:")),
        ("relation:customer,prospct", Accounts, 18, "prospct", Some("prospect")),
        ("é relation:custommer", Accounts, 12, "custommer", Some("customer")),
        ("acme -rel:x", Accounts, 6, "rel:", Some("relation:")),
        ("phase:progam", Accounts, 6, "progam", Some("program")),
        ("phase:program", People, 0, "phase:", None),
        ("stage:bloker", People, 6, "bloker", Some("blocker")),
        ("stage:gogetter", Accounts, 6, "gogetter", Some("go-getter")),
        ("is:risng", Accounts, 3, "risng", Some("rising")),
        ("is:rising", People, 3, "rising", None),
        ("is:pinned", Accounts, 3, "pinned", None),
        ("has:blocker", People, 4, "blocker", None),
        ("has:causes", Accounts, 4, "causes", Some("cause")),
        ("momentm:>2", Accounts, 0, "momentm:", Some("momentum:")),
        ("momentum:>2.1234", Accounts, 9, ">2.1234", None),
        ("momentum:>-1", Accounts, 9, ">-1", None),
        ("momentum:>2.", Accounts, 9, ">2.", None),
        ("support:>=60", Accounts, 8, ">=60", Some(">=60%")),
        ("support:101%", Accounts, 8, "101%", None),
        ("support:62.55%", Accounts, 8, "62.55%", None),
        ("active:1.5", Accounts, 7, "1.5", None),
        ("is:bott", People, 3, "bott", Some("bot")),
        ("account:acme", Accounts, 0, "account:", None),
        ("relation:vendor", People, 0, "relation:", None),
        ("is:bot", Accounts, 3, "bot", None),
        ("people:many", Accounts, 7, "many", None),
        ("people:3,4", Accounts, 9, "4", None),
        ("people:-1", Accounts, 7, "-1", None),
        ("people:99999999999999999999", Accounts, 7, "99999999999999999999", None),
        ("last:<14", Accounts, 5, "<14", Some("<14d")),
        ("last:<99999999999y", Accounts, 5, "<99999999999y", None),
        ("last:<5é", Accounts, 5, "<5é", None),
        ("domain:", Accounts, 0, "domain:", None),
        ("x relation:", Accounts, 2, "relation:", Some("relation:prospect")),
        ("relation:vendor,", Accounts, 0, "relation:vendor,", Some("relation:prospect")),
        ("a \"b c", Accounts, 2, "\"b c", None),
        ("\"a\"b", Accounts, 3, "b", None),
        ("a \"\"", Accounts, 2, "\"\"", None),
        ("a -", Accounts, 2, "-", None),
    ] {
        let error = parse(text, over).expect_err(text);
        assert_eq!((error.at, error.word.as_str(), error.nearest.as_deref()), (at, word, nearest), "{text}");
        assert!(text.is_char_boundary(error.at), "{text}");
    }
}

#[test]
fn an_error_says_what_the_key_is_for_in_one_line() {
    for (text, over, line) in [
        ("account:a", Over::Accounts, "this key is for people, not for accounts: `account:`"),
        ("is:confirmed", Over::People, "this is for accounts, not for people: `confirmed`"),
        ("acont:a", Over::People, "unknown key in the filter: `acont:`, did you mean `account:`?"),
        (
            "last:<3",
            Over::People,
            "this must be an age such as <14d, >2w, <3m or >1y: `<3`, did you mean `<3d`?",
        ),
    ] {
        assert_eq!(parse(text, over).unwrap_err().to_string(), line);
    }
}

#[test]
fn a_hostile_word_is_harmless_in_the_error() {
    let error = parse("\u{1b}[31mkey\u{202e}:x", Over::Accounts).unwrap_err();
    assert_eq!(error.word, "key:");
}

#[test]
fn completion_offers_keys_then_values_of_the_last_word() {
    for (text, over, offered) in [
        ("acme rel", Over::Accounts, &["relation:"][..]),
        ("rel", Over::People, &[]),
        ("-ac", Over::People, &["-account:", "-activities:"]),
        ("relation:p", Over::Accounts, &["relation:prospect", "relation:partner"]),
        ("x -relation:prospect,p", Over::Accounts, &["-relation:prospect,partner"]),
        ("is:", Over::Accounts, &["is:confirmed", "is:unconfirmed"]),
        ("is:u", Over::People, &["is:unaffiliated"]),
        ("domain:e", Over::Accounts, &[]),
        ("nothing:e", Over::Accounts, &[]),
    ] {
        assert_eq!(complete(text, over), offered, "{text}");
    }
    assert_eq!(complete("", Over::Accounts).len(), 20);
    assert_eq!(complete("", Over::People).len(), 11);
}

#[test]
fn what_is_offered_can_be_read() {
    for over in [Over::Accounts, Over::People] {
        for key in complete("", over) {
            for value in complete(&key, over) {
                assert!(parse(&value, over).is_ok(), "{value}");
            }
        }
    }
}

fn pick<T: Copy + std::fmt::Debug + 'static>(words: &'static [T]) -> impl Strategy<Value = Vec<T>> {
    proptest::collection::vec(proptest::sample::select(words), 1..4)
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[-a-z\"\\\\,: é.=<>\t]{1,9}", "\\PC{1,6}"]
}

fn any_test(over: Over) -> BoxedStrategy<Test> {
    let some = || proptest::collection::vec(any_text(), 1..4);
    let compare = || {
        use Compare::{AtLeast, AtMost, Equal, Less, More};
        proptest::sample::select(&[AtLeast, AtMost, Equal, Less, More][..])
    };
    let both = prop_oneof![
        any_text().prop_map(Test::Name),
        some().prop_map(Test::Source),
        (compare(), any::<u64>()).prop_map(|(c, n)| Test::Count(Count::Activities, c, n)),
        (proptest::sample::select(Which::ALL), compare(), any::<u32>())
            .prop_map(|(w, c, n)| Test::Age(w, c, n)),
    ];
    let both = prop_oneof![
        both,
        pick(Stage::ALL).prop_map(Test::Stage),
        pick(Zone::ALL).prop_map(Test::Basis),
        pick(&[Has::Cause, Has::Handshake]).prop_map(Test::Has),
    ];
    let lower =
        some().prop_map(|texts| texts.iter().map(|text| text.to_lowercase().to_lowercase()).collect());
    match over {
        Over::Accounts => prop_oneof![
            both,
            pick(Relation::ALL).prop_map(Test::Relation),
            lower.prop_map(Test::Domain),
            some().prop_map(Test::Owner),
            pick(Phase::ALL).prop_map(Test::Phase),
            pick(GroupState::ALL).prop_map(Test::State),
            pick(Has::ALL).prop_map(Test::Has),
            some().prop_map(Test::Interest),
            pick(&[Is::Confirmed, Is::Rising, Is::Customer, Is::Wide, Is::Active]).prop_map(Test::Is),
            (compare(), any::<u64>()).prop_map(|(c, n)| Test::Count(Count::Active, c, n)),
            (compare(), 0..=1_000_000_000_000_i64).prop_map(|(c, n)| Test::Number(
                Measure::Momentum,
                c,
                Points(n)
            )),
            (compare(), 0..=1_000_i64).prop_map(|(c, n)| Test::Number(Measure::Support, c, Points(n))),
        ]
        .boxed(),
        Over::People => prop_oneof![
            both,
            some().prop_map(Test::Account),
            pick(Ground::ALL).prop_map(Test::Ground),
            pick(&[Is::Bot, Is::Unaffiliated, Is::Lapsed, Is::Pinned, Is::LeftAlone]).prop_map(Test::Is),
        ]
        .boxed(),
    }
}

fn any_filter(over: Over) -> impl Strategy<Value = Filter> {
    let term = (any::<bool>(), any_test(over)).prop_map(|(negated, test)| Term { negated, test });
    proptest::collection::vec(term, 0..5).prop_map(|terms| Filter { terms })
}

proptest! {
    #[test]
    fn a_filter_reads_back_as_it_was_written(filter in any_filter(Over::Accounts)) {
        prop_assert_eq!(parse(&filter.to_string(), Over::Accounts), Ok(filter));
    }

    #[test]
    fn a_filter_over_people_reads_back_as_it_was_written(filter in any_filter(Over::People)) {
        prop_assert_eq!(parse(&filter.to_string(), Over::People), Ok(filter));
    }

    #[test]
    fn any_text_is_read_or_refused_at_a_place_within_it(text in "\\PC{0,40}") {
        match parse(&text, Over::People) {
            Ok(filter) => prop_assert_eq!(parse(&filter.to_string(), Over::People), Ok(filter)),
            Err(error) => prop_assert!(text.is_char_boundary(error.at) && error.at <= text.len()),
        }
        complete(&text, Over::Accounts);
    }
}

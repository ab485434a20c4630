//! Keys in, picture out, for the journey: ways, lanes, ladders, reasons, time travel, decisions about people.

use buyin::domain::{
    decision::{About, Verb},
    stage::Stage,
};

use super::*;

fn sized(keys: &str, size: (u16, u16)) -> String {
    picture(&choices(), 200, "", keys, size)
}

/// The keys typed one by one, and what the outside was asked for.
fn decided(keys: &str) -> (Vec<Effect>, String) {
    let community = made_up::Community { accounts: 200, today: choices().today };
    let mut app = started(&community, (100, 24));
    let keys: Vec<Vec<Key>> = Key::parse_all(keys).unwrap().into_iter().map(|key| vec![key]).collect();
    typed(&mut app, &keys, &mut |query| community.answer(query))
}

fn line(picture: &str, place: usize) -> String {
    picture.lines().nth(place).unwrap_or_default().to_owned()
}

#[test]
fn the_accounts_show_way_group_and_state_and_drop_columns_from_the_least_needed() {
    for (width, columns) in [
        (40, vec!["ACCOUNT", "GROUP", "STATE"]),
        (80, vec!["ACCOUNT", "PHASE", "GROUP", "STATE", "LAST▾"]),
        (120, vec!["ACCOUNT", "PHASE", "GROUP", "WE", "SEE", "STATE", "12", "WEEKS", "MOMENTUM", "LAST▾"]),
    ] {
        let titles = line(&sized("", (width, 12)), 2);
        assert_eq!(titles.split_whitespace().collect::<Vec<_>>(), columns, "{width}");
    }
    let wide = sized("7j", (200, 24));
    let heath = wide.lines().find(|line| line.contains("> Heath")).unwrap();
    for part in ["●━●┄○ program", "S!T", "1 of 3  33%", "contested", "falling x0.2", "4/9"] {
        assert!(heath.contains(part), "{part}: {heath}");
    }
    assert!(wide.contains("●━●━◆ buying"), "{wide}");
    let by_activity = sized(":sort activities<enter>", (80, 24));
    assert!(
        line(&by_activity, 2).contains("ACTIVITY▾") && by_activity.contains("1,000,003"),
        "{by_activity}"
    );
}

#[test]
fn an_account_opens_with_its_group_in_lanes_by_stage() {
    let lanes = sized("7j<enter>", (120, 30));
    assert!(lanes.contains(" 17 Mar, Bo Tester "), "{lanes}");
    assert!(lanes.contains("contested · 1 of 3 we can see 33%, on the product · falling x0.2"), "{lanes}");
    let heads = line(&lanes, 5);
    for head in ["Skeptic 1", "Blocked 1", "Teacher 1", "Guide 0", "Go-Getter 0", "Other 2"] {
        assert!(heads.contains(head), "{heads}");
    }
    assert!(lanes.contains("#4129 41 d"), "{lanes}");
    assert!(lanes.contains("internal"), "{lanes}");
    assert!(lanes.contains("Cleo Placeholder · S skeptic since 26 Jan 2026 · on the product"), "{lanes}");
}

#[test]
fn the_marker_moves_between_lanes_sideways_and_within_them_down() {
    let chosen = |keys: &str| {
        let picture = sized(keys, (120, 30));
        picture.lines().rev().nth(1).unwrap().trim().to_owned()
    };
    for (keys, name) in [
        ("7j<enter>", "Cleo Placeholder"),
        ("7j<enter>l", "Dora Made-Up"),
        ("7j<enter>ll", "Eli Sample"),
        ("7j<enter>llj", "Cleo Made-Up"),
        ("7j<enter>lljjj", "Cleo Made-Up"),
        ("7j<enter>llljh", "Cleo Made-Up"),
        ("7j<enter>lll", "Ada Tester"),
        ("7j<enter>lllG", "Dora Sample"),
        ("7j<enter>lllGgg", "Ada Tester"),
        ("7j<enter>h", "Cleo Placeholder"),
        ("7j<enter><right><right><left>", "Dora Made-Up"),
    ] {
        assert!(chosen(keys).starts_with(name), "{keys}: {}", chosen(keys));
    }
    assert!(sized("7j<enter>l<enter>", (120, 30)).starts_with(" buyin › accounts › Heath › Dora Made-Up"));
    assert_eq!(chosen("7j<enter>l<enter><esc>"), chosen("7j<enter>l"));
}

#[test]
fn without_room_for_lanes_the_group_is_one_list_in_the_order_of_the_lanes() {
    let list = sized("7j<enter>", (80, 24));
    assert!(list.contains(" Skeptic 1 · Blocked 1 · Teacher 1 · Guide 0 · Go-Getter 0 · Other 2"), "{list}");
    let stages: Vec<&str> = list.lines().skip(6).take(9).map(|line| line[3..16].trim()).collect();
    let order =
        ["S skeptic", "! blocker", "T teacher", "(teacher)", "-", "f friend", "(left)", "(left)", "(left)"];
    assert_eq!(stages, order);
    // There, the keys to the side open and go back as everywhere.
    assert!(sized("7j<enter>jl", (80, 24)).starts_with(" buyin › accounts › Heath › Dora Made-Up"));
    assert!(sized("7j<enter>h", (80, 24)).starts_with(" buyin › accounts  "));
    assert!(sized("7j<enter>", (40, 10)).contains(" > S skeptic      Cleo Placeholder"));
}

#[test]
fn a_member_shows_the_ladder_the_moves_newest_first_and_what_stands_beside() {
    let blocked = sized("7j<enter>l<enter>", (120, 24));
    assert!(blocked.contains("! blocker since 12 Oct 2026"), "{blocked}");
    assert!(blocked.contains("blocked by #4129, 41 d: Memory grows"), "{blocked}");
    assert!(blocked.contains(" SSSSSSSSS!!  by month"), "{blocked}");
    let days: Vec<String> = blocked.lines().skip(7).take(4).map(|line| line[3..13].to_owned()).collect();
    assert!(days.is_sorted_by(|a, b| a >= b), "{days:?}");
    assert!(blocked.contains("skeptic → ! blocker"), "{blocked}");
    assert!(blocked.contains("upstream → program"), "{blocked}");
    let pinned = shown("", ":people<enter>2j<enter>");
    assert!(pinned.contains("T teacher since 8 Oct 2025"), "{pinned}");
    assert!(pinned.contains("pinned; by the rules skeptic"), "{pinned}");
    let lapsed = shown("", ":people<enter>6j<enter>");
    assert!(lapsed.contains("lapsed on 25 Jun 2026") && lapsed.contains("ttt"), "{lapsed}");
}

#[test]
fn a_move_opens_the_activities_behind_it_and_they_open_whole() {
    let behind = shown("", "7j<enter><enter>j<enter>");
    assert!(behind.starts_with(" buyin › accounts › Heath › Cleo Placeholder › why skeptic"), "{behind}");
    assert!(behind.contains("tried it for the first time") && behind.contains("3 activities"), "{behind}");
    assert!(shown("", "7j<enter><enter>j<enter><enter>").contains("WHAT IT SAYS"));
}

#[test]
fn why_lists_the_entries_with_their_sum_and_opens_them() {
    let stage = sized("7j<enter>w", (120, 24));
    assert!(stage.contains("[Stage of Cleo Placeholder]"), "{stage}");
    assert!(stage.contains(" teacher  16.95 · from 6"), "{stage}");
    assert!(stage.contains("the next step, guide, needs 4 points"), "{stage}");
    // Above the rows and, whole, below their sum.
    let below = sized("7j<enter>wG", (80, 24));
    assert_eq!(below.matches("guide, needs 4 points of evangelises from 2").count(), 2, "{below}");
    assert!(sized("7j<enter>w<enter>", (120, 24)).contains("WHAT IT SAYS"));
    let support = sized("w", (120, 24));
    assert!(support.contains("[Support of Amber]") && support.contains(" support  50%"), "{support}");
    assert!(sized("w<tab>", (120, 24)).contains("the week of 9 Nov: 3 members"));
    assert!(sized("w<enter>", (120, 24)).contains("no single activity stands behind this entry"));
    assert!(sized("4jw<esc>", (80, 24)) == sized("4j", (80, 24)));
    assert!(shown("", "7j<enter><enter>2").contains("COUNTS"));
    assert!(shown("", ":sources<enter>w").contains("nothing here has a number"));
}

#[test]
fn an_earlier_day_is_said_on_every_screen_until_it_is_left() {
    for keys in ["", "7j<enter>", "7j<enter><enter>", ":people<enter>", ":sources<enter>", "?", "w"] {
        let picture = sized(&format!("{keys}:time 2026-03-12<enter>"), (100, 24));
        assert!(picture.starts_with("  AS OF 12 Mar 2026  buyin › accounts"), "{picture}");
    }
    let now = shown("", "");
    assert!(shown("", "t-30d<enter>").starts_with("  AS OF 23 Oct 2026 "));
    for keys in ["[<esc>", "[[tnow<enter>", "[]", "{}", "7[7]", "(:time now<enter>"] {
        let picture = shown("", keys);
        assert!(picture.starts_with(" buyin ›"), "{keys}: {picture}");
        assert_eq!(picture.lines().take(20).collect::<Vec<_>>(), now.lines().take(20).collect::<Vec<_>>());
    }
    assert!(shown("", "]").contains("that day has not come yet"));
    assert!(shown("", ":time soon<enter>").contains("`soon` is no day; days are 2026-03-12"));
    // A filter goes before the day.
    assert!(shown("", "[/fjord<enter><esc>").starts_with("  AS OF 21 Nov 2026 "));
}

#[test]
fn steps_through_time_are_days_weeks_and_days_with_activity() {
    let day = |keys: &str| shown("", keys).split("buyin").next().unwrap().trim().to_owned();
    for (keys, sign) in [
        ("[", "AS OF 21 Nov 2026"),
        ("3[", "AS OF 19 Nov 2026"),
        ("{", "AS OF 15 Nov 2026"),
        ("{]", "AS OF 16 Nov 2026"),
        ("2{}", "AS OF 15 Nov 2026"),
    ] {
        assert_eq!(day(keys), sign, "{keys}");
    }
    let (first, second) = (day("("), day("(("));
    assert_ne!(first, second);
    assert_eq!(day("(()"), first);
    assert!(shown("", ")").contains("this is now; ( goes back"));
    assert!(shown("", &"(".repeat(60)).contains("nothing is known to have happened before"));
}

#[test]
fn what_was_learned_after_the_day_that_is_looked_at_is_marked() {
    let then = shown("", "<enter><tab>[");
    assert!(then.contains("2026-11-20+") && !then.contains("2026-11-21+"), "{then}");
    assert!(!shown("", "<enter><tab>").contains("+ "));
    let member = shown("", ":people<enter>j<enter>:time 2026-10-01<enter>");
    assert!(member.contains("S skeptic") && !member.contains("blocker"), "{member}");
}

#[test]
fn a_decision_about_a_person_asks_for_its_reason() {
    let (done, _) = decided(":people<enter>:pin guide until 2027-01-31<enter>met at the fair<enter>");
    let [Effect::Decide { verb: Verb::Pin { stage, until, .. }, reason }] = done.as_slice() else {
        panic!("{done:?}")
    };
    assert_eq!((*stage, until.unwrap().to_string().as_str()), (Stage::Guide, "2027-01-31"));
    assert_eq!(reason.as_deref(), Some("met at the fair"));
    let (done, asked) = decided(":people<enter>pteacher<enter>");
    assert!(done.is_empty() && asked.contains("Ada Sample: teacher: why? esc gives it up"), "{asked}");
    let (done, refused) = decided(":people<enter>:climber until +90d<enter><enter>");
    assert!(done.is_empty() && refused.contains("this needs a reason"), "{refused}");
    let (done, given_up) = decided(":people<enter>:leave-alone until +90d<enter>x<esc>");
    assert!(done.is_empty() && given_up.contains("nothing was decided"), "{given_up}");
    let (done, _) = decided("7j<enter>:moved-on to New Place<enter><enter>");
    assert!(
        matches!(done.as_slice(), [Effect::Decide { verb: Verb::MovedOn { to: Some(to), .. }, reason: None }] if to == "New Place"),
        "{done:?}"
    );
    let (done, _) = decided(":people<enter>j<enter>:correct none<enter>wrong namesake<enter>");
    assert!(matches!(done.as_slice(), [Effect::Decide { verb: Verb::Correct { company: None, .. }, .. }]));
    let (_, nobody) = decided(":pin guide<enter>");
    assert!(nobody.contains("that speaks of a person"), "{nobody}");
    assert!(decided("p").1.contains("pin speaks of a person"));
}

#[test]
fn a_note_speaks_of_the_person_under_the_marker_else_of_the_account() {
    for (keys, person) in
        [("nhello<enter>", false), ("7j<enter>nhello<enter>", true), ("7j<enter>2nhello<enter>", false)]
    {
        let (done, _) = decided(keys);
        let [Effect::Decide { verb: Verb::Note { about, .. }, .. }] = done.as_slice() else {
            panic!("{done:?}")
        };
        assert_eq!(matches!(about, About::Person(_)), person, "{keys}");
    }
    let (_, asked) = decided("7j<enter>n");
    assert!(asked.contains("note something on the account or person: Cleo Placeholder"), "{asked}");
    let (done, _) = decided("7j<enter>:relation partner<enter>");
    assert!(matches!(done.as_slice(), [Effect::Decide { verb: Verb::Relation { .. }, .. }]), "{done:?}");
}

#[test]
fn marked_rows_are_copied_and_written_together() {
    let (done, marked) = decided("<space>jv3jvy");
    assert!(marked.contains("\n+  Amber ") && marked.contains("\n+> Fjord"), "{marked}");
    let [Effect::Copy(names)] = done.as_slice() else { panic!("{done:?}") };
    assert_eq!(names.lines().collect::<Vec<_>>(), ["Amber", "Cedar 株式会社", "Dune", "Ember", "Fjord"]);
    let (done, _) = decided("<space>G<space>e");
    let [Effect::Export { text, .. }] = done.as_slice() else { panic!("{done:?}") };
    assert_eq!(text.lines().count(), 3);
    let (done, left) = decided("<space><space><esc>y");
    assert!(matches!(done.as_slice(), [Effect::Copy(name)] if name == "Cedar 株式会社"), "{done:?}");
    assert!(!left.contains("\n+"), "{left}");
    let (done, _) = decided("<enter>2<space><space>Y");
    assert!(matches!(done.as_slice(), [Effect::Copy(link)] if link.starts_with("https://")), "{done:?}");
}

#[test]
fn a_sample_is_said_on_every_screen() {
    let demo = Choices { label: Some("DEMO".to_owned()), ..choices() };
    for keys in
        ["", "<enter>", "<enter><enter>", ":people<enter>", ":sources<enter>", "?", "w", "<enter>w<enter>"]
    {
        let picture = picture(&demo, 200, "", keys, (100, 24));
        assert!(picture.starts_with("  DEMO  buyin › accounts"), "{picture}");
    }
    let small = picture(&demo, 200, "", "[", (40, 10));
    assert!(small.starts_with("  DEMO  ") && line(&small, 0).contains("AS OF"), "{small}");
    let community = made_up::Community { accounts: 9, today: choices().today };
    for choices in [demo.clone(), Choices { colours: false, ..demo }] {
        let mut app = App::new(&choices, (80, 24)).unwrap();
        let effects = app.start();
        tui::frame::answer(&mut app, effects, &mut |query| community.answer(query));
        let picture = tui::frame::picture(&app);
        assert!(picture[(2, 0)].modifier.contains(ratatui::style::Modifier::REVERSED));
    }
}

#[test]
fn a_filter_is_completed_word_by_word() {
    let begun = shown("", "/rel");
    assert!(begun.contains("tab  relation:"), "{begun}");
    assert!(shown("", "/rel<tab>pro<tab>").contains(" /relation:prospect"));
    assert!(shown("", "/fjord is:conf<tab>").contains(" /fjord is:confirmed"));
    assert!(shown("", "/<tab>").contains(" /  name"));
}

/// The bytes that the picture after the keys costs over the one before.
fn bytes(before: &str, keys: &str) -> usize {
    let community = made_up::Community { accounts: 5_000, today: choices().today };
    let mut app = started(&community, (200, 50));
    let painter = tui::painter::Painter::new(Vec::new(), (200, 50));
    let mut terminal = ratatui::Terminal::new(painter).unwrap();
    let mut written = 0;
    for keys in [before, keys] {
        for key in Key::parse_all(keys).unwrap() {
            typed(&mut app, &[vec![key]], &mut |query| community.answer(query));
        }
        terminal.backend_mut().out().clear();
        terminal.draw(|frame| tui::view::view(&app, frame)).unwrap();
        written = terminal.backend_mut().out().len();
    }
    written
}

#[test]
fn the_budgets_of_bytes_hold_with_all_columns() {
    for (what, before, keys, budget) in [
        ("one row down", "5j", "j", 120),
        ("one row down with scrolling", "60j", "j", 400),
        // Nothing stays the same here but what is blank; the benchmark holds a page of the demo to 7,600.
        ("a page of which every cell differs", "gg", "<pgdn>", 9_200),
        ("one member down in the lanes", "500j<enter>", "j", 240),
        ("nothing", "5j", "", 0),
    ] {
        let written = bytes(before, keys);
        println!("{what}: {written} of {budget}");
        assert!(written <= budget, "{what}: {written} bytes, at most {budget}");
    }
}

#[test]
fn the_link_of_an_activity_can_be_opened_where_it_stands() {
    let community = made_up::Community { accounts: 9, today: choices().today };
    let mut app = started(&community, (80, 24));
    let (_, picture) =
        typed(&mut app, &[Key::parse_all("<enter>2<enter>").unwrap()], &mut |query| community.answer(query));
    let [link] = tui::view::links(&app).try_into().unwrap();
    let row: Vec<char> = line(&picture, link.y.into()).chars().collect();
    let text: String = row[link.from.into()..link.to.into()].iter().collect();
    assert_eq!(text, link.url);
    let plain = Choices { charset: Charset::Ascii, ..choices() };
    assert!(tui::view::links(&App::new(&plain, (80, 24)).unwrap()).is_empty());
}

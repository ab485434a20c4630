//! Keys in, picture out, where tens of thousands of rows or withheld answers are needed: over a made-up community
//! that answers from memory. Pictures of a real store stand in `tui_screens`.

use buyin::{
    domain::{sync::Standing, time::Day},
    jobs::read::{Query, Reply},
    tui::{
        self, App, Charset, Choices,
        effect::Effect,
        key::Key,
        msg::{Input, Live, Msg, Progress},
        update::update,
    },
};

mod journey;
mod made_up;

fn choices() -> Choices {
    Choices::on(Day::parse("2026-11-22").unwrap())
}

fn picture(choices: &Choices, accounts: u32, screen: &str, keys: &str, size: (u16, u16)) -> String {
    let community = made_up::Community { accounts, today: choices.today };
    let mut ask = |query: Query| -> Reply { community.answer(query) };
    tui::frame(choices, &mut ask, screen, keys, size).unwrap()
}

fn shown(screen: &str, keys: &str) -> String {
    picture(&choices(), 200, screen, keys, (80, 24))
}

#[test]
fn a_terminal_of_any_size_is_drawn() {
    for size in [(0, 0), (1, 1), (5, 3), (20, 6), (21, 7), (39, 9), (108, 12), (300, 80)] {
        for keys in [
            "",
            "<enter>",
            "<enter><tab>",
            "<enter><enter>",
            "?",
            ":",
            "/x:y",
            ":sources<enter>",
            "w",
            "t",
            "[[",
            "<enter><enter><enter>",
            ":people<enter>:pin guide<enter>",
        ] {
            picture(&choices(), 200, "", keys, size);
        }
    }
}

#[test]
fn help_is_made_from_the_keymap_and_searchable() {
    let all = shown("", "?");
    assert!(all.contains("one row down"), "{all}");
    assert!(shown("", "?/sort").contains("next order"));
    for word in ["sign unconfirmed", "NOW/ALL", "in the market", "12 WEEKS", "KNOWN BY"] {
        let found = shown("", &format!("?/{word}"));
        assert!(found.contains(" > Sign ") || found.contains(" > Known by "), "{found}");
        assert!(!found.contains('…'), "{found}");
    }
}

#[test]
fn coming_back_restores_the_row() {
    let before = shown("", "17j");
    assert_eq!(shown("", "17j<enter><enter><esc>h").lines().nth(20), before.lines().nth(20));
    assert_eq!(shown("", "17j<enter><esc>"), before);
}

#[test]
fn a_filter_narrows_while_it_is_typed_and_escape_brings_the_one_before_back() {
    assert!(shown("", "/fjord<enter>G").contains("Fjord 197"));
    assert_eq!(shown("", "/fjord<enter>/x<esc>"), shown("", "/fjord<enter>"));
    assert_eq!(shown("", "/fjord<enter><esc>"), shown("", ""));
    assert!(shown("", "/nobody<enter>").contains("no account matches `nobody`"));
}

#[test]
fn the_filter_key_on_an_account_begins_a_search_of_its_people() {
    let begun = shown("", "<enter>/");
    assert!(begun.starts_with(" buyin › accounts › Amber › people"), "{begun}");
    assert_eq!(begun.lines().nth(1), Some(" /account:Amber"));
    assert_eq!(shown("", "<enter>/bo").lines().nth(1), Some(" /account:Amber bo"));
    assert_eq!(shown("", "2j<enter>/").lines().nth(1), Some(" /account:\"Cedar 株式会社\""));
    let before = shown("", "<enter>j");
    for keys in
        ["<enter>j/<esc>", "<enter>j/bo<esc>", "<enter>j/bo<enter><esc>", "<enter>j/bo<enter>/x<esc><esc>"]
    {
        assert_eq!(shown("", keys), before, "{keys}");
    }
}

#[test]
fn a_word_typed_where_nothing_can_be_filtered_never_runs_as_keys() {
    let community = made_up::Community { accounts: 200, today: choices().today };
    for screen in
        ["<enter><tab>", "<enter>5", "<enter><enter>", "<enter><tab><enter>", "w", ":sources<enter>"]
    {
        let mut app = started(&community, (80, 24));
        let mut press = |keys: &str| {
            typed(&mut app, &[Key::parse_all(keys).unwrap()], &mut |query| community.answer(query))
        };
        let (_, before) = press(screen);
        let (done, picture) = press("/quark u:re");
        assert_eq!(done, [], "{screen}");
        assert!(picture.contains("nothing to filter here; :people searches everybody"), "{picture}");
        assert_eq!(press("<esc>"), (Vec::new(), before.clone()), "{screen}");
        assert_eq!(press("/squeue<enter>"), (Vec::new(), before.clone()), "{screen}");
        assert!(press("/:people<enter>").1.starts_with(" buyin › accounts › people"), "{screen}");
        assert_eq!(press("q").0, [Effect::Quit], "{screen}");
    }
}

#[test]
fn dropping_a_filter_comes_back_to_the_row_before_it() {
    for row in ["2j", "60j", "G"] {
        let before = shown("", row);
        for keys in
            ["/fjord<enter><esc>", "/fjord<esc>", "/fjord<enter>2j<enter><esc><esc>", "/zz<enter><esc>"]
        {
            assert_eq!(shown("", &format!("{row}{keys}")), before, "{row}{keys}");
        }
        let people = shown("people", row);
        assert_eq!(shown("people", &format!("{row}/account:x<enter>j<esc>")), people, "{row}");
    }
    // Another order knows nothing of that row's place.
    assert_eq!(shown("", "60j/fjord<enter>s<esc>"), shown("", "s"));
}

#[test]
fn going_on_to_where_one_came_from_goes_back_and_says_so() {
    let there = shown("", "<enter><enter>");
    let again = shown("", "<enter><enter>3<enter><enter>");
    assert_eq!(again.lines().next(), there.lines().next());
    assert!(again.contains(" back at Ada Sample, where you came from"), "{again}");
    assert!(!shown("", "<enter><tab><enter><enter>").contains("back at"));
}

#[test]
fn the_palette_offers_words_and_runs_them() {
    assert!(shown("", ":sort name<enter>").contains("sort name"));
    assert!(shown("", ":sort nme<enter>").contains("did you mean `name`?"));
    assert!(shown("", ":account amber<enter>").contains("› Amber"));
    assert!(shown("", ":account nobody<enter>").contains("nothing is called that"));
}

#[test]
fn a_terminal_without_unicode_shows_plain_letters_only() {
    let plain = Choices { charset: Charset::Ascii, ..choices() };
    for (screen, keys) in [
        ("", ""),
        ("", "<enter>"),
        ("", "<enter><enter>"),
        ("sources", ""),
        ("help", ""),
        ("", "w"),
        ("", "[["),
        ("people", ""),
        ("", "<enter>4"),
        ("", "<enter><enter><enter>"),
    ] {
        for size in [(80, 24), (130, 40)] {
            let picture = picture(&plain, 200, screen, keys, size);
            assert!(picture.is_ascii(), "{picture}");
        }
    }
}

#[test]
fn counts_pages_and_ends_move_the_marker() {
    let row = |keys: &str| {
        let picture = shown("", keys);
        picture
            .lines()
            .find(|line| line.starts_with(" > "))
            .map(|line| line[3..14].trim_end_matches([' ', '?']).to_owned())
    };
    assert_eq!(row("5j").as_deref(), Some("Fjord"));
    assert_eq!(row("5jk").as_deref(), Some("Ember"));
    assert_eq!(row("101j").as_deref(), Some("Fjord 101"));
    assert_eq!(row("G").as_deref(), Some("Heath 199"));
    assert_eq!(row("Ggg").as_deref(), Some("Amber"));
    assert_eq!(row("<c-d><c-u>").as_deref(), Some("Amber"));
    assert_eq!(row("999j").as_deref(), Some("Heath 199"));
}

#[test]
fn a_session_that_is_written_down_replays_to_the_same_app() {
    let choices = choices();
    let community = made_up::Community { accounts: 200, today: choices.today };
    let mut written: Vec<String> = Vec::new();
    let mut app = App::new(&choices, (80, 24)).unwrap();
    let mut open: std::collections::VecDeque<Effect> = app.start().into();
    let mut keys =
        Key::parse_all("17j<enter>2j<enter><esc>h/fjord<enter>s:note hello<enter>e?").unwrap().into_iter();
    let mut effects = Vec::new();
    loop {
        let msg = match open.pop_front() {
            Some(Effect::Ask { ticket, query }) => Msg::Reply { ticket, reply: community.answer(query) },
            Some(_) => continue,
            None => match keys.next() {
                Some(key) => Msg::Input(vec![Input::Key(key)]),
                None => break,
            },
        };
        written.push(serde_json::to_string(&msg).unwrap());
        let caused = update(&mut app, msg);
        effects.extend(caused.iter().filter(|effect| !matches!(effect, Effect::Ask { .. })).cloned());
        open.extend(caused);
    }
    assert!(matches!(effects.as_slice(), [Effect::Decide { .. }, Effect::Export { .. }]), "{effects:?}");

    let mut again = App::new(&choices, (80, 24)).unwrap();
    again.start();
    for line in &written {
        update(&mut again, serde_json::from_str(line).unwrap());
    }
    assert_eq!(again, app);
    let json = serde_json::to_string(&app).unwrap();
    assert_eq!(serde_json::from_str::<App>(&json).unwrap(), app);
}

#[test]
fn an_answer_to_a_question_that_is_no_longer_asked_is_dropped() {
    let choices = choices();
    let community = made_up::Community { accounts: 200, today: choices.today };
    let mut app = App::new(&choices, (80, 24)).unwrap();
    let first = app.start();
    let sorted = update(&mut app, Msg::Input(vec![Input::Key(Key::parse_all("s").unwrap()[0])]));
    tui::frame::answer(&mut app, sorted, &mut |query| community.answer(query));
    let before = app.clone();
    let late = first.into_iter().find_map(|effect| match effect {
        Effect::Ask { ticket, query: query @ Query::Accounts { .. } } => Some((ticket, query)),
        _ => None,
    });
    let (ticket, query) = late.unwrap();
    assert_eq!(update(&mut app, Msg::Reply { ticket, reply: community.answer(query) }), []);
    assert_eq!(app, before);
}

#[test]
fn a_key_held_down_moves_as_far_as_single_presses() {
    let choices = choices();
    let community = made_up::Community { accounts: 200, today: choices.today };
    let mut app = App::new(&choices, (80, 24)).unwrap();
    let effects = app.start();
    tui::frame::answer(&mut app, effects, &mut |query| community.answer(query));
    let held = Key::parse_all(&"j".repeat(90)).unwrap().into_iter().map(Input::Key).collect();
    let effects = update(&mut app, Msg::Input(held));
    tui::frame::answer(&mut app, effects, &mut |query| community.answer(query));
    assert_eq!(tui::frame::text(&tui::frame::picture(&app)), shown("", "90j"));
}

#[test]
fn an_export_is_what_is_on_screen() {
    let choices = choices();
    let community = made_up::Community { accounts: 3, today: choices.today };
    let mut app = App::new(&choices, (80, 24)).unwrap();
    let effects = app.start();
    tui::frame::answer(&mut app, effects, &mut |query| community.answer(query));
    let effects = update(&mut app, Msg::Input(vec![Input::Key(Key::parse_all("e").unwrap()[0])]));
    let [Effect::Export { name, text }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(name, "buyin-accounts-2026-11-22");
    assert_eq!(
        text.lines().next(),
        Some("ACCOUNT,PHASE,GROUP,WE SEE,STATE,12 WEEKS,SHAKES,MOMENTUM,RELATION,NOW/ALL,LAST")
    );
    assert_eq!(text.lines().count(), 4);
}

/// The app after a start whose questions have been answered.
fn started(community: &made_up::Community, size: (u16, u16)) -> App {
    let mut app = App::new(&choices(), size).unwrap();
    let effects = app.start();
    tui::frame::answer(&mut app, effects, &mut |query| community.answer(query));
    app
}

/// What the outside has been asked to do besides answering, and what is seen at the end. The answers come only
/// when all of a batch has been typed.
fn typed(app: &mut App, batches: &[Vec<Key>], ask: &mut dyn FnMut(Query) -> Reply) -> (Vec<Effect>, String) {
    let mut done = Vec::new();
    for batch in batches {
        let inputs = batch.iter().copied().map(Input::Key).collect();
        let mut open: std::collections::VecDeque<Effect> = update(app, Msg::Input(inputs)).into();
        while let Some(effect) = open.pop_front() {
            match effect {
                Effect::Ask { ticket, query } => {
                    open.extend(update(app, Msg::Reply { ticket, reply: ask(query) }));
                }
                other => done.push(other),
            }
        }
    }
    (done, tui::frame::text(&tui::frame::picture(app)))
}

#[test]
fn a_row_opened_right_after_a_filter_is_a_row_of_the_filtered_list() {
    let community = made_up::Community { accounts: 200, today: choices().today };
    let mut app = started(&community, (80, 24));
    let keys = Key::parse_all("/fjord<enter><enter>").unwrap();
    let (_, picture) = typed(&mut app, &[keys], &mut |query| community.answer(query));
    assert!(picture.starts_with(" buyin › accounts › Fjord"), "{picture}");
    let keys = Key::parse_all("<esc><esc>j<enter><enter>3y").unwrap();
    let (done, picture) = typed(&mut app, &[keys], &mut |query| community.answer(query));
    assert!(picture.starts_with(" buyin › accounts › Birch › Bo Example"), "{picture}");
    assert!(matches!(done.as_slice(), [Effect::Copy(text)] if text.contains("part 0")), "{done:?}");
}

#[test]
fn keys_that_wait_are_shown_given_up_by_escape_and_outrun_by_quitting() {
    let community = made_up::Community { accounts: 200, today: choices().today };
    let press = |app: &mut App, keys: &str| {
        update(app, Msg::Input(Key::parse_all(keys).unwrap().into_iter().map(Input::Key).collect()))
    };
    let mut app = started(&community, (80, 24));
    press(&mut app, "s<enter>j<enter>");
    assert_eq!(app.held.len(), 3);
    let picture = tui::frame::text(&tui::frame::picture(&app));
    assert!(picture.contains("waiting for the store with 3 keys; esc gives them up"), "{picture}");
    let mut quitting = app.clone();
    assert_eq!(press(&mut quitting, "q"), [Effect::Quit]);
    assert_eq!(press(&mut app.clone(), "<c-c>"), [Effect::Quit]);
    press(&mut app, "<esc>");
    assert!(app.held.is_empty() && app.screens.len() == 1);
}

#[test]
fn a_failed_answer_lets_go_of_the_keys_and_of_the_rows_that_were_to_be_replaced() {
    let community = made_up::Community { accounts: 200, today: choices().today };
    let mut app = started(&community, (80, 24));
    let keys = Key::parse_all("/fjord<enter><enter>").unwrap();
    let (_, picture) = typed(&mut app, &[keys], &mut |_| Reply::Failed("the disk is gone".to_owned()));
    assert!(app.held.is_empty() && app.screens.len() == 1);
    assert!(picture.contains("this could not be read\n   the disk is gone"), "{picture}");
    assert!(!picture.contains("Amber"), "{picture}");
}

#[test]
fn at_midnight_the_rows_are_asked_for_anew_as_of_the_new_day() {
    let community = made_up::Community { accounts: 200, today: choices().today };
    let mut app = started(&community, (80, 24));
    typed(&mut app, &[Key::parse_all("40j").unwrap()], &mut |query| community.answer(query));
    let tomorrow = choices().today.plus(1);
    let effects = update(&mut app, Msg::Today(tomorrow));
    let asked = |effect: &Effect| matches!(effect, Effect::Ask { query: Query::Accounts { when, .. }, .. } if when.today == tomorrow);
    assert!(effects.iter().any(asked), "{effects:?}");
    tui::frame::answer(&mut app, effects, &mut |query| community.answer(query));
    assert!(tui::frame::text(&tui::frame::picture(&app)).contains("41/200"));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(150))]

    #[test]
    fn keys_mean_the_same_however_fast_they_are_typed(
        words in proptest::collection::vec(proptest::sample::select(vec![
            "j", "k", "5j", "3<pgdn>", "<pgdn>", "<pgup>", "<c-d>", "<c-u>", "G", "gg", "<enter>", "<enter>",
            "<enter>", "<esc>", "h", "<tab>", "<s-tab>", "1", "2", "/fjord<enter>", "/e<enter>", "/zz<enter>",
            "/am<down><enter>", ":filter am<enter>", "/qu<enter>", "/:people<enter>", "/x:<enter><esc>", "/dune<esc>", "s", "a", "y", "Y", "e", "o", ":note met<enter>",
            ":relation prospect<enter>", ":id<enter>", ":people<enter>", ":account amber<enter>", ":sort name<enter>",
            ":sources<enter>", "?", "/sort<enter>", "u", "200j", "g<esc>", "w", "[", "]", "{", "3[", "(", "((", ")",
            ":time 2026-03-12<enter>", "t<esc>", ":time now<enter>", "<space>", "v", "v2jv", "l", "h",
            "p<esc>", "nmet<enter>", ":pin guide<enter>because<enter>", ":leave-alone until +9d<enter><esc>",
            "4", "5",
        ]), 1..25),
        splits in proptest::collection::vec(0_usize..60, 0..4),
    ) {
        let community = made_up::Community { accounts: 90, today: choices().today };
        let ask = &mut |query| community.answer(query);
        let keys = Key::parse_all(&words.concat()).unwrap();
        let slowly: Vec<Vec<Key>> = keys.iter().map(|key| vec![*key]).collect();
        let size = if splits.len() % 2 == 0 { (80, 14) } else { (130, 20) };
        let expected = typed(&mut started(&community, size), &slowly, ask);
        let at_once = typed(&mut started(&community, size), std::slice::from_ref(&keys), ask);
        proptest::prop_assert_eq!(&at_once, &expected);
        let mut parts = vec![Vec::new()];
        for (place, key) in keys.iter().enumerate() {
            if splits.contains(&place) {
                parts.push(Vec::new());
            }
            parts.last_mut().unwrap().push(*key);
        }
        proptest::prop_assert_eq!(&typed(&mut started(&community, size), &parts, ask), &expected);
    }
}

#[test]
fn the_sources_show_live_what_a_sync_reads_what_it_waits_for_and_what_is_left_of_its_budget() {
    let community = made_up::Community { accounts: 20, today: choices().today };
    let mut app = started(&community, (120, 24));
    let keys = Key::parse_all(":sources<enter>jj").unwrap();
    let (_, before) = typed(&mut app, &[keys], &mut |query| community.answer(query));
    assert!(before.contains("another: not read for long"), "{before}");
    let mut tell = |done: u64, waits: Option<&str>, over: bool| {
        let waits = waits.map(|why| (choices().today.start(), why.to_owned()));
        let standing = Standing { left: Some(4_987), of: Some(5_000), waits, ..Standing::default() };
        let live = Live { done, expected: Some(1_800), standing, over };
        let told = Progress::Source("another".to_owned(), Box::new(live));
        assert_eq!(update(&mut app, Msg::Progress(told)), []);
        tui::frame::text(&tui::frame::picture(&app))
    };
    let reading = tell(1_234, None, false);
    assert!(reading.contains("another: 1,234 of 1,800 read · 4,987 of 5,000 requests left"), "{reading}");
    let row = |picture: &str| picture.lines().find(|line| line.starts_with(" >")).unwrap().to_owned();
    assert!(row(&reading).contains("reading") && row(&reading).contains(" 4,987 "), "{reading}");
    let waiting = tell(1_234, Some("its rate limit is spent"), false);
    assert!(waiting.contains("waits until 2026-11-22T00:00:00Z: its rate limit is spent"), "{waiting}");
    assert!(row(&waiting).contains("waiting"), "{waiting}");
    assert_eq!(tell(1_234, Some("its rate limit is spent"), false), waiting, "nothing ticks");
    let over = tell(1_800, None, true);
    assert!(row(&over).contains("stale") && row(&over).contains(" 4,987 "), "{over}");
    assert!(over.contains("another: not read for long"), "{over}");
    tell(7, Some("a pause"), false);
    update(&mut app, Msg::Progress(Progress::Done("synced".to_owned())));
    let done = tui::frame::text(&tui::frame::picture(&app));
    assert!(row(&done).contains("stale") && !done.contains("waits until"), "{done}");
}

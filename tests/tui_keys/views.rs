//! Saved views on the screen: keys in, picture out.

use buyin::{config::Config, tui::Choices};

use super::{choices, picture};

fn shown(screen: &str, keys: &str, width: u16) -> String {
    let config = Config::bare("made-up.db".into());
    picture(&Choices { views: config.all_views(), ..choices() }, 200, screen, keys, (width, 24))
}

#[test]
fn tab_goes_through_the_views_of_a_list_and_comes_back_to_the_list_itself() {
    let plain = shown("", "", 100);
    assert!(plain.contains("sort last"), "{plain}");
    let first = shown("", "<tab>", 100);
    assert!(first.contains("/is:rising") && first.contains("view 1 Rising"), "{first}");
    assert!(shown("", "<tab><tab>", 100).contains("view 2 Blocked"));
    assert_eq!(shown("", "<tab><s-tab>", 100), plain);
    assert!(shown("", "<s-tab>", 100).contains("view 6 Fading"));
    assert_eq!(shown("", "<tab><tab><tab><tab><tab><tab><tab>", 100), plain);
    assert!(shown("people", "<tab>", 100).contains("view 7 Voices"));
}

#[test]
fn a_view_is_typed_by_number_or_name_and_escape_leaves_it_with_its_order() {
    let plain = shown("", "", 100);
    for typed in ["V2<enter>", "Vblocked<enter>", "Vblo<tab><enter>", ":view 2<enter>"] {
        let found = shown("", typed, 100);
        assert!(found.contains("/has:blocker") && found.contains("view 2 Blocked"), "{typed}: {found}");
        assert_eq!(shown("", &format!("{typed}<esc>"), 100), plain);
    }
    assert_eq!(shown("", "V2<enter>:view none<enter>", 100), plain);
    // Another order is the view no longer.
    assert!(shown("", "V2<enter>s", 100).contains("sort last"));
    assert!(shown("", "Vrsing<enter>", 100).contains("did you mean `Rising`?"));
    assert!(shown("", "V", 100).contains("1 Rising  2 Blocked"));
}

#[test]
fn a_view_goes_to_the_screen_that_lists_what_it_is_about() {
    let people = shown("", "<enter>V7<enter>", 100);
    assert!(people.contains("buyin › accounts › people") && people.contains("view 7 Voices"), "{people}");
    let accounts = shown("people", "V1<enter>", 100);
    assert!(accounts.starts_with(" buyin › accounts  "), "{accounts}");
    assert!(accounts.contains("view 1 Rising"), "{accounts}");
    assert_eq!(shown("view rising", "", 100), accounts);
}

#[test]
fn the_column_that_orders_is_in_sight_on_the_least_terminal() {
    assert!(shown("view rising", "", 80).contains("MOMENTUM▾"));
    assert!(shown("view consensus", "", 80).contains("WE SEE▾"));
}

//! Decisions about what is not there, twice, too long, hostile; and decisions that outlive syncs.

use super::{Desk, git_source};
use crate::made::community;

fn synced() -> Desk {
    let desk = Desk::new(&git_source("good", "good"));
    community(&desk.path("good"));
    desk.fine(&["sync"]);
    desk
}

fn id(said: &serde_json::Value) -> String {
    said[0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn an_unknown_or_ambiguous_name_decides_nothing() {
    let desk = synced();
    desk.run(&["decide", "relation", "amberwork.example", "customer"])
        .says(2, &["no account is called `amberwork.example`", "did you mean `amberworks.example`"]);
    desk.run(&["decide", "relation", "amberworks.example", "custmer"]).says(2, &["did you mean `customer`?"]);
    desk.run(&["decide", "note", "\u{1b}[31mnobody\u{202e}", "x"])
        .says(2, &["no account or person is called `nobody`"]);
    desk.run(&["decide", "link", "Ada Ambler", "Ada Ambler"]).says(2, &["both names mean the identity"]);
    desk.run(&["decide", "note", "amberworks.example", " \u{200b} "]).says(2, &["a note must say something"]);
    desk.run(&["undo", "d_"]).says(2, &["`d_` is no id of a decision", "`buyin decisions` lists them"]);
    desk.run(&["undo", "d_0000000000000000"]).says(2, &["there is no decision d_0000000000000000"]);
    assert_eq!(desk.json(&["decisions"]).as_array().unwrap().len(), 1, "only the settings were adopted");
}

#[test]
fn an_undo_is_exact_once_and_can_be_undone() {
    let desk = synced();
    let relation = || desk.json(&["account", "amberworks.example"])[0]["relation"].clone();
    let (before, first) = (desk.everything(), relation());
    let decided = id(&desk.json(&["decide", "relation", "amberworks.example", "customer"]));
    let with = desk.everything();
    assert_eq!(relation(), "customer");
    let undone = id(&desk.json(&["undo", &decided]));
    assert_eq!((desk.everything(), relation()), (before, first));
    desk.run(&["undo", &decided]).says(2, &["has been undone already, by ", &undone]);
    desk.fine(&["undo", &undone]);
    assert_eq!((desk.everything(), relation()), (with.clone(), "customer".into()));
    for words in [&["sync"][..], &["sync", "--full"], &["rebuild"]] {
        desk.fine(words);
        assert_eq!(desk.everything(), with, "{words:?}");
    }
}

#[test]
fn a_note_is_kept_harmless_and_one_that_is_too_long_is_refused_rather_than_cut() {
    let desk = synced();
    let said =
        desk.json(&["decide", "note", "amberworks.example", "met \u{1b}[31mher\u{1b}[0m\n\u{202e}twice"]);
    assert_eq!(said[0]["text"], "met her twice");
    let long = "word ".repeat(20_000);
    for words in [
        &["decide", "note", "amberworks.example", &long][..],
        &["decide", "relation", "amberworks.example", "customer", "--reason", &long],
    ] {
        let told = desk.run(words);
        told.says(2, &["at most 2000 characters", "99999"]);
        assert!(told.err.len() < 300, "{}", told.err);
    }
    assert_eq!(desk.json(&["decisions"]).as_array().unwrap().len(), 2);
    desk.fine(&["decide", "note", "amberworks.example", &"ä".repeat(2_000)]);
}

//! Stores that cannot be used, or not without help.

use std::fs;

use super::{Desk, git_source};
use crate::made::community;

const READ: &[&[&str]] = &[&["accounts"], &["doctor"], &["export", "activities"], &["decisions"], &["show"]];
const WRITE: &[&[&str]] = &[&["sync"], &["rebuild"], &["rebuild", "--check"]];

fn synced() -> Desk {
    let desk = Desk::new(&git_source("good", "good"));
    community(&desk.path("good"));
    desk.fine(&["sync"]);
    assert!(!desk.path("buyin.db-wal").exists(), "the last writer puts all into the file");
    desk
}

#[test]
fn a_store_from_the_future_and_junk_are_refused_and_left_as_they_are() {
    let desk = synced();
    let good = fs::read(desk.path("buyin.db")).unwrap();
    let mut newer = good.clone();
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    let foreign = {
        let mut bytes = good.clone();
        bytes[68..72].copy_from_slice(b"othr");
        bytes
    };
    for (content, said, way) in [
        (newer, "was written by a newer buyin (store version 99", "update buyin"),
        (foreign, "is not a buyin store", "--store"),
        (b"just some text\n".to_vec(), "is not a buyin store", "move this one away"),
        (vec![0; 5_000], "is not a buyin store", "--store"),
    ] {
        desk.write("buyin.db", &content);
        for words in READ.iter().chain(WRITE) {
            let told = desk.run(words);
            told.says(4, &["buyin.db ", said, way]);
            assert_eq!(told.err.lines().count(), 1, "{words:?}: {}", told.err);
            assert_eq!(fs::read(desk.path("buyin.db")).unwrap(), content, "{words:?} wrote");
        }
    }
    desk.write("buyin.db", &good);
    desk.everything();
}

#[test]
fn whoever_only_looks_makes_no_store() {
    let desk = Desk::new(&git_source("good", "good"));
    for words in READ {
        let told = desk.run(words);
        if words[0] == "doctor" {
            assert_eq!(told.exit, Some(0), "{told:?}");
            assert!(
                told.out.contains("there is none at") && told.out.contains("was never read"),
                "{}",
                told.out
            );
        } else {
            told.says(4, &["there is no store at", "`buyin sync` makes it"]);
        }
        assert_eq!(fs::read_dir(desk.path("")).unwrap().count(), 1, "{words:?} made something");
    }
}

#[test]
fn doctor_changes_nothing() {
    let desk = synced();
    desk.configure(&(git_source("good", "good") + "[[account]]\nname = \"Amber\"\nrelation = \"partner\"\n"));
    let before = fs::read(desk.path("buyin.db")).unwrap();
    let told = desk.fine(&["doctor"]);
    assert!(told.contains("rebuild --adopt"), "{told}");
    assert_eq!(fs::read(desk.path("buyin.db")).unwrap(), before);
}

#[test]
fn a_lost_or_damaged_key_is_named_and_a_copy_of_it_heals() {
    let desk = synced();
    let before = desk.everything();
    let key = fs::read(desk.path("buyin.db.key")).unwrap();
    fs::remove_file(desk.path("buyin.db.key")).unwrap();
    for words in WRITE {
        desk.run(words).says(4, &["the id key", "buyin.db.key is missing", "put it back from a copy"]);
    }
    let doctor = desk.run(&["doctor"]);
    assert_eq!(doctor.exit, Some(4));
    assert!(doctor.out.contains("buyin.db.key is missing"), "{}", doctor.out);
    desk.write("buyin.db.key", &key[..20]);
    desk.run(&["rebuild"]).says(4, &["is damaged (32 bytes wanted, 20 found)"]);
    desk.write("buyin.db.key", &key);
    desk.fine(&["rebuild"]);
    assert_eq!(desk.everything(), before);
}

#[test]
fn damage_inside_the_store_is_said_and_nothing_panics() {
    let desk = synced();
    let mut bytes = fs::read(desk.path("buyin.db")).unwrap();
    let end = bytes.len();
    bytes[4_096..end].fill(0x5a);
    desk.write("buyin.db", &bytes);
    for words in [&["accounts"][..], &["sync"], &["doctor"], &["export", "people"]] {
        desk.run(words).says(4, &["buyin.db", "is damaged", "put back a copy"]);
    }
}

#[test]
fn changed_settings_wait_for_consent_and_the_way_to_give_it_is_said() {
    let named = |relation: &str| {
        git_source("good", "good")
            + &format!(
                "[[account]]\nname = \"Amber\"\ndomains = [\"amberworks.example\"]\nrelation = \"{relation}\"\n"
            )
    };
    let desk = Desk::new(&named("partner"));
    community(&desk.path("good"));
    desk.fine(&["sync"]);
    let relation = || desk.json(&["account", "amberworks.example"])[0]["relation"].clone();
    assert_eq!(relation(), "partner");
    desk.configure(&named("vendor"));
    let told = desk.run(&["sync"]);
    told.says(0, &["- accounts[Amber].relation = \"partner\"", "+ accounts[Amber].relation = \"vendor\""]);
    told.says(0, &["the earlier ones stay in force; `buyin rebuild --adopt` adopts these"]);
    assert_eq!(relation(), "partner");
    let doctor = desk.fine(&["doctor"]);
    assert!(doctor.contains("relation = \"vendor\"") && doctor.contains("rebuild --adopt"), "{doctor}");
    desk.fine(&["rebuild", "--adopt"]);
    assert_eq!(relation(), "vendor");
    assert!(!desk.fine(&["doctor"]).contains("differ"), "adopted settings differ");
    desk.configure(&named("customer"));
    desk.fine(&["sync", "--adopt"]);
    assert_eq!(relation(), "customer");
    desk.everything();
}

//! Keys in, picture out, for the journey: lanes, ladder, reasons, time travel, decisions about people.

use super::*;

fn sized(screen: &str, keys: &str, size: (u16, u16)) -> String {
    picture(&choices(), 200, screen, keys, size)
}

#[test]
fn look() {
    for (keys, size) in [
        ("", (80, 24)),
        ("", (120, 20)),
        ("", (40, 10)),
        ("", (200, 20)),
        ("7j<enter>", (120, 30)),
        ("7j<enter>", (80, 24)),
        ("7j<enter>", (40, 10)),
        ("7j<enter>4", (80, 24)),
        ("7j<enter>3", (80, 24)),
        ("7j<enter><enter>", (80, 24)),
        ("7j<enter><enter>", (120, 24)),
        ("7j<enter><enter>2", (80, 24)),
        ("7j<enter><enter>5", (80, 24)),
        ("w", (80, 24)),
        ("7j<enter>w", (100, 24)),
        ("[[[", (80, 24)),
        ("t", (80, 24)),
        (":pin ", (80, 24)),
        (":people<enter>", (80, 24)),
        (":people<enter>p", (80, 24)),
        (":people<enter>:climber until +90d<enter>", (80, 24)),
        ("/p", (80, 24)),
        (" jv3jv", (80, 24)),
    ] {
        println!("=== {keys} {size:?}\n{}", sized("", keys, size));
    }
}

//! Random bytes as configuration, tables, lines and role files: an error or a fact, never a panic.

use std::{ops::ControlFlow, path::Path};

use buyin::{
    config::{Config, SourceConfig},
    domain::time::Time,
    sources,
};
use proptest::prelude::*;

/// Bytes near enough to the real thing to get past the first check.
fn near(words: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => proptest::sample::select(words).prop_map(|word| word.as_bytes().to_vec()),
        2 => proptest::collection::vec(any::<u8>(), 0..6),
        1 => "\\PC{0,8}".prop_map(String::into_bytes),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

const TOML: &[&str] = &[
    "[[source]]\n",
    "[[account]]\n",
    "[you]\n",
    "[store]\n",
    "[[source.zones]]\n",
    "name = \"x\"\n",
    "kind = \"git\"\n",
    "kind = \"file\"\n",
    "path = \"x\"\n",
    "domains = [\"a.b\"]\n",
    "match = \"repo:\"\n",
    "zone = \"program\"\n",
    "url = \"sqlite:x\"\n",
    "date = \"%d%\"\n",
    "columns = { at = \"=\" }\n",
    "= ",
    "\"",
    "[",
    "]",
    "{",
    "\n",
];
const ROWS: &[&str] = &[
    "email",
    "at",
    "kind",
    ",",
    ";",
    "\t",
    "\"",
    "\"\"",
    "\r\n",
    "\n",
    "2026-01-01",
    "a@b.example",
    "@",
    "issue.opened",
    "\u{feff}",
    "\0",
    "=cmd()",
    "9999999-99-99",
];
const LINES: &[&str] = &[
    "{\"record\":\"activity\"",
    "{\"record\":\"identity\"",
    "\"kind\":\"pr.opened\"",
    "\"at\":\"2026-01-01\"",
    "\"actor\":\"a@b.example\"",
    "\"actor\":{\"login\":\"x\"}",
    ",",
    "}",
    "{",
    "[",
    "null",
    "\n",
    "\\ud800",
    "1e999",
    "{\"record\":\"gone\",\"key\":\"1\"}",
    "{\"record\":\"mark\",\"mark\":\"m\"}",
];

fn read(config: &str, folder: &Path) -> u64 {
    let config = Config::parse(config, &folder.join("buyin.toml")).unwrap();
    let source: &SourceConfig = &config.sources[0];
    let local = sources::open(source).unwrap().local().unwrap();
    let mut pages = 0;
    for stream in local.streams() {
        let from = sources::From { stream: &stream, mark: None, todo: &[], now: Time(1_795_348_800) };
        // An error is an answer too.
        let _ = local.read(&from, &mut |_| {
            pages += 1;
            ControlFlow::Continue(())
        });
    }
    pages
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_configuration_panics_and_its_error_is_one_line(bytes in near(TOML)) {
        let text = String::from_utf8_lossy(&bytes);
        if let Err(error) = Config::parse(&text, Path::new("/made/up/buyin.toml")) {
            let said = error.to_string();
            prop_assert!(!said.contains(['\n', '\u{1b}']), "{said:?}");
        }
    }

    #[test]
    fn no_file_panics(bytes in prop_oneof![near(ROWS), near(LINES)]) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("rows"), &bytes).unwrap();
        for records in ["activities", "accounts", "contacts", "affiliations", "roster"] {
            let config = format!("[[source]]\nname = \"f\"\nkind = \"file\"\npath = \"rows\"\nrecords = \"{records}\"\n");
            read(&config, folder.path());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_mailmap_and_no_role_file_panics(bytes in near(&[
        "Ada <ada@amberworks.example>", "<", ">", " ", "#", "\n", "approvers:\n", "- ada\n", "*  @ada\n", "aliases:\n",
        "| Ada | @ada | Amber |\n", "|---|---|\n", "emeritus_approvers:\n", "\t", "&x", "*x", "{", "[",
    ])) {
        let folder = tempfile::tempdir().unwrap();
        let repository = folder.path().join("r");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mut history = crate::made::History::default();
        let files = [".mailmap", "OWNERS", "OWNERS_ALIASES", "MAINTAINERS.md", "CODEOWNERS"].map(|name| (name, text.as_str()));
        history.commit(&crate::made::Commit { author: "Ada <ada@amberworks.example>", files: &files, ..Default::default() });
        history.write(&repository);
        let pages = read("[[source]]\nname = \"g\"\nkind = \"git\"\npath = \"r\"\n", folder.path());
        prop_assert!(pages > 0);
    }
}

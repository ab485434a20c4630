//! Files and programs as sources: what good input becomes, and what bad input is answered.

use std::{collections::BTreeSet, fs, ops::ControlFlow, path::Path, sync::Arc};

use buyin::{
    config::{Config, SourceConfig},
    domain::{
        activity::Kind,
        page::{Listing, Page},
        record::Record,
        time::Time,
    },
    sources::{From, Local, SourceError, open},
};
use proptest::strategy::Strategy;
use tempfile::TempDir;

/// A folder with one source in it, described as in a configuration file.
struct Story {
    folder: TempDir,
    section: String,
}

impl Story {
    fn new(section: &str) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), section: section.to_owned() }
    }

    fn with(self, file: &str, content: impl AsRef<[u8]>) -> Self {
        fs::write(self.folder.path().join(file), content).unwrap();
        self
    }

    fn source(&self) -> Arc<dyn Local> {
        let text = format!("[[source]]\nname = \"s\"\n{}", self.section);
        let config = Config::parse(&text, &self.folder.path().join("config.toml")).unwrap();
        let [source] = &config.sources[..] else { panic!("one source") };
        assert!(!matches!(source, SourceConfig::Git(_)));
        open(source).unwrap().local().unwrap()
    }

    fn read_from(&self, mark: Option<&str>) -> Result<Vec<Page>, SourceError> {
        let source = self.source();
        let streams = source.streams();
        let from = From { stream: &streams[0], mark, todo: &[], now: Time(0) };
        let mut pages = Vec::new();
        source.read(&from, &mut |page| {
            pages.push(page);
            ControlFlow::Continue(())
        })?;
        Ok(pages)
    }

    /// The only page of a small source.
    fn page(&self) -> Page {
        let mut pages = self.read_from(None).unwrap();
        assert_eq!(pages.len(), 1);
        pages.remove(0)
    }

    fn error(&self) -> String {
        let error = self.read_from(None).unwrap_err();
        error
            .hint
            .map_or(error.message.clone(), |hint| format!("{} | {hint}", error.message))
            .replace(&self.folder.path().to_string_lossy().into_owned(), "DIR")
    }

    fn skipped(&self) -> Vec<String> {
        self.page().skipped.into_iter().map(|row| format!("{} {}", row.place, row.reason)).collect()
    }
}

const ATTENDED: &str = "kind = \"file\"\npath = \"a.csv\"\nrecords = \"activities\"\n\
    columns = { email = \"Email\", at = \"Checked in\", kind = \"=event.attended\", title = \"=Our workshop\" }\n";

fn attended(content: impl AsRef<[u8]>) -> Story {
    Story::new(ATTENDED).with("a.csv", content)
}

fn plain(records: &str, content: &str) -> Story {
    Story::new(&format!("kind = \"file\"\npath = \"a.csv\"\nrecords = \"{records}\"\n"))
        .with("a.csv", content)
}

#[test]
fn a_list_of_attendees_becomes_activities() {
    let page = Story::new(&format!("{ATTENDED}date = \"%d.%m.%Y %H:%M\"\ntimezone = \"Europe/Berlin\"\n"))
        .with("a.csv", "Name;Checked in;Email\nAda Example;22.11.2026 09:30;Ada@Example.com\n")
        .page();
    let [activity] = &page.activities[..] else { panic!("{page:?}") };
    assert_eq!(activity.kind, Kind::EventAttended);
    assert_eq!(activity.at.to_string(), "2026-11-22T08:30:00Z");
    assert_eq!(activity.title.as_deref(), Some("Our workshop"));
    assert_eq!(activity.key.len(), 16);
    let [identity] = &page.identities[..] else { panic!("{page:?}") };
    assert_eq!(
        (identity.native.as_str(), identity.name.as_deref()),
        ("ada@example.com", Some("Ada Example"))
    );
    assert_eq!((page.read, page.expected, page.listing), (1, Some(2), Some(Listing::Whole)));
    assert!(page.mark.is_some() && page.skipped.is_empty());
}

#[test]
fn every_target_of_an_activity_is_filled_from_a_column_of_its_name() {
    let page = plain(
        "activities",
        "at,kind,login,forge,subject,thread,counterpart,labels,title,url,company,key\n\
         2026-11-22,post.replied,@Ada,forum.example,category:help,#12,@Bob,\"scale, security\",\u{1b}[31mHi,https://x.example/1,Example Inc,k1\n",
    )
    .page();
    let activity = &page.activities[0];
    assert_eq!(activity.key, b"k1");
    assert_eq!(activity.subject.as_deref(), Some("category:help"));
    assert_eq!(activity.thread.as_deref(), Some("#12"));
    assert_eq!(activity.labels, ["scale", "security"]);
    assert_eq!(activity.title.as_deref(), Some("Hi"), "escape sequences end at the border");
    assert_eq!(activity.url.as_deref(), Some("https://x.example/1"));
    let natives: Vec<_> = page.identities.iter().map(|who| who.native.as_str()).collect();
    assert_eq!(natives, ["forum.example:@ada", "@bob"]);
    assert_eq!(page.identities[0].handle.as_deref(), Some("Ada"));
    assert_eq!((activity.actor, activity.counterpart), (0, Some(1)));
    let [(_, Record::Affiliation(job))] = &page.records[..] else { panic!("{page:?}") };
    assert_eq!((job.identity.as_str(), job.company.as_str()), ("forum.example:@ada", "Example Inc"));
    assert_eq!(job.from.unwrap().to_string(), "2026-11-22");
}

#[test]
fn accounts_contacts_affiliations_and_a_roster_become_records() {
    let records = |kind: &str, text: &str| -> Vec<Record> {
        let page = plain(kind, text).page();
        assert_eq!(page.skipped, [], "{kind}");
        page.records.into_iter().map(|(_, record)| record).collect()
    };
    let json = |records: Vec<Record>| serde_json::to_value(records).unwrap().to_string();
    assert_eq!(
        json(records(
            "accounts",
            "name,domains,relation,owner\nExample,Example.com; example.org,customer,dana\n,a.test,,\n"
        )),
        r#"[{"record":"company","name":"Example","domains":["example.com","example.org"],"relation":"customer","owner":"dana"},{"record":"company","name":"a.test","domains":["a.test"],"relation":null,"owner":null}]"#
    );
    assert_eq!(
        json(records("contacts", "email,company,role\nada@example.com,Example,CTO\n")),
        r#"[{"record":"contact","identity":"ada@example.com","company":"Example","role":"CTO"}]"#
    );
    let affiliations = records("affiliations", "login,company,from,to\nada,Example,2024-01-01,2025-01-01\n");
    let [Record::Affiliation(job)] = &affiliations[..] else { panic!("{affiliations:?}") };
    assert_eq!((job.identity.as_str(), job.to.unwrap().to_string().as_str()), ("@ada", "2025-01-01"));
    let roster = records(
        "roster",
        "Project,Name,Company,Login,Email\nTool,Ada Example,Example,ada,ada@example.com\n,Bob Example,Other,bob,\n",
    );
    let [Record::Affiliation(ada), Record::Claim(claim), Record::Affiliation(bob)] = &roster[..] else {
        panic!("{roster:?}")
    };
    assert_eq!((claim.a.as_str(), claim.b.as_str()), ("ada@example.com", "@ada"));
    assert_eq!(
        (ada.project.as_deref(), bob.project.as_deref()),
        (Some("Tool"), Some("Tool")),
        "named only once"
    );
}

#[test]
fn the_way_a_file_is_written_makes_no_difference() {
    let plain = attended("Email,Checked in\nada@example.com,2026-11-22\n").page();
    for (what, text) in [
        ("byte-order mark", &b"\xef\xbb\xbfEmail,Checked in\nada@example.com,2026-11-22\n"[..]),
        ("CRLF", b"Email,Checked in\r\nada@example.com,2026-11-22\r\n"),
        ("CR", b"Email,Checked in\rada@example.com,2026-11-22\r"),
        ("no last line ending", b"Email,Checked in\nada@example.com,2026-11-22"),
        ("quotes", b"\"Email\",\"Checked in\"\n\"ada@example.com\",\"2026-11-22\"\n"),
        ("semicolons", b"Email;Checked in\nada@example.com;2026-11-22\n"),
        ("a declared separator", b"sep=;\r\nEmail;Checked in\r\nada@example.com;2026-11-22\r\n"),
        ("tabs", b"Email\tChecked in\nada@example.com\t2026-11-22\n"),
        ("empty lines", b"\n\nEmail,Checked in\n\n\nada@example.com,2026-11-22\n\n"),
        ("empty fields at the end", b"Email,Checked in\nada@example.com,2026-11-22,,\n"),
        ("spaces and case of the header", b" email , CHECKED IN\nada@example.com, 2026-11-22\n"),
    ] {
        let page = attended(text).page();
        assert_eq!(page.activities, plain.activities, "{what}: {:?}", page.skipped);
        assert_eq!(page.identities, plain.identities, "{what}");
    }
}

#[test]
fn each_bad_row_is_skipped_with_its_line_and_its_reason_and_the_others_count() {
    let story = plain(
        "activities",
        "email,at,kind,title\n\
         ada@example.com,2026-11-22,pr.opened,\"two\nlines\"\n\
         ada@example.com,yesterday,pr.opened,\n\
         ada@example.com,2026-11-22,pr.opend,\n\
         ,2026-11-22,pr.opened,\n\
         ada,2026-11-22,pr.opened,\n\
         ada@example.com,2026-11-22\n\
         ada@example.com,2026-11-22,pr.opened,a,b\n\
         ada@example.com,,pr.opened,\n\
         ada@example.com,2026-11-23,pr.opened,last\n",
    );
    assert_eq!(
        story.skipped(),
        [
            "a.csv:4 `yesterday` is no date like 2026-11-22 or 2026-11-22T13:04:05Z",
            "a.csv:5 unknown activity kind `pr.opend`, did you mean `pr.opened`?",
            "a.csv:6 names nobody: an e-mail, a login or a name is needed",
            "a.csv:7 `ada` is no e-mail address",
            "a.csv:8 expected 4 fields, found 2",
            "a.csv:9 expected 4 fields, found 5",
            "a.csv:10 no date in `at`",
        ]
    );
    let page = story.page();
    let titles: Vec<_> = page.activities.iter().map(|activity| activity.title.as_deref()).collect();
    assert_eq!(titles, [Some("two lines"), Some("last")]);
    assert_eq!((page.read, page.identities.len()), (9, 1));
    let all_bad = attended("Email,Checked in\nx,y\n").page();
    assert_eq!((all_bad.activities.len(), all_bad.skipped.len()), (0, 1));
    assert_eq!(
        plain(
            "activities",
            "email,at,kind,key\na@x.test,2026-11-22,pr.opened,k\na@x.test,2026-11-23,pr.opened,k\n"
        )
        .skipped(),
        ["a.csv:3 its key stands on line 2 already"]
    );
    assert_eq!(
        plain("affiliations", "login,company,from,to\nada,,,\nada,E,2026-01-02,2026-01-01\n").skipped(),
        ["a.csv:2 names no company", "a.csv:3 ends on 2026-01-01, not after it starts on 2026-01-02"]
    );
    assert_eq!(
        plain("accounts", "name,domains,relation\nE,not a domain,\nE,,frend\n").skipped(),
        ["a.csv:2 `not` is no domain", "a.csv:3 unknown relation `frend`"]
    );
}

#[test]
fn ten_megabytes_in_one_field_cost_one_row() {
    let mut text = b"Email,Checked in\n\"".to_vec();
    text.resize(10 << 20, b'x');
    text.extend_from_slice(b"\",2026-11-22\nada@example.com,2026-11-22\n");
    let story = attended(text);
    assert_eq!(story.skipped(), ["a.csv:2 is longer than 1 MB"]);
    assert_eq!(story.page().activities.len(), 1);
}

#[test]
fn bytes_that_are_no_text_are_replaced_and_cleaned() {
    let page = Story::new("kind = \"file\"\npath = \"a.csv\"\n")
        .with("a.csv", b"name,at,kind\nA\xffda\x07 Example\xe2\x80\xae,2026-11-22,pr.opened\n")
        .page();
    assert_eq!(page.identities[0].name.as_deref(), Some("A\u{fffd}da Example"));
}

#[test]
fn a_file_that_cannot_be_read_is_named_with_the_way_out() {
    let missing = Story::new(ATTENDED);
    assert_eq!(
        missing.error(),
        "no such file: DIR/a.csv | correct `path`; it is relative to the configuration file"
    );
    let folder = Story::new(ATTENDED);
    fs::create_dir(folder.folder.path().join("a.csv")).unwrap();
    assert_eq!(
        folder.error(),
        "DIR/a.csv is a folder | name the file in it; for a repository: kind = \"git\""
    );
    for (content, answer) in [
        (&b"\xff\xfeE\0m\0"[..], "DIR/a.csv is UTF-16 | save it as UTF-8; in a spreadsheet: `CSV UTF-8`"),
        (b"PK\x03\x04...", "DIR/a.csv is a spreadsheet or an archive | save it as CSV"),
        (b"Email\0", "DIR/a.csv is no text: it holds bytes of zero | save it as CSV in UTF-8"),
        (
            b"Emial,Checked in\na,b\n",
            "no column `Email` (for `email`) in a.csv; it has Emial, Checked in | did you mean `Emial`?",
        ),
        (
            b"Email,When\na,b\n",
            "no column `Checked in` (for `at`) in a.csv; it has Email, When | name one of them: columns = { at = \"…\" }",
        ),
        (
            b"Email,Checked in,email,Email\na,b,c,d\n",
            "two columns are named `Email` | rename one of them in the file",
        ),
        (
            b"Email,Checked in\na,b\nc,\"d\ne,f\n",
            "a.csv:3: a quote that opens here never closes | close it, or double it if it is part of the text",
        ),
    ] {
        assert_eq!(attended(content).error(), answer);
    }
    assert_eq!(
        plain("activities", "email,when\n").error(),
        "no column for `at` in a.csv; it has email, when | name the column: columns = { at = \"…\" }"
    );
    let json = Story::new("kind = \"file\"\npath = \"a.json\"\n").with("a.json", "[{\"a\":1}]");
    assert_eq!(
        json.error(),
        "DIR/a.json is one JSON list | write one object on each line, as by `jq -c '.[]'`"
    );
}

#[test]
fn a_header_alone_is_an_empty_listing_but_a_file_without_one_lists_nothing() {
    let page = attended("Email,Checked in\n").page();
    assert_eq!((page.read, page.listing), (0, Some(Listing::Whole)));
    assert!(page.mark.is_some());
    // As an export leaves it that failed: nothing is gone by that.
    for text in ["", "\n\r\n", "\u{feff}", "sep=;\n"] {
        assert_eq!(
            attended(text).error(),
            "DIR/a.csv is empty | write it again; without any row it still names its columns in the first line",
            "{text:?}"
        );
    }
}

#[test]
fn an_unchanged_file_brings_no_page_and_a_changed_one_changes_only_its_line() {
    let text =
        "Email,Checked in\na@example.com,2026-11-22\nb@example.com,2026-11-22\na@example.com,2026-11-22\n";
    let story = attended(text);
    let first = story.page();
    let mark = first.mark.as_deref();
    assert_eq!(story.read_from(mark).unwrap(), []);
    // Touched, but the same.
    let story = story.with("a.csv", text);
    assert_eq!(story.read_from(mark).unwrap(), []);
    // Equal rows count as often as they stand there.
    let keys = |page: &Page| page.activities.iter().map(|a| a.key.clone()).collect::<BTreeSet<_>>();
    assert_eq!(keys(&first).len(), 3);
    let story = story.with("a.csv", text.replace("\nb@", "\nc@example.com,2026-11-20\nb@"));
    let second = story.read_from(mark).unwrap().remove(0);
    assert_eq!(second.listing, Some(Listing::Whole));
    assert_eq!(keys(&second).difference(&keys(&first)).count(), 1);
    assert!(keys(&second).is_superset(&keys(&first)));
    // The same content under another reading is read again.
    let other = Story { section: format!("{ATTENDED}timezone = \"Asia/Tokyo\"\n"), ..story };
    assert_eq!(other.read_from(second.mark.as_deref()).unwrap().len(), 1);
}

#[test]
fn a_long_file_comes_in_pages_of_which_only_the_last_carries_the_mark() {
    let rows = (0..25_000).map(|number| format!("p{number}@example.com,2026-11-22"));
    let text: Vec<String> = std::iter::once("Email,Checked in".to_owned()).chain(rows).collect();
    let story = attended(text.join("\n"));
    let pages = story.read_from(None).unwrap();
    let shape: Vec<_> = pages.iter().map(|page| (page.read, page.listing, page.mark.is_some())).collect();
    assert_eq!(
        shape,
        [
            (10_000, Some(Listing::First), false),
            (10_000, Some(Listing::Middle), false),
            (5_000, Some(Listing::Last), true)
        ]
    );
    let mut seen = 0;
    let source = story.source();
    let from = From { stream: "rows", mark: None, todo: &[], now: Time(0) };
    source
        .read(&from, &mut |_| {
            seen += 1;
            ControlFlow::Break(())
        })
        .unwrap();
    assert_eq!(seen, 1);
}

#[test]
fn json_lines_are_read_by_their_keys_or_by_what_they_say_they_are() {
    let by_keys = Story::new("kind = \"file\"\npath = \"a.jsonl\"\ncolumns = { email = \"mail\", kind = \"=pr.opened\" }\n")
        .with("a.jsonl", "{\"mail\":\"ada@example.com\",\"at\":\"2026-11-22\",\"labels\":[\"a\",\"b\"],\"title\":7}\r\n\n{\"at\":1}\n[]\n{\n");
    let page = by_keys.page();
    assert_eq!(page.activities[0].labels, ["a", "b"]);
    assert_eq!(page.activities[0].title.as_deref(), Some("7"));
    let skipped = by_keys.skipped();
    assert_eq!(
        skipped[..2],
        [
            "a.jsonl:3 `1` is no date like 2026-11-22 or 2026-11-22T13:04:05Z",
            "a.jsonl:4 is no JSON object: write one object on each line"
        ]
    );
    assert!(skipped[2].starts_with("a.jsonl:5 is no JSON at column 1: EOF"), "{skipped:?}");
    let typo = Story::new("kind = \"file\"\npath = \"a.jsonl\"\ncolumns = { title = \"subjetc\" }\n").with(
        "a.jsonl",
        "{\"email\":\"a@example.com\",\"at\":\"2026-11-22\",\"kind\":\"pr.opened\",\"subject\":\"x\"}\n",
    );
    assert!(typo.error().starts_with("no column `subjetc` (for `title`) in a.jsonl; it has email, at, kind, subject | did you mean `subject`?"), "{}", typo.error());
    let by_record = Story::new("kind = \"file\"\npath = \"export\"\n").with("export", LINES);
    assert_eq!(by_record.page().activities.len(), 1);
}

const LINES: &str = r#"{"record":"activity","kind":"post.replied","at":"2026-11-22T13:04:05+01:00","actor":{"email":"Ada@example.com","login":"ada","name":"Ada Example","company":"Example"},"counterpart":"@bob","thread":"\u001b[1m#1","url":"javascript:x","key":"p1"}
{"record":"identity","login":"robo","bot":true}
{"record":"affiliation","who":"ada@example.com","company":"Example","from":"2024-01-01"}
{"record":"contact","who":"Cy Example","role":"CTO"}
{"record":"company","name":"Example","domains":["example.com"],"relation":"prospect"}
{"record":"claim","a":"ada@example.com","b":"@ada"}
{"record":"alias","old_email":"old@example.com","email":"ada@example.com"}
{"record":"subject","subject":"repo:example/tool","url":"https://example.com/tool"}
{"record":"gone","key":"p0"}
"#;

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]
    #[test]
    fn whatever_a_file_holds_each_row_is_a_fact_or_is_reported(
        form in 0_usize..2,
        bytes in proptest::collection::vec(proptest::prop_oneof![
            "[a-z0-9@.,;\"\n\r\t{}: \\-]{0,12}".prop_map(String::into_bytes),
            proptest::collection::vec(1_u8..=255, 0..6),
            proptest::strategy::Just(b"\na@x.test,2026-11-22,pr.opened\n".to_vec()),
            proptest::strategy::Just(b"\n{\"email\":\"a@x.test\",\"at\":\"2026-11-22\",\"kind\":\"pr.opened\"}\n".to_vec()),
        ], 0..12),
    ) {
        let name = ["a.csv", "a.jsonl"][form];
        let head = ["email,at,kind\n", "{}\n"][form].as_bytes().to_vec();
        let text = [vec![head], bytes].concat().concat();
        let story = Story::new(&format!("kind = \"file\"\npath = \"{name}\"\n")).with(name, text);
        if let Ok(pages) = story.read_from(None) {
            for page in pages {
                let told = page.activities.len() + page.skipped.len();
                proptest::prop_assert_eq!(page.read, told as u64, "{:?}", page);
            }
        }
    }
}

#[cfg(unix)]
mod programs {
    use std::os::unix::fs::PermissionsExt;
    use std::time::Duration;

    use super::*;

    /// Run by `sh`: a file just written may still be open in the child of another test, which forbids to
    /// execute it.
    fn script(body: &str) -> Story {
        Story::new("kind = \"command\"\nrun = [\"sh\", \"say\", \"two words\"]\n").with("say", body)
    }

    #[test]
    fn each_record_of_a_program_is_read() {
        let story = script("#!/bin/sh\ncat lines\necho '{\"record\":\"mark\",\"mark\":\"m1\"}'\n")
            .with("lines", LINES);
        let page = story.page();
        assert_eq!(page.skipped, []);
        assert_eq!((page.read, page.listing, page.mark.as_deref()), (10, Some(Listing::Whole), Some("m1")));
        let activity = &page.activities[0];
        assert_eq!((activity.key.as_slice(), activity.url.as_deref()), (&b"p1"[..], None));
        assert_eq!(
            (activity.at.to_string().as_str(), activity.thread.as_deref()),
            ("2026-11-22T12:04:05Z", Some("#1"))
        );
        let natives: Vec<_> = page.identities.iter().map(|who| who.native.as_str()).collect();
        assert_eq!(natives, ["ada@example.com", "@bob", "@robo", "name:Cy Example", "@ada"]);
        assert!(page.identities[2].bot);
        assert_eq!(page.records.len(), 5);
        assert_eq!(page.gone, [b"p0"]);
        assert_eq!(page.subjects, [("repo:example/tool".to_owned(), "https://example.com/tool".to_owned())]);
    }

    #[test]
    fn arguments_reach_the_program_unchanged_and_the_mark_comes_back_to_it() {
        let story = script(
            "#!/bin/sh\n[ \"$1\" = 'two words' ] || exit 9\n\
             printf '{\"record\":\"identity\",\"name\":\"%s\"}\\n' \"${BUYIN_MARK-none}\"\n",
        );
        let name = |page: &Page| page.identities[0].name.clone().unwrap();
        let full = story.page();
        assert_eq!((name(&full).as_str(), full.listing, &full.mark), ("none", Some(Listing::Whole), &None));
        let more = story.read_from(Some("m 1")).unwrap().remove(0);
        assert_eq!((name(&more).as_str(), more.listing), ("m 1", None));
    }

    #[test]
    fn a_bad_line_is_skipped_with_its_number() {
        let story = script("#!/bin/sh\ncat lines\n").with(
            "lines",
            "{\"record\":\"activty\"}\n\n{\"kind\":1}\nnot json\n{\"record\":\"identity\",\"nick\":\"x\"}\n\
             {\"record\":\"activity\",\"kind\":\"pr.opened\",\"at\":\"2026-11-22\",\"actor\":{\"email\":\"x\"}}\n\
             {\"record\":\"identity\",\"name\":\"Ada Example\"}\n\
             {\"record\":\"mark\",\"mark\":\"a\\u0000b\"}\n{\"record\":\"mark\",\"mark\":\"\"}\n",
        );
        let skipped = story.skipped();
        assert_eq!(skipped[0], "s:1 unknown record `activty`, did you mean `activity`?");
        assert!(skipped[1].starts_with("s:3 names no `record`: one of activity, identity"));
        assert!(skipped[2].starts_with("s:4 is no JSON at column 2: expected"), "{skipped:?}");
        assert!(skipped[3].starts_with("s:5 unknown field `nick`, expected one of `email`"), "{skipped:?}");
        assert_eq!(skipped[4], "s:6 `x` is no e-mail address");
        assert_eq!(skipped[5], "s:8 `mark` must be one line of 1 to 4000 plain characters");
        assert_eq!(skipped.len(), 7);
        assert_eq!(story.page().mark, None);
        assert_eq!(story.page().identities.len(), 1);
        let long = script(
            "#!/bin/sh\nhead -c 3000000 /dev/zero | tr '\\0' x\necho\necho '{\"record\":\"identity\",\"name\":\"Ada\"}'\n",
        );
        assert_eq!(long.skipped(), ["s:1 is longer than 1 MB"]);
        assert_eq!(long.page().identities.len(), 1);
    }

    #[test]
    fn a_program_that_fails_is_named_with_its_last_words_and_nothing_counts_as_gone() {
        let failing =
            script("#!/bin/sh\ncat lines\necho first >&2\nprintf '\\033[31mno token\\n\\n' >&2\nexit 3\n")
                .with("lines", LINES);
        assert_eq!(
            failing.error(),
            "sh ended with exit code 3: no token | run it by hand in the folder of the configuration file"
        );
        let killed = script("#!/bin/sh\nkill -9 $$\n");
        assert!(killed.error().starts_with("sh was killed by signal 9 | "), "{}", killed.error());
        let closed = Story::new("kind = \"command\"\nrun = [\"./say\"]\n").with("say", "");
        let path = closed.folder.path().join("say");
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(closed.error(), "DIR/./say may not be run | chmod +x DIR/./say");
        let missing = Story::new("kind = \"command\"\nrun = [\"buyin-no-such-program\"]\n");
        assert!(
            missing.error().starts_with("no such program: buyin-no-such-program | install it"),
            "{}",
            missing.error()
        );
        let chatty = script("#!/bin/sh\nhead -c 3000000 /dev/zero >&2\n");
        assert_eq!(chatty.page().read, 0, "a full standard error does not block");
    }

    #[test]
    fn a_program_does_not_outlive_its_reading() {
        let story = script("#!/bin/sh\necho $$ > pid\nwhile :; do cat lines; done\n")
            .with("lines", "{\"record\":\"identity\",\"name\":\"Ada\"}\n".repeat(5_000));
        let source = story.source();
        let from = From { stream: "lines", mark: None, todo: &[], now: Time(0) };
        source.read(&from, &mut |_| ControlFlow::Break(())).unwrap();
        let pid = fs::read_to_string(story.folder.path().join("pid")).unwrap();
        std::thread::sleep(Duration::from_millis(20));
        assert!(!Path::new("/proc").join(pid.trim()).exists());
    }
}

//! The community that the pictures show: five companies on their way from a project to a product, told by three
//! sources as a team has them: a clone, the forum of the program and the CRM as tables. All of it is invented.
//!
//! | company | whom one meets there |
//! |---|---|
//! | Amberworks | in the open deal of the CRM; Ada carries it inside, Cy is blocked: contested |
//! | Brightforge | guide Di, teachers Ed and Hal, who came from Dunetech, newcomer Finn: consensus, in the program |
//! | Coldharbour | Fay teaches, Flo tries, Gus gave his role back and has left: forming, upstream |
//! | Dunetech | nobody has come for long: quiet |
//! | Eastgate | a customer that uses the product |

use std::{fs, path::Path, time::Duration};

use super::{Commit, History, NOW_SECONDS};

const FORUM: &str = include_str!("forum.csv");
const CRM: &str = include_str!("crm.csv");

/// The configuration of such a team. Its own people, at Grovemark, are members nowhere.
pub const CONFIG: &str = r#"
[you]
company = "Grovemark"
domains = ["grovemark.example"]

[[account]]
name = "Amberworks"
domains = ["amberworks.example"]

[[account]]
name = "Brightforge"
domains = ["brightforge.example"]

[[account]]
name = "Eastgate"
domains = ["eastgate.example"]
relation = "customer"

[[source]]
name = "community"
kind = "git"
path = "community.git"
zone = "upstream"

[[source]]
name = "forum"
kind = "file"
path = "forum.csv"
records = "activities"
zone = "program"

[[source]]
name = "crm"
kind = "file"
path = "crm.csv"
records = "activities"
zone = "downstream"
"#;

const ADA: &str = "Ada Ambler <ada@amberworks.example>";
const BO: &str = "Bo Birch <bo@amberworks.example>";
const CY: &str = "Cy Cole <cy.cole@amberworks.example>";
const DI: &str = "Di Dorn <di@brightforge.example>";
const ED: &str = "Ed Elm <ed@brightforge.example>";
const FAY: &str = "Fay Fir <fay@coldharbour.example>";
const GUS: &str = "Gus Grove <gus@coldharbour.example>";
const IVY: &str = "Ivy Ives <ivy.ives@gmail.com>";
const JO: &str = "Jo Juniper <4242+jojuniper@users.noreply.github.com>";
const XIAO: &str = "王小明 <xm@eastgate.example>";
const KIM: &str = "Kim Keel <kim@eastgate.example>";
const VI: &str = "Vi Vale <vi@grovemark.example>";
const FORGE: &str = "GitHub <noreply@github.com>";

/// Who committed since how many days ago, every how many days, how often, and who reviewed it.
const WORK: &[(&str, i64, i64, i64, &str)] = &[
    ("Ada Ambler <ada.ambler@oldmill.example>", 735, 9, 2, ""),
    (ADA, 700, 23, 31, VI),
    (BO, 610, 33, 18, ADA),
    (CY, 420, 41, 8, BO),
    ("Nia North <nia@amberworks.example>", 61, 19, 3, ADA),
    (DI, 640, 26, 25, VI),
    (ED, 480, 31, 15, DI),
    ("Hal Heath <hal@dunetech.example>", 520, 37, 12, JO),
    ("Hal Heath <hal@brightforge.example>", 76, 24, 3, DI),
    (FAY, 460, 29, 16, VI),
    (GUS, 690, 35, 14, FAY),
    ("Flo Flint <flo@coldharbour.example>", 24, 11, 2, FAY),
    ("Hugo Holt <hugo@dunetech.example>", 500, 44, 6, ""),
    (XIAO, 580, 47, 12, KIM),
    (KIM, 560, 36, 15, JO),
    (IVY, 300, 73, 4, ""),
    (JO, 690, 28, 24, VI),
    (VI, 705, 15, 46, JO),
    ("\u{1b}[31mRed\u{202e} Alert <red@rimrock.example>", 30, 1, 1, ""),
    ("dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>", 340, 40, 8, ""),
    ("Lee Lark <lee@cs.northuni.edu>", 12, 1, 1, ""),
    ("Moe Marsh <moe@cs.northuni.edu>", 11, 1, 1, ""),
];

const TITLES: [&str; 9] = [
    "storage: make compaction faster",
    "operator: handle restarts",
    "docs: explain retention",
    "exporter: keep labels in order",
    "api: refuse an empty tenant",
    "storage: read blocks twice as fast",
    "build: bump\tthe \u{1b}]0;title\u{7}parser",
    "docs: a guide to sizing",
    "operator: drain before an upgrade",
];

/// Who holds a role, by the day on which the list was changed.
const ROLES: &[(i64, &str)] = &[
    (690, "jojuniper, Jo Juniper\nGus Grove <gus@coldharbour.example>\n"),
    (500, "jojuniper, Jo Juniper\nGus Grove <gus@coldharbour.example>\nDi Dorn <di@brightforge.example>\n"),
    (215, "jojuniper, Jo Juniper\nDi Dorn <di@brightforge.example>\n"),
];

/// Writes the clone, the forum and the CRM into a folder, as of [`super::NOW`].
pub fn explorer(folder: &Path) {
    repository(&folder.join("community.git"));
    for (name, content) in [("forum.csv", FORUM), ("crm.csv", CRM)] {
        let path = folder.join(name);
        fs::write(&path, content).expect("a file is written");
        // A file is complete up to the day on which it was written.
        let written = Duration::from_secs(u64::try_from(NOW_SECONDS).expect("after 1970"));
        let file = fs::File::options().append(true).open(&path).expect("a file is opened");
        file.set_modified(std::time::UNIX_EPOCH + written).expect("a file has a time");
    }
}

/// One line of the history: how long ago, who, the message and what it changes.
type Step = (i64, &'static str, String, Vec<(&'static str, &'static str)>);

fn repository(path: &Path) {
    let mut steps: Vec<Step> = Vec::new();
    for (who, from, every, count, reviewer) in WORK.iter().copied() {
        for place in 0..count {
            let title = TITLES[usize::try_from((place * 5 + from) % 9).expect("small")];
            let reviewed =
                if reviewer.is_empty() { String::new() } else { format!("\n\nReviewed-by: {reviewer}") };
            steps.push((from - place * every, who, format!("{title}{reviewed}"), Vec::new()));
        }
    }
    for (days_ago, list) in ROLES.iter().copied() {
        steps.push((days_ago, VI, "List who maintains what".to_owned(), vec![("MAINTAINERS", list)]));
    }
    steps.sort_by_key(|step| -step.0);
    let mut history = History::default();
    let mailmap: &[_] = &[(".mailmap", "Ada Ambler <ada@amberworks.example> <ada.ambler@oldmill.example>\n")];
    history.commit(&Commit {
        author: VI,
        days_ago: 740,
        message: "Begin",
        files: mailmap,
        ..Commit::default()
    });
    for (number, (days_ago, author, message, files)) in (101..).zip(&steps) {
        // Every second change is squashed by the forge, which says where it was talked about.
        let (title, rest) = message.split_once('\n').map_or((message.as_str(), ""), |(a, b)| (a, b));
        let squashed = number % 2 == 0 && files.is_empty();
        let message = if squashed { format!("{title} (#{number})\n{rest}") } else { message.clone() };
        let committer = if squashed { FORGE } else { "" };
        history.commit(&Commit {
            author,
            committer,
            days_ago: *days_ago,
            message: &message,
            files,
            parents: &[],
        });
    }
    let base =
        history.commit(&Commit { author: VI, days_ago: 6, message: "Prepare 3.1", ..Commit::default() });
    let side = history.commit(&Commit {
        author: JO,
        days_ago: 5,
        message: "Fix the race\n\nCo-authored-by: Ed Elm <ed@brightforge.example>",
        parents: &[base],
        ..Commit::default()
    });
    history.commit(&Commit {
        author: DI,
        days_ago: 4,
        message: "Merge pull request #921 from jojuniper/race\n\nFix the race",
        parents: &[base, side],
        ..Commit::default()
    });
    history.commit(&Commit {
        author: FAY,
        days_ago: 1,
        message: "docs: name the ports",
        ..Commit::default()
    });
    history.write(path);
}

//! Repositories of plainly made-up people, written by `git fast-import`: the real input of tests that need
//! more than one commit. Nothing here is shared with the code under test.
#![allow(dead_code, unreachable_pub, reason = "each test uses a part")]

pub mod explorer;

use std::{
    fmt::Write as _,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

/// 2026-11-22T12:00:00Z, the "now" of every test that shows a date.
pub const NOW: &str = "2026-11-22T12:00:00Z";
const NOW_SECONDS: i64 = 1_795_348_800;

/// A history in the making. Commits are on one branch unless parents are named.
#[derive(Default)]
pub struct History {
    stream: String,
    commits: usize,
}

/// A commit to be made; `parents` empty means: on top of the last one.
pub struct Commit<'a> {
    pub author: &'a str,
    pub committer: &'a str,
    pub days_ago: i64,
    pub message: &'a str,
    pub files: &'a [(&'a str, &'a str)],
    pub parents: &'a [usize],
}

impl Default for Commit<'_> {
    fn default() -> Self {
        Self { author: "", committer: "", days_ago: 0, message: "change", files: &[], parents: &[] }
    }
}

impl History {
    /// Adds a commit and gives its number, 1 for the first.
    pub fn commit(&mut self, commit: &Commit<'_>) -> usize {
        let number = self.commits + 1;
        let at = NOW_SECONDS - commit.days_ago * 86_400;
        let committer = if commit.committer.is_empty() { commit.author } else { commit.committer };
        let message = commit.message;
        let out = &mut self.stream;
        let _ = write!(
            out,
            "commit refs/heads/main\nmark :{number}\nauthor {} {at} +0000\ncommitter {committer} {at} +0000\ndata {}\n{message}\n",
            commit.author,
            message.len()
        );
        let before =
            if commit.parents.is_empty() && self.commits > 0 { &[self.commits] } else { commit.parents };
        for (place, parent) in before.iter().enumerate() {
            let word = if place == 0 { "from" } else { "merge" };
            let _ = writeln!(out, "{word} :{parent}");
        }
        for (path, content) in commit.files {
            let _ = writeln!(out, "M 100644 inline {path}\ndata {}\n{content}", content.len());
        }
        out.push('\n');
        self.commits = number;
        number
    }

    /// Writes the history into a new bare repository.
    pub fn write(&self, path: &Path) {
        git(path.parent().expect("a folder above"), &["init", "-q", "--bare", &path.display().to_string()]);
        let mut child = Command::new("git")
            .arg("-C")
            .arg(path)
            .args(["fast-import", "--quiet", "--force"])
            .stdin(Stdio::piped())
            .spawn()
            .expect("git runs");
        child.stdin.take().expect("piped").write_all(self.stream.as_bytes()).expect("git reads");
        assert!(child.wait().expect("git ends").success());
        git(path, &["symbolic-ref", "HEAD", "refs/heads/main"]);
    }
}

/// Runs git without this machine's configuration and gives its output.
pub fn git(folder: &Path, args: &[&str]) -> String {
    let out = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(args)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .expect("git runs");
    assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).trim().to_owned()
}

/// Who works on the made-up project.
const PEOPLE: [&str; 12] = [
    "Ada Ambler <ada@amberworks.example>",
    "Bo Birch <bo@amberworks.example>",
    "Cy Cole <cy.cole@amberworks.example>",
    "Di Dorn <di@brightforge.example>",
    "Ed Elm <ed@brightforge.example>",
    "Fay Fir <fay@coldharbour.example>",
    "Gus Grove <gus@coldharbour.example>",
    "Hal Heath <hal@dunetech.example>",
    "Ivy Ives <ivy.ives@gmail.com>",
    "Jo Juniper <4242+jojuniper@users.noreply.github.com>",
    "王小明 <xm@eastgate.example>",
    "Kim Keel <kim@eastgate.example>",
];

/// A community of four companies, a university, freelancers and a bot over two years, with a merge, a
/// co-author, a `.mailmap`, a role file, hostile names and somebody who changed employers.
pub fn community(path: &Path) {
    let mut history = History::default();
    history.commit(&Commit {
        author: PEOPLE[0],
        days_ago: 730,
        message: "Begin",
        files: &[
            (".mailmap", "Ada Ambler <ada@amberworks.example> <ada.ambler@oldmill.example>\n"),
            ("OWNERS", "approvers:\n- jojuniper\n"),
        ],
        ..Commit::default()
    });
    for step in 0..120_i64 {
        let who = PEOPLE[usize::try_from(step * 7 % 12).expect("small")];
        let message = match step % 10 {
            3 => format!(
                "storage: make compaction faster (#{})\n\nCo-authored-by: Di Dorn <di@brightforge.example>",
                100 + step
            ),
            6 => format!(
                "docs: explain retention (#{})\n\nReviewed-by: Ada Ambler <ada@amberworks.example>",
                100 + step
            ),
            _ => format!("operator: handle restarts, part {step}"),
        };
        history.commit(&Commit {
            author: who,
            days_ago: 700 - step * 5,
            message: &message,
            ..Commit::default()
        });
    }
    let base =
        history.commit(&Commit { author: PEOPLE[1], days_ago: 95, message: "Prepare", ..Commit::default() });
    let side = history.commit(&Commit {
        author: PEOPLE[9],
        days_ago: 94,
        message: "Fix the race",
        parents: &[base],
        ..Commit::default()
    });
    history.commit(&Commit {
        author: PEOPLE[0],
        days_ago: 93,
        message: "Merge pull request #321 from jojuniper/race\n\nFix the race",
        parents: &[base, side],
        ..Commit::default()
    });
    for (days_ago, author) in [
        (800, "Ada Ambler <ada.ambler@oldmill.example>"),
        (80, "Hal Heath <hal@brightforge.example>"),
        (40, "Hal Heath <hal@brightforge.example>"),
        (30, "\u{1b}[31mRed\u{202e} Alert <red@brightforge.example>"),
        (20, "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"),
        (12, "Lee Lark <lee@cs.northuni.edu>"),
        (11, "Moe Marsh <moe@cs.northuni.edu>"),
        (9, "Ivy Ives <ivy.ives@gmail.com>"),
        (6, "Bo Birch <bo@amberworks.example>"),
        (3, "Di Dorn <di@brightforge.example>"),
        (1, "Fay Fir <fay@coldharbour.example>"),
    ] {
        history.commit(&Commit {
            author,
            days_ago,
            message: "deps: bump\tthe \u{1b}]0;title\u{7}parser",
            ..Commit::default()
        });
    }
    history.write(path);
}

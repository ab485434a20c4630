//! From GitHub to stages, by the real program: over HTTP into the store, concluded, and asked as a user asks.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
    sync::Arc,
};

use serde_json::Value;

use super::{
    serve::{Hub, NOW},
    world::{Nature, What, World},
};
use crate::{
    api::server::Server,
    made::{self, Commit, History, git},
};

const DAY: i64 = 86_400;

/// A folder with a configuration that names a made-up GitHub.
struct Desk {
    folder: tempfile::TempDir,
    hub: Arc<Hub>,
    /// Serves as long as the desk stands.
    _server: Server,
}

impl Desk {
    fn new(world: World, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hub = Hub::new(world);
        let serving = Arc::clone(&hub);
        let server = Server::start(move |request| serving.answer(request));
        let config = format!(
            "[you]\ncompany = \"Toolmakers\"\ndomains = [\"toolmakers.example\"]\n[store]\nurl = \"sqlite:buyin.db\"\n\
             [[source]]\nname = \"gh\"\nkind = \"github\"\nrepos = [\"sample/tool\"]\nzone = \"upstream\"\n\
             base_url = \"{}/api/v3\"\ntoken = {{ env = \"MADE_UP_TOKEN\" }}\n{more}",
            server.url()
        );
        std::fs::write(folder.path().join("buyin.toml"), config).unwrap();
        Self { folder, hub, _server: server }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn fine(&self, words: &[&str]) -> String {
        let mut command = Command::new(crate::faults::BUYIN);
        command.args(words).args(["--now", made::NOW]).current_dir(self.folder.path());
        for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
            command.env(name, self.path("home"));
        }
        command.env("BUYIN_CONFIG", self.path("buyin.toml")).env("MADE_UP_TOKEN", "made-up-token");
        let out = command.env_remove("BUYIN_STORE").stdin(Stdio::null()).output().unwrap();
        assert!(out.status.success(), "{words:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }

    fn json(&self, words: &[&str]) -> Value {
        serde_json::from_str(&self.fine(&[words, &["--format", "json"]].concat())).unwrap()
    }

    fn sync(&self) -> Value {
        let report = self.json(&["sync"]);
        self.hub.understood_all();
        report
    }

    fn member(&self, login: &str) -> Value {
        self.json(&["member", &format!("gh:{login}")])[0].clone()
    }
}

/// Own people answer; `mia` is one of them.
fn own(world: &mut World) -> usize {
    let mia = world.user("mia", None);
    world.people[mia].email = Some("mia@toolmakers.example".to_owned());
    mia
}

/// Four bugs of somebody, some weeks apart, to each of which they come back.
fn bugs(world: &mut World, repo: usize, by: usize) -> Vec<(usize, usize)> {
    let bugs = (0..4).map(|number| {
        let at = NOW - (70 - number * 8) * DAY;
        let issue = (repo, world.issue(repo, Some(by), at, &["bug"]));
        world.add(issue, Some(by), at + 10 * DAY, What::Comment);
        issue
    });
    bugs.collect()
}

#[test]
fn threads_of_github_make_blockers_teachers_and_nobody_by_mistake() {
    let mut world = World::default();
    let mia = own(&mut world);
    let stale = world.person("stale", Nature::Bot);
    let tool = world.repo("sample/tool");
    let [ada, bo, cy, di, eve, tea, asker, other] = ["ada", "bo", "cy", "di", "eve", "tea", "asker", "other"]
        .map(|login| world.user(login, Some("acme")));
    // Ada's bugs: bots comment, and somebody who is no more; that is no answer.
    for bug in bugs(&mut world, tool, ada) {
        world.add(bug, Some(stale), NOW - 30 * DAY, What::Comment);
        world.add(bug, None, NOW - 29 * DAY, What::Comment);
    }
    // Bo's are answered by own people.
    for bug in bugs(&mut world, tool, bo) {
        let at = world.repos[tool].threads[bug.1].at;
        world.add(bug, Some(mia), at + 2 * DAY, What::Comment);
    }
    // Cy's are declined by a person, Di's closed by a stale bot, Eve's declined and opened again.
    for (who, closer) in [(cy, mia), (di, stale), (eve, mia)] {
        for number in 0..2 {
            let issue = (tool, world.issue(tool, Some(who), NOW - (20 + number) * DAY, &["question"]));
            world.add(issue, Some(closer), NOW - (10 - number) * DAY, What::Closed(Some("NOT_PLANNED")));
            if who == eve {
                world.add(issue, Some(mia), NOW - 5 * DAY, What::Reopened);
            }
        }
    }
    // Tea answers, and the answers are accepted by those who asked.
    for number in 0..4 {
        let at = NOW - (100 - number * 25) * DAY;
        let by = if number % 2 == 0 { asker } else { other };
        let topic = (tool, world.discussion(tool, Some(by), at, true));
        world.reply(topic, None, Some(tea), at + DAY);
        world.repos[tool].discussions[topic.1].accepted = Some((0, at + 2 * DAY, Some(by)));
    }
    let desk = Desk::new(world, "");
    let report = desk.sync();
    assert_eq!(report["sources"][0]["state"], "ok", "{report}");
    let counted: u64 = desk.hub.world().count().values().sum();
    assert_eq!(report["activities"], counted);
    for (login, stage) in [
        ("ada", "blocker"),
        ("bo", "skeptic"),
        ("cy", "blocker"),
        ("di", "skeptic"),
        ("eve", "skeptic"),
        ("tea", "teacher"),
    ] {
        let member = desk.member(login);
        assert_eq!(member["stage"], stage, "{login}: {member}");
        assert!(member["account"].is_string(), "{member}");
    }
    let members = desk.json(&["members"]);
    let names: Vec<&str> =
        members.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"Ada Example") && !names.contains(&"ghost"), "{names:?}");
    let cause = &desk.member("ada")["cause"];
    let url = cause["url"].as_str().unwrap();
    assert!(url.starts_with("https://forge.example/sample/tool/issues/"), "{cause}");
    assert!(cause["title"].as_str().unwrap().starts_with("Issue "), "{cause}");
    // When it is answered, she is where she was.
    desk.hub.change(|world| {
        for issue in 0..4 {
            world.add((0, issue), Some(0), NOW - 60 + i64::try_from(issue).unwrap(), What::Comment);
        }
    });
    desk.sync();
    assert_eq!(desk.member("ada")["stage"], "skeptic");
}

#[test]
fn a_clone_and_github_speak_of_the_same_threads() {
    let mut world = World::default();
    let mia = own(&mut world);
    let tool = world.repo("sample/tool");
    let (ada, gil) = (world.user("ada", Some("acme")), world.user("gil", Some("globex")));
    let pull = (tool, world.pull(tool, Some(ada), NOW - 121 * DAY));
    world.merge(pull, Some(mia), NOW - 120 * DAY);
    // What is committed for Gil's bugs long after is no answer; the clone, which was never fetched since, would not
    // know of one.
    let bugs = bugs(&mut world, tool, gil);
    let desk = Desk::new(
        world,
        "[[source]]\nname = \"clone\"\nkind = \"git\"\npath = \"tool.git\"\nzone = \"upstream\"\n",
    );
    let mut history = History::default();
    let mut commit = |author: &str, days_ago: i64, message: &str| {
        history.commit(&Commit { author, days_ago, message, ..Commit::default() });
    };
    commit("Mia Example <mia@toolmakers.example>", 300, "Begin");
    commit("Ada Example <ada@acme.example>", 120, "Make it faster (#1)");
    for (_, place) in &bugs {
        commit("Zed Example <zed@else.example>", 66, &format!("Try something (#{})", place + 1));
    }
    history.write(&desk.path("tool.git"));
    git(&desk.path("tool.git"), &["remote", "add", "origin", "https://github.com/sample/tool"]);
    // The clone alone, and then what GitHub says of the same.
    desk.fine(&["sync", "clone"]);
    desk.sync();
    let store = rusqlite::Connection::open(desk.path("buyin.db")).unwrap();
    let threads: i64 = store.query_row("SELECT count(*) FROM thread", [], |row| row.get(0)).unwrap();
    assert_eq!(threads, 1 + 4, "one for each number, whoever speaks of it");
    let acts: i64 = store
        .query_row(
            "SELECT count(*) FROM activity a JOIN thread t ON t.number = a.thread WHERE t.name = '#1'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(acts, 3, "opened, merged, committed");
    // A commit and the merge of its pull request are one piece of evidence.
    let why = desk.json(&["why", "gh:ada"]);
    let merged = why["ledger"].as_array().unwrap().iter().filter(|entry| entry["rule"] == "merged").count();
    assert_eq!(merged, 1, "{why}");
    // Silence is known by GitHub, which hears answers, though the clone is old.
    let gil = desk.member("gil");
    assert_eq!(gil["stage"], "blocker", "{gil}");
    desk.fine(&["rebuild", "--check"]);
}

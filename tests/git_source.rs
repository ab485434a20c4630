//! The git source against repositories that `git` itself writes; the oracle for every count is `git`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::{
    collections::BTreeMap,
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::Command,
};

use buyin::{
    config::GitConfig,
    domain::{
        account::Zone,
        activity::{Activity, Kind},
        identity::Identity,
        page::{Listing, Page, Skipped},
        record::Record,
        time::Time,
    },
    sources::{From, Local, SourceError, git::Git},
};

fn config(path: &Path) -> GitConfig {
    GitConfig {
        name: "tool".to_owned(),
        paths: vec![path.to_owned()],
        refs: vec!["HEAD".to_owned()],
        mailmap: true,
        roles: true,
        zone: Zone::Upstream,
        zones: Vec::new(),
    }
}

/// So few commits a page that most readings here are of several pages.
const PAGE: u64 = 3;

fn pages(config: &GitConfig, stream: &str, mark: Option<&str>) -> Result<Vec<Page>, SourceError> {
    let mut pages = Vec::new();
    let from = From { stream, mark, todo: &[], now: Time(1_800_000_000) };
    Git::new(config.clone()).in_pages_of(PAGE).read(&from, &mut |page| {
        pages.push(page);
        ControlFlow::Continue(())
    })?;
    Ok(pages)
}

/// A repository that the test writes with `git`, at fixed dates.
struct Repo {
    folder: tempfile::TempDir,
    clock: i64,
}

impl Repo {
    fn new() -> Self {
        Self::with(&[])
    }

    fn with(options: &[&str]) -> Self {
        let repo = Self { folder: tempfile::tempdir().unwrap(), clock: 1_600_000_000 };
        let mut line = vec!["init", "-q", "-b", "main"];
        line.extend(options);
        repo.git(&line);
        repo
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn git(&self, line: &[&str]) -> String {
        self.git_as("Ada Example <ada@example.com>", "Ada Example <ada@example.com>", line)
    }

    fn git_as(&self, author: &str, committer: &str, line: &[&str]) -> String {
        let date = format!("{} +0000", self.clock);
        let part = |who: &str| {
            let (name, email) = who.split_once(" <").unwrap();
            (name.to_owned(), email.trim_end_matches('>').to_owned())
        };
        let output = Command::new("git")
            .current_dir(self.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .env("GIT_AUTHOR_NAME", part(author).0)
            .env("GIT_AUTHOR_EMAIL", part(author).1)
            .env("GIT_COMMITTER_NAME", part(committer).0)
            .env("GIT_COMMITTER_EMAIL", part(committer).1)
            .args(line)
            .output()
            .unwrap();
        assert!(output.status.success(), "git {line:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn commit(&mut self, message: &str) -> String {
        self.commit_as("Ada Example <ada@example.com>", "Ada Example <ada@example.com>", message)
    }

    fn commit_as(&mut self, author: &str, committer: &str, message: &str) -> String {
        self.clock += 86_400;
        self.git_as(
            author,
            committer,
            &["commit", "-q", "--allow-empty", "--allow-empty-message", "-m", message],
        );
        self.git(&["rev-parse", "HEAD"])
    }

    fn write(&mut self, file: &str, contents: impl AsRef<[u8]>) -> String {
        let path = self.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, contents).unwrap();
        self.git(&["add", "-A"]);
        self.commit(&format!("Write {file}"))
    }

    /// Merges a branch with one commit by `author`.
    fn merge(&mut self, author: &str, message: &str) -> String {
        self.git(&["checkout", "-q", "-b", "side"]);
        self.commit_as(author, author, "Work");
        self.git(&["checkout", "-q", "main"]);
        self.clock += 60;
        self.git(&["merge", "-q", "--no-ff", "side", "-m", message]);
        self.git(&["branch", "-q", "-D", "side"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// What `git` counts.
    fn count(&self, line: &[&str]) -> usize {
        self.git(line).lines().filter(|line| !line.is_empty()).count()
    }
}

/// What a store would hold after applying pages: the naive meaning of a page.
#[derive(Debug, Default, Clone, PartialEq)]
struct Held {
    activities: BTreeMap<Vec<u8>, (Activity, Identity, Option<Identity>)>,
    records: BTreeMap<Vec<u8>, Record>,
    skipped: Vec<Skipped>,
    mark: Option<String>,
}

impl Held {
    fn sync(&mut self, config: &GitConfig, stream: &str, full: bool) -> Vec<Page> {
        let mark = if full { None } else { self.mark.clone() };
        let pages = pages(config, stream, mark.as_deref()).unwrap();
        let (mut listed, mut open) = (Vec::new(), false);
        self.skipped.clear();
        for page in &pages {
            if matches!(page.listing, Some(Listing::First | Listing::Whole)) {
                (listed, open) = (Vec::new(), true);
            }
            assert!(page.activities.is_sorted_by(|a, b| a.key < b.key), "keys in order, each once");
            for activity in &page.activities {
                let who = |place: u32| page.identities[place as usize].clone();
                let held = (
                    Activity { actor: 0, counterpart: None, ..activity.clone() },
                    who(activity.actor),
                    activity.counterpart.map(who),
                );
                listed.push(activity.key.clone());
                self.activities.insert(activity.key.clone(), held);
            }
            for (key, record) in &page.records {
                listed.push(key.clone());
                self.records.insert(key.clone(), record.clone());
            }
            for key in &page.gone {
                self.activities.remove(key);
                self.records.remove(key);
            }
            self.skipped.extend(page.skipped.clone());
            if matches!(page.listing, Some(Listing::Last | Listing::Whole)) && open {
                self.activities.retain(|key, _| listed.contains(key));
                self.records.retain(|key, _| listed.contains(key));
            }
            self.mark = page.mark.clone().or(self.mark.take());
        }
        assert!(pages.last().is_some_and(|page| page.mark.is_some()), "the last page carries the mark");
        assert!(pages.iter().rev().skip(1).all(|page| page.mark.is_none()), "only the last one");
        pages
    }

    fn first(config: &GitConfig, stream: &str) -> Self {
        let mut held = Self::default();
        held.sync(config, stream, false);
        held
    }

    fn kind(&self, kind: Kind) -> Vec<&(Activity, Identity, Option<Identity>)> {
        self.activities.values().filter(|(activity, ..)| activity.kind == kind).collect()
    }

    /// `native title` in the order of time.
    fn told(&self, kind: Kind) -> Vec<String> {
        let mut all = self.kind(kind);
        all.sort_by_key(|(activity, who, _)| (activity.at, who.native.clone(), activity.title.clone()));
        all.iter()
            .map(|(activity, who, _)| {
                format!("{} {}", who.native, activity.title.clone().unwrap_or_default())
            })
            .collect()
    }
}

#[test]
fn commits_become_activities_as_git_counts_them() {
    let mut repo = Repo::new();
    repo.git(&["remote", "add", "origin", "https://ada:secret@github.com/acme/tool.git"]);
    repo.commit("First");
    repo.commit_as("Grace X <grace@example.org>", "GitHub <noreply@github.com>", "Squashed (#7)\n\n* one\n\nCo-authored-by: Linus Y <12+Linus@users.noreply.github.com>\n\n* two\n\nco-authored-by: Linus Y <12+linus@users.noreply.github.com>\nCo-authored-by: Grace X <grace@example.org>\n");
    repo.commit_as(
        "Grace X <grace@example.org>",
        "Ada Example <ada@example.com>",
        "Applied\n\nReviewed-by: Linus Y <linus@example.net>",
    );
    repo.merge("Linus Y <linus@example.net>", "Merge pull request #9 from LinusY/fix\n\nFix");
    repo.merge("Grace X <grace@example.org>", "Merge pull request #10 from acme/grace/fix");
    let held = Held::first(&config(repo.path()), "commits");

    assert_eq!(
        held.kind(Kind::CommitAuthored).len(),
        repo.git(&["rev-list", "--count", "--no-merges", "HEAD"]).parse::<usize>().unwrap()
    );
    assert_eq!(repo.count(&["rev-list", "--merges", "HEAD"]), 2);
    let merged = held.kind(Kind::CommitMerged);
    assert_eq!(merged.len(), 3, "two merges and one applied by another");
    let by_thread =
        |thread: &str| held.activities.values().find(|(a, ..)| a.thread.as_deref() == Some(thread)).unwrap();
    let (squashed, author, _) = by_thread("#7");
    assert_eq!(
        (squashed.kind, author.native.as_str()),
        (Kind::CommitAuthored, "Grace X <grace@example.org>")
    );
    let upon = |thread: &str| {
        let of = |(a, ..): &&&(Activity, _, _)| a.thread.as_deref() == Some(thread);
        merged.iter().find(of).unwrap().2.as_ref().map(|who| who.native.clone())
    };
    assert_eq!(upon("#9").as_deref(), Some("Linus Y <linus@example.net>"), "who wrote the branch");
    assert_eq!(upon("#10").as_deref(), Some("Grace X <grace@example.org>"));
    let (work, _, by) = held
        .kind(Kind::CommitAuthored)
        .into_iter()
        .find(|(a, ..)| a.thread.as_deref() == Some("#9"))
        .unwrap();
    assert_eq!(work.title.as_deref(), Some("Work"));
    assert_eq!(by.as_ref().unwrap().native, "Ada Example <ada@example.com>", "who merged it");
    let coauthors = held.kind(Kind::CommitCoauthored);
    assert_eq!(coauthors.len(), 1, "once a person, never the author");
    assert_eq!(coauthors[0].1.account_id.as_deref(), Some("12"));
    assert_eq!(coauthors[0].2.as_ref().unwrap().native, "Grace X <grace@example.org>", "with the author");
    let reviews = held.kind(Kind::CommitReviewed);
    assert_eq!(reviews.len(), 1);
    assert_eq!(reviews[0].2.as_ref().unwrap().native, "Grace X <grace@example.org>");
    let claims: Vec<_> = held.records.values().map(|record| format!("{record:?}")).collect();
    assert_eq!(claims.len(), 1);
    assert!(claims[0].contains("Linus Y <linus@example.net>") && claims[0].contains("@linusy"), "{claims:?}");
    let page = &pages(&config(repo.path()), "commits", None).unwrap()[0];
    assert_eq!(page.subjects, [("repo:acme/tool".to_owned(), "https://github.com/acme/tool".to_owned())]);
    assert!(!format!("{page:?}").contains("secret"));
}

/// Who brought each commit that is no merge in, as `git` tells it: of all merges, the oldest first, those that lie
/// behind the second parent and not behind the first.
fn brought(repo: &Repo, request: impl Fn(&str) -> Option<String>) -> BTreeMap<String, Option<String>> {
    let mut all = BTreeMap::new();
    for merge in repo.git(&["rev-list", "--merges", "--topo-order", "--reverse", "HEAD"]).lines() {
        let title = repo.git(&["log", "-1", "--format=%B", merge]);
        let range = format!("{merge}^1..{merge}^2");
        for commit in repo.git(&["rev-list", "--no-merges", &range]).lines() {
            let known = all.entry(commit.to_owned()).or_insert(None::<String>);
            *known = known.take().or_else(|| request(&title));
        }
    }
    all
}

fn numbered(title: &str) -> Option<String> {
    let rest = title.strip_prefix("Merge pull request #").map(|rest| ("#", rest));
    let (mark, rest) =
        rest.or_else(|| title.split_once("See merge request acme/tool!").map(|(_, rest)| ("!", rest)))?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some(format!("{mark}{digits}"))
}

/// A main line with all ways in which work comes in; gives the commits by what they are called.
fn many_ways(repo: &mut Repo) {
    let grace = "Grace X <grace@example.org>";
    let linus = "Linus Y <linus@example.net>";
    let work = |repo: &mut Repo, who: &str, titles: &[&str]| {
        for title in titles {
            repo.commit_as(who, who, title);
        }
    };
    let merge = |repo: &mut Repo, branch: &str, message: &str| {
        repo.clock += 3_600;
        repo.git(&["merge", "-q", "--no-ff", branch, "-m", message]);
    };
    repo.commit("Begin");
    repo.git(&["branch", "five"]);
    repo.commit("Straight to main");
    // A pull request that takes main in and has another one within it.
    repo.git(&["checkout", "-q", "five"]);
    work(repo, grace, &["Five, one"]);
    merge(repo, "main", "Merge branch 'main' into five");
    repo.git(&["checkout", "-q", "-b", "seven"]);
    work(repo, linus, &["Seven, one", "Seven, two"]);
    repo.git(&["checkout", "-q", "five"]);
    work(repo, grace, &["Five, two"]);
    merge(repo, "seven", "Merge pull request #7 from linus/seven");
    work(repo, grace, &["Squashed before (#3)"]);
    // One that was begun on top of it, and merged later.
    repo.git(&["checkout", "-q", "-b", "eight"]);
    work(repo, linus, &["Eight, one"]);
    repo.git(&["checkout", "-q", "main"]);
    merge(repo, "five", "Merge pull request #5 from grace/five\n\nFive");
    merge(repo, "eight", "Merge branch 'eight' into 'main'\n\nSee merge request acme/tool!8");
    // A branch without any request, and one of one's own.
    repo.git(&["checkout", "-q", "-b", "plain"]);
    work(repo, grace, &["Plain, one"]);
    repo.git(&["checkout", "-q", "main"]);
    merge(repo, "plain", "Merge branch 'plain'");
    repo.git(&["checkout", "-q", "-b", "nine"]);
    repo.commit("Nine, by the merger");
    work(repo, linus, &["Nine, by another"]);
    repo.git(&["checkout", "-q", "main"]);
    merge(repo, "nine", "Merge pull request #9 from ada/nine");
    repo.commit("After all");
}

#[test]
fn a_commit_has_the_request_that_brought_it_in_and_who_merged_that() {
    let mut repo = Repo::new();
    repo.git(&["remote", "add", "origin", "https://github.com/acme/tool.git"]);
    many_ways(&mut repo);
    let held = Held::first(&config(repo.path()), "commits");
    let oracle = brought(&repo, numbered);
    let told: BTreeMap<String, (Option<String>, Option<String>)> = held
        .kind(Kind::CommitAuthored)
        .into_iter()
        .map(|(a, _, upon)| {
            let thread = a.thread.as_deref().map(str::to_owned);
            (a.title.clone().unwrap(), (thread, upon.as_ref().and_then(|who| who.name.clone())))
        })
        .collect();
    for (a, ..) in held.kind(Kind::CommitAuthored) {
        let id = repo.git(&["log", "--format=%H", "-F", "--grep", a.title.as_deref().unwrap(), "HEAD"]);
        let own = a.title.as_deref().filter(|title| title.ends_with("(#3)")).map(|_| "#3".to_owned());
        let expected = own.or_else(|| oracle.get(id.lines().next().unwrap()).cloned().flatten());
        assert_eq!(a.thread.as_deref(), expected.as_deref(), "{:?}", a.title);
    }
    let of = |title: &str| {
        let (thread, merger) = &told[title];
        (thread.as_deref(), merger.as_deref())
    };
    assert_eq!(of("Straight to main"), (None, None));
    assert_eq!(of("Five, one"), (Some("#5"), Some("Ada Example")));
    assert_eq!(of("Seven, two"), (Some("#7"), Some("Ada Example")));
    assert_eq!(of("Squashed before (#3)"), (Some("#3"), None), "who merged that one is not known");
    assert_eq!(of("Eight, one"), (Some("!8"), Some("Ada Example")));
    assert_eq!(of("Plain, one"), (None, None));
    assert_eq!(of("Nine, by the merger"), (Some("#9"), None), "nobody is their own counterpart");
    let mut merges: Vec<_> = held
        .kind(Kind::CommitMerged)
        .into_iter()
        .map(|(a, _, upon)| (a.thread.as_deref(), upon.as_ref().and_then(|who| who.name.as_deref())))
        .collect();
    merges.sort_unstable();
    let (grace, linus) = (Some("Grace X"), Some("Linus Y"));
    assert_eq!(
        merges,
        [
            (None, None),
            (Some("!8"), linus),
            (Some("#5"), None),
            (Some("#5"), grace),
            (Some("#7"), linus),
            (Some("#9"), linus)
        ],
        "taking main in is part of the request and merges nobody's change"
    );
}

#[test]
fn what_another_merge_brings_in_after_a_force_push_or_on_another_ref_is_told_anew() {
    let mut repo = Repo::new();
    let config =
        GitConfig { refs: vec!["HEAD".to_owned(), "refs/heads/*".to_owned()], ..config(repo.path()) };
    repo.commit("Begin");
    let kept = repo.git(&["rev-parse", "HEAD"]);
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.commit_as("Grace X <grace@example.org>", "Grace X <grace@example.org>", "Work");
    repo.git(&["checkout", "-q", "main"]);
    let mut held = Held::first(&config, "commits");
    let thread = |held: &Held| {
        let work =
            held.kind(Kind::CommitAuthored).into_iter().find(|(a, ..)| a.title.as_deref() == Some("Work"));
        work.unwrap().0.thread.as_deref().map(str::to_owned)
    };
    assert_eq!(thread(&held), None, "a branch that nothing has merged yet");
    for message in ["Merge pull request #4 from grace/side", "Merge pull request #6 from grace/side"] {
        repo.git(&["reset", "-q", "--hard", &kept]);
        repo.commit(message);
        repo.git(&["merge", "-q", "--no-ff", "side", "-m", message]);
        held.sync(&config, "commits", false);
        assert_eq!(held.activities, Held::first(&config, "commits").activities);
        assert_eq!(thread(&held), numbered(message));
    }
}

#[test]
fn nobody_is_credited_twice_for_one_commit() {
    let mut repo = Repo::new();
    let linus = "Linus Y <linus@example.net>";
    repo.commit_as(
        linus,
        linus,
        "Work\n\nCo-authored-by: Linus Y <7+linusy@users.noreply.github.com>\nCo-authored-by: Grace X <grace@example.org>\n\
         Co-authored-by: grace x <grace@example.com>\nCo-authored-by: G <GRACE@example.org>\n\
         Co-authored-by: Margaret <3+maggie@users.noreply.github.com>\nCo-authored-by: @maggie\n",
    );
    let held = Held::first(&config(repo.path()), "commits");
    let mut names: Vec<_> =
        held.kind(Kind::CommitCoauthored).into_iter().map(|(_, who, _)| who.name.clone().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Grace X", "Margaret"]);
}

#[test]
fn reading_on_equals_reading_anew_for_both_streams() {
    let mut repo = Repo::new();
    let config = config(repo.path());
    let (mut commits, mut roles) = (Held::default(), Held::default());
    for step in 0..6 {
        repo.commit(&format!("Step {step}\n\nCo-authored-by: P{step} <p{step}@example.com>"));
        repo.merge(
            &format!("Q{step} X <q{step}@example.net>"),
            &format!("Merge pull request #{step} from q{step}/x"),
        );
        match step {
            1 => drop(repo.write("OWNERS", "approvers:\n- ada\n- grace\n")),
            2 => drop(repo.write(
                "MAINTAINERS.md",
                "| Name | GitHub | Company |\n|--|--|--|\n| Ada E | @ada | Acme |\n",
            )),
            3 => drop(repo.write("OWNERS", "approvers:\n- grace\n")),
            4 => drop(repo.write(
                "MAINTAINERS.md",
                "| Name | GitHub | Company |\n|--|--|--|\n| Ada E | @ada | Globex |\n",
            )),
            5 => drop(repo.write(".mailmap", "Ada E. Example <ada@example.com>\n")),
            _ => {}
        }
        commits.sync(&config, "commits", false);
        roles.sync(&config, "roles", false);
        let anew = Held { mark: commits.mark.clone(), ..Held::first(&config, "commits") };
        assert_eq!(commits, anew, "commits, step {step}");
        assert_eq!(roles, Held::first(&config, "roles"), "roles, step {step}");
    }
    let pages = commits.sync(&config, "commits", false);
    assert!(
        pages
            .iter()
            .all(|page| page.activities.is_empty() && page.records.is_empty() && page.gone.is_empty())
    );
}

#[test]
fn a_force_push_takes_back_exactly_what_is_no_longer_reachable() {
    let mut repo = Repo::new();
    let config = config(repo.path());
    repo.commit("Kept");
    repo.write("OWNERS", "approvers:\n- ada\n");
    let kept = repo.git(&["rev-parse", "HEAD"]);
    repo.write("OWNERS", "approvers:\n- ada\n- grace\n");
    repo.merge(
        "Linus Y <linus@example.net>",
        "Merge pull request #3 from linus/x\n\nReviewed-by: R <r@example.com>",
    );
    let (mut commits, mut roles) = (Held::first(&config, "commits"), Held::first(&config, "roles"));
    repo.git(&["reset", "-q", "--hard", &kept]);
    repo.commit("Another");
    commits.sync(&config, "commits", false);
    roles.sync(&config, "roles", false);
    assert_eq!(commits.activities, Held::first(&config, "commits").activities);
    assert_eq!(commits.activities.len(), repo.count(&["rev-list", "HEAD"]));
    assert_eq!(roles.told(Kind::RoleGranted), ["@ada approver (OWNERS)"]);

    // The same when the old commits are collected.
    repo.git(&["reset", "-q", "--hard", &kept]);
    repo.commit("A third");
    repo.git(&["reflog", "expire", "--expire=now", "--all"]);
    repo.git(&["gc", "-q", "--prune=now"]);
    commits.sync(&config, "commits", false);
    roles.sync(&config, "roles", false);
    assert_eq!(commits.activities, Held::first(&config, "commits").activities);
    assert_eq!(roles.told(Kind::RoleGranted), ["@ada approver (OWNERS)"]);
}

#[test]
fn a_changed_mailmap_brings_its_lines_and_takes_back_the_vanished() {
    let mut repo = Repo::new();
    let config = config(repo.path());
    repo.write(".mailmap", "Ada E <ada@example.com>\nGrace E <grace@example.com>\n");
    let mut held = Held::first(&config, "commits");
    assert_eq!(held.records.len(), 2);
    repo.write(".mailmap", "Ada E <ada@example.com>\nLinus E <linus@example.com>\n");
    let pages = held.sync(&config, "commits", false);
    assert_eq!(pages.iter().map(|page| page.gone.len()).sum::<usize>(), 1);
    assert_eq!(held.records, Held::first(&config, "commits").records);
    std::fs::remove_file(repo.path().join(".mailmap")).unwrap();
    repo.git(&["add", "-A"]);
    repo.commit("Without");
    held.sync(&config, "commits", false);
    assert!(held.records.is_empty());
    let native = "Ada Example <ada@example.com>";
    assert!(held.activities.values().all(|(_, who, _)| who.native == native), "raw stays raw");
}

#[test]
fn a_shallow_clone_is_read_as_far_as_it_goes_and_says_so() {
    let mut repo = Repo::new();
    repo.write("OWNERS", "approvers:\n- ada\n");
    for step in 0..5 {
        repo.commit(&format!("Step {step}"));
    }
    let clone = tempfile::tempdir().unwrap();
    let target = clone.path().join("tool");
    let url = format!("file://{}", repo.path().display());
    repo.git(&["clone", "-q", "--depth", "2", &url, target.to_str().unwrap()]);
    let config = config(&target);
    let (mut commits, mut roles) = (Held::first(&config, "commits"), Held::first(&config, "roles"));
    assert_eq!(commits.activities.len(), 2);
    assert!(commits.skipped[0].reason.contains("git fetch --unshallow"), "{:?}", commits.skipped);
    assert_eq!(roles.told(Kind::RoleGranted), ["@ada approver (OWNERS), held by then"]);
    let inside = Repo { folder: clone, clock: 0 };
    inside.git(&["-C", "tool", "fetch", "-q", "--unshallow"]);
    commits.sync(&config, "commits", false);
    roles.sync(&config, "roles", false);
    assert_eq!(commits.activities.len(), 6);
    assert!(commits.skipped.is_empty());
    assert_eq!(roles.told(Kind::RoleGranted), ["@ada approver (OWNERS)"]);
}

#[test]
fn empty_bare_octopus_and_sha256_repositories_are_read() {
    let empty = Repo::new();
    for stream in ["commits", "roles"] {
        assert!(Held::first(&config(empty.path()), stream).activities.is_empty());
    }
    for options in [&[][..], &["--object-format=sha256"]] {
        let mut repo = Repo::with(options);
        repo.write(".mailmap", "Ada E <ada@example.com>\n");
        repo.write("CODEOWNERS", "* @ada\n");
        for branch in ["a", "b", "c"] {
            repo.git(&["checkout", "-q", "-b", branch, "main"]);
            repo.write(branch, branch);
        }
        repo.git(&["checkout", "-q", "main"]);
        repo.git(&["merge", "-q", "a", "b", "c", "--no-ff", "-m", "Merge pull request #1 from grace/x"]);
        repo.git(&["clone", "-q", "--bare", ".", "tool.git"]);
        let bare = config(&repo.path().join("tool.git"));
        let held = Held::first(&bare, "commits");
        assert_eq!(held.kind(Kind::CommitAuthored).len(), repo.count(&["rev-list", "--no-merges", "HEAD"]));
        assert_eq!(held.kind(Kind::CommitMerged).len(), 1, "an octopus is one merge");
        assert_eq!(held.records.len(), 1, "the mailmap of a bare repository, and no claim of an octopus");
        assert_eq!(held.activities.values().next().unwrap().0.subject.as_deref(), Some("repo:tool"));
        assert_eq!(Held::first(&bare, "roles").told(Kind::RoleGranted), ["@ada owner (CODEOWNERS)"]);
    }
}

#[test]
fn a_damaged_commit_is_skipped_and_read_once_it_is_mended() {
    let mut repo = Repo::new();
    let config = config(repo.path());
    repo.commit("First");
    let damaged = repo.commit("Second");
    repo.commit("Third");
    let mut held = Held::first(&config, "commits");
    assert_eq!(held.activities.len(), 3);
    let object = repo.path().join(".git/objects").join(&damaged[..2]).join(&damaged[2..]);
    let bytes = std::fs::read(&object).unwrap();
    std::fs::remove_file(&object).unwrap();
    std::fs::write(&object, b"junk").unwrap();
    held.sync(&config, "commits", true);
    assert_eq!(held.skipped.len(), 1);
    assert_eq!(held.skipped[0].place, damaged);
    assert_eq!(held.activities.len(), 3, "a listing with a hole takes nothing back");
    let mut fresh = Held::first(&config, "commits");
    assert_eq!(fresh.activities.len(), 1);
    std::fs::remove_file(&object).unwrap();
    std::fs::write(&object, bytes).unwrap();
    fresh.sync(&config, "commits", false);
    assert_eq!(fresh.activities.len(), 3);
}

/// Puts junk in the place of a loose object.
fn damage(repo: &Repo, id: &str) {
    let object = repo.path().join(".git/objects").join(&id[..2]).join(&id[2..]);
    std::fs::remove_file(&object).unwrap();
    std::fs::write(&object, b"junk").unwrap();
}

fn listings(pages: &[Page]) -> Vec<Listing> {
    pages.iter().map(|page| page.listing.unwrap()).collect()
}

#[test]
fn a_listing_of_several_pages_takes_back_what_it_does_not_bring() {
    let mut repo = Repo::new();
    let config = config(repo.path());
    for at in 0..5 {
        repo.commit(&format!("Change {at}"));
    }
    let dropped = repo.commit("Dropped");
    let mut held = Held::first(&config, "commits");
    repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    for at in 5..7 {
        repo.commit(&format!("Change {at}"));
    }
    assert!(held.activities.keys().any(|key| key.starts_with(&bytes(&dropped))));
    let pages = held.sync(&config, "commits", true);
    assert_eq!(listings(&pages), [Listing::First, Listing::Middle, Listing::Last]);
    assert!(pages.iter().map(|page| page.read).eq([3, 6, 7]));
    assert_eq!(held.activities.len(), 7);
    assert!(!held.activities.keys().any(|key| key.starts_with(&bytes(&dropped))));
}

#[test]
fn a_hole_behind_the_first_page_leaves_everything_in_place() {
    let mut repo = Repo::new();
    let config = config(repo.path());
    let ids: Vec<String> = (0..8).map(|at| repo.commit(&format!("Change {at}"))).collect();
    let mut held = Held::first(&config, "commits");
    assert_eq!(held.activities.len(), 8);
    damage(&repo, &ids[3]);
    let pages = held.sync(&config, "commits", true);
    assert_eq!(listings(&pages), [Listing::First, Listing::Middle]);
    assert_eq!((held.skipped.len(), held.activities.len()), (1, 8), "{:?}", held.skipped);
}

#[test]
fn an_unreadable_role_file_leaves_all_roles_in_place() {
    let mut repo = Repo::new();
    let config = config(repo.path());
    let owners = |names: [&str; 4]| format!("approvers:\n- {}\n", names.join("\n- "));
    repo.write("OWNERS", owners(["ada", "grace", "linus", "margaret"]));
    let blob = repo.git(&["rev-parse", "HEAD:OWNERS"]);
    repo.clock += 7 * 86_400;
    repo.write("OWNERS", owners(["alan", "barbara", "edsger", "frances"]));
    repo.clock += 7 * 86_400;
    repo.write("OWNERS", owners(["alan", "barbara", "edsger", "niklaus"]));
    let mut held = Held::default();
    let pages = held.sync(&config, "roles", false);
    assert_eq!(listings(&pages), [Listing::First, Listing::Middle, Listing::Last]);
    let whole = held.told(Kind::RoleGranted);
    assert_eq!(whole.len(), 9);
    damage(&repo, &blob);
    let pages = held.sync(&config, "roles", true);
    assert_eq!(listings(&pages), [Listing::First, Listing::Middle]);
    assert_eq!(held.told(Kind::RoleGranted), whole);
}

#[test]
fn a_role_is_dated_by_its_commit_and_one_within_a_week_is_none() {
    let mut repo = Repo::new();
    // A Monday.
    repo.clock = 1_600_041_600 - 86_400;
    repo.write("OWNERS", "approvers:\n- ada\n");
    repo.write("pkg/OWNERS", "approvers:\n- grace\n");
    repo.git(&["rm", "-q", "pkg/OWNERS"]);
    repo.commit("Without it");
    repo.write("file", "text");
    let roles = Held::first(&config(repo.path()), "roles");
    let granted = roles.kind(Kind::RoleGranted);
    assert_eq!(granted.len(), 2, "the week is looked at because of ada");
    assert_eq!(roles.kind(Kind::RoleRemoved).len(), 1);
    repo.clock += 7 * 86_400;
    repo.commit("Next week");
    repo.write("docs/OWNERS", "approvers:\n- linus\n");
    repo.git(&["rm", "-q", "docs/OWNERS"]);
    repo.commit("Without it");
    repo.clock += 7 * 86_400;
    let at = repo.write("OWNERS", "approvers:\n- ada\n- margaret\n");
    repo.commit("Later that week");
    let roles = Held::first(&config(repo.path()), "roles");
    let granted = roles.kind(Kind::RoleGranted);
    assert_eq!(granted.len(), 3);
    assert!(granted.iter().any(|(role, who, _)| {
        who.handle.as_deref() == Some("margaret") && role.key.starts_with(&bytes(&at))
    }));
    assert_eq!(roles.kind(Kind::RoleRemoved).len(), 1);
}

fn bytes(id: &str) -> Vec<u8> {
    (0..id.len()).step_by(2).map(|at| u8::from_str_radix(&id[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn a_commit_of_two_forks_is_kept_for_each_and_one_of_two_clones_once() {
    let mut repo = Repo::new();
    repo.git(&["remote", "add", "origin", "https://github.com/acme/tool"]);
    repo.write("OWNERS", "approvers:\n- ada\n");
    repo.commit("Shared");
    let keys = |repo: &Repo, stream| Held::first(&config(repo.path()), stream).activities.into_keys();
    let all = |repo: &Repo| keys(repo, "commits").chain(keys(repo, "roles")).collect::<Vec<_>>();
    let original = all(&repo);
    repo.git(&["remote", "set-url", "origin", "git@github.com:acme/tool.git"]);
    assert_eq!(all(&repo), original);
    repo.git(&["remote", "set-url", "origin", "https://github.com/ada/tool"]);
    let fork = all(&repo);
    assert_eq!(fork.len(), original.len());
    assert!(fork.iter().all(|key| !original.contains(key)));
}

#[test]
fn what_is_no_repository_is_named_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let error = pages(&config(folder.path()), "commits", None).unwrap_err();
    assert!(error.message.starts_with("not a git repository: "), "{error:?}");
    assert!(error.hint.unwrap().contains("a folder with .git"));
    let error = pages(&config(&folder.path().join("none")), "commits", None).unwrap_err();
    assert!(error.message.starts_with("no such folder: "), "{error:?}");
    let mut repo = Repo::new();
    repo.write("sub/file", "x");
    let error = pages(&config(&repo.path().join("sub")), "commits", None).unwrap_err();
    assert!(error.hint.unwrap().starts_with("did you mean "));
    let other = GitConfig { refs: vec!["nothing".to_owned()], ..config(repo.path()) };
    assert!(pages(&other, "commits", None).unwrap_err().message.contains("nothing"));
}

#[test]
fn hostile_names_odd_dates_and_encodings_are_read() {
    let mut repo = Repo::new();
    repo.git(&["config", "i18n.commitEncoding", "ISO-8859-1"]);
    repo.commit("First");
    let tree = repo.git(&["rev-parse", "HEAD^{tree}"]);
    let mut parent = repo.git(&["rev-parse", "HEAD"]);
    let form = format!("tree {tree}\nparent PARENT\nauthor NAME DATE +0000\ncommitter NAME DATE +0000\n");
    for (name, date, encoding, message) in [
        (&b"Ren\xe9 E <rene@example.com>"[..], "1700000000", "encoding ISO-8859-1\n", &b"Caf\xe9 (#4)\n"[..]),
        (b"Ren\xe9 F <renef@example.com>", "-2208988800", "", b"bad \xff utf\n"),
        (b"Eve\x1b[31m\xe2\x80\xae <eve@example.com>", "7258118400", "", b"\x1b]0;x\x07Title\nbody\n"),
        (b"Nobody <laptop>", "99999999999999999999", "", b"\n"),
    ] {
        let text = form.replace("PARENT", &parent).replace("DATE", date);
        let (before, after) = text.split_once("NAME").unwrap();
        let (middle, end) = after.split_once("NAME").unwrap();
        let parts: [&[u8]; 7] =
            [before.as_bytes(), name, middle.as_bytes(), name, end.as_bytes(), encoding.as_bytes(), b"\n"];
        let mut bytes = parts.concat();
        bytes.extend_from_slice(message);
        std::fs::write(repo.path().join("raw"), bytes).unwrap();
        parent = repo.git(&["hash-object", "-t", "commit", "-w", "--literally", "raw"]);
    }
    repo.git(&["update-ref", "refs/heads/main", &parent]);
    let held = Held::first(&config(repo.path()), "commits");
    let mut told = held.kind(Kind::CommitAuthored);
    told.sort_by_key(|(activity, ..)| activity.at);
    let told: Vec<_> = told
        .iter()
        .map(|(a, who, _)| (a.at.0, who.native.as_str(), who.email.is_some(), a.title.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            (-2_208_988_800, "Ren\u{fffd} F <renef@example.com>", true, Some("bad \u{fffd} utf")),
            (1_600_086_400, "Ada Example <ada@example.com>", true, Some("First")),
            (1_700_000_000, "René E <rene@example.com>", true, Some("Café (#4)")),
            (7_258_118_400, "Eve <eve@example.com>", true, Some("Title")),
            (i64::MAX, "Nobody <laptop>", false, None),
        ]
    );
}

#[test]
fn roles_are_granted_and_removed_where_people_come_and_go() {
    let mut repo = Repo::new();
    let config = config(repo.path());
    repo.write("OWNERS", "approvers:\n- ada # Ada Example <ada@example.com>\n- team\n");
    repo.write("OWNERS_ALIASES", "aliases:\n  team:\n  - grace\n");
    repo.write("pkg/storage/OWNERS", "approvers:\n- ada\nreviewers:\n- linus\n");
    repo.write("vendor/x/OWNERS", "approvers:\n- stranger\n");
    repo.git(&["mv", "pkg/storage", "pkg/store"]);
    repo.commit("A renamed file");
    repo.write("OWNERS_ALIASES", "aliases:\n  team:\n  - margaret\n");
    repo.write("OWNERS", "approvers:\n- team\n");
    repo.write("big/OWNERS", vec![b'#'; 1 << 21]);
    repo.write("pkg/store/OWNERS", "emeritus_approvers:\n- ada\n");
    let held = Held::first(&config, "roles");
    assert_eq!(
        held.told(Kind::RoleGranted),
        [
            "@ada approver (OWNERS)",
            "@team approver (OWNERS)",
            "@grace approver (OWNERS)",
            "@linus reviewer in pkg/storage (OWNERS)",
            "@margaret approver (OWNERS)",
        ]
    );
    assert_eq!(
        held.told(Kind::RoleRemoved),
        [
            "@team approver (OWNERS)",
            "@grace approver (OWNERS)",
            "@ada approver in pkg/store (OWNERS)",
            "@linus reviewer in pkg/store (OWNERS)",
        ]
    );
    assert!(held.skipped.iter().any(|skipped| skipped.place.ends_with("big/OWNERS")), "{:?}", held.skipped);
    assert_eq!(held.records.len(), 1, "one line names login and address");
    let (granted, ..) = held.kind(Kind::RoleGranted)[0];
    assert_eq!(granted.labels.len(), 1);
}

#[test]
fn the_streams_of_several_repositories_stay_apart() {
    let folder = tempfile::tempdir().unwrap();
    let paths = [folder.path().join("a/tool"), folder.path().join("b/tool"), folder.path().join("b/site")];
    let several = GitConfig { paths: paths.to_vec(), ..config(folder.path()) };
    assert_eq!(
        Git::new(several.clone()).streams(),
        ["a/tool/commits", "a/tool/roles", "b/tool/commits", "b/tool/roles", "site/commits", "site/roles"]
    );
    let plain = GitConfig { roles: false, paths: vec![PathBuf::from("x")], ..several };
    assert_eq!(Git::new(plain).streams(), ["commits"]);
}

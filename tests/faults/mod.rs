//! Bad input and bad circumstances, through the real program: each gets a clear error that names the thing and
//! the way out, or is handled; nothing is lost and nothing panics.

mod config;
mod decisions;
mod disk;
mod input;
mod open;
mod parsers;
mod store;
mod two;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::made::{Commit, History, NOW};

pub(crate) const BUYIN: &str = env!("CARGO_BIN_EXE_buyin");

/// A folder with a configuration and, once synced, a store.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
}

/// What a command said and how it ended.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) out: String,
    pub(crate) err: String,
    /// `None`: ended by a signal.
    pub(crate) exit: Option<i32>,
}

impl Told {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
        let told = Self { out: text(output.stdout), err: text(output.stderr), exit: output.status.code() };
        assert!(!told.err.contains("panicked"), "{}", told.err);
        told
    }

    /// It ended with `exit` and said all of `said` on stderr, on lines that begin in lower case or with a name.
    #[track_caller]
    pub(crate) fn says(&self, exit: i32, said: &[&str]) {
        assert_eq!(self.exit, Some(exit), "{self:#?}");
        for said in said {
            assert!(self.err.contains(said), "`{said}` is not said:\n{}", self.err);
        }
    }
}

impl Desk {
    /// A desk with these lines after the store in its configuration.
    pub(crate) fn new(config: &str) -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        desk.configure(config);
        desk
    }

    pub(crate) fn configure(&self, config: &str) {
        self.write("buyin.toml", format!("[store]\nurl = \"sqlite:buyin.db\"\n{config}"));
    }

    /// The home folder, made; a program in a terminal starts there.
    pub(crate) fn home(&self) -> String {
        fs::create_dir_all(self.path("home")).unwrap();
        self.path("home").display().to_string()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    /// `program`, in this folder and away from this machine's own configuration.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        for (name, folder) in [
            ("HOME", "home"),
            ("XDG_CONFIG_HOME", "home/config"),
            ("XDG_DATA_HOME", "home/data"),
            ("XDG_CACHE_HOME", "home/cache"),
        ] {
            command.env(name, self.path(folder));
        }
        for name in ["BUYIN_STORE", "NO_COLOR"] {
            command.env_remove(name);
        }
        command.env("BUYIN_CONFIG", self.path("buyin.toml")).env("BUYIN_AUTHOR", "tester");
        command
    }

    pub(crate) fn buyin(&self, words: &[&str]) -> Command {
        let mut command = self.command(BUYIN);
        command.args(words).args(["--now", NOW]);
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Told {
        Told::of(self.buyin(words).output().unwrap())
    }

    /// A script of the shell, in which `$B` is the program.
    pub(crate) fn shell(&self, script: &str) -> Told {
        Told::of(self.command("sh").env("B", BUYIN).args(["-c", script]).output().unwrap())
    }

    #[track_caller]
    pub(crate) fn fine(&self, words: &[&str]) -> String {
        let told = self.run(words);
        assert_eq!(told.exit, Some(0), "{words:?}: {told:#?}");
        told.out
    }

    #[track_caller]
    pub(crate) fn json(&self, words: &[&str]) -> Value {
        serde_json::from_str(&self.fine(&[words, &["--format", "json"]].concat())).unwrap()
    }

    /// A sync that may fail in parts: its report, and how it ended.
    pub(crate) fn sync(&self) -> (Value, Told) {
        let told = self.run(&["sync", "--format", "json"]);
        let report = serde_json::from_str(&told.out).unwrap_or_else(|_| panic!("no report: {told:#?}"));
        (report, told)
    }

    /// All facts and the digest of all conclusions, which are shown to follow from the facts.
    #[track_caller]
    pub(crate) fn everything(&self) -> (String, String) {
        let checked = self.json(&["rebuild", "--check"]);
        assert_eq!(checked["kept"], checked["derived"], "{checked}");
        (self.fine(&["export", "activities", "--all"]), checked["kept"].to_string())
    }

    /// The key from which ids are made: with the same one, two stores can be compared.
    pub(crate) fn same_key(&self) {
        self.write("buyin.db.key", [7; 32]);
    }
}

/// The report of a source.
pub(crate) fn source<'a>(report: &'a Value, name: &str) -> &'a Value {
    let all = report["sources"].as_array().expect("a list of sources");
    all.iter().find(|source| source["name"] == name).unwrap_or_else(|| panic!("no {name} in {report}"))
}

pub(crate) fn until(what: &str, mut done: impl FnMut() -> bool) {
    for _ in 0..1_000 {
        if done() {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("never: {what}");
}

/// `[[source]]` of kind git.
pub(crate) fn git_source(name: &str, path: &str) -> String {
    format!("[[source]]\nname = \"{name}\"\nkind = \"git\"\npath = \"{path}\"\nzone = \"upstream\"\n")
}

/// A repository of `count` commits by some hundred people of ten companies.
pub(crate) fn long(path: &Path, count: usize) {
    let mut history = History::default();
    for number in 0..count {
        let (person, company) = (number * 7 % 101, number * 7 % 101 % 10);
        let author = format!("Made Up{person} <p{person}@company{company}.example>");
        let message = format!("part {number}\n\nReviewed-by: Re Viewer <re{}@company1.example>", number % 13);
        let days_ago = i64::try_from((count - number) / 8).unwrap();
        history.commit(&Commit { author: &author, days_ago, message: &message, ..Commit::default() });
    }
    history.write(path);
}

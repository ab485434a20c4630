//! Any program that prints our JSON lines, so that every script is a connector. It runs without a shell, in
//! the folder of the configuration file. Must not know what a fact is good for.
//!
//! # The lines
//! Each line on standard output is one JSON object in UTF-8 of at most 1 MB; empty lines are skipped. A line
//! that cannot be read is reported as `SOURCE:LINE` and skipped, the others count. `record` says what a line
//! is; fields marked `?` may be missing or `null`; unknown fields are errors.
//!
//! ```json
//! {"record":"activity","kind":"post.replied","at":"2026-11-22T13:04:05Z","actor":WHO,"subject"?:"category:help",
//!  "thread"?:"#12","counterpart"?:WHO,"labels"?:["scale"],"title"?:"…","url"?:"https://…","key"?:"post-77"}
//! {"record":"identity", …the fields of WHO as an object… }
//! {"record":"affiliation","who":WHO,"company":"Example","from"?:"2024-01-01","to"?:"2026-01-01","project"?:"…","key"?:"…"}
//! {"record":"contact","who":WHO,"company"?:"Example","role"?:"…","key"?:"…"}
//! {"record":"company","name":"Example","domains"?:["example.com"],"relation"?:"prospect","owner"?:"…","key"?:"…"}
//! {"record":"claim","a":WHO,"b":WHO,"key"?:"…"}                          both are one person
//! {"record":"alias","old_email":"…","old_name"?:"…","name"?:"…","email"?:"…","key"?:"…"}   a line of a .mailmap
//! {"record":"subject","subject":"repo:example/tool","url":"https://…"}   where a subject lives on the web
//! {"record":"gone","key":"post-77"}                                       the fact with this key no longer exists
//! {"record":"mark","mark":"2026-11-22T13:04:05Z"}                         complete up to here
//! ```
//!
//! - WHO is `"ada@example.com"`, `"@login"` or `"Full Name"`, or an object with at least one of `email`,
//!   `login` and `name`, and `forge` (where the login lives; default `github`), `account_id` (outlives a
//!   renamed login), `company` (free text), `bot` (true or false).
//! - `kind` is one of the closed list of activity kinds; `relation` one of the relations. `at` is RFC 3339 or a
//!   bare date (UTC); `from` and `to` are days, `to` the first day that no longer counts.
//! - `subject` starts with `repo:`, `category:` or `channel:` where `[[source.zones]]` shall match it.
//! - `key` is the source's own stable key, unique within the source; a later fact with the same key is a new
//!   version. Without one, the content is the key: a changed fact is then a new one, and the old one is gone
//!   with the next full listing. A `url` that is no web address is left out.
//!
//! # Once more, from where it ended
//! Without a mark a run is a full listing: what an earlier run printed and this one does not is gone. The last
//! `mark` of a run that ended with exit code 0 is handed to the next run in the environment as `BUYIN_MARK`;
//! such a run prints only what is new, and `gone` for what is not any more. A program that prints no mark is
//! always read in full; so is every program with `--full`, which is also the way after `run` has changed. A mark
//! is one line of at most 4,000 plain characters.
//!
//! An exit code other than 0 is a failure: its last line on standard error is shown, no mark moves, and
//! nothing counts as gone.

use std::{
    io::{self, BufReader, Read},
    ops::ControlFlow,
    process::{Child, ChildStderr, ExitStatus, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use super::{
    From, Local, SourceError,
    file::{
        json,
        lines::{self, Line},
        pages::Pages,
        too_long,
    },
};
use crate::{
    config::CommandConfig,
    domain::{page::Page, text},
};

/// How a program learns where to go on.
const MARK: &str = "BUYIN_MARK";
/// How much of the end of standard error is kept.
const LAST_WORDS: usize = 4 << 10;
/// How long to wait for the last words of a program that has ended; a child of its own may hold the pipe open.
const PATIENCE: Duration = Duration::from_millis(500);

/// A program that is a source.
pub struct Command {
    config: CommandConfig,
}

/// A running program; it never outlives this value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail when it has ended already, which is what is wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Command {
    pub fn new(config: CommandConfig) -> Self {
        Self { config }
    }

    fn program(&self) -> String {
        text::line(self.config.run.first().map_or("", String::as_str), 400)
    }

    fn start(&self, mark: Option<&str>) -> Result<Running, SourceError> {
        let Some((program, arguments)) = self.config.run.split_first() else {
            return Err(SourceError::new("`run` names no program").hint("run = [\"program\", \"argument\"]"));
        };
        let mut command = std::process::Command::new(program);
        command
            .args(arguments)
            .current_dir(&self.config.dir)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        match mark {
            Some(mark) => command.env(MARK, mark),
            None => command.env_remove(MARK),
        };
        command.spawn().map(Running).map_err(|error| self.not_started(&error))
    }

    fn not_started(&self, error: &io::Error) -> SourceError {
        let program = self.program();
        if !self.config.dir.is_dir() {
            let dir = text::line(&self.config.dir.to_string_lossy(), 400);
            return SourceError::new(format!("{program} cannot run in {dir}: no such folder"))
                .hint("the folder of the configuration file must exist");
        }
        match error.kind() {
            io::ErrorKind::NotFound => SourceError::new(format!("no such program: {program}"))
                .hint("install it, or write its path in `run`; a script's first line must name an interpreter that exists"),
            io::ErrorKind::PermissionDenied => {
                SourceError::new(format!("{program} may not be run")).hint(format!("chmod +x {program}"))
            }
            _ => SourceError::new(format!("{program} cannot be run: {error}"))
                .hint("a script needs a first line such as #!/bin/sh"),
        }
    }

    /// Reads what the program prints; breaks when nobody wants more.
    fn listen(
        &self,
        output: impl Read,
        pages: &mut Pages<'_>,
        last_mark: &mut Option<String>,
    ) -> Result<ControlFlow<()>, SourceError> {
        let mut output = BufReader::with_capacity(64 << 10, output);
        let (mut line, mut number) = (Vec::new(), 0_u64);
        loop {
            let state = lines::next(&mut output, &mut line).map_err(|error| {
                SourceError::new(format!("{} cannot be read from: {error}", self.program())).hint("try again")
            })?;
            number += 1;
            let done = match state {
                Line::End => return Ok(ControlFlow::Continue(())),
                Line::Read if line.trim_ascii().is_empty() => continue,
                _ if pages.row().is_break() => return Ok(ControlFlow::Break(())),
                Line::TooLong => Err(too_long()),
                Line::Read => json::object(&line).and_then(|object| json::put(object, pages)),
            };
            match done {
                Ok(None) => {}
                Ok(mark) => *last_mark = mark,
                Err(why) => pages.skip(format!("{}:{number}", self.config.name), why),
            }
        }
    }

    fn judge(&self, status: ExitStatus, last_words: &str) -> Result<(), SourceError> {
        if status.success() {
            return Ok(());
        }
        let program = self.program();
        let how = match status.code() {
            Some(code) => format!("{program} ended with exit code {code}"),
            None => format!("{program} was killed{}", signal(status)),
        };
        let said = if last_words.is_empty() { String::new() } else { format!(": {last_words}") };
        Err(SourceError::new(format!("{how}{said}"))
            .hint("run it by hand in the folder of the configuration file"))
    }
}

impl Local for Command {
    fn streams(&self) -> Vec<String> {
        vec!["lines".to_owned()]
    }

    fn read(
        &self,
        from: &From<'_>,
        emit: &mut dyn FnMut(Page) -> ControlFlow<()>,
    ) -> Result<(), SourceError> {
        let mut running = self.start(from.mark)?;
        let last_words = running.0.stderr.take().map(overhear);
        let Some(output) = running.0.stdout.take() else {
            return Err(SourceError::new(format!("{} has no output", self.program())));
        };
        let mut pages = Pages::new(emit, from.mark.is_none(), None);
        let mut mark = None;
        if self.listen(output, &mut pages, &mut mark)?.is_break() {
            return Ok(());
        }
        let status = running.0.wait().map_err(|error| {
            SourceError::new(format!("{} cannot be waited for: {error}", self.program())).hint("try again")
        })?;
        let heard =
            last_words.filter(|_| !status.success()).and_then(|words| words.recv_timeout(PATIENCE).ok());
        self.judge(status, &heard.unwrap_or_default())?;
        pages.finish(mark);
        Ok(())
    }
}

/// Reads standard error to its end, so that the program never waits for us, and hands over its last line.
fn overhear(mut errors: ChildStderr) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut end = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = errors.read(&mut buffer) {
            end.extend_from_slice(&buffer[..count]);
            end.drain(..end.len().saturating_sub(LAST_WORDS));
        }
        let text = String::from_utf8_lossy(&end);
        let last = text.lines().map(|line| text::line(line, text::TITLE)).rfind(|line| !line.is_empty());
        // Nobody listens when the program ended well.
        let _ = sender.send(last.unwrap_or_default());
    });
    receiver
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    status.signal().map(|number| format!(" by signal {number}")).unwrap_or_default()
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> String {
    String::new()
}

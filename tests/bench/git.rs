//! What reading a clone costs: `buyin sync` of a new git source, from process start to committed and derived
//! rows, against `git log` over the same history in the same run.
//!
//! `cargo bench --bench git -- PATH...`; without a path, a generated repository of 12,000 commits. Exits
//! with 1 when a ratio or the memory is above 1.25 times its budget. Memory is what `VmHWM` says at its
//! last reading, every 2 ms (Linux only): the mapped parts of git's packs are in it.
#![allow(clippy::disallowed_methods, reason = "a benchmark needs a clock")]

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

const RUNS: usize = 7;
/// The budget of memory.
const MEGABYTES: u64 = 80;
const COMMITS: u32 = 12_000;

fn main() -> ExitCode {
    let named: Vec<PathBuf> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).map(PathBuf::from).collect();
    let paths = if named.is_empty() { vec![generated()] } else { named };
    println!("medians of {RUNS} runs, each beside a `git log` of the same moment\n");
    println!("{:<46}{:>8}{:>8}{:>8}{:>8}{:>6}", "repository", "seconds", "ratio", "lowest", "budget", "MB");
    let mut over = false;
    for path in paths {
        over |= measure(&path);
    }
    if over { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn measure(path: &Path) -> bool {
    let name = path
        .components()
        .rev()
        .nth(usize::from(path.ends_with("repo")))
        .map_or_else(|| path.display().to_string(), |part| part.as_os_str().to_string_lossy().into_owned());
    let mut rows: [Row; 3] = Default::default();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-git");
    fs::create_dir_all(&folder).expect("the target folder is writable");
    // Once uncounted: what is on disk only is not what is measured.
    git_log(path);
    sync(&configure(&folder, path, true));
    for _ in 0..RUNS {
        for (index, roles) in [false, true].into_iter().enumerate() {
            let config = configure(&folder, path, roles);
            let log = git_log(path);
            rows[index].add(sync(&config), log);
            if roles {
                let log = git_log(path);
                rows[2].add(sync(&config), log);
            }
        }
    }
    let mut over = false;
    let kinds = [("new", 1.5), ("new, with role files", 2.0), ("nothing new", 0.2)];
    for ((what, budget), row) in kinds.into_iter().zip(&mut rows) {
        over |= row.print(&format!("{name}: {what}"), budget);
    }
    over
}

/// What one kind of sync cost: seconds and their ratio to `git log`, run by run.
#[derive(Default)]
struct Row {
    runs: Vec<(f64, f64)>,
    /// Kilobytes.
    peak: u64,
}

impl Row {
    fn add(&mut self, (time, peak): (f64, u64), log: f64) {
        self.runs.push((time, time / log));
        self.peak = self.peak.max(peak);
    }

    /// Prints the run of the median ratio; whether a budget is clearly missed.
    fn print(&mut self, name: &str, budget: f64) -> bool {
        self.runs.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (lowest, (time, ratio), peak) =
            (self.runs[0].1, self.runs[self.runs.len() / 2], self.peak / 1_024);
        let over = ratio > budget * 1.25 || peak > MEGABYTES * 5 / 4;
        let note = if over { "  OVER" } else { "" };
        println!("{name:<46}{time:>8.3}{ratio:>8.2}{lowest:>8.2}{budget:>8.2}{peak:>6}{note}");
        over
    }
}

fn configure(folder: &Path, path: &Path, roles: bool) -> PathBuf {
    let store = folder.join("buyin.db");
    for end in ["", "-wal", "-shm", ".key"] {
        // Absent at the first run.
        let _ = fs::remove_file(folder.join(format!("buyin.db{end}")));
    }
    let config = folder.join("config.toml");
    let path = fs::canonicalize(path).expect("the repository exists");
    let text = format!(
        "[store]\nurl = \"sqlite:{}\"\n[[source]]\nname = \"repo\"\nkind = \"git\"\npath = '{}'\nroles = {roles}\nzone = \"upstream\"\n",
        store.display(),
        path.display()
    );
    fs::write(&config, text).expect("the target folder is writable");
    config
}

/// Wall seconds and peak resident kilobytes of one sync.
fn sync(config: &Path) -> (f64, u64) {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_buyin"))
        .arg("--config")
        .arg(config)
        .arg("sync")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    let status = format!("/proc/{}/status", child.id());
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut peak = 0;
            while !ended.load(Ordering::Relaxed) {
                let text = fs::read_to_string(&status).unwrap_or_default();
                let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
                peak = peak.max(line.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0));
                thread::sleep(Duration::from_millis(2));
            }
            peak
        });
        let done = child.wait().expect("the child can be waited for");
        let time = start.elapsed().as_secs_f64();
        ended.store(true, Ordering::Relaxed);
        assert!(done.success(), "the sync failed");
        (time, watch.join().expect("the watch ends"))
    })
}

fn git_log(path: &Path) -> f64 {
    let start = Instant::now();
    let done = Command::new("git")
        .arg("-C")
        .arg(path)
        .args(["log", "--use-mailmap", "--format=%H %aN %aE %cN %cE %ct %B"])
        .stdout(Stdio::null())
        .status()
        .expect("git runs");
    assert!(done.success(), "git log failed");
    start.elapsed().as_secs_f64()
}

/// A repository of made-up people with merges, trailers and a role file, written by `git fast-import`.
fn generated() -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-made-up.git");
    if path.join("made").exists() {
        return path;
    }
    // Half a repository of an interrupted run, if any.
    let _ = fs::remove_dir_all(&path);
    let init = Command::new("git").args(["init", "-q", "--bare"]).arg(&path).status().expect("git runs");
    assert!(init.success());
    let mut child = Command::new("git")
        .arg("-C")
        .arg(&path)
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git runs");
    write_history(child.stdin.take().expect("piped"));
    assert!(child.wait().expect("git ends").success());
    let head =
        Command::new("git").arg("-C").arg(&path).args(["symbolic-ref", "HEAD", "refs/heads/main"]).status();
    assert!(head.expect("git runs").success());
    fs::write(path.join("made"), "").expect("the target folder is writable");
    path
}

fn write_history(mut out: impl Write) {
    for commit in 1..=COMMITS {
        let (who, company) = (commit * 7 % 900, commit * 7 % 900 % 150);
        let at = 1_500_000_000 + u64::from(commit) * 20_000;
        let trailer = if commit % 5 == 0 {
            format!(
                "\n\nCo-authored-by: Wren{0} Alder <wren{0}@works{1}.example>\n\nmore",
                who + 1,
                (who + 1) % 150
            )
        } else {
            String::new()
        };
        let message =
            format!("change {commit} (#{})\n\nWhat it does and why, at some length.{trailer}\n", commit + 10);
        let person = format!("Wren{who} Alder <wren{who}@works{company}.example> {at} +0000");
        let owners = format!("approvers:\n- wren{}\n- wren{}\n", commit / 400, commit / 400 + 1);
        let files = format!(
            "M 100644 inline src/d{}/f{}\ndata {}\n{commit}\n",
            commit % 40,
            commit % 700,
            commit.to_string().len()
        );
        let role = if commit % 400 == 1 {
            format!("M 100644 inline OWNERS\ndata {}\n{owners}\n", owners.len())
        } else {
            String::new()
        };
        write!(
            out,
            "commit refs/heads/main\nmark :{commit}\nauthor {person}\ncommitter {person}\ndata {}\n{message}\n{files}{role}\n",
            message.len()
        )
        .expect("git reads");
    }
}

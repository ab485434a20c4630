//! A terminal for the program under test: a real pseudo-terminal, an emulator that keeps what a person would
//! see, and the cost of every key in bytes and time. Shared by tests and benchmarks.
#![allow(unreachable_pub, reason = "included as a module by tests and benchmarks")]
#![allow(dead_code, reason = "tests and benchmarks each use a part")]
#![allow(clippy::disallowed_methods, reason = "a measuring instrument needs a clock")]

use std::{
    fs,
    io::{Read, Write},
    num::NonZero,
    path::Path,
    process::Command,
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// How long the program must be quiet before a frame counts as finished.
const QUIET: Duration = Duration::from_millis(60);
const PATIENCE: Duration = Duration::from_secs(20);

/// What a key, or the start, cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    pub bytes: usize,
    /// From the write to the last byte of the frame that it caused; zero when nothing was drawn.
    pub time: Duration,
}

pub struct Pty {
    pub screen: vt100::Parser,
    /// Everything that the program has written.
    pub written: Vec<u8>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    output: Receiver<(Instant, Vec<u8>)>,
}

impl Pty {
    /// Starts `program` in a terminal of `cols` x `rows`, with nothing of this process' environment but
    /// `PATH` and what `env` gives.
    pub fn start(
        program: &Path,
        args: &[&str],
        env: &[(&str, &str)],
        (cols, rows): (u16, u16),
    ) -> (Self, Instant) {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal can be had");
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        for (name, value) in env {
            command.env(name, value);
        }
        let start = Instant::now();
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("the terminal can be read");
        let writer = pair.master.take_writer().expect("the terminal can be written");
        let (send, output) = channel();
        thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(count) = reader.read(&mut buffer) {
                if count == 0 || send.send((Instant::now(), buffer[..count].to_vec())).is_err() {
                    break;
                }
            }
        });
        let screen = vt100::Parser::new(size_of(rows), size_of(cols), 0);
        (Self { screen, written: Vec::new(), master: pair.master, writer, child, output }, start)
    }

    /// Waits until `text` stands on the screen and the frame is finished.
    pub fn wait_for(&mut self, text: &str) -> Instant {
        let start = Instant::now();
        let mut last = start;
        while start.elapsed() < PATIENCE {
            match self.output.recv_timeout(QUIET) {
                Ok((at, bytes)) => {
                    last = at;
                    self.take(&bytes);
                }
                Err(RecvTimeoutError::Timeout) if self.text().contains(text) => return last,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        assert!(self.text().contains(text), "`{text}` never came; the screen shows:\n{}", self.text());
        last
    }

    /// Types and waits until the screen is quiet.
    pub fn press(&mut self, keys: &str) -> Cost {
        let start = Instant::now();
        self.writer.write_all(keys.as_bytes()).expect("the terminal takes keys");
        self.writer.flush().expect("the terminal takes keys");
        let mut cost = Cost { bytes: 0, time: Duration::ZERO };
        let mut patience = Duration::from_millis(250);
        while let Ok((at, bytes)) = self.output.recv_timeout(patience) {
            cost = Cost { bytes: cost.bytes + bytes.len(), time: at.duration_since(start) };
            self.take(&bytes);
            patience = QUIET;
        }
        cost
    }

    /// Waits for `time` and counts what is written meanwhile.
    pub fn idle(&mut self, time: Duration) -> usize {
        let start = Instant::now();
        let mut count = 0;
        while let Some(left) = time.checked_sub(start.elapsed()) {
            if let Ok((_, bytes)) = self.output.recv_timeout(left) {
                count += bytes.len();
                self.take(&bytes);
            }
        }
        count
    }

    pub fn resize(&mut self, cols: u16, rows: u16) {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).expect("a terminal can be resized");
        self.screen.screen_mut().set_size(size_of(rows), size_of(cols));
    }

    pub fn signal(&mut self, name: &str) {
        let pid = self.pid().to_string();
        let sent = Command::new("kill").args([format!("-{name}"), pid]).status().expect("kill runs");
        assert!(sent.success(), "the signal {name} could not be sent");
    }

    /// Waits for the end of the program and takes its last words.
    pub fn finish(&mut self) -> ExitStatus {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            while let Ok((_, bytes)) = self.output.recv_timeout(Duration::from_millis(20)) {
                self.take(&bytes);
            }
            if let Some(status) = self.child.try_wait().expect("the child can be waited for") {
                while let Ok((_, bytes)) = self.output.recv_timeout(Duration::from_millis(50)) {
                    self.take(&bytes);
                }
                return status;
            }
        }
        panic!("the program does not end; the screen shows:\n{}", self.text());
    }

    /// Whether the terminal is as a shell wants it: main screen, cursor shown, echo and line mode on, no
    /// attribute left, mouse and paste modes off.
    pub fn assert_clean(&self) {
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen(), "the alternate screen was not left");
        assert!(!screen.hide_cursor(), "the cursor is hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste is on");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        let name = self.master.tty_name().expect("the terminal has a name");
        let modes = Command::new("stty").arg("-a").arg("-F").arg(name).output().expect("stty runs");
        let modes = String::from_utf8_lossy(&modes.stdout).into_owned();
        for wanted in [" icanon", " echo ", " isig", " opost"] {
            assert!(modes.replace('\n', " ").contains(wanted), "{wanted} is off: {modes}");
        }
    }

    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    pub fn pid(&self) -> u32 {
        self.child.process_id().expect("the program runs")
    }

    /// Resident memory in kilobytes.
    pub fn resident(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap_or_default();
        field(&status, "VmRSS:")
    }

    /// How often the threads went to sleep so far: each is a wake-up to come.
    pub fn switches(&self) -> u64 {
        let Ok(tasks) = fs::read_dir(format!("/proc/{}/task", self.pid())) else { return 0 };
        tasks
            .flatten()
            .map(|task| fs::read_to_string(task.path().join("status")).unwrap_or_default())
            .map(|status| field(&status, "voluntary_ctxt_switches:"))
            .sum()
    }

    /// Processor time used so far, in clock ticks.
    pub fn ticks(&self) -> u64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid())).unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default().to_owned();
        let fields: Vec<&str> = after_name.split_whitespace().collect();
        fields.iter().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum()
    }

    fn take(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        self.written.extend_from_slice(bytes);
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // The program may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn size_of(cells: u16) -> NonZero<u16> {
    NonZero::new(cells).expect("a terminal has cells")
}

fn field(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

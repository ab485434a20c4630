//! A full disk, a limit on file sizes, a program that is killed: what was committed stays, the next sync goes on.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::{Desk, Told, git_source, long};

const COMMITS: usize = 2_500;

fn desk() -> Desk {
    let desk = Desk::new(&git_source("long", "long"));
    desk.same_key();
    long(&desk.path("long"), COMMITS);
    desk
}

#[test]
fn at_a_limit_on_file_sizes_the_sync_fails_clearly_and_the_next_one_completes_it() {
    let desk = desk();
    // In blocks of 512 bytes (some shells: 1024): too little for the tables, for a page, for what follows.
    let mut begun = 0;
    for blocks in [40, 400, 1_000, 1_600] {
        let told = desk.shell(&format!("ulimit -f {blocks}; exec \"$B\" sync --now 2026-11-22T12:00:00Z"));
        told.says(4, &["buyin.db", "sync again"]);
        assert!(told.err.contains("`ulimit -f`") || told.err.contains("is full"), "{}", told.err);
        let doctor = desk.run(&["doctor"]);
        if doctor.exit == Some(4) {
            doctor.says(4, &["there is no store at", "`buyin sync` makes it"]);
            continue;
        }
        begun += 1;
        assert!(doctor.out.contains("the file is sound"), "{doctor:?}");
        desk.fine(&["accounts", "--all"]);
        desk.fine(&["export", "activities", "--all"]);
    }
    assert!(begun > 0, "the limits are too narrow to say anything");
    desk.fine(&["sync"]);
    let undisturbed = self::desk();
    undisturbed.fine(&["sync"]);
    assert_eq!(desk.everything(), undisturbed.everything());
}

/// A real full file system, where one may be mounted; elsewhere the limit above stands for it.
#[test]
fn on_a_full_disk_the_sync_says_so_and_once_there_is_room_it_completes() {
    let desk = desk();
    if desk.command("unshare").args(["-rm", "true"]).output().is_ok_and(|tried| !tried.status.success()) {
        return;
    }
    std::fs::create_dir(desk.path("small")).unwrap();
    let script = "mount -t tmpfs -o size=700k none small || exit 99; cp buyin.db.key small/s.db.key
        run() { \"$B\" \"$@\" --store sqlite:small/s.db --now 2026-11-22T12:00:00Z; }
        run sync; echo \"full $?\"; run doctor; echo \"doctor $?\"; run accounts --all >&2; echo \"accounts $?\"
        mount -o remount,size=64m small; run sync; echo \"room $?\"
        run rebuild --check --format json; run export activities --all > export.csv; umount small";
    let told = Told::of(
        desk.command("unshare").env("B", super::BUYIN).args(["-rm", "sh", "-c", script]).output().unwrap(),
    );
    if told.exit == Some(99) {
        return;
    }
    assert!(told.err.contains("the disk of small/s.db is full"), "{told:#?}");
    assert!(told.err.contains("free some room and sync again"), "{told:#?}");
    for end in ["full 4", "doctor 0", "accounts 0", "room 0", "the file is sound"] {
        assert!(told.out.contains(end), "{end}: {told:#?}");
    }
    desk.fine(&["sync"]);
    let (facts, digest) = desk.everything();
    assert_eq!(std::fs::read_to_string(desk.path("export.csv")).unwrap(), facts);
    assert_eq!(told.out.matches(digest.as_str()).count(), 2, "{digest}: {told:#?}");
}

#[test]
#[allow(clippy::disallowed_methods, reason = "the moments to kill at are parts of a real duration")]
fn a_sync_that_is_killed_at_any_moment_is_completed_by_the_next() {
    let undisturbed = desk();
    let start = Instant::now();
    undisturbed.fine(&["sync"]);
    let whole = start.elapsed();
    let wanted = undisturbed.everything();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..4 {
        let desk = desk();
        for _ in 0..5 {
            // xorshift: any moment of what a whole sync takes, start and end included.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let share =
                Duration::from_micros(state % 1_000 * u64::try_from(whole.as_micros()).unwrap() / 1_000);
            let mut sync = desk.buyin(&["sync"]);
            let mut child =
                sync.stderr(std::process::Stdio::null()).stdout(std::process::Stdio::null()).spawn().unwrap();
            thread::sleep(share);
            child.kill().unwrap();
            child.wait().unwrap();
        }
        desk.fine(&["sync"]);
        assert_eq!(desk.everything(), wanted);
    }
}

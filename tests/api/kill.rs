//! Stopped at any moment (kill -9, a signal, a cut network), a sync goes on later, and the store comes out the same
//! as without any disturbance. The process that is killed is this test program itself, run again as a sync.

use std::{
    env,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use buyin::{
    domain::sync::{SourceState, Unwatched},
    jobs::sync::{self, Options, Wanted},
    sources::Source,
    store::Store,
};

use super::{
    desk::{Desk, NOW, facts},
    plain::{Plain, World, config, serve},
    server::{Res, Server, Wire},
};

const URL: &str = "BUYIN_TEST_SYNC_URL";
const STORE: &str = "BUYIN_TEST_SYNC_STORE";
const CHANNELS: &[&str] = &["a", "b", "c", "d"];

/// Not a test by itself: a whole sync, where the environment asks for one.
#[test]
fn a_sync_by_itself() {
    let (Ok(url), Ok(store)) = (env::var(URL), env::var(STORE)) else { return };
    let config = config("chat", &url);
    let source = Source::Remote(Arc::new(Plain::of(CHANNELS)));
    let wanted = vec![Wanted { config: &config, source: Ok(source) }];
    let mut store = Store::open(Path::new(&store)).unwrap();
    let report = sync::run(&mut store, wanted, &Options::default(), NOW, &mut Unwatched).unwrap();
    assert_eq!(report.sources[0].error, None);
}

fn begin(server: &Server, desk: &Desk) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["api::kill::a_sync_by_itself", "--exact", "--test-threads=1"])
        .env(URL, server.url())
        .env(STORE, desk.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// 10,000 topics with 4 answers each; some of each topic's answers are read by a step of their own.
fn large() -> World {
    let mut world = World { page: 400, inline: 4, ..World::of(CHANNELS, 10_000, 4) };
    for (place, (_, topics)) in world.channels.iter_mut().enumerate() {
        for topic in topics.iter_mut().skip(place * 7).step_by(50) {
            topic.posts.push((topic.by + 1, topic.at + 90));
        }
    }
    world
}

#[test]
fn killed_at_a_hundred_moments_a_sync_of_fifty_thousand_activities_ends_as_an_undisturbed_one() {
    let world = large();
    let expected = world.activities();
    assert!(expected > 50_000);
    let (server, _world) = serve(world);
    let calm = Desk::new();
    assert_eq!(calm.sync(&config("chat", &server.url()), Plain::of(CHANNELS)).state, SourceState::Ok);
    let all = server.count();
    let calm = calm.facts();
    assert_eq!(calm.len(), expected);
    let (mut desk, mut kills, mut rounds) = (Desk::new(), 0, 0);
    let mut chance: u64 = 0x1234_5678;
    server.forget();
    while kills < 100 {
        let mut child = begin(&server, &desk);
        // After so many more requests, and then at any moment of what follows.
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (more, after) = ((chance >> 33) % 6, (chance >> 40) % 12);
        let until = server.count() + usize::try_from(more).unwrap();
        let mut over = false;
        while server.count() < until && !over {
            thread::sleep(Duration::from_millis(1));
            over = child.try_wait().unwrap().is_some();
        }
        thread::sleep(Duration::from_millis(after));
        child.kill().unwrap();
        kills += usize::from(!child.wait().unwrap().success());
        if over {
            // It came to its end: the next ones begin with an empty store.
            assert_eq!(facts(&desk.path()), calm);
            desk = Desk::new();
            rounds += 1;
        }
    }
    let asked = server.count();
    assert!(begin(&server, &desk).wait().unwrap().success());
    assert_eq!(desk.facts(), calm, "after {kills} kills");
    // Each kill repeats what was on its way at most: one request, and an answer of each stream that was not applied.
    let begun = (rounds + 1) * (all + CHANNELS.len());
    assert!(asked <= begun + kills * 4, "{asked} requests, {begun} without kills");
}

#[test]
fn a_network_that_is_cut_after_any_number_of_answers_loses_and_doubles_nothing() {
    let world = World::of(CHANNELS, 40, 5);
    let (sound, _world) = serve(world.clone());
    let calm = Desk::new();
    calm.sync(&config("chat", &sound.url()), Plain::of(CHANNELS));
    let (all, calm) = (sound.count(), calm.facts());
    let answers = Arc::new(AtomicUsize::new(0));
    let cut = Arc::new(AtomicBool::new(false));
    let (left, is_cut) = (Arc::clone(&answers), Arc::clone(&cut));
    let server = Server::start(move |asked| {
        if left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err() {
            is_cut.store(true, Ordering::SeqCst);
            return Res::new(200, "").wire(Wire::Dropped);
        }
        world.answer(asked)
    });
    for before in 0..all {
        let desk = Desk::new();
        answers.store(before, Ordering::SeqCst);
        let report = desk.sync(&config("chat", &server.url()), Plain::of(CHANNELS));
        assert_eq!(report.state, SourceState::Failed, "cut after {before}");
        answers.store(usize::MAX / 2, Ordering::SeqCst);
        let report = desk.sync(&config("chat", &server.url()), Plain::of(CHANNELS));
        assert_eq!((report.state, desk.facts() == calm), (SourceState::Ok, true), "cut after {before}");
    }
    assert!(cut.load(Ordering::SeqCst));
}

#[test]
fn a_sync_that_is_asked_to_stop_finishes_its_transaction_and_the_next_one_goes_on() {
    let world = World::of(&["a"], 400, 1);
    let (sound, _world) = serve(world.clone());
    let calm = Desk::new();
    calm.sync(&config("chat", &sound.url()), Plain::of(&["a"]));
    let options = Options::default();
    let (stop, asked) = (options.stop.clone(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&asked);
    let server = Server::start(move |asked| {
        if counted.fetch_add(1, Ordering::SeqCst) == 7 {
            assert!(stop.ask(), "somebody listens");
            assert!(!stop.ask(), "once is enough");
        }
        world.answer(asked).after(Duration::from_millis(2))
    });
    let desk = Desk::new();
    let (config, plain) = (config("chat", &server.url()), Arc::new(Plain::of(&["a"])));
    let report = desk.sync_all(&[(&config, plain)], &options);
    assert!(report.stopped);
    assert_eq!(report.sources[0].new % 40, 0, "whole pages");
    assert_eq!(desk.facts().len() as u64, report.sources[0].new);
    assert!((200..=360).contains(&report.sources[0].new), "{}", report.sources[0].new);
    let report = desk.sync(&config, Plain::of(&["a"]));
    assert_eq!((report.state, desk.facts() == calm.facts()), (SourceState::Ok, true));
}

//! What every source over HTTP passes, whatever its API: paging to the end, going on, changes, deletions, hostile
//! input, permissions, throttling, cuts at every answer. A [`World`] stands for the API; it holds some threads and
//! serves them in the API's official form, refusing what the official description does not know.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use buyin::{
    config::SourceConfig,
    domain::{sync::SourceState, time::Time},
    sources::remote::Remote,
};

use super::{
    desk::{Desk, NOW},
    server::{Req, Res, Server, Wire},
};

/// An API with something in it. Every number of threads, of answers and of people is the world's to choose, but
/// one page of the API must not hold them all.
pub(crate) trait World: Clone + Send + 'static {
    /// A world with so many threads, each with some answers; deterministic. With 0 it is empty.
    fn of(threads: usize) -> Self;

    /// The configuration of its source, and the source. `url`: where the server listens.
    fn source(url: &str) -> (SourceConfig, Arc<dyn Remote>);

    /// The answer in the API's official form. A request that the official description does not know (path,
    /// parameter, header, body) is remembered as wrong and answered with an error.
    fn answer(&mut self, asked: &Req) -> Res;

    /// The requests that were wrong so far.
    fn wrong(&self) -> Vec<String>;

    /// How many facts the store must hold: counted from the world alone.
    fn facts(&self) -> usize;

    /// Somebody edits the title of a thread and answers in another, at that time. How many facts are new, and how
    /// many have changed.
    fn change(&mut self, at: Time) -> (usize, usize);

    /// A thread vanishes without a trace; gives how many facts go with it.
    fn delete(&mut self) -> usize;

    /// Titles and names become hostile: escape sequences, bidirectional overrides, line breaks, great length.
    fn hostile(&mut self);

    /// What the API says to a token that may not read this.
    fn forbidden() -> Res;

    /// What the API says when its rate limit is spent, for so many seconds.
    fn throttled(seconds: u64) -> Res;
}

/// A world that is served, with an answer in between now and then.
struct Stage<W> {
    server: Server,
    world: Arc<Mutex<W>>,
    config: SourceConfig,
    remote: Arc<dyn Remote>,
}

impl<W: World> Stage<W> {
    fn new(world: W) -> Self {
        Self::disturbed(world, |_| None)
    }

    /// `between` sees every request first and may answer it instead.
    fn disturbed(world: W, between: impl Fn(&Req) -> Option<Res> + Send + Sync + 'static) -> Self {
        let world = Arc::new(Mutex::new(world));
        let stage = Arc::clone(&world);
        let server =
            Server::start(move |asked| between(asked).unwrap_or_else(|| stage.lock().unwrap().answer(asked)));
        let (config, remote) = W::source(&server.url());
        Self { server, world, config, remote }
    }

    fn sync(&self, desk: &Desk) -> buyin::domain::sync::SourceReport {
        let report = desk.sync_all(&[(&self.config, Arc::clone(&self.remote))], &desk.options());
        self.nothing_wrong();
        report.sources.into_iter().next().unwrap()
    }

    fn sync_full(&self, desk: &Desk) -> buyin::domain::sync::SourceReport {
        let mut options = desk.options();
        options.manner.full = true;
        let report = desk.sync_all(&[(&self.config, Arc::clone(&self.remote))], &options);
        self.nothing_wrong();
        report.sources.into_iter().next().unwrap()
    }

    #[track_caller]
    fn nothing_wrong(&self) {
        assert_eq!(
            self.world.lock().unwrap().wrong(),
            Vec::<String>::new(),
            "the API knows no such requests"
        );
    }
}

#[track_caller]
fn fine(report: &buyin::domain::sync::SourceReport) {
    assert_eq!((report.state, &report.error, report.skipped), (SourceState::Ok, &None, 0), "{report:#?}");
}

/// Threads of a usual world.
const USUAL: usize = 130;
/// Of one that is read many times.
const SMALL: usize = 12;

pub(crate) fn everything<W: World>() {
    paging_goes_to_the_end_and_the_second_run_brings_what_is_new::<W>();
    reading_again_changes_nothing::<W>();
    what_has_vanished_is_gone_with_full::<W>();
    hostile_text_is_harmless::<W>();
    an_empty_world_is_no_trouble::<W>();
    a_missing_permission_is_said_with_its_way_out::<W>();
    throttling_is_waited_out::<W>();
    cuts_at_every_answer_lose_and_double_nothing::<W>();
}

fn paging_goes_to_the_end_and_the_second_run_brings_what_is_new<W: World>() {
    let stage = Stage::new(W::of(USUAL));
    let mut desk = Desk::new();
    let first = stage.sync(&desk);
    fine(&first);
    let count = stage.world.lock().unwrap().facts();
    assert!(first.requests > 1, "one page must not hold all");
    assert_eq!((first.new, desk.facts().len()), (count as u64, count), "paging to the end");
    desk.now = NOW.plus_days(1);
    let (new, changed) = stage.world.lock().unwrap().change(Time(desk.now.0 - 60));
    let second = stage.sync(&desk);
    fine(&second);
    assert_eq!((second.new, second.changed), (new as u64, changed as u64), "what is new");
    assert!(second.requests < first.requests, "{} requests, {} at first", second.requests, first.requests);
    assert_eq!(desk.facts().len(), stage.world.lock().unwrap().facts());
    // The same from nothing.
    let anew = Desk { now: desk.now, ..Desk::new() };
    fine(&stage.sync(&anew));
    assert_eq!(anew.facts(), desk.facts(), "incremental equals anew");
}

fn reading_again_changes_nothing<W: World>() {
    let stage = Stage::new(W::of(USUAL));
    let desk = Desk::new();
    fine(&stage.sync(&desk));
    let facts = desk.facts();
    for report in [stage.sync(&desk), stage.sync_full(&desk), stage.sync(&desk)] {
        fine(&report);
        assert_eq!((report.new, report.changed, report.gone), (0, 0, 0), "idempotence");
    }
    assert_eq!(desk.facts(), facts);
}

fn what_has_vanished_is_gone_with_full<W: World>() {
    let stage = Stage::new(W::of(USUAL));
    let desk = Desk::new();
    fine(&stage.sync(&desk));
    let gone = stage.world.lock().unwrap().delete();
    assert!(gone > 0);
    let full = stage.sync_full(&desk);
    fine(&full);
    assert_eq!((full.gone, desk.facts().len()), (gone as u64, stage.world.lock().unwrap().facts()));
}

fn hostile_text_is_harmless<W: World>() {
    let mut world = W::of(SMALL);
    world.hostile();
    let stage = Stage::new(world);
    let desk = Desk::new();
    fine(&stage.sync(&desk));
    assert_eq!(desk.facts().len(), stage.world.lock().unwrap().facts());
    let bad = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    desk.view()
        .export_activities(true, &mut |row| {
            let activity = row.activity;
            for text in
                activity.title.iter().chain(&activity.labels).chain(&activity.subject).chain(&activity.thread)
            {
                assert!(!text.chars().any(bad) && text.chars().count() <= 240, "{text:?}");
            }
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
}

fn an_empty_world_is_no_trouble<W: World>() {
    let stage = Stage::new(W::of(0));
    let desk = Desk::new();
    let report = stage.sync(&desk);
    fine(&report);
    assert_eq!((desk.facts().len(), stage.world.lock().unwrap().facts()), (0, 0));
    assert_eq!(desk.view().sources().unwrap()[0].covered_until, Some(NOW), "it is known to be empty");
}

fn a_missing_permission_is_said_with_its_way_out<W: World>() {
    let stage = Stage::disturbed(W::of(SMALL), |_| Some(W::forbidden()));
    let desk = Desk::new();
    let report = stage.sync(&desk);
    assert_eq!((report.state, report.new, report.retries), (SourceState::Failed, 0, 0), "{report:#?}");
    let error = report.error.unwrap();
    assert!(error.hint.is_some() && error.message.chars().all(|letter| !letter.is_control()), "{error:?}");
}

fn throttling_is_waited_out<W: World>() {
    let calm = Desk::new();
    let stage = Stage::new(W::of(SMALL));
    fine(&stage.sync(&calm));
    let last = stage.server.count() - 1;
    for place in [0, last / 2, last] {
        let count = AtomicUsize::new(0);
        let stage = Stage::disturbed(W::of(SMALL), move |_| {
            (count.fetch_add(1, Ordering::SeqCst) == place).then(|| W::throttled(20))
        });
        let desk = Desk::new();
        let report = stage.sync(&desk);
        fine(&report);
        assert_eq!((report.retries, desk.facts() == calm.facts()), (1, true));
        let waited: u64 = desk.pace.waits().iter().map(std::time::Duration::as_secs).sum();
        assert!((20..=60).contains(&waited), "waited {waited} s");
    }
    // Longer than there is patience: limited, and gone on with later.
    let count = AtomicUsize::new(0);
    let stage = Stage::disturbed(W::of(SMALL), move |_| {
        (count.fetch_add(1, Ordering::SeqCst) == last).then(|| W::throttled(3_000))
    });
    let desk = Desk::new();
    let report = stage.sync(&desk);
    assert_eq!(report.state, SourceState::Limited, "{report:#?}");
    fine(&stage.sync(&desk));
    assert_eq!(desk.facts(), calm.facts());
}

fn cuts_at_every_answer_lose_and_double_nothing<W: World>() {
    let calm = Desk::new();
    let stage = Stage::new(W::of(SMALL));
    fine(&stage.sync(&calm));
    let calm = calm.facts();
    for before in 0..stage.server.count() {
        let left = Arc::new(AtomicUsize::new(before));
        let down = Arc::clone(&left);
        let stage = Stage::disturbed(W::of(SMALL), move |_| {
            let up =
                down.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
            (!up).then(|| Res::new(200, "").wire(Wire::Dropped))
        });
        let desk = Desk::new();
        assert_eq!(stage.sync(&desk).state, SourceState::Failed, "cut after {before} answers");
        left.store(usize::MAX / 2, Ordering::SeqCst);
        fine(&stage.sync(&desk));
        assert_eq!(desk.facts(), calm, "cut after {before} answers");
    }
}

mod plain {
    use super::{super::plain, *};

    /// The made-up API passes the suite, so that the suite itself is sound.
    #[derive(Clone)]
    struct Made {
        world: plain::World,
        wrong: Vec<String>,
    }

    impl World for Made {
        fn of(threads: usize) -> Self {
            let world = plain::World::of(&["general", "help"], threads as u64, 5);
            Self { world: plain::World { page: 5, ..world }, wrong: Vec::new() }
        }

        fn source(url: &str) -> (SourceConfig, Arc<dyn Remote>) {
            (plain::config("chat", url), Arc::new(plain::Plain { channels: None, ..plain::Plain::of(&[]) }))
        }

        fn answer(&mut self, asked: &Req) -> Res {
            let answer = self.world.answer(asked);
            if answer.status == 400 || asked.method != "GET" {
                self.wrong.push(format!("{} {}", asked.method, asked.path));
            }
            answer
        }

        fn wrong(&self) -> Vec<String> {
            self.wrong.clone()
        }

        fn facts(&self) -> usize {
            self.world.activities()
        }

        fn change(&mut self, at: Time) -> (usize, usize) {
            let topics = self.world.topics("general");
            (topics[2].title, topics[2].changed) = ("Edited".to_owned(), at.0);
            topics[5].posts.push((3, at.0));
            topics[5].changed = at.0;
            (1, 1)
        }

        fn delete(&mut self) -> usize {
            1 + self.world.topics("help").remove(3).posts.len()
        }

        fn hostile(&mut self) {
            for topic in self.world.topics("general") {
                topic.title = format!("\u{1b}[31m\u{202e}evil\r\n\u{200b}{}", "x".repeat(2_000));
            }
        }

        fn forbidden() -> Res {
            Res::status_json(403, &serde_json::json!({"message": "needs the scope \u{1b}[1mread\u{7}"}))
        }

        fn throttled(seconds: u64) -> Res {
            Res::new(429, "slow down").with("retry-after", seconds)
        }
    }

    #[test]
    fn a_made_up_source_passes_what_every_source_passes() {
        everything::<Made>();
    }
}

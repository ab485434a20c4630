//! The fold over the days: which moves the evidence makes. Must not know how evidence is found, nor any decision.

use crate::{
    domain::{
        account::Zone,
        journey::{BECAUSE, Move},
        stage::{Signal, Stage},
        time::{Day, Time},
    },
    journey::case::Act,
};

use super::{
    Engine,
    blocking::Blocking,
    evidence::{Evidence, Piece, Role},
    tally::Tally,
};

/// How a person stands by the rules from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Footing {
    pub(super) day: Day,
    pub(super) stage: Stage,
    pub(super) cause: Option<u32>,
    /// The furthest zone of the evidence so far, by signal; of objections only those that hold.
    zones: [Option<Zone>; Signal::ALL.len()],
    /// The signals that made a skeptic.
    came_by: [bool; Signal::ALL.len()],
}

impl Footing {
    pub(super) const START: Self = Self {
        day: Day(i32::MIN),
        stage: Stage::Unplaced,
        cause: None,
        zones: [None; Signal::ALL.len()],
        came_by: [false; Signal::ALL.len()],
    };

    /// The furthest zone that carries a stage.
    pub(super) fn basis(&self, stage: Stage) -> Option<Zone> {
        let carries = |signal: Signal| match stage {
            Stage::Skeptic => signal == Signal::Tests || self.came_by[signal as usize],
            Stage::Teacher => matches!(signal, Signal::Succeeds | Signal::Teaches),
            Stage::Guide => signal == Signal::Evangelises,
            Stage::GoGetter => signal == Signal::Advocates,
            Stage::Blocker => signal == Signal::Objects,
            Stage::Unplaced | Stage::Friend | Stage::Climber => false,
        };
        let all = Signal::ALL.iter().filter(|signal| carries(**signal));
        all.filter_map(|signal| self.zones[*signal as usize]).max()
    }

    fn is_like(&self, other: &Self) -> bool {
        Self { day: other.day, ..*self } == *other
    }
}

/// What the fold leaves behind.
pub(super) struct Folded {
    pub(super) moves: Vec<Move>,
    /// In order of days.
    pub(super) footings: Vec<Footing>,
}

/// Folds the evidence; `friendly` are the acts of a friend, in order.
pub(super) fn fold(engine: &Engine, evidence: &Evidence, friendly: &[Act]) -> Folded {
    let mut fold = Fold::new(engine, evidence, friendly);
    while let Some(day) = fold.next_day() {
        fold.day(day);
    }
    Folded { moves: fold.moves, footings: fold.footings }
}

struct Fold<'a> {
    engine: &'a Engine,
    pieces: &'a [Piece],
    roles: &'a [Role],
    friendly: &'a [Act],
    /// By piece: the day from which it counts no more.
    gone: Vec<Day>,
    /// Pieces in the order in which they go.
    going: Vec<usize>,
    /// Days on which an objection is ended by a fact.
    ends: Vec<Day>,
    /// Days on which a role ends.
    role_ends: Vec<Day>,
    /// How far each of the lists is done.
    done: Done,
    now: Footing,
    blocking: Blocking,
    /// The stage from which a role alone lifted the person to where they are (before the block).
    lifted: Option<Stage>,
    /// The moves away from the stage (before the block).
    tallies: Vec<Tally<'a>>,
    moves: Vec<Move>,
    footings: Vec<Footing>,
}

#[derive(Default)]
struct Done {
    pieces: usize,
    going: usize,
    ends: usize,
    roles: usize,
    role_ends: usize,
    friendly: usize,
}

impl<'a> Fold<'a> {
    fn new(engine: &'a Engine, evidence: &'a Evidence, friendly: &'a [Act]) -> Self {
        let pieces = evidence.pieces.as_slice();
        let last = |piece: &Piece| match (piece.entry.until, engine.expiry(&piece.entry)) {
            (Some(until), Some(expiry)) => until.min(expiry),
            (until, expiry) => until.or(expiry).unwrap_or(Day(i32::MAX)),
        };
        let gone: Vec<Day> = pieces.iter().map(last).collect();
        let mut going: Vec<usize> = (0..pieces.len()).collect();
        going.sort_by_key(|index| gone[*index]);
        let objects = |piece: &&Piece| piece.entry.signal == Signal::Objects;
        let mut ends: Vec<Day> =
            pieces.iter().filter(objects).filter_map(|piece| piece.entry.until).collect();
        ends.sort_unstable();
        let mut role_ends: Vec<Day> = evidence.roles.iter().filter_map(|role| role.until).collect();
        role_ends.sort_unstable();
        let mut fold = Self {
            engine,
            pieces,
            roles: &evidence.roles,
            friendly,
            gone,
            going,
            ends,
            role_ends,
            done: Done::default(),
            now: Footing::START,
            blocking: Blocking::default(),
            lifted: None,
            tallies: Vec::new(),
            moves: Vec::new(),
            footings: Vec::new(),
        };
        fold.tally();
        fold
    }

    /// The next day on which a fact changes the evidence.
    fn next_day(&self) -> Option<Day> {
        let piece = self.pieces.get(self.done.pieces).map(|piece| piece.entry.day);
        let end = self.ends.get(self.done.ends).copied();
        let role = self.roles.get(self.done.roles).map(|role| role.from);
        let role_end = self.role_ends.get(self.done.role_ends).copied();
        let friendly = self.friendly.get(self.done.friendly).map(|act| act.at.day());
        [piece, end, role, role_end, friendly].into_iter().flatten().min()
    }

    fn day(&mut self, day: Day) {
        self.now.day = day;
        self.go(day);
        let mut news = self.come(day);
        let ends = self.ends[self.done.ends..].partition_point(|end| *end <= day);
        self.done.ends += ends;
        if (ends > 0 || news.goes_on)
            && let Some(left) = self.blocking.end(self.engine, self.pieces, day)
        {
            self.leave(left.to, left.rule, &left.because);
            news.is_any = true;
        }
        self.done.role_ends += self.role_ends[self.done.role_ends..].partition_point(|end| *end <= day);
        if self.blocking.block.is_none() {
            news.is_any |= self.step_back();
            if news.is_any {
                self.climb();
            }
        }
        self.befriend(day);
        if news.objects && self.blocking.block.is_none() {
            self.block();
        }
        self.now.cause = self.blocking.block.as_ref().and_then(|block| block.cause);
        // New ones only reach further; they are taken up as they come.
        if ends > 0 || news.goes_on {
            self.now.zones[Signal::Objects as usize] = self.blocking.zone(self.pieces, day);
        }
        if !self.footings.last().unwrap_or(&Footing::START).is_like(&self.now) {
            self.footings.push(self.now);
        }
    }

    /// Takes from the tallies what counts no more.
    fn go(&mut self, day: Day) {
        while let Some(index) = self.going.get(self.done.going).copied()
            && self.gone[index] <= day
        {
            self.done.going += 1;
            // What came and went since the last day was never taken up.
            if index < self.done.pieces {
                self.tallies.iter_mut().for_each(|tally| tally.remove(&self.pieces[index]));
            }
        }
    }

    /// Takes up what is new on a day.
    fn come(&mut self, day: Day) -> News {
        let mut news = News::default();
        while let Some(piece) = self.pieces.get(self.done.pieces)
            && piece.entry.day <= day
        {
            let index = self.done.pieces;
            self.done.pieces += 1;
            news.is_any = true;
            let signal = piece.entry.signal;
            match signal {
                Signal::Objects => {
                    self.blocking.object(index);
                    news.objects = true;
                }
                Signal::Succeeds | Signal::Teaches => news.goes_on |= self.blocking.go_on(index),
                Signal::Tests | Signal::Evangelises | Signal::Advocates => {}
            }
            let zone = &mut self.now.zones[signal as usize];
            *zone = (*zone).max(Some(piece.entry.zone));
            self.tallies.iter_mut().for_each(|tally| tally.add(index, piece));
        }
        while self.roles.get(self.done.roles).is_some_and(|role| role.from <= day) {
            self.done.roles += 1;
            news.is_any = true;
        }
        news
    }

    /// Counts anew for the moves away from the stage.
    fn tally(&mut self) {
        let rules = self.engine.moves_from(self.now.stage);
        self.tallies = rules.map(|(number, rule)| Tally::new(number, rule)).collect();
        if self.tallies.is_empty() {
            return;
        }
        for (index, piece) in self.pieces.iter().enumerate().take(self.done.pieces) {
            if self.now.day < self.gone[index] {
                self.tallies.iter_mut().for_each(|tally| tally.add(index, piece));
            }
        }
    }

    /// Moves up as far as the evidence reaches, each rule at most once a day.
    fn climb(&mut self) {
        let mut used = Vec::new();
        while let Some((number, because, known_at)) = self.next_move(&used) {
            used.push(number);
            let rule = &self.engine.rules().moves[number];
            self.lifted = self.role().filter(|_| rule.role).map(|_| self.now.stage);
            self.step(rule.to, &rule.name, because, known_at);
            self.tally();
        }
    }

    /// The first rule that the evidence is enough for, the activities that carry it, and when they were known.
    fn next_move(&mut self, used: &[usize]) -> Option<(usize, Vec<i64>, Time)> {
        let day = self.now.day;
        // A role alone places nobody.
        let may_move = !matches!(self.now.stage, Stage::Unplaced | Stage::Friend) || self.has_tried();
        let role = self.role();
        for tally in self.tallies.iter_mut().filter(|tally| may_move && !used.contains(&tally.number)) {
            if let Some(role) = role.filter(|_| tally.rule.role) {
                return Some((tally.number, vec![role.seq], role.known_at));
            }
            let Some(counted) = tally.enough(self.engine, self.pieces, &self.gone, day) else { continue };
            if tally.rule.to == Stage::Skeptic {
                let came_by =
                    |signal: &Signal| counted.iter().any(|index| self.pieces[*index].entry.signal == *signal);
                for signal in Signal::ALL {
                    self.now.came_by[*signal as usize] = came_by(signal);
                }
            }
            let (because, known_at) = carried(self.pieces, &counted);
            return Some((tally.number, because, known_at));
        }
        None
    }

    /// The first role that is held on the day.
    fn role(&self) -> Option<Role> {
        let day = self.now.day;
        let holds = |role: &&Role| role.from <= day && role.until.is_none_or(|until| day < until);
        self.roles.iter().find(holds).copied()
    }

    /// Whom a role alone lifted steps back when none is held any longer, unless their evidence carries them by now.
    fn step_back(&mut self) -> bool {
        let Some(from) = self.lifted.filter(|_| self.role().is_none()) else { return false };
        self.lifted = None;
        let stage = std::mem::replace(&mut self.now.stage, from);
        self.tally();
        let (pieces, gone, day) = (self.pieces, &self.gone, self.now.day);
        let mut carrying = self.tallies.iter_mut().filter(|tally| tally.rule.to == stage);
        let is_carried = carrying.any(|tally| tally.enough(self.engine, pieces, gone, day).is_some());
        self.now.stage = stage;
        if !is_carried {
            let ended = self.roles.iter().filter(|role| role.until.is_some_and(|until| until <= day));
            let last = ended.max_by_key(|role| role.until).and_then(|role| role.ended_by);
            let (because, known_at) = last.map_or((Vec::new(), day.start()), |(seq, at)| (vec![seq], at));
            self.step(from, ROLE_ENDED, because, known_at);
        }
        self.tally();
        !is_carried
    }

    fn step(&mut self, to: Stage, rule: &str, because: Vec<i64>, mut known_at: Time) {
        let (day, from) = (self.now.day, self.now.stage);
        // What follows from the end of a block could not be known before it.
        if let Some(last) = self.moves.last()
            && (last.day, last.from) == (day, Stage::Blocker)
        {
            known_at = known_at.max(last.known_at);
        }
        self.now.stage = to;
        let basis = self.now.basis(to);
        let mut because = because;
        // One act may be evidence of several signals.
        because.dedup();
        because.drain(..because.len().saturating_sub(BECAUSE));
        let rule = rule.to_owned();
        self.moves.push(Move { day, from, to, rule, basis, known_at, because, cause: None });
    }

    /// Comes off a block. The tallies are those of the stage before it.
    fn leave(&mut self, to: Stage, rule: &str, because: &[(i64, Time)]) {
        let known_at = because.iter().map(|(_, known_at)| *known_at).max();
        let known_at = known_at.unwrap_or_else(|| self.now.day.start());
        self.step(to, rule, because.iter().map(|(seq, _)| *seq).collect(), known_at);
    }

    fn block(&mut self) {
        let (day, stage) = (self.now.day, self.now.stage);
        let Some(counted) = self.blocking.begin(self.engine, self.pieces, stage, day) else { return };
        let (because, known_at) = carried(self.pieces, &counted);
        self.now.zones[Signal::Objects as usize] = self.blocking.zone(self.pieces, day);
        self.step(Stage::Blocker, "blocker", because, known_at);
        if let Some(made) = self.moves.last_mut() {
            made.cause = self.blocking.block.as_ref().and_then(|block| block.cause);
        }
    }

    /// Whether there was any evidence so far that can place somebody.
    fn has_tried(&self) -> bool {
        self.pieces[..self.done.pieces].iter().any(|piece| !piece.is_passive && !piece.is_role)
    }

    /// Reactions and attendances, and nothing else at all.
    fn befriend(&mut self, day: Day) {
        if self.done.friendly == self.friendly.len() {
            return;
        }
        let before = self.done.friendly;
        while self.friendly.get(self.done.friendly).is_some_and(|act| act.at.day() <= day) {
            self.done.friendly += 1;
        }
        if self.has_tried() {
            // Nobody who tried becomes a friend: the rest need not be gone through.
            self.done.friendly = self.friendly.len();
            return;
        }
        if self.done.friendly == before || self.now.stage != Stage::Unplaced {
            return;
        }
        let thresholds = &self.engine.rules().thresholds;
        let acts = &self.friendly[..self.done.friendly];
        let (Some(first), Some(last)) = (acts.first(), acts.last()) else { return };
        let days = last.at.day().0.saturating_sub(first.at.day().0);
        if acts.len() >= thresholds.friend_acts as usize
            && i64::from(days) >= i64::from(thresholds.friend_days)
        {
            let known_at = acts.iter().map(|act| act.known_at).max().unwrap_or_default();
            self.step(Stage::Friend, "friend", acts.iter().map(|act| act.seq).collect(), known_at);
            self.tally();
        }
    }
}

/// The rule by which somebody steps back whose role alone had lifted them.
const ROLE_ENDED: &str = "role-ended";

/// What is new on a day.
#[derive(Default)]
struct News {
    is_any: bool,
    objects: bool,
    /// Success or teaching while something blocks.
    goes_on: bool,
}

/// The activities of some pieces in order of time, and when the last of them was known.
fn carried(pieces: &[Piece], counted: &[usize]) -> (Vec<i64>, Time) {
    let known_at = counted.iter().map(|index| pieces[*index].entry.known_at).max().unwrap_or_default();
    (counted.iter().map(|index| pieces[*index].entry.seq).collect(), known_at)
}

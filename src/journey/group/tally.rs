//! Who belongs, who is active and where they stand, as counters that follow each change. Must not know days or deals.

use std::collections::BTreeMap;

use crate::domain::{
    account::Zone,
    journey::{Group, Spell},
    stage::{Phase, Stage},
};

/// What a member adds to the counters.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    belongs: bool,
    /// Only of who is active.
    stage: Option<Stage>,
    zone: Option<Zone>,
    /// Only of who is for it.
    basis: Option<Zone>,
    /// Only of blockers.
    cause: Option<u32>,
}

pub(super) struct Tally {
    shares: Vec<Share>,
    group: Group,
    zones: [u32; Zone::ALL.len()],
    bases: [u32; Zone::ALL.len()],
    causes: BTreeMap<u32, u32>,
    /// How many blockers one cause must hold to count as shared, and how many causes do.
    same_cause: u32,
    shared: u32,
    /// Who belonged so far, and who belongs.
    pub(super) people: u32,
    pub(super) members: u32,
}

impl Share {
    fn of(spell: Option<&Spell>) -> Self {
        let Some(spell) = spell.filter(|spell| spell.active) else {
            return Self { belongs: true, ..Self::default() };
        };
        Self {
            belongs: true,
            stage: Some(spell.stage),
            zone: spell.zone,
            basis: spell.basis.filter(|_| spell.stage.is_for()),
            cause: spell.cause.filter(|_| spell.stage == Stage::Blocker),
        }
    }
}

impl Tally {
    pub(super) fn new(people: usize, same_cause: u32) -> Self {
        Self {
            shares: vec![Share::default(); people],
            group: Group::default(),
            zones: [0; Zone::ALL.len()],
            bases: [0; Zone::ALL.len()],
            causes: BTreeMap::new(),
            same_cause: same_cause.max(1),
            shared: 0,
            people: 0,
            members: 0,
        }
    }

    pub(super) fn stands(&mut self, member: usize, spell: Option<&Spell>, is_new: bool) {
        self.people += u32::from(is_new);
        self.replace(member, Share::of(spell));
    }

    pub(super) fn leaves(&mut self, member: usize) {
        self.replace(member, Share::default());
    }

    /// Whether the member is an active blocker.
    pub(super) fn blocks(&self, member: usize) -> bool {
        self.shares[member].stage == Some(Stage::Blocker)
    }

    /// Whether one cause holds as many blockers as contest a group.
    pub(super) fn shares_a_cause(&self) -> bool {
        self.shared > 0
    }

    /// All but the state.
    pub(super) fn group(&self) -> Group {
        Group { basis: furthest(&self.bases), ..self.group }
    }

    pub(super) fn phase(&self) -> Phase {
        match furthest(&self.zones) {
            None => Phase::Quiet,
            Some(Zone::Upstream) => Phase::Upstream,
            Some(Zone::Program) => Phase::Program,
            Some(Zone::Downstream) => Phase::Downstream,
        }
    }

    fn replace(&mut self, member: usize, new: Share) {
        let old = std::mem::replace(&mut self.shares[member], new);
        self.count(old, |count| *count -= 1);
        self.count(new, |count| *count += 1);
        if old.cause != new.cause {
            self.unblock(old.cause);
            self.block(new.cause);
        }
    }

    fn count(&mut self, share: Share, step: impl Fn(&mut u32)) {
        if share.belongs {
            step(&mut self.members);
        }
        if let Some(stage) = share.stage {
            step(&mut self.group.active);
            step(match stage {
                Stage::Skeptic => &mut self.group.skeptic,
                Stage::Blocker => &mut self.group.blocker,
                Stage::Teacher => &mut self.group.teacher,
                Stage::Guide => &mut self.group.guide,
                Stage::GoGetter => &mut self.group.go_getter,
                Stage::Unplaced | Stage::Friend | Stage::Climber => &mut self.group.other,
            });
        }
        if let Some(zone) = share.zone {
            step(&mut self.zones[zone as usize]);
        }
        if let Some(zone) = share.basis {
            step(&mut self.bases[zone as usize]);
        }
    }

    fn block(&mut self, cause: Option<u32>) {
        let Some(cause) = cause else { return };
        let held = self.causes.entry(cause).or_default();
        *held += 1;
        self.shared += u32::from(*held == self.same_cause);
    }

    fn unblock(&mut self, cause: Option<u32>) {
        let Some(held) = cause.and_then(|cause| self.causes.get_mut(&cause)) else { return };
        self.shared -= u32::from(*held == self.same_cause);
        *held -= 1;
    }
}

fn furthest(counts: &[u32; Zone::ALL.len()]) -> Option<Zone> {
    Zone::ALL.iter().copied().rfind(|zone| counts[*zone as usize] > 0)
}

//! Made-up members and their pasts, short to write.

use buyin::{
    domain::{
        account::{Relation, Zone},
        ids::PersonId,
        journey::{AccountJourney, AccountSpell, Crossing, DealFact, DealStep, PersonJourney, Spell},
        rules::{Rules, Thresholds},
        stage::{GroupState, Stage},
        time::Day,
    },
    journey::group::{MemberPast, account},
};

/// A person with a journey and periods at the account.
#[derive(Debug, Clone, Default)]
pub(super) struct Past {
    pub(super) person: PersonId,
    pub(super) stays: Vec<(Option<i32>, Option<i32>)>,
    pub(super) journey: PersonJourney,
}

pub(super) fn person(number: u32) -> PersonId {
    let mut bytes = [0; 10];
    bytes[6..].copy_from_slice(&number.to_be_bytes());
    PersonId(bytes)
}

pub(super) fn thresholds() -> Thresholds {
    Rules::default().thresholds
}

/// Somebody who stands there, active, from day 100 on.
pub(super) fn stands(number: u32, stage: Stage) -> Past {
    Past { person: person(number), stays: vec![(Some(90), None)], ..Past::default() }.then(100, stage)
}

pub(super) fn many(count: u32, from: u32, stage: Stage) -> Vec<Past> {
    (from..from + count).map(|number| stands(number, stage)).collect()
}

impl Past {
    pub(super) fn stays(self, stays: &[(Option<i32>, Option<i32>)]) -> Self {
        Self { stays: stays.to_vec(), ..self }
    }

    pub(super) fn then(self, from: i32, stage: Stage) -> Self {
        self.spell(from, stage, |_| ())
    }

    pub(super) fn spell(mut self, from: i32, stage: Stage, with: impl Fn(&mut Spell)) -> Self {
        let mut spell = Spell {
            from: Day(from),
            stage,
            automatic: stage,
            active: true,
            basis: stage.is_for().then_some(Zone::Upstream),
            zone: Some(Zone::Upstream),
            cause: None,
            left_alone: false,
        };
        with(&mut spell);
        self.journey.spells.push(spell);
        self
    }

    /// What blocks them in their last spell.
    pub(super) fn by(mut self, cause: u32) -> Self {
        self.journey.spells.last_mut().unwrap().cause = Some(cause);
        self
    }

    pub(super) fn deal(mut self, day: i32, deal: u32, what: DealStep) -> Self {
        self.journey.deals.push(DealFact { day: Day(day), deal, what });
        self
    }

    pub(super) fn crosses(mut self, day: i32, from: Option<Zone>, to: Zone) -> Self {
        self.journey.crossings.push(Crossing { day: Day(day), from, to, because: i64::from(day) });
        self
    }
}

pub(super) fn members(pasts: &[Past]) -> Vec<MemberPast<'_>> {
    let mut all = Vec::new();
    for past in pasts {
        for (from, to) in &past.stays {
            let (from, to) = (from.map(Day), to.map(Day));
            all.push(MemberPast { person: past.person, from, to, journey: &past.journey });
        }
    }
    all
}

pub(super) fn past(relation: Relation, pasts: &[Past]) -> AccountJourney {
    account(&thresholds(), relation, &members(pasts))
}

pub(super) fn on(journey: &AccountJourney, day: i32) -> AccountSpell {
    *journey.spells.iter().rfind(|spell| spell.from <= Day(day)).expect("a spell by that day")
}

/// The state on day 150.
pub(super) fn state(pasts: &[Past]) -> GroupState {
    on(&past(Relation::Prospect, pasts), 150).group.state
}

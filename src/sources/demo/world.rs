//! The whole invented community: what happens at each account and in the project itself, always the same for the
//! same accounts, seed and day. Must not know how it is written down.

use crate::{
    config::{DemoConfig, DemoPart},
    domain::activity::Kind,
};

use super::{
    accounts::{Deal, Sort, sort_of},
    people::live,
    plan::{DAY, Fact, HISTORY, MAINTAINERS, Member, Place, Plan, STAFF, Thread, Who},
    random::Random,
    scene::Script,
    titles,
};

/// When 4.0 came, and when its thread was opened, in days before the end.
const RELEASED: u16 = 76;
const COLLECTED: u16 = 72;

#[derive(Debug, Clone, Copy)]
pub(super) struct World {
    pub(super) accounts: u32,
    pub(super) seed: u64,
    /// The first second of the day of `now`: everything has happened before.
    pub(super) end: i64,
}

/// The thread about the release that broke so much.
pub(super) const fn release_place() -> Place {
    let title = ["4.0", "problems after the upgrade, collected"];
    Place { part: DemoPart::Community, subject: "repo:tarnmill/engine", thread: Some(Thread::Release), title }
}

impl World {
    pub(super) fn new(config: &DemoConfig) -> Self {
        Self { accounts: config.accounts, seed: config.seed, end: config.now.day().start().0 }
    }

    /// The day of the history on which the thread of the release was opened.
    pub(super) const fn release_day() -> u16 {
        HISTORY - COLLECTED
    }

    fn empty(&self, account: u32) -> Plan {
        Plan { account, end: self.end, ..Plan::default() }
    }

    /// All that happens at an account; for the number after the last account: in the project itself.
    pub(super) fn plan(&self, account: u32) -> Plan {
        let mut random = Random::of(&[self.seed, u64::from(account), 1]);
        if account == self.accounts {
            return self.project(&mut random);
        }
        let sort = sort_of(account);
        let mut plan = self.empty(account);
        if sort.cause {
            shared_bug(&mut plan, &mut random);
        }
        for (like, low, high) in sort.people {
            for _ in 0..random.between(*low, *high) {
                let hidden = random.chance(9);
                let changes_jobs = !hidden && self.accounts > 1 && random.chance(6) && like.began.0 > 200;
                let moved = changes_jobs.then(|| plan.days_ago(random.between(120, 400)));
                let member = Member { like: like.name, hidden, moved, contact: None };
                if let Some(me) = plan.join(member) {
                    live(&mut plan, &mut random, me, like);
                }
            }
        }
        crm(&mut plan, &mut random, sort);
        plan
    }

    /// Roles, releases, what your own people do.
    fn project(&self, random: &mut Random) -> Plan {
        let mut plan = self.empty(self.accounts);
        let end = self.end;
        let mut script =
            Script { plan: &mut plan, random, me: Who::Stranger(0), at: end - i64::from(COLLECTED) * DAY };
        let place = release_place();
        script.say(place, Kind::IssueOpened, script.me, None, ["kind/regression", "area/upgrade"]);
        for maintainer in STAFF..STAFF + MAINTAINERS {
            script.at = end - (i64::from(HISTORY) - 2) * DAY + i64::from(maintainer) * 3_000;
            let place = Place { thread: None, title: ["maintainer", ""], ..place };
            script.say(place, Kind::RoleGranted, Who::Cast(maintainer), None, [""; 2]);
        }
        for (number, version) in titles::VERSIONS.iter().enumerate() {
            let before =
                i64::from(RELEASED) + i64::try_from(titles::VERSIONS.len() - 1 - number).unwrap_or(0) * 58;
            script.at = end - before * DAY + 40_000;
            let place = Place { thread: None, title: ["Tarnmill", version], ..place };
            script.say(place, Kind::ReleasePublished, Who::Cast(0), None, [""; 2]);
        }
        for week in 0..i64::from(HISTORY) / 7 {
            script.at = end - (i64::from(HISTORY) - week * 7) * DAY + script.random.between(20_000, 200_000);
            script.me = Who::Cast(u8::try_from(week % i64::from(STAFF + MAINTAINERS)).unwrap_or(0));
            script.play(super::scene::Scene::Change);
        }
        plan
    }
}

/// The first thread of an account whose people meet in one bug.
fn shared_bug(plan: &mut Plan, random: &mut Random) {
    let at = plan.days_ago(80) + 36_000;
    let mut script = Script { plan, random, me: Who::Stranger(1), at };
    let thread = Some(script.plan.open(at));
    let place = Place { title: ["engine", titles::AREAS[2].faults[0]], thread, ..release_place() };
    script.say(place, Kind::IssueOpened, script.me, None, ["kind/bug", "area/upgrade"]);
}

/// Whom the CRM names, and how the deal goes: facts about the first member and the other contacts.
fn crm(plan: &mut Plan, random: &mut Random, sort: &Sort) {
    let steps: &[(Kind, i64, &'static str)] = match sort.deal {
        Deal::None => return,
        Deal::Open => &[
            (Kind::DealCreated, 140, ""),
            (Kind::DealStageChanged, 95, "qualified"),
            (Kind::DealStageChanged, 33, "security review"),
        ],
        Deal::Won => &[
            (Kind::DealCreated, 350, ""),
            (Kind::DealStageChanged, 320, "proposal"),
            (Kind::DealWon, 270, "signed"),
        ],
        Deal::Lost => &[(Kind::DealCreated, 300, ""), (Kind::DealLost, 150, "no budget")],
        Deal::Churned => &[
            (Kind::DealCreated, 480, ""),
            (Kind::DealWon, 430, "signed"),
            (Kind::DealLost, 110, "migrated-away"),
        ],
    };
    let first = plan.days_ago(steps[0].1);
    let title = ["Tarnmill Cloud", "platform licence"];
    let place = Place { part: DemoPart::Crm, subject: "channel:deals", thread: Some(Thread::Deal), title };
    let mut script = Script { plan, random, me: Who::Member(0), at: first - 2 * DAY };
    script.contact("Head of platform");
    for (kind, before, label) in steps {
        script.at = script.plan.days_ago(*before) + script.random.between(30_000, 60_000);
        script.say(place, *kind, script.me, None, [label, ""]);
    }
    script.at = first + 5 * DAY;
    let role = Place { title: ["Buying role", "economic buyer"], ..place };
    script.say(role, Kind::CrmRoleSet, script.me, None, ["economic buyer", ""]);
    let others = (0_u8..).zip(&script.plan.members).skip(1).filter(|(_, member)| member.contact.is_some());
    for member in others.map(|(number, _)| number).collect::<Vec<_>>() {
        script.at += 9 * DAY;
        let role = Place { title: ["Buying role", "technical evaluator"], ..place };
        script.say(role, Kind::CrmRoleSet, Who::Member(member), None, ["technical evaluator", ""]);
    }
}

/// A fact with the names it needs lies in exactly one part.
pub(super) fn in_part(fact: &Fact, part: DemoPart) -> bool {
    fact.place.part == part
}

//! Why: entries that sum to the number shown.

use buyin::{
    domain::{
        account::{Relation, Zone},
        ids::AccountId,
        points::Points,
        stage::{GroupState, MomentumState, Stage},
        time::{Day, Week},
        why::Why,
    },
    journey::{
        group::{Backer, support_why},
        momentum::{Trend, momentum, momentum_why},
    },
};

use super::past::{Past, many, on, past, stands, thresholds};

fn backers(pasts: &[Past]) -> Vec<Backer> {
    let of = |past: &Past| {
        let spell = past.journey.spells.last().unwrap();
        Backer {
            person: past.person,
            name: "Ada Example <ada@acme.example>".to_owned(),
            stage: spell.stage,
            since: Some(spell.from),
            basis: spell.basis,
            cause: spell.cause.map(|cause| format!("#{cause}")),
        }
    };
    pasts.iter().map(of).collect()
}

fn support(pasts: &[Past]) -> (Why, GroupState) {
    let group = on(&past(Relation::Prospect, pasts), 150).group;
    let why = support_why(&thresholds(), &group, Day(150), &backers(pasts));
    let sum: Points = why.ledger.iter().map(|entry| entry.decayed).sum();
    assert_eq!(sum, why.total, "the entries sum to the total");
    assert_eq!(why.total, Points(i64::from(group.backing()) * 1_000), "which is how many are for it");
    assert_eq!(why.number, Points(i64::from(group.support())), "and the number is their share");
    assert_eq!(why.ledger.len(), group.placed() as usize);
    (why, group.state)
}

#[test]
fn support_has_one_entry_for_each_placed_member() {
    let pasts = [
        many(2, 0, Stage::Teacher),
        vec![stands(5, Stage::Guide).spell(120, Stage::Guide, |spell| spell.basis = Some(Zone::Program))],
        vec![stands(6, Stage::Skeptic), stands(7, Stage::Friend)],
    ];
    let (why, state) = support(&pasts.concat());
    assert_eq!(state, GroupState::Consensus);
    let shown: Vec<_> =
        why.ledger.iter().map(|entry| (entry.what.as_deref().unwrap(), entry.decayed.0)).collect();
    let teacher = ("Ada Example ada: teacher, upstream", 1_000);
    let skeptic = ("Ada Example ada: skeptic", 0);
    assert_eq!(shown, [teacher, teacher, skeptic, ("Ada Example ada: guide, program", 1_000)]);
    assert_eq!((why.ledger[3].at, why.ledger[3].age_days), (Day(120), 30));
    assert_eq!((why.number, why.enter, why.leave), (Points(750), Some(Points(600)), Some(Points(600))));
    let said = [
        "3 of 4 we can see",
        "consensus: for it on the product",
        "1 more active member is not on the ladder",
    ];
    assert_eq!(why.remarks, said);
}

#[test]
fn support_says_what_stands_against_a_consensus() {
    let forming = support(&[many(2, 0, Stage::Teacher), many(2, 10, Stage::Skeptic)].concat()).0;
    let said =
        ["2 of 4 we can see", "a consensus needs 1 more for it", "a consensus needs a share of 0.6 for it"];
    assert_eq!((forming.leave, forming.remarks), (None, said.map(str::to_owned).to_vec()));
    let blockers = || [stands(90, Stage::Blocker).by(7), stands(91, Stage::Blocker).by(7)].to_vec();
    let contested = support(&[many(20, 0, Stage::Teacher), blockers()].concat()).0;
    assert_eq!(contested.remarks, ["20 of 22 we can see", "contested: #7 blocks 2"]);
    let contested = support(&[many(2, 0, Stage::Teacher), blockers()].concat()).0;
    let said = [
        "2 of 4 we can see",
        "contested: 2 of 4 are blocked, a share of 0.1 or more",
        "contested: #7 blocks 2",
    ];
    assert_eq!(contested.remarks, said);
    let wide = support(&many(40, 0, Stage::Teacher)).0;
    assert_eq!(wide.remarks[1], "40 active members are too many for one verdict: at most 25");
    let none = support(&[stands(1, Stage::Friend)]).0;
    assert_eq!((none.number, none.total), (Points(0), Points(0)));
    assert_eq!(none.remarks[1], "fewer than 2 placed members are no group");
}

#[test]
fn momentum_has_one_entry_for_each_recent_week() {
    let account = |number| AccountId([number; 10]);
    let mut mine = vec![0; 26];
    mine[20] = 9;
    mine.extend([1, 2, 0, 6]);
    let mut theirs = vec![10; 26];
    theirs.extend([10; 4]);
    let all = [(account(1), mine.clone(), true), (account(2), theirs, true)];
    let concluded = momentum(&thresholds(), &all)[0].1;
    assert_eq!(concluded.state, MomentumState::Rising);
    let trend = Trend::of(&thresholds(), &all);
    let last = Day::parse("2026-11-15").unwrap().week();
    let why = momentum_why(&thresholds(), trend, &mine, last, concluded);
    assert_eq!(why.ledger.iter().map(|entry| entry.decayed).sum::<Points>(), why.total);
    assert_eq!((why.total, why.number), (Points(9_000), Points(i64::from(concluded.value))));
    let shown: Vec<_> = why.ledger.iter().map(|entry| entry.what.as_deref().unwrap()).collect();
    assert_eq!(
        shown,
        [
            "week of 2026-10-19: 1 active member",
            "week of 2026-10-26: 2 active members",
            "week of 2026-11-02: 0 active members",
            "week of 2026-11-09: 6 active members",
        ]
    );
    assert_eq!(why.ledger[3].at, Week(last.0).monday());
    assert_eq!((why.ledger[3].age_days, why.ledger[0].age_days), (6, 27));
    // (9 + 1) * (9 + 40 + 4) / (9 + 260 + 26)
    let said = [
        "expected 1.797: (9 in the 26 weeks before + 1) x 53 / 295 of the community",
        "rising: 0.001 of such accounts would be as far off by chance; of all called so, 0.1 at most are wrong",
    ];
    assert_eq!(why.remarks, said);
    assert_eq!(why.number, Points(5_009));
}

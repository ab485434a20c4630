//! Small worlds by chance: six people of two companies, a bot and often one of your own people among them, seven threads in
//! three sources and zones, labels, roles, a CRM, decisions, sources that were heard less far. Must not know what follows.

use buyin::{
    domain::{
        account::Zone,
        activity::Kind,
        person::Nature,
        points::Points,
        rules::Rules,
        stage::Stage,
        time::{Day, Time},
    },
    journey::case::{Belonging, Decided, DecidedOn},
};
use proptest::{
    collection::vec,
    option,
    prelude::*,
    sample::{Index, select},
};

use super::world::{Fact, OPENINGS, Somebody, World};

const START: Day = Day(20_089);
const SPAN: i32 = 260;
const PEOPLE: usize = 6;
const CRM: u16 = 2;
const UNOPENED: u32 = 2;

/// Often enough together that something happens; a kind that stands twice comes twice as often.
const KINDS: &str = "issue.opened issue.opened issue.opened issue.opened topic.opened topic.opened pr.opened pr.opened \
    commit.authored commit.authored commit.authored commit.coauthored pr.merged pr.merged pr.merged pr.reviewed \
    pr.reviewed commit.reviewed commit.merged issue.commented issue.commented issue.commented issue.commented \
    issue.commented post.replied post.replied message.replied answer.accepted answer.accepted issue.closed issue.closed issue.closed \
    issue.closed issue.reopened issue.reopened issue.reopened role.granted role.granted role.removed content.published \
    content.published content.published event.spoke content.amplified reaction.given reaction.given reaction.given \
    event.attended repo.starred pricing.asked pricing.asked review.security trial.started support.opened support.closed message.posted pr.closed";
const CRM_KINDS: &str = "crm.role_set crm.role_set crm.role_set deal.created deal.created deal.won deal.lost \
    contact.created contact.created call.held";
/// What happens in issues, for worlds of much trouble.
const TROUBLE: &str = "issue.opened issue.opened issue.opened issue.commented issue.commented issue.closed issue.closed \
    issue.reopened issue.reopened role.granted commit.authored pr.merged answer.accepted content.published";
/// What somebody does who uses it much and speaks of it outside.
const USAGE: &str = "role.granted content.published event.spoke content.amplified pricing.asked pricing.asked \
    review.security review.security trial.started issue.opened";
const LABELS: [&str; 17] = [
    "",
    "",
    "",
    "",
    "",
    "Bug",
    "kind/bug",
    "crash",
    "question",
    "idea",
    "docs",
    "not planned",
    "not planned",
    "wontfix",
    "fixed",
    "lifecycle/stale",
    "churned",
];

/// One act by chance: day, who, of which kind, thread, upon whom, label.
type Chance = (i32, usize, Index, Option<u32>, Option<usize>, Index);

fn kinds(crm: bool, trouble: bool) -> Vec<(Kind, bool)> {
    let read = |text: &str, crm: bool| -> Vec<(Kind, bool)> {
        text.split_whitespace().map(|word| (Kind::parse(word).expect("a kind"), crm)).collect()
    };
    let mut kinds = read(if trouble { TROUBLE } else { KINDS }, false);
    if !crm && !trouble {
        return read(USAGE, false);
    }
    if crm && !trouble {
        kinds.extend(read(CRM_KINDS, true));
    }
    kinds
}

fn chance() -> impl Strategy<Value = Chance> {
    (
        0..SPAN,
        prop_oneof![3 => Just(0), 2 => Just(1), 2 => Just(2), 2 => Just(3), 1 => Just(4), 1 => Just(5)],
        any::<Index>(),
        option::weighted(0.75, 0..5_u32),
        option::weighted(0.4, 0..PEOPLE),
        any::<Index>(),
    )
}

fn fact(at: usize, chance: &Chance, kinds: &[(Kind, bool)], downstream: &[Kind]) -> Fact {
    let (day, who, kind, thread, upon, label) = chance;
    let (kind, crm) = *kind.get(kinds);
    let thread = thread.map(|thread| if crm { 6 + thread % 2 } else { thread });
    let source = match thread {
        _ if crm => CRM,
        Some(3..) => 1,
        _ => 0,
    };
    let zone = match source {
        _ if downstream.contains(&kind) => Zone::Downstream,
        0 => Zone::Upstream,
        1 => Zone::Program,
        _ => Zone::Downstream,
    };
    let label = if crm && label.index(3) > 0 { "Champion" } else { *label.get(&LABELS) };
    let seq = i64::try_from(at).expect("small");
    // No two in one second: then the order of arrival makes no difference.
    let at = Time(START.plus(*day).start().0 + 3_600 + seq);
    let identity = |who: usize| u32::try_from(who).expect("small") + 10 * (u32::from(source) + 1);
    Fact {
        seq,
        at,
        known_at: at.plus_days(seq % 3),
        source,
        identity: identity(*who),
        kind,
        zone,
        labels: if label.is_empty() { Vec::new() } else { vec![label.to_owned()] },
        subject: Some(u32::from(source)),
        thread,
        counterpart: upon.map(identity),
    }
}

fn people(moved: Option<i32>, own: bool) -> Vec<Somebody> {
    let at = |account: u8, from: Option<Day>, to: Option<Day>| Belonging {
        account: World::account(account),
        from,
        to,
    };
    let moved = moved.map(|day| START.plus(day));
    let ada = vec![at(1, None, None)];
    let bo = match moved {
        None => vec![at(1, None, None)],
        Some(day) => vec![at(1, None, Some(day)), at(2, Some(day), None)],
    };
    let all = [
        ("ada", Nature::Human, ada),
        ("bo", Nature::Human, bo),
        ("cy", Nature::Human, vec![at(2, None, None)]),
        ("max", Nature::Human, Vec::new()),
        ("bot", Nature::Bot, vec![at(1, None, None)]),
        ("dana", if own { Nature::Own } else { Nature::Human }, Vec::new()),
    ];
    let identities = |who: u32| (1..=3).map(|source| who + 10 * source).collect();
    (0..)
        .zip(all)
        .map(|(who, (name, nature, belongings))| Somebody {
            name: name.to_owned(),
            nature,
            identities: identities(who),
            belongings,
        })
        .collect()
}

fn decision() -> impl Strategy<Value = (usize, Decided)> {
    let what = prop_oneof![
        select(Stage::ALL).prop_map(DecidedOn::Pin),
        Just(DecidedOn::Climber),
        Just(DecidedOn::LeaveAlone),
    ];
    (0..4_usize, 0..SPAN, option::of(1..60), what).prop_map(|(whom, from, days, what)| {
        let from = START.plus(from);
        (whom, Decided { from, until: days.map(|days| from.plus(days)), what })
    })
}

/// Threads begin with their opening, but for one whose opening nobody knows; a closing or merging names whose issue or
/// change it is, or nobody.
fn mend(world: &mut World) {
    let before = world.clone();
    for fact in &mut world.facts {
        let opening = before.opener(fact);
        let again = opening.is_some_and(|open| open.seq != fact.seq) && OPENINGS.contains(&fact.kind);
        // Changes are written before they are opened.
        let early = matches!(fact.kind, Kind::CommitAuthored | Kind::CommitCoauthored);
        let unopened = fact.thread == Some(UNOPENED);
        if again || fact.source != CRM && opening.is_none() != unopened && (unopened || !early) {
            fact.thread = None;
        }
        if let Some(opening) = opening
            && matches!(fact.kind, Kind::IssueClosed | Kind::SupportClosed | Kind::PrMerged | Kind::PrClosed)
        {
            fact.counterpart = fact.counterpart.map(|_| opening.identity);
        }
    }
}

/// A world; if `crm` says so without facts of a CRM, and with much usage instead.
pub(super) fn world(crm: bool) -> impl Strategy<Value = World> {
    let covered = || option::weighted(0.25, 0..SPAN);
    (
        vec(chance(), 1..36),
        vec(decision(), 0..3),
        option::of(0..SPAN),
        0..120_i32,
        select(vec![20, 90, SPAN]),
        (proptest::bool::weighted(0.25), any::<bool>()),
        (covered(), covered()),
    )
        .prop_map(move |(chances, mut decisions, moved, after, pace, (trouble, own), (forge, forum))| {
            let kinds = kinds(crm, trouble);
            let downstream = Rules::default().acts.downstream;
            let facts = chances.iter().enumerate().map(|(at, chance)| {
                let (day, who, kind, thread, upon, label) = *chance;
                fact(at, &(day * pace / SPAN, who, kind, thread, upon, label), &kinds, &downstream)
            });
            let mut world = World::new(people(moved, own), facts.collect(), START.plus(SPAN + after));
            mend(&mut world);
            // What happened first stands first in the ledger.
            (0..).zip(&mut world.facts).for_each(|(seq, fact)| fact.seq = seq);
            decisions.sort_by_key(|(_, decided)| decided.from);
            world.decisions = decisions;
            for (source, day) in [(0, forge), (1, forum)] {
                if let Some(day) = day {
                    world.covered.insert(source, START.plus(day));
                }
            }
            world
        })
}

/// Ours, or rules by which things happen sooner: few facts are enough to reach every stage.
pub(super) fn rules() -> impl Strategy<Value = Rules> {
    prop_oneof![1 => Just(Rules::default()), 3 => quick()]
}

fn quick() -> impl Strategy<Value = Rules> {
    ((15..60_u32, 5..25_u32), 1_000..3_000_i64, (1..3_u32, 0..15_u32, 0..3_u32), 600..2_600_i64, 10..90_u32)
        .prop_map(|((active, unanswered), points, (weeks, days, counterparts), block, half)| {
            let mut rules = Rules::default();
            rules.thresholds.active_days = active;
            rules.thresholds.unanswered_days = unanswered;
            (rules.thresholds.friend_acts, rules.thresholds.friend_days) = (2, days);
            for rule in &mut rules.moves {
                rule.points = rule.points.min(Points(points));
                (rule.weeks, rule.days) = (rule.weeks.min(weeks), rule.days.min(days));
                rule.counterparts = rule.counterparts.min(counterparts);
            }
            for rule in rules.signals.iter_mut().step_by(3) {
                rule.half_life = rule.half_life.map(|_| half);
            }
            (rules.blocker.points, rules.blocker.went_on) = (Points(block), Points(points));
            rules
        })
}

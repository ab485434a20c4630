//! Made-up rows.

use super::*;

pub(super) fn key() -> IdKey {
    IdKey([7; 32])
}

pub(super) fn time(text: &str) -> Time {
    Time::parse(text).unwrap()
}

pub(super) fn account(name: &str, domain: &str) -> AccountRow {
    AccountRow {
        id: key().account(domain),
        name: name.into(),
        domains: vec![domain.into()],
        relation: Relation::Prospect,
        owner: None,
        confirmed: true,
        people: 3,
        members: 2,
        activities: 40,
        first_activity: Some(time("2024-01-02")),
        last_activity: Some(time("2026-11-02")),
        weeks: [0, 1, 0, 2, 1, 1, 3, 2, 4, 4, 5, 6],
        phase: Phase::Program,
        phase_since: Day::parse("2026-03-12"),
        customer: false,
        group: Group {
            state: GroupState::Contested,
            active: 9,
            skeptic: 2,
            blocker: 1,
            teacher: 3,
            guide: 2,
            go_getter: 0,
            other: 1,
            basis: Some(Zone::Upstream),
        },
        momentum: Some(Momentum { state: MomentumState::Rising, value: 3_100 }),
        handshakes: 1,
        zones: [true, true, false],
    }
}

pub(super) fn person(name: &str, number: &str) -> PersonDetail {
    let membership = Membership {
        account: key().account("acme.example"),
        account_name: "Acme Robotics".into(),
        ground: Ground::Email,
        from: Day::parse("2024-01-02"),
        to: None,
        seen: None,
        learned_later: false,
    };
    PersonDetail {
        row: PersonRow {
            id: PersonId::from(key().identity("repo", number)),
            name: name.into(),
            nature: Nature::Human,
            member: Some(membership.clone()),
            identities: 2,
            activities: 12,
            first_activity: Some(time("2024-01-02")),
            last_activity: Some(time("2026-11-02")),
            standing: standing(),
        },
        memberships: vec![membership],
        identities: ["", "b"]
            .iter()
            .map(|more| PersonIdentity {
                id: key().identity("repo", &format!("{number}{more}")),
                source: "repo".into(),
                handle: Some(format!("handle{number}{more}")),
                name: Some(name.into()),
                email: Some(format!("{number}{more}@acme.example")),
                rule: None,
                activities: 6,
            })
            .collect(),
        roles: vec!["approver (repo)".into()],
        decisions: Vec::new(),
        moves: vec![
            made_move("2024-01-02", Stage::Unplaced, Stage::Skeptic, "first-try"),
            made_move("2025-03-01", Stage::Skeptic, Stage::Teacher, "works-for-them"),
        ],
        spells: Vec::new(),
        crossings: Vec::new(),
        cause: None,
    }
}

pub(super) fn standing() -> Standing {
    Standing {
        stage: Stage::Teacher,
        automatic: Stage::Teacher,
        since: Day::parse("2025-03-01"),
        active: true,
        basis: Some(Zone::Upstream),
        zone: Some(Zone::Program),
        ..Standing::default()
    }
}

pub(super) fn made_move(at: &str, from: Stage, to: Stage, rule: &str) -> MoveRow {
    let at = Day::parse(at).unwrap();
    let (basis, known_at) = (Some(Zone::Upstream), at.start());
    MoveRow {
        at,
        from,
        to,
        rule: rule.into(),
        basis,
        known_at,
        because: vec![activity(), activity()],
        cause: None,
    }
}

pub(super) fn activity() -> ActivityRow {
    ActivityRow {
        id: "repo/4f1c".into(),
        kind: Kind::CommitAuthored,
        at: time("2026-11-02"),
        source: "repo".into(),
        subject: Some("repo:acme/repo".into()),
        title: Some("Mend the gears".into()),
        url: None,
        actor: key().identity("repo", "1"),
        thread: None,
        counterpart: None,
        labels: Vec::new(),
        known_at: time(NOW),
        seq: 1,
    }
}

pub(super) fn why(of: WhyOf) -> Why {
    let entry = |day: &str, points, decayed| WhyEntry {
        at: Day::parse(day).unwrap(),
        activity: Some(activity()),
        what: None,
        signal: Some(Signal::Succeeds),
        rule: Some("merged".into()),
        points: Points(points),
        age_days: 365,
        decayed: Points(decayed),
    };
    Why {
        what: of.text().into(),
        number: Points(1_500),
        enter: Some(Points(6_000)),
        leave: None,
        ledger: vec![entry("2025-11-22", 2_000, 1_000), entry("2026-11-02", 1_000, 500)],
        total: Points(1_500),
        remarks: vec!["works-for-them needs 6, in 4 weeks".into()],
    }
}

/// The rows of a window, by their place.
pub(super) fn slice<T: Clone>(rows: &[T], window: &Window) -> Slice<T> {
    let start = match &window.at {
        At::After(Cursor { value: SortValue::Number(place), .. }) => usize::try_from(*place).unwrap() + 1,
        _ => 0,
    };
    let end = (start + window.limit as usize).min(rows.len());
    let cursor = |place: usize| Cursor {
        value: SortValue::Number(i64::try_from(place).unwrap()),
        tie: SortValue::Number(0),
    };
    Slice {
        rows: (start..end).map(|place| (cursor(place), rows[place].clone())).collect(),
        at_start: start == 0,
        at_end: end == rows.len(),
        total: None,
    }
}

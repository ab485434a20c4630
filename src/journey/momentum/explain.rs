//! Why momentum is what it is: one entry for each recent week. Must not know other accounts than by their trend.

use super::{Trend, chance, split};
use crate::domain::{
    journey::Momentum,
    points::Points,
    rules::Thresholds,
    stage::MomentumState,
    time::Week,
    why::{Why, WhyEntry},
};

/// `total` is what was seen in the recent weeks, `number` that over what was expected. `weeks` as for
/// [`super::momentum`]; `last` is the last of them, `momentum` what was concluded.
pub fn momentum_why(
    thresholds: &Thresholds,
    trend: Trend,
    weeks: &[u32],
    last: Week,
    momentum: Momentum,
) -> Why {
    let (past, seen) = split(thresholds, weeks);
    let recent = &weeks[weeks.len().saturating_sub(thresholds.recent_weeks as usize)..];
    let mut ledger: Vec<WhyEntry> =
        (0..).zip(recent.iter().rev()).map(|(ago, week)| entry(last, ago, *week)).collect();
    ledger.reverse();
    Why {
        what: "momentum".to_owned(),
        number: Points(i64::from(momentum.value)),
        enter: None,
        leave: None,
        total: ledger.iter().map(|entry| entry.decayed).sum(),
        ledger,
        remarks: vec![
            expected(trend, past, weeks.len() - recent.len()),
            verdict(thresholds, trend, (past, seen), momentum.state),
        ],
    }
}

/// A week, `ago` weeks before the last one; its age is that of its first day at the last one's end.
fn entry(last: Week, ago: i32, members: u32) -> WhyEntry {
    let monday = last.monday().plus(-7 * ago);
    let points = Points(i64::from(members) * 1_000);
    let what = if members == 1 { "1 active member".to_owned() } else { format!("{members} active members") };
    WhyEntry {
        at: monday,
        activity: None,
        what: Some(format!("week of {monday}: {what}")),
        signal: None,
        rule: None,
        points,
        age_days: u32::try_from(7 * ago + 6).unwrap_or(0),
        decayed: points,
    }
}

fn expected(trend: Trend, past: u64, weeks: usize) -> String {
    let expected = Points(i64::try_from(trend.expected(past)).unwrap_or(i64::MAX));
    let Trend { recent, past: before } = trend;
    format!(
        "expected {expected}: ({past} in the {weeks} weeks before + 1) x {recent} / {before} of the community"
    )
}

fn verdict(thresholds: &Thresholds, trend: Trend, (past, seen): (u64, u64), state: MomentumState) -> String {
    let (chance, _) = chance::of(past + seen, seen, chance::odds(trend.recent, trend.past));
    let chance = match Points(i64::try_from(chance / (chance::WHOLE / 1_000)).unwrap_or(0)) {
        Points(0) => "less than 0.001".to_owned(),
        chance => chance.to_string(),
    };
    let rate = thresholds.false_discovery;
    match state {
        MomentumState::New => "new: first active in these weeks".to_owned(),
        MomentumState::Steady => format!("steady: {chance} of such accounts would be as far off by chance"),
        MomentumState::Rising | MomentumState::Falling => format!(
            "{state}: {chance} of such accounts would be as far off by chance; of all called so, {rate} at most are wrong"
        ),
    }
}

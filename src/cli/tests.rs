//! Every command at a desk with a made-up session: one file for each sort of command.

mod accounts;
mod checks;
mod decisions;
mod exports;
mod fake;
mod made_up;
mod members;
mod rules;
mod why;

use super::{
    Exit,
    args::{Args, parse},
    dispatch::{Place, carry_out},
    session::{CliError, Desk, Failure, Session},
    table::Style,
};
use crate::{
    domain::{
        account::{AccountDetail, AccountRow, Cause, HandshakeRow, Relation, Zone},
        activity::{ActivityRow, ExportedActivity, Kind, TimelineRow},
        decision::{Decision, Verb},
        filter::{Is, Test},
        health::{Finding, Rebuilt, Weight},
        ids::{DecisionId, IdKey, PersonId},
        journey::{Group, Handshake, Momentum},
        person::{
            Ground, MemberRow, Membership, MoveRow, Nature, PersonDetail, PersonIdentity, PersonRow, Standing,
        },
        points::Points,
        query::{At, Cursor, Meaning, Slice, SortValue, SourceRow, When, Window},
        rules::Rules,
        stage::{GroupState, MomentumState, Phase, Signal, Stage},
        sync::{Manner, Progress, SourceReport, SourceState, SyncReport, Trouble},
        time::{Day, Time},
        tried::{Stands, Trial, Tried, TriedGroup, TriedMember, TriedMove},
        why::{Why, WhyAbout, WhyEntry, WhyOf},
    },
    jobs::read::{Query, Reply},
};
use fake::{Fake, fake};
use made_up::{account, activity, key, person, slice, time, why};

const NOW: &str = "2026-11-22T14:02:00Z";

fn line(words: &[&str]) -> Args {
    parse(std::iter::once("buyin").chain(words.iter().copied()).map(Into::into)).unwrap()
}

/// Carries out a line; stdout, stderr and how it ended.
fn run(fake: &mut Fake, words: &[&str]) -> (String, String, Result<Exit, Failure>) {
    let args = line(words);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let style = Style { today: fake.today(), ..Style::of(&args, Place::default()) };
    let mut desk = Desk { session: fake, out: &mut out, err: &mut err, style };
    let ended = carry_out(&args, &mut |_, _| Ok("frame\n".into()), &mut desk).map_err(|error| match error {
        CliError::Failure(failure) => failure,
        CliError::Closed => Failure::failed("closed"),
    });
    (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap(), ended)
}

fn json(fake: &mut Fake, words: &[&str]) -> serde_json::Value {
    let (out, _, ended) = run(fake, &[words, &["--format", "json"]].concat());
    ended.unwrap();
    serde_json::from_str(&out).unwrap()
}

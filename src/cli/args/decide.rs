//! The verbs of `buyin decide`. Must not know what follows from them.

use clap::{Args as Group, Subcommand};

use super::values::{self, OnDay, UntilDay};
use crate::domain::{account::Relation, stage::Stage};

#[derive(Debug, Group)]
pub struct Decide {
    #[command(subcommand)]
    pub verb: Verb,
    /// Why, for those who read it later
    #[arg(long, global = true, value_name = "TEXT")]
    pub reason: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// What an account is to you
    #[command(after_help = "Example: buyin decide relation acme.example customer")]
    Relation {
        /// Id, domain or name of the account
        name: String,
        /// The relation
        #[arg(value_parser = values::relations())]
        word: Relation,
    },
    /// A remark on an account or a person
    #[command(after_help = "Example: buyin decide note acme.example 'met at the workshop'")]
    Note {
        /// Account or person
        name: String,
        text: String,
    },
    /// These two are one person
    #[command(after_help = "Example: buyin decide link gh:ada 'Ada Example'")]
    Link {
        #[arg(value_name = "NAME")]
        a: String,
        #[arg(value_name = "NAME")]
        b: String,
    },
    /// These two are not one person
    #[command(after_help = "Example: buyin decide veto gh:ada i_0123456789abcdef")]
    Veto {
        #[arg(value_name = "NAME")]
        a: String,
        #[arg(value_name = "NAME")]
        b: String,
    },
    /// A person stands at this stage, whatever the rules say
    #[command(after_help = "Example: buyin decide pin 'Ada Example' guide --until 2027-03-01")]
    Pin {
        /// Id, source:handle, e-mail or name of the person
        member: String,
        /// The stage
        #[arg(value_parser = values::stages())]
        stage: Stage,
        #[command(flatten)]
        until: Until,
    },
    /// A person is in it for themself: counts as `other`; needs --reason and --until
    #[command(
        after_help = "Example: buyin decide climber 'Ada Example' --reason 'sells courses' --until +26w"
    )]
    Climber {
        /// Id, source:handle, e-mail or name of the person
        member: String,
        #[command(flatten)]
        until: Until,
    },
    /// No asks to a person; needs --reason and --until
    #[command(
        after_help = "Example: buyin decide leave-alone 'Ada Example' --reason 'parental leave' --until +26w"
    )]
    LeaveAlone {
        /// Id, source:handle, e-mail or name of the person
        member: String,
        #[command(flatten)]
        until: Until,
    },
    /// A person has a new job: the memberships of before end, one at the new company begins
    #[command(
        after_help = "Example: buyin decide moved-on 'Ada Example' --on 2026-03-01 --to globex.example"
    )]
    MovedOn {
        /// Id, source:handle, e-mail or name of the person
        member: String,
        /// The first day that is no longer there; today without it
        #[arg(long, value_name = "DATE", allow_hyphen_values = true, value_parser = values::on_day)]
        on: Option<OnDay>,
        /// Account, name or domain of the new company; without it nobody knows yet
        #[arg(long, value_name = "COMPANY")]
        to: Option<String>,
    },
    /// Where a person belonged was wrong: it was this company, or none
    #[command(
        after_help = "Example: buyin decide correct 'Ada Example' globex.example --from 2024-01-01 --to 2025-07-01"
    )]
    Correct {
        /// Id, source:handle, e-mail or name of the person
        member: String,
        /// Account, name or domain; `none` for nowhere
        company: String,
        /// The first day that this holds; ever since without it
        #[arg(long, value_name = "DATE", allow_hyphen_values = true, value_parser = values::on_day)]
        from: Option<OnDay>,
        /// The first day that it no longer holds; for good without it
        #[arg(long, value_name = "DATE", allow_hyphen_values = true, value_parser = values::on_day)]
        to: Option<OnDay>,
    },
}

#[derive(Debug, Group)]
pub struct Until {
    /// The first day that it no longer holds: 2027-03-01, or +26w from today
    #[arg(long, value_name = "DATE", value_parser = values::until_day)]
    pub until: Option<UntilDay>,
}

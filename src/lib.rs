//! buyin: which companies form a buy-in group around an open source project, who is in it, and why we think so.
//!
//! This page is the map of the house. It takes five minutes; then any change finds its room.
//!
//! # Words
//! An **account** is a company or other organisation, known by its domains. An **identity** is one handle or
//! e-mail at one source; linked identities are a **person**; a **member** is a person at an account during a
//! dated period. An **activity** is one dated fact from a source; its **zone** (upstream, program,
//! downstream) is given by the settings.
//!
//! What an activity is evidence of is a **signal** with points that fade. Evidence **moves** a person from
//! **stage** to stage: skeptic, teacher, guide, go-getter; blocker, with its **cause**. An account's active
//! members are its **group**, which stands in a state; the furthest zone it is active in, or an open deal, is
//! its **phase**; the first step into another zone is a **hand-shake**; **momentum** is its
//! last weeks against its past.
//!
//! A **decision** is a fact from a person using buyin, and beats every automatic conclusion. The **settings**
//! (the **rules** among them) are all that shapes conclusions. Facts, decisions, settings and coverage (up to
//! when a source is known to be complete) are append-only ledgers; everything else is derived from them and
//! can be thrown away at any time (`buyin rebuild --check` proves it).
//!
//! # Rooms
//! ```text
//! main        arguments -> config -> cli or tui; exit codes
//! tui  cli    the screen; quick checks               both ask through jobs::read, both show journey::report
//! jobs        sync, derive, read, why, try_rules     the only place where the three below meet; has the clock
//! sources     journey      store                     reads the world; concludes; keeps. They never see each other
//! config      domain                                 the file, the rules and their checks; the nouns
//! ```
//! Arrows point down only: `main -> {tui, cli} -> jobs -> {sources, journey, store} -> {domain, config}`;
//! `tests/architecture.rs` holds the code to it. What two brothers share is a noun of the [`domain`]: a
//! source yields a [`Page`](domain::page::Page) that the store applies; the journey yields the rows of
//! [`domain::derived`] and [`domain::journey`] that the store keeps; the store yields the rows that screens
//! show.
//!
//! Within the [`journey`], in the order in which they conclude:
//! ```text
//! identify       who is who                     identities -> people
//! organisation   which companies there are      domains, names -> accounts
//! membership     who was where, when            evidence of a day -> dated memberships
//! assess         where a person stands          acts -> entries -> moves -> spells, by the rules
//! group          where an account stands        members' spells -> phases, groups, hand-shakes
//! momentum       whither an account goes        weeks of all accounts -> rising, falling
//! ```
//! `case` says what [`assess`](journey::assess) is told of one person and what it may ask about others;
//! `decay`, `theme`, `interest` and `lists` serve them; `report` is what other programs get.
//!
//! # One screen and its files
//! ```text
//!  buyin › accounts                        214 accounts · synced 14:02  tui/screens/accounts.rs, jobs/read.rs
//!  relation:prospect is:rising                          sort momentum  domain/filter, store/view/filter
//!    ACCOUNT   PHASE          GROUP     WE SEE      STATE     MOMENTUM▾  tui/widgets/table.rs
//!  > Acme      ●━●┄○ program  SS!TTTGG  5 of 8 63%  contested rising x3  a row: store/view/accounts.rs
//!               │               │        │           │         └ journey/momentum, jobs/derive/trend.rs
//!               │               └────────┴───────────┴ journey/group, tui/screens/stages.rs
//!               └ tui/screens/way.rs
//!  ⏎ open  / filter  w why  s sort  t time  ? help                        assets/keymap.toml
//!
//!  w: jobs/why.rs reads the facts again; journey/assess/why and journey/group/support name the entries
//!  t: an earlier day is worked out from the same tables by store/view/then.rs
//! ```
//!
//! # Three walkthroughs
//! **A page of a sync, down to a journey.** [`jobs::sync`] opens a source by its [`config`], hands it the
//! mark that the store kept for the stream, and receives pages through a small channel: the source reads on
//! one thread while the store writes on another. A source over HTTP names requests and reads answers; `jobs::http`
//! sends, `jobs::sync` waits, tries again and takes its steps from the store. `Store::apply` puts identities, activities, steps and the
//! mark of a page into one transaction, so a crash repeats at most a page; whom and which threads it names is
//! noted as dirty. When the streams have ended, [`jobs::derive`] asks what is dirty, finds everybody whom
//! that touches, and hands each one's acts to [`journey::assess`]: acts become entries, entries in force move
//! the person from stage to stage, and moves, activity and decisions are laid out as spells. The accounts of
//! those who stand elsewhere are folded anew, then the momentum of all. Only what differs is written.
//!
//! **A key that opens an account.** The input thread turns bytes into a `Msg`; `tui::update` looks the key up
//! in the keymap (data) and gets a `Command`; the screen on top of the stack turns `Open` into a new screen
//! and an `Effect` that asks [`jobs::read::Query::Account`]. `perform` sends it to the reading thread; the
//! reply comes back as a `Msg` with the ticket of the question, and `view` draws what `App` now holds.
//!
//! **A rule change.** [`config`] merges the user's file over `assets/rules.toml` into
//! [`domain::rules::Rules`], a part of [`domain::settings::Settings`]. `buyin rules try` hands them to
//! [`jobs::try_rules`], which thinks everybody through by both rules, keeps nothing, and lists who would
//! stand elsewhere and why. Named in the configuration, they change the hash of the settings: it differs from
//! the one last adopted in the store, so [`jobs::adopt`] lists the difference and the user is asked; agreed
//! to, it is adopted by a decision of the ledger and everything is derived anew. Where nobody can be asked
//! the earlier settings stay in force. Nothing is ever edited in place: undoing the decision gives back what
//! was there before.

pub mod cli;
pub mod config;
pub mod domain;
pub mod jobs;
pub mod journey;
pub mod sources;
pub mod store;
pub mod tui;

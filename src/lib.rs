//! buyin: which companies form a buy-in group around an open source project, who is in it, and why we think so.
//!
//! This page is the map of the house. It takes five minutes; then any change finds its room.
//!
//! # Words
//! An **account** is a company or other organisation, known by its domains. An **identity** is one handle or
//! e-mail at one source; linked identities are a **person**; a **member** is a person at an account during a
//! dated period. An **activity** is one dated fact from a source. A **decision** is a fact from a person using
//! buyin, and beats every automatic conclusion. The **settings** are all that shapes conclusions. Facts,
//! decisions, settings and coverage are append-only ledgers; everything else is derived from them and can be
//! thrown away at any time (`buyin rebuild --check` proves it).
//!
//! # Rooms
//! ```text
//! main        arguments -> config -> cli or tui; exit codes
//! tui  cli    the screen; quick checks               both ask through jobs::read, both show journey::report
//! jobs        sync, derive, read                     the only place where the three below meet; has the clock
//! sources     journey      store                     reads the world; concludes; keeps. They never see each other
//! config      domain                                 the file and its checks; the nouns
//! ```
//! Arrows point down only: `main -> {tui, cli} -> jobs -> {sources, journey, store} -> {domain, config}`;
//! `tests/architecture.rs` holds the code to it. What two brothers share is a noun of the [`domain`]: a source
//! yields a [`Page`](domain::page::Page) that the store applies; the journey yields the rows of
//! [`domain::derived`] that the store keeps; the store yields the rows that screens show.
//!
//! # One screen and its files
//! ```text
//!  buyin › accounts                      214 accounts · synced 14:02    tui/screens/accounts.rs, jobs/read.rs
//!  relation:prospect                                        by last     domain/filter.rs, domain/query.rs
//!    ACCOUNT         RELATION  NOW/ALL ACTIVITY  12 WEEKS   LAST▾       tui/widgets
//!  > Acme Robotics   prospect   3/ 5       210  ▁▁▂▂▃▅▆█   21 Nov      store/view (reads), store/derived (writes)
//!  ⏎ open  / filter  s sort  ? help                                     assets/keymap.toml
//! ```
//!
//! # Three walkthroughs
//! **One page of a sync.** [`jobs::sync`] opens a source by its [`config`], hands it the mark that the store kept
//! for the stream, and receives pages through a small channel: the source reads on one thread while the store
//! writes on another. `Store::apply` puts identities, activities, steps and the mark of a page into one
//! transaction, so a crash repeats at most a page. When the streams have ended, [`jobs::derive`] asks the store
//! what is dirty, lets [`journey`] conclude, and writes the conclusions back.
//!
//! **A key that opens an account.** The input thread turns bytes into a `Msg`; `tui::update` looks the key up in
//! the keymap (data) and gets a `Command`; the screen on top of the stack turns `Open` into a new screen and an
//! `Effect` that asks [`jobs::read::Query::Account`]. `perform` sends it to the reading thread; the reply comes back as
//! a `Msg` with the ticket of the question, and `view` draws what `App` now holds.
//!
//! **A changed setting.** [`config`] reads the file into [`domain::settings::Settings`]; its hash differs from the
//! one last adopted in the store, so [`jobs::adopt`] lists the difference and the user is asked; agreed to, it is
//! adopted by a decision of the ledger and everything is derived anew. Where nobody can be asked the earlier settings
//! stay in force. Nothing is ever edited in place: undoing the decision gives back what was there before.

pub mod cli;
pub mod config;
pub mod domain;
pub mod jobs;
pub mod journey;
pub mod sources;
pub mod store;
pub mod tui;

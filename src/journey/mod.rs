//! The engine: what follows from the facts. Pure: no I/O, no clock, no store; the same input gives the same
//! output, bit for bit.
//!
//! # What is concluded, in which order
//! 1. [`identify`]: which identities are one person, over all identities at once. [`organisation`]: which
//!    companies there are. [`membership`]: who was where, when.
//! 2. [`assess`]: where one person stands and stood, from their own acts, from what others did upon them and
//!    in their threads, and from memberships. It asks about others only what is a fact or follows from step 1
//!    ([`case::Around`]), **never anybody's stage**: so the order of people makes no difference, and a person
//!    can be thought through alone.
//! 3. [`group`]: where one account stands and stood, from its members'
//!    [`PersonJourney`](crate::domain::journey::PersonJourney)s and nothing else.
//! 4. [`momentum`]: over all accounts at once, from counts of active members in weeks that are over.
//!
//! # Why what is concluded by and by equals what is concluded at once
//! Nothing here remembers. Each step is a function of its input, and its input is listed above: whoever is
//! asked again is asked everything again, and gets the answer that a first derivation gives. What is saved is
//! asking those whose input is the same as before; whose is not, is for [`jobs::derive`](crate::jobs::derive)
//! to know. A stage of an earlier day needs no other question either: an entry's day is never before the
//! facts that it rests on, so the spells up to a day are what could be concluded on it.
//!
//! # What only time brings
//! Lapsing, leaving a zone, thirty days without an answer and the end of a decision need no new fact.
//! [`assess`] tells the next such day (`due`); and nothing that rests on silence is concluded after the day
//! up to which silence is known (`horizon`).

pub mod assess;
pub mod case;
mod decay;
pub mod group;
pub mod identify;
pub mod interest;
pub mod lists;
pub mod membership;
pub mod momentum;
pub mod organisation;
pub mod report;
pub mod theme;

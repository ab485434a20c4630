//! Who somebody is at each part: the same person bears another identity in the forum, in commits, at the product
//! and in the CRM. Must not know what they do.

use crate::{
    config::{DemoPart, demo},
    domain::{activity::Kind, identity::Identity},
};

use super::{
    names::{self, PersonName},
    plan::{Fact, MAINTAINERS, MEMBERS, Member, Plan, STAFF, STRANGERS, TRIAGE_BOT, Who},
    random::Random,
    world::World,
};

/// Under which of their identities somebody appears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Face {
    Login,
    Commit,
    /// A commit from the time at another company.
    OldCommit,
    Program,
    Product,
    Crm,
}

/// The site where all logins live.
const FORGE: &str = "demo.example";
const PER_ACCOUNT: u64 = MEMBERS as u64 + STRANGERS as u64;

/// The face that an act shows of its actor.
pub(super) fn face(fact: &Fact, plan: &Plan) -> Face {
    let is_commit = matches!(fact.kind, Kind::CommitAuthored | Kind::CommitCoauthored);
    let Who::Member(number) = fact.actor else { return general(fact.place.part) };
    let moved = plan.members.get(usize::from(number)).and_then(|member| member.moved);
    match fact.place.part {
        DemoPart::Community if is_commit && moved.is_some_and(|moved| fact.at < moved) => Face::OldCommit,
        DemoPart::Community if is_commit => Face::Commit,
        part => general(part),
    }
}

pub(super) const fn general(part: DemoPart) -> Face {
    match part {
        DemoPart::Community => Face::Login,
        DemoPart::Program => Face::Program,
        DemoPart::Product => Face::Product,
        DemoPart::Crm => Face::Crm,
    }
}

impl World {
    pub(super) fn company(&self, account: u32) -> (String, String) {
        names::company(u64::from(account), self.seed)
    }

    fn person(&self, account: u32, who: Who) -> PersonName {
        let number = match who {
            Who::Cast(number) => u64::from(demo::MOST) * PER_ACCOUNT + u64::from(number),
            Who::Member(number) => u64::from(account) * PER_ACCOUNT + u64::from(number),
            Who::Stranger(number) => {
                u64::from(account) * PER_ACCOUNT + u64::from(MEMBERS) + u64::from(number)
            }
        };
        names::person(number, self.seed)
    }

    /// Who stands behind a number of a plan, as they appear under a face.
    pub(super) fn identity(&self, plan: &Plan, who: Who, face: Face) -> Identity {
        match who {
            Who::Cast(number) if number >= STAFF + MAINTAINERS => bot(who),
            Who::Member(number) => {
                let member = plan.members.get(usize::from(number)).copied().unwrap_or_default();
                self.member(plan.account, number, &member, face)
            }
            // The same to every account.
            Who::Cast(_) => self.other(self.accounts, who, face),
            Who::Stranger(_) => self.other(plan.account, who, face),
        }
    }

    /// Your own people and people of no company: one address, everywhere.
    fn other(&self, account: u32, who: Who, face: Face) -> Identity {
        let name = self.person(account, who);
        let email = match who {
            Who::Cast(number) if number + 1 == STAFF => demo::PRIVATE.to_owned(),
            Who::Cast(number) if number < STAFF => format!("{}.{}@{}", name.first, name.last, demo::DOMAIN),
            _ => {
                let home = Random::of(&[self.seed, u64::from(account), 21, seed_of(who)]).pick(&[
                    "example.com",
                    "example.net",
                    "example.org",
                ]);
                format!("{}.{}@{home}", name.first, name.last)
            }
        };
        self.faced(&name, face, account, who, Some(email))
    }

    fn member(&self, account: u32, number: u8, member: &Member, face: Face) -> Identity {
        let who = Who::Member(number);
        let name = self.person(account, who);
        let (company, domain) = self.company(account);
        let local = |domain: &str| {
            let style = Random::of(&[self.seed, 22, domain.len() as u64, u64::from(account)]).below(3);
            let between = [".", "_", ""][style as usize];
            format!("{}{between}{}@{domain}", name.first, name.last)
        };
        let work = local(&domain);
        let email = match face {
            Face::Login if member.hidden || member.moved.is_some() => None,
            Face::Commit if member.hidden => Some(local("example.org")),
            Face::OldCommit => Some(local(&self.company((account + 1) % self.accounts).1)),
            _ => Some(work),
        };
        let mut identity = self.faced(&name, face, account, who, email);
        let shows = member.moved.is_none()
            && Random::of(&[self.seed, 23, u64::from(account), seed_of(who)]).chance(40);
        identity.company = (face == Face::Login && shows).then_some(company);
        identity
    }

    fn faced(
        &self,
        name: &PersonName,
        face: Face,
        account: u32,
        who: Who,
        email: Option<String>,
    ) -> Identity {
        let written = Some(name.written.clone());
        let address = email.as_deref().unwrap_or_default();
        let mut identity = Identity { name: written, ..Identity::default() };
        match face {
            Face::Login => {
                let style = Random::of(&[self.seed, 24, u64::from(account), seed_of(who)]).below(4);
                let between = ["-", "", "_", "-"][style as usize];
                let login = format!("{}{between}{}", name.first, name.last);
                identity.native.clone_from(&login);
                identity.handle = Some(login);
                identity.forge = Some(FORGE.to_owned());
            }
            Face::Commit | Face::OldCommit => identity.native = format!("{} <{address}>", name.written),
            Face::Program | Face::Product => address.clone_into(&mut identity.native),
            Face::Crm => identity.native = format!("contact-{account}-{}", seed_of(who)),
        }
        identity.email = email;
        identity
    }
}

fn bot(who: Who) -> Identity {
    let login = if who == TRIAGE_BOT { "tarnmill-triage[bot]" } else { "stale[bot]" };
    Identity {
        native: login.to_owned(),
        handle: Some(login.to_owned()),
        forge: Some(FORGE.to_owned()),
        bot: true,
        ..Identity::default()
    }
}

/// A number for whoever it is, within their account.
fn seed_of(who: Who) -> u64 {
    match who {
        Who::Cast(number) => 1_000 + u64::from(number),
        Who::Member(number) => u64::from(number),
        Who::Stranger(number) => u64::from(MEMBERS) + u64::from(number),
    }
}

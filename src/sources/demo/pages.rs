//! Writes what happened as pages of one part: facts get their texts, links, keys and identities. Holds one page.
//! Must not know why something happened.

use std::{collections::HashMap, ops::ControlFlow, sync::Arc};

use crate::{
    config::DemoPart,
    domain::{
        account::Relation,
        activity::{Activity, Kind},
        page::{Listing, Page},
        record::{Affiliation, Alias, Claim, ClaimRule, Company, Contact, Record},
        time::Time,
    },
};

use super::{
    accounts::{Deal, sort_of},
    cast::{Face, face, general},
    plan::{Fact, Plan, Thread, Who},
    titles::{self, SITE},
    world::{World, in_part},
};

/// The most activities of a page.
pub(super) const PAGE: usize = 10_000;

pub(super) struct Pages<'a> {
    pub(super) world: World,
    pub(super) part: DemoPart,
    /// The number of the release's thread.
    pub(super) release: u32,
    pub(super) expected: u64,
    pub(super) emit: &'a mut dyn FnMut(Page) -> ControlFlow<()>,
    page: Page,
    /// Places of identities on the page, by account (those that all accounts meet: the one after the last).
    known: HashMap<(u32, Who, Face), u32>,
    subjects: HashMap<&'static str, Arc<str>>,
    is_first: bool,
}

impl<'a> Pages<'a> {
    pub(super) fn new(
        world: World,
        part: DemoPart,
        release: u32,
        expected: u64,
        emit: &'a mut dyn FnMut(Page) -> ControlFlow<()>,
    ) -> Self {
        let mut page = Page { expected: Some(expected), ..Page::default() };
        if part == DemoPart::Community {
            let mut repos: Vec<_> = titles::REPOS.into_iter().chain([titles::DOCS]).collect();
            repos.dedup();
            let address =
                |repo: &str| (repo.to_owned(), format!("{SITE}/{}", repo.trim_start_matches("repo:")));
            page.subjects = repos.into_iter().map(address).collect();
        }
        let (known, subjects) = (HashMap::new(), HashMap::new());
        Self { world, part, release, expected, emit, page, known, subjects, is_first: true }
    }

    /// Puts all of an account on the page; its threads bear `numbers`.
    pub(super) fn account(&mut self, plan: &Plan, numbers: &[u32]) -> ControlFlow<()> {
        let part = self.part;
        let count = plan.facts.iter().filter(|fact| in_part(fact, part)).count();
        if !self.page.activities.is_empty() && self.page.activities.len() + count > PAGE {
            self.flush(None)?;
        }
        self.records(plan);
        for (at, fact) in plan.facts.iter().enumerate().filter(|(_, fact)| in_part(fact, part)) {
            if self.page.activities.len() == PAGE {
                self.flush(None)?;
            }
            let activity = self.activity(plan, numbers, at, fact);
            self.page.activities.push(activity);
        }
        ControlFlow::Continue(())
    }

    /// The last page, with the mark of the whole listing.
    pub(super) fn finish(mut self, mark: String) -> ControlFlow<()> {
        self.flush(Some(mark))
    }

    fn flush(&mut self, mark: Option<String>) -> ControlFlow<()> {
        let empty = Page { expected: Some(self.expected), ..Page::default() };
        let mut page = std::mem::replace(&mut self.page, empty);
        page.read = page.activities.len() as u64;
        page.listing = Some(match (self.is_first, mark.is_some()) {
            (true, true) => Listing::Whole,
            (true, false) => Listing::First,
            (false, true) => Listing::Last,
            (false, false) => Listing::Middle,
        });
        page.mark = mark;
        self.known.clear();
        self.is_first = false;
        (self.emit)(page)
    }

    fn identity(&mut self, plan: &Plan, who: Who, face: Face) -> u32 {
        let account = if matches!(who, Who::Cast(_)) { self.world.accounts } else { plan.account };
        let next = u32::try_from(self.page.identities.len()).unwrap_or(u32::MAX);
        let place = *self.known.entry((account, who, face)).or_insert(next);
        if place == next {
            self.page.identities.push(self.world.identity(plan, who, face));
        }
        place
    }

    fn activity(&mut self, plan: &Plan, numbers: &[u32], at: usize, fact: &Fact) -> Activity {
        let actor = self.identity(plan, fact.actor, face(fact, plan));
        let counterpart = fact.other.map(|other| self.identity(plan, other, general(self.part)));
        let place = fact.place;
        let number = match place.thread {
            Some(Thread::Own(own)) => numbers.get(own as usize).copied(),
            Some(Thread::Release) => Some(self.release),
            Some(Thread::Deal) | None => None,
        };
        let thread = match (place.thread, number) {
            (Some(Thread::Deal), _) => Some(format!("deal-{}", plan.account + 1)),
            (_, number) => number.map(|number| written(place.part, place.subject, number)),
        };
        let key = format!("{}-{at}", plan.account);
        let url = link(plan, fact, number, &key);
        let subject = self.subjects.entry(place.subject).or_insert_with(|| place.subject.into());
        Activity {
            key: key.into_bytes(),
            kind: fact.kind,
            actor,
            at: Time(fact.at),
            subject: Some(Arc::clone(subject)),
            thread: thread.map(Into::into),
            counterpart,
            labels: fact
                .labels
                .iter()
                .filter(|label| !label.is_empty())
                .map(|&label| label.to_owned())
                .collect(),
            title: title(fact),
            url,
        }
    }

    /// The colder facts of an account that this part knows.
    fn records(&mut self, plan: &Plan) {
        if plan.account == self.world.accounts {
            return;
        }
        let (name, domain) = self.world.company(plan.account);
        match self.part {
            DemoPart::Community => self.claims(plan, &domain),
            DemoPart::Crm => self.contacts(plan, name, domain),
            DemoPart::Program | DemoPart::Product => {}
        }
    }

    /// What says that identities belong together, or somebody somewhere.
    fn claims(&mut self, plan: &Plan, domain: &str) {
        for number in 0_u8..48 {
            let who = Who::Member(number);
            let Some(member) = plan.members.get(usize::from(number)) else { return };
            let key = |what: &str| format!("{what}-{}-{number}", plan.account).into_bytes();
            let acts = |kind: Option<Kind>| {
                plan.facts.iter().any(|fact| {
                    let is_theirs = fact.actor == who && fact.place.part == DemoPart::Community;
                    is_theirs && kind.is_none_or(|kind| fact.kind == kind)
                })
            };
            if member.hidden && acts(None) {
                self.identity(plan, who, Face::Login);
                let identity = self.world.identity(plan, who, Face::Login).native;
                let company = domain.to_owned();
                let affiliation = Affiliation { identity, company, from: None, to: None, project: None };
                self.page.records.push((key("works"), Record::Affiliation(affiliation)));
            }
            if member.moved.is_some() && acts(Some(Kind::CommitAuthored)) {
                let of = |face| self.world.identity(plan, who, face);
                let (old, new, login) = (of(Face::OldCommit), of(Face::Commit), of(Face::Login));
                let record = if number % 2 == 0 {
                    let old_email = old.email.unwrap_or_default();
                    Record::Alias(Alias { old_email, old_name: None, name: new.name, email: new.email })
                } else {
                    Record::Claim(Claim { a: new.native, b: login.native, rule: ClaimRule::MergeLogin })
                };
                self.page.records.push((key("same"), record));
            }
        }
    }

    fn contacts(&mut self, plan: &Plan, name: String, domain: String) {
        let sort = sort_of(plan.account);
        let relation = match sort.deal {
            Deal::Won => Some(Relation::Customer),
            Deal::Open | Deal::Lost | Deal::Churned => Some(Relation::Prospect),
            Deal::None => sort.relation,
        };
        let contacts: Vec<_> = (0_u8..)
            .zip(&plan.members)
            .filter_map(|(number, member)| Some((Who::Member(number), number, member.contact?)))
            .collect();
        if relation.is_none() && contacts.is_empty() {
            return;
        }
        for (who, number, role) in contacts {
            self.identity(plan, who, Face::Crm);
            let identity = self.world.identity(plan, who, Face::Crm).native;
            let role = (!role.is_empty()).then(|| role.to_owned());
            let contact = Contact { identity, company: Some(name.clone()), role };
            let key = format!("contact-{}-{number}", plan.account).into_bytes();
            self.page.records.push((key, Record::Contact(contact)));
        }
        let owners = ["wenno", "ilsa", "taro"];
        let owner = relation
            .is_some_and(Relation::is_market)
            .then(|| owners[plan.account as usize % owners.len()].to_owned());
        let company = Company { name, domains: vec![domain], relation, owner };
        self.page.records.push((format!("company-{}", plan.account).into_bytes(), Record::Company(company)));
    }
}

fn title(fact: &Fact) -> Option<String> {
    match fact.place.title {
        ["", _] => None,
        [one, ""] => Some(one.to_owned()),
        ["Tarnmill", version] => Some(format!("Tarnmill {version}")),
        [part, what] => Some(format!("{part}: {what}")),
    }
}

/// A thread as its site writes it.
fn written(part: DemoPart, subject: &str, number: u32) -> String {
    match part {
        DemoPart::Community if subject.starts_with("repo:") => format!("#{number}"),
        DemoPart::Community => format!("t/{number}"),
        DemoPart::Program => format!("g/{number}"),
        DemoPart::Product | DemoPart::Crm => format!("S-{number}"),
    }
}

/// Where it can be read, all of it on a site that does not exist.
fn link(plan: &Plan, fact: &Fact, number: Option<u32>, key: &str) -> Option<String> {
    let place = fact.place;
    let account = plan.account + 1;
    let path = match (place.part, number) {
        _ if matches!(fact.kind, Kind::RepoStarred | Kind::RepoForked | Kind::ReactionGiven) => return None,
        (DemoPart::Community, Some(number)) => match place.subject.strip_prefix("repo:") {
            Some(repo) => format!("{repo}/issues/{number}"),
            None => format!("forum/t/{number}"),
        },
        (DemoPart::Program, Some(number)) => format!("guild/t/{number}"),
        (DemoPart::Product, Some(number)) => format!("support/S-{number}"),
        (DemoPart::Crm, _) if place.thread == Some(Thread::Deal) => format!("crm/deals/{account}"),
        (DemoPart::Crm, _) => format!("crm/companies/{account}"),
        (_, None) => match place.subject.split_once(':') {
            Some(("repo", repo)) => format!("{repo}/history/{key}"),
            Some((_, channel)) => format!("{channel}/{key}"),
            None => return None,
        },
    };
    Some(format!("{SITE}/{path}"))
}

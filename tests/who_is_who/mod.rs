//! Who is who and who was where, against small worlds with known answers and against naive oracles that
//! share no code with the engine.

use buyin::{
    domain::{
        activity::Kind,
        decision::{Decision, Verb},
        derived::PersonFold,
        identity::{Identity, KnownIdentity},
        ids::{DecisionId, IdKey, IdentityId},
        person::Nature,
        record::{Affiliation, Alias, Claim, ClaimRule, Record},
        settings::Settings,
        time::{Day, Time},
    },
    journey::{
        identify::{Known, People, Stop, people},
        membership::{Act, evidence, fold},
        organisation::{Accounts, accounts},
    },
};

mod belonging;
mod closure;
mod decided;

const KEY: IdKey = IdKey([7; 32]);

/// A membership: account, ground, first day, first day no more, activities.
type Shown = (String, &'static str, Option<i32>, Option<i32>, u64);

/// What is tried, the identities, and who is one person.
type Case<'a> = (&'a str, &'a [&'a str], &'a [&'a [u32]]);

/// A small world: `Name <email>` or `@login` at source 1.
#[derive(Default, Clone)]
struct World {
    identities: Vec<KnownIdentity>,
    records: Vec<(u16, Vec<u8>, Record)>,
    decisions: Vec<Decision>,
    settings: Settings,
}

impl World {
    fn of(natives: &[&str]) -> Self {
        let mut world = Self::default();
        for native in natives {
            world.add(1, native);
        }
        world
    }

    fn add(&mut self, source: u16, native: &str) {
        let mut profile = Identity { native: native.to_owned(), ..Identity::default() };
        if let Some(login) = native.strip_prefix('@') {
            profile.handle = Some(login.to_owned());
            profile.forge = Some("github".to_owned());
        } else if let Some((name, email)) = native.trim_end_matches('>').split_once(" <") {
            profile.name = Some(name.to_owned());
            profile.email = Some(email.to_lowercase());
        }
        let seq = u32::try_from(self.identities.len()).expect("a small world") + 1;
        let id = KEY.identity(&source.to_string(), native);
        self.identities.push(KnownIdentity { seq, id, source, profile });
    }

    fn say(mut self, record: Record) -> Self {
        let key = format!("{:04}", self.records.len()).into_bytes();
        self.records.push((1, key, record));
        self
    }

    fn alias(self, name: Option<&str>, email: Option<&str>, old_name: Option<&str>, old_email: &str) -> Self {
        let own = |text: Option<&str>| text.map(str::to_owned);
        let (old_name, old_email) = (own(old_name), old_email.to_owned());
        self.say(Record::Alias(Alias { old_email, old_name, name: own(name), email: own(email) }))
    }

    fn merge(self, a: &str, b: &str) -> Self {
        self.say(Record::Claim(Claim { a: a.to_owned(), b: b.to_owned(), rule: ClaimRule::MergeLogin }))
    }

    fn works(self, identity: &str, company: &str, from: Option<i32>, to: Option<i32>) -> Self {
        let (identity, company) = (identity.to_owned(), company.to_owned());
        let (from, to) = (from.map(Day), to.map(Day));
        self.say(Record::Affiliation(Affiliation { identity, company, from, to, project: None }))
    }

    /// The same, by a role file of a project.
    fn maintains(self, identity: &str, company: &str, from: i32) -> Self {
        let (identity, company) = (identity.to_owned(), company.to_owned());
        let project = Some("acme/tool".to_owned());
        self.say(Record::Affiliation(Affiliation {
            identity,
            company,
            from: Some(Day(from)),
            to: None,
            project,
        }))
    }

    fn decide(mut self, verb: Verb) -> Self {
        let id = DecisionId([u8::try_from(self.decisions.len()).expect("few decisions"); 10]);
        let author = "dana".to_owned();
        self.decisions.push(Decision { id, at: Time(0), author, reason: None, verb, undone_by: None });
        self
    }

    fn id(&self, seq: u32) -> IdentityId {
        self.identities[seq as usize - 1].id
    }

    fn link(self, a: u32, b: u32) -> Self {
        let verb = Verb::Link { a: self.id(a), b: self.id(b) };
        self.decide(verb)
    }

    fn veto(self, a: u32, b: u32) -> Self {
        let verb = Verb::Veto { a: self.id(a), b: self.id(b) };
        self.decide(verb)
    }

    fn known(&self) -> Known<'_> {
        let Self { identities, records, decisions, settings } = self;
        Known { identities, records, decisions, settings }
    }

    fn people(&self) -> People {
        people(&self.known())
    }

    fn groups(&self) -> Vec<Vec<u32>> {
        self.people().persons.into_iter().map(|person| person.identities).collect()
    }

    fn accounts(&self) -> Accounts {
        accounts(&self.known(), &self.people(), &KEY)
    }

    fn named(&self, confirmed: bool) -> Vec<String> {
        self.accounts()
            .list
            .into_iter()
            .filter(|one| one.confirmed == confirmed)
            .map(|one| one.name)
            .collect()
    }

    /// The memberships of the first person, who acted as (identity, day); dated days from 0.
    fn spans(&self, acts: &[(u32, i32)]) -> Vec<Shown> {
        let accounts = self.accounts();
        let folded = self.fold(&accounts, acts);
        let text = |span: buyin::domain::derived::Span| {
            let name = accounts.list[span.account as usize].name.clone();
            (name, span.ground.text(), span.from.map(|d| d.0), span.to.map(|d| d.0), span.activities)
        };
        folded.spans.into_iter().map(text).collect()
    }

    fn fold(&self, accounts: &Accounts, acts: &[(u32, i32)]) -> PersonFold {
        let all = evidence(&self.known(), &self.people(), accounts);
        fold(&all[0], acts.iter().map(|(identity, day)| act(*identity, *day)))
    }
}

fn act(identity: u32, day: i32) -> Act {
    Act { identity, kind: Kind::CommitAuthored, at: Day(day).start() }
}

#[test]
fn identities_link_by_strong_keys_and_by_nothing_weaker() {
    let cases: &[Case<'_>] = &[
        ("same e-mail in capitals", &["Jo <Jo@a.example>", "Joanna <jo@A.example>"], &[&[1, 2]]),
        ("same full name, accents aside", &["José Roe <a@a.test>", "jose  ROE <b@b.test>"], &[&[1, 2]]),
        ("last name first", &["Roe, Jane <a@a.test>", "Jane Roe <b@b.test>"], &[&[1, 2]]),
        ("one-word names", &["jane <a@a.test>", "jane <b@b.test>"], &[&[1], &[2]]),
        ("same local part", &["Jane Roe <jr@a.test>", "J <jr@b.test>"], &[&[1], &[2]]),
        ("han is no latin", &["王 伟 <a@a.test>", "Wang Wei <b@b.test>"], &[&[1], &[2]]),
        ("a name that says nothing", &["Your Name <a@a.test>", "Your Name <b@b.test>"], &[&[1], &[2]]),
        ("an unreachable address", &["ann <root@mbp.local>", "bob <root@mbp.local>"], &[&[1], &[2]]),
        ("a plus-address is another one", &["ann <a+b@a.test>", "an <a@a.test>"], &[&[1], &[2]]),
        ("an e-mail as a name", &["a@a.test <a@a.test>", "a@a.test <b@a.test>"], &[&[1], &[2]]),
        ("a joined name as an address", &["Jane Longdoe <a@a.test>", "x <jane.longdoe@b.test>"], &[&[1, 2]]),
        ("letters written as two", &["Jörg Größe <a@a.test>", "x <joerggroesse@b.test>"], &[&[1, 2]]),
        ("a contractor's mark", &["Jane Longdoe <a@a.test>", "x <extern.jane.longdoe@b.test>"], &[&[1, 2]]),
        ("a sharp s", &["Ada Groß <a@a.test>", "x <ada.gross@b.test>"], &[&[1, 2]]),
        (
            "a joined name as a login of which nothing else is known",
            &["Jane Longdoe <a@a.test>", "@Jane-LongDoe"],
            &[&[1, 2]],
        ),
        (
            "such a login of who has another one",
            &["Jane Longdoe <7+jl@users.noreply.github.com>", "@janelongdoe"],
            &[&[1], &[2]],
        ),
        ("a login that is somebody's local part", &["Jane Roe <longdoe@a.test>", "@longdoe"], &[&[1], &[2]]),
        ("too short a joined name as a login", &["Jane Doe <a@a.test>", "@janedoe"], &[&[1], &[2]]),
        ("too short a joined name", &["Jane Doe <a@a.test>", "x <janedoe@b.test>"], &[&[1], &[2]]),
        ("a noreply address and its login", &["J <7+jr@users.noreply.github.com>", "@JR"], &[&[1, 2]]),
        (
            "a renamed login keeps its number",
            &["J <7+old@users.noreply.github.com>", "K <7+new@users.noreply.github.com>"],
            &[&[1, 2]],
        ),
        (
            "one name, two logins: the name is no evidence for anybody",
            &[
                "Wei Wang <1+ww@users.noreply.github.com>",
                "Wei Wang <2+wwang@users.noreply.github.com>",
                "Wei Wang <w@a.test>",
            ],
            &[&[1], &[2], &[3]],
        ),
        (
            "a mailbox of three strangers",
            &["Ann Lee <dev@a.test>", "Bob Roe <dev@a.test>", "Cy Fox <dev@a.test>"],
            &[&[1], &[2], &[3]],
        ),
        ("bots", &["x-bot <b@a.test>", "x-bot <b@a.test>", "Ann Lee <b@a.test>"], &[&[1], &[2], &[3]]),
    ];
    for (what, natives, expected) in cases {
        assert_eq!(World::of(natives).groups(), *expected, "{what}");
    }
}

#[test]
fn a_handle_of_another_forge_is_another_handle() {
    let mut world = World::of(&["@jane", "@jane"]);
    world.identities[1].profile.forge = Some("gitlab".to_owned());
    assert_eq!(world.groups(), [[1], [2]]);
}

#[test]
fn mailmap_links_within_its_source_and_keeps_its_people_apart() {
    let world = World::of(&["jr <old@a.test>", "Jane <new@b.test>", "zed <shared@a.test>", "Yan <y@a.test>"]);
    let mapped = world.clone().alias(Some("Jane Roe"), Some("new@b.test"), None, "old@a.test");
    assert_eq!(mapped.groups(), [vec![1, 2], vec![3], vec![4]]);
    assert_eq!(mapped.people().persons[0].name, "Jane Roe");
    let by_name = world.alias(None, Some("y@a.test"), Some("ZED"), "shared@a.test");
    assert_eq!(by_name.groups(), [vec![1], vec![2], vec![3, 4]]);
    let two = World::of(&["Jane Roe <a@a.test>", "Jane Roe <b@b.test>"])
        .alias(Some("Jane Roe"), Some("a@a.test"), None, "x@a.test")
        .alias(Some("Jane Roe"), Some("b@b.test"), None, "y@a.test");
    assert_eq!(two.groups(), [[1], [2]]);
    assert_eq!(two.people().conflicts[0].stop, Stop::Mailmap);
}

#[test]
fn the_login_of_a_merge_holds_only_when_all_merges_of_the_address_agree() {
    let (jane, other) = ("Jane Roe <j@a.test>", "jane <j@a.test>");
    let world = World::of(&[jane, other, "@jroe", "@else"]).merge(jane, "@jroe");
    assert_eq!(world.groups(), [vec![1, 2, 3], vec![4]]);
    assert_eq!(world.merge(other, "@else").groups(), [vec![1, 2], vec![3], vec![4]]);
    let foreign = World::of(&[jane, "Bob Fox <b@b.test>", "@jroe"]);
    let foreign = foreign.merge(jane, "@jroe").merge("Bob Fox <b@b.test>", "@jroe");
    assert_eq!(foreign.groups(), [vec![1, 3], vec![2]]);
}

#[test]
fn an_organisations_login_is_nobodys() {
    let (ann, bob, cy) = ("Ann Lee <ann@a.test>", "Bob Roe <bob@b.test>", "Cy Fox <cy@c.test>");
    let world = World::of(&[ann, bob, cy, "@union", "@boblogin", "@cylogin"]);
    let world = world.merge(ann, "@union").merge(bob, "@union").merge(bob, "@boblogin");
    let world = world.merge(cy, "@union").merge(cy, "@cylogin");
    let alone = (1..=6).map(|seq| vec![seq]).collect::<Vec<_>>();
    assert_eq!(world.groups(), alone, "also when only one has no other login");
    for other in ["Bob Roe <bob@acme.test>", "Ann Roe <ann.roe@acme.test>"] {
        let acme = World::of(&[ann, other, "@acme"]).merge(ann, "@acme");
        assert_eq!(acme.groups(), [[1], [2], [3]], "others work at a domain of that name");
    }
    let own = World::of(&["Ann Lee <ann@a.test>", "Ann Lee <me@zedlee.test>", "@zedlee"]);
    assert_eq!(own.merge(ann, "@zedlee").groups(), [[1, 2, 3]], "a domain of one's own");
    let guest = World::of(&["Dan Millrace <d@a.test>", "Bob Roe <bob@b.test>", "@dmillrace", "@other"]);
    let guest = guest.merge("Dan Millrace <d@a.test>", "@dmillrace");
    let guest = guest.merge("Dan Millrace <d@a.test>", "@other").merge(bob, "@dmillrace");
    assert_eq!(guest.groups(), [[1], [2], [3], [4]], "whose commit somebody else merged");
}

#[test]
fn a_name_shown_is_one_that_says_who() {
    let shown = |natives: &[&str]| World::of(natives).people().persons[0].name.clone();
    assert_eq!(shown(&["moon-cat <z@a.test>", "moon-cat <z@a.test>", "Zoe Chen <z@a.test>"]), "Zoe Chen");
    assert_eq!(shown(&["root <zoechen@a.test>"]), "zoechen");
}

#[test]
fn a_machine_is_not_a_human_who_is_called_or_set_up_like_one() {
    use Nature::{Bot, Human};

    let cases: &[(&[&str], Nature)] = &[
        (&["Jan Bot <jan.bot@a.test>"], Human),
        (&["Jan Bot <3+jbo@users.noreply.github.com>", "Jan Bot <j.bot@a.test>"], Human),
        (&["Release Bot <release.bot@a.test>"], Bot),
        (&["Acme Bot <acme.bot@acme.test>"], Bot),
        (&["Jan Bot <jan-bot@a.test>"], Bot),
        (&["zed <security@a.test>"], Human),
        (&["Security <security@a.test>"], Bot),
        (&["Acme <opensource@acme.test>"], Bot),
        (&["zed <ci@a.test>"], Bot),
        (&["root <zed@a.test>"], Human),
        (&["root <root@box.localdomain>"], Bot),
        (&["Ubuntu <ubuntu@ip-10-0-0-1.internal>"], Bot),
        (&["root <root@a.test>", "Zoe Chen <root@a.test>"], Human),
        (&["acmebot <1+acmebot@users.noreply.github.com>"], Bot),
        (&["jtalbot <1+jtalbot@users.noreply.github.com>"], Human),
        (&["Acme Networks GmbH <github@acme.test>"], Bot),
        (&["zedbot <zedbot@a.test>", "Zoe Eddy <zedbot@a.test>"], Human),
    ];
    for (natives, expected) in cases {
        assert_eq!(World::of(natives).people().persons[0].nature, *expected, "{natives:?}");
    }
    let mapped = World::of(&["root <root@box.localdomain>"]);
    let mapped = mapped.alias(Some("Zoe Chen"), Some("zoe@a.test"), None, "root@box.localdomain");
    assert_eq!(mapped.people().persons[0].nature, Human, "the mailmap says who");
}

#[test]
fn machines_and_your_own_are_told_from_people() {
    use Nature::{Bot, Human, Own};

    let mut world = World::of(&[
        "Claude Opus <noreply@anthropic.com>",
        "dependabot[bot] <49+dependabot[bot]@users.noreply.github.com>",
        "Release <noreply@a.test>",
        "Jane Abbott <jane@a.test>",
        "Jim Talbot <jim@eu.own.test>",
        "@Dana",
        "Claude Roe <c@a.test>",
    ]);
    world.settings.you.domains = vec!["Own.test".to_owned()];
    world.settings.you.logins = vec!["github:dana".to_owned()];
    let natures: Vec<Nature> = world.people().persons.iter().map(|person| person.nature).collect();
    assert_eq!(natures, [Bot, Bot, Bot, Human, Own, Own, Human]);
    assert_eq!(world.named(true), ["a.test"], "your own domain is no account");
}

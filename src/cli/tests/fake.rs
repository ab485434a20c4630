//! A session that answers from made-up rows and remembers what was asked.

use std::ops::ControlFlow;

use super::*;

/// A store of made-up rows that remembers what was asked.
pub(super) struct Fake {
    pub(super) accounts: Vec<AccountRow>,
    pub(super) people: Vec<PersonDetail>,
    pub(super) decisions: Vec<Decision>,
    pub(super) failed: usize,
    pub(super) asked: Vec<Query>,
    pub(super) why: Option<Why>,
    pub(super) tried: Trial,
}

pub(super) fn fake() -> Fake {
    Fake {
        accounts: vec![
            account("Acme Robotics", "acme.example"),
            account("=Globex, \"Inc\"|", "globex.example"),
        ],
        people: vec![person("Ada Example", "1"), person("Lin Sample", "2")],
        decisions: Vec::new(),
        failed: 0,
        asked: Vec::new(),
        why: None,
        tried: Trial::default(),
    }
}

impl Fake {
    fn detail(&self, row: AccountRow) -> AccountDetail {
        AccountDetail {
            row,
            decisions: Vec::new(),
            handshakes: vec![HandshakeRow {
                handshake: Handshake {
                    day: Day::parse("2026-03-12").unwrap(),
                    from: Some(Zone::Upstream),
                    to: Zone::Program,
                    member: self.people[0].row.id,
                    because: 1,
                },
                member_name: "Ada Example".into(),
            }],
            causes: vec![Cause {
                thread: "#4121".into(),
                subject: Some("repo:acme/repo".into()),
                title: Some("Crash on restart".into()),
                url: None,
                labels: Vec::new(),
                theme: crate::domain::stage::Theme::Scale,
                since: Day::parse("2026-10-12").unwrap(),
                members: vec![(self.people[1].row.id, "Lin Sample".into())],
            }],
            interests: vec!["operator".into()],
            customer: vec![(Day::parse("2024-05-01").unwrap(), Day::parse("2025-05-01"))],
        }
    }
}

impl Session for Fake {
    fn views(&self) -> Vec<crate::config::View> {
        crate::config::Config::bare("made-up.db".into()).all_views()
    }

    fn ask(&mut self, query: Query) -> Reply {
        self.asked.push(query.clone());
        match query {
            Query::Accounts { window, filter, .. } if filter.terms.is_empty() => {
                Reply::Accounts(slice(&self.accounts, &window))
            }
            Query::Accounts { window, .. } => {
                Reply::Accounts(slice(&self.accounts[..self.accounts.len().min(1)], &window))
            }
            Query::Details { rows, .. } => {
                Reply::Details(rows.into_iter().map(|row| self.detail(row)).collect())
            }
            Query::Stale { .. } => Reply::Stale(true),
            Query::Why { .. } => Reply::Why(self.why.clone().map(Box::new)),
            Query::Change { .. } => Reply::Change(None),
            Query::Account { id, .. } => {
                let row = self.accounts.iter().find(|row| row.id == id).cloned();
                Reply::Account(row.map(|row| Box::new(self.detail(row))))
            }
            Query::Members { window, .. } => {
                let rows: Vec<MemberRow> = self
                    .people
                    .iter()
                    .map(|detail| MemberRow {
                        person: detail.row.id,
                        name: detail.row.name.clone(),
                        ground: Ground::Email,
                        from: Day::parse("2024-01-02"),
                        to: None,
                        activities: 12,
                        last_activity: Some(time("2026-11-02")),
                        standing: detail.row.standing,
                        cause: None,
                    })
                    .collect();
                Reply::Members(slice(&rows, &window))
            }
            Query::People { window, .. } => {
                let rows: Vec<PersonRow> = self.people.iter().map(|detail| detail.row.clone()).collect();
                Reply::People(slice(&rows, &window))
            }
            Query::Person { id, .. } => {
                Reply::Person(self.people.iter().find(|detail| detail.row.id == id).cloned().map(Box::new))
            }
            Query::Activities { window, .. } => {
                let row =
                    TimelineRow { activity: activity(), person: None, person_name: "Ada Example".into() };
                Reply::Activities(slice(&[row], &window))
            }
            Query::Sources => Reply::Sources(vec![SourceRow {
                name: "repo".into(),
                kind: "git".into(),
                state: "ok".into(),
                activities: 40,
                synced_at: None,
                covered_until: None,
                error: None,
                hint: None,
            }]),
            Query::Resolve { name } => {
                let accounts =
                    self.accounts.iter().filter(|row| row.name == name || row.domains.contains(&name));
                let accounts = accounts.map(|row| Meaning::Account { id: row.id, name: row.name.clone() });
                let named = |detail: &&PersonDetail| {
                    detail.row.name == name
                        || detail.identities.iter().any(|i| {
                            Some(format!("repo:{}", i.handle.clone().unwrap())) == Some(name.clone())
                        })
                };
                let people = self.people.iter().filter(named);
                let people = people.map(|d| Meaning::Person { id: d.row.id, name: d.row.name.clone() });
                Reply::Resolve(accounts.chain(people).collect())
            }
            Query::Overview => Reply::Failed("no overview here".into()),
        }
    }

    fn decide(&mut self, verb: Verb, reason: Option<String>) -> Result<Decision, Failure> {
        let id = DecisionId([u8::try_from(self.decisions.len()).unwrap(); 10]);
        let decision = Decision { id, at: self.now(), author: "dana".into(), reason, verb, undone_by: None };
        self.decisions.insert(0, decision.clone());
        Ok(decision)
    }

    fn decisions(&mut self) -> Result<Vec<Decision>, Failure> {
        Ok(self.decisions.clone())
    }

    fn activities(
        &mut self,
        _: bool,
        each: &mut dyn FnMut(ExportedActivity) -> ControlFlow<()>,
    ) -> Result<(), Failure> {
        let _all = each(ExportedActivity {
            activity: activity(),
            person: Some(self.people[0].row.id),
            account: None,
        });
        Ok(())
    }

    fn people(
        &mut self,
        _: bool,
        _: When,
        each: &mut dyn FnMut(PersonDetail) -> ControlFlow<()>,
    ) -> Result<(), Failure> {
        let _all = self.people.iter().try_for_each(|detail| each(detail.clone()));
        Ok(())
    }

    fn rules(&mut self) -> Result<Rules, Failure> {
        Ok(Rules::default())
    }

    fn try_rules(&mut self, _: &Rules) -> Result<Trial, Failure> {
        Ok(self.tried.clone())
    }

    fn rebuild(&mut self, _: bool, _: &mut dyn Progress) -> Result<Rebuilt, Failure> {
        let differing = if self.failed > 0 { vec!["person".to_owned()] } else { Vec::new() };
        Ok(Rebuilt {
            kept: "ab".into(),
            derived: "ab".into(),
            differing,
            accounts: 2,
            people: 2,
            activities: 1,
        })
    }

    fn sync(&mut self, _: &[String], _: Manner, progress: &mut dyn Progress) -> Result<SyncReport, Failure> {
        let source = |place: usize| {
            let failed = place < self.failed;
            let error =
                Trouble { message: "no repository at clones/x".into(), hint: Some("name a clone".into()) };
            SourceReport {
                name: format!("s{place}"),
                kind: "git".into(),
                state: if failed { SourceState::Failed } else { SourceState::Ok },
                fetched: 5,
                new: 4,
                changed: 1,
                gone: 0,
                skipped: 0,
                requests: 0,
                retries: 0,
                not_modified: 0,
                error: failed.then_some(error),
                synced_at: Some(time(NOW)),
            }
        };
        let sources: Vec<_> = (0..2).map(source).collect();
        for source in &sources {
            progress.finish(source);
        }
        Ok(SyncReport { sources, accounts: 2, people: 2, activities: 40, stopped: false })
    }

    fn doctor(&mut self) -> Result<Vec<Finding>, Failure> {
        let weight = if self.failed > 0 { Weight::Problem } else { Weight::Fine };
        Ok(vec![Finding { weight, subject: "store".into(), message: "opens".into(), hint: None }])
    }

    fn now(&self) -> Time {
        time(NOW)
    }
}

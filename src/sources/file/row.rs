//! What the values of a row mean, for each kind of row. Must not know where the values stood.

use std::collections::{HashMap, HashSet};

use super::{
    columns::Values,
    dates::Dates,
    facts::{Activity, Affiliation, Claim, Company, Contact},
    pages::{Pages, short_hash},
    who::{Who, filled},
};
use crate::{
    config::Records,
    domain::{
        record::{self, Record},
        text,
        time::Day,
    },
};

/// Reads rows of one kind, one after another.
pub(super) struct Reader {
    records: Records,
    dates: Dates,
    /// The lines on which keys of the file's own stand.
    keys: HashMap<[u8; 16], u64>,
    /// What activities say of employment, once a day for each person and company.
    employed: HashSet<[u8; 16]>,
    /// The project of the last row; a roster often names it only once.
    project: Option<String>,
}

impl Reader {
    pub(super) fn new(records: Records, dates: Dates) -> Self {
        Self { records, dates, keys: HashMap::new(), employed: HashSet::new(), project: None }
    }

    /// Puts the row on the page, or says why it cannot be read.
    pub(super) fn put(&mut self, line: u64, mut row: Values, pages: &mut Pages<'_>) -> Result<(), String> {
        match self.records {
            Records::Activities => self.activity(line, row, pages),
            Records::Accounts => Company {
                name: row.take("name"),
                domains: row.list("domains", &[' ', ',', ';', '\n', '\t']),
                relation: row.take("relation"),
                owner: row.take("owner"),
                key: None,
            }
            .put(pages),
            Records::Contacts => {
                let (company, role) = (row.take("company"), row.take("role"));
                Contact { who: row.who(), company, role, key: None }.put(pages)
            }
            Records::Affiliations => affiliation(row).put(pages, &self.dates),
            Records::Roster => self.roster(row, pages),
        }
    }

    fn activity(&mut self, line: u64, mut row: Values, pages: &mut Pages<'_>) -> Result<(), String> {
        let key = row.take("key");
        let hash = key.as_deref().map(|key| short_hash(&[key]));
        if let Some(other) = hash.and_then(|hash| self.keys.get(&hash)) {
            return Err(format!("its key stands on line {other} already"));
        }
        let company = filled(row.take("company"), text::NAME);
        let activity = Activity {
            kind: row.take("kind").unwrap_or_default(),
            at: row.take("at").ok_or("no date in `at`")?,
            actor: row.who(),
            subject: row.take("subject"),
            thread: row.take("thread"),
            counterpart: row.take("counterpart").map(|text| Who::parse(&text)),
            labels: row.list("labels", &[',', ';']),
            title: row.take("title"),
            url: row.take("url"),
            key,
        };
        let (native, day) = activity.put(pages, &self.dates)?;
        if let Some(hash) = hash {
            self.keys.insert(hash, line);
        }
        if let Some(company) = company {
            self.employed(native, company, day, pages);
        }
        Ok(())
    }

    /// A company on an activity's row says who employed the person on that day.
    fn employed(&mut self, identity: String, company: String, day: Day, pages: &mut Pages<'_>) {
        let key = short_hash(&["employed", &identity, &text::fold(&company), &day.to_string()]);
        if self.employed.insert(key) {
            let affiliation =
                record::Affiliation { identity, company, from: Some(day), to: None, project: None };
            pages.record(key.to_vec(), Record::Affiliation(affiliation));
        }
    }

    /// A line of a roster that names an e-mail and a login says that both are one person.
    fn roster(&mut self, mut row: Values, pages: &mut Pages<'_>) -> Result<(), String> {
        self.project = row.take("project").or_else(|| self.project.take());
        let mut affiliation = affiliation(row);
        affiliation.project.clone_from(&self.project);
        let who = affiliation.who.clone();
        if who.email.is_some() && who.login.is_some() {
            let email = Who { login: None, forge: None, ..who.clone() };
            let login = Who { email: None, ..who };
            // Nothing of a bad row is kept.
            login.clone().identity()?;
            affiliation.who = email.clone();
            affiliation.put(pages, &self.dates)?;
            return Claim { a: email, b: login, key: None }.put(pages);
        }
        affiliation.put(pages, &self.dates)
    }
}

fn affiliation(mut row: Values) -> Affiliation {
    Affiliation {
        company: row.take("company"),
        from: row.take("from"),
        to: row.take("to"),
        project: row.take("project"),
        who: row.who(),
        key: None,
    }
}

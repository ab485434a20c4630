//! The stream of commits: what is new since the mark, as pages. Must not know the words of messages nor the
//! role files.

use std::{ops::ControlFlow, path::Path, thread};

use gix::{ObjectId, hashtable::HashSet};
use serde::{Deserialize, Serialize};

use super::{
    super::{From, SourceError},
    ahead::{self, Raw},
    batch::Batch,
    mailmap::{self, Mailmap},
    reach::{self, Between},
    repository::{Lack, Repository},
};
use crate::{
    config::GitConfig,
    domain::page::{Listing, Page, Skipped},
};

/// Changes when the same commit would be read differently: then everything is read again.
const VERSION: u32 = 3;
type Emit<'e> = &'e mut dyn FnMut(Page) -> ControlFlow<()>;

/// What an earlier reading has seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    version: u32,
    subject: String,
    tips: Vec<String>,
    /// The blob of the `.mailmap` that was read.
    mailmap: Option<String>,
    /// The shallow edge at that time.
    edge: Option<String>,
    /// Commits that could not be read; all is read again as soon as one can be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    broken: Vec<String>,
}

/// How much there is to read.
enum Plan {
    /// Everything; whether what it does not bring is gone.
    All { listing: bool },
    /// The commits since the mark, and those that a force-push has taken away.
    Since { new: Vec<ObjectId>, gone: Vec<ObjectId>, mailmap: Option<Mailmap> },
}

/// Reads the stream `from.stream` of the repository at `path`, in pages of `size` commits.
pub(super) fn read(
    config: &GitConfig,
    path: &Path,
    size: u64,
    from: &From<'_>,
    emit: Emit<'_>,
) -> Result<(), SourceError> {
    let repository = Repository::open(path)?;
    let tips = repository.tips(&config.refs)?;
    if tips.ids.is_empty() && !tips.missing.is_empty() && !config.refs.iter().any(|name| name == "HEAD") {
        let refs = config.refs.join(", ");
        return Err(SourceError::new(format!("none of the refs {refs} exists in {}", repository.place))
            .hint("correct the source's `refs`; `git branch -a` lists what there is"));
    }
    let blob =
        tips.ids.first().filter(|_| config.mailmap).and_then(|tip| repository.file_at(tip, ".mailmap"));
    let before = from.mark.and_then(|mark| serde_json::from_str::<Mark>(mark).ok());
    let mut reader = Reader {
        stream: from.stream,
        batch: Batch::new(&repository.origin, from.stream),
        mark: Mark {
            version: VERSION,
            subject: repository.origin.subject(),
            tips: tips.ids.iter().map(ToString::to_string).collect(),
            mailmap: blob.map(|blob| blob.to_string()),
            edge: repository.edge_mark(),
            broken: before.as_ref().map(|mark| mark.broken.clone()).unwrap_or_default(),
        },
        repository: &repository,
        tips: tips.ids,
        size,
        blob,
        listed: None,
        read: 0,
        expected: None,
    };
    reader.batch.page.skipped.extend(tips.missing);
    reader.batch.page.skipped.extend(repository.edge_note());
    reader.batch.begin(&reader.tips);
    match reader.plan(before) {
        Plan::All { listing } => reader.all(listing, emit),
        Plan::Since { new, gone, mailmap } => reader.since(&new, &gone, mailmap.as_ref(), emit),
    }
}

struct Reader<'r> {
    repository: &'r Repository,
    stream: &'r str,
    tips: Vec<ObjectId>,
    blob: Option<ObjectId>,
    batch: Batch<'r>,
    mark: Mark,
    /// In a full listing: whether a page of it was handed out.
    listed: Option<bool>,
    /// Commits a page.
    size: u64,
    read: u64,
    expected: Option<u64>,
}

impl Reader<'_> {
    fn plan(&mut self, before: Option<Mark>) -> Plan {
        let complete = self.mark.edge.is_none();
        let all = Plan::All { listing: complete };
        let Some(before) = before else { return all };
        if before.version != VERSION || before.subject != self.mark.subject || before.edge != self.mark.edge {
            return all;
        }
        let mut buffer = Vec::new();
        let is_whole = |id: &String, buffer: &mut Vec<u8>| {
            ObjectId::from_hex(id.as_bytes()).is_ok_and(|id| self.repository.commit(&id, buffer).is_ok())
        };
        if before.broken.iter().any(|id| is_whole(id, &mut buffer)) {
            return all;
        }
        let mut mailmap = None;
        if before.mailmap != self.mark.mailmap {
            let old = before.mailmap.and_then(|id| ObjectId::from_hex(id.as_bytes()).ok());
            match old.map(|id| self.mailmap(&id)) {
                None => mailmap = Some(Mailmap::default()),
                Some(Ok(old)) => mailmap = Some(old),
                Some(Err(_)) => return all,
            }
        }
        let old: Vec<_> =
            before.tips.iter().filter_map(|id| ObjectId::from_hex(id.as_bytes()).ok()).collect();
        match reach::between(self.repository, &self.tips, &old) {
            Ok(between) => self.again(between).map_or(all, |(new, gone)| Plan::Since { new, gone, mailmap }),
            Err(_) => all,
        }
    }

    /// What is new, with older commits that another request brings in than before: a new merge or one that is gone
    /// did so. On a branch that only grows there are none.
    fn again(&self, between: Between) -> Result<(Vec<ObjectId>, Vec<ObjectId>), Lack> {
        let Between { mut new, gone } = between;
        if gone.is_empty() && self.tips.len() == 1 {
            return Ok((new, gone));
        }
        let mut known: HashSet<ObjectId> = new.iter().chain(&gone).copied().collect();
        let (changed, mut buffer) = (known.iter().copied().collect::<Vec<_>>(), Vec::new());
        let before = new.len();
        for id in changed {
            let parents = self.repository.commit(&id, &mut buffer)?.parents;
            if let [first, tip] = parents.as_slice()
                && !known.contains(tip)
            {
                let brought = reach::between(self.repository, &[*tip], &[*first])?.new;
                new.extend(brought.into_iter().filter(|id| known.insert(*id)));
            }
        }
        if new.len() > before {
            new = reach::children_first(self.repository, new)?;
        }
        Ok((new, gone))
    }

    fn mailmap(&self, blob: &ObjectId) -> Result<Mailmap, Lack> {
        let mut buffer = Vec::new();
        let bytes = self.repository.object(blob, gix::objs::Kind::Blob, &mut buffer)?;
        if bytes.len() > mailmap::LARGEST {
            return Err(Lack::Corrupt(format!("larger than {} bytes", mailmap::LARGEST)));
        }
        Ok(Mailmap::parse(bytes))
    }

    fn all(&mut self, listing: bool, emit: Emit<'_>) -> Result<(), SourceError> {
        self.listed = listing.then_some(false);
        self.mark.broken.clear();
        self.expected = self
            .repository
            .gix
            .commit_graph_if_enabled()
            .ok()
            .flatten()
            .map(|graph| graph.num_commits().into());
        let whole = thread::scope(|scope| {
            let chunks = ahead::walk(scope, self.repository.clone(), self.tips.clone());
            for chunk in chunks {
                for (id, raw) in chunk.commits() {
                    if self.one(id, raw, emit)?.is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        if whole.is_continue() {
            self.finish(Some(&Mailmap::default()), emit);
        }
        Ok(())
    }

    /// Adds a commit of a full reading.
    fn one(
        &mut self,
        id: &ObjectId,
        raw: Result<Raw<'_>, &Lack>,
        emit: Emit<'_>,
    ) -> Result<ControlFlow<()>, SourceError> {
        let read = raw.map_err(Clone::clone);
        match read.and_then(|(bytes, tip)| Ok((self.repository.parsed(id, bytes)?, tip))) {
            Ok((commit, tip)) => self.batch.commit(id, &commit, tip),
            Err(lack) if self.tips.contains(id) => return Err(unreadable(self.repository, id, &lack)),
            Err(lack) => self.broken(id, &lack),
        }
        self.read += 1;
        let full = self.read.is_multiple_of(self.size);
        Ok(if full { self.flush(emit) } else { ControlFlow::Continue(()) })
    }

    fn since(
        &mut self,
        new: &[ObjectId],
        gone: &[ObjectId],
        before: Option<&Mailmap>,
        emit: Emit<'_>,
    ) -> Result<(), SourceError> {
        self.expected = Some(new.len() as u64);
        let (mut buffer, mut other) = (Vec::new(), Vec::new());
        for id in gone {
            if let Ok(commit) = self.repository.commit(id, &mut buffer) {
                let keys = Batch::keys(&self.repository.origin, self.stream, id, &commit);
                self.batch.page.gone.extend(keys);
            }
        }
        for id in new {
            match self.repository.commit(id, &mut buffer) {
                Ok(commit) => {
                    let tip = if let [_, tip] = commit.parents.as_slice() { Some(tip) } else { None };
                    let tip = tip.and_then(|tip| self.repository.commit(tip, &mut other).ok());
                    self.batch.commit(id, &commit, tip.map(|tip| tip.written_by()));
                }
                Err(lack) => return Err(unreadable(self.repository, id, &lack)),
            }
            self.read += 1;
            if self.read.is_multiple_of(self.size) && self.flush(emit).is_break() {
                return Ok(());
            }
        }
        self.finish(before, emit);
        Ok(())
    }

    fn broken(&mut self, id: &ObjectId, lack: &Lack) {
        // What lies behind cannot be known: such a listing infers nothing.
        self.mark.broken.push(id.to_string());
        self.batch.page.skipped.push(Skipped {
            place: id.to_string(),
            reason: format!("{}; history behind it is not read; run `git fsck` there", lack.reason()),
        });
    }

    fn flush(&mut self, emit: Emit<'_>) -> ControlFlow<()> {
        let mut page = self.batch.take();
        page.read = self.read;
        page.expected = self.expected.filter(|expected| *expected >= self.read);
        page.listing = self.listed.map(|later| if later { Listing::Middle } else { Listing::First });
        self.listed = self.listed.map(|_| true);
        emit(page)
    }

    /// The last page: aliases, the claims still open, the mark.
    fn finish(&mut self, before: Option<&Mailmap>, emit: Emit<'_>) {
        let mut complete = self.mark.broken.is_empty();
        if let Some(before) = before {
            let now = match self.blob.map(|blob| self.mailmap(&blob)) {
                None => Mailmap::default(),
                Some(Ok(now)) => now,
                Some(Err(lack)) => {
                    (self.mark.mailmap, complete) = (None, false);
                    let reason = format!("not used: {}", lack.reason());
                    self.batch.page.skipped.push(Skipped { place: ".mailmap".to_owned(), reason });
                    Mailmap::default()
                }
            };
            self.batch.page.gone.extend(before.vanished(&now, self.stream));
            self.batch.page.records.extend(now.records(self.stream));
            self.batch.page.skipped.extend(now.skipped);
        }
        let mut page = self.batch.take();
        (page.read, page.expected) = (self.read, Some(self.read));
        page.mark = serde_json::to_string(&self.mark).ok();
        page.listing = self.listed.map(|later| match (complete, later) {
            (true, true) => Listing::Last,
            (true, false) => Listing::Whole,
            (false, true) => Listing::Middle,
            (false, false) => Listing::First,
        });
        // Nothing follows, whether or not more is wanted.
        let _ = emit(page);
    }
}

fn unreadable(repository: &Repository, id: &ObjectId, lack: &Lack) -> SourceError {
    SourceError::new(format!("cannot read commit {id} of {}: {}", repository.place, lack.reason()))
        .hint("run `git fsck` there; a fresh clone mends it")
}

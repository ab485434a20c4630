//! A made-up world of people and repositories on GitHub, as plain data, and what a store must hold of it: counted
//! here, by nobody else.

use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    User,
    Bot,
    Organization,
    Mannequin,
}

#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) id: i64,
    pub(super) login: String,
    pub(super) nature: Nature,
    pub(super) name: Option<String>,
    pub(super) company: Option<String>,
    /// Public.
    pub(super) email: Option<String>,
}

/// The place of somebody among the world's people; `None`: the account is deleted.
pub(super) type Who = Option<usize>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Comment,
    /// With the reason, as GitHub writes it.
    Closed(Option<&'static str>),
    Reopened,
    Transferred,
    /// The verdict, and how many comments.
    Review(&'static str, usize),
    Labeled,
}

#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) id: i64,
    pub(super) at: i64,
    pub(super) by: Who,
    pub(super) what: What,
}

/// An issue or a pull request.
#[derive(Debug, Clone)]
pub(super) struct Thread {
    pub(super) id: i64,
    pub(super) number: u64,
    pub(super) title: String,
    pub(super) at: i64,
    pub(super) by: Who,
    pub(super) labels: Vec<String>,
    pub(super) is_pull: bool,
    pub(super) merged: Option<(i64, Who)>,
    pub(super) items: Vec<Item>,
    /// Beyond what the items say: an edit.
    pub(super) touched: i64,
}

impl Thread {
    pub(super) fn updated(&self) -> i64 {
        let items = self.items.iter().map(|item| item.at);
        items.chain(self.merged.map(|(at, _)| at)).chain([self.at, self.touched]).max().unwrap()
    }
}

#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) id: i64,
    pub(super) at: i64,
    pub(super) by: Who,
    pub(super) replies: Vec<Reply>,
}

#[derive(Debug, Clone)]
pub(super) struct Discussion {
    pub(super) id: i64,
    pub(super) number: u64,
    pub(super) title: String,
    pub(super) at: i64,
    pub(super) by: Who,
    pub(super) is_question: bool,
    pub(super) comments: Vec<Reply>,
    /// Place of the comment, when and by whom.
    pub(super) accepted: Option<(usize, i64, Who)>,
}

impl Discussion {
    pub(super) fn updated(&self) -> i64 {
        let of = |reply: &Reply| reply.replies.iter().map(|below| below.at).max().unwrap_or(0).max(reply.at);
        let comments = self.comments.iter().map(of);
        comments.chain(self.accepted.map(|(_, at, _)| at)).chain([self.at]).max().unwrap()
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct Repo {
    pub(super) id: i64,
    pub(super) name: String,
    /// Names that lead here.
    pub(super) old_names: Vec<String>,
    pub(super) has_issues: bool,
    pub(super) has_discussions: bool,
    pub(super) threads: Vec<Thread>,
    pub(super) discussions: Vec<Discussion>,
    pub(super) stars: Vec<(usize, i64)>,
    /// Number, who, when.
    pub(super) forks: Vec<(i64, usize, i64)>,
    /// Number, tag, who, when; a draft has no time.
    pub(super) releases: Vec<(i64, String, Who, Option<i64>)>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct World {
    pub(super) people: Vec<Person>,
    pub(super) repos: Vec<Repo>,
    next: i64,
}

impl World {
    /// Ids grow, beyond 32 bits, as GitHub's have.
    fn id(&mut self) -> i64 {
        self.next += 1;
        3_000_000_000 + self.next
    }

    pub(super) fn person(&mut self, login: &str, nature: Nature) -> usize {
        let id = 1_000 + i64::try_from(self.people.len()).unwrap();
        let person = Person { id, login: login.to_owned(), nature, name: None, company: None, email: None };
        self.people.push(person);
        self.people.len() - 1
    }

    pub(super) fn user(&mut self, login: &str, company: Option<&str>) -> usize {
        let at = self.person(login, Nature::User);
        let person = &mut self.people[at];
        person.name = Some(format!("{} Example", capital(login)));
        person.company = company.map(str::to_owned);
        person.email = company.map(|company| format!("{login}@{company}.example"));
        at
    }

    pub(super) fn repo(&mut self, name: &str) -> usize {
        let id = 500 + i64::try_from(self.repos.len()).unwrap();
        let (has_issues, has_discussions) = (true, true);
        self.repos.push(Repo { id, name: name.to_owned(), has_issues, has_discussions, ..Repo::default() });
        self.repos.len() - 1
    }

    fn number(&self, repo: usize) -> u64 {
        let repo = &self.repos[repo];
        u64::try_from(repo.threads.len() + repo.discussions.len()).unwrap() + 1
    }

    /// Opens an issue; gives its place.
    pub(super) fn issue(&mut self, repo: usize, by: Who, at: i64, labels: &[&str]) -> usize {
        let (id, number) = (self.id(), self.number(repo));
        let labels = labels.iter().map(|label| (*label).to_owned()).collect();
        let title = format!("Issue {number}");
        let items = Vec::new();
        let new =
            Thread { id, number, title, at, by, labels, is_pull: false, merged: None, items, touched: at };
        self.repos[repo].threads.push(new);
        self.repos[repo].threads.len() - 1
    }

    pub(super) fn pull(&mut self, repo: usize, by: Who, at: i64) -> usize {
        let place = self.issue(repo, by, at, &[]);
        let thread = &mut self.repos[repo].threads[place];
        (thread.is_pull, thread.title) = (true, format!("Change {}", thread.number));
        place
    }

    pub(super) fn add(&mut self, (repo, thread): (usize, usize), by: Who, at: i64, what: What) {
        let id = self.id();
        if let What::Review(_, comments) = what {
            // The ids of its comments follow its own.
            self.next += i64::try_from(comments).unwrap();
        }
        self.repos[repo].threads[thread].items.push(Item { id, at, by, what });
    }

    pub(super) fn merge(&mut self, (repo, thread): (usize, usize), by: Who, at: i64) {
        self.repos[repo].threads[thread].merged = Some((at, by));
        // GitHub closes what it merges.
        self.add((repo, thread), by, at, What::Closed(None));
    }

    pub(super) fn discussion(&mut self, repo: usize, by: Who, at: i64, is_question: bool) -> usize {
        let (id, number) = (self.id() - 3_000_000_000, self.number(repo));
        let title = format!("Topic {number}");
        let (comments, accepted) = (Vec::new(), None);
        let new = Discussion { id, number, title, at, by, is_question, comments, accepted };
        self.repos[repo].discussions.push(new);
        self.repos[repo].discussions.len() - 1
    }

    pub(super) fn reply(&mut self, (repo, topic): (usize, usize), below: Option<usize>, by: Who, at: i64) {
        let id = self.id() - 3_000_000_000;
        let reply = Reply { id, at, by, replies: Vec::new() };
        let comments = &mut self.repos[repo].discussions[topic].comments;
        match below {
            Some(place) => comments[place].replies.push(reply),
            None => comments.push(reply),
        }
    }

    pub(super) fn fork(&mut self, repo: usize, by: usize, at: i64) {
        let id = 900_000 + i64::try_from(self.repos[repo].forks.len()).unwrap();
        self.repos[repo].forks.push((id, by, at));
    }

    pub(super) fn release(&mut self, repo: usize, tag: &str, by: Who, at: Option<i64>) {
        let id = 800_000 + i64::try_from(self.repos[repo].releases.len()).unwrap();
        self.repos[repo].releases.push((id, tag.to_owned(), by, at));
    }

    /// How many activities of each kind a store must hold. `reviews`: REST does not tell of them.
    pub(super) fn count(&self) -> BTreeMap<&'static str, u64> {
        let mut count = BTreeMap::new();
        for repo in &self.repos {
            for (kind, more) in repo.count() {
                *count.entry(kind).or_insert(0) += more;
            }
        }
        count
    }
}

impl Repo {
    fn count(&self) -> BTreeMap<&'static str, u64> {
        let mut count: BTreeMap<&'static str, u64> = BTreeMap::new();
        let mut add = |kind, more: usize| {
            if more > 0 {
                *count.entry(kind).or_insert(0) += u64::try_from(more).unwrap();
            }
        };
        for thread in self.threads.iter().filter(|thread| thread.is_pull || self.has_issues) {
            add(if thread.is_pull { "pr.opened" } else { "issue.opened" }, 1);
            add("pr.merged", usize::from(thread.merged.is_some()));
            for item in &thread.items {
                match item.what {
                    What::Comment => add(if thread.is_pull { "pr.commented" } else { "issue.commented" }, 1),
                    What::Closed(_) if !thread.is_pull => add("issue.closed", 1),
                    What::Closed(_) if thread.merged.is_none_or(|(merged, _)| item.at < merged) => {
                        add("pr.closed", 1);
                    }
                    What::Reopened if !thread.is_pull => add("issue.reopened", 1),
                    What::Review(verdict, comments) if verdict != "PENDING" => {
                        add("pr.reviewed", usize::from(item.by != thread.by));
                        add("pr.commented", comments);
                    }
                    _ => {}
                }
            }
        }
        for topic in self.discussions.iter().filter(|_| self.has_discussions) {
            add("topic.opened", 1);
            add("answer.accepted", usize::from(topic.accepted.is_some()));
            for comment in &topic.comments {
                let answers = topic.is_question && comment.by != topic.by;
                add(if answers { "answer.posted" } else { "post.replied" }, 1);
                add("post.replied", comment.replies.len());
            }
        }
        add("repo.starred", self.stars.len());
        add("repo.forked", self.forks.len());
        add("release.published", self.releases.iter().filter(|(.., at)| at.is_some()).count());
        count
    }
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

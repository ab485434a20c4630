//! The world in the forms of REST. A path or a parameter that the official description does not know is refused.

use serde_json::{Value, json};

use super::{
    graph::time,
    world::{Nature, Repo, Thread, What, Who, World},
};
use crate::api::server::{Req, Res};

/// Lists below `/repos/{owner}/{repo}`, with the parameters that the official description knows.
pub(super) const LISTS: [(&str, &[&str]); 7] = [
    ("issues", &["state", "sort", "direction", "since", "per_page", "page", "labels"]),
    ("issues/comments", &["sort", "direction", "since", "per_page", "page"]),
    ("issues/events", &["per_page", "page"]),
    ("pulls/comments", &["sort", "direction", "since", "per_page", "page"]),
    ("releases", &["per_page", "page"]),
    ("forks", &["sort", "per_page", "page"]),
    ("stargazers", &["per_page", "page"]),
];

/// `path`: below the root of the API. An error is what GitHub would not have understood.
pub(super) fn answer(world: &World, path: &str, request: &Req) -> Result<Res, String> {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let (repo, below) = match parts.as_slice() {
        ["repos", owner, name, below @ ..] => {
            let wanted = format!("{owner}/{name}").to_lowercase();
            let is_it = |repo: &&Repo| {
                repo.old_names.iter().chain([&repo.name]).any(|name| name.to_lowercase() == wanted)
            };
            (world.repos.iter().find(is_it), below.join("/"))
        }
        ["repositories", id, below @ ..] => {
            (world.repos.iter().find(|repo| repo.id.to_string() == *id), below.join("/"))
        }
        _ => return Err(format!("no path {path}")),
    };
    let Some(repo) = repo else {
        return Ok(Res::status_json(404, &json!({"message": "Not Found", "status": "404"})));
    };
    if below.is_empty() {
        return Ok(Res::json(&json!({
            "id": repo.id, "name": repo.name.split_once('/').unwrap().1, "full_name": repo.name, "private": false,
            "html_url": format!("https://forge.example/{}", repo.name), "has_issues": repo.has_issues,
            "has_discussions": repo.has_discussions, "stargazers_count": repo.stars.len(),
            "forks_count": repo.forks.len(), "open_issues_count": 3, "license": null,
        })));
    }
    let (_, known) =
        LISTS.iter().find(|(list, _)| *list == below).ok_or_else(|| format!("no path {path}"))?;
    if let Some((name, _)) = request.query.iter().find(|(name, _)| !known.contains(&name.as_str())) {
        return Err(format!("{below} has no parameter {name}"));
    }
    let mut records = match below.as_str() {
        "issues" => {
            if request.param("state") != Some("all") {
                return Err("the default state is open".to_owned());
            }
            repo.threads
                .iter()
                .filter(|one| one.is_pull || repo.has_issues)
                .map(|one| issue(world, one))
                .collect()
        }
        "issues/comments" => comments(world, repo, false),
        "pulls/comments" => comments(world, repo, true),
        "issues/events" => events(world, repo),
        "releases" => releases(world, repo),
        "forks" => forks(world, repo),
        _ => stars(world, repo, request),
    };
    order(&mut records, &below, request);
    Ok(page(&records, repo.id, &below, request))
}

fn order(records: &mut Vec<Value>, list: &str, request: &Req) {
    let text = |record: &Value, field: &str| record[field].as_str().unwrap_or_default().to_owned();
    if let Some(since) = request.param("since") {
        records.retain(|record| text(record, "updated_at").as_str() >= since);
    }
    let field = match (list, request.param("sort")) {
        ("stargazers", _) => return,
        (_, Some("updated")) => "updated_at",
        _ => "created_at",
    };
    records.sort_by_key(|record| text(record, field));
    if request.param("direction") != Some("asc") {
        records.reverse();
    }
}

fn page(records: &[Value], id: i64, list: &str, request: &Req) -> Res {
    let number = |name: &str| request.param(name).and_then(|value| value.parse::<usize>().ok());
    let (size, place) = (number("per_page").unwrap_or(30).min(100), number("page").unwrap_or(1));
    let end = records.len().div_ceil(size).max(1);
    let shown: Vec<&Value> = records.iter().skip((place - 1) * size).take(size).collect();
    let root = if request.path.starts_with("/api/v3") { "/api/v3" } else { "" };
    let link = |to: usize, rel: &str| {
        let rest = request.query.iter().filter(|(name, _)| name != "page");
        let rest: Vec<String> =
            rest.map(|(name, value)| format!("{name}={}&", value.replace(':', "%3A"))).collect();
        let rest = rest.concat();
        let host = request.header("host").unwrap_or("127.0.0.1");
        format!("<http://{host}{root}/repositories/{id}/{list}?{rest}page={to}>; rel=\"{rel}\"")
    };
    let mut links = Vec::new();
    if place > 1 {
        links.extend([link(place - 1, "prev"), link(1, "first")]);
    }
    if place < end {
        links.extend([link(place + 1, "next"), link(end, "last")]);
    }
    let answer = Res::json(&json!(shown));
    if links.is_empty() { answer } else { answer.with("link", links.join(", ")) }
}

fn user(world: &World, who: Who) -> Value {
    let Some(person) = who.map(|at| &world.people[at]) else { return Value::Null };
    let machine = person.nature == Nature::Bot;
    let login = if machine { format!("{}[bot]", person.login) } else { person.login.clone() };
    let kind = match person.nature {
        Nature::Bot => "Bot",
        Nature::Organization => "Organization",
        Nature::User => "User",
        Nature::Mannequin => "Mannequin",
    };
    json!({"login": login, "id": person.id, "node_id": format!("U_{}", person.id), "type": kind, "site_admin": false,
        "html_url": format!("https://forge.example/{}", person.login)})
}

fn issue(world: &World, thread: &Thread) -> Value {
    let section = if thread.is_pull { "pull" } else { "issues" };
    let reason = thread.items.iter().rev().find_map(|item| match item.what {
        What::Closed(reason) => Some(reason.map(str::to_lowercase)),
        _ => None,
    });
    let labels = thread
        .labels
        .iter()
        .map(|label| json!({"id": 1, "name": label, "color": "ededed", "default": false}));
    let mut issue = json!({
        "id": thread.id, "number": thread.number, "title": thread.title, "user": user(world, thread.by),
        "labels": labels.collect::<Vec<_>>(), "created_at": time(thread.at), "updated_at": time(thread.updated()),
        "html_url": format!("https://forge.example/x/{section}/{}", thread.number), "body": null,
        "state_reason": reason.flatten(),
    });
    if thread.is_pull {
        issue["pull_request"] = json!({"merged_at": thread.merged.map(|(at, _)| time(at)), "url": "x"});
    }
    issue
}

fn comments(world: &World, repo: &Repo, in_review: bool) -> Vec<Value> {
    let mut all = Vec::new();
    for thread in &repo.threads {
        let section = if thread.is_pull { "pull" } else { "issues" };
        let url = format!("https://forge.example/{}/{section}/{}", repo.name, thread.number);
        for item in &thread.items {
            let ids: Vec<i64> = match item.what {
                What::Comment if !in_review => vec![item.id],
                What::Review(_, comments) if in_review => {
                    (1..=i64::try_from(comments).unwrap()).map(|more| item.id + more).collect()
                }
                _ => continue,
            };
            for id in ids {
                let mut comment = json!({"id": id, "user": user(world, item.by), "created_at": time(item.at),
                    "updated_at": time(item.at), "body": "hello"});
                if in_review {
                    comment["html_url"] = json!(format!("{url}#discussion_r{id}"));
                    comment["pull_request_url"] =
                        json!(format!("https://forge.example/repos/{}/pulls/{}", repo.name, thread.number));
                } else {
                    comment["html_url"] = json!(format!("{url}#issuecomment-{id}"));
                    comment["issue_url"] =
                        json!(format!("https://forge.example/repos/{}/issues/{}", repo.name, thread.number));
                }
                all.push(comment);
            }
        }
    }
    all
}

fn events(world: &World, repo: &Repo) -> Vec<Value> {
    let mut all = Vec::new();
    for thread in &repo.threads {
        let mut add = |event: &str, at: i64, by: Who| {
            all.push(
                json!({"id": all.len(), "event": event, "actor": user(world, by), "created_at": time(at),
                "commit_id": null, "issue": issue(world, thread)}),
            );
        };
        if let Some((at, by)) = thread.merged {
            add("merged", at, by);
        }
        for item in &thread.items {
            match item.what {
                What::Closed(_) => add("closed", item.at, item.by),
                What::Reopened => add("reopened", item.at, item.by),
                What::Labeled => add("labeled", item.at, item.by),
                _ => {}
            }
        }
    }
    all
}

fn releases(world: &World, repo: &Repo) -> Vec<Value> {
    let releases = repo.releases.iter().map(|(id, tag, who, at)| {
        json!({"id": id, "tag_name": tag, "name": null, "draft": at.is_none(), "prerelease": false,
            "created_at": time(at.unwrap_or(0)), "published_at": at.map(time), "author": user(world, *who),
            "html_url": format!("https://forge.example/{}/releases/tag/{tag}", repo.name)})
    });
    releases.collect()
}

fn forks(world: &World, repo: &Repo) -> Vec<Value> {
    let forks = repo.forks.iter().map(|(id, who, at)| {
        let name = format!("{}/{}", world.people[*who].login, repo.name.split_once('/').unwrap().1);
        json!({"id": id, "full_name": name, "html_url": format!("https://forge.example/{name}"),
            "created_at": time(*at), "owner": user(world, Some(*who)), "fork": true})
    });
    forks.collect()
}

/// Oldest first; the times only for who asks for them.
fn stars(world: &World, repo: &Repo, request: &Req) -> Vec<Value> {
    let mut stars = repo.stars.clone();
    stars.sort_by_key(|(_, at)| *at);
    let timed = request.header("accept").is_some_and(|accept| accept.contains("star+json"));
    let one = |(who, at): (usize, i64)| {
        let user = user(world, Some(who));
        if timed { json!({"starred_at": time(at), "user": user}) } else { user }
    };
    stars.into_iter().map(one).collect()
}

//! The world in the forms of GraphQL: objects with more fields than anybody asks for, nulls where GitHub has nulls.

use serde_json::{Value, json};

use super::{
    execute::Graph,
    world::{Discussion, Nature, Reply, Repo, Thread, What, Who, World},
};

pub(super) fn time(at: i64) -> String {
    jiff::Timestamp::from_second(at).unwrap().to_string()
}

pub(super) fn graph(world: &World, host: &str) -> Graph {
    let mut graph = Graph::default();
    for person in &world.people {
        let mut object = json!({"id": format!("U_{}", person.id), "databaseId": person.id, "login": person.login,
            "url": format!("{host}/{}", person.login), "createdAt": time(0)});
        object["__typename"] = json!(match person.nature {
            Nature::User => "User",
            Nature::Bot => "Bot",
            Nature::Organization => "Organization",
            Nature::Mannequin => "Mannequin",
        });
        match person.nature {
            Nature::User => {
                object["name"] = json!(person.name);
                object["company"] = json!(person.company);
                // Never null: hidden is empty.
                object["email"] = json!(person.email.clone().unwrap_or_default());
                object["bio"] = Value::Null;
            }
            Nature::Organization => {
                object["name"] = json!(person.name);
                object["email"] = Value::Null;
            }
            Nature::Mannequin => {
                object["claimant"] = Value::Null;
                object["email"] = json!("old@import.example");
            }
            Nature::Bot => {}
        }
        graph.nodes.insert(format!("U_{}", person.id), object);
    }
    for repo in &world.repos {
        let id = format!("R_{}", repo.id);
        for name in repo.old_names.iter().chain([&repo.name]) {
            graph.repos.insert(name.to_lowercase(), id.clone());
        }
        let object = repository(world, repo, &id, host, &mut graph);
        graph.nodes.insert(id, object);
    }
    graph
}

pub(super) fn actor(world: &World, who: Who) -> Value {
    who.map_or(Value::Null, |at| json!({"$ref": format!("U_{}", world.people[at].id)}))
}

fn list(kind: &str, items: &[Value]) -> Value {
    json!({"$list": items, "$type": kind})
}

fn repository(world: &World, repo: &Repo, id: &str, host: &str, graph: &mut Graph) -> Value {
    let (mut issues, mut pulls) = (Vec::new(), Vec::new());
    for thread in &repo.threads {
        let object = self::thread(world, thread, id, graph);
        let key = object["id"].as_str().unwrap().to_owned();
        if thread.is_pull { &mut pulls } else { &mut issues }.push(json!({"$ref": key}));
        graph.nodes.insert(key, object);
    }
    if !repo.has_issues {
        issues.clear();
    }
    let mut topics = Vec::new();
    for topic in repo.discussions.iter().filter(|_| repo.has_discussions) {
        let object = discussion(world, topic, id, graph);
        let key = object["id"].as_str().unwrap().to_owned();
        topics.push(json!({"$ref": key}));
        graph.nodes.insert(key, object);
    }
    let stars = repo.stars.iter().map(|(who, at)| {
        json!({"__typename": "StargazerEdge", "$edge": true, "id": format!("star{who}"), "starredAt": time(*at),
            "cursor": "x", "node": actor(world, Some(*who))})
    });
    let forks = repo.forks.iter().map(|(number, who, at)| {
        let name = format!("{}/{}", world.people[*who].login, repo.name.split_once('/').unwrap().1);
        json!({"__typename": "Repository", "id": format!("F_{number}"), "databaseId": number, "nameWithOwner": name,
            "url": format!("{host}/{name}"), "createdAt": time(*at), "owner": actor(world, Some(*who))})
    });
    let releases = repo.releases.iter().map(|(number, tag, who, at)| {
        json!({"__typename": "Release", "id": format!("RE_{number}"), "databaseId": number, "tagName": tag,
            "name": "", "isDraft": at.is_none(), "isPrerelease": false, "publishedAt": at.map(time),
            "createdAt": time(at.unwrap_or(0)), "url": format!("{host}/{}/releases/tag/{tag}", repo.name),
            "author": actor(world, *who)})
    });
    json!({
        "__typename": "Repository", "id": id, "databaseId": repo.id, "nameWithOwner": repo.name,
        "url": format!("{host}/{}", repo.name), "hasIssuesEnabled": repo.has_issues,
        "hasDiscussionsEnabled": repo.has_discussions, "stargazerCount": repo.stars.len(),
        "forkCount": repo.forks.len(), "isArchived": false,
        "issues": list("IssueConnection", &issues), "pullRequests": list("PullRequestConnection", &pulls),
        "discussions": list("DiscussionConnection", &topics),
        "stargazers": list("StargazerConnection", &stars.collect::<Vec<_>>()),
        "forks": list("RepositoryConnection", &forks.collect::<Vec<_>>()),
        "releases": list("ReleaseConnection", &releases.collect::<Vec<_>>()),
    })
}

fn labels(names: &[String]) -> Value {
    let labels = names.iter().map(|name| {
        json!({"__typename": "Label", "id": format!("L_{name}"), "name": name, "color": "ededed", "description": null})
    });
    list("LabelConnection", &labels.collect::<Vec<_>>())
}

fn thread(world: &World, thread: &Thread, repo: &str, graph: &mut Graph) -> Value {
    let kind = if thread.is_pull { "PullRequest" } else { "Issue" };
    let id = format!("{}_{}", if thread.is_pull { "PR" } else { "I" }, thread.id);
    let pull = json!({"$ref": id});
    let items = thread.items.iter().map(|item| {
        let mut object = json!({"createdAt": time(item.at), "id": format!("T_{}", item.id)});
        let kind = match item.what {
            What::Comment => "IssueComment",
            What::Closed(_) => "ClosedEvent",
            What::Reopened => "ReopenedEvent",
            What::Transferred => "TransferredEvent",
            What::Review(..) => "PullRequestReview",
            What::Labeled => "LabeledEvent",
        };
        object["__typename"] = json!(kind);
        match item.what {
            What::Comment => {
                // A number beyond 32 bits is written as text.
                object["fullDatabaseId"] = json!(item.id.to_string());
                object["author"] = actor(world, item.by);
                object["body"] = json!("hello");
            }
            What::Review(verdict, comments) => {
                object["fullDatabaseId"] = json!(item.id.to_string());
                object["author"] = actor(world, item.by);
                object["state"] = json!(verdict);
                object["submittedAt"] = json!(time(item.at));
                object["pullRequest"] = pull.clone();
                let comments = (1..=i64::try_from(comments).unwrap()).map(|more| {
                    json!({"__typename": "PullRequestReviewComment", "id": format!("RC_{}", item.id + more),
                        "fullDatabaseId": (item.id + more).to_string(), "createdAt": time(item.at),
                        "author": actor(world, item.by)})
                });
                object["comments"] =
                    list("PullRequestReviewCommentConnection", &comments.collect::<Vec<_>>());
                graph.nodes.insert(format!("T_{}", item.id), object.clone());
            }
            What::Closed(reason) => {
                object["actor"] = actor(world, item.by);
                object["stateReason"] = json!(reason);
            }
            _ => object["actor"] = actor(world, item.by),
        }
        object
    });
    let items: Vec<Value> = items.collect();
    json!({
        "__typename": kind, "id": id, "number": thread.number, "title": thread.title, "createdAt": time(thread.at),
        "updatedAt": time(thread.updated()), "author": actor(world, thread.by), "labels": labels(&thread.labels),
        "mergedAt": thread.merged.map(|(at, _)| time(at)),
        "mergedBy": thread.merged.map_or(Value::Null, |(_, by)| actor(world, by)),
        "repository": {"$ref": repo}, "databaseId": null,
        "timelineItems": list(&format!("{kind}TimelineItemsConnection"), &items),
    })
}

fn discussion(world: &World, topic: &Discussion, repo: &str, graph: &mut Graph) -> Value {
    let id = format!("D_{}", topic.id);
    let mut comments = Vec::new();
    for reply in &topic.comments {
        let object = comment(world, reply, &id);
        comments.push(json!({"$ref": object["id"]}));
        graph.nodes.insert(object["id"].as_str().unwrap().to_owned(), object);
    }
    let accepted = topic.accepted;
    let (name, slug) = if topic.is_question { ("Q&A", "q-a") } else { ("General", "general") };
    json!({
        "__typename": "Discussion", "id": id, "number": topic.number, "title": topic.title,
        "createdAt": time(topic.at), "updatedAt": time(topic.updated()), "author": actor(world, topic.by),
        "category": {"__typename": "DiscussionCategory", "id": "DIC_1", "name": name, "slug": slug, "isAnswerable": topic.is_question},
        "labels": labels(&[]), "repository": {"$ref": repo},
        "answerChosenAt": accepted.map(|(_, at, _)| time(at)),
        "answerChosenBy": accepted.map_or(Value::Null, |(_, _, by)| actor(world, by)),
        "answer": accepted.map_or(Value::Null, |(place, ..)| json!({"$ref": format!("DC_{}", topic.comments[place].id)})),
        "comments": list("DiscussionCommentConnection", &comments),
    })
}

fn comment(world: &World, reply: &Reply, topic: &str) -> Value {
    let replies: Vec<Value> = reply.replies.iter().map(|below| comment(world, below, topic)).collect();
    json!({
        "__typename": "DiscussionComment", "id": format!("DC_{}", reply.id), "databaseId": reply.id,
        "createdAt": time(reply.at), "author": actor(world, reply.by), "discussion": {"$ref": topic},
        "replies": list("DiscussionCommentConnection", &replies),
    })
}

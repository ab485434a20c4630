//! Executes any query over a graph of objects, as GitHub does: what is selected and only that, connections with their
//! bounds, orders and filters, costs and the limit on nodes. What GitHub does not know is refused.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::query::{Document, Literal, Selection, parse};

/// Objects by their id. An object holds its fields; `{"$ref": id}` stands for another object, `{"$list": [..],
/// "$type": ..}` for a connection.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) nodes: BTreeMap<String, Value>,
    /// `owner/name` in lower case, also those of old, to an id.
    pub(super) repos: BTreeMap<String, String>,
}

/// What an executed query gives.
#[derive(Debug, Default)]
pub(super) struct Executed {
    pub(super) data: Value,
    pub(super) errors: Vec<Value>,
    /// In points.
    pub(super) cost: u64,
    /// That it may bring, by what it asks for.
    pub(super) nodes: u64,
    /// What GitHub would not have understood.
    pub(super) refused: Option<String>,
}

const ACTORS: [&str; 5] = ["User", "Bot", "Mannequin", "Organization", "EnterpriseUserAccount"];

/// Connections: which arguments they know beside `first`, `last`, `after`, `before`.
fn arguments_of(kind: &str) -> &'static [&'static str] {
    match kind {
        "IssueConnection" => &["orderBy", "filterBy", "labels", "states"],
        "PullRequestConnection" => &["orderBy", "states", "labels", "headRefName", "baseRefName"],
        "DiscussionConnection" => &["orderBy", "categoryId", "states", "answered"],
        "RepositoryConnection" | "ReleaseConnection" | "StargazerConnection" | "LabelConnection" => {
            &["orderBy"]
        }
        "IssueTimelineItemsConnection" | "PullRequestTimelineItemsConnection" => {
            &["since", "skip", "itemTypes"]
        }
        "PullRequestReviewCommentConnection" | "DiscussionCommentConnection" => &[],
        other => panic!("the world has no {other}"),
    }
}

pub(super) fn run(graph: &Graph, body: &Value) -> Executed {
    let mut done = Executed::default();
    match execute(graph, body, &mut done) {
        Ok(data) => done.data = data,
        Err(refused) => done.refused = Some(refused),
    }
    done
}

struct Running<'a> {
    graph: &'a Graph,
    document: &'a Document,
    variables: &'a Map<String, Value>,
    used: BTreeSet<String>,
    spread: BTreeSet<String>,
}

fn execute(graph: &Graph, body: &Value, done: &mut Executed) -> Result<Value, String> {
    let document = parse(body["query"].as_str().ok_or("no query")?)?;
    let nothing = Map::new();
    let variables = body["variables"].as_object().unwrap_or(&nothing);
    for (name, kind) in &document.variables {
        let value = variables.get(name).unwrap_or(&Value::Null);
        let sound = match kind.trim_end_matches('!') {
            _ if value.is_null() => !kind.ends_with('!'),
            "String" | "ID" | "DateTime" => value.is_string(),
            "Int" => value.is_i64(),
            _ => true,
        };
        if !sound {
            return Err(format!("variable ${name} of type {kind} was given {value}"));
        }
    }
    if let Some(name) =
        variables.keys().find(|name| !document.variables.iter().any(|(known, _)| known == *name))
    {
        return Err(format!("variable ${name} is not declared"));
    }
    let mut running =
        Running { graph, document: &document, variables, used: BTreeSet::new(), spread: BTreeSet::new() };
    let (requests, nodes) = running.weigh(&document.set, 1);
    if nodes > 500_000 {
        done.errors.push(json!({"type": "MAX_NODE_LIMIT_EXCEEDED", "message": "too many nodes"}));
        return Ok(Value::Null);
    }
    (done.cost, done.nodes) = (((requests + 50) / 100).max(1), nodes);
    let mut data = Map::new();
    for field in running.fields("Query", &document.set)? {
        let Selection::Field { alias, name, arguments, set } = field else { continue };
        let argument =
            |wanted: &str| arguments.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
        let text = |running: &mut Running<'_>, wanted: &str| -> Result<String, String> {
            let value = argument(wanted).ok_or(format!("{name} lacks {wanted}"))?;
            running.value(value)?.as_str().map(str::to_owned).ok_or(format!("{wanted} is no text"))
        };
        let value = match name.as_str() {
            "rateLimit" => {
                let limit = json!({"__typename": "RateLimit", "limit": 5000, "cost": done.cost, "remaining": 4321,
                    "used": 679, "nodeCount": nodes, "resetAt": "2026-11-22T13:00:00Z"});
                running.object(&limit, set)?
            }
            "repository" => {
                let key = format!("{}/{}", text(&mut running, "owner")?, text(&mut running, "name")?);
                if let Some(id) = graph.repos.get(&key.to_lowercase()) {
                    running.object(&graph.nodes[id], set)?
                } else {
                    done.errors.push(json!({"type": "NOT_FOUND", "path": [alias], "locations": [],
                        "message": format!("Could not resolve to a Repository with the name '{key}'.")}));
                    Value::Null
                }
            }
            "node" => {
                let id = text(&mut running, "id")?;
                if let Some(node) = graph.nodes.get(&id) {
                    running.object(node, set)?
                } else {
                    done.errors.push(json!({"type": "NOT_FOUND", "path": [alias],
                        "message": format!("Could not resolve to a node with the global id of '{id}'.")}));
                    Value::Null
                }
            }
            other => return Err(format!("Field '{other}' doesn't exist on type 'Query'")),
        };
        data.insert(alias.clone(), value);
    }
    let unused = document.variables.iter().find(|(name, _)| !running.used.contains(name));
    if let Some((unused, _)) = unused.filter(|_| done.errors.is_empty()) {
        return Err(format!("variable ${unused} is not used"));
    }
    Ok(Value::Object(data))
}

impl<'a> Running<'a> {
    /// Requests and nodes by the `first` of every connection, whatever it holds.
    fn weigh(&mut self, set: &'a [Selection], times: u64) -> (u64, u64) {
        let (mut requests, mut nodes) = (0, 0);
        for selection in set {
            let (more, below) = match selection {
                Selection::Field { arguments, set, .. } => {
                    let first = arguments.iter().find(|(name, _)| name == "first" || name == "last");
                    let first = first.and_then(|(_, value)| self.value(value).ok()?.as_u64());
                    let inner = self.weigh(set, times * first.unwrap_or(1));
                    let own = first.map_or((0, 0), |first| (times, times * first));
                    (own.0 + inner.0, own.1 + inner.1)
                }
                Selection::Spread(name) => match self.document.fragments.get(name) {
                    Some((_, set)) => self.weigh(set, times),
                    None => (0, 0),
                },
                Selection::Inline { set, .. } => self.weigh(set, times),
            };
            requests += more;
            nodes += below;
        }
        (requests, nodes)
    }

    fn value(&mut self, literal: &Literal) -> Result<Value, String> {
        Ok(match literal {
            Literal::Variable(name) => {
                if !self.document.variables.iter().any(|(known, _)| known == name) {
                    return Err(format!("variable ${name} is not declared"));
                }
                self.used.insert(name.clone());
                self.variables.get(name).cloned().unwrap_or_default()
            }
            Literal::Word(word) if word == "null" => Value::Null,
            Literal::Word(word) => json!(word),
            Literal::Text(text) => json!(text),
            Literal::Number(number) => json!(number),
            Literal::List(items) => {
                Value::Array(items.iter().map(|item| self.value(item)).collect::<Result<_, _>>()?)
            }
            Literal::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| Ok((name.clone(), self.value(value)?)));
                Value::Object(fields.collect::<Result<_, String>>()?)
            }
        })
    }

    /// The fields that are selected of an object of a type, fragments opened.
    fn fields(&mut self, kind: &str, set: &'a [Selection]) -> Result<Vec<&'a Selection>, String> {
        let mut fields = Vec::new();
        for selection in set {
            match selection {
                Selection::Field { .. } => fields.push(selection),
                Selection::Spread(name) => {
                    let document = self.document;
                    let (on, set) =
                        document.fragments.get(name).ok_or_else(|| format!("no fragment {name}"))?;
                    self.spread.insert(name.clone());
                    if is_a(kind, on) {
                        fields.extend(self.fields(kind, set)?);
                    }
                }
                Selection::Inline { on, set } => {
                    if is_a(kind, on) {
                        fields.extend(self.fields(kind, set)?);
                    }
                }
            }
        }
        Ok(fields)
    }

    fn object(&mut self, object: &Value, set: &'a [Selection]) -> Result<Value, String> {
        let object = match object["$ref"].as_str() {
            Some(id) => self.graph.nodes.get(id).ok_or_else(|| format!("a world without {id}"))?,
            None => object,
        };
        let kind = object["__typename"].as_str().ok_or_else(|| format!("no type: {object}"))?.to_owned();
        let mut found = Map::new();
        for field in self.fields(&kind, set)? {
            let Selection::Field { alias, name, arguments, set } = field else { continue };
            let value =
                object.get(name).ok_or_else(|| format!("Field '{name}' doesn't exist on type '{kind}'"))?;
            let value = if value.get("$list").is_some() {
                self.connection(value, arguments, set)?
            } else if !arguments.is_empty() {
                return Err(format!("Field '{name}' doesn't accept argument '{}'", arguments[0].0));
            } else if value.is_object() {
                if set.is_empty() {
                    return Err(format!("Field '{name}' must have selections"));
                }
                self.object(value, set)?
            } else if !set.is_empty() && !value.is_null() {
                return Err(format!("Selections can't be made on scalars ('{name}')"));
            } else {
                value.clone()
            };
            match (found.get_mut(alias), value) {
                // Two selections of one field are one.
                (Some(Value::Object(known)), Value::Object(more)) => known.extend(more),
                (_, value) => {
                    found.insert(alias.clone(), value);
                }
            }
        }
        Ok(Value::Object(found))
    }

    fn connection(
        &mut self,
        connection: &Value,
        arguments: &'a [(String, Literal)],
        set: &'a [Selection],
    ) -> Result<Value, String> {
        let kind = connection["$type"].as_str().unwrap_or_default().to_owned();
        let mut given = Map::new();
        for (name, value) in arguments {
            let known = ["first", "last", "after", "before"].contains(&name.as_str());
            if !known && !arguments_of(&kind).contains(&name.as_str()) {
                return Err(format!("Field of type '{kind}' doesn't accept argument '{name}'"));
            }
            let value = self.value(value)?;
            given.insert(name.clone(), value);
        }
        let first = given.get("first").and_then(Value::as_u64).filter(|first| (1..=100).contains(first));
        let first = first.ok_or("a connection needs `first` between 1 and 100")?;
        let graph = self.graph;
        let mut items: Vec<&Value> = connection["$list"].as_array().unwrap().iter().collect();
        items.retain(|item| admits(&given, own(graph, item)));
        if let Some(order) = given.get("orderBy").filter(|order| !order.is_null()) {
            let field = match order["field"].as_str() {
                Some("CREATED_AT") => "createdAt",
                Some("UPDATED_AT") => "updatedAt",
                Some("STARRED_AT") => "starredAt",
                other => return Err(format!("no order by {other:?}")),
            };
            items.sort_by_key(|item| own(graph, item)[field].as_str().unwrap_or_default().to_owned());
            match order["direction"].as_str() {
                Some("ASC") => {}
                Some("DESC") => items.reverse(),
                other => return Err(format!("no direction {other:?}")),
            }
        }
        let total = items.len();
        let name = |item: &Value| format!("cursor:{}", own(graph, item)["id"].as_str().unwrap_or_default());
        let start = match given.get("after").and_then(Value::as_str) {
            Some(after) => items.iter().position(|item| name(item) == after).map_or(total, |at| at + 1),
            None => 0,
        };
        let end = (start + usize::try_from(first).unwrap()).min(total);
        let page: Vec<&Value> = items[start..end].to_vec();
        let info = json!({"__typename": "PageInfo", "hasNextPage": end < total, "hasPreviousPage": start > 0,
            "endCursor": page.last().map(|item| name(item)), "startCursor": page.first().map(|item| name(item))});
        let mut found = Map::new();
        for field in self.fields(&kind, set)? {
            let Selection::Field { alias, name, set, .. } = field else { continue };
            let value = match name.as_str() {
                "totalCount" => json!(total),
                "__typename" => json!(kind),
                "pageInfo" => self.object(&info, set)?,
                "nodes" | "edges" => {
                    let mut all = Vec::new();
                    for item in &page {
                        let item = own(graph, item);
                        let inner =
                            if name == "nodes" && item.get("$edge").is_some() { &item["node"] } else { item };
                        all.push(if inner.is_null() { Value::Null } else { self.object(inner, set)? });
                    }
                    Value::Array(all)
                }
                other => return Err(format!("Field '{other}' doesn't exist on type '{kind}'")),
            };
            found.insert(alias.clone(), value);
        }
        Ok(Value::Object(found))
    }
}

/// The object that an item is or stands for.
fn own<'x>(graph: &'x Graph, item: &'x Value) -> &'x Value {
    item["$ref"].as_str().map_or(item, |id| &graph.nodes[id])
}

/// Whether a connection that was asked so holds an item.
fn admits(given: &Map<String, Value>, item: &Value) -> bool {
    if let Some(kinds) = given.get("itemTypes").and_then(Value::as_array) {
        let kind = item["__typename"].as_str().unwrap_or_default();
        let wanted = |kinds: &Value| {
            let word: String = kinds.as_str().unwrap_or_default().split('_').map(capital).collect();
            word == kind
        };
        if !kinds.iter().any(wanted) {
            return false;
        }
    }
    if let Some(since) = given.get("since").and_then(Value::as_str) {
        return item["createdAt"].as_str().unwrap_or_default() >= since;
    }
    match given.get("filterBy").and_then(|filter| filter["since"].as_str()) {
        Some(since) => item["updatedAt"].as_str().unwrap_or_default() >= since,
        None => true,
    }
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    format!("{first}{}", rest.to_lowercase())
}

fn is_a(kind: &str, on: &str) -> bool {
    kind == on
        || on == "Node"
        || on == "Actor" && ACTORS.contains(&kind)
        || on == "RepositoryOwner" && matches!(kind, "User" | "Organization")
}

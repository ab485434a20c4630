//! What is asked holds by GitHub's official descriptions: every query against the schema of GraphQL, with its variables,
//! by GraphQL's own reference implementation; every path and parameter against the description of REST.
//!
//! The descriptions are the npm packages `@octokit/graphql-schema` and `@octokit/openapi`. `BUYIN_GITHUB_DESCRIPTIONS`
//! names a folder in which they are installed; `.ci/descriptions` installs them.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use super::{lists::full_world, serve::NOW, site::Site};

const FOLDER: &str = "BUYIN_GITHUB_DESCRIPTIONS";

/// What the descriptions object to, by the place of the request; `None`: they are not there, which only a machine of
/// one's own may say.
fn objections(asked: &[Value]) -> Option<Vec<Vec<String>>> {
    let Some(folder) = std::env::var_os(FOLDER) else {
        assert!(std::env::var_os("CI").is_none(), "{FOLDER} is not set");
        eprintln!(
            "not checked against GitHub's descriptions; to do so: {FOLDER}=$(.ci/descriptions) cargo test github"
        );
        return None;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/github/official.cjs");
    let mut child = Command::new("node")
        .arg(script)
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(json!(asked).to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the check itself failed");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// Everything that reading, reading on and reading without a token asks for.
fn asked() -> Vec<Value> {
    let mut site = Site::new(full_world());
    site.sync();
    site.hub.change(|world| {
        world.issue(0, Some(0), NOW + 60, &[]);
        world.pull(0, Some(0), NOW + 60);
        world.add((0, 7), Some(0), NOW + 60, super::world::What::Transferred);
    });
    site.sync();
    site.hub.with_scopes(Some("repo"));
    site.sync_full();
    let mut asked = site.hub.asked();
    site.config.token = None;
    site.hub.forget();
    site.sync_full();
    site.sync();
    asked.extend(site.hub.asked());
    asked
}

#[test]
fn whatever_is_asked_is_in_the_official_descriptions() {
    let asked = asked();
    assert!(
        asked.iter().any(|one| one["path"].is_string()) && asked.iter().any(|one| one["query"].is_string())
    );
    let Some(found) = objections(&asked) else { return };
    for (request, objections) in asked.iter().zip(found) {
        assert_eq!(objections, Vec::<String>::new(), "{request}");
    }
}

#[test]
fn an_unknown_field_a_wrong_argument_and_a_variable_of_a_wrong_type_are_objected_to() {
    let asked = asked();
    let query = |name: &str| {
        let holds = |one: &&Value| one["query"].as_str().is_some_and(|query| query.contains(name));
        asked.iter().find(holds).unwrap().clone()
    };
    let changed = |mut one: Value, from: &str, to: &str| {
        let text = one["query"].as_str().unwrap();
        assert!(text.contains(from));
        one["query"] = json!(text.replacen(from, to, 1));
        one
    };
    let mut given = query("timelineItems(first: 50");
    given["variables"]["size"] = json!("many");
    let rest = asked.iter().find(|one| one["path"].is_string()).unwrap().clone();
    let (mut path, mut parameter) = (rest.clone(), rest);
    path["path"] = json!("/repos/sample/tool/issue");
    parameter["query"] = json!(["pages"]);
    let wrong = [
        changed(query("mergedBy"), "mergedBy", "mergedByWhom"),
        changed(
            query("timelineItems(first: 50"),
            "timelineItems(first: 50",
            "timelineItems(first: 50, kinds: [X]",
        ),
        changed(query("$size: Int!"), "$size: Int!", "$size: String!"),
        given,
        path,
        parameter,
    ];
    let Some(found) = objections(&wrong) else { return };
    for (request, objections) in wrong.iter().zip(found) {
        assert!(!objections.is_empty(), "not objected to: {request}");
    }
}

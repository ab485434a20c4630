//! The rest of nested lists: what a page of threads had no room for. Must not know lists of threads.

use serde_json::Value;

use super::{
    discussions,
    facts::{Context, Facts, Nested, Repository, after},
    reply::Reply,
    step::{More, Of, Part},
    threads::Head,
    timeline,
};
use crate::{
    domain::page::Page,
    sources::{answer, remote::Fault},
};

/// Reads the rest of nested lists, all of one repository.
pub(super) fn read(context: &Context<'_>, more: &More, reply: Reply) -> Result<Page, Fault> {
    let mut facts = None;
    for (number, part) in more.parts.iter().enumerate() {
        let value = &reply.data[format!("part{number}")];
        // What was deleted or moved away since is no error: a full listing tells.
        let thread = thread(part, value);
        let Ok(repository) = answer::record::<Repository>(&thread["repository"]) else { continue };
        let facts = facts.get_or_insert_with(|| Facts::new(context, &repository, more.lean));
        if repository.id == facts.repo {
            add(context, part, (value, thread), facts)?;
        }
    }
    let mut page = facts.map_or_else(Page::default, Facts::finish);
    page.skipped.extend(reply.skipped);
    Ok(page)
}

/// The thread that a part belongs to.
fn thread<'v>(part: &Part, value: &'v Value) -> &'v Value {
    match part.of {
        Of::Issue | Of::Pull | Of::Discussion => value,
        Of::Review => &value["pullRequest"],
        Of::Comment => &value["discussion"],
    }
}

fn add(
    context: &Context<'_>,
    part: &Part,
    (value, thread): (&Value, &Value),
    facts: &mut Facts<'_>,
) -> Result<(), Fault> {
    let list = match part.of {
        Of::Issue | Of::Pull => "timelineItems",
        Of::Review | Of::Discussion => "comments",
        Of::Comment => "replies",
    };
    let Some(nested) = facts.record::<Nested>(&value[list], list) else { return Ok(()) };
    match part.of {
        Of::Issue | Of::Pull | Of::Review => {
            let Some(head) = facts.record::<Head>(thread, "thread") else { return Ok(()) };
            let opened = head.opened(part.of != Of::Issue, facts);
            if part.of == Of::Review {
                timeline::remarks(&opened, &nested.nodes, facts);
            } else {
                timeline::add(&opened, &nested.nodes, facts);
            }
        }
        Of::Discussion | Of::Comment => {
            let Some(head) = facts.record::<discussions::Head>(thread, "discussion") else { return Ok(()) };
            let opened = head.opened(facts);
            if part.of == Of::Discussion {
                discussions::comments(&opened, &nested.nodes, facts);
            } else {
                discussions::replies(&opened, &value["author"], &nested.nodes, facts);
            }
        }
    }
    if let Some(after) = after(&nested.page_info, part.after.as_deref(), context.repo)? {
        facts.goes_on(Part { after: Some(after), ..part.clone() });
    }
    Ok(())
}

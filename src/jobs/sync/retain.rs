//! What is older than a source may keep is left out before it reaches the store, and people of whom nothing else
//! is said with it. Must not know where pages come from.

use crate::domain::{page::Page, time::Time};

/// Leaves out the activities from before `oldest`, and identities that only they named.
pub(super) fn retain(page: &mut Page, oldest: Time) {
    if page.activities.iter().all(|activity| activity.at >= oldest) {
        return;
    }
    // Of each identity: whether something old names it, and whether something that stays does.
    let mut named = vec![(false, false); page.identities.len()];
    for activity in &page.activities {
        for index in [Some(activity.actor), activity.counterpart].into_iter().flatten() {
            let Some((old, kept)) = usize::try_from(index).ok().and_then(|index| named.get_mut(index)) else {
                // A page that breaks its contract is refused as a whole by the store.
                return;
            };
            if activity.at < oldest { *old = true } else { *kept = true }
        }
    }
    page.activities.retain(|activity| activity.at >= oldest);
    let mut places = Vec::with_capacity(named.len());
    let mut place = 0;
    for (old, kept) in &named {
        places.push(place);
        place += u32::from(*kept || !*old);
    }
    let mut stays = named.iter().map(|(old, kept)| *kept || !*old);
    page.identities.retain(|_| stays.next().unwrap_or(true));
    let moved = |index: u32| usize::try_from(index).ok().and_then(|index| places.get(index)).copied();
    for activity in &mut page.activities {
        activity.actor = moved(activity.actor).unwrap_or(activity.actor);
        activity.counterpart = activity.counterpart.and_then(moved);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        activity::{Activity, Kind},
        identity::Identity,
    };

    fn act(at: i64, actor: u32, counterpart: Option<u32>) -> Activity {
        Activity {
            key: at.to_be_bytes().to_vec(),
            kind: Kind::IssueCommented,
            actor,
            at: Time(at),
            subject: None,
            thread: None,
            counterpart,
            labels: Vec::new(),
            title: None,
            url: None,
        }
    }

    #[test]
    fn what_is_too_old_goes_with_those_whom_only_it_names() {
        let person = |native: &str| Identity { native: native.to_owned(), ..Identity::default() };
        let mut page = Page {
            identities: ["old", "both", "new", "profile", "asked"].map(person).to_vec(),
            activities: vec![act(9, 0, Some(1)), act(10, 1, None), act(11, 2, Some(4)), act(3, 0, Some(2))],
            ..Page::default()
        };
        retain(&mut page, Time(10));
        let named: Vec<_> = page.identities.iter().map(|identity| identity.native.as_str()).collect();
        assert_eq!(named, ["both", "new", "profile", "asked"]);
        let acts: Vec<_> = page.activities.iter().map(|act| (act.at.0, act.actor, act.counterpart)).collect();
        assert_eq!(acts, [(10, 0, None), (11, 1, Some(3))]);
        let before = page.clone();
        retain(&mut page, Time(10));
        assert_eq!(page, before);
    }
}

//! People against a naive closure that shares no code with the engine.

use buyin::domain::identity::KnownIdentity;
use proptest::prelude::*;

use super::World;

/// The naive oracle: whoever shares an e-mail, a login or a full name, again and again, all or nothing
/// for each key, in the order of rules and of first bearers; logins bar names.
fn naive(world: &World) -> Vec<Vec<u32>> {
    let key = |rule: usize, one: &KnownIdentity| match rule {
        0 => one.profile.email.clone().filter(|email| !email.contains("noreply")),
        1 => login(one),
        _ => one.profile.name.as_ref().map(|name| name.to_lowercase()).filter(|name| name.contains(' ')),
    };
    let mut group: Vec<usize> = (0..world.identities.len()).collect();
    for rule in 0..3 {
        for first in &world.identities {
            let Some(shared) = key(rule, first) else { continue };
            let same = |one: &&KnownIdentity| key(rule, one).as_ref() == Some(&shared);
            let bearers: Vec<u32> = world.identities.iter().filter(same).map(|one| one.seq).collect();
            let sets: Vec<usize> = bearers.iter().map(|seq| group[*seq as usize - 1]).collect();
            let logins = |set: usize| -> Vec<String> {
                world
                    .identities
                    .iter()
                    .filter(|o| group[o.seq as usize - 1] == set)
                    .filter_map(login)
                    .collect()
            };
            let barred = |a: usize, b: usize| {
                let (a, b) = (logins(a), logins(b));
                !a.is_empty() && !b.is_empty() && !a.iter().any(|one| b.contains(one))
            };
            if rule == 2 && sets.iter().any(|a| sets.iter().any(|b| barred(*a, *b))) {
                continue;
            }
            group.iter_mut().filter(|set| sets.contains(set)).for_each(|set| *set = sets[0]);
        }
    }
    let mut out: Vec<Vec<u32>> = vec![Vec::new(); group.len()];
    group
        .iter()
        .enumerate()
        .for_each(|(at, set)| out[*set].push(u32::try_from(at).expect("a small world") + 1));
    out.retain(|set| !set.is_empty());
    out.sort();
    out
}

fn login(one: &KnownIdentity) -> Option<String> {
    let email = one.profile.email.clone().unwrap_or_default();
    one.profile.handle.clone().or_else(|| email.strip_suffix("@users.noreply.github.com").map(str::to_owned))
}

fn natives() -> impl Strategy<Value = Vec<String>> {
    let name = prop::sample::select(vec!["Ann Lee", "ANN LEE", "Bob Lee", "ann", "zed"]);
    let email = prop::sample::select(vec![
        "a@x.test",
        "b@x.test",
        "c@y.test",
        "d@y.test",
        "l@users.noreply.github.com",
        "m@users.noreply.github.com",
    ]);
    let login = prop::sample::select(vec!["@l", "@m", "@n"]);
    let one = prop_oneof![4 => (name, email).prop_map(|(n, e)| format!("{n} <{e}>")), 1 => login.prop_map(str::to_owned)];
    prop::collection::btree_set(one, 1..9).prop_map(|natives| natives.into_iter().collect())
}

proptest! {
    #[test]
    fn people_are_those_of_the_naive_closure(natives in natives()) {
        let world = World::of(&natives.iter().map(String::as_str).collect::<Vec<_>>());
        let people = world.people();
        let groups: Vec<_> = people.persons.iter().map(|person| person.identities.clone()).collect();
        prop_assert_eq!(people.links.len(), natives.len() - groups.len(), "links span and no more");
        prop_assert_eq!(groups, naive(&world));
    }

    #[test]
    fn a_strangers_arrival_and_the_order_of_input_change_nothing(natives in natives(), turn in 0_usize..9) {
        let world = World::of(&natives.iter().map(String::as_str).collect::<Vec<_>>());
        let mut other = world.clone();
        other.add(3, "Quite Different <q@z.test>");
        let turn = turn % other.identities.len();
        other.identities.rotate_left(turn);
        let mut groups = other.groups();
        let last = u32::try_from(natives.len()).unwrap() + 1;
        prop_assert!(groups.contains(&vec![last]));
        groups.retain(|group| *group != [last]);
        prop_assert_eq!(groups, world.groups());
    }

    #[test]
    fn a_veto_parts_and_a_link_joins_and_the_later_decision_wins(natives in natives(), pick in (0_u32..9, 0_u32..9)) {
        let world = World::of(&natives.iter().map(String::as_str).collect::<Vec<_>>());
        let count = u32::try_from(natives.len()).unwrap();
        let (a, b) = (pick.0 % count + 1, pick.1 % count + 1);
        prop_assume!(a != b);
        let together = |world: &World| world.groups().iter().any(|group| group.contains(&a) && group.contains(&b));
        prop_assert!(!together(&world.clone().veto(a, b)));
        prop_assert!(!together(&world.clone().link(a, b).veto(b, a)));
        prop_assert!(together(&world.clone().link(a, b)));
        prop_assert!(together(&world.veto(b, a).link(a, b)));
    }
}

//! Action groups in a circle.

use std::collections::{HashMap, HashSet};

use super::prelude::*;
use crate::engine::model::opensearch::ActionGroup;

/// A group that holds itself, directly or through others.
pub(super) struct ActionGroupCycle;

impl Rule for ActionGroupCycle {
    fn about(&self) -> About {
        About {
            id: "action-group-cycle",
            title: "action groups that hold each other in a circle",
            severity: Warning,
            confidence: Certain,
            products: OPENSEARCH,
            why: "OpenSearch takes a circle for the union. Open Distro fails with a stack overflow and refuses the configuration \
                  as soon as a role uses the group.",
            wrong: "# action_groups.yml
OURS:
  allowed_actions: ['indices:data/read/*', THEIRS]  # finds
THEIRS:
  allowed_actions: [OURS]
SELF:
  allowed_actions: [SELF, read]  # finds
",
            right: "# action_groups.yml
OURS:
  allowed_actions: ['indices:data/read/*', THEIRS]
THEIRS:
  allowed_actions: [read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        let groups = &view.input.configuration.action_groups;
        let refuses = view.input.product == Product::OpenDistro1_13;
        let mut done: HashSet<&str> = HashSet::new();
        for root in groups.keys() {
            // depth first without recursion; `on_path` holds where each open group was entered from
            let mut path: Vec<(&str, std::slice::Iter<'_, Located<String>>)> = Vec::new();
            let mut on_path: HashMap<&str, usize> = HashMap::new();
            enter(groups.get_key_value(root), &mut path, &mut on_path, &mut done);
            while let Some((name, items)) = path.last_mut() {
                let name = *name;
                let Some(item) = items.next() else {
                    on_path.remove(name);
                    path.pop();
                    continue;
                };
                if let Some(&at) = on_path.get(item.value.as_str()) {
                    let circle: Vec<&str> = path[at..].iter().map(|(name, _)| *name).collect();
                    let place = circle_place(groups, &circle, item);
                    let finding = found.add(place, format!("action group in a circle: {} -> {}", circle.join(" -> "), item.value));
                    finding.help("take one of them out");
                    if refuses {
                        finding.severity(Error);
                    }
                } else {
                    enter(groups.get_key_value(item.value.as_str()), &mut path, &mut on_path, &mut done);
                }
            }
        }
    }
}

/// A circle is shown at its first group's reference to the next.
fn circle_place(groups: &crate::engine::model::Entries<ActionGroup>, circle: &[&str], last: &Located<String>) -> Option<Place> {
    let (first, next) = (circle.first()?, circle.get(1));
    match next {
        Some(next) => groups.get(*first)?.allowed_actions.iter().find(|action| action.value == **next)?.place,
        None => last.place,
    }
}

fn enter<'a>(
    group: Option<(&'a String, &'a ActionGroup)>,
    path: &mut Vec<(&'a str, std::slice::Iter<'a, Located<String>>)>,
    on_path: &mut HashMap<&'a str, usize>,
    done: &mut HashSet<&'a str>,
) {
    let Some((name, group)) = group else { return };
    if done.insert(name) {
        on_path.insert(name, path.len());
        path.push((name, group.allowed_actions.iter()));
    }
}

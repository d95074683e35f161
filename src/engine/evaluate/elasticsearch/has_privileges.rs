//! `_has_privileges` for indices: is every name of the asked pattern covered, with every action of the
//! asked privilege? Patterns are compared as automata; metadata plays no part.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::actions::{Actions, Kind, Part, Parts, is_index_action};
use super::applications::Answers;
use super::build::{Permissions, index_privilege, raw_pattern};
use super::indices::Group;
use super::selector::Component;
use crate::engine::catalog::elasticsearch::Selector;
use crate::engine::model::elasticsearch::Refusal;
use crate::engine::pattern::lucene::{Dfa, pattern, union};

impl Permissions {
    /// Which privileges the user has on names (patterns). Without `allow_restricted` restricted names
    /// are taken out of a pattern that is asked, but not out of a restricted name asked as such.
    pub fn has_index_privileges(&self, names: &[String], allow_restricted: bool, privileges: &[String]) -> Result<Answers, Refusal> {
        let regex = |name: &String| name.len() > 1 && name.starts_with('/') && name.ends_with('/');
        if self.rules.unites_groups {
            self.compile_names(Component::Data)?;
        }
        // privileges that there are none of are told when the names are looked at
        let failures = privileges.iter().any(|privilege| self.asked_privilege(privilege).is_ok_and(|asked| asked.1 == Selector::Failures));
        if self.rules.unites_groups && failures {
            self.compile_names(Component::Failures)?;
        }
        let read = |name: &String| pattern(name, self.rules.dialect).map_err(raw_pattern);
        if self.rules.reads_names_first {
            names.iter().try_for_each(|name| read(name).map(drop))?;
        }
        let mut answers = Answers::new();
        for name in names {
            let mut asked = read(name)?;
            let concrete = !name.contains('*') && !regex(name) && self.rules.is_restricted(name);
            if !allow_restricted && !concrete {
                asked = asked.minus(self.rules.restricted_automaton()).map_err(raw_pattern)?;
            }
            for privilege in privileges {
                let mut granted = false;
                // no name is left of a pattern that means restricted names only: then nothing is looked at
                if !asked.is_empty() {
                    let (part, selector) = self.asked_privilege(privilege)?;
                    let actions = Actions::new(vec![part]);
                    for component in components(selector, failures) {
                        granted = granted || self.covers(&asked, actions.automaton(), component)?;
                    }
                }
                answers.entry(name.clone()).or_default().insert(privilege.clone(), granted);
            }
        }
        Ok(answers)
    }

    /// The engine makes the automata of all groups before it looks at what is asked; a bad pattern beside
    /// `*` breaks the answer then.
    fn compile_names(&self, component: Component) -> Result<(), Refusal> {
        for group in self.groups.iter().filter(|group| group.has(component)) {
            group.automaton(self.rules).map_err(raw_pattern)?;
        }
        Ok(())
    }

    fn asked_privilege(&self, name: &str) -> Result<(Arc<Part>, Selector), Refusal> {
        let lower = name.to_lowercase();
        if is_index_action(&lower) {
            return Ok((Parts::raw(self.rules, &BTreeSet::from([lower])).map_err(raw_pattern)?, Selector::Data));
        }
        let named = index_privilege(self.rules, self.catalog, name)?;
        let selector = if self.rules.selectors { named.selector } else { Selector::Data };
        Ok((Parts::named(self.rules, Kind::Index, named), selector))
    }

    fn covers(&self, asked: &Dfa, actions: &Dfa, component: Component) -> Result<bool, Refusal> {
        let mut sets: BTreeMap<(&BTreeSet<String>, u8), Vec<&Group>> = BTreeMap::new();
        let mut granted: Vec<&Dfa> = Vec::new();
        for group in self.groups.iter().filter(|group| group.has(component)) {
            if self.rules.unites_groups {
                // groups with the same privileges count as one with all their names
                sets.entry((&*group.entry, group.selector as u8)).or_default().push(group);
            } else if asked.is_subset_of(group.automaton(self.rules).map_err(raw_pattern)?) {
                granted.push(group.actions.automaton());
            }
        }
        for same in sets.values() {
            let names = same.iter().map(|group| group.automaton(self.rules)).collect::<Result<Vec<_>, _>>().map_err(raw_pattern)?;
            let covered = match names[..] {
                [one] => asked.is_subset_of(one),
                _ => asked.is_subset_of(&union(names.into_iter()).map_err(raw_pattern)?),
            };
            if covered {
                granted.extend(same.first().map(|group| group.actions.automaton()));
            }
        }
        match granted[..] {
            [] => Ok(false),
            [one] => Ok(actions.is_subset_of(one)),
            _ => Ok(actions.is_subset_of(&union(granted.into_iter()).map_err(raw_pattern)?)),
        }
    }
}

/// Where a privilege is looked for. One on both components is looked for among the failures only when a
/// privilege on failures alone is asked with it (9.1).
fn components(selector: Selector, failures: bool) -> impl Iterator<Item = Component> {
    let data = (selector != Selector::Failures).then_some(Component::Data);
    let failures = (selector == Selector::Failures || (selector == Selector::Both && failures)).then_some(Component::Failures);
    data.into_iter().chain(failures)
}

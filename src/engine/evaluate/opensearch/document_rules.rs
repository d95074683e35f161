//! Which rules restrict documents, fields and values in 3.x (`AbstractRuleBasedPrivileges`). The plugin keeps
//! one rule a role for `*`, and one a role for each index, alias and data stream: of several rules of one
//! role that restrict the same thing the last one counts alone. Only rules whose patterns depend on the user
//! or the date are kept beside each other.

use crate::engine::model::opensearch::{IndexPermission, Role};
use crate::engine::pattern::{Attributes, DateMath, DateMathError, Matcher, RegexProblem, date_math, has_placeholder};

/// Whose rules, for which names.
pub(super) struct Asked<'a> {
    /// The mapped roles.
    pub roles: Vec<&'a Role>,
    /// The index, its aliases and its data stream.
    pub names: Vec<&'a str>,
    /// What placeholders stand for.
    pub attributes: &'a Attributes<'a>,
    /// The time, in seconds since 1970.
    pub now: Option<i64>,
}

/// Whether a rule restricts documents.
pub(super) fn has_query(rule: &IndexPermission) -> bool {
    rule.dls.as_ref().is_some_and(|query| !query.value.trim().is_empty())
}

/// Whether a rule restricts fields.
pub(super) fn has_fields(rule: &IndexPermission) -> bool {
    !rule.fls.is_empty()
}

/// Whether a rule masks values.
pub(super) fn has_masks(rule: &IndexPermission) -> bool {
    !rule.masked_fields.is_empty()
}

/// Whether a rule restricts anything.
pub(super) fn restricts(rule: &IndexPermission) -> bool {
    has_query(rule) || has_fields(rule) || has_masks(rule)
}

impl<'a> Asked<'a> {
    /// The rules that count, of those with a restriction of one kind.
    pub(super) fn counting(&self, has: fn(&IndexPermission) -> bool) -> Vec<&'a IndexPermission> {
        let mut found: Vec<&IndexPermission> = Vec::new();
        let mut add = |rule: Option<&'a IndexPermission>| {
            if let Some(rule) = rule.filter(|rule| !found.iter().any(|known| std::ptr::eq(*known, *rule))) {
                found.push(rule);
            }
        };
        for role in &self.roles {
            let (whole, named): (Vec<_>, Vec<_>) = role
                .index_permissions
                .iter()
                .filter(|rule| has(rule))
                .partition(|rule| rule.index_patterns.iter().any(|pattern| pattern.value == "*"));
            add(whole.last().copied());
            for name in &self.names {
                add(named.iter().rev().find(|rule| patterns(rule, false).any(|pattern| Matcher::once(pattern, name))).copied());
            }
            for rule in named {
                let mut rendered = patterns(rule, true).filter_map(|pattern| self.rendered(pattern));
                if rendered.any(|pattern| self.names.iter().any(|name| Matcher::once(&pattern, name))) {
                    add(Some(rule));
                }
            }
        }
        found
    }

    /// Whether a rule with a restriction of one kind has a pattern that depends on the user or the date and cannot be
    /// evaluated: requests on indices then fail (asked of 3.4.0).
    pub(super) fn fails(&self, has: fn(&IndexPermission) -> bool) -> bool {
        let named = |rule: &&IndexPermission| has(rule) && rule.index_patterns.iter().all(|pattern| pattern.value != "*");
        let mut dynamic =
            self.roles.iter().flat_map(|role| role.index_permissions.iter().filter(named)).flat_map(|rule| patterns(rule, true));
        dynamic.any(|pattern| match has_placeholder(pattern) {
            true => matches!(Matcher::new(&self.attributes.substitute(pattern)), Err(RegexProblem::Invalid(_))),
            false => matches!(date_math(pattern, self.now), Err(DateMathError::Invalid(_))),
        })
    }

    /// Whether a restriction of one kind is known before any such pattern is looked at: by the index's own name.
    pub(super) fn is_restricted_by_name(&self, has: fn(&IndexPermission) -> bool) -> bool {
        let fixed = |pattern: &str| pattern == "*" || self.names.first().is_some_and(|index| Matcher::once(pattern, index));
        let mut rules = self.roles.iter().flat_map(|role| &role.index_permissions).filter(|rule| has(rule));
        rules.any(|rule| patterns(rule, false).any(fixed))
    }

    fn rendered(&self, pattern: &str) -> Option<String> {
        if has_placeholder(pattern) {
            return Some(self.attributes.substitute(pattern));
        }
        match date_math(pattern, self.now) {
            Ok(DateMath::Resolved(name)) => Some(name),
            Ok(DateMath::Plain) | Err(_) => None,
        }
    }
}

/// The rule's patterns that depend on the user or the date, or those that do not.
fn patterns(rule: &IndexPermission, dynamic: bool) -> impl Iterator<Item = &str> {
    let is_dynamic = |pattern: &str| has_placeholder(pattern) || (pattern.starts_with('<') && pattern.ends_with('>'));
    rule.index_patterns.iter().map(|pattern| pattern.value.as_str()).filter(move |pattern| is_dynamic(pattern) == dynamic)
}

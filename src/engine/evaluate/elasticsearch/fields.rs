//! Field-level security: which fields a group of roles' entries grants.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::rules::Rules;
use crate::engine::model::elasticsearch::{FieldSecurity, Refusal, RefusalClass};
use crate::engine::pattern::lucene::{Dfa, PatternError, patterns, union};

/// What one role entry says about fields: granted ones (none is all) and excepted ones. A set of these
/// is a union.
pub type Definition = (Option<Vec<String>>, Vec<String>);

/// The fields that are seen; none of these at all means no field-level security.
#[derive(Debug)]
pub struct Fields {
    /// The entries that it was made from.
    pub definitions: BTreeSet<Definition>,
    automaton: Dfa,
}

impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        self.definitions == other.definitions
    }
}

impl Eq for Fields {}

/// What an entry says.
pub fn definition(security: Option<&FieldSecurity>) -> Definition {
    let texts = |list: &Vec<crate::source::Located<String>>| list.iter().map(|text| text.value.clone()).collect::<Vec<_>>();
    let Some(security) = security else { return (None, Vec::new()) };
    (security.grant.as_ref().map(texts), security.except.as_ref().map(texts).unwrap_or_default())
}

impl Fields {
    /// Compile entries; none when they leave nothing out.
    pub fn new(definitions: BTreeSet<Definition>, rules: &Rules) -> Result<Option<Self>, Refusal> {
        let all = |(grant, except): &Definition| except.is_empty() && grants_all(grant.as_deref());
        // 6.8 looks at every entry, also when one of them leaves nothing out
        if definitions.iter().all(all) || (rules.checks_fields_when_reading && definitions.iter().any(all)) {
            return Ok(None);
        }
        let parts = definitions.iter().map(|definition| permitted(definition, rules)).collect::<Result<Vec<_>, _>>()?;
        Self::unite(definitions, parts.iter())
    }

    fn unite<'a>(definitions: BTreeSet<Definition>, parts: impl Iterator<Item = &'a Dfa>) -> Result<Option<Self>, Refusal> {
        let automaton = union(parts).map_err(|_| uncomputable())?;
        Ok((!automaton.is_total()).then_some(Self { definitions, automaton }))
    }

    /// The union of several; none as soon as one of them leaves nothing out.
    ///
    /// 6.8 does not see that a union of several leaves nothing out, and says that there is field-level
    /// security which hides nothing.
    pub fn union(of: &[&Option<Arc<Fields>>], rules: &Rules) -> Option<Arc<Fields>> {
        if let [one] = of {
            return Option::clone(one);
        }
        let parts = of.iter().map(|fields| fields.as_ref()).collect::<Option<Vec<_>>>()?;
        let definitions = parts.iter().flat_map(|fields| fields.definitions.iter().cloned()).collect();
        let automata = parts.iter().map(|fields| &fields.automaton);
        if rules.checks_fields_when_reading || parts.is_empty() {
            return Self::unite(definitions, automata).ok().flatten().map(Arc::new);
        }
        union(automata).ok().map(|automaton| Arc::new(Self { definitions, automaton }))
    }

    /// What both leave.
    pub fn limited(one: Option<&Arc<Fields>>, by: Option<&Arc<Fields>>) -> Option<Arc<Fields>> {
        match (one, by) {
            (Some(one), Some(by)) => Some(Arc::new(Self {
                definitions: one.definitions.union(&by.definitions).cloned().collect(),
                // fields that cannot be computed are not seen
                automaton: one.automaton.intersection(&by.automaton).unwrap_or_default(),
            })),
            (one, by) => one.or(by).cloned(),
        }
    }

    /// Whether a field is seen.
    pub fn grants(&self, field: &str) -> bool {
        self.automaton.accepts(field)
    }
}

fn grants_all(grant: Option<&[String]>) -> bool {
    grant.is_none_or(|grant| grant.iter().any(|field| field == "*"))
}

/// The text of patterns that cannot be compiled.
pub fn uncomputable() -> Refusal {
    Refusal::new(RefusalClass::Plain, "unable to compute field permissions")
}

/// Granted fields and the metadata fields, without the excepted ones.
fn permitted((grant, except): &Definition, rules: &Rules) -> Result<Dfa, Refusal> {
    let broken = |_: PatternError| uncomputable();
    let granted = match grant {
        grant if grants_all(grant.as_deref()) => Dfa::total(),
        grant => {
            let texts = grant.as_deref().unwrap_or_default();
            let engines = patterns(&["_*"], rules.dialect);
            let both = [patterns(texts, rules.dialect).map_err(broken)?, engines.map_err(broken)?];
            union(both.iter()).map_err(broken)?
        }
    };
    let excepted = patterns(except, rules.dialect).map_err(broken)?;
    if !excepted.is_subset_of(&granted) {
        return Err(Refusal::new(
            RefusalClass::Security,
            format!(
                "Exceptions for field permissions must be a subset of the granted fields but {} is not a subset of {}",
                except.join(","),
                grant.as_deref().unwrap_or_default().join(",")
            ),
        ));
    }
    granted.minus(&excepted).map_err(broken)
}

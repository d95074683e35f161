//! What of documents is seen now that was not seen before: filters, hidden fields and masks that are lifted.

use super::access::Holding;
use super::language::{Difference, Names, cells, witness};
use super::opensearch::{patterns_of, restricts};
use super::permit::Permit;
use crate::engine::evaluate::{Decide, Sight, Subject};
use crate::engine::model::opensearch::Configuration;
use crate::engine::pattern::Matcher;

/// What was kept from somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kept {
    /// Documents, by a query.
    Documents,
    /// A field.
    Field,
    /// A field's value, by a mask.
    Value,
    /// A tenant.
    Tenant,
}

impl Kept {
    /// The word for it, in reports and in exceptions.
    pub fn word(self) -> &'static str {
        match self {
            Kept::Documents => "documents",
            Kept::Field => "fields",
            Kept::Value => "values",
            Kept::Tenant => "tenants",
        }
    }
}

/// Something that is seen and was not before.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lift {
    /// What was kept.
    pub kept: Kept,
    /// An index name that shows it, or a tenant's.
    pub index: String,
    /// The query, a field that shows it, `read` or `write` of a tenant; what cannot be compared, when it is not known.
    pub what: String,
    /// Whether it could not be compared.
    pub unknown: bool,
}

/// One side of the comparison.
pub struct Looking<'a, C> {
    /// The roles held.
    pub holding: Holding<'a, C>,
    /// Who looks.
    pub subject: &'a Subject,
    /// The evaluator, which says what is seen of an index.
    pub engine: &'a dyn Decide,
}

impl<C> Clone for Looking<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Looking<'_, C> {}

/// What `after` shows of documents that `before` kept back, on indices that both may read (an index that only `after`
/// may read is a gain of actions). Names are sorted by the patterns that match them, and one of each sort is asked,
/// so that an empty answer holds for all names. A query beside which another one counts is taken to show more: what
/// two queries have in common is not computed.
pub fn lifted(before: Looking<'_, Configuration>, after: Looking<'_, Configuration>, permits: &[&Permit]) -> Vec<Lift> {
    if !restricts(before.holding) && !restricts(after.holding) {
        return Vec::new();
    }
    let ((old, old_readable), (new, new_readable)) = (patterns_of(before.holding), patterns_of(after.holding));
    let given = permits.iter().filter_map(|permit| permit.index.as_ref());
    let mut all: Vec<&str> = old.iter().chain(&new).chain(given).map(String::as_str).collect();
    all.sort_unstable();
    all.dedup();
    let sorts = match cells(&all) {
        Ok(sorts) => sorts,
        Err(why) => return vec![Lift { kept: Kept::Documents, index: "*".to_owned(), what: why, unknown: true }],
    };
    let mut out: Vec<Lift> = Vec::new();
    for (name, set) in sorts {
        let reads = |readable: &[String]| set.iter().any(|&at| readable.iter().any(|pattern| pattern == all[at]));
        if !reads(&old_readable) || !reads(&new_readable) {
            continue;
        }
        let (was, is) = (before.engine.sight(before.subject, &name), after.engine.sight(after.subject, &name));
        for (kept, what, unknown) in more(&was, &is) {
            let covers =
                |permit: &&Permit| permit.covers(kept.word()) && permit.index.as_ref().is_none_or(|index| Matcher::once(index, &name));
            let known = |lift: &Lift| lift.kept == kept && lift.what == what;
            if !permits.iter().any(covers) && !out.iter().any(known) {
                out.push(Lift { kept, index: name.clone(), what, unknown });
            }
        }
    }
    out
}

fn more(was: &Sight, is: &Sight) -> Vec<(Kept, String, bool)> {
    let (queries, fields, masked) = match (was, is) {
        (Sight::Unknown, _) | (_, Sight::Unknown) | (_, Sight::Nothing) => return Vec::new(),
        (Sight::Nothing, Sight::Through { .. }) => return vec![(Kept::Documents, "any; none were seen".to_owned(), false)],
        (Sight::Through { queries: a, fields: b, masked: c }, Sight::Through { queries: x, fields: y, masked: z }) => {
            ((a, x), (b, y), (c, z))
        }
    };
    let mut out = Vec::new();
    match queries {
        (old, _) if old.is_empty() => {}
        (_, new) if new.is_empty() => out.push((Kept::Documents, "all; the query is gone".to_owned(), false)),
        (old, new) => {
            out.extend(new.iter().filter(|query| !old.contains(query)).map(|query| (Kept::Documents, query.clone(), false)));
        }
    }
    let ((old_in, old_out), (new_in, new_out)) = (visible(fields.0), visible(fields.1));
    let hidden: Vec<&str> = new_out.iter().chain(&old_in).copied().collect();
    let field = match witness(&new_in, &["*"], &hidden, Names::Fields) {
        Difference::Nothing => witness(&new_in, &old_out, &new_out, Names::Fields),
        found => found,
    };
    push(&mut out, Kept::Field, field);
    // a mask may say how it masks behind `::`
    let names =
        |masks: &'_ [String]| -> Vec<String> { masks.iter().map(|mask| mask.split("::").next().unwrap_or_default().to_owned()).collect() };
    let (old, new) = (names(masked.0), names(masked.1));
    let (old, new): (Vec<&str>, Vec<&str>) = (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
    push(&mut out, Kept::Value, witness(&old, &new_in, &new.into_iter().chain(new_out).collect::<Vec<_>>(), Names::Fields));
    out
}

fn push(out: &mut Vec<(Kept, String, bool)>, kept: Kept, difference: Difference) {
    match difference {
        Difference::Nothing => {}
        Difference::Example(name) => out.push((kept, name, false)),
        Difference::Unknown(why) => out.push((kept, why, true)),
    }
}

/// Patterns of the fields seen, and of those among them that are not.
fn visible(fields: &[String]) -> (Vec<&str>, Vec<&str>) {
    let (excluded, included): (Vec<&String>, Vec<&String>) = fields.iter().partition(|field| field.starts_with(['~', '!']));
    if excluded.is_empty() && !included.is_empty() {
        return (included.into_iter().map(String::as_str).collect(), Vec::new());
    }
    (vec!["*"], excluded.into_iter().map(|field| &field[1..]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sight(queries: &[&str], fields: &[&str], masked: &[&str]) -> Sight {
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        Sight::Through { queries: texts(queries), fields: texts(fields), masked: texts(masked) }
    }

    fn told(was: &Sight, is: &Sight) -> Vec<(Kept, String)> {
        more(was, is).into_iter().map(|(kept, what, _)| (kept, what)).collect()
    }

    #[test]
    fn a_filter_that_is_lifted_is_a_gain_and_one_that_is_set_is_none() {
        let (open, filtered) = (sight(&[], &[], &[]), sight(&["q"], &[], &[]));
        assert_eq!(told(&filtered, &open), [(Kept::Documents, "all; the query is gone".to_owned())]);
        assert_eq!(told(&open, &filtered), []);
        assert_eq!(told(&filtered, &sight(&["q", "r"], &[], &[])), [(Kept::Documents, "r".to_owned())]);
        assert_eq!(told(&sight(&["q", "r"], &[], &[]), &filtered), []);
        assert_eq!(told(&Sight::Nothing, &filtered).len(), 1);
    }

    #[test]
    fn fields_are_compared_as_patterns() {
        let fields = |fields: &[&str]| sight(&[], fields, &[]);
        assert_eq!(told(&fields(&["~salary"]), &fields(&[])), [(Kept::Field, "salary".to_owned())]);
        assert_eq!(told(&fields(&[]), &fields(&["~salary"])), []);
        assert_eq!(told(&fields(&["name", "dept*"]), &fields(&["dept", "name"])), []);
        assert_eq!(told(&fields(&["name"]), &fields(&["name", "salary"])), [(Kept::Field, "salary".to_owned())]);
        assert_eq!(told(&fields(&["~a*"]), &fields(&["~ab"])), [(Kept::Field, "a".to_owned())]);
    }

    #[test]
    fn a_mask_that_is_gone_is_a_gain_where_the_field_is_seen() {
        let masks = |masked: &[&str]| sight(&[], &[], masked);
        assert_eq!(told(&masks(&["ip::/x/::y"]), &masks(&[])), [(Kept::Value, "ip".to_owned())]);
        assert_eq!(told(&masks(&["ip"]), &masks(&["i*"])), []);
        assert_eq!(told(&masks(&["ip"]), &sight(&[], &["~ip"], &[])), []);
    }
}

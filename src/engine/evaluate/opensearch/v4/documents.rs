//! Document- and field-level security and masking, as 3.8 reads it: what of an index a user sees.

use super::names::Abstraction;
use super::privileges::{Access, Granting};
use crate::engine::evaluate::View;
use crate::engine::evaluate::queries::Queries;
use crate::engine::model::opensearch::IndexPermission;
use crate::engine::pattern::{Attributes, has_placeholder};

/// The restrictions that one index permission carries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restriction {
    /// The document query as written; none when there is none, or when it cannot be parsed: 3.8 drops such
    /// a query with an error in its log, and the role's documents become visible.
    dls: Option<String>,
    /// Fields, excluded ones with `~` or `!`.
    fls: Vec<String>,
    /// Masked fields.
    masked: Vec<String>,
    /// A query was dropped because it cannot be parsed.
    dropped: bool,
}

impl Restriction {
    /// Read an index permission.
    pub fn new(permission: &IndexPermission) -> Self {
        let texts = |list: &[crate::source::Located<String>]| list.iter().map(|text| text.value.clone()).collect();
        let written = permission.dls.as_ref().map(|dls| dls.value.clone()).filter(|dls| !dls.is_empty());
        let parses = written.as_ref().is_none_or(|dls| dls.contains("${") || Queries::OpenSearch3.parse(dls));
        Self { dls: written.filter(|_| parses), fls: texts(&permission.fls), masked: texts(&permission.masked_fields), dropped: !parses }
    }
}

/// What of an index a subject sees.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    /// No document at all: no role covers the index, or it is guarded below the evaluator.
    pub nothing: bool,
    /// Documents, fields, masks.
    pub view: View,
    /// A query that cannot be parsed was dropped, so that more is seen than its author meant.
    pub dropped_query: bool,
    /// A query with placeholders cannot be read once they are filled in, or a pattern of a rule that restricts cannot
    /// be evaluated: requests on the index fail.
    pub fails: bool,
}

impl Seen {
    /// Whether documents are hidden.
    pub fn hides_documents(&self) -> bool {
        self.nothing || !self.view.queries().is_empty()
    }

    /// Whether anything is hidden or changed.
    pub fn is_restricted(&self) -> bool {
        self.hides_documents() || !self.view.fields().is_empty() || !self.view.masked().is_empty()
    }
}

/// How rules without a query count beside rules with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyQuery {
    /// They do not lift another role's query (the default).
    Nothing,
    /// `plugins.security.dfm_empty_overrides_all`: they lift it.
    OverridesAll,
}

/// What a subject sees of a name by the roles' rules alone.
pub fn seen(access: &Access<'_>, name: &str, attributes: &Attributes<'_>, empty: EmptyQuery) -> Seen {
    let covering: Vec<&Restriction> =
        access.all_rules().filter(|rule| rule.covers(access.names(), name)).map(|rule| Granting::restriction(&rule)).collect();
    let lifted = |has: &dyn Fn(&Restriction) -> bool| empty == EmptyQuery::OverridesAll && covering.iter().any(|rule| !has(rule));
    // a rule that restricts and whose patterns cannot be evaluated fails every request (asked of 3.4.0, whose class it is)
    let broken = |has: &dyn Fn(&Restriction) -> bool| {
        !lifted(has) && access.all_rules().any(|rule| rule.is_broken() && !rule.is_whole() && has(rule.restriction()))
    };
    // queries are gathered whatever else is known; of fields and masks it is only asked whether there are any
    let known = |has: &dyn Fn(&Restriction) -> bool| {
        access.all_rules().any(|rule| has(rule.restriction()) && (rule.is_whole() || rule.is_fixed_on(name)))
    };
    let (fields, masks) = (|rule: &Restriction| !rule.fls.is_empty(), |rule: &Restriction| !rule.masked.is_empty());
    let mut fails = broken(&|rule| rule.dls.is_some()) || (broken(&fields) && !known(&fields)) || (broken(&masks) && !known(&masks));
    let mut queries = Vec::new();
    if !lifted(&|rule| rule.dls.is_some()) {
        for dls in counting(access, name, |rule| rule.dls.is_some()).iter().filter_map(|rule| rule.dls.as_deref()) {
            let query = attributes.substitute(dls);
            fails |= has_placeholder(dls) && (has_placeholder(&query) || !Queries::OpenSearch3.parse(&query));
            if !queries.contains(&query) {
                queries.push(query);
            }
        }
    }
    let united = |list: fn(&Restriction) -> &Vec<String>| {
        if lifted(&|rule| !list(rule).is_empty()) {
            return Vec::new();
        }
        let mut all: Vec<String> = Vec::new();
        for text in counting(access, name, |rule| !list(rule).is_empty()).iter().flat_map(|rule| list(rule)) {
            if !all.contains(text) {
                all.push(text.clone());
            }
        }
        all
    };
    Seen {
        nothing: covering.is_empty(),
        view: View::new(name, queries, united(|rule| &rule.fls), united(|rule| &rule.masked)),
        dropped_query: covering.iter().any(|rule| rule.dropped),
        fails,
    }
}

/// The rules that count of those with a restriction of one kind: of several rules of one role on the same
/// name the last one alone (as in `document_rules`, where the reason stands).
fn counting<'v>(access: &'v Access<'_>, name: &str, has: impl Fn(&Restriction) -> bool) -> Vec<&'v Restriction> {
    let mut names = vec![name];
    if let Some(Abstraction::Index { aliases, stream, .. }) = access.names().get(name) {
        names.extend(aliases.iter().chain(stream).map(String::as_str));
    }
    let rules: Vec<Granting<'v>> = access.all_rules().filter(|rule| has(rule.restriction())).collect();
    let mut counting: Vec<usize> = Vec::new();
    for role in 0..access.roles().len() {
        let of_role = || rules.iter().enumerate().filter(|(_, rule)| rule.source().role == role);
        let last = |suits: &dyn Fn(&Granting<'v>) -> bool| of_role().filter(|(_, rule)| suits(rule)).last().map(|(at, _)| at);
        counting.extend(last(&|rule| rule.is_whole()));
        counting.extend(names.iter().filter_map(|name| last(&|rule| !rule.is_whole() && rule.is_fixed_on(name))));
        counting.extend(of_role().filter(|(_, rule)| names.iter().any(|name| rule.is_rendered_on(name))).map(|(at, _)| at));
    }
    counting.sort_unstable();
    counting.dedup();
    counting.into_iter().filter_map(|at| rules.get(at)).map(|rule| rule.restriction()).collect()
}

//! Document-level security, field-level security, masking: what of an index a subject sees, and the requests
//! that the plugin does not let through while any of them applies (rule 23 of the recorded behaviour).

use super::Compiled;
use super::by_name;
use super::evaluate::{Asking, Decision, GRANTED_BY_TENANT, is_cluster_action};
use crate::engine::cluster::{Document, ResolveError};
use crate::engine::evaluate::View as Shown;
use crate::engine::evaluate::opensearch::document_rules::{Asked, has_fields, has_masks, has_query};
use crate::engine::evaluate::{Call, Indices};
use crate::engine::pattern::{Attributes, has_placeholder};
use crate::engine::request::opensearch::{Details, Op, Refusal, TransportRequest};
use crate::source::Located;

const UPDATE: &str = "Update is not supported when FLS or DLS or Fieldmasking is activated";
const RESIZE: &str = "Resize is not supported when FLS or DLS or Fieldmasking is activated";
const PROFILE: &str = "Profiling is not supported when DLS is activated";

/// What applies to one index.
pub(super) struct Restrictions {
    queries: Vec<String>,
    fields: Vec<String>,
    masked: Vec<String>,
    /// No rule of any role covers the index.
    uncovered: bool,
    /// A query with placeholders cannot be read once they are filled in, or a pattern cannot be evaluated.
    fails: bool,
    /// A query was dropped because it cannot be parsed (3.8).
    dropped: bool,
}

impl Restrictions {
    /// Queries are alternatives, fields and masks are united. A rule without a query does not lift
    /// another's, unless `plugins.security.dfm_empty_overrides_all` says so.
    pub(super) fn of(compiled: &Compiled<'_>, asking: &Asking<'_>, index: &str) -> Self {
        let subject = asking.subject;
        let attributes =
            Attributes { user: &subject.user, backend_roles: &subject.backend_roles, roles: asking.roles, attributes: &subject.attributes };
        let named = compiled.named(index);
        let mut out = Self { queries: Vec::new(), fields: Vec::new(), masked: Vec::new(), uncovered: true, fails: false, dropped: false };
        let restricting = asking.roles.iter().any(|role| compiled.roles.restricts(role));
        let (mut all, mut all_fields, mut none_masked) = (false, false, false);
        for rule in asking.view.covering(&named) {
            out.uncovered = false;
            if !restricting {
                return out;
            }
            let documents = rule.documents.as_deref();
            all |= documents.is_none_or(|documents| documents.query.is_none());
            all_fields |= documents.is_none_or(|documents| documents.fields.is_empty());
            none_masked |= documents.is_none_or(|documents| documents.masked.is_empty());
        }
        if out.uncovered {
            return out;
        }
        let role = |name: &String| compiled.built_in.roles.get(name).or_else(|| compiled.configuration.roles.get(name));
        let asked = Asked {
            roles: asking.roles.iter().filter_map(role).collect(),
            names: std::iter::once(index).chain(named.parents.iter().copied()).collect(),
            attributes: &attributes,
            now: compiled.resolver.cluster().now,
        };
        for query in asked.counting(has_query).into_iter().filter_map(|rule| rule.dls.as_ref()) {
            let filled_in = has_placeholder(query);
            let query = attributes.substitute(query);
            let broken = || Shown::new(index, vec![query.clone()], Vec::new(), Vec::new()).is_broken(compiled.variant.queries);
            if filled_in {
                out.fails |= has_placeholder(&query) || broken();
                out.queries.push(query);
            } else if compiled.variant.ignores_broken_queries && broken() {
                (all, out.dropped) = (true, true);
            } else {
                out.queries.push(query);
            }
        }
        // queries are gathered whatever else is known; of fields and masks it is only asked whether there are any
        let fails_unless_known = |has| asked.fails(has) && !asked.is_restricted_by_name(has);
        let mut failing = [out.fails || asked.fails(has_query), fails_unless_known(has_fields), fails_unless_known(has_masks)];
        let texts = |list: &[Located<String>]| list.iter().map(|text| text.value.clone()).collect::<Vec<_>>();
        out.fields = asked.counting(has_fields).iter().flat_map(|rule| texts(&rule.fls)).collect();
        out.masked = asked.counting(has_masks).iter().flat_map(|rule| texts(&rule.masked_fields)).collect();
        if compiled.settings.empty_dls_overrides {
            let lists = [(all, &mut out.queries), (all_fields, &mut out.fields), (none_masked, &mut out.masked)];
            for ((lifted, list), failing) in lists.into_iter().zip(&mut failing) {
                if lifted {
                    list.clear();
                    *failing = false;
                }
            }
        }
        out.fails = failing.contains(&true);
        out
    }

    fn restrict(&self) -> bool {
        self.fails || self.restrict_documents() || !self.fields.is_empty() || !self.masked.is_empty()
    }

    fn restrict_documents(&self) -> bool {
        !self.queries.is_empty() || self.uncovered
    }

    fn shown(self, index: &str) -> Shown {
        Shown::new(index, self.queries, self.fields, self.masked)
    }
}

/// A request that the plugin does not let through although it is allowed, because documents are restricted.
pub(super) fn valve(compiled: &Compiled<'_>, asking: &Asking<'_>, call: &TransportRequest, decision: &Decision) -> Option<Refusal> {
    if !compiled.variant.hides_uncovered {
        return valve_by_name(compiled, asking, call, decision);
    }
    if is_cluster_action(&decision.action) && decision.action != "indices:data/read/mget" {
        return None;
    }
    if decision.rule.as_deref() == Some(GRANTED_BY_TENANT) {
        return None;
    }
    // where no rule is about documents, only what no rule covers is restricted, and that to few requests
    let restricting = asking.roles.iter().any(|role| compiled.roles.restricts(role));
    if !restricting && !minds_restrictions(call) {
        return None;
    }
    let applying: Vec<Restrictions> = names(compiled, call, decision).iter().map(|name| Restrictions::of(compiled, asking, name)).collect();
    let applying: Vec<Restrictions> = applying.into_iter().filter(|restrictions| restrictions.restrict()).collect();
    if applying.is_empty() {
        return None;
    }
    let refuse = |reason: String| Some(Refusal { status: 500, reason });
    if applying.iter().any(|restrictions| restrictions.fails) {
        return refuse("Error while evaluating DLS/FLS privileges".to_owned());
    }
    match &call.details {
        _ if call.class == "UpdateRequest" => refuse(UPDATE.to_owned()),
        Details::BulkShard { ops } if ops.contains(&Op::Update) => refuse(UPDATE.to_owned()),
        Details::Resize { .. } => refuse(RESIZE.to_owned()),
        Details::Search { profile: true, .. } if applying.iter().any(|restrictions| restrictions.restrict_documents()) => {
            refuse(PROFILE.to_owned())
        }
        _ => None,
    }
}

/// The same in 2.19, for every allowed call.
fn valve_by_name(compiled: &Compiled<'_>, asking: &Asking<'_>, call: &TransportRequest, decision: &Decision) -> Option<Refusal> {
    let refuse = |reason: &str| Some(Refusal { status: 500, reason: reason.to_owned() });
    let unexpected = || refuse(&format!("Unexpected exception {}", decision.action));
    if fails_on_names(compiled, call, decision) {
        return unexpected();
    }
    let Ok(restrictions) = by_name::Restrictions::of(compiled, asking) else { return unexpected() };
    let resolved = decision.resolved.clone().or_else(|| compiled.resolve(call).ok())?;
    if !resolved.local_all && resolved.all.is_empty() {
        return None;
    }
    let (queries, restricted) = restrictions.touching((!resolved.local_all).then_some(&resolved.all));
    if !restricted {
        return None;
    }
    if Shown::new("", queries, Vec::new(), Vec::new()).is_broken(compiled.variant.queries) {
        return unexpected();
    }
    match &call.details {
        _ if call.class == "UpdateRequest" => refuse(UPDATE),
        Details::Bulk { ops } | Details::BulkShard { ops } if ops.contains(&Op::Update) => refuse(UPDATE),
        Details::Resize { .. } => refuse(RESIZE),
        Details::Search { profile: true, .. } if !restrictions.queries.is_empty() => refuse(PROFILE),
        _ => None,
    }
}

/// Whether 2.19 fails on the names of a bulk, which were not resolved so far.
fn fails_on_names(compiled: &Compiled<'_>, call: &TransportRequest, decision: &Decision) -> bool {
    decision.resolved.is_none() && compiled.resolve(call).is_err_and(|error| !matches!(error, ResolveError::DateMath(_)))
}

/// Whether the plugin refuses requests of this kind while documents are restricted.
fn minds_restrictions(call: &TransportRequest) -> bool {
    call.class == "UpdateRequest"
        || matches!(
            call.details,
            Details::Bulk { .. } | Details::BulkShard { .. } | Details::Resize { .. } | Details::Search { profile: true, .. }
        )
}

/// The names whose restrictions count for a call.
fn names(compiled: &Compiled<'_>, call: &TransportRequest, decision: &Decision) -> Vec<String> {
    let Some(resolved) = decision.resolved.clone().or_else(|| compiled.resolve(call).ok()) else { return Vec::new() };
    if resolved.local_all || resolved.all.is_empty() {
        compiled.resolver.cluster().indices.keys().cloned().collect()
    } else {
        resolved.all.iter().cloned().collect()
    }
}

/// Said where an allowed read touches an index whose query 3.8 dropped.
pub(super) fn dropped_query(compiled: &Compiled<'_>, asking: &Asking<'_>, calls: &[Call]) -> Option<String> {
    if !compiled.variant.ignores_broken_queries || !asking.roles.iter().any(|role| compiled.roles.restricts(role)) {
        return None;
    }
    let reads = ["indices:data/read/search", "indices:data/read/get", "indices:data/read/mget[shard]"];
    let read = calls.iter().filter(|call| call.allowed && reads.contains(&call.action.as_str()));
    let names = read.flat_map(|call| match &call.indices {
        Indices::Names(names) => names.clone(),
        Indices::All => compiled.resolver.cluster().indices.keys().cloned().collect(),
        Indices::None => Vec::new(),
    });
    let index = names.into_iter().find(|index| Restrictions::of(compiled, asking, index).dropped)?;
    Some(format!(
        "a document query on `{index}` cannot be parsed and is dropped: the documents that it should hide are visible (recorded from 3.8.0)"
    ))
}

/// Whether the subject sees a document. Those of system indices are hidden from everyone but super admins,
/// unless the permission for them is given.
pub(super) fn sees(compiled: &Compiled<'_>, asking: &Asking<'_>, index: &str, document: &Document) -> bool {
    view(compiled, asking, index).is_some_and(|shown| shown.sees(document).unwrap_or(false))
}

/// What is seen of an index; none when none of its documents are.
pub(super) fn view(compiled: &Compiled<'_>, asking: &Asking<'_>, index: &str) -> Option<Shown> {
    if super::protection::is_system(compiled.settings, index) {
        let opened = compiled.settings.system_permission_enabled
            && index != compiled.settings.security_index
            && asking.view.opens_system_index(&compiled.named(index));
        if !opened {
            return None;
        }
    }
    if super::protection::closed_to(compiled.settings, asking.roles).is_some_and(|protected| protected.matches(index)) {
        return None;
    }
    let shown = if compiled.variant.hides_uncovered {
        let restrictions = Restrictions::of(compiled, asking, index);
        if restrictions.uncovered || restrictions.fails {
            return None;
        }
        restrictions.shown(index)
    } else {
        by_name::Restrictions::of(compiled, asking).ok()?.shown(index)
    };
    (!shown.is_broken(compiled.variant.queries)).then_some(shown)
}

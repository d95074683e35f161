//! Document-level security, field-level security, masking: what of an index a subject sees, and the requests
//! that the plugin does not let through while any of them applies (rule 23 of the recorded behaviour).

use super::Compiled;
use super::evaluate::{Asking, Decision, is_cluster_action};
use crate::engine::cluster::{Document, ResolveError};
use crate::engine::evaluate::Scope;
use crate::engine::evaluate::opendistro::View as Shown;
use crate::engine::model::opensearch::IndexPermission;
use crate::engine::pattern::{Attributes, Matcher, RegexProblem};
use crate::engine::request::opensearch::{Details, Op, Refusal, TransportRequest};

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
}

impl Restrictions {
    /// Queries are alternatives, fields and masks are united. A rule without a query does not lift
    /// another's, unless `plugins.security.dfm_empty_overrides_all` says so.
    pub(super) fn of(compiled: &Compiled<'_>, asking: &Asking<'_>, index: &str) -> Self {
        let subject = asking.subject;
        let attributes =
            Attributes { user: &subject.user, backend_roles: &subject.backend_roles, roles: asking.roles, attributes: &subject.attributes };
        let named = compiled.named(index);
        let mut out = Self { queries: Vec::new(), fields: Vec::new(), masked: Vec::new(), uncovered: true };
        let (mut all, mut all_fields, mut none_masked) = (false, false, false);
        for rule in asking.view.covering(&named) {
            out.uncovered = false;
            let documents = rule.documents.as_deref();
            match documents.and_then(|documents| documents.query.as_ref()) {
                Some(query) => {
                    let query = attributes.substitute(query);
                    let broken = || Shown::new(index, vec![query.clone()], Vec::new(), Vec::new()).is_broken();
                    if compiled.variant.ignores_broken_queries && broken() {
                        all = true;
                    } else {
                        out.queries.push(query);
                    }
                }
                None => all = true,
            }
            match documents.filter(|documents| !documents.fields.is_empty()) {
                Some(documents) => out.fields.extend(documents.fields.iter().cloned()),
                None => all_fields = true,
            }
            match documents.filter(|documents| !documents.masked.is_empty()) {
                Some(documents) => out.masked.extend(documents.masked.iter().cloned()),
                None => none_masked = true,
            }
        }
        if compiled.settings.empty_dls_overrides {
            for (lifted, list) in [(all, &mut out.queries), (all_fields, &mut out.fields), (none_masked, &mut out.masked)] {
                if lifted {
                    list.clear();
                }
            }
        }
        out
    }

    fn restrict(&self, compiled: &Compiled<'_>) -> bool {
        self.restrict_documents(compiled) || !self.fields.is_empty() || !self.masked.is_empty()
    }

    fn restrict_documents(&self, compiled: &Compiled<'_>) -> bool {
        !self.queries.is_empty() || (self.uncovered && compiled.variant.hides_uncovered)
    }

    fn shown(self, index: &str) -> Shown {
        Shown::new(index, self.queries, self.fields, self.masked)
    }
}

/// A request that the plugin does not let through although it is allowed, because documents are restricted.
pub(super) fn valve(compiled: &Compiled<'_>, asking: &Asking<'_>, call: &TransportRequest, decision: &Decision) -> Option<Refusal> {
    let skips_cluster = compiled.variant.hides_uncovered;
    if skips_cluster && is_cluster_action(&decision.action) && decision.action != "indices:data/read/mget" {
        return None;
    }
    let unexpected = || Some(Refusal { status: 500, reason: format!("Unexpected exception {}", decision.action) });
    if !compiled.variant.hides_uncovered && (fails_on_names(compiled, call, decision) || fails_on_patterns(compiled, asking)) {
        return unexpected();
    }
    let taken_by_tenant = decision.reduced.is_some() && decision.scope == Scope::Index && decision.only_allowed_for.is_empty();
    if taken_by_tenant {
        return None;
    }
    let applying: Vec<Restrictions> = names(compiled, call, decision).iter().map(|name| Restrictions::of(compiled, asking, name)).collect();
    let applying: Vec<Restrictions> = applying.into_iter().filter(|restrictions| restrictions.restrict(compiled)).collect();
    if applying.is_empty() {
        return None;
    }
    let refuse = |reason: String| Some(Refusal { status: 500, reason });
    let broken = |restrictions: &Restrictions| Shown::new("", restrictions.queries.clone(), Vec::new(), Vec::new()).is_broken();
    if !compiled.variant.hides_uncovered && applying.iter().any(broken) {
        return unexpected();
    }
    match &call.details {
        _ if call.class == "UpdateRequest" => refuse(UPDATE.to_owned()),
        Details::Bulk { ops } if compiled.variant.bulk_update_fails_whole && ops.contains(&Op::Update) => refuse(UPDATE.to_owned()),
        Details::BulkShard { ops } if ops.contains(&Op::Update) => refuse(UPDATE.to_owned()),
        Details::Resize { .. } => refuse(RESIZE.to_owned()),
        Details::Search { profile: true, .. } if applying.iter().any(|restrictions| restrictions.restrict_documents(compiled)) => {
            refuse(PROFILE.to_owned())
        }
        _ => None,
    }
}

/// Whether 2.19 fails on the names of a bulk, which were not resolved so far.
fn fails_on_names(compiled: &Compiled<'_>, call: &TransportRequest, decision: &Decision) -> bool {
    let resolve = || super::resolved::resolve(call, &compiled.resolver, compiled.settings.respect_options);
    decision.resolved.is_none() && resolve().is_err_and(|error| !matches!(error, ResolveError::DateMath(_)))
}

/// Whether 2.19 fails on every allowed call of the user: where any of the roles restricts documents, it
/// resolves the index patterns of all of them, and one that does not compile ends the request (recorded;
/// `ConfigModelV7.getDlsFls`).
fn fails_on_patterns(compiled: &Compiled<'_>, asking: &Asking<'_>) -> bool {
    let role = |name: &String| compiled.built_in.roles.get(name).or_else(|| compiled.configuration.roles.get(name));
    let rules = || asking.roles.iter().filter_map(role).flat_map(|role| &role.index_permissions);
    let restricts = |rule: &IndexPermission| {
        rule.dls.as_ref().is_some_and(|query| !query.value.is_empty()) || !rule.fls.is_empty() || !rule.masked_fields.is_empty()
    };
    let subject = asking.subject;
    let attributes =
        Attributes { user: &subject.user, backend_roles: &subject.backend_roles, roles: asking.roles, attributes: &subject.attributes };
    let fails =
        |pattern: &str| matches!(Matcher::new(pattern), Err(RegexProblem::Invalid(_))) || (pattern.starts_with('_') && pattern != "_all");
    rules().any(restricts) && rules().flat_map(|rule| &rule.index_patterns).any(|pattern| fails(&attributes.substitute(pattern)))
}

/// The names whose restrictions count for a call.
fn names(compiled: &Compiled<'_>, call: &TransportRequest, decision: &Decision) -> Vec<String> {
    let respect = compiled.settings.respect_options;
    let resolved = decision.resolved.clone().or_else(|| super::resolved::resolve(call, &compiled.resolver, respect).ok());
    let Some(resolved) = resolved else { return Vec::new() };
    if resolved.local_all || resolved.all.is_empty() {
        compiled.resolver.cluster().indices.keys().cloned().collect()
    } else {
        resolved.all.into_iter().collect()
    }
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
    let restrictions = Restrictions::of(compiled, asking, index);
    if restrictions.uncovered && compiled.variant.hides_uncovered {
        return None;
    }
    let shown = restrictions.shown(index);
    (!shown.is_broken()).then_some(shown)
}

//! One call, stage by stage, in the plugin's order.

use std::sync::Arc;

use super::reduce;
use super::resolved::Resolved;
use super::table::{Grant, check};
use super::tenants::{Asker, Taken, take};
use super::view::View;
use super::{Compiled, filtered_aliases, protection, restore};
use crate::engine::cluster::ResolveError;
use crate::engine::evaluate::{Reduction, Scope, Subject};
use crate::engine::request::opensearch::{AliasChange, Details, Op, TransportRequest};

/// What must be granted on an index for the discovery to show it.
const DISCOVERY: [&str; 5] = [
    "indices:data/read/msearch",
    "indices:data/read/mget",
    "indices:data/read/get",
    "indices:data/read/search",
    "indices:data/read/field_caps",
];

/// The answer to one call.
#[derive(Debug, Clone)]
pub(super) struct Decision {
    pub(super) action: String,
    pub(super) required: Vec<String>,
    pub(super) scope: Scope,
    pub(super) resolved: Option<Arc<Resolved>>,
    pub(super) allowed: bool,
    pub(super) missing: Vec<String>,
    pub(super) only_allowed_for: Vec<String>,
    pub(super) reduced: Option<Reduction>,
    pub(super) rule: Option<String>,
}

/// The rule of what a tenant's own index takes, whatever the roles say.
pub(super) const GRANTED_BY_TENANT: &str = "granted by the tenant";

/// Who asks.
pub(super) struct Asking<'a> {
    pub(super) subject: &'a Subject,
    pub(super) roles: &'a [String],
    pub(super) view: &'a View,
    pub(super) tenants: &'a std::collections::BTreeMap<String, bool>,
}

/// Actions that are decided by cluster permissions alone (rule 11).
pub(crate) fn is_cluster_action(action: &str) -> bool {
    ["cluster:", "indices:admin/template/", "indices:admin/index_template/", "indices:data/read/scroll", "indices:data/read/msearch"]
        .iter()
        .any(|prefix| action.starts_with(prefix))
        || matches!(
            action,
            "indices:data/write/bulk"
                | "indices:data/read/mget"
                | "indices:data/read/mtv"
                | "indices:data/write/reindex"
                | "indices:data/read/search/template/render"
        )
}

/// The name under which an action is checked.
fn checked_name(action: &str) -> &str {
    match action {
        "indices:admin/auto_create" => "indices:admin/create",
        "indices:admin/mapping/auto_put" => "indices:admin/mapping/put",
        _ if action.starts_with("internal:indices/admin/upgrade") => "indices:admin/upgrade",
        _ => action,
    }
}

/// What is needed on each index: the action, and what the request does besides.
fn required(compiled: &Compiled<'_>, call: &TransportRequest, action: &str) -> Vec<String> {
    let mut needed: Vec<&str> = Vec::new();
    if !is_cluster_action(action) {
        needed.push(action);
    }
    match &call.details {
        Details::BulkShard { ops } => needed.extend(ops.iter().map(|op| match op {
            Op::Index | Op::Create => "indices:data/write/index",
            Op::Update => "indices:data/write/update",
            Op::Delete => "indices:data/write/delete",
        })),
        Details::Aliases(actions) if actions.iter().any(|action| action.change == AliasChange::RemoveIndex) => {
            needed.push("indices:admin/delete")
        }
        Details::CreateIndex { aliases } if !aliases.is_empty() => needed.push("indices:admin/aliases"),
        // a hash set of the two, in this order
        Details::Restore { .. } if compiled.settings.restore_checks_writes => {
            needed.extend(["indices:data/write/index", "indices:admin/create"])
        }
        _ => {}
    }
    if call.class == "ClusterSearchShardsRequest" {
        needed.push("indices:data/read/search");
    }
    let mut out: Vec<String> = Vec::new();
    for action in needed {
        if !out.iter().any(|known| known == action) {
            out.push(action.to_owned());
        }
    }
    out
}

/// Decide one call; a granted call may come back narrowed. Errors are those of resolving its names.
pub(super) fn evaluate(compiled: &Compiled<'_>, asking: &Asking<'_>, call: &mut TransportRequest) -> Result<Decision, ResolveError> {
    let action = checked_name(&call.action).to_owned();
    let mut decision = Decision {
        required: vec![action.clone()],
        action: action.clone(),
        scope: if is_cluster_action(&action) { Scope::Cluster } else { Scope::Index },
        resolved: None,
        allowed: false,
        missing: Vec::new(),
        only_allowed_for: Vec::new(),
        reduced: None,
        rule: None,
    };
    let tenant_is_default = asking.subject.requested_tenant.as_deref().unwrap_or_default().is_empty();
    if matches!(call.details, Details::Bulk { .. }) && tenant_is_default {
        // the details are checked for each shard
        return Ok(cluster_stage(asking, decision));
    }
    let resolved = compiled.resolve(call)?;
    decision.resolved = Some(Arc::clone(&resolved));
    if let Some(refusal) = restore::refused(compiled.settings, &call.details) {
        let named = refusal.names_action && compiled.variant.names_refused_action;
        return Ok(Decision { missing: if named { vec![action] } else { Vec::new() }, rule: Some(refusal.rule), ..decision });
    }
    let protected = protection::system_indices(compiled, asking.view, &action, &resolved)
        .or_else(|| protection::protected_indices(compiled.settings, asking.roles, &action, &resolved));
    if let Some(rule) = protected {
        return Ok(Decision { rule: Some(rule), ..decision });
    }
    if let Details::Pits { indices: Some(names), .. } = &call.details {
        let behind = Resolved::of_names(names, &compiled.resolver, compiled.settings.respect_options)?;
        if check(compiled, asking.view, std::slice::from_ref(&action), &behind)? == Grant::Full {
            let reduced = Some(Reduction { only_allowed_for: names.clone(), rewritten_to: Vec::new() });
            return Ok(Decision {
                allowed: true,
                reduced,
                rule: Some("every index of the points in time is permitted".to_owned()),
                ..decision
            });
        }
    }
    if decision.scope == Scope::Cluster {
        decision = cluster_stage(asking, decision);
        let is_restore = matches!(call.details, Details::Restore { .. }) && compiled.settings.restore_checks_writes;
        if !decision.allowed || !is_restore {
            return Ok(if decision.allowed { tenant_stage_of_cluster(compiled, asking, call, decision, &resolved) } else { decision });
        }
    }
    index_stage(compiled, asking, call, Decision { allowed: false, scope: Scope::Index, ..decision }, &resolved)
}

fn cluster_stage(asking: &Asking<'_>, decision: Decision) -> Decision {
    if asking.view.grants_cluster(&decision.action) {
        Decision { allowed: true, ..decision }
    } else {
        Decision { missing: vec![decision.action.clone()], ..decision }
    }
}

fn asker<'a>(asking: &'a Asking<'a>) -> Asker<'a> {
    Asker { user: &asking.subject.user, requested_tenant: asking.subject.requested_tenant.as_deref(), open: asking.tenants }
}

fn redirect(call: &mut TransportRequest, index: &str) {
    for group in &mut call.groups {
        group.expressions = vec![index.to_owned()];
    }
}

fn tenant_stage_of_cluster(
    compiled: &Compiled<'_>,
    asking: &Asking<'_>,
    call: &mut TransportRequest,
    decision: Decision,
    resolved: &Resolved,
) -> Decision {
    match take(compiled.settings, &asker(asking), &decision.action, resolved) {
        Taken::Refused(rule) if compiled.variant.tenants_refuse_cluster_actions => {
            Decision { allowed: false, missing: vec![decision.action.clone()], rule: Some(rule), ..decision }
        }
        Taken::Granted(Some(index)) => {
            redirect(call, &index);
            decision
        }
        // the refusal is only logged (until 3.8)
        Taken::Refused(rule) => Decision { rule: Some(format!("only logged: {rule}")), ..decision },
        Taken::Granted(None) | Taken::Go => decision,
    }
}

/// Of what is permitted, the names that the request itself resolves to.
fn kept(names: &[String], resolved: &Resolved) -> Vec<String> {
    if resolved.local_all {
        return names.to_vec();
    }
    names.iter().filter(|name| resolved.all.contains(*name)).cloned().collect()
}

fn index_stage(
    compiled: &Compiled<'_>,
    asking: &Asking<'_>,
    call: &mut TransportRequest,
    decision: Decision,
    resolved: &Resolved,
) -> Result<Decision, ResolveError> {
    let action = decision.action.clone();
    if let Details::Search { index_discovery: true, .. } = call.details {
        let rule = Some("Dashboards' discovery of indices is always allowed, on what is permitted".to_owned());
        let shown = match check(compiled, asking.view, &DISCOVERY.map(str::to_owned), &Resolved::everything()) {
            Ok(Grant::Full) => vec!["*".to_owned()],
            Ok(Grant::Partial { names, .. }) => names,
            Ok(Grant::None { .. }) | Err(_) => Vec::new(),
        };
        let reduced = Some(Reduction { only_allowed_for: shown.clone(), rewritten_to: shown });
        return Ok(Decision { allowed: true, reduced, rule, ..decision });
    }
    let required = required(compiled, call, &action);
    let decision = Decision { required: required.clone(), ..decision };
    match take(compiled.settings, &asker(asking), &action, resolved) {
        Taken::Go => {}
        Taken::Refused(rule) => return Ok(Decision { missing: vec![action], rule: Some(rule), ..decision }),
        Taken::Granted(index) => {
            if let Some(index) = &index {
                redirect(call, index);
            }
            let rule = Some(GRANTED_BY_TENANT.to_owned());
            let reduced = Some(Reduction { only_allowed_for: Vec::new(), rewritten_to: index.into_iter().collect() });
            return Ok(Decision { allowed: true, reduced, rule, ..decision });
        }
    }
    let reducible = compiled.settings.reduce && reduce::reducible(&action);
    match check(compiled, asking.view, &required, resolved)? {
        Grant::Full => Ok(match filtered_aliases::refused(compiled, &action, resolved) {
            Some(rule) => {
                let missing = if compiled.variant.names_refused_action { vec![action] } else { Vec::new() };
                Decision { missing, rule: Some(rule), ..decision }
            }
            None => Decision { allowed: true, ..decision },
        }),
        Grant::Partial { names, missing } => {
            let kept = kept(&names, resolved);
            if reducible && reduce::narrow(call, &kept) {
                let reduced = Some(Reduction { only_allowed_for: names.clone(), rewritten_to: names.clone() });
                return Ok(Decision { allowed: true, reduced, only_allowed_for: names, ..decision });
            }
            Ok(Decision { missing, only_allowed_for: names, ..decision })
        }
        Grant::None { missing } => {
            if reducible
                && compiled.settings.reduce_to_nothing
                && let Some(rewritten_to) = reduce::empty(call)
            {
                let rule = (!rewritten_to.is_empty())
                    .then(|| "emptied for want of permitted names, which the engine takes for every index".to_owned());
                let reduced = Some(Reduction { only_allowed_for: Vec::new(), rewritten_to });
                return Ok(Decision { allowed: true, reduced, rule, ..decision });
            }
            Ok(Decision { missing, ..decision })
        }
    }
}

//! The order of the stages for one call.

use indexmap::IndexSet;

use super::OpenDistro;
use super::ask::{Answer, Ask, Kind, Part, Rewrite};
use super::compile::Role;
use super::documents;
use super::index_check;
use super::java::hash_set_order;
use super::kibana::{self, Interception};
use super::matcher::any;
use super::protection::{self, Ruling};
use super::reduce::reduce;
use super::resolve::{Resolved, is_all, resolve};
use super::role_pattern::Failure;
use crate::engine::cluster::{Cluster, IndicesOptions, ResolveError, Resolver};
use crate::engine::evaluate::Subject;
use crate::engine::pattern::DateMathError;

/// What index discovery by the Kibana aggregation must be permitted to read.
const DISCOVERY: [&str; 5] = [
    "indices:data/read/msearch",
    "indices:data/read/mget",
    "indices:data/read/get",
    "indices:data/read/search",
    "indices:data/read/field_caps*",
];

/// The name under which the evaluator looks at an action.
pub(crate) fn effective_action(action: &str) -> &str {
    match action {
        "indices:admin/auto_create" => "indices:admin/create",
        "indices:admin/mapping/auto_put" => "indices:admin/mapping/put",
        _ if action.starts_with("internal:indices/admin/upgrade") => "indices:admin/upgrade",
        _ => action,
    }
}

/// Whether cluster permissions decide an action.
pub(crate) fn is_cluster_action(action: &str) -> bool {
    action.starts_with("cluster:")
        || action.starts_with("indices:admin/template/")
        || action.starts_with("indices:data/read/scroll")
        || matches!(
            action,
            "indices:data/write/bulk"
                | "indices:data/read/mget"
                | "indices:data/read/msearch"
                | "indices:data/read/mtv"
                | "indices:data/write/reindex"
        )
}

impl OpenDistro {
    /// Answer one call for a subject who holds `mapped`.
    pub(crate) fn ask(&self, subject: &Subject, mapped: &IndexSet<String>, cluster: &Cluster, ask: &Ask) -> Answer {
        let roles: Vec<&Role> = self.compiled.roles.iter().filter(|role| mapped.contains(&role.name)).collect();
        match self.stages(subject, mapped, &roles, cluster, ask) {
            Ok(answer) => audited(cluster, ask, answer),
            Err((failure, indices)) => failed(&ask.action, failure, indices),
        }
    }

    fn stages(
        &self,
        subject: &Subject,
        mapped: &IndexSet<String>,
        roles: &[&Role],
        cluster: &Cluster,
        ask: &Ask,
    ) -> Result<Answer, (Failure, Option<Vec<String>>)> {
        let switches = &self.compiled.switches;
        let action = ask.action.as_str();
        let grants_cluster = || roles.iter().any(|role| role.grants_cluster(action));
        if matches!(ask.kind, Kind::Bulk { .. }) && subject.requested_tenant.as_deref().unwrap_or_default().is_empty() {
            let allowed = grants_cluster();
            let missing = if allowed { Vec::new() } else { vec![action.to_owned()] };
            return Ok(Answer { allowed, missing, cluster: true, ..Answer::default() });
        }
        let resolved = resolve(cluster, switches.respect_options, &ask.kind, &ask.parts)
            .map_err(|unresolved| (Failure::Unresolved(unresolved), None))?;
        let fail = |failure: Failure| (failure, Some(resolved.sorted()));
        let mut answer = Answer { indices: Some(resolved.sorted()), ..Answer::default() };
        let restrictions = documents::restrictions(roles, subject, cluster).map_err(fail)?;

        // a role that is mapped but not defined does not count here
        let names: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
        for ruling in [
            protection::restore(switches, ask),
            protection::security_index(switches, action, &resolved),
            protection::protected(switches, action, &resolved, &names),
        ] {
            match ruling {
                Ruling::Pass => {}
                Ruling::Deny(why, _) => return Ok(Answer { rule: Some(why), ..answer }),
                Ruling::Filter(names) => {
                    answer.rewrite = Some(Rewrite::Parts(ask.parts.iter().map(|_| Some(names.clone())).collect()));
                }
            }
        }

        let tenants = || self.compiled.tenants.of(&subject.user, mapped);
        let intercept = || kibana::intercept(switches, &subject.user, subject.requested_tenant.as_deref(), action, &resolved, &tenants());
        if is_cluster_action(action) {
            if !grants_cluster() {
                return Ok(Answer { missing: vec![action.to_owned()], cluster: true, ..answer });
            }
            if !(matches!(ask.kind, Kind::Restore { .. }) && switches.restore_writes) {
                if let Some(mut decided) = intercepted(intercept(), answer.clone()) {
                    // a bulk is decided item by item behind this; the engine calls it no reduction
                    decided.reduced &= !matches!(ask.kind, Kind::Bulk { .. });
                    return Ok(decided);
                }
                answer.cluster = true;
                if switches.dnfof && action.starts_with("indices:data/read/") && !resolved.indices.is_empty() {
                    let reduced = reduce(roles, subject, cluster, &resolved, &[action.to_owned()]).map_err(fail)?;
                    answer.only_allowed_for = Some(sorted(&reduced));
                    if reduced.is_empty() {
                        return Ok(Answer { cluster: false, ..answer });
                    }
                    let (rewrite, whole) = self.replace(cluster, ask, &reduced);
                    answer.rewrite = rewrite;
                    if whole {
                        return Ok(Answer { allowed: true, reduced: true, cluster: false, ..answer });
                    }
                }
                return self.checked(ask, &resolved, &restrictions, Answer { allowed: true, ..answer });
            }
        }

        if matches!(ask.kind, Kind::Search { discovers_indices: true, .. }) {
            let wanted: Vec<String> = DISCOVERY.iter().map(|&action| action.to_owned()).collect();
            // a failure here is only logged, and the request goes on as any other
            if let Ok(permitted) = reduce(roles, subject, cluster, &Resolved::everything(), &wanted) {
                let rule = Some("index discovery: narrowed to the readable indices".to_owned());
                return Ok(Answer { allowed: true, reduced: true, only_allowed_for: Some(sorted(&permitted)), rule, ..answer });
            }
        }

        let mut needed: Vec<&str> = if is_cluster_action(action) { Vec::new() } else { vec![action] };
        needed.extend(ask.also.iter().copied());
        let required = hash_set_order(needed);
        answer.required = required.clone();
        answer.missing = required.clone();
        if let Some(mut decided) = intercepted(intercept(), answer.clone()) {
            if decided.allowed {
                decided.missing.clear();
            }
            return self.checked(ask, &resolved, &restrictions, decided);
        }

        let reducible = action.starts_with("indices:data/read/")
            || action.starts_with("indices:admin/mappings/fields/get")
            || action == "indices:admin/shards/search_shards";
        if switches.dnfof && reducible {
            if resolved.indices.is_empty() {
                return self.checked(ask, &resolved, &restrictions, Answer { allowed: true, reduced: true, missing: Vec::new(), ..answer });
            }
            let reduced = reduce(roles, subject, cluster, &resolved, &required).map_err(fail)?;
            answer.only_allowed_for = Some(sorted(&reduced));
            if reduced.is_empty() {
                let empties = matches!(ask.kind, Kind::Search { .. } | Kind::SearchShards | Kind::FieldMappings);
                if switches.dnfof_empty && empties {
                    let rewrite = Some(Rewrite::Empty);
                    return self.checked(
                        ask,
                        &resolved,
                        &restrictions,
                        Answer { allowed: true, reduced: true, missing: Vec::new(), rewrite, ..answer },
                    );
                }
                return Ok(answer);
            }
            let (rewrite, whole) = self.replace(cluster, ask, &reduced);
            answer.rewrite = rewrite;
            if whole {
                return self.checked(ask, &resolved, &restrictions, Answer { allowed: true, reduced: true, missing: Vec::new(), ..answer });
            }
        }

        let indices: Vec<String> = resolved.indices.iter().cloned().collect();
        let granted = index_check::granted(roles, switches.multi_rolespan, subject, cluster, &indices, &required).map_err(fail)?;
        if !granted {
            return Ok(answer);
        }
        if let Some(why) = protection::filtered_aliases(switches, action, &resolved, cluster) {
            return Ok(Answer { rule: Some(why), ..answer });
        }
        self.checked(ask, &resolved, &restrictions, Answer { allowed: true, missing: Vec::new(), ..answer })
    }

    /// The last word on an allowed call: requests that DLS, FLS and masking cannot bear.
    fn checked(
        &self,
        ask: &Ask,
        resolved: &Resolved,
        restrictions: &documents::Restrictions,
        mut answer: Answer,
    ) -> Result<Answer, (Failure, Option<Vec<String>>)> {
        if answer.allowed
            && let Some(text) = documents::refusal(restrictions, ask, resolved)
        {
            answer.failure = Some((500, text.to_owned()));
        }
        Ok(answer)
    }

    /// Put the permitted names into the request, part by part. The second value says whether every
    /// part took them; when not, the full check follows.
    fn replace(&self, cluster: &Cluster, ask: &Ask, reduced: &IndexSet<String>) -> (Option<Rewrite>, bool) {
        match ask.kind {
            Kind::Foreign | Kind::Resize => return (None, false),
            Kind::Nameless | Kind::BulkShard { .. } | Kind::Restore { .. } => return (None, true),
            _ => {}
        }
        let mut whole = true;
        let parts = ask.parts.iter().map(|part| {
            let names = self.retained(cluster, ask, part, reduced);
            let fits = if part.single { names.len() == 1 } else { !names.is_empty() };
            whole &= fits;
            fits.then_some(names)
        });
        let parts = parts.collect();
        (Some(Rewrite::Parts(parts)), whole)
    }

    fn retained(&self, cluster: &Cluster, ask: &Ask, part: &Part, reduced: &IndexSet<String>) -> Vec<String> {
        if is_all(&part.names) {
            return reduced.iter().cloned().collect();
        }
        let respect = self.compiled.switches.respect_options;
        let Ok(own) = resolve(cluster, respect, &ask.kind, std::slice::from_ref(part)) else { return Vec::new() };
        let patterns: Vec<_> = own.indices.iter().map(|name| super::matcher::Matcher::new(name)).collect();
        reduced.iter().filter(|name| any(&patterns, name)).cloned().collect()
    }
}

/// A denial is written to the audit log, which resolves the names once more and throws where one is no
/// possible index name (`_all` beside others) or date math that cannot be read: then 400 instead of 403.
fn audited(cluster: &Cluster, ask: &Ask, mut answer: Answer) -> Answer {
    if answer.allowed || answer.failure.is_some() {
        return answer;
    }
    for part in &ask.parts {
        let names = Resolver::new(cluster).concrete(&part.names, IndicesOptions::LENIENT_EXPAND_OPEN, false);
        if let Err(invalid @ (ResolveError::Invalid(_) | ResolveError::DateMath(DateMathError::Invalid(_)))) = names {
            answer.failure = Some((400, invalid.to_string()));
            break;
        }
    }
    answer
}

fn failed(action: &str, failure: Failure, indices: Option<Vec<String>>) -> Answer {
    if let Failure::Unresolved(ResolveError::DateMath(DateMathError::NeedsNow(_) | DateMathError::Unsupported(_))) = &failure {
        let Failure::Unresolved(why) = failure else { return Answer::default() };
        return Answer { indices, unknown: Some(why.to_string()), ..Answer::default() };
    }
    let failure = match failure {
        Failure::BrokenRegex => (500, format!("Unexpected exception {action}")),
        Failure::Unresolved(ResolveError::Missing(name)) => (404, format!("no such index [{name}]")),
        Failure::Unresolved(ResolveError::Closed(_)) => (400, "closed".to_owned()),
        Failure::Unresolved(other) => (400, other.to_string()),
    };
    Answer { indices, rule: Some(failure.1.clone()), failure: Some(failure), ..Answer::default() }
}

fn intercepted(interception: Interception, answer: Answer) -> Option<Answer> {
    match interception {
        Interception::Continue => None,
        Interception::Denied(why) => Some(Answer { rule: Some(why), ..answer }),
        Interception::Granted => Some(Answer { allowed: true, reduced: true, ..answer }),
        Interception::Moved(alias) => Some(Answer { allowed: true, reduced: true, rewrite: Some(Rewrite::Tenant { alias }), ..answer }),
    }
}

fn sorted(names: &IndexSet<String>) -> Vec<String> {
    let mut names: Vec<String> = names.iter().cloned().collect();
    names.sort();
    names
}

//! The evaluator behind the gate: answers each call, and keeps what it was asked.

use super::evaluate::{Asking, Decision, evaluate};
use super::{Compiled, documents, evidence, message};
use crate::engine::cluster::{Document, IndicesOptions, ResolveError};
use crate::engine::evaluate::opensearch::security_api::{self, SecurityApi};
use crate::engine::evaluate::{Call, Indices, Scope};
use crate::engine::pattern::DateMathError;
use crate::engine::request::opensearch::{Answer, Details, Gate, Group, Refusal, Rest, Shape, TransportRequest};

/// One request's conversation with the evaluator.
pub(super) struct Clerk<'a> {
    pub(super) compiled: &'a Compiled<'a>,
    pub(super) asking: Asking<'a>,
    pub(super) calls: Vec<Call>,
    /// Show every cell, and go on behind a refusal.
    pub(super) explain: bool,
    /// A tenant's index that is missing and would be made on the way.
    pub(super) wanted: Option<TenantIndex>,
    /// The one that this play is to make.
    pub(super) made: Option<TenantIndex>,
}

/// An index that the plugin makes for a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TenantIndex {
    pub(super) index: String,
    pub(super) alias: String,
}

impl Clerk<'_> {
    fn call_of(&self, decision: &Decision) -> Call {
        let indices = match &decision.resolved {
            None => Indices::None,
            Some(resolved) if resolved.local_all && resolved.all.len() == 1 => Indices::All,
            Some(resolved) => Indices::Names(resolved.all.iter().cloned().collect()),
        };
        let cells = if self.explain { evidence::cells(self.compiled, &self.asking, decision) } else { Vec::new() };
        Call {
            action: decision.action.clone(),
            required: decision.required.clone(),
            scope: decision.scope,
            indices,
            allowed: decision.allowed,
            missing: decision.missing.clone(),
            reduced: decision.reduced.clone(),
            only_allowed_for: decision.only_allowed_for.clone(),
            sub_actions: Vec::new(),
            cells,
            rule: decision.rule.clone(),
        }
    }

    /// A write that goes to a tenant's index makes that index first, as the user.
    fn make_tenant_index(&mut self, asked: &TransportRequest, call: &TransportRequest) -> Option<Answer> {
        let redirected = asked.groups != call.groups;
        if !redirected || !matches!(call.class, "BulkRequest" | "IndexRequest" | "UpdateRequest" | "DeleteRequest") {
            return None;
        }
        let alias = call.groups.first()?.expressions.first()?.clone();
        if let Some(made) = self.made.take().filter(|made| made.alias == alias) {
            let group = Group::single(made.index);
            let create = TransportRequest::new("indices:admin/create", "CreateIndexRequest", Shape::One, vec![group]);
            let mut create = create.with(Details::CreateIndex { aliases: vec![alias] });
            return Some(self.check(&mut create)).filter(|answer| *answer != Answer::Pass);
        }
        let resolver = &self.compiled.resolver;
        if resolver.kind(&alias).is_some() || !resolver.cluster().known {
            return None;
        }
        let index = (1..1000).map(|number| format!("{alias}_{number}")).find(|name| resolver.kind(name).is_none())?;
        self.wanted = Some(TenantIndex { index, alias });
        Some(Answer::Fail("the index of the tenant is made first".to_owned()))
    }

    fn unreadable(&self, scope: Scope) -> Option<String> {
        self.asking
            .view
            .unsupported(scope)
            .then(|| "a pattern in the roles is not understood: a regular expression, or a date without a time".to_owned())
    }
}

impl Gate for Clerk<'_> {
    fn check(&mut self, call: &mut TransportRequest) -> Answer {
        if matches!(call.details, Details::Pits { unreadable: true, .. }) {
            return Answer::Unknown("the id of a point in time does not say its indices".to_owned());
        }
        let asked = call.clone();
        let decision = match evaluate(self.compiled, &self.asking, call) {
            Ok(decision) => decision,
            Err(ResolveError::DateMath(why @ (DateMathError::NeedsNow(_) | DateMathError::Unsupported(_)))) => {
                return Answer::Unknown(why.to_string());
            }
            // the evaluation itself fails, which is answered in the plugin's name (an item of a bulk shows it)
            Err(ResolveError::SeveralIndices(_)) => {
                return Answer::Refuse(Refusal { status: 500, reason: format!("Unexpected exception {}", asked.action) });
            }
            Err(error) => return Answer::Fail(error.to_string()),
        };
        // a refusal is audited, and the audit resolves the names again: one that the engine refuses ends the
        // request there, for protection rules before the refusal counts
        let audited = if decision.allowed { None } else { audit(self.compiled, &asked) };
        if let (Some(error), true) = (&audited, decision.missing.is_empty()) {
            return Answer::Fail(error.clone());
        }
        self.calls.push(self.call_of(&decision));
        if let Some(error) = audited {
            return Answer::Fail(error);
        }
        if decision.allowed {
            if let Some(answer) = self.make_tenant_index(&asked, call) {
                return answer;
            }
            return match documents::valve(self.compiled, &self.asking, call, &decision) {
                Some(refusal) => Answer::Refuse(refusal),
                None => Answer::Pass,
            };
        }
        if let Some(why) = self.unreadable(decision.scope) {
            return Answer::Unknown(why);
        }
        let reason = message::denial(&decision.missing, self.asking.subject, self.compiled.variant.hash_order);
        let refusal = Refusal { status: 403, reason };
        if self.explain { Answer::RefuseAndGoOn(refusal) } else { Answer::Refuse(refusal) }
    }

    fn check_security_api(&mut self, request: &Rest) -> Answer {
        let api = SecurityApi {
            configuration: self.compiled.configuration,
            built_in: self.compiled.built_in,
            dashboards_user: &self.compiled.settings.dashboards_user,
            rest_roles: &self.compiled.settings.rest_roles,
            is_new: !self.compiled.variant.hash_order,
        };
        security_api::decide(&api, self.asking.subject, self.asking.roles, request)
    }

    fn sees(&mut self, index: &str, document: &Document) -> bool {
        documents::sees(self.compiled, &self.asking, index, document)
    }
}

/// What the audit log fails on: a list with a name that begins with an underscore, or with date math that cannot be read
/// (vectors `asked-lists`).
fn audit(compiled: &Compiled<'_>, call: &TransportRequest) -> Option<String> {
    // a request of several parts is logged without resolving them, and so are new mappings
    if call.shape == Shape::Parts || call.class == "PutMappingRequest" {
        return None;
    }
    let fatal = |error: &ResolveError| matches!(error, ResolveError::Invalid(_) | ResolveError::DateMath(DateMathError::Invalid(_)));
    call.groups.iter().find_map(|group| {
        let plain = |expression: &String| compiled.resolver.plain(expression);
        let suspect = |expression| plain(expression).map_or_else(|error| fatal(&error), |plain| plain.starts_with('_'));
        group.expressions.iter().find(|expression| suspect(expression))?;
        let found = compiled.resolver.concrete(&group.expressions, IndicesOptions::LENIENT_EXPAND_OPEN, false);
        found.err().filter(fatal).map(|error| error.to_string())
    })
}

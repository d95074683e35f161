//! The whole request: roles, the chain of calls, the verdict.

use super::V4;
use super::documents::{Seen, seen};
use super::evidence::Reader;
use super::gate::Turn;
use super::privileges::Access;
use crate::engine::evaluate::{Decide, Hop, Outcome, Subject, Verdict};
use crate::engine::pattern::{Attributes, Matcher};
use crate::engine::request::Request;
use crate::engine::request::opensearch::{Fanout, Played, play};
use crate::source::Located;

impl V4 {
    fn run(&self, subject: &Subject, request: &Request, explain: bool) -> Verdict {
        if subject.user.is_empty() {
            return Verdict {
                outcome: Outcome::Denied,
                status: Some(401),
                reason: Some("Unauthorized".to_owned()),
                roles: Vec::new(),
                calls: Vec::new(),
                items: Vec::new(),
                unknown: Vec::new(),
                notes: Vec::new(),
            };
        }
        let roles = self.mapping.map(subject);
        let header = request.headers.iter().find(|(name, _)| name == "securitytenant").map(|(_, value)| value.as_str());
        let tenant = header.or(subject.requested_tenant.as_deref());
        let attributes =
            Attributes { user: &subject.user, backend_roles: &subject.backend_roles, roles: &roles, attributes: &subject.attributes };
        let mapping = |role: &str| self.mapping_hops(subject, role);
        let (find_role, find_group) = (|name: &str| self.role(name), |name: &str| self.group(name));
        let evidence = explain.then_some(Reader {
            role: &find_role,
            group: &find_group,
            mapping: &mapping,
            groups: &self.groups,
            names: &self.names,
            attributes,
            now: self.cluster.now,
        });
        let mut turn = Turn::new(self, subject, tenant, &roles, attributes, evidence);
        let Played { refusal, failure, items, unknown, notes, .. } = play(&Fanout::opensearch_3(), &self.cluster, request, &mut turn);
        let (calls, mut all_notes) = (turn.calls, turn.notes);
        all_notes.extend(notes);
        if !self.cluster.known {
            all_notes.push("no cluster model: names are taken to exist, wildcards are judged as written".to_owned());
        }
        let outcome = if !unknown.is_empty() && refusal.is_none() {
            Outcome::Unknown
        } else if refusal.is_some() {
            Outcome::Denied
        } else if failure.is_some() || items.iter().any(|item| item.reason.is_some()) || calls.iter().any(|call| call.reduced.is_some()) {
            Outcome::Partial
        } else {
            Outcome::Allowed
        };
        let (status, reason) = match refusal.or(failure) {
            Some(refusal) => (Some(refusal.status), Some(refusal.reason)),
            None => (None, None),
        };
        Verdict { outcome, status, reason, roles, calls, items, unknown, notes: all_notes }
    }

    /// What the subject sees of an index's documents.
    pub fn seen(&self, subject: &Subject, index: &str) -> Seen {
        let roles = self.mapping.map(subject);
        let attributes =
            Attributes { user: &subject.user, backend_roles: &subject.backend_roles, roles: &roles, attributes: &subject.attributes };
        let compiled = roles.iter().filter_map(|role| self.roles.get(role)).collect();
        let access = Access::new(&self.names, &self.protection, &roles, compiled, &attributes, self.cluster.now);
        self.seen_by(&access, &attributes, index)
    }

    /// The same, within a request; what the shards guard is added.
    pub(super) fn seen_by(&self, access: &Access<'_>, attributes: &Attributes<'_>, index: &str) -> Seen {
        let seen = seen(access, index, attributes, self.empty_query);
        let guarded = self.protection.is_empty_to(index, || access.opens_system_index(index));
        Seen { nothing: seen.nothing || guarded, ..seen }
    }

    /// From the user to a mapped role.
    fn mapping_hops(&self, subject: &Subject, role: &str) -> Vec<Hop> {
        let hop = |kind, name: &str, place| Hop { kind, name: name.to_owned(), place };
        let user = self.configuration.internal_users.get(&subject.user);
        let mut hops = vec![hop("user", &subject.user, user.and_then(|user| user.place))];
        if let Some(direct) = user.and_then(|user| user.security_roles.iter().find(|held| held.value == role)) {
            hops.push(hop("security role", role, direct.place));
            return hops;
        }
        let Some(mapping) = self.configuration.roles_mapping.get(role) else { return hops };
        let matches = |pattern: &Located<String>, text: &str| Matcher::new(pattern).is_ok_and(|matcher| matcher.matches(text));
        let backend = mapping
            .backend_roles
            .iter()
            .chain(&mapping.and_backend_roles)
            .find_map(|pattern| subject.backend_roles.iter().find(|held| matches(pattern, held)));
        if let Some(backend) = backend.filter(|_| !mapping.users.iter().any(|pattern| matches(pattern, &subject.user))) {
            hops.push(hop("backend role", backend, None));
        }
        hops.push(hop("role mapping", role, mapping.place));
        hops
    }
}

impl Decide for V4 {
    fn decide(&self, subject: &Subject, request: &Request) -> Verdict {
        self.run(subject, request, false)
    }

    fn explain(&self, subject: &Subject, request: &Request) -> Verdict {
        self.run(subject, request, true)
    }
}

//! The whole request: roles, the chain of calls, the verdict.

use super::V4;
use super::documents::{Seen, seen};
use super::evidence::Reader;
use super::gate::Turn;
use super::privileges::Access;
use crate::engine::cluster::Resolver;
use crate::engine::evaluate::opensearch::TABLE_OF_SHARDS;
use crate::engine::evaluate::{Decide, Hop, Outcome, Sight, Subject, Verdict};
use crate::engine::pattern::{Attributes, Matcher};
use crate::engine::request::Request;
use crate::engine::request::opensearch::{Played, play};

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
        let Played { refusal, failure, items, unknown, notes, .. } = play(&self.fanout, Resolver::new(&self.cluster), request, &mut turn);
        let Turn { calls, notes: mut all_notes, narrowed, .. } = turn;
        all_notes.extend(notes);
        if narrowed && calls.iter().any(|call| call.action == "cluster:monitor/shards" && call.allowed) {
            all_notes.push(TABLE_OF_SHARDS.to_owned());
        }
        if !self.cluster.known {
            all_notes.push("no cluster model: names are taken to exist, wildcards are judged as written".to_owned());
        }
        let outcome = if !unknown.is_empty() && refusal.is_none() {
            Outcome::Unknown
        } else if refusal.is_some() {
            Outcome::Denied
        } else if failure.is_some() || items.iter().any(|item| item.reason.is_some()) || narrowed {
            Outcome::Partial
        } else {
            Outcome::Allowed
        };
        // a request that is refused as a whole has no items, even where its chain was followed further
        let items = if refusal.is_some() { Vec::new() } else { items };
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
        let backend = mapping
            .backend_roles
            .iter()
            .chain(&mapping.and_backend_roles)
            .find_map(|pattern| subject.backend_roles.iter().find(|held| Matcher::once(pattern, held)));
        if let Some(backend) = backend.filter(|_| !mapping.users.iter().any(|pattern| Matcher::once(pattern, &subject.user))) {
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

    fn sight(&self, subject: &Subject, index: &str) -> Sight {
        let seen = self.seen(subject, index);
        if seen.nothing { Sight::Nothing } else { seen.view.sight() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::cluster::{AliasMember, Cluster, Index};
    use crate::engine::evaluate::opensearch::{compile, evaluator};
    use crate::engine::model::opensearch::{Configuration, DocumentKind, read_document};
    use crate::engine::model::{Evaluator, Product};
    use crate::source::FileId;
    use crate::yaml::Document;

    fn configuration(files: &[(DocumentKind, &str)]) -> Configuration {
        let mut configuration = Configuration::default();
        for (at, (kind, text)) in files.iter().enumerate() {
            let document = Document::parse(FileId(u32::try_from(at).unwrap_or_default()), text.as_bytes().to_vec());
            read_document(*kind, document.root().expect("a document"), &mut configuration, &mut Vec::new());
        }
        configuration
    }

    fn analyst() -> Configuration {
        configuration(&[
            (
                DocumentKind::Roles,
                "analyst:\n  index_permissions:\n  - index_patterns: ['logs-*', '${user.name}-notes']\n    allowed_actions: [reading]\n  - index_patterns: ['/hr(?=x)/']\n    allowed_actions: ['indices:data/write/index']\n",
            ),
            (DocumentKind::ActionGroups, "reading:\n  allowed_actions: ['indices:data/read/search*']\n"),
            (DocumentKind::RolesMapping, "analyst:\n  backend_roles: [staff]\n"),
            (DocumentKind::InternalUsers, "ann:\n  hash: x\n  backend_roles: [staff]\n"),
            (DocumentKind::Config, "config:\n  dynamic:\n    privileges_evaluation_type: V4\n"),
        ])
    }

    fn cluster() -> Cluster {
        let mut cluster = Cluster { known: true, ..Cluster::default() };
        for name in ["logs-1", "logs-2", "hr", ".opendistro_security"] {
            cluster.indices.insert(name.to_owned(), Index::default());
        }
        let filtered = AliasMember { index: "logs-1".into(), filter: Some(serde_json::json!({"term": {"a": 1}})), is_write_index: None };
        cluster.aliases.insert("logs".to_owned(), vec![filtered]);
        cluster
    }

    fn ann() -> Subject {
        Subject { user: "ann".into(), backend_roles: vec!["staff".into()], ..Subject::default() }
    }

    fn get(path: &str) -> Request {
        Request { method: "GET".into(), path: path.into(), ..Request::default() }
    }

    #[test]
    fn the_configuration_chooses_the_evaluator_in_any_case_of_letters_from_3_7_on() {
        let configuration = analyst();
        assert_eq!(evaluator(Product::OpenSearch3_8, &configuration), Evaluator::V4);
        assert_eq!(evaluator(Product::OpenSearch3_4, &configuration), Evaluator::Legacy);
        assert_eq!(evaluator(Product::OpenSearch3_8, &Configuration::default()), Evaluator::Legacy);
        // v4 denies an alias whose members alone are granted; the legacy evaluator looks at the members
        let asked = |evaluator| {
            compile(Product::OpenSearch3_8, evaluator, &configuration, &std::sync::Arc::new(cluster()))
                .decide(&ann(), &get("/logs/_search"))
        };
        assert_eq!(asked(Evaluator::V4).outcome, Outcome::Denied);
        assert_eq!(asked(Evaluator::Legacy).outcome, Outcome::Allowed);
    }

    #[test]
    fn a_granted_cell_names_user_mapping_role_pattern_group_and_action_with_their_places() {
        let v4 = V4::new(analyst(), cluster());
        let verdict = v4.explain(&ann(), &get("/logs-2/_search"));
        let evidence = verdict.calls[0].cells[0].granted_by.as_ref().expect("granted");
        let hops: Vec<(&str, &str)> = evidence.hops.iter().map(|hop| (hop.kind, hop.name.as_str())).collect();
        assert_eq!(
            hops,
            [
                ("user", "ann"),
                ("backend role", "staff"),
                ("role mapping", "analyst"),
                ("role", "analyst"),
                ("index permission", "index_permissions[0]"),
                ("index pattern", "logs-*"),
                ("action group", "reading"),
                ("action", "indices:data/read/search*"),
            ]
        );
        let placed = evidence.hops.iter().filter(|hop| hop.kind != "backend role");
        assert!(placed.clone().all(|hop| hop.place.is_some()), "{evidence:?}");
    }

    #[test]
    fn a_missing_cell_names_the_rule_that_came_nearest_and_the_chain_goes_on_behind_it() {
        let v4 = V4::new(analyst(), cluster());
        let request = Request { method: "PUT".into(), path: "/logs-1/_doc/1".into(), ..Request::default() };
        let verdict = v4.explain(&ann(), &request);
        let missing: Vec<&str> = verdict.calls.iter().flat_map(|call| &call.missing).map(String::as_str).collect();
        assert_eq!(
            missing,
            ["indices:data/write/index", "indices:data/write/bulk", "indices:data/write/bulk[s]", "indices:data/write/index"],
            "every missing permission of the whole request"
        );
        let nearest = verdict.calls[0].cells[0].nearest.as_ref().expect("a near miss");
        assert!(nearest.hops.iter().any(|hop| hop.kind == "index pattern"), "{nearest:?}");
        let plain = v4.decide(&ann(), &request);
        assert_eq!((plain.status, plain.reason), (verdict.status, verdict.reason));
        assert_eq!(plain.calls.len(), 1, "a plain decision ends at the first denial");
    }

    #[test]
    fn narrowing_that_drops_a_filter_is_noted() {
        let verdict = V4::new(analyst(), cluster()).decide(&ann(), &get("/*/_search"));
        assert_eq!(verdict.outcome, Outcome::Partial);
        assert!(verdict.notes.iter().any(|note| note.contains("drops the filter of the alias `logs`")), "{:?}", verdict.notes);
    }

    #[test]
    fn without_a_cluster_model_a_wildcard_that_is_not_covered_as_written_is_unknown() {
        let v4 = V4::new(analyst(), Cluster::default());
        assert_eq!(v4.decide(&ann(), &get("/logs-*/_search")).outcome, Outcome::Allowed);
        assert_eq!(v4.decide(&ann(), &get("/l*/_search")).outcome, Outcome::Unknown);
        assert_eq!(v4.decide(&ann(), &get("/_search")).outcome, Outcome::Unknown);
        assert_eq!(v4.decide(&ann(), &get("/hr/_search")).outcome, Outcome::Denied);
    }

    #[test]
    fn a_query_that_cannot_be_parsed_hides_nothing_and_is_noted() {
        // dls-fls-masking, u_dlsbad: 3.8 drops the query and shows the documents
        let mut configuration = analyst();
        let rule = &mut configuration.roles["analyst"].index_permissions[0];
        rule.dls = Some(crate::source::Located::bare(r#"{"nope":{}}"#.to_owned()));
        let v4 = V4::new(configuration, cluster());
        assert!(!v4.seen(&ann(), "logs-1").is_restricted());
        let verdict = v4.decide(&ann(), &get("/logs-1/_search"));
        assert!(verdict.notes.iter().any(|note| note.contains("cannot be parsed")), "{:?}", verdict.notes);
    }

    #[test]
    fn a_service_account_has_no_cluster_actions() {
        // `checkClusterPermission` of the plugin; not recorded
        let mut configuration = analyst();
        configuration.roles["analyst"].cluster_permissions.push(crate::source::Located::bare("*".to_owned()));
        let v4 = V4::new(configuration, cluster());
        assert_eq!(v4.decide(&ann(), &get("/_cluster/health")).outcome, Outcome::Allowed);
        let mut service = ann();
        service.attributes.insert("attr.internal.service".to_owned(), "true".to_owned());
        assert_eq!(v4.decide(&service, &get("/_cluster/health")).status, Some(403));
        assert_eq!(v4.decide(&service, &get("/logs-1/_search")).outcome, Outcome::Allowed);
    }

    #[test]
    fn nobody_is_answered_without_a_user() {
        let verdict = V4::new(analyst(), cluster()).decide(&Subject::default(), &get("/"));
        assert_eq!((verdict.status, verdict.reason.as_deref()), (Some(401), Some("Unauthorized")));
    }
}

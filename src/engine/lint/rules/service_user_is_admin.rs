//! A machine's account with an administrator's rights.

use super::everyday_all_access::grants_everything;
use super::prelude::*;

/// A service account with everything.
pub(super) struct ServiceUserIsAdmin;

impl Rule for ServiceUserIsAdmin {
    fn about(&self) -> About {
        About {
            id: "service-user-is-admin",
            title: "a service account with an all-powerful role",
            severity: Error,
            confidence: Likely,
            products: EVERY,
            why: "A shipper's password lies in files on many machines. With `all_access` each of them can read and delete everything.",
            wrong: "# internal_users.yml
fluent-bit:
  hash: ''
  backend_roles: [admin]  # finds
svc_backup:
  hash: ''
  opendistro_security_roles: [all_access]  # finds
# roles_mapping.yml
all_access:
  backend_roles: [admin]
",
            right: "# internal_users.yml
fluent-bit:
  hash: ''
  backend_roles: [shippers]
kim:
  hash: ''
  backend_roles: [admin]
# roles_mapping.yml
all_access:
  backend_roles: [admin]
logstash:
  backend_roles: [shippers]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        service_of_elasticsearch(view, found);
        let powerful = |role: &str| view.role(role).is_some_and(|role| grants_everything(view, role));
        for (name, user) in view.input.configuration.internal_users.iter().filter(|(name, user)| user.service || is_service(name)) {
            let by_backend = user.backend_roles.iter().filter_map(|backend| {
                let role = view.roles_of_backend_role(backend).iter().find(|role| powerful(role))?;
                Some((backend, *role))
            });
            let direct = user.security_roles.iter().filter(|role| powerful(role)).map(|role| (role, role.value.as_str()));
            for (given, role) in by_backend.chain(direct) {
                found
                    .add(given.place, format!("service account `{name}` has role `{role}`, which may do everything"))
                    .help("give it a role with what it needs; `rolesmith learn` drafts one from an audit log");
            }
        }
    }
}

fn is_service(name: &str) -> bool {
    const WORDS: [&str; 26] = [
        "svc",
        "service",
        "bot",
        "agent",
        "logstash",
        "fluent",
        "fluentd",
        "fluentbit",
        "filebeat",
        "metricbeat",
        "heartbeat",
        "packetbeat",
        "beats",
        "kafka",
        "vector",
        "grafana",
        "prometheus",
        "exporter",
        "ingest",
        "ingester",
        "shipper",
        "jaeger",
        "curator",
        "backup",
        "snapshot",
        "cron",
    ];
    name.to_lowercase().split(['_', '-', '.', ' ', '@']).any(|word| WORDS.contains(&word))
}

fn service_of_elasticsearch(view: &View<'_>, found: &mut Found) {
    let users = view.input.elasticsearch.into_iter().flat_map(|configuration| &configuration.users);
    for (name, user) in users.filter(|(name, _)| is_service(name)) {
        for given in &user.roles {
            if privileges::role(view, given).is_some_and(|role| privileges::is_powerful(view, role)) {
                found
                    .add(given.place, format!("service account `{name}` has role `{}`, which may do everything", given.value))
                    .help("give it a role with what it needs; `rolesmith learn` drafts one from an audit log");
            }
        }
    }
}

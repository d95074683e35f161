//! The key to the system indices.

use super::prelude::*;
use super::wildcard_grant::is_everything;

/// `system:admin/system_index`, or a pattern for the security index.
pub(super) struct SystemIndexAccess;

impl Rule for SystemIndexAccess {
    fn about(&self) -> About {
        About {
            id: "system-index-access",
            title: "a grant on system indices",
            severity: Warning,
            confidence: Likely,
            products: EVERY,
            why: "System indices hold what plugins keep: alerts' destinations with credentials, models, jobs that run as somebody. \
                  Who writes there acts through the plugin.",
            wrong: "# roles.yml
helper:
  index_permissions:
    - index_patterns: ['.plugins-*']
      allowed_actions:
        - read
        - system:admin/system_index  # finds
reader:
  index_permissions:
    - index_patterns: ['.opendistro_security']  # finds
      allowed_actions: [read]
",
            right: "# roles.yml
helper:
  index_permissions:
    - index_patterns: ['.kibana*', 'logs-*']
      allowed_actions: [read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        security_index_of_elasticsearch(view, found);
        for (name, rule) in view.index_rules() {
            if view.input.configuration.roles.get(name).is_some_and(|role| role.flags.reserved) {
                continue;
            }
            let patterns: Vec<&str> = rule.index_patterns.iter().map(|pattern| pattern.value.as_str()).collect();
            if let Some(action) = rule.allowed_actions.iter().find(|action| action.value == "system:admin/system_index") {
                let all = patterns.iter().any(|pattern| is_everything(pattern));
                let finding = found.add(action.place, format!("role `{name}` reaches the system indices among {}", patterns.join(", ")));
                finding.help("name the one system index that is needed");
                if all {
                    finding.severity(Error);
                }
            }
            for pattern in rule.index_patterns.iter().filter(|pattern| {
                pattern.starts_with(".opendistro_security")
                    || pattern.starts_with(".opensearch_security")
                    || pattern.starts_with(".opendistro-security")
            }) {
                found
                    .add(
                        pattern.place,
                        format!("role `{name}` names the security index; the engine shows nothing of it and refuses writes"),
                    )
                    .help("remove the pattern; the security REST API is the way to the configuration");
            }
        }
    }
}

/// `.security` holds users with their hashes, API keys and tokens. Without the flag the name grants nothing.
fn security_index_of_elasticsearch(view: &View<'_>, found: &mut Found) {
    for (role, entry) in view.index_privileges() {
        let allowed = entry.allow_restricted_indices.as_ref().is_some_and(|flag| flag.value);
        for name in entry.names.iter().filter(|name| name.starts_with(".security")) {
            let (message, help) = match allowed {
                true => ("reaches the security index, with the hashes and keys of everybody", "use the security API instead"),
                false => ("names the security index; without `allow_restricted_indices` that grants nothing", "remove the name"),
            };
            let finding = found.add(name.place, format!("role `{role}` {message}"));
            finding.help(help);
            if allowed && privileges::grants(view.input.product, entry, "indices:data/write/index") {
                finding.severity(Error);
            }
        }
    }
}

//! The text of a refusal, as it stands in a 403 body, a ticket or a log: who, which actions, which indices.

use std::sync::LazyLock;

use regex::Regex;

/// What a refusal's text says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Denial {
    /// The user, where the text names one.
    pub user: Option<String>,
    /// The user's backend roles, where the text names them.
    pub backend_roles: Vec<String>,
    /// Roles that were checked (`RolesChecked`, `effective roles`, `associated roles`).
    pub roles: Vec<String>,
    /// The tenant asked for; none for `null`.
    pub requested_tenant: Option<String>,
    /// What was missing; empty when a protection rule refused (`no permissions for []`).
    pub actions: Vec<String>,
    /// The indices, where the text names them.
    pub indices: Vec<String>,
    /// What the text did not say and an operator must add.
    pub unsaid: Vec<&'static str>,
}

static OPENSEARCH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"no permissions for \[(?<actions>(?:[^\[\]]|\[[^\[\]]*\])*)\](?: and (?:User \[name=(?<user>.*?), backend_roles=\[(?<backend>.*?)\], requestedTenant=(?<tenant>[^\]]*)\]|associated roles \[(?<roles>.*?)\]))?").ok()
});
static MATCHED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"No (?:cluster|index)-level perm match for User \[name=(?<user>.*?), backend_roles=\[(?<backend>.*?)\], requestedTenant=(?<tenant>[^\]]*)\].*?\[Action \[(?<actions>(?:[^\[\]]|\[[^\[\]]*\])*)\]\] \[RolesChecked \[(?<roles>.*?)\]\]").ok()
});
static RESOLVED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"Resolved \[aliases=\[.*?\], (?:all)?[iI]ndices=\[(?<indices>.*?)\]").ok());
static ELASTICSEARCH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"action \[(?<actions>(?:[^\[\]]|\[[^\[\]]*\])*)\] is unauthorized for (?:API key id \[[^\]]*\] of )?(?:remote user|user|service account) \[(?<user>.*?)\](?: run as \[(?<runas>.*?)\])?(?: with (?:effective|assigned) roles \[(?<roles>.*?)\])?(?: \(assigned roles.*?\))?(?: on (?:restricted )?indices \[(?<indices>.*?)\])?").ok()
});
static V4: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?s)Not allowing (?:index|cluster) action:?.*?Action: (?<actions>\S+).*?(?:Resolved indices: (?<indices>[^\n]*)\n.*?)?User: (?<user>[^\n]*?)(?:\n|$)(?:.*?Roles: \[?(?<roles>[^\n\]]*))?").ok()
});

/// Read a refusal out of a text: the bare sentence, a log line around it, or a JSON body that holds it. None
/// when no known sentence is in it.
pub fn read_denial(text: &str) -> Option<Denial> {
    let unescaped;
    let text = if text.contains("\\\"") || text.contains("\\n") {
        unescaped = text.replace("\\\"", "\"").replace("\\n", "\n");
        unescaped.as_str()
    } else {
        text
    };
    let mut denial = Denial::default();
    let shapes = [&OPENSEARCH, &MATCHED, &ELASTICSEARCH, &V4];
    let captures = shapes.iter().find_map(|shape| shape.as_ref()?.captures(text))?;
    let group = |name: &str| captures.name(name).map(|found| found.as_str());
    denial.user = group("runas").or(group("user")).filter(|user| !user.is_empty()).map(str::to_owned);
    denial.actions = list(group("actions"));
    denial.backend_roles = list(group("backend"));
    denial.roles = list(group("roles"));
    denial.indices = list(group("indices"));
    denial.requested_tenant = group("tenant").filter(|tenant| *tenant != "null" && !tenant.is_empty()).map(str::to_owned);
    if denial.indices.is_empty()
        && let Some(resolved) = RESOLVED.as_ref().and_then(|shape| shape.captures(text))
    {
        denial.indices = list(resolved.name("indices").map(|found| found.as_str()));
    }
    if denial.user.is_none() {
        denial.unsaid.push("the user");
    }
    if denial.actions.is_empty() {
        denial.unsaid.push("the action: a protection rule refused, not a missing permission");
    }
    if denial.indices.is_empty() && denial.actions.iter().any(|action| action.starts_with("indices:")) {
        denial.unsaid.push("the indices");
    }
    Some(denial)
}

fn list(text: Option<&str>) -> Vec<String> {
    let text = text.unwrap_or_default().trim_matches(['[', ']']);
    // a comma inside the brackets of one action (`bulk[s]`) does not occur; names hold no commas
    let text = if text.matches('[').count() > text.matches(']').count() { format!("{text}]") } else { text.to_owned() };
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denial(text: &str) -> Denial {
        read_denial(text).unwrap_or_else(|| panic!("not read: {text}"))
    }

    #[test]
    fn the_sentence_of_opensearch_is_read_bare_and_inside_a_body() {
        let bare = "no permissions for [indices:data/write/bulk[s], indices:admin/create] and User [name=corporate user, backend_roles=[a, b], requestedTenant=null]";
        let read = denial(bare);
        assert_eq!(read.user.as_deref(), Some("corporate user"));
        assert_eq!(read.actions, ["indices:data/write/bulk[s]", "indices:admin/create"]);
        assert_eq!(read.backend_roles, ["a", "b"]);
        assert_eq!((read.requested_tenant, read.unsaid), (None, vec!["the indices"]));
        let body = format!(r#"{{"error":{{"root_cause":[{{"type":"security_exception","reason":"{bare}"}}]}},"status":403}}"#);
        assert_eq!(denial(&body).actions.len(), 2);
    }

    #[test]
    fn an_empty_list_says_that_a_protection_rule_refused() {
        let read = denial("no permissions for [] and User [name=admin, backend_roles=[], requestedTenant=testing]");
        assert!(read.actions.is_empty());
        assert_eq!(read.requested_tenant.as_deref(), Some("testing"));
        assert!(read.unsaid[0].contains("protection rule"));
    }

    #[test]
    fn an_old_log_line_gives_roles_and_indices() {
        let line = "No index-level perm match for User [name=bob, backend_roles=[x], requestedTenant=null] Resolved [aliases=[*], indices=[hr, logs-1], allIndices=[hr], types=[*], originalRequested=[], remoteIndices=[]] [Action [indices:data/read/search]] [RolesChecked [own_index, r2]]";
        let read = denial(line);
        assert_eq!(read.roles, ["own_index", "r2"]);
        assert_eq!(read.indices, ["hr", "logs-1"]);
        assert_eq!(read.actions, ["indices:data/read/search"]);
    }

    #[test]
    fn elasticsearch_sentences_are_read() {
        let read = denial(
            "action [indices:data/write/bulk[s]] is unauthorized for user [alice] with effective roles [role0,role1] on restricted indices [.security-7], this action is granted by the index privileges [delete,write,all]",
        );
        assert_eq!(read.actions, ["indices:data/write/bulk[s]"]);
        assert_eq!(read.roles, ["role0", "role1"]);
        assert_eq!(read.indices, [".security-7"]);
        let run_as = denial(
            "action [cluster:monitor/main] is unauthorized for user [svc] run as [bob] with effective roles [r], this action is granted by the cluster privileges [monitor]",
        );
        assert_eq!(run_as.user.as_deref(), Some("bob"));
    }

    #[test]
    fn the_log_block_of_v4_is_read() {
        let block = "Not allowing index action:\nAction: indices:data/read/search\nRequest: SearchRequest\nResolved indices: [hr]\nUser: bob\nRoles: [r1, r2]\n";
        let read = denial(block);
        assert_eq!((read.user.as_deref(), read.indices.as_slice()), (Some("bob"), ["hr".to_owned()].as_slice()));
        assert_eq!(read.roles, ["r1", "r2"]);
    }

    #[test]
    fn other_texts_are_no_denials() {
        for text in ["", "Unauthorized", "all fine", "no permissions"] {
            assert_eq!(read_denial(text), None);
        }
    }
}

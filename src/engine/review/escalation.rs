//! Who can give themselves more than they have: by the security plugin's REST API, by the index that it keeps its
//! configuration in, or by acting as somebody who can.

use serde_json::{Value, json};

use super::way;
use crate::engine::evaluate::{Decide, Outcome, Subject};
use crate::engine::model::Product;
use crate::engine::model::opensearch::Configuration;
use crate::engine::pattern::Matcher;
use crate::engine::request::{Body, Request};
use crate::engine::scenario::{Person, Scenario, people};
use crate::source::Place;

/// The node's setting of who may act as whom; a user's name follows.
const IMPERSONATION: &str = "plugins.security.authcz.rest_impersonation_user.";
/// The node's setting of the roles that may use the REST API.
const ENABLED: &str = "plugins.security.restapi.roles_enabled";
/// The roles that it names in the product's own example.
const REST_ROLES: [&str; 2] = ["all_access", "security_rest_api_access"];

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it is, in words.
    pub text: String,
    /// Where it stands.
    pub place: Option<Place>,
}

/// A path from somebody to more permissions.
#[derive(Debug, Clone, PartialEq)]
pub struct Escalation {
    /// The user, or `backend role X`.
    pub who: String,
    /// From the user to what is gained.
    pub steps: Vec<Step>,
    /// The request that does it; none when it is sent as somebody else.
    pub request: Option<Request>,
    /// Whether the evaluator is sure; else a fact is missing and it may be so.
    pub is_sure: bool,
}

fn asked(product: Product) -> Vec<(Request, &'static str)> {
    let base = if product == Product::OpenDistro1_13 { "/_opendistro/_security/api" } else { "/_plugins/_security/api" };
    let put = |path: String, body: Value| Request { method: "PUT".to_owned(), path, body: Body::Json(body), headers: Vec::new() };
    vec![
        (put(format!("{base}/rolesmapping/example"), json!({ "users": ["example"] })), "maps itself to any role"),
        (put(format!("{base}/roles/example"), json!({ "cluster_permissions": ["*"] })), "writes any permission into a role that it holds"),
        (put(format!("{base}/internalusers/example"), json!({ "backend_roles": ["admin"] })), "makes a user with any backend role"),
        (
            put(format!("{base}/actiongroups/example"), json!({ "allowed_actions": ["*"] })),
            "writes any action into a group that its role names",
        ),
        (put("/.opendistro_security/_doc/roles".to_owned(), json!({})), "writes the configuration past the REST API"),
    ]
}

/// Every path of everybody whom the files know, one for each way to more: the evaluator is asked whether the requests
/// pass.
pub fn escalations(configuration: &Configuration, product: Product, scenario: &Scenario, engine: &dyn Decide) -> Vec<Escalation> {
    let everybody = people(configuration, scenario);
    let mut out: Vec<Escalation> = everybody.iter().flat_map(|person| own(configuration, product, engine, person)).collect();
    let strong: Vec<String> = out.iter().map(|path| path.who.clone()).collect();
    for person in &everybody {
        let key = format!("{IMPERSONATION}{}", person.subject.user);
        let Some(setting) = configuration.node.get(&key) else { continue };
        let patterns = configuration.node.list(&key).unwrap_or_default();
        let may = |name: &str| patterns.iter().any(|pattern| Matcher::once(pattern, name));
        let Some(target) = strong.iter().find(|name| may(name) && **name != person.label) else { continue };
        let mut steps = vec![user(configuration, person)];
        steps.push(Step { text: format!("may act as `{target}` (`{key}`)"), place: setting.place });
        steps.push(Step { text: format!("what `{target}` can do"), place: None });
        out.push(Escalation { who: person.label.clone(), steps, request: None, is_sure: true });
    }
    out
}

fn user(configuration: &Configuration, person: &Person) -> Step {
    let place = configuration.internal_users.get(&person.subject.user).and_then(|user| user.place);
    Step { text: person.label.clone(), place }
}

fn own(configuration: &Configuration, product: Product, engine: &dyn Decide, person: &Person) -> Vec<Escalation> {
    let mut out = Vec::new();
    for (request, what) in asked(product) {
        let verdict = engine.explain(&person.subject, &request);
        // without the node's settings the evaluator lets nobody use the REST API, and the usual roles may be let
        let unsaid = !request.path.starts_with("/.") && configuration.node.get(ENABLED).is_none();
        let usual = unsaid && verdict.roles.iter().any(|role| REST_ROLES.contains(&role.as_str()));
        if !matches!(verdict.outcome, Outcome::Allowed | Outcome::Partial | Outcome::Unknown) && !usual {
            continue;
        }
        let mut steps = vec![user(configuration, person)];
        // the chain that grants it; the REST API goes by the roles alone
        let mut cells = verdict.calls.iter().flat_map(|call| &call.cells).filter_map(|cell| cell.granted_by.as_ref());
        match cells.next_back().filter(|_| request.path.starts_with("/.")) {
            Some(evidence) => steps.extend(
                evidence
                    .hops
                    .iter()
                    .filter(|hop| hop.kind != "user")
                    .map(|hop| Step { text: format!("{} `{}`", hop.kind, hop.name), place: hop.place }),
            ),
            None => steps.extend(by_role(configuration, &person.subject, &verdict.roles, usual)),
        }
        steps.push(Step { text: format!("{request}: {what}"), place: None });
        out.push(Escalation {
            who: person.label.clone(),
            steps,
            request: Some(request),
            is_sure: verdict.outcome != Outcome::Unknown && !usual,
        });
    }
    out
}

fn by_role(configuration: &Configuration, subject: &Subject, roles: &[String], usual: bool) -> Vec<Step> {
    let enabled = configuration.node.list(ENABLED).unwrap_or_else(|| REST_ROLES.to_vec());
    let Some(role) = roles.iter().find(|role| enabled.contains(&role.as_str())) else { return Vec::new() };
    let mut steps = way(configuration, subject, role);
    let place = configuration.roles.get(role).and_then(|role| role.place);
    let text = if usual {
        format!("role `{role}`, which may use the security REST API if the node says so (`{ENABLED}` is not in the files)")
    } else {
        format!("role `{role}`, which may use the security REST API")
    };
    steps.push(Step { text, place });
    steps
}

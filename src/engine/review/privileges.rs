//! Who can give themselves more in Elasticsearch: by the security API, by the index that it keeps roles in, or by
//! running as somebody who can.

use serde_json::json;

use super::{Escalation, Step};
use crate::engine::evaluate::elasticsearch::Rules;
use crate::engine::evaluate::{Decide, Outcome};
use crate::engine::model::Product;
use crate::engine::model::elasticsearch::Configuration;
use crate::engine::pattern::lucene::NameMatcher;
use crate::engine::request::{Body, Request};
use crate::engine::scenario::{Person, Scenario, people};
use crate::source::Located;

/// The superuser that every node has.
const ELASTIC: &str = "elastic";
/// The header that names the user to run as.
const RUN_AS: &str = "es-security-runas-user";

fn base(product: Product) -> &'static str {
    if matches!(product, Product::XPack5_1 | Product::Elasticsearch6_8) { "/_xpack/security" } else { "/_security" }
}

fn asked(product: Product) -> Vec<(Request, &'static str)> {
    let base = base(product);
    let post = |path: String, body| Request { method: "POST".to_owned(), path, body: Body::Json(body), headers: Vec::new() };
    let rules = json!({ "field": { "username": "example" } });
    let mapping = json!({ "roles": ["superuser"], "enabled": true, "rules": rules });
    let user = json!({ "password": "change-me", "roles": ["superuser"] });
    vec![
        (post(format!("{base}/role_mapping/example"), mapping), "maps itself to any role"),
        (post(format!("{base}/role/example"), json!({ "cluster": ["all"] })), "writes any privilege into a role that it holds"),
        (post(format!("{base}/user/example"), user), "makes a user with any role"),
        (post("/.security/_doc/role-example".to_owned(), json!({})), "writes roles past the security API"),
    ]
}

/// Every path of everybody whom the files know, one for each way to more: the evaluator is asked whether the requests
/// pass. Keys and tokens that somebody makes for others are not paths: they ask for the other's password.
pub fn privilege_escalations(configuration: &Configuration, product: Product, scenario: &Scenario, engine: &dyn Decide) -> Vec<Escalation> {
    let everybody = people(configuration, scenario);
    let mut out: Vec<Escalation> = everybody.iter().flat_map(|person| own(product, engine, person)).collect();
    let strong: Vec<String> = everybody
        .iter()
        .filter(|person| person.label == person.subject.user && out.iter().any(|path| path.who == person.label))
        .map(|person| person.label.clone())
        .chain([ELASTIC.to_owned()])
        .collect();
    for person in &everybody {
        out.extend(
            strong.iter().filter(|name| **name != person.label).find_map(|name| by_another(configuration, product, engine, person, name)),
        );
    }
    out
}

fn own(product: Product, engine: &dyn Decide, person: &Person) -> Vec<Escalation> {
    let mut out = Vec::new();
    for (request, what) in asked(product) {
        let verdict = engine.explain(&person.subject, &request);
        if !matches!(verdict.outcome, Outcome::Allowed | Outcome::Partial | Outcome::Unknown) {
            continue;
        }
        let mut cells = verdict.calls.iter().flat_map(|call| &call.cells).filter_map(|cell| cell.granted_by.as_ref());
        let hops = cells.next_back().map(|evidence| evidence.hops.as_slice()).unwrap_or_default();
        let place = hops.iter().find(|hop| hop.kind == "user").and_then(|hop| hop.place);
        let mut steps = vec![Step { text: person.label.clone(), place }];
        let further = hops.iter().filter(|hop| hop.kind != "user");
        steps.extend(further.map(|hop| Step { text: format!("{} `{}`", hop.kind, hop.name), place: hop.place }));
        steps.push(Step { text: format!("{request}: {what}"), place: None });
        let is_sure = verdict.outcome != Outcome::Unknown;
        out.push(Escalation { who: person.label.clone(), steps, request: Some(request), is_sure });
    }
    out
}

/// From somebody by `run_as` to somebody who can.
fn by_another(configuration: &Configuration, product: Product, engine: &dyn Decide, person: &Person, name: &str) -> Option<Escalation> {
    let request = Request {
        method: "GET".to_owned(),
        path: format!("{}/_authenticate", base(product)),
        body: Body::None,
        headers: vec![(RUN_AS.to_owned(), name.to_owned())],
    };
    let refused = engine.decide(&person.subject, &request).calls.iter().any(|call| call.missing == ["run_as"]);
    let alone = Request { headers: Vec::new(), ..request.clone() };
    let held = engine.decide(&person.subject, &alone).roles;
    let covers = |pattern: &&Located<String>| {
        NameMatcher::new(&[pattern.as_str()], Rules::of(product).dialect).is_ok_and(|matcher| matcher.matches(name))
    };
    let (role, body, pattern) = held.iter().filter(|_| !refused).find_map(|role| {
        let body = configuration.roles.get(role)?;
        Some((role, body, body.run_as.iter().find(covers)?))
    })?;
    let who =
        if name == ELASTIC { "what `elastic`, the superuser of every node, can do".to_owned() } else { format!("what `{name}` can do") };
    let steps = vec![
        Step { text: person.label.clone(), place: None },
        Step { text: format!("role `{role}`"), place: body.place },
        Step { text: format!("runs as `{}`", pattern.value), place: pattern.place },
        Step { text: who, place: None },
    ];
    Some(Escalation { who: person.label.clone(), steps, request: Some(request), is_sure: true })
}

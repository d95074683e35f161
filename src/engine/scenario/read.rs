//! From a scenario document to the scenario; everything that cannot be taken is a problem with a place.

use super::{Case, Expectation, Persona, Scenario};
use crate::engine::evaluate::{ApiKey, Outcome};
use crate::engine::model::opensearch::json;
use crate::engine::request::{Body, Request, parse_dev_tools, parse_line};
use crate::source::{Located, Problem};
use crate::yaml::{Document, Entry, Kind, Node};

/// Read a scenario; broken entries become problems and the rest is read.
pub fn read_scenario(document: &Document, problems: &mut Vec<Problem>) -> Scenario {
    let mut scenario = Scenario::default();
    let Some(root) = document.root().filter(|root| !root.is_null()) else { return scenario };
    if root.kind() != Kind::Mapping {
        problems.push(Problem::error(Some(root.place()), "a scenario file is a mapping with `requests:`").help(HELP));
        return scenario;
    }
    for Entry { key, value } in root.entries() {
        match key.text() {
            Some("users") => {
                for Entry { key, value } in value.entries() {
                    if let Some(name) = key.text() {
                        scenario.users.insert(name.to_owned(), persona(key, value, problems));
                    }
                }
            }
            Some("requests") if value.kind() == Kind::Sequence => {
                scenario.cases.extend(value.items().filter_map(|item| case(item, problems)));
            }
            Some("requests") if value.is_null() => {}
            Some("requests") => problems.push(Problem::error(Some(value.place()), "`requests` is a list").help(HELP)),
            _ => problems.push(unknown(key, "a scenario file", "`users` and `requests`")),
        }
    }
    scenario
}

const HELP: &str = "start each request with `- request: METHOD path`; `rolesmith guide scenarios` shows the format";

const BODY: &str = "a cluster refuses a body that it cannot read; what is answered here goes by the request line alone";

fn unknown(key: Node<'_>, what: &str, known: &str) -> Problem {
    Problem::error(Some(key.place()), format!("unknown key `{}` in {what}", key.text().unwrap_or_default())).help(format!("it has {known}"))
}

fn persona(name: Node<'_>, body: Node<'_>, problems: &mut Vec<Problem>) -> Persona {
    let mut persona = Persona { place: Some(name.place()), ..Persona::default() };
    for Entry { key, value } in body.entries() {
        let text = || value.text().map(str::to_owned);
        match key.text() {
            Some("user") => persona.user = text(),
            Some("backend_roles") => persona.backend_roles = list(value).into_iter().map(|role| role.value).collect(),
            Some("tenant") => persona.tenant = text(),
            Some("host") => persona.host = text(),
            Some("api_key") => persona.api_key = Some(api_key(value)),
            Some("attributes") => {
                for Entry { key, value } in value.entries() {
                    if let (Some(name), Some(text)) = (key.text(), value.text()) {
                        persona.attributes.insert(name.to_owned(), text.to_owned());
                    }
                }
            }
            _ => problems.push(unknown(key, "a scenario's user", "`user`, `backend_roles`, `attributes`, `tenant`, `host` and `api_key`")),
        }
    }
    persona
}

/// `{ id, role_descriptors }`, as the key was made with.
fn api_key(node: Node<'_>) -> ApiKey {
    ApiKey {
        id: node.get("id").or_else(|| node.get("name")).and_then(Node::text).unwrap_or_default().to_owned(),
        role_descriptors: node.get("role_descriptors").map(json).unwrap_or_default(),
    }
}

/// One text or a list of texts.
fn list(node: Node<'_>) -> Vec<Located<String>> {
    match node.kind() {
        Kind::Sequence => node.items().filter_map(Node::located).collect(),
        _ if node.is_null() => Vec::new(),
        _ => node.located().into_iter().collect(),
    }
}

fn case(item: Node<'_>, problems: &mut Vec<Problem>) -> Option<Case> {
    // a bare line is a request that is only looked at
    if let Some(text) = item.text() {
        let request = request(text, item, problems)?;
        return Some(Case { name: request.to_string(), request, place: Some(item.place()), ..Case::default() });
    }
    let mut case = Case { place: Some(item.place()), ..Case::default() };
    let (mut sent, mut body, mut expect, mut reason, mut headers) = (None, None, None, None, Vec::new());
    for Entry { key, value } in item.entries() {
        match key.text() {
            Some("name") => case.name = value.text().unwrap_or_default().to_owned(),
            Some("as") => case.users = list(value),
            Some("request") => match value.text() {
                Some(text) => sent = Some((request(text, value, problems)?, value)),
                None => problems.push(Problem::error(Some(value.place()), "`request` is one line: a method and a path").help(HELP)),
            },
            Some("body") => body = Some(value),
            Some("expect") => expect = Some(value),
            Some("reason") => reason = value.text().map(str::to_owned),
            Some("headers") => headers
                .extend(value.entries().filter_map(|entry| Some((entry.key.text()?.to_ascii_lowercase(), entry.value.text()?.to_owned())))),
            _ => problems.push(unknown(key, "a request", "`name`, `as`, `request`, `body`, `headers`, `expect` and `reason`")),
        }
    }
    let Some((request, _)) = sent else {
        problems.push(Problem::error(Some(item.place()), "an entry without `request`").help(HELP));
        return None;
    };
    case.request = request;
    case.request.headers.extend(headers);
    if let Some(value) = body {
        case.request.body = match value.text() {
            _ if value.is_null() => Body::None,
            Some(text) => Body::parse(text, &case.request.path),
            None => Body::from_value(json(value), &case.request.path),
        };
        if let Some(why) = case.request.body.broken() {
            problems.push(Problem::warning(Some(value.place()), format!("this body is not JSON: {why}")).help(BODY));
        }
    }
    if case.name.is_empty() {
        case.name = case.request.to_string();
    }
    if let Some(value) = expect {
        expectations(&mut case, value, reason, problems);
    }
    Some(case)
}

/// A request line, or Dev Tools text of one request with its body.
fn request(text: &str, node: Node<'_>, problems: &mut Vec<Problem>) -> Option<Request> {
    let text = text.trim();
    let result = if text.contains('\n') {
        let mut requests = parse_dev_tools(text);
        if requests.len() > 1 {
            problems.push(Problem::error(Some(node.place()), "more than one request in one entry").help(HELP));
            return None;
        }
        requests.pop().map_or_else(|| parse_line(""), |(_, request)| request)
    } else {
        parse_line(text)
    };
    result.map_err(|error| problems.push(Problem::error(Some(node.place()), error.to_string()).help(HELP))).ok()
}

fn expectations(case: &mut Case, value: Node<'_>, reason: Option<String>, problems: &mut Vec<Problem>) {
    let mut outcome = |node: Node<'_>| {
        let found = node.text().and_then(parse_outcome);
        if found.is_none() {
            problems.push(
                Problem::error(Some(node.place()), format!("`{}` is no verdict", node.text().unwrap_or_default()))
                    .help("a verdict is `allowed`, `denied`, `partial` or `unknown`"),
            );
        }
        found.map(|outcome| Expectation { outcome, reason: reason.clone(), place: Some(node.place()) })
    };
    if value.kind() == Kind::Mapping {
        for Entry { key, value } in value.entries() {
            let (Some(user), Some(expectation)) = (key.located(), outcome(value)) else { continue };
            if !case.users.contains(&user) {
                case.users.push(user.clone());
            }
            case.expect.insert(user.value, expectation);
        }
    } else if let Some(expectation) = outcome(value) {
        if case.users.is_empty() {
            problems.push(
                Problem::error(Some(value.place()), "an expectation without a user")
                    .help("say who sends the request with `as: USER`, or write `expect: { USER: allowed }`"),
            );
        }
        case.expect = case.users.iter().map(|user| (user.value.clone(), expectation.clone())).collect();
    }
}

/// The verdict of a word.
pub(super) fn parse_outcome(word: &str) -> Option<Outcome> {
    [Outcome::Allowed, Outcome::Partial, Outcome::Denied, Outcome::Unknown].into_iter().find(|outcome| outcome.word() == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn read(text: &str) -> (Scenario, Vec<Problem>) {
        let document = Document::parse(FileId(0), text.as_bytes().to_vec());
        let mut problems = document.problems().to_vec();
        (read_scenario(&document, &mut problems), problems)
    }

    #[test]
    fn one_expectation_counts_for_all_who_send_it() {
        let (scenario, problems) = read(
            "users:\n  bob: {backend_roles: [a], attributes: {dept: hr}}\nrequests:\n  - request: POST _bulk\n    as: [ann, bob]\n    body: |\n      {\"index\":{}}\n      {}\n    expect: denied\n    reason: no permissions\n  - GET /\n",
        );
        assert_eq!(problems, []);
        assert_eq!(scenario.users["bob"].attributes["dept"], "hr");
        let case = &scenario.cases[0];
        assert_eq!(case.expect["bob"].outcome, Outcome::Denied);
        assert_eq!(case.expect["ann"].reason.as_deref(), Some("no permissions"));
        assert!(matches!(&case.request.body, Body::Lines(lines) if lines.len() == 2));
        assert_eq!(scenario.cases[1].name, "GET /");
    }

    #[test]
    fn each_mistake_has_a_place_and_the_rest_is_read() {
        let (scenario, problems) = read(
            "requests:\n  - request: FETCH /x\n  - as: ann\n  - request: GET /a\n    expect: allowed\n  - request: GET /b\n    expect: {ann: perhaps}\n    colour: red\n",
        );
        let messages: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(messages.len(), 5, "{messages:#?}");
        assert!(problems.iter().all(|problem| problem.place.is_some()));
        assert_eq!(scenario.cases.len(), 2);
    }
}

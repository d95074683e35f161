//! REST routes: method and path to transport actions, and how they are authorised (recorded from 9.1's
//! handlers; the older forms with types and `_xpack` are rows of their own).

use std::sync::OnceLock;

use serde::Deserialize;

/// How a route's actions are authorised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Authorisation {
    /// By cluster privileges.
    #[serde(rename = "cluster")]
    Cluster,
    /// By index privileges on the request's names.
    #[serde(rename = "index")]
    Index,
    /// By the action's name alone, then its children on their names.
    #[serde(rename = "composite")]
    Composite,
    /// Several actions, each on its own.
    #[serde(rename = "multi", alias = "cluster+index")]
    Multi,
    /// Nothing is needed for oneself.
    #[serde(rename = "same-user")]
    SameUser,
    /// By the action's name alone.
    #[serde(rename = "scroll")]
    Scroll,
    /// Not authorised.
    #[serde(rename = "exempt", alias = "none")]
    Exempt,
    /// The owner only, whoever it is.
    #[serde(rename = "exempt-owner")]
    Owner,
}

/// A row of the table.
#[derive(Debug, Clone, Deserialize)]
pub struct Route {
    /// The path with placeholders.
    pub path: String,
    /// Its methods.
    pub methods: Vec<String>,
    /// The actions that it runs.
    pub actions: Vec<String>,
    /// How they are authorised.
    pub kind: Authorisation,
}

/// A route and what its placeholders stand for.
#[derive(Debug, Clone)]
pub struct Found {
    /// The row.
    pub route: &'static Route,
    /// Placeholder → decoded segment.
    pub bound: Vec<(&'static str, String)>,
}

impl Found {
    /// What a placeholder stands for.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.bound.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }
}

/// Rows for paths with a type (up to 7), which the recorded table has no more.
const TYPED: [(&str, &[&str], &str, Authorisation); 8] = [
    ("/{index}/{type}/_search", &["GET", "POST"], "indices:data/read/search", Authorisation::Index),
    ("/{index}/{type}/_count", &["GET", "POST"], "indices:data/read/search", Authorisation::Index),
    ("/{index}/{type}/_bulk", &["POST", "PUT"], "indices:data/write/bulk", Authorisation::Composite),
    ("/{index}/{type}/{id}", &["GET", "HEAD"], "indices:data/read/get", Authorisation::Index),
    ("/{index}/{type}/{id}", &["POST", "PUT"], "indices:data/write/index", Authorisation::Composite),
    ("/{index}/{type}/{id}", &["DELETE"], "indices:data/write/delete", Authorisation::Composite),
    ("/{index}/{type}/{id}/_update", &["POST"], "indices:data/write/update", Authorisation::Index),
    ("/{index}/{type}", &["POST"], "indices:data/write/index", Authorisation::Composite),
];

fn table(typed: bool) -> &'static [Route] {
    static MODERN: OnceLock<Vec<Route>> = OnceLock::new();
    static TYPES: OnceLock<Vec<Route>> = OnceLock::new();
    if typed {
        let row = |(path, methods, action, kind): &(&str, &[&str], &str, Authorisation)| Route {
            path: (*path).to_owned(),
            methods: methods.iter().map(|method| (*method).to_owned()).collect(),
            actions: vec![(*action).to_owned()],
            kind: *kind,
        };
        return TYPES.get_or_init(|| TYPED.iter().map(row).collect());
    }
    MODERN.get_or_init(|| {
        serde_json::from_str(include_str!("../../../../assets/catalog/elasticsearch/routes.json"))
            .unwrap_or_else(|error| unreachable!("the routes are not readable: {error}"))
    })
}

/// The route of a request; literal segments go before placeholders. `typed` adds the paths with a type.
pub fn route(method: &str, segments: &[String], typed: bool) -> Option<Found> {
    let old_security = matches!(segments, [xpack, security, ..] if xpack == "_xpack" && security == "security");
    let modern: Vec<String>;
    let segments = if old_security {
        modern = std::iter::once("_security".to_owned()).chain(segments[2..].iter().cloned()).collect();
        &modern
    } else {
        segments
    };
    let mut best: Option<(Vec<bool>, Found)> = None;
    for route in table(false).iter().chain(if typed { table(true) } else { &[] }) {
        if !route.methods.iter().any(|known| known == method) {
            continue;
        }
        if let Some((literal, bound)) = bind(&route.path, segments) {
            // the longest run of literal segments from the left wins
            if best.as_ref().is_none_or(|(known, _)| literal > *known) {
                best = Some((literal, Found { route, bound }));
            }
        }
    }
    best.map(|(_, found)| found)
}

/// Which segments are written out in the template, and the placeholders with their values.
type Bound = (Vec<bool>, Vec<(&'static str, String)>);

fn bind(path: &'static str, segments: &[String]) -> Option<Bound> {
    let (mut literal, mut bound) = (Vec::new(), Vec::new());
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    for segment in segments {
        let part = parts.next()?;
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            // names of indices do not begin with `_`, except the word for all of them
            Some("index" | "type") if segment.starts_with('_') && segment != "_all" && segment != "_doc" => return None,
            Some(name) => {
                literal.push(false);
                bound.push((name, segment.clone()));
            }
            None if part == segment => literal.push(true),
            None => return None,
        }
    }
    parts.next().is_none().then_some((literal, bound))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(method: &str, path: &str, typed: bool) -> Option<String> {
        let segments: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        route(method, &segments, typed).and_then(|found| found.route.actions.first().cloned())
    }

    #[test]
    fn the_most_literal_route_is_taken() {
        assert_eq!(table(false).iter().map(|route| route.methods.len()).sum::<usize>(), 556);
        assert_eq!(action("GET", "/logs/_search", false).as_deref(), Some("indices:data/read/search"));
        assert_eq!(
            action("GET", "/_security/user/_privileges", false).as_deref(),
            Some("cluster:admin/xpack/security/user/list_privileges")
        );
        assert_eq!(action("GET", "/current_year/event/1", false), None);
        assert_eq!(action("GET", "/current_year/event/1", true).as_deref(), Some("indices:data/read/get"));
        assert_eq!(action("PUT", "/_xpack/security/role/r", true).as_deref(), Some("cluster:admin/xpack/security/role/put"));
        assert_eq!(action("GET", "/_nothing/here", true), None);
    }
}

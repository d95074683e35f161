//! A change in the form before 1.0: the same operation on the keys of that form. What that form cannot say is
//! refused; what it says is read again and compared like any other edit.

use serde_json::{Map, Value as Json, json};

use super::text::{Act, Op, Step, key};
use crate::engine::model::opensearch::DocumentKind;
use crate::yaml::{Kind, Node, Reason, Refusal};

/// The actions that tenants are given by, and what stands for them.
const MODES: [(&str, &str); 2] = [("kibana_all_write", "RW"), ("kibana_all_read", "RO")];

/// Keys of an index permission that are no mapping types.
const RESTRICTIONS: [(&str, &str); 3] = [("dls", "_dls_"), ("fls", "_fls_"), ("masked_fields", "_masked_fields_")];

const ONE_PATTERN: &str = "a rule has one pattern before 1.0: add a rule for another, which";
const NO_DESCRIPTION: &str = "a description (there is none before 1.0)";

/// Not to be said in this form, or not at this place.
fn cannot(what: &'static str, root: Option<Node<'_>>) -> Refusal {
    Refusal { reason: Reason::Unsupported(what), place: root.map(Node::place) }
}

impl Op {
    /// The operations on a document in the form before 1.0 that come to this one.
    ///
    /// # Errors
    /// A [`Refusal`] for what that form cannot say.
    pub(super) fn before_1_0(&self, root: Option<Node<'_>>) -> Result<Vec<Op>, Refusal> {
        match self.kind {
            DocumentKind::Roles => self.old_role(root),
            DocumentKind::RolesMapping => self.old_entry(
                root,
                &[("users", "users"), ("backend_roles", "backendroles"), ("and_backend_roles", "and_backendroles"), ("hosts", "hosts")],
            ),
            DocumentKind::InternalUsers => self.old_user(root),
            DocumentKind::ActionGroups => self.old_group(root),
            DocumentKind::Tenants => Err(cannot("a tenant (before 1.0 it stands in the roles that may use it)", root)),
            DocumentKind::Config => Ok(vec![self.clone()]),
            DocumentKind::NodesDn | DocumentKind::Allowlist | DocumentKind::Whitelist | DocumentKind::Audit => {
                Err(cannot("a file that there is not before 1.0", root))
            }
        }
    }

    /// The same act at another path.
    fn moved(&self, path: Vec<Step>) -> Op {
        Op { kind: self.kind, path, act: self.act.clone() }
    }

    fn done(&self, path: Vec<Step>, act: Act) -> Op {
        Op { kind: self.kind, path, act }
    }

    /// An entry whose keys have other names.
    fn old_entry(&self, root: Option<Node<'_>>, names: &[(&str, &str)]) -> Result<Vec<Op>, Refusal> {
        let old = |name: &str| names.iter().find(|(new, _)| *new == name).map(|(_, old)| (*old).to_owned());
        match (self.path.as_slice(), &self.act) {
            ([_], Act::Put(body)) => {
                let mut out = Map::new();
                for (name, value) in body.as_object().into_iter().flatten() {
                    out.insert(old(name).ok_or_else(|| cannot(NO_DESCRIPTION, root))?, value.clone());
                }
                Ok(vec![self.done(self.path.clone(), Act::Put(Json::Object(out)))])
            }
            ([_], _) => Ok(vec![self.clone()]),
            ([entry, Step::Key(name), rest @ ..], _) => {
                let name = old(name).ok_or_else(|| cannot(NO_DESCRIPTION, root))?;
                let path = [entry.clone(), Step::Key(name)].into_iter().chain(rest.iter().cloned());
                Ok(vec![self.moved(path.collect())])
            }
            _ => Err(self.lost(root)),
        }
    }

    /// A user, who may have her name in `username`.
    fn old_user(&self, root: Option<Node<'_>>) -> Result<Vec<Op>, Refusal> {
        let names = [("hash", "hash"), ("backend_roles", "roles"), ("attributes", "attributes")];
        if matches!((self.path.get(1), &self.act), (Some(Step::Key(name)), _) if name == "opendistro_security_roles")
            || matches!(&self.act, Act::Put(body) if body.get("opendistro_security_roles").is_some())
        {
            return Err(cannot("a role given directly (there is none before 1.0; map the user)", root));
        }
        let mut ops = self.old_entry(root, &names)?;
        let Some(Step::Key(user)) = self.path.first() else { return Ok(ops) };
        let named = |entry: &crate::yaml::Entry<'_>| entry.value.get("username").and_then(Node::text) == Some(user.as_str());
        let written = root.and_then(|root| root.entries().find(named)).and_then(|entry| entry.key.text());
        if let Some(written) = written {
            for op in &mut ops {
                op.path[0] = key(written);
                if let (1, Act::Rename(to)) = (op.path.len(), &op.act) {
                    *op = self.done(vec![key(written), key("username")], Act::Put(json!(to)));
                }
            }
        }
        Ok(ops)
    }

    /// A group with `permissions`, or as a bare list.
    fn old_group(&self, root: Option<Node<'_>>) -> Result<Vec<Op>, Refusal> {
        let bare = |name: &Step| match name {
            Step::Key(name) => root.and_then(|root| root.get(name)).is_some_and(|group| group.kind() == Kind::Sequence),
            _ => false,
        };
        match (self.path.as_slice(), &self.act) {
            ([_], Act::Put(body)) => {
                if body.as_object().into_iter().flatten().any(|(name, _)| name != "allowed_actions") {
                    return Err(cannot("a type or a description (there is none before 1.0)", root));
                }
                let actions = body.get("allowed_actions").cloned().unwrap_or_else(|| json!([]));
                let lists = root.is_some_and(|root| root.entries().any(|entry| entry.value.kind() == Kind::Sequence));
                let body = if lists { actions } else { json!({ "permissions": actions }) };
                Ok(vec![self.done(self.path.clone(), Act::Put(body))])
            }
            ([_], _) => Ok(vec![self.clone()]),
            ([group, Step::Key(list)], _) if list == "allowed_actions" => {
                let path = if bare(group) { vec![group.clone()] } else { vec![group.clone(), key("permissions")] };
                Ok(vec![self.moved(path)])
            }
            _ => Err(cannot("a type or a description (there is none before 1.0)", root)),
        }
    }

    fn old_role(&self, root: Option<Node<'_>>) -> Result<Vec<Op>, Refusal> {
        let (role, rest) = match self.path.as_slice() {
            [Step::Key(role), rest @ ..] => (role.as_str(), rest),
            _ => return Err(self.lost(root)),
        };
        let entry = root.and_then(|root| root.get(role));
        match rest {
            [] => match &self.act {
                Act::Put(body) => Ok(vec![self.done(self.path.clone(), Act::Put(old_role_body(body, root)?))]),
                _ => Ok(vec![self.clone()]),
            },
            [Step::Key(list)] if list == "cluster_permissions" => Ok(vec![self.moved(vec![key(role), key("cluster")])]),
            [Step::Key(list), rest @ ..] if list == "index_permissions" => self.old_index_rule(role, entry, rest),
            [Step::Key(list), rest @ ..] if list == "tenant_permissions" => self.old_tenant_rule(role, entry, rest),
            _ => Err(cannot(NO_DESCRIPTION, entry)),
        }
    }

    fn old_index_rule(&self, role: &str, entry: Option<Node<'_>>, rest: &[Step]) -> Result<Vec<Op>, Refusal> {
        let indices = entry.and_then(|entry| entry.get("indices"));
        if let ([], Act::Push(rule)) = (rest, &self.act) {
            let (pattern, body) = old_rule_body(rule, entry)?;
            if indices.is_some_and(|indices| indices.get(&pattern).is_some()) {
                return Err(Refusal { reason: Reason::KeyExists(pattern), place: entry.map(Node::place) });
            }
            return Ok(vec![self.done(vec![key(role), key("indices"), key(&pattern)], Act::Put(body))]);
        }
        let [Step::Item(at), rest @ ..] = rest else { return Err(self.lost(entry)) };
        let rule = indices.and_then(|indices| indices.entries().nth(*at)).ok_or_else(|| self.lost(entry))?;
        let pattern = rule.key.text().ok_or_else(|| self.lost(entry))?;
        let at = vec![key(role), key("indices"), key(pattern)];
        let within = |name: &str| at.iter().cloned().chain([key(name)]).collect::<Vec<_>>();
        match (rest, &self.act) {
            ([], _) => Ok(vec![self.moved(at)]),
            ([Step::Key(list)], Act::Replace(_, with)) if list == "index_patterns" => Ok(vec![self.done(at, Act::Rename(with.clone()))]),
            ([Step::Key(list)], _) if list == "index_patterns" => Err(cannot(ONE_PATTERN, entry)),
            ([Step::Key(list)], act) if list == "allowed_actions" => {
                let types =
                    || rule.value.entries().filter_map(|entry| Some((entry.key.text()?, entry.value))).filter(|(name, _)| is_type(name));
                match act {
                    Act::Push(_) => Ok(vec![self.moved(within(types().next_back().map_or("*", |(name, _)| name)))]),
                    Act::Remove(text) | Act::Replace(text, _) => {
                        let having = types().filter(|(_, list)| list.items().any(|item| item.text() == Some(text)));
                        Ok(having.map(|(name, _)| self.moved(within(name))).collect())
                    }
                    _ => Err(self.lost(entry)),
                }
            }
            ([Step::Key(name)], _) => match RESTRICTIONS.iter().find(|(new, _)| new == name) {
                Some((_, old)) => Ok(vec![self.moved(within(old))]),
                None => Err(self.lost(entry)),
            },
            _ => Err(self.lost(entry)),
        }
    }

    fn old_tenant_rule(&self, role: &str, entry: Option<Node<'_>>, rest: &[Step]) -> Result<Vec<Op>, Refusal> {
        let at = |tenant: &str| vec![key(role), key("tenants"), key(tenant)];
        if let ([], Act::Push(rule)) = (rest, &self.act) {
            let tenants = old_tenants(rule, entry)?;
            return Ok(tenants.into_iter().map(|(tenant, mode)| self.done(at(&tenant), Act::Put(json!(mode)))).collect());
        }
        let [Step::Item(number), rest @ ..] = rest else { return Err(self.lost(entry)) };
        let written = || entry.and_then(|entry| entry.get("tenants")).into_iter().flat_map(Node::entries);
        let of = |mode: &str| {
            let of_mode = written().filter(|entry| entry.value.text().is_some_and(|text| text.eq_ignore_ascii_case(mode)));
            of_mode.filter_map(|entry| entry.key.text()).collect::<Vec<_>>()
        };
        let mut rules = MODES.iter().map(|(_, mode)| (*mode, of(mode))).filter(|(_, tenants)| !tenants.is_empty());
        let (mode, tenants) = rules.nth(*number).ok_or_else(|| self.lost(entry))?;
        match (rest, &self.act) {
            ([], Act::Cut) => Ok(tenants.into_iter().map(|tenant| self.done(at(tenant), Act::Cut)).collect()),
            ([Step::Key(list)], Act::Push(Json::String(tenant))) if list == "tenant_patterns" => {
                Ok(vec![self.done(at(tenant), Act::Put(json!(mode)))])
            }
            ([Step::Key(list)], Act::Remove(tenant)) if list == "tenant_patterns" => Ok(vec![self.done(at(tenant), Act::Cut)]),
            _ => Err(cannot("what a tenant is given by (before 1.0 it is `RW` or `RO`)", entry)),
        }
    }
}

fn is_type(name: &str) -> bool {
    RESTRICTIONS.iter().all(|(_, old)| *old != name)
}

/// The pattern of a rule, and what stands behind it.
fn old_rule_body(rule: &Json, at: Option<Node<'_>>) -> Result<(String, Json), Refusal> {
    let patterns = rule["index_patterns"].as_array().map(Vec::as_slice).unwrap_or_default();
    let [Json::String(pattern)] = patterns else { return Err(cannot(ONE_PATTERN, at)) };
    let mut body = Map::new();
    body.insert("*".to_owned(), rule.get("allowed_actions").cloned().unwrap_or_else(|| json!([])));
    let restrictions = RESTRICTIONS.iter().filter_map(|(new, old)| Some(((*old).to_owned(), rule.get(new)?.clone())));
    body.extend(restrictions);
    Ok((pattern.clone(), Json::Object(body)))
}

/// Tenants with `RW` or `RO`.
fn old_tenants(rule: &Json, at: Option<Node<'_>>) -> Result<Vec<(String, &'static str)>, Refusal> {
    let texts = |list: &str| rule[list].as_array().into_iter().flatten().filter_map(Json::as_str).collect::<Vec<_>>();
    let actions = texts("allowed_actions");
    let mode = MODES.iter().find(|(action, _)| actions == [*action]).map(|(_, mode)| *mode);
    let mode = mode.ok_or_else(|| cannot("what a tenant is given by (before 1.0 it is `RW` or `RO`)", at))?;
    Ok(texts("tenant_patterns").into_iter().map(|tenant| (tenant.to_owned(), mode)).collect())
}

fn old_role_body(body: &Json, at: Option<Node<'_>>) -> Result<Json, Refusal> {
    if body.get("description").is_some() {
        return Err(cannot(NO_DESCRIPTION, at));
    }
    let rules = |list: &str| body[list].as_array().into_iter().flatten();
    let mut out = Map::new();
    if let Some(cluster) = body.get("cluster_permissions") {
        out.insert("cluster".to_owned(), cluster.clone());
    }
    let indices: Map<String, Json> = rules("index_permissions").map(|rule| old_rule_body(rule, at)).collect::<Result<_, _>>()?;
    if !indices.is_empty() {
        out.insert("indices".to_owned(), Json::Object(indices));
    }
    let mut tenants = Map::new();
    for rule in rules("tenant_permissions") {
        tenants.extend(old_tenants(rule, at)?.into_iter().map(|(tenant, mode)| (tenant, json!(mode))));
    }
    if !tenants.is_empty() {
        out.insert("tenants".to_owned(), Json::Object(tenants));
    }
    Ok(Json::Object(out))
}

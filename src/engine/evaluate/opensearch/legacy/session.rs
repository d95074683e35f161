//! Who asks, worked out once: the mapped roles, their union, the open tenants.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::kept::Kept;
use super::roles::{CompiledRole, Pattern};
use super::view::View;
use super::{Legacy, tenants};
use crate::engine::evaluate::Subject;
use crate::engine::pattern::Attributes;

/// What is known of a subject before it asks anything.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) roles: Vec<String>,
    pub(super) view: Arc<View>,
    pub(super) tenants: BTreeMap<String, bool>,
}

/// The roles of a view and the patterns that their templates came to.
type Held = (Vec<String>, Vec<String>);

/// Sessions and unions of roles that were asked for before.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    sessions: Kept<Subject, Session>,
    views: Kept<Held, View>,
}

impl Sessions {
    /// What still holds after a recompilation: unions of roles that all stayed as they were, and the sessions on
    /// them; `subjects` says whether subjects still hold the same roles and tenants.
    pub(super) fn surviving(&self, is_current: impl Fn(&str, &Arc<CompiledRole>) -> bool, subjects: bool) -> Self {
        let current = |roles: &[String], view: &View| roles.iter().zip(&view.roles).all(|(name, role)| is_current(name, role));
        let views: HashMap<Held, Arc<View>> = self
            .views
            .all()
            .iter()
            .filter(|((roles, _), view)| current(roles, view))
            .map(|(key, view)| (key.clone(), Arc::clone(view)))
            .collect();
        let alive = |session: &Session| views.values().any(|view| Arc::ptr_eq(view, &session.view));
        let sessions = self.sessions.all();
        let sessions =
            sessions.iter().filter(|(_, session)| subjects && alive(session)).map(|(key, session)| (key.clone(), Arc::clone(session)));
        Self { sessions: sessions.collect(), views: views.into_iter().collect() }
    }
}

impl Legacy {
    /// The session of a subject.
    pub(super) fn session(&self, subject: &Subject) -> Arc<Session> {
        self.sessions.sessions.get(subject, || {
            let roles = self.mapping.map(subject);
            let attributes =
                Attributes { user: &subject.user, backend_roles: &subject.backend_roles, roles: &roles, attributes: &subject.attributes };
            let view = self.view_of(&roles, &attributes);
            let tenants = self.built_in.tenants.keys().chain(self.configuration.tenants.keys());
            let tenants = tenants::open(tenants, &roles, &view.roles, &attributes, &self.variant);
            Session { view, tenants, roles }
        })
    }

    /// The union of roles, shared by all who hold the same.
    fn view_of(&self, roles: &[String], attributes: &Attributes<'_>) -> Arc<View> {
        let names: Vec<&String> = roles.iter().filter(|name| self.roles.contains_key(name)).collect();
        let held: Vec<_> = names.iter().filter_map(|name| self.roles.get(name).cloned()).collect();
        let mut rendered: Vec<((usize, usize), Vec<String>)> = Vec::new();
        for (position, role) in held.iter().enumerate() {
            for (number, rule) in role.rules.iter().enumerate() {
                let texts = rule.rendered(attributes);
                if !texts.is_empty() {
                    rendered.push(((position, number), texts));
                }
            }
        }
        let key = (names.into_iter().cloned().collect(), rendered.iter().flat_map(|(_, texts)| texts.iter().cloned()).collect());
        self.sessions.views.get(&key, || {
            let compiled = |texts: Vec<String>| texts.iter().filter_map(|text| Pattern::new(text, &self.names).ok()).collect();
            let rendered = rendered.into_iter().map(|(place, texts)| (place, compiled(texts))).collect();
            View::new(held, rendered, Arc::clone(&self.names))
        })
    }
}

//! Roles limited by other roles, as API keys have them: both must grant.

use super::applications::{Answers, Stored};
use super::build::Permissions;
use super::cluster::ClusterRequest;
use super::indices::{Access, denied_of};
use super::names::{Abstraction, Names};
use super::rules::Rules;
use super::selector::Component;
use crate::engine::model::elasticsearch::Refusal;

/// Permissions, and what limits them.
#[derive(Debug)]
pub struct Holder {
    /// The roles' permissions.
    pub base: Permissions,
    /// Those of the roles that limit them.
    pub limited_by: Option<Permissions>,
}

impl From<Permissions> for Holder {
    fn from(base: Permissions) -> Self {
        Self { base, limited_by: None }
    }
}

fn and(one: Answers, by: &Answers) -> Answers {
    let limit = |resource: &str, privilege: &str| by.get(resource).and_then(|row| row.get(privilege)).copied().unwrap_or(false);
    one.into_iter()
        .map(|(resource, row)| {
            let row = row.into_iter().map(|(privilege, granted)| {
                let granted = granted && limit(&resource, &privilege);
                (privilege, granted)
            });
            let row = row.collect();
            (resource, row)
        })
        .collect()
}

impl Holder {
    pub(super) fn rules(&self) -> &'static Rules {
        self.base.rules
    }

    fn both(&self, ask: impl Fn(&Permissions) -> bool) -> bool {
        ask(&self.base) && self.limited_by.as_ref().is_none_or(ask)
    }

    fn both_answer(&self, ask: impl Fn(&Permissions) -> Result<Answers, Refusal>) -> Result<Answers, Refusal> {
        let base = ask(&self.base)?;
        Ok(match &self.limited_by {
            Some(limit) => and(base, &ask(limit)?),
            None => base,
        })
    }

    /// Whether a cluster action is granted.
    pub fn cluster_action(&self, action: &str, request: &ClusterRequest) -> Result<bool, Refusal> {
        match &self.limited_by {
            _ if !self.base.cluster_action(action, request)? => Ok(false),
            Some(limit) => limit.cluster_action(action, request),
            None => Ok(true),
        }
    }

    /// Whether the user has a cluster privilege.
    pub fn has_cluster_privilege(&self, name: &str) -> Result<bool, Refusal> {
        match &self.limited_by {
            _ if !self.base.has_cluster_privilege(name)? => Ok(false),
            Some(limit) => limit.has_cluster_privilege(name),
            None => Ok(true),
        }
    }

    /// Whether some group grants the index action, whatever its names.
    pub fn index_action(&self, action: &str) -> bool {
        self.both(|permissions| permissions.index_action(action))
    }

    /// Judge an index action on names; the check by name alone comes first.
    pub fn authorize(&self, action: &str, asked: &[&str], names: &Names) -> Access {
        let base = self.base.authorize(action, asked, names);
        match &self.limited_by {
            Some(limit) => {
                let mut access = base.limited(limit.authorize(action, asked, names));
                if !self.rules().refuses_behind {
                    access.denied = denied_of(asked, &access);
                }
                access
            }
            None => base,
        }
    }

    /// Whether wildcards may expand to a part of a name.
    pub fn may_expand_to(&self, action: &str, name: &str, component: Component, abstraction: Option<&Abstraction>) -> bool {
        self.both(|permissions| permissions.may_expand_to(action, name, component, abstraction))
    }

    /// Which index privileges the user has on name patterns.
    pub fn has_index_privileges(&self, names: &[String], allow_restricted: bool, privileges: &[String]) -> Result<Answers, Refusal> {
        self.both_answer(|permissions| permissions.has_index_privileges(names, allow_restricted, privileges))
    }

    /// Which application privileges the user has on resources.
    pub fn has_application_privileges(
        &self,
        application: &str,
        resources: &[String],
        privileges: &[String],
        stored: &Stored,
    ) -> Result<Answers, Refusal> {
        self.both_answer(|permissions| permissions.has_application_privileges(application, resources, privileges, stored))
    }

    /// Whether the user may act as another.
    pub fn may_run_as(&self, user: &str) -> bool {
        self.both(|permissions| permissions.may_run_as(user))
    }

    /// Whether aliases may be added to an index: they must not have more actions than it.
    pub fn may_add_aliases(&self, index: &str, aliases: &[&str]) -> bool {
        let actions = |name: &str| {
            let base = self.base.actions_on(name);
            match &self.limited_by {
                Some(limit) if self.rules().limits_aliases => base.intersection(&limit.actions_on(name)).unwrap_or_default(),
                _ => base,
            }
        };
        let on_index = actions(index);
        aliases.iter().all(|alias| actions(alias).is_subset_of(&on_index))
    }
}

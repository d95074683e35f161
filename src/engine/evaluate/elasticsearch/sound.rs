//! The permissions of a user's roles, without those that the engine refuses.

use super::allowance::{Allowance, patterns};
use super::applications::Stored;
use super::build::{Named, Permissions};
use super::rules::Rules;
use crate::engine::pattern::lucene::measured;

/// So many patterns together take no more than some seconds, whatever they are.
const SOME: usize = 400;

impl Permissions {
    /// The permissions of those roles that the engine takes; it leaves out the others.
    pub fn of_sound(rules: &'static Rules, roles: &[Named<'_>], stored: &Stored) -> Self {
        Self::build(rules, roles, stored).unwrap_or_else(|_| {
            // one alone is the one that is refused
            let others = if let [_] = roles { &[] } else { roles };
            let sound: Vec<_> = others.iter().copied().filter(|one| Self::build(rules, &[*one], stored).is_ok()).collect();
            Self::of_none_refused(rules, &sound, stored)
        })
    }

    /// The same for an answer that must not take too long: with the roles that were not looked at, for the patterns of
    /// those before took all the work that is spent on a user.
    pub fn of_sound_soon<'r>(rules: &'static Rules, roles: &[Named<'r>], stored: &Stored) -> (Self, Vec<&'r str>) {
        let inexact = roles.iter().flat_map(|(_, role)| patterns(role)).filter(|text| text.starts_with('/') || text.contains(['*', '?']));
        if inexact.count() <= SOME {
            return (Self::of_sound(rules, roles, stored), Vec::new());
        }
        Self::of_sound_within(Allowance::of(roles.iter().map(|(_, role)| *role)), rules, roles, stored)
    }

    fn of_sound_within<'r>(mut allowance: Allowance, rules: &'static Rules, roles: &[Named<'r>], stored: &Stored) -> (Self, Vec<&'r str>) {
        let (mut sound, mut unknown) = (Vec::new(), Vec::new());
        for one in roles {
            if allowance.is_spent() {
                unknown.push(one.0);
                continue;
            }
            let (built, work) = measured(|| Self::build(rules, &[*one], stored));
            allowance.spend(work);
            if built.is_ok() {
                sound.push(*one);
            }
        }
        (Self::of_none_refused(rules, &sound, stored), unknown)
    }

    fn of_none_refused(rules: &'static Rules, sound: &[Named<'_>], stored: &Stored) -> Self {
        let built = Self::build(rules, sound, stored).or_else(|_| Self::build(rules, &[], stored));
        // no roles always build
        built.unwrap_or_else(|refusal| unreachable!("{refusal}"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::allowance::multiplying_roles;
    use super::*;
    use crate::engine::model::Product;
    use crate::engine::model::elasticsearch::Role;

    #[test]
    fn roles_beyond_the_work_of_a_user_are_left_out_and_named() {
        let rules = Rules::of(Product::Elasticsearch8_17);
        let roles = multiplying_roles(3);
        let named: Vec<(&str, &Role)> = roles.iter().map(|(name, role)| (name.as_str(), role)).collect();
        let stored = Stored::new(&[]);
        let (_, unknown) = Permissions::of_sound_within(Allowance::small(), rules, &named, &stored);
        assert_eq!(unknown, ["r1", "r2"]);
        let (_, unknown) = Permissions::of_sound_soon(rules, &named, &stored);
        assert_eq!(unknown, [""; 0]);
    }
}

//! `${user.name}` and its kind inside index patterns and DLS queries.

use super::java::hash_set_order;
use crate::engine::evaluate::Subject;

/// Replace what stands for the user. `${user.roles}` becomes the quoted backend roles joined by
/// commas; attributes count with `.` and with `_`; every other `${…}` stays as it is.
pub(super) fn substitute(text: &str, subject: &Subject) -> String {
    if !text.contains("${") {
        return text.to_owned();
    }
    let mut out = text.replace("${user.name}", &subject.user).replace("${user_name}", &subject.user);
    if out.contains("${user.roles}") || out.contains("${user_roles}") {
        let roles = hash_set_order(subject.backend_roles.iter().map(String::as_str));
        let roles = roles.iter().map(|role| format!("\"{role}\"")).collect::<Vec<_>>().join(",");
        out = out.replace("${user.roles}", &roles).replace("${user_roles}", &roles);
    }
    for (name, value) in &subject.attributes {
        out = out.replace(&format!("${{{name}}}"), value).replace(&format!("${{{}}}", name.replace('.', "_")), value);
    }
    out
}

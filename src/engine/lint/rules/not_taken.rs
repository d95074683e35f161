//! What a reader could not take, where no rule says more.

use super::prelude::*;
use super::template_file::is_template;
use crate::engine::model::opensearch::BEFORE_1_0;

/// The readers' own problems.
pub(super) struct NotTaken;

impl Rule for NotTaken {
    fn about(&self) -> About {
        About {
            id: "not-taken",
            title: "something in a file that the reader cannot take",
            severity: Error,
            confidence: Certain,
            products: EVERY,
            why: "What is not taken decides nothing here, and the engine refuses the file or ignores the entry.",
            wrong: "# roles.yml
analyst:
  index_permissions:
    index_patterns: ['logs-*']  # finds
",
            right: "# roles.yml
analyst:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        // a template is named as one, not as broken
        let files = view.input.files.iter().filter(|file| !is_template(file)).flat_map(|file| file.problems);
        for problem in view.input.notes.iter().chain(files).filter(|problem| problem.message != BEFORE_1_0) {
            let finding = found.add(problem.place, problem.message.clone()).severity(problem.severity);
            if let Some(help) = &problem.help {
                finding.help(help.clone());
            }
        }
        // what the reader refused is among its problems
        let by_the_reader =
            |role: &str| view.input.elasticsearch.is_some_and(|all| all.roles.get(role).is_some_and(|role| role.refusal.is_some()));
        for (role, refusal) in view.input.refusals.iter().filter(|(role, _)| !by_the_reader(role)) {
            let finding = found.add(refusal.place, refusal.message.clone());
            finding.help(format!("the engine refuses role `{role}` and takes the others"));
        }
        if let Some(problem) = view.input.elasticsearch.and_then(|all| view.input.refusals.unknown(all)) {
            found.add(problem.place, problem.message).severity(problem.severity).help(problem.help.unwrap_or_default());
        }
    }
}

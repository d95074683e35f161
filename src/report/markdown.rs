//! A replayed scenario as a Markdown table, for a pull request's comment.

use super::{Check, Table};

/// The score and every answer, failures first.
pub fn check_markdown(check: &Check<'_>) -> String {
    let (held, asked) = check.replay.score();
    let mut answers: Vec<_> = check.replay.answers.iter().collect();
    answers.sort_by_key(|answer| answer.holds() != Some(false));
    let row = |answer: &&crate::engine::scenario::Answer| {
        let mark = match answer.holds() {
            Some(true) => "ok",
            Some(false) => "**FAIL**",
            None => "",
        };
        let expected = answer.expected.as_ref().map_or("", |expected| expected.outcome.word());
        let request = format!("`{}`", check.request(answer).replace('`', "'"));
        vec![mark.to_owned(), check.name(answer).to_owned(), request, answer.user.clone(), expected.to_owned(), check.got(answer)]
    };
    let head = ["", "what", "request", "user", "expected", "answer"].map(str::to_owned).to_vec();
    let table = Table { head, rows: answers.iter().map(row).collect() };
    format!("**{held} of {asked} expectations hold**\n\n{}", table.markdown())
}

//! `*` and `?` over characters.

/// Whether `text` as a whole matches `pattern`, where `*` stands for any run of characters and `?` for
/// exactly one. Linear in practice: only the last `*` is ever tried again.
pub fn wildcard(pattern: &str, text: &str) -> bool {
    let (mut pattern_at, mut text_at) = (pattern.chars(), text.chars());
    let mut again: Option<(std::str::Chars<'_>, std::str::Chars<'_>)> = None;
    loop {
        let mut pattern_next = pattern_at.clone();
        let mut text_next = text_at.clone();
        match (pattern_next.next(), text_next.next()) {
            (None, None) => return true,
            (Some('*'), _) => {
                again = Some((pattern_next.clone(), text_at.clone()));
                pattern_at = pattern_next;
            }
            (Some(wanted), Some(found)) if wanted == '?' || wanted == found => {
                pattern_at = pattern_next;
                text_at = text_next;
            }
            _ => {
                let Some((after_star, from)) = &mut again else { return false };
                if from.next().is_none() {
                    return false;
                }
                pattern_at = after_star.clone();
                text_at = from.clone();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::wildcard;
    use proptest::prelude::*;

    #[test]
    fn a_star_is_any_run_and_a_question_mark_one_character() {
        for (pattern, text, expected) in [
            ("logs-*", "logs-", true),
            ("logs-*", "logs", false),
            ("*-01", "logs-2025-01", true),
            ("l?gs", "lögs", true),
            ("l?gs", "lgs", false),
            ("*a*b*", "xaxxb", true),
            ("*a*b*", "xbxxa", false),
            ("", "", true),
            ("", "a", false),
            ("**", "", true),
            ("a*a", "a", false),
        ] {
            assert_eq!(wildcard(pattern, text), expected, "{pattern} on {text}");
        }
    }

    fn reference(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|skip| reference(rest, &text[skip..])),
            Some((one, rest)) => text.split_first().is_some_and(|(found, left)| (*one == '?' || one == found) && reference(rest, left)),
        }
    }

    proptest! {
        #[test]
        fn it_agrees_with_trying_everything(pattern in "[ab*?]{0,7}", text in "[ab?*]{0,7}") {
            let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
            prop_assert_eq!(wildcard(&pattern, &text), reference(&p, &t));
        }
    }
}

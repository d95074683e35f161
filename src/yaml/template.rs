//! Texts that are no YAML yet: whose template they are.

use std::fmt;

/// Whose template a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Template {
    /// Go's `text/template`, as Helm writes it.
    Go,
    /// Jinja, as Ansible and Salt write it.
    Jinja,
    /// Whether Go or Jinja does not tell.
    Braces,
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Template::Go => "Go (Helm)",
            Template::Jinja => "Jinja",
            Template::Braces => "Go or Jinja",
        })
    }
}

impl Template {
    /// That of a text in which something is to be filled in.
    pub fn of(text: &str) -> Self {
        if text.contains("{%") || text.contains("{#") {
            return Template::Jinja;
        }
        let mut expressions = text.match_indices("{{").map(|(at, _)| at);
        const GO: [&str; 14] =
            ["if", "else", "end", "range", "with", "define", "include", "template", "block", "toYaml", "tpl", "printf", "required", "/*"];
        let go = |start: usize| {
            let inside = text[start + 2..].trim_start_matches(['-', ' ', '\t']);
            inside.starts_with(['.', '$']) || GO.iter().any(|word| inside.strip_prefix(word).is_some_and(|rest| !rest.starts_with(is_word)))
        };
        let filtered = |start: usize| {
            let inside = &text[start + 2..];
            let inside = &inside[..inside.find("}}").unwrap_or(inside.len())];
            inside.contains('|') || inside.trim_matches(['-', ' ', '\t']).chars().all(|c| is_word(c) || c == '.')
        };
        match () {
            () if expressions.clone().any(go) => Template::Go,
            () if expressions.any(filtered) => Template::Jinja,
            () => Template::Braces,
        }
    }

    /// What the operator can do.
    pub fn help(self) -> &'static str {
        match self {
            Template::Go => "render it first (`helm template`) and open what comes out",
            Template::Jinja => "render it first (`ansible --check --diff`, `jinja2`) and open what comes out",
            Template::Braces => "render it first (`helm template`, `ansible --check --diff`) and open what comes out",
        }
    }
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_told_by_what_they_say() {
        for (text, template) in [
            ("{{ .Values.roles | toYaml }}", Template::Go),
            ("{{- range $k, $v := .Values.x }}\na\n{{- end }}", Template::Go),
            ("{{- if .x }}", Template::Go),
            ("{{ include \"chart.name\" . }}", Template::Go),
            ("{% for role in roles %}\n{{ role }}:\n{% endfor %}", Template::Jinja),
            ("{# note #}", Template::Jinja),
            ("hash: {{ admin_hash }}", Template::Jinja),
            ("hash: {{ admin | bcrypt }}", Template::Jinja),
            ("hash: {{ lookup('env', 'X') }}", Template::Braces),
        ] {
            assert_eq!(Template::of(text), template, "{text}");
        }
    }
}

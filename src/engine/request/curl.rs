//! A curl line as operators paste it: method, URL, body, the tenant header, the user.

use super::line::path_of;
use super::{Body, Request};

/// What a curl line says.
#[derive(Debug, Clone, PartialEq)]
pub struct Curl {
    /// The request.
    pub request: Request,
    /// The user of `-u`; the password is dropped.
    pub user: Option<String>,
}

/// The text is no curl line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CurlError {
    /// It does not start with `curl`.
    #[error("no curl line: it does not start with `curl`")]
    NotCurl,
    /// A quote is not closed.
    #[error("a quote in the curl line is not closed")]
    Quote,
    /// No URL.
    #[error("the curl line has no URL")]
    Url,
}

/// A request as a curl line that sends it to a node on this machine; curl asks for the user's password.
pub fn write_curl(request: &Request, user: &str) -> String {
    let quote = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    let url = quote(&format!("https://localhost:9200/{}", request.path.trim_start_matches('/')));
    let mut line = format!("curl -u {} -X {} {url}", quote(user), request.method);
    for (name, value) in &request.headers {
        line.push_str(&format!(" -H {}", quote(&format!("{name}: {value}"))));
    }
    let body = match &request.body {
        Body::None => None,
        Body::Json(value) => Some(value.to_string()),
        Body::Lines(lines) => Some(lines.iter().map(|line| format!("{line}\n")).collect()),
        Body::Text(text) => Some(text.clone()),
    };
    if let Some(body) = body {
        line.push_str(&format!(" -H 'content-type: application/json' --data-binary {}", quote(&body)));
    }
    line
}

/// Options that take a value which is of no interest here.
const SKIPPED: [&str; 16] = [
    "-o",
    "--output",
    "--cacert",
    "--cert",
    "-E",
    "--key",
    "--connect-timeout",
    "-m",
    "--max-time",
    "-w",
    "--write-out",
    "-A",
    "--user-agent",
    "-x",
    "--proxy",
    "--resolve",
];

/// Read a curl command; line continuations, quotes and `$'…'` as a shell reads them.
pub fn parse_curl(text: &str) -> Result<Curl, CurlError> {
    let words = words(text)?;
    let mut words = words.into_iter().skip_while(|word| word == "$" || word == "sudo");
    if words.next().as_deref() != Some("curl") {
        return Err(CurlError::NotCurl);
    }
    let (mut method, mut url, mut data, mut user, mut headers) = (None, None, Vec::new(), None, Vec::new());
    let mut get = false;
    while let Some(word) = words.next() {
        let (name, joined) = option(&word);
        let mut value = || joined.clone().or_else(|| words.next());
        match name.as_str() {
            "-X" | "--request" => method = value(),
            "-u" | "--user" => user = value().map(|pair| pair.split(':').next().unwrap_or_default().to_owned()),
            "-H" | "--header" => {
                if let Some((name, value)) = value().as_deref().and_then(|header| header.split_once(':')) {
                    headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
                }
            }
            "-d" | "--data" | "--data-raw" | "--data-binary" | "--data-ascii" | "--json" => data.extend(value()),
            "-I" | "--head" => method = Some("HEAD".to_owned()),
            "-G" | "--get" => get = true,
            "--url" => url = value(),
            name if SKIPPED.contains(&name) => {
                value();
            }
            name if name.starts_with('-') => {}
            _ => url = url.or(Some(word)),
        }
    }
    let mut path = path_of(&with_scheme(&url.ok_or(CurlError::Url)?));
    if get && !data.is_empty() {
        path = format!("{path}{}{}", if path.contains('?') { '&' } else { '?' }, data.join("&"));
        data.clear();
    }
    let body = data.join("\n");
    let method = method.unwrap_or_else(|| if body.is_empty() { "GET" } else { "POST" }.to_owned()).to_ascii_uppercase();
    // credentials and content types decide nothing, and the former must not be kept
    headers
        .retain(|(name, _)| matches!(name.as_str(), "securitytenant" | "security_tenant" | "es-security-runas-user" | "x-forwarded-for"));
    Ok(Curl { request: Request { method, body: Body::parse(&body, &path), path, headers }, user })
}

/// `--name=value` and `-Xvalue` in two.
fn option(word: &str) -> (String, Option<String>) {
    if let Some((name, value)) = word.strip_prefix("--").and_then(|rest| rest.split_once('=')) {
        return (format!("--{name}"), Some(value.to_owned()));
    }
    match word.strip_prefix('-') {
        Some(rest) if !rest.starts_with('-') => {
            let flags = rest.trim_start_matches(['s', 'S', 'k', 'i', 'v', 'L', 'f', 'g', 'N']);
            match flags.chars().next() {
                Some(letter @ ('X' | 'u' | 'H' | 'd' | 'o' | 'm' | 'w' | 'A' | 'x' | 'E')) => {
                    let value = &flags[1..];
                    (format!("-{letter}"), (!value.is_empty()).then(|| value.to_owned()))
                }
                Some(letter) => (format!("-{letter}"), None),
                None => (word.to_owned(), None),
            }
        }
        _ => (word.to_owned(), None),
    }
}

/// curl takes `host:9200/path` without a scheme.
fn with_scheme(url: &str) -> String {
    if url.contains("://") || url.starts_with('/') { url.to_owned() } else { format!("https://{url}") }
}

fn words(text: &str) -> Result<Vec<String>, CurlError> {
    let (mut out, mut word, mut open) = (Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('\n') => {}
                Some('\r') => {
                    chars.next_if_eq(&'\n');
                }
                Some(next) => {
                    word.push(next);
                    open = true;
                }
                None => {}
            },
            '\'' | '"' => {
                let ansi = c == '\'' && word == "$";
                if ansi {
                    word.clear();
                }
                open = true;
                loop {
                    match chars.next().ok_or(CurlError::Quote)? {
                        end if end == c => break,
                        '\\' if c == '"' || ansi => match chars.next().ok_or(CurlError::Quote)? {
                            'n' if ansi => word.push('\n'),
                            't' if ansi => word.push('\t'),
                            next if ansi || matches!(next, '"' | '\\' | '$' | '`') => word.push(next),
                            '\n' => {}
                            next => word.extend(['\\', next]),
                        },
                        inner => word.push(inner),
                    }
                }
            }
            c if c.is_whitespace() => {
                if open {
                    out.push(std::mem::take(&mut word));
                }
                open = false;
            }
            c => {
                word.push(c);
                open = true;
            }
        }
    }
    if open {
        out.push(word);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pasted_line_is_a_request_and_a_user() {
        let curl = parse_curl(
            "curl -sk -u 'svc:secret' -XPOST \\\n 'https://node:9200/logs/_search?size=0' -H 'Content-Type: application/json' -H 'securitytenant: hr' -d '{\"query\":{\"match_all\":{}}}'",
        )
        .unwrap();
        assert_eq!(curl.user.as_deref(), Some("svc"));
        assert_eq!(curl.request.to_string(), "POST /logs/_search?size=0");
        assert_eq!(curl.request.body, Body::Json(json!({"query":{"match_all":{}}})));
        assert_eq!(curl.request.headers, [("securitytenant".to_owned(), "hr".to_owned())]);
        assert!(!format!("{curl:?}").contains("secret"));
    }

    #[test]
    fn without_a_method_the_data_decides() {
        assert_eq!(parse_curl("curl localhost:9200/_cat/indices").unwrap().request.to_string(), "GET /_cat/indices");
        assert_eq!(parse_curl("curl localhost:9200/a/_doc -d'{}'").unwrap().request.to_string(), "POST /a/_doc");
        assert_eq!(parse_curl("curl -I localhost:9200").unwrap().request.to_string(), "HEAD /");
    }

    #[test]
    fn what_is_no_curl_line_says_why() {
        assert_eq!(parse_curl("wget x"), Err(CurlError::NotCurl));
        assert_eq!(parse_curl("curl 'x"), Err(CurlError::Quote));
        assert_eq!(parse_curl("curl -s"), Err(CurlError::Url));
    }
}

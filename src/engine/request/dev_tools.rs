//! The text of a Dev Tools buffer (and of an `.http` file): request lines, each followed by its body.

use super::line::{parse_line, starts_request};
use super::{Body, LineError, Request};

/// Read every request of a buffer, each with the line (from 1) that it starts in. Comments (`#`, `//`,
/// `/* … */`) and header lines of `.http` files are left out.
pub fn parse_dev_tools(text: &str) -> Vec<(u32, Result<Request, LineError>)> {
    let mut out: Vec<(u32, Result<Request, LineError>)> = Vec::new();
    let mut body = String::new();
    let (mut in_comment, mut in_string) = (false, false);
    for (number, line) in text.lines().enumerate() {
        let bare = line.trim();
        if in_comment {
            in_comment = !bare.contains("*/");
            continue;
        }
        if !in_string {
            if bare.starts_with('#') || bare.starts_with("//") {
                continue;
            }
            if bare.starts_with("/*") {
                in_comment = !bare.contains("*/");
                continue;
            }
            if starts_request(bare) {
                close(&mut out, &mut body);
                out.push((number as u32 + 1, parse_line(bare)));
                continue;
            }
            if out.is_empty() {
                if !bare.is_empty() {
                    out.push((number as u32 + 1, parse_line(bare)));
                }
                continue;
            }
            if body.trim().is_empty() && header(bare, &mut out) {
                continue;
            }
        }
        in_string ^= bare.matches("\"\"\"").count() % 2 == 1;
        body.push_str(line);
        body.push('\n');
    }
    close(&mut out, &mut body);
    out
}

fn close(out: &mut [(u32, Result<Request, LineError>)], body: &mut String) {
    if let Some((_, Ok(request))) = out.last_mut() {
        request.body = Body::parse(body, &request.path);
    }
    body.clear();
}

/// `name: value` before the body.
fn header(line: &str, out: &mut [(u32, Result<Request, LineError>)]) -> bool {
    let Some((name, value)) = line.split_once(':') else { return false };
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
        return false;
    }
    if let Some((_, Ok(request))) = out.last_mut() {
        request.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_buffer_holds_requests_with_bodies() {
        let text = "# health\nGET _cluster/health\n\nPOST _bulk\n{\"index\":{\"_index\":\"a\"}}\n{\"x\":1}\n/* off\nGET no */\nPUT a/_doc/1\n{\n  \"m\": \"\"\"GET x\nGET y\"\"\"\n}\n";
        let requests = parse_dev_tools(text);
        let lines: Vec<_> = requests.iter().map(|(line, request)| (*line, request.as_ref().unwrap().to_string())).collect();
        assert_eq!(lines, [(2, "GET /_cluster/health".into()), (4, "POST /_bulk".into()), (9, "PUT /a/_doc/1".to_owned())]);
        assert_eq!(requests[1].1.as_ref().unwrap().body, Body::Lines(vec![json!({"index":{"_index":"a"}}), json!({"x":1})]));
        assert_eq!(requests[2].1.as_ref().unwrap().body, Body::Json(json!({"m": "GET x\nGET y"})));
    }

    #[test]
    fn headers_belong_to_the_request_before_its_body() {
        let requests = parse_dev_tools("GET /x\nsecuritytenant: hr\n\n{}\n");
        let request = requests[0].1.as_ref().unwrap();
        assert_eq!(request.headers, [("securitytenant".to_owned(), "hr".to_owned())]);
        assert_eq!(request.body, Body::Json(json!({})));
    }

    #[test]
    fn text_that_is_none_is_an_error_with_its_line() {
        assert!(matches!(parse_dev_tools("\nhello there\n")[..], [(2, Err(LineError::Method(_)))]));
    }
}

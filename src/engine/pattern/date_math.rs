//! `<logs-{now/d{yyyy.MM.dd|+01:00}}>` in index names.

/// What a name with date math stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateMath {
    /// The name has no date math.
    Plain,
    /// The resolved name.
    Resolved(String),
}

/// Why a date math expression has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DateMathError {
    /// The engine refuses it too (400).
    #[error("invalid date math in `{0}`")]
    Invalid(String),
    /// It needs the time, and none is given.
    #[error("`{0}` depends on the time of the request")]
    NeedsNow(String),
    /// The engine knows it, this reading does not.
    #[error("unsupported date math in `{0}`")]
    Unsupported(String),
}

/// Resolve a name at `now`, in seconds since 1970 (UTC).
pub fn date_math(expression: &str, now: Option<i64>) -> Result<DateMath, DateMathError> {
    let Some(inner) = expression.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) else {
        return Ok(DateMath::Plain);
    };
    let invalid = || DateMathError::Invalid(expression.to_owned());
    let (mut out, mut place) = (String::new(), None::<String>);
    let (mut escaped, mut in_format) = (false, false);
    for c in inner.chars() {
        let was_escaped = std::mem::replace(&mut escaped, false);
        if c == '\\' && !was_escaped {
            escaped = true;
            continue;
        }
        match (&mut place, c) {
            (None, '{') if !was_escaped => place = Some(String::new()),
            (None, '}') if !was_escaped => return Err(invalid()),
            (None, _) => out.push(c),
            (Some(text), '{') if !was_escaped => {
                if in_format {
                    return Err(invalid());
                }
                in_format = true;
                text.push(c);
            }
            (Some(text), '}') if !was_escaped && in_format => {
                in_format = false;
                text.push(c);
            }
            (Some(text), '}') if !was_escaped => {
                out.push_str(&place_holder(text, now).map_err(|why| why(expression.to_owned()))?);
                place = None;
            }
            (Some(text), _) => text.push(c),
        }
    }
    if place.is_some() || out.is_empty() { Err(invalid()) } else { Ok(DateMath::Resolved(out)) }
}

type Why = fn(String) -> DateMathError;

fn place_holder(text: &str, now: Option<i64>) -> Result<String, Why> {
    let (math, format, zone) = match text.split_once('{') {
        None => (text, "uuuu.MM.dd", 0),
        Some((math, format)) => {
            let format = format.strip_suffix('}').filter(|format| !format.is_empty()).ok_or(DateMathError::Invalid as Why)?;
            match format.split_once('|') {
                None => (math, format, 0),
                Some((format, zone)) => (math, format, offset(zone)?),
            }
        }
    };
    let fields = fields(format)?;
    let (start, operations) = match math.split_once("||") {
        Some((anchor, operations)) => (parse(anchor, &fields)? - zone, operations),
        None => {
            let operations = math.strip_prefix("now").ok_or(DateMathError::Invalid as Why)?;
            (now.ok_or(DateMathError::NeedsNow as Why)?, operations)
        }
    };
    Ok(render(operate(start + zone, operations)?, &fields))
}

fn offset(zone: &str) -> Result<i64, Why> {
    if matches!(zone, "UTC" | "Z" | "GMT") {
        return Ok(0);
    }
    let sign = match zone.chars().next() {
        Some('+') => 1,
        Some('-') => -1,
        _ => return Err(DateMathError::Unsupported),
    };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let number = |range: std::ops::Range<usize>| {
        digits.get(range).map_or(Ok(0), |part| part.parse::<i64>().map_err(|_| DateMathError::Invalid as Why))
    };
    if digits.len() != 2 && digits.len() != 4 {
        return Err(DateMathError::Unsupported);
    }
    Ok(sign * (number(0..2)? * 3600 + if digits.len() == 4 { number(2..4)? * 60 } else { 0 }))
}

/// A piece of a date format.
enum Field {
    Literal(String),
    Number(char, usize),
}

fn fields(format: &str) -> Result<Vec<Field>, Why> {
    let mut fields = Vec::new();
    let mut rest = format.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '\'' {
            let quoted: String = std::iter::from_fn(|| rest.next_if(|c| *c != '\'')).collect();
            rest.next();
            fields.push(Field::Literal(if quoted.is_empty() { "'".to_owned() } else { quoted }));
        } else if c.is_ascii_alphabetic() {
            let mut count = 1;
            while rest.next_if_eq(&c).is_some() {
                count += 1;
            }
            let known = match c {
                'y' | 'u' => count == 1 || count == 2 || count == 4,
                'M' | 'd' | 'H' | 'm' | 's' => count <= 2,
                _ => false,
            };
            if !known {
                return Err(DateMathError::Unsupported);
            }
            fields.push(Field::Number(if c == 'u' { 'y' } else { c }, count));
        } else {
            fields.push(Field::Literal(c.to_string()));
        }
    }
    Ok(fields)
}

/// Year, month, day, hour, minute, second.
type Civil = [i64; 6];

fn parse(text: &str, fields: &[Field]) -> Result<i64, Why> {
    let mut civil: Civil = [1970, 1, 1, 0, 0, 0];
    let mut rest = text;
    for field in fields {
        match field {
            Field::Literal(literal) => rest = rest.strip_prefix(literal.as_str()).ok_or(DateMathError::Invalid as Why)?,
            Field::Number(unit, count) => {
                let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()).min(if *count == 1 { 9 } else { *count });
                let (digits, left) = rest.split_at(end);
                let value: i64 = digits.parse().map_err(|_| DateMathError::Invalid as Why)?;
                civil[position(*unit)] = if *unit == 'y' && *count == 2 { 2000 + value } else { value };
                rest = left;
            }
        }
    }
    let in_range = (1..=12).contains(&civil[1]) && (1..=31).contains(&civil[2]) && civil[3] < 24 && civil[4] < 60 && civil[5] < 60;
    if rest.is_empty() && in_range && civil[0] < 1_000_000 { Ok(seconds(civil)) } else { Err(DateMathError::Invalid) }
}

fn position(unit: char) -> usize {
    match unit {
        'y' => 0,
        'M' => 1,
        'd' => 2,
        'H' => 3,
        'm' => 4,
        _ => 5,
    }
}

fn render(at: i64, fields: &[Field]) -> String {
    let civil = civil(at);
    fields
        .iter()
        .map(|field| match field {
            Field::Literal(literal) => literal.clone(),
            Field::Number('y', 2) => format!("{:02}", civil[0].rem_euclid(100)),
            Field::Number(unit, count) => format!("{:0width$}", civil[position(*unit)], width = *count),
        })
        .collect()
}

fn operate(mut at: i64, operations: &str) -> Result<i64, Why> {
    let mut rest = operations.chars().peekable();
    while let Some(operator) = rest.next() {
        let digits: String = std::iter::from_fn(|| rest.next_if(char::is_ascii_digit)).collect();
        let amount: i64 = if digits.is_empty() { 1 } else { digits.parse().map_err(|_| DateMathError::Invalid as Why)? };
        let unit = rest.next().ok_or(DateMathError::Invalid as Why)?;
        if amount > 10_000_000 {
            return Err(DateMathError::Invalid);
        }
        at = match operator {
            '+' => add(at, amount, unit)?,
            '-' => add(at, -amount, unit)?,
            '/' if digits.is_empty() => round(at, unit)?,
            _ => return Err(DateMathError::Invalid),
        };
    }
    Ok(at)
}

fn add(at: i64, amount: i64, unit: char) -> Result<i64, Why> {
    let months = |count: i64| {
        let mut civil = civil(at);
        let month = civil[0] * 12 + civil[1] - 1 + count;
        (civil[0], civil[1]) = (month.div_euclid(12), month.rem_euclid(12) + 1);
        civil[2] = civil[2].min(days_in_month(civil[0], civil[1]));
        seconds(civil)
    };
    Ok(match unit {
        'y' => months(amount * 12),
        'M' => months(amount),
        'w' => at + amount * 7 * 86_400,
        'd' => at + amount * 86_400,
        'h' | 'H' => at + amount * 3600,
        'm' => at + amount * 60,
        's' => at + amount,
        _ => return Err(DateMathError::Invalid),
    })
}

fn round(at: i64, unit: char) -> Result<i64, Why> {
    let [year, month, ..] = civil(at);
    Ok(match unit {
        'y' => seconds([year, 1, 1, 0, 0, 0]),
        'M' => seconds([year, month, 1, 0, 0, 0]),
        // weeks begin on Monday; day 0 was a Thursday
        'w' => at - (at.div_euclid(86_400) + 3).rem_euclid(7) * 86_400 - at.rem_euclid(86_400),
        'd' => at - at.rem_euclid(86_400),
        'h' | 'H' => at - at.rem_euclid(3600),
        'm' => at - at.rem_euclid(60),
        's' => at,
        _ => return Err(DateMathError::Invalid),
    })
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Seconds since 1970 of a date of the Gregorian calendar (days counted in eras of 400 years).
fn seconds([year, month, day, hour, minute, second]: Civil) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era * 146_097 + day_of_era - 719_468) * 86_400 + hour * 3600 + minute * 60 + second
}

fn civil(at: i64) -> Civil {
    let (days, rest) = (at.div_euclid(86_400) + 719_468, at.rem_euclid(86_400));
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    [year, month, day_of_year - (153 * shifted + 2) / 5 + 1, rest / 3600, rest % 3600 / 60, rest % 60]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(expression: &str, now: i64) -> String {
        match date_math(expression, Some(now)) {
            Ok(DateMath::Resolved(name)) => name,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn the_documented_examples_resolve() {
        // 22nd March 2024, noon UTC: the examples of the date math page of the API conventions
        let noon = 1_711_108_800;
        assert_eq!(at("<logstash-{now/d}>", noon), "logstash-2024.03.22");
        assert_eq!(at("<logstash-{now/M}>", noon), "logstash-2024.03.01");
        assert_eq!(at("<logstash-{now/M{yyyy.MM}}>", noon), "logstash-2024.03");
        assert_eq!(at("<logstash-{now/M-1M{yyyy.MM}}>", noon), "logstash-2024.02");
        assert_eq!(at("<logstash-{now/d{yyyy.MM.dd|+12:00}}>", noon), "logstash-2024.03.23");
        assert_eq!(at(r"<elastic\{ON\}-{now/M}>", noon), "elastic{ON}-2024.03.01");
        assert_eq!(at("<new-{now/y{yyyy}}-01>", noon), "new-2024-01");
    }

    #[test]
    fn an_anchor_needs_no_clock() {
        assert_eq!(date_math("<logs-{2025-01||/M{yyyy-MM}}>", None), Ok(DateMath::Resolved("logs-2025-01".to_owned())));
        assert_eq!(date_math("<logs-{2025-01||+1M/M{yyyy-MM}}>", None), Ok(DateMath::Resolved("logs-2025-02".to_owned())));
        assert_eq!(date_math("logs", None), Ok(DateMath::Plain));
        assert!(matches!(date_math("<logs-{now/d}>", None), Err(DateMathError::NeedsNow(_))));
        assert!(matches!(date_math("<logs-{now/d>", None), Err(DateMathError::Invalid(_))));
    }

    #[test]
    fn dates_survive_the_round_trip() {
        for at in (-5_000_000_000i64..5_000_000_000).step_by(86_400 * 37 + 12_345) {
            assert_eq!(seconds(civil(at)), at);
        }
    }
}

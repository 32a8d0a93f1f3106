//! Parses the known forms of a token file.
//! These are the whole header line that the vendor's docs use with `curl -H @file`, `Bearer …`, and the bare
//! token. Pure; an error is a fragment without trailing period.

use secrecy::SecretString;

/// Parses the one token of a file.
/// The error continues the text "the token file PATH …" and never contains the content.
pub fn parse(bytes: &[u8]) -> Result<SecretString, &'static str> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("is saved as UTF-16; save it as plain text");
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| "contains invalid characters")?;
    let mut lines = text
        .split(['\n', '\r'])
        .map(|line| line.trim_matches([' ', '\t']))
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let line = lines.next().ok_or("is empty")?;
    if lines.next().is_some() {
        return Err("contains more than one line; it must hold exactly one token");
    }
    let token = strip_header(line);
    if token.contains(|c: char| c.is_control() && c != '\t') || !token.is_ascii() {
        return Err("contains invalid characters");
    }
    match token {
        "" => Err("contains no token after “Bearer”"),
        _ if ["null", "undefined", "none"].iter().any(|word| token.eq_ignore_ascii_case(word)) => {
            Err("contains “null”: the command that fetched the token failed")
        }
        _ if token.contains([' ', '\t']) => {
            Err("contains more than one word; it must hold exactly one token")
        }
        _ if !token.chars().all(is_token_char) => Err("does not contain a token"),
        _ => Ok(SecretString::from(token)),
    }
}

/// Parses a secret from a file or the output of a program: one line, without its line end.
pub fn parse_secret(bytes: &[u8]) -> Result<SecretString, &'static str> {
    let text = std::str::from_utf8(bytes).map_err(|_| "contains invalid characters")?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err("is empty");
    }
    if text.contains(char::is_control) {
        return Err("contains more than one line, or control characters");
    }
    Ok(SecretString::from(text))
}

/// Returns a line without quotes, `Authorization:` and `Bearer`.
fn strip_header(line: &str) -> &str {
    let mut rest = strip_quotes(line);
    if let Some(without_word) = strip_word(rest, "authorization")
        && let Some(value) = without_word.trim_start().strip_prefix(':')
    {
        rest = strip_quotes(value.trim());
    }
    match strip_word(rest, "bearer") {
        Some(without_word) if without_word.is_empty() || without_word.starts_with([' ', '\t']) => {
            strip_quotes(without_word.trim())
        }
        _ => rest,
    }
}

fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(word.len())?;
    head.eq_ignore_ascii_case(word).then_some(rest)
}

fn strip_quotes(text: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote)) {
            return inner.trim();
        }
    }
    text
}

/// True for the characters of a bearer token (RFC 6750).
fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | '+' | '/' | '=')
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn every_known_form_gives_the_same_token() {
        for form in [
            "aa.bb-_.cc=",
            "aa.bb-_.cc=\n",
            "Bearer aa.bb-_.cc=",
            "bearer \t aa.bb-_.cc=\r\n",
            "Authorization: Bearer aa.bb-_.cc=\n",
            "AUTHORIZATION : BEARER aa.bb-_.cc=",
            "authorization:aa.bb-_.cc=",
            "\u{feff}Authorization: Bearer aa.bb-_.cc=\r\n",
            "\"Authorization: Bearer aa.bb-_.cc=\"",
            "Authorization: 'Bearer aa.bb-_.cc='",
            "Bearer \"aa.bb-_.cc=\"",
            "'aa.bb-_.cc='",
            "\n  \n# got on Friday\r\n\n  Bearer aa.bb-_.cc=  \n\n",
        ] {
            let token = parse(form.as_bytes()).unwrap_or_else(|reason| panic!("{form:?} {reason}"));
            assert_eq!(token.expose_secret(), "aa.bb-_.cc=", "{form:?}");
        }
    }

    #[test]
    fn token_that_starts_with_bearer_is_not_cut() {
        assert_eq!(parse(b"bearerish").expect("a token").expose_secret(), "bearerish");
    }

    #[test]
    fn text_that_is_not_one_token_is_rejected() {
        for (form, reason) in [
            (&b""[..], "is empty"),
            (b"\n# only a remark\n", "is empty"),
            (b"\xef\xbb\xbf", "is empty"),
            (b"Bearer", "no token after"),
            (b"Authorization: Bearer ", "no token after"),
            (b"\"\"", "no token after"),
            (b"Bearer null", "null"),
            (b"Authorization: Bearer NULL\n", "null"),
            (b"null", "null"),
            (b"one\ntwo", "more than one line"),
            (b"Bearer one two", "more than one word"),
            (b"a\x1bb", "invalid characters"),
            (b"a\0b", "invalid characters"),
            ("tökén".as_bytes(), "invalid characters"),
            (b"a\xffb", "invalid characters"),
            (b"\xff\xfea\0b\0", "UTF-16"),
            (b"{\"access_token\":\"abc\"}", "does not contain a token"),
        ] {
            let refused = parse(form).expect_err("refused");
            assert!(refused.contains(reason), "{form:?}: {refused}");
        }
    }
}

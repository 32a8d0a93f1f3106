//! `--jq`: applies a jq expression to the JSON document of the results.

use std::io::{self, Write};

use jaq_core::load::{self, Arena, Error as LoadError, File, Loader};
use jaq_core::{Compiler, Ctx, Filter, Vars, data, unwrap_valr};
use jaq_json::{Val, read};

use crate::domain::json::escape_for_terminal;
use crate::domain::text::{is_unsafe, sanitize};

type JqData = data::JustLut<Val>;

/// Formats of jq that the library lacks.
const DEFINITIONS: &str = r#"
def @csv: map(if isstring then "\"" + (split("\"") | join("\"\"")) + "\"" elif . == null then "" else tostring end)
    | join(",");
def @tsv: map(if . == null then "" else tostring
    | split("\\") | join("\\\\") | split("\t") | join("\\t") | split("\n") | join("\\n") | split("\r") | join("\\r") end)
    | join("\t");
"#;

/// Compiles an expression.
///
/// # Errors
/// The expression is wrong; the text names the place.
pub(super) fn compile(expression: &str) -> Result<Filter<JqData>, String> {
    let own = load::parse(DEFINITIONS, |parser| parser.defs()).unwrap_or_default();
    let defs = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs()).chain(own);
    let funs = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let arena = Arena::default();
    let file = File { code: expression, path: () };
    let modules = Loader::new(defs)
        .load(&arena, file)
        .map_err(|errors| errors.first().map_or_else(String::new, |(_, error)| load_error_text(error)))?;
    Compiler::default().with_funs(funs).compile(modules).map_err(|errors| {
        let first = errors.iter().flat_map(|(_, errors)| errors).next();
        first.map_or_else(String::new, |(name, kind)| {
            format!("the {} {} is unknown", kind.as_str(), sanitize(name))
        })
    })
}

fn load_error_text(error: &LoadError<&str>) -> String {
    let near = |rest: &str| match rest {
        "" => "at its end".to_owned(),
        rest => format!("before {}", sanitize(rest)),
    };
    match error {
        LoadError::Lex(errors) => {
            errors.first().map(|(want, rest)| format!("expected {} {}", want.as_str(), near(rest)))
        }
        LoadError::Parse(errors) => {
            errors.first().map(|(want, rest)| format!("expected {} {}", want.as_str(), near(rest)))
        }
        LoadError::Io(_) => None,
    }
    .unwrap_or_else(|| "modules cannot be imported".to_owned())
}

/// Writes the results of the expression for a JSON document, a line each, as they are computed: an expression may
/// have endless results. Texts have no quotes, as with `jq --raw-output`; line ends and tabs stay, other control
/// characters become visible marks.
///
/// # Errors
/// The expression is wrong or has failed (kind `Other`), or a result cannot be written.
pub(super) fn run(expression: &str, document: &str, out: &mut impl Write) -> io::Result<()> {
    let failed = |reason: String| io::Error::other(format!("--jq failed: {reason}"));
    let filter = compile(expression).map_err(failed)?;
    let input = read::parse_single(document.as_bytes())
        .map_err(|error| failed(sanitize(&error.to_string()).into()))?;
    let context = Ctx::<JqData>::new(&filter.lut, Vars::new([]));
    for value in filter.id.run((context, input)).map(unwrap_valr) {
        match value.map_err(|error| failed(sanitize(&error.to_string()).into()))? {
            Val::TStr(text) => writeln!(out, "{}", escape_lines(&String::from_utf8_lossy(&text)))?,
            value => writeln!(out, "{}", escape_for_terminal(&value.to_string()))?,
        }
    }
    out.flush()
}

/// Replaces control and invisible characters except line ends and tabs.
pub(super) fn escape_lines(text: &str) -> String {
    let is_plain = |c: char| matches!(c, '\n' | '\t') || !is_unsafe(c);
    text.split_inclusive(|c| !is_plain(c))
        .map(|part| match part.chars().next_back() {
            Some(last) if !is_plain(last) => {
                let plain = &part[..part.len() - last.len_utf8()];
                format!("{plain}{}", sanitize(last.encode_utf8(&mut [0; 4])))
            }
            _ => part.to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str =
        r#"{"items":[{"email":"a@x","n":1},{"email":"b\u001b[2J@x","n":2}],"complete":true}"#;

    fn results(expression: &str) -> Result<String, String> {
        let mut lines = Vec::new();
        run(expression, DOCUMENT, &mut lines).map_err(|error| error.to_string())?;
        Ok(String::from_utf8(lines).expect("text"))
    }

    #[test]
    fn jq_prints_raw_texts_and_compact_json() {
        for (expression, lines) in [
            (".items[].email", "a@x\nb␛[2J@x\n"),
            (".items|length", "2\n"),
            (".items[0]", "{\"email\":\"a@x\",\"n\":1}\n"),
            (".items[]|select(.n>1)|.n", "2\n"),
            (r#".items[]|[.n,.email]|@csv"#, "1,\"a@x\"\n2,\"b␛[2J@x\"\n"),
            (r#"["a\tb\\", null, 1]|@tsv"#, "a\\tb\\\\\t\t1\n"),
            (r#"["a\"b", true]|@csv"#, "\"a\"\"b\",true\n"),
            (r#".items|map(select(.email|test("^a")))|.[].n"#, "1\n"),
            (r#".complete, "a\nb", "\u001b" "#, "true\na\nb\n␛\n"),
            ("empty", ""),
        ] {
            assert_eq!(results(expression).as_deref(), Ok(lines), "{expression}");
        }
    }

    #[test]
    fn wrong_jq_expression_is_explained() {
        for (expression, part) in [
            (".items[", "expected"),
            ("nosuch", "filter"),
            (".items[].email | keys", "cannot"),
            ("\"\u{1b}", "expected"),
            ("$x", "variable"),
            ("import \"a\" as a; .", "imported"),
        ] {
            let error = results(expression).expect_err(expression);
            assert!(error.contains(part) && !error.contains('\u{1b}'), "{expression}: {error}");
        }
    }
}

//! `--template`: prints each item with a Jinja template.

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value};

use super::item::{Item, ItemKind};
use super::jq::escape_lines;
use crate::domain::text::sanitize;

/// A template for one item.
#[derive(Debug)]
pub(super) struct ItemTemplate {
    text: String,
    environment: Environment<'static>,
}

impl ItemTemplate {
    /// Parses a template.
    ///
    /// # Errors
    /// The template is wrong, or uses a field that the items do not have.
    pub(super) fn new(text: &str, kind: &ItemKind) -> Result<ItemTemplate, String> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let template = environment.template_from_str(text).map_err(|error| error_text(&error))?;
        let globals: Vec<&str> = environment.globals().map(|(name, _)| name).collect();
        let is_known = |name: &str| kind.fields.contains(&name) || globals.contains(&name);
        if let Some(name) = template.undeclared_variables(false).iter().find(|name| !is_known(name)) {
            return Err(format!(
                "{} is not a field. Use some of: {}",
                sanitize(name),
                kind.fields.join(", ")
            ));
        }
        Ok(ItemTemplate { text: text.to_owned(), environment })
    }

    /// Returns the line of an item.
    ///
    /// # Errors
    /// The template has failed.
    pub(super) fn render(&self, item: &Item) -> Result<String, String> {
        // A line end in a text must not look like the line of another item.
        let value_of = |value: &serde_json::Value| match value.as_str() {
            Some(text) => Value::from(sanitize(text).into_owned()),
            None => Value::from(Serde(value)),
        };
        let values = item.values().iter().map(|(name, value)| (*name, value_of(value)));
        let values = Value::from_pairs(values);
        let line =
            self.environment.template_from_str(&self.text).and_then(|template| template.render(values));
        line.map(|line| escape_lines(&line)).map_err(|error| error_text(&error))
    }
}

fn error_text(error: &minijinja::Error) -> String {
    let kind = error.kind().to_string();
    sanitize(error.detail().unwrap_or(&kind)).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cli::kinds::INVITE;

    #[test]
    fn template_is_rendered_with_the_fields_of_an_item() {
        let item = Item::new([("email", json!("a\u{1b}@x")), ("expiry_time", json!(null))]);
        for (text, line) in [
            ("{{ email }}", "a␛@x"),
            ("{{ email|upper }} {{ expiry_time or '-' }}", "A␛@X -"),
            ("{% if expiry_time %}x{% else %}never{% endif %}", "never"),
            ("<{{ email|length }}>", "<4>"),
        ] {
            let template = ItemTemplate::new(text, &INVITE).expect(text);
            assert_eq!(template.render(&item).as_deref(), Ok(line), "{text}");
        }
        for (text, part) in [("{{ role }}", "role is not a field"), ("{{ email", "expected")] {
            let error = ItemTemplate::new(text, &INVITE).expect_err(text);
            assert!(error.contains(part), "{error}");
        }
    }
}

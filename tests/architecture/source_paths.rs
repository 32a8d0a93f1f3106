//! Parses a source file: its paths, resolved to a module or crate, and possible writes of a client.
//! The rules are elsewhere.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ExprMethodCall, Item, ItemMod, ItemUse, Macro, Meta, MetaList, UseTree};

/// The segments of a path.
pub type Segments = Vec<String>;

/// The paths of a file with their lines, and calls that look like a client's write.
#[derive(Default)]
pub struct SourcePaths {
    pub module: Segments,
    /// Folder of the file, from which `#[path]` counts.
    folder: Segments,
    pub crates: HashSet<String>,
    /// Names that the `use` lines define, resolved.
    names: HashMap<String, Segments>,
    /// Names that the `pub use` lines export, and their origin.
    pub exports: HashMap<String, Segments>,
    /// All paths except those of `pub use` lines.
    pub imports: Vec<Segments>,
    is_export: bool,
    /// Modules that the file declares, with their full names.
    child_modules: HashMap<String, Segments>,
    pub paths: Vec<(Segments, usize)>,
    /// Last name of the receiver, and the line.
    pub writes: Vec<(String, usize)>,
    /// Modules that exist only in tests.
    pub test_modules: Vec<Segments>,
}

impl SourcePaths {
    /// Parses a file. A path that starts with one of `crates` leads to that crate.
    pub fn from_source(file: &str, source: &str, crates: &HashSet<String>) -> SourcePaths {
        let module = module_segments(file);
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let folder = module_segments(folder);
        let mut source_paths =
            SourcePaths { module, folder, crates: crates.clone(), ..SourcePaths::default() };
        let parsed = syn::parse_file(source).unwrap_or_else(|error| panic!("{file}: {error}"));
        // Twice: a name may be used above its `use` line.
        source_paths.visit_file(&parsed);
        (source_paths.paths, source_paths.writes, source_paths.test_modules) = Default::default();
        source_paths.imports.clear();
        source_paths.visit_file(&parsed);
        source_paths
    }

    /// Returns the full path of a written one: it starts with `crate` or the name of a crate.
    fn resolve(&self, segments: &[String]) -> Segments {
        let mut base = [vec!["crate".to_owned()], self.module.clone()].concat();
        let mut rest = segments;
        match segments.first().map(String::as_str) {
            Some("self" | "super") => {}
            Some(first) if !self.crates.contains(first) => {
                let known = self.names.get(first).or_else(|| self.child_modules.get(first));
                let named = known.filter(|_| segments.len() > 1);
                return [named.cloned().unwrap_or_else(|| vec![first.to_owned()]), segments[1..].to_vec()]
                    .concat();
            }
            _ => return segments.to_vec(),
        }
        while let Some((first, after)) = rest.split_first().filter(|(f, _)| *f == "self" || *f == "super") {
            if first == "super" {
                base.pop();
            }
            rest = after;
        }
        [base, rest.to_vec()].concat()
    }

    fn add_path(&mut self, segments: &[String], line: usize) {
        let resolved = self.resolve(segments);
        if !self.is_export {
            self.imports.push(resolved.clone());
        }
        self.paths.push((resolved, line));
    }

    fn add_use(&mut self, before: &[String], tree: &UseTree) {
        let with = |ident: &syn::Ident| [before, &[ident.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.add_use(&with(&path.ident), &path.tree),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_use(before, tree)),
            UseTree::Glob(glob) => {
                self.add_path(&[before, &["*".to_owned()]].concat(), glob.span().start().line)
            }
            UseTree::Name(name) => self.add_name(with(&name.ident), None, name.span().start().line),
            UseTree::Rename(name) => {
                self.add_name(with(&name.ident), Some(name.rename.to_string()), name.span().start().line)
            }
        }
    }

    fn add_name(&mut self, mut path: Segments, renamed: Option<String>, line: usize) {
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let resolved = self.resolve(&path);
        let name = renamed.or_else(|| path.last().cloned()).expect("a last segment");
        if self.is_export {
            self.exports.insert(name.clone(), resolved.clone());
        }
        self.names.insert(name, resolved);
        self.add_path(&path, line);
    }

    /// Finds `a::b::c` and `client.create(…)` in the tokens of a macro, which syn does not parse.
    fn scan_tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let ident = |at: usize| match tokens.get(at) {
            Some(TokenTree::Ident(ident)) => Some(ident.to_string()),
            _ => None,
        };
        let is = |at: usize, c: char| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == c);
        let called = |at: usize| matches!(tokens.get(at), Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Parenthesis);
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let line = token.span().start().line;
            if let TokenTree::Group(group) = token {
                self.scan_tokens(group.stream());
            }
            let mut path: Segments = ident(at).into_iter().collect();
            if !path.is_empty() && at > 0 && is(at - 1, '.') && called(at + 1) && is_write(&path[0]) {
                let receiver = if at > 2 && called(at - 2) { at - 3 } else { at.saturating_sub(2) };
                self.writes.push((ident(receiver).unwrap_or_default(), line));
            }
            while !path.is_empty() && is(at + 1, ':') && is(at + 2, ':') {
                let Some(next) = ident(at + 3) else { break };
                path.push(next);
                at += 3;
            }
            if path.len() > 1 {
                self.add_path(&path, line);
            }
            at += 1;
        }
    }
}

/// Returns true if the method of a client changes something on the server.
pub fn is_write(method: &str) -> bool {
    method == "create" || method == "delete"
}

/// Returns the name of a receiver.
/// It is `client` for `self.client`, `(&client)` and `client.clone()`.
fn receiver_name(expr: &Expr) -> String {
    match expr {
        Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default(),
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => name.to_string(),
            syn::Member::Unnamed(_) => String::new(),
        },
        Expr::MethodCall(call) if call.method == "clone" => receiver_name(&call.receiver),
        Expr::MethodCall(call) => call.method.to_string(),
        Expr::Paren(inner) => receiver_name(&inner.expr),
        Expr::Reference(inner) => receiver_name(&inner.expr),
        _ => String::new(),
    }
}

fn is_test_only(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let Meta::List(list) = &attribute.meta else { return false };
        let all = list.parse_args_with(Punctuated::<Meta, syn::Token![,]>::parse_terminated);
        list.path.is_ident("cfg") && all.is_ok_and(|metas| metas.iter().any(needs_test))
    })
}

fn needs_test(meta: &Meta) -> bool {
    match meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("all") => list
            .parse_args_with(Punctuated::<Meta, syn::Token![,]>::parse_terminated)
            .is_ok_and(|metas| metas.iter().any(needs_test)),
        _ => false,
    }
}

/// Returns the file that `#[path = "…"]` names.
fn file_of_path_attribute(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("path") => match &meta.value {
            Expr::Lit(literal) => match &literal.lit {
                syn::Lit::Str(path) => Some(path.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    })
}

/// Returns the module of a file: `app/screen/mod.rs` is `app::screen`.
fn module_segments(file: &str) -> Segments {
    let pieces = file.trim_end_matches(".rs").split('/').map(str::to_owned);
    pieces.filter(|piece| !piece.is_empty() && piece != "mod" && piece != "lib").collect()
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

impl<'ast> Visit<'ast> for SourcePaths {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test_only(attributes(item)) {
            visit::visit_item(self, item);
        } else if let Item::Mod(module) = item {
            let found = match file_of_path_attribute(&module.attrs) {
                Some(path) => [self.folder.clone(), module_segments(&path)].concat(),
                None => [self.module.clone(), vec![module.ident.to_string()]].concat(),
            };
            self.test_modules.push(found);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        let name = module.ident.to_string();
        let whole = [vec!["crate".to_owned()], self.module.clone(), vec![name.clone()]].concat();
        self.child_modules.insert(name, whole);
        self.module.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.is_export = !matches!(item.vis, syn::Visibility::Inherited);
        self.add_use(&[], &item.tree);
        self.is_export = false;
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Segments = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.len() > 1 {
            self.add_path(&segments, path.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        self.scan_tokens(item.tokens.clone());
        visit::visit_macro(self, item);
    }

    fn visit_meta_list(&mut self, list: &'ast MetaList) {
        self.scan_tokens(list.tokens.clone());
        visit::visit_meta_list(self, list);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if is_write(&call.method.to_string()) {
            self.writes.push((receiver_name(&call.receiver), call.method.span().start().line));
        }
        visit::visit_expr_method_call(self, call);
    }
}

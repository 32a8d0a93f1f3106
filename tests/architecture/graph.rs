//! Graph of the imports of `src`: each path of a file leads to the file that defines it.
//! Re-exports are followed. Code for tests is left out.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::source_paths::{Segments, SourcePaths};

/// The imports of each file, as file names.
pub struct Graph {
    pub imports: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    pub fn from_files(files: &[(String, SourcePaths)]) -> Graph {
        let modules: HashMap<Segments, &(String, SourcePaths)> =
            files.iter().map(|file| (file.1.module.clone(), file)).collect();
        let imports = files.iter().map(|(name, source_paths)| {
            let targets =
                source_paths.imports.iter().filter_map(|path| find_defining_file(path, &modules, 0));
            (name.clone(), targets.filter(|target| target != name).collect())
        });
        Graph { imports: imports.collect() }
    }

    /// Returns groups of files that import each other in a cycle, each sorted.
    pub fn cycles(&self) -> Vec<Vec<String>> {
        let mut search = Search::new(self);
        for file in self.imports.keys() {
            search.visit(file);
        }
        search.cycles.sort();
        search.cycles
    }
}

/// Returns the file that defines the end of a path.
fn find_defining_file(
    path: &[String],
    modules: &HashMap<Segments, &(String, SourcePaths)>,
    depth: usize,
) -> Option<String> {
    let inner = path.split_first().filter(|(first, _)| *first == "crate" || *first == "guestlist")?.1;
    let of_module = (0..=inner.len()).rev().find(|length| modules.contains_key(&inner[..*length]))?;
    let (file, source_paths) = modules[&inner[..of_module]];
    let exported = inner.get(of_module).and_then(|name| source_paths.exports.get(name)).filter(|_| depth < 8);
    match exported {
        Some(target) => {
            let whole = [target.clone(), inner[of_module + 1..].to_vec()].concat();
            find_defining_file(&whole, modules, depth + 1).or_else(|| Some(file.clone()))
        }
        None => Some(file.clone()),
    }
}

/// Tarjan's search for strongly connected components.
struct Search<'a> {
    graph: &'a Graph,
    numbers: HashMap<&'a str, usize>,
    low_links: HashMap<&'a str, usize>,
    stack: Vec<&'a str>,
    cycles: Vec<Vec<String>>,
}

impl<'a> Search<'a> {
    fn new(graph: &'a Graph) -> Search<'a> {
        Search {
            graph,
            numbers: HashMap::new(),
            low_links: HashMap::new(),
            stack: Vec::new(),
            cycles: Vec::new(),
        }
    }

    fn visit(&mut self, file: &'a str) {
        if self.numbers.contains_key(file) {
            return;
        }
        let number = self.numbers.len();
        self.numbers.insert(file, number);
        self.low_links.insert(file, number);
        self.stack.push(file);
        for target in self.graph.imports.get(file).into_iter().flatten() {
            let is_new = !self.numbers.contains_key(target.as_str());
            self.visit(target);
            if is_new || self.stack.contains(&target.as_str()) {
                let reached = self.low_links[target.as_str()].min(self.low_links[file]);
                self.low_links.insert(file, reached);
            }
        }
        if self.low_links[file] == number {
            let from = self.stack.iter().position(|other| *other == file).expect("a file on the stack");
            let mut members: Vec<String> = self.stack.drain(from..).map(str::to_owned).collect();
            if members.len() > 1 {
                members.sort();
                self.cycles.push(members);
            }
        }
    }
}

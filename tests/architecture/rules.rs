//! The rules of `docs/architecture.md`, each a function from a file to its offences.

use std::collections::HashMap;
use std::fmt;

use super::document::Document;
use super::source::SourceFile;

/// What a file does that it may not, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Offence {
    file: String,
    line: usize,
    what: String,
}

impl Offence {
    fn new(file: &SourceFile, line: usize, what: String) -> Self {
        Self { file: file.name.clone(), line, what }
    }
}

impl fmt::Display for Offence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// Macros that stand at the crate's root by `#[macro_export]`, each with the module that defines it.
pub(crate) type RootMacros = HashMap<String, String>;

/// A module imports only from modules that stand before it.
pub(crate) fn order(file: &SourceFile, document: &Document, macros: &RootMacros) -> Vec<Offence> {
    let Some(from) = file.top_level().filter(|_| !file.is_tool()) else { return Vec::new() };
    let Some((rank, floor)) = document.place(from) else { return Vec::new() };
    let paths = file.paths();
    let names = paths.iter().filter_map(|path| path.root_name(&file.module));
    names
        .filter_map(|name| {
            let module = macros.get(&name.text).unwrap_or(&name.text);
            let what = match document.place(module) {
                Some((other, _)) if other <= rank => return None,
                Some((_, other)) => {
                    format!("`{from}` (floor {floor}) imports from `{module}` (floor {other}), which stands after it")
                }
                None => format!("`{from}` takes `{module}` from the crate's root instead of from a module"),
            };
            Some(Offence::new(file, name.line, what))
        })
        .collect()
}

/// The macros that `sources` export to the crate's root.
pub(crate) fn exported_macros(sources: &[SourceFile]) -> RootMacros {
    let mut macros = RootMacros::new();
    for file in sources {
        let Some(module) = file.top_level() else { continue };
        for window in file.tokens.windows(3) {
            if window[0].text == "macro_rules" && window[1].text == "!" {
                macros.insert(window[2].text.clone(), module.to_owned());
            }
        }
    }
    macros
}

/// A module of the crate stands in the table of floors.
pub(crate) fn known_module(file: &SourceFile, document: &Document) -> Option<Offence> {
    let module = file.top_level()?;
    let module = if file.is_tool() { format!("bin/{}", file.module.get(1)?) } else { module.to_owned() };
    let what = || format!("module `{module}` has no place in the table of floors");
    document.place(&module).is_none().then(|| Offence::new(file, 1, what()))
}

/// Floors 0 to 3 know no runtime, socket, file or clock.
///
/// What `core` offers under the same names (`core::net::IpAddr`, `core::time::Duration`) is a value, not a
/// door, and is free to use.
pub(crate) fn no_outside_world(file: &SourceFile, document: &Document) -> Vec<Offence> {
    const HIGHEST: u8 = 3;
    const CRATES: [&str; 6] =
        ["tokio", "tokio_util", "tokio_rustls", "rustls", "rustls_platform_verifier", "socket2"];
    const STANDARD: [&str; 7] = ["net", "fs", "time", "thread", "process", "env", "os"];

    let Some((_, floor)) = file.top_level().and_then(|module| document.place(module)) else {
        return Vec::new();
    };
    if floor > HIGHEST {
        return Vec::new();
    }
    let paths = file.paths();
    let offending = paths.iter().filter_map(|path| {
        let (first, second) = (path.segments.first()?, path.segments.get(1)?);
        let standard = first.text == "std" && STANDARD.contains(&second.text.as_str());
        (standard || CRATES.contains(&first.text.as_str())).then_some((first, second))
    });
    offending
        .map(|(first, second)| {
            let what =
                format!("`{}::{}` on floor {floor}, which knows no such thing", first.text, second.text);
            Offence::new(file, second.line, what)
        })
        .collect()
}

/// `mod.rs` and `lib.rs` hold documentation, `mod`, `use` and re-exports.
pub(crate) fn no_logic_in_module_files(file: &SourceFile) -> Vec<Offence> {
    if !file.name.ends_with("/mod.rs") && file.name != "src/lib.rs" {
        return Vec::new();
    }
    let logic = file.tokens.iter().filter(|token| token.text == "fn" || token.text == "impl");
    logic.map(|token| Offence::new(file, token.line, format!("`{}` in a module file", token.text))).collect()
}

/// No `#[path]` and no `include!`: a tool reaches the library by its public interface, and the tree of files
/// is the tree of modules.
pub(crate) fn no_foreign_source(file: &SourceFile) -> Vec<Offence> {
    let offending = file.tokens.windows(3).filter(|window| {
        let text = [&window[0].text, &window[1].text, &window[2].text].map(String::as_str);
        matches!(text, ["#", "[", "path"] | ["include", "!", _])
    });
    offending
        .map(|window| Offence::new(file, window[0].line, "source from another place".to_owned()))
        .collect()
}

/// A function lives with the type that it serves.
pub(crate) fn telling_name(file: &SourceFile) -> Option<Offence> {
    const EMPTY: [&str; 6] = ["common", "helper", "helpers", "misc", "util", "utils"];
    let name = file.module.iter().find(|name| EMPTY.contains(&name.as_str()))?;
    Some(Offence::new(file, 1, format!("`{name}` does not say what the module holds")))
}

/// Files stay within the limit, test code not counted, unless the document says why; a reason that is no longer
/// needed goes.
pub(crate) fn length(sources: &[SourceFile], document: &Document) -> Vec<Offence> {
    const LIMIT: usize = 600;
    let mut offences = Vec::new();
    for file in sources {
        let excused = document.long_files().contains(&file.name);
        let long = file.lines > LIMIT;
        if long && !excused {
            offences.push(Offence::new(file, LIMIT + 1, format!("{} lines, more than {LIMIT}", file.lines)));
        } else if excused && !long {
            offences.push(Offence::new(file, 1, "excused as long, but it is not".to_owned()));
        }
    }
    for name in document.long_files() {
        if !sources.iter().any(|file| file.name == *name) {
            offences.push(Offence {
                file: name.clone(),
                line: 1,
                what: "excused as long, but not there".to_owned(),
            });
        }
    }
    offences
}

//! What the tests read out of `docs/architecture.md`: two tables.

/// The tables of `docs/architecture.md`.
pub(crate) struct Document {
    /// Modules in their order, each with the number of its floor.
    modules: Vec<(String, u8)>,
    /// Files that may be long, from the table under "Long files".
    long_files: Vec<String>,
}

impl Document {
    /// Reads the rows under the headings "Floors" and "Long files".
    pub(crate) fn parse(text: &str) -> Self {
        let mut modules = Vec::new();
        for row in rows(text, "## Floors") {
            let (Some(number), Some(names)) = (row.first(), row.get(1)) else { continue };
            let Some(floor) = number.split(' ').next().and_then(|number| number.parse().ok()) else {
                continue;
            };
            modules.extend(quoted(names).map(|name| (name.to_owned(), floor)));
        }
        let long_files = rows(text, "## Long files")
            .filter(|row| row.get(1).is_some_and(|reason| !reason.is_empty()))
            .flat_map(|row| quoted(row[0]).map(str::to_owned).collect::<Vec<_>>())
            .collect();
        Self { modules, long_files }
    }

    /// The place of a module: its rank in the whole order and its floor.
    pub(crate) fn place(&self, module: &str) -> Option<(usize, u8)> {
        let rank = self.modules.iter().position(|(name, _)| name == module)?;
        Some((rank, self.modules[rank].1))
    }

    /// The files that may be longer than the limit.
    pub(crate) fn long_files(&self) -> &[String] {
        &self.long_files
    }
}

/// The cells of each table row between `heading` and the next heading.
pub(crate) fn rows<'a>(text: &'a str, heading: &'a str) -> impl Iterator<Item = Vec<&'a str>> {
    text.lines()
        .skip_while(move |line| *line != heading)
        .skip(1)
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"))
        .map(|line| line.split(" | ").collect())
}

/// The texts between back quotes.
pub(crate) fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn reads_floors_in_order() {
    let document = Document::parse(
        "# Title\n| 9 not here | `x` | y |\n## Floors\n\n| floor | modules | holds |\n|---|---|---|\n\
         | 0 octets | `ber` | `not` a module |\n| 1 words | `model`, `schema` | words |\n\n## Next\n| 2 no | `z` | z |\n",
    );
    assert_eq!(document.place("ber"), Some((0, 0)));
    assert_eq!(document.place("schema"), Some((2, 1)));
    assert_eq!(document.place("not"), None);
    assert_eq!(document.place("x"), None);
    assert_eq!(document.place("z"), None);
}

#[test]
fn a_long_file_needs_a_reason() {
    let document = Document::parse(
        "## Long files\n| file | reason |\n|---|---|\n| `a.rs` | one table |\n| `b.rs` |  |\n",
    );
    assert_eq!(document.long_files(), ["a.rs"]);
}

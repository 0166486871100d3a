//! `search`: entries as LDIF or JSON lines, as they come.

mod extension;
mod option;

use std::future::ready;
use std::time::{Duration, Instant};

use clap::{ArgAction, Args};
use ldapwire::model::{Control, DerefAliases, Filter, Scope};
use ldapwire::proto::SearchRequest;
use ldapwire::proto::controls::{ControlValue, ManageDsaIt, PagedResultsResponse};
use ldapwire::{Call, Client, Executor, SearchItem, SearchStream};

use crate::connection::Connection;
use crate::entries::{COLUMNS, Entries};
use crate::failure::Failure;
use crate::output::{Format, Output, counted};
use crate::status::Status;

use self::extension::Extension;
pub(crate) use self::option::page_size;
use self::option::{GeneralOption, Limit};

/// Search for entries and print them as they come, as LDIF or as JSON lines.
///
/// The options are those of ldapsearch. Memory does not grow with the number of entries. Parts of the tree that other
/// servers hold are printed as comments, `# ref: ldap://...`, and are not followed.
///
/// Controls that come with entries, with the end of the search or with the bind are comments, too: `# sortResult: ...`,
/// or `# control: OID CRITICALITY BASE64` where nothing more is known of them.
///
/// With --json each entry is a line {"dn": "...", "attributes": {"cn": ["..."]}}; a value that is not UTF-8 is
/// {"base64": "..."} instead of a text, and a reference is a line {"references": ["ldap://..."]}, and what controls there are stand in a
/// line {"controls": [{"oid": "...", ...}]} before what they came with.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire search -H ldaps://ldap.example.org \\
    -b dc=example,dc=org uid=ada cn mail
  ldapwire search -H ldap://ldap.example.org -Z -b dc=example,dc=org \\
    -D cn=admin,dc=example,dc=org -y password.txt \\
    '(&(objectClass=person)(sn=L*))'
  ldapwire search -H ldapi://%2Frun%2Fslapd%2Fldapi -Y EXTERNAL \\
    -b dc=example,dc=org -E pr=500 '*' +
  ldapwire search -b dc=example,dc=org -E '!sss=-sn:2.5.13.3' \\
    -E vlv=0/9/1/0 '(sn=*)' sn
  ldapwire search -b dc=example,dc=org --json | jq -r .dn")]
pub(crate) struct Search {
    /// Filter, with or without the parentheses around it; default (objectClass=*). A first word without `=` is an attribute
    #[arg(value_name = "FILTER")]
    filter: Option<String>,

    /// Attributes to print; `*` for all user attributes, `+` for all operational ones, `1.1` for none
    #[arg(value_name = "ATTRIBUTE")]
    attributes: Vec<String>,

    #[command(flatten)]
    pub(crate) format: Format,

    /// Entry to begin at; default the root
    #[arg(short = 'b', value_name = "DN")]
    base: Option<String>,

    /// How far below the base: base, one, sub or children
    #[arg(short = 's', value_name = "SCOPE", default_value = "sub")]
    scope: Scope,

    /// Longest time that the server shall search, in seconds, or `none` or `max`
    #[arg(short = 'l', value_name = "SECONDS", default_value = "none")]
    time_limit: Limit,

    /// Most entries that the server shall return, or `none` or `max`; more end the search with status 5
    #[arg(short = 'z', value_name = "ENTRIES", default_value = "none")]
    size_limit: Limit,

    /// What to do with aliases: never, search, find or always
    #[arg(short = 'a', value_name = "WHEN", default_value = "never")]
    deref_aliases: DerefAliases,

    /// Print the names of attributes without values
    #[arg(short = 'A')]
    types_only: bool,

    /// Read in pages of so many entries: what a server with a low limit asks for
    #[arg(long, value_name = "ENTRIES", value_parser = option::page_size)]
    page_size: Option<u32>,

    /// Control of the search, as [!]NAME[=PARAMETER] or [!]OID[=::BASE64]; --help lists them
    #[arg(short = 'E', value_name = "CONTROL", long_help = extension::HELP)]
    extensions: Vec<Extension>,

    /// The same; ldapsearch has some controls here and some there
    #[arg(short = 'e', value_name = "CONTROL")]
    general_extensions: Vec<Extension>,

    /// Treat referral objects as entries (ManageDsaIT, RFC 3296); -MM lets the server refuse if it cannot
    #[arg(short = 'M', action = ArgAction::Count)]
    manage_dsa_it: u8,

    /// ldif-wrap=COLUMNS or ldif-wrap=no: the longest line; default 78, as ldapsearch has it
    #[arg(short = 'o', value_name = "OPTION")]
    options: Vec<GeneralOption>,

    /// -LLL leaves the line `version: 1` out; one or two are accepted for the sake of habit
    #[arg(short = 'L', action = ArgAction::Count)]
    ldif: u8,

    #[command(flatten)]
    connection: Connection,
}

/// How much was printed.
#[derive(Default)]
struct Counts {
    entries: u64,
    references: u64,
}

impl Search {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let call = self.call()?;
        let begin = Instant::now();
        let bind_controls = self.extensions().filter_map(Extension::of_bind).collect();
        let counts = self.connection.with_bind_controls(bind_controls, async |client, controls| {
            self.search(client, call, controls).await
        })?;
        let Counts { entries, references } = counts;
        let time = begin.elapsed().as_secs_f64();
        let (entries, references) =
            (counted(entries, "entry", "entries"), counted(references, "reference", "references"));
        self.connection.tell(format_args!("{entries} and {references} in {time:.3} s"));
        Ok(Status::Success)
    }

    async fn search(
        &self,
        client: &Client,
        call: Call<SearchRequest>,
        bind_controls: &[Control],
    ) -> Result<Counts, Failure> {
        let mut output = Output::new();
        let mut entries = self.entries();
        entries.controls(bind_controls, &mut output.buffer);
        let mut stream = client.search(call).await?;
        let printed = print(&mut stream, &mut entries, &mut output).await;
        // What came before a failure was asked for, too.
        if !matches!(printed, Err(Failure::ReaderGone)) {
            output.flush()?;
        }
        printed
    }

    fn call(&self) -> Result<Call<SearchRequest>, Failure> {
        let (filter, attributes) = filter(self.filter.as_deref(), &self.attributes)?;
        let base = self.connection.base(self.base.as_ref())?.unwrap_or_default();
        let request = SearchRequest::new(base, self.scope, filter)
            .attributes(attributes)
            .deref_aliases(self.deref_aliases)
            .size_limit(self.size_limit.number())
            .time_limit(self.time_limit.seconds())
            .types_only(self.types_only);
        let mut call = match self.page_size() {
            Some(entries) => request.paged(entries),
            None => Call::new(request),
        };
        match self.manage_dsa_it {
            0 => {}
            1 => call = call.with_control(ManageDsaIt),
            _ => call = call.with_control(ManageDsaIt.critical()),
        }
        let mut is_endless = false;
        for extension in self.extensions() {
            is_endless |= matches!(extension, Extension::Endless(_));
            if let Some(control) = extension.of_search() {
                call = call.with_control(control);
            }
        }
        // What goes on until it is interrupted may be silent for long.
        if is_endless && !self.connection.has_timeout()? {
            call = call.with_timeout(ENDLESS);
        }
        Ok(call)
    }

    fn extensions(&self) -> impl DoubleEndedIterator<Item = &Extension> {
        self.extensions.iter().chain(&self.general_extensions)
    }

    fn page_size(&self) -> Option<u32> {
        self.page_size.or_else(|| self.extensions().rev().find_map(Extension::page_size))
    }

    fn entries(&self) -> Entries {
        let mut entries = Entries::new(self.format);
        if let Some(GeneralOption::LdifWrap(columns)) = self.options.last() {
            entries = entries.with_columns(columns.unwrap_or(COLUMNS));
        }
        if self.ldif < 3 { entries.with_version() } else { entries }
    }
}

/// Tells filter and attributes apart as ldapsearch does: a first word without `=` is an attribute, too.
pub(crate) fn filter<'a>(
    filter: Option<&'a str>,
    attributes: &'a [String],
) -> Result<(Filter, Vec<&'a str>), Failure> {
    let rest = attributes.iter().map(String::as_str);
    let text = match filter.map(str::trim) {
        None => return Ok((Filter::present("objectClass"), Vec::new())),
        Some(first) if !first.contains('=') && !first.starts_with('(') => {
            return Ok((Filter::present("objectClass"), std::iter::once(first).chain(rest).collect()));
        }
        Some(text) if text.starts_with('(') => text.to_owned(),
        Some(text) => format!("({text})"),
    };
    let filter = Filter::parse(&text).map_err(|error| Failure::usage(format_args!("{error} of {text}")))?;
    Ok((filter, rest.collect()))
}

/// How long a search may be silent that goes on until it is interrupted: a year.
const ENDLESS: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Prints what the stream brings, and what is gathered whenever nothing more has come yet.
///
/// Writing blocks the only thread, and with it the reading from the server: where the reader of the output is slow, TCP
/// tells the server so, and memory stays flat.
async fn print(
    stream: &mut SearchStream,
    entries: &mut Entries,
    output: &mut Output,
) -> Result<Counts, Failure> {
    let mut counts = Counts::default();
    loop {
        let item = tokio::select! {
            biased;
            item = stream.next_item() => item?,
            () = ready(()), if !output.buffer.is_empty() => {
                output.flush()?;
                continue;
            }
        };
        match item {
            Some(SearchItem::Entry(entry, controls)) => {
                entries.controls_before(&controls, &mut output.buffer);
                entries.entry(&entry, &mut output.buffer)?;
                counts.entries += 1;
            }
            Some(SearchItem::Reference(urls, controls)) => {
                entries.controls_before(&controls, &mut output.buffer);
                entries.references(&urls, &mut output.buffer);
                counts.references += 1;
            }
            Some(SearchItem::Intermediate(response)) => entries.intermediate(&response, &mut output.buffer),
            Some(_) => {}
            None => {
                // Where the last page ended is nobody's business but that of the pages.
                let last_page = |control: &Control| {
                    PagedResultsResponse::from_control(control)
                        .is_some_and(|page| page.is_ok_and(|page| page.cookie().is_empty()))
                };
                let controls: Vec<_> =
                    stream.controls().iter().filter(|control| !last_page(control)).cloned().collect();
                entries.controls(&controls, &mut output.buffer);
                return Ok(counts);
            }
        }
        output.relieve()?;
    }
}

#[cfg(test)]
mod tests;

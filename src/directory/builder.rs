//! How a directory is put together.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::model::{Dn, Entry, Secret};
use crate::schema::Schema;
use crate::server::{Connection, Endpoint, ServerLimits};
#[cfg(feature = "tls")]
use crate::transport::TlsAcceptor;

use super::access::{AccessRule, AccessRules};
use super::durable::Durability;
use super::error::DirectoryError;
use super::handle::Directory;
use super::index::Index;
use super::options::{Front, Options};
use super::personality::Personality;
use super::policy::{DefaultPolicy, PasswordPolicy};
use super::rules::{Rules, SchemaChecks};
use super::running::RunningDirectory;
use super::store::Store;

/// A directory that is being put together.
///
/// **Without rules of access everybody may do everything**, which suits tests.
#[must_use = "a directory is made by `build` or `start`"]
pub struct DirectoryBuilder {
    sources: Vec<Source>,
    suffixes: Vec<String>,
    admin: Option<(String, Secret)>,
    has_default_indexes: bool,
    indexed: Vec<String>,
    indexed_parts: Vec<String>,
    schema: Option<Schema>,
    checks: SchemaChecks,
    access: Vec<AccessRule>,
    /// The name of the entry that has the password policy.
    policy: Option<String>,
    options: Options,
    front: Front,
    data: Option<PathBuf>,
    durability: Durability,
}

/// Where entries come from.
enum Source {
    Entry(Entry),
    Ldif(Vec<u8>),
}

impl Source {
    fn load(self, directory: &Directory) -> Result<(), DirectoryError> {
        match self {
            Self::Entry(entry) => {
                directory.load(&entry).map_err(|answer| DirectoryError::refused(entry.dn(), &answer))
            }
            Self::Ldif(ldif) => directory.import(&ldif).map(|_| ()),
        }
    }
}

/// Indexed by value unless told otherwise: what people and programs search for.
const INDEXED: [&str; 22] = [
    "objectClass",
    "cn",
    "sn",
    "givenName",
    "displayName",
    "uid",
    "mail",
    "employeeNumber",
    "ou",
    "o",
    "dc",
    "member",
    "uniqueMember",
    "memberUid",
    "manager",
    "uidNumber",
    "gidNumber",
    "entryUUID",
    "sAMAccountName",
    "userPrincipalName",
    "distinguishedName",
    "ipHostNumber",
];

/// Indexed by parts of values unless told otherwise.
const INDEXED_PARTS: [&str; 4] = ["cn", "sn", "mail", "uid"];

impl DirectoryBuilder {
    pub(super) fn new() -> Self {
        Self {
            sources: Vec::new(),
            suffixes: Vec::new(),
            admin: None,
            has_default_indexes: true,
            indexed: Vec::new(),
            indexed_parts: Vec::new(),
            schema: None,
            checks: SchemaChecks::Off,
            access: Vec::new(),
            policy: None,
            options: Options::default(),
            front: Front::default(),
            data: None,
            durability: Durability::default(),
        }
    }

    /// Adds an entry. One without another above it becomes the top of a naming context.
    pub fn entry(mut self, entry: Entry) -> Self {
        self.sources.push(Source::Entry(entry));
        self
    }

    /// Adds entries, those above before those below them.
    pub fn entries(mut self, entries: impl IntoIterator<Item = Entry>) -> Self {
        self.sources.extend(entries.into_iter().map(Source::Entry));
        self
    }

    /// Adds the entries of an LDIF file (RFC 2849); see [`Directory::import`].
    ///
    /// ```
    /// use ldapwire::directory::Directory;
    ///
    /// let directory = Directory::builder()
    ///     .ldif("dn: dc=example\nobjectClass: domain\n\ndn: uid=ada,dc=example\nobjectClass: account\n")
    ///     .build()?;
    /// assert_eq!(directory.len(), 2);
    /// # Ok::<(), ldapwire::directory::DirectoryError>(())
    /// ```
    pub fn ldif(mut self, ldif: impl Into<Vec<u8>>) -> Self {
        self.sources.push(Source::Ldif(ldif.into()));
        self
    }

    /// Lets clients add an entry of this name although there is none above it. Default only what is loaded from the
    /// start stands at the top.
    pub fn suffix(mut self, dn: impl Into<String>) -> Self {
        self.suffixes.push(dn.into());
        self
    }

    /// Sets a name and a password with which one can bind although there need not be such an entry, and act as anybody
    /// by PLAIN. Default none.
    pub fn admin(mut self, dn: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.admin = Some((dn.into(), password.into()));
        self
    }

    /// Adds definitions to those that come with the crate, which are the standard ones and small sets of Active Directory's
    /// and OpenLDAP's. Where both define something these win. What is wrong with them is in
    /// [`Schema::problems`].
    ///
    /// ```
    /// use ldapwire::directory::{Directory, SchemaChecks};
    /// use ldapwire::schema::{DefinitionKind, Schema};
    ///
    /// let own = "( 1.3.6.1.4.1.32473.1.1 NAME 'shoeSize' EQUALITY integerMatch \
    ///             ORDERING integerOrderingMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 )";
    /// let schema = Schema::builder().definition(DefinitionKind::AttributeType, own).build();
    /// let entry = "dn: uid=ada,dc=example\nobjectClass: account\nobjectClass: extensibleObject\nshoeSize: ";
    /// let directory = |size: &str| {
    ///     let builder = Directory::builder().schema(schema.clone()).schema_checks(SchemaChecks::On);
    ///     builder.ldif(format!("{entry}{size}\n")).build()
    /// };
    /// assert!(directory("39").is_ok());
    /// assert!(directory("small").is_err());
    /// ```
    pub fn schema(mut self, schema: Schema) -> Self {
        self.schema = Some(match self.schema {
            None => schema,
            Some(before) => before.merge(&schema),
        });
        self
    }

    /// Sets whether entries must be as the schema says, those that are loaded from the start among them: classes, the
    /// attributes that they require and allow, syntaxes, single values, the name. Default [`SchemaChecks::Off`], so that
    /// a test need not define what it does not care for; [`SchemaChecks::On`] is what real servers do.
    ///
    /// Whichever it is, an entry gets the superclasses of its classes as values of `objectClass` when it is loaded, added, or
    /// given a class, and keeps them: the sentence that wants it so (RFC 4512 3.3) has no exception. Classes that the schema does
    /// not know have none.
    pub fn schema_checks(mut self, checks: SchemaChecks) -> Self {
        self.checks = checks;
        self
    }

    /// Adds a rule of access behind those that there are. Default none: everybody may do everything.
    pub fn access(mut self, rule: AccessRule) -> Self {
        self.access.push(rule);
        self
    }

    /// Sets the policy for passwords of entries that do not name one by `pwdPolicySubentry`. Default none. What is loaded from the
    /// start is not looked at, and the [administrator](Self::admin) is not bound by it.
    pub fn password_policy(mut self, policy: PasswordPolicy) -> Self {
        self.policy = None;
        self.options.policy = DefaultPolicy::Given(policy);
        self
    }

    /// Sets the entry that has the policy for passwords of entries that do not name one, in the attributes of the class `pwdPolicy`.
    /// It may be changed at any time; as long as it is not there, there is no policy.
    ///
    /// ```
    /// use ldapwire::directory::Directory;
    ///
    /// let ldif = "dn: cn=policy\nobjectClass: pwdPolicy\npwdAttribute: userPassword\npwdMaxAge: 7776000\n";
    /// let directory = Directory::builder().ldif(ldif).password_policy_entry("cn=policy").build()?;
    /// # Ok::<(), ldapwire::directory::DirectoryError>(())
    /// ```
    pub fn password_policy_entry(mut self, dn: impl Into<String>) -> Self {
        self.policy = Some(dn.into());
        self
    }

    /// Indexes the values of a further attribute, for equality, ranges and beginnings. Searches for others look at every
    /// entry in their scope; each index takes memory for each value.
    ///
    /// By default these are: `objectClass`, `cn`, `sn`, `givenName`, `displayName`, `uid`, `mail`, `employeeNumber`, `ou`, `o`, `dc`,
    /// `member`, `uniqueMember`, `memberUid`, `manager`, `uidNumber`, `gidNumber`, `entryUUID`, `sAMAccountName`,
    /// `userPrincipalName`, `distinguishedName` and `ipHostNumber`. See [`no_default_indexes`](Self::no_default_indexes).
    pub fn index(mut self, attribute: impl Into<String>) -> Self {
        self.indexed.push(attribute.into());
        self
    }

    /// Indexes the parts of values of a further attribute, which takes several times the memory of the values. By default these
    /// are `cn`, `sn`, `mail` and `uid`.
    pub fn index_parts(mut self, attribute: impl Into<String>) -> Self {
        self.indexed_parts.push(attribute.into());
        self
    }

    /// Leaves out the indexes that there are by default; those that are asked for by [`index`](Self::index) and
    /// [`index_parts`](Self::index_parts) stay. Entries are then added and deleted in less time and take less memory, and searches
    /// by other attributes look at every entry in their scope.
    ///
    /// ```
    /// use ldapwire::directory::Directory;
    ///
    /// let directory = Directory::builder()
    ///     .no_default_indexes()
    ///     .index("uid")
    ///     .ldif("dn: uid=ada\nobjectClass: account\n")
    ///     .build()?;
    /// # Ok::<(), ldapwire::directory::DirectoryError>(())
    /// ```
    pub const fn no_default_indexes(mut self) -> Self {
        self.has_default_indexes = false;
        self
    }

    /// Sets how many entries a search returns at most, whatever the client asks; it then ends with `sizeLimitExceeded`.
    /// Default no limit.
    pub fn size_limit(mut self, entries: u32) -> Self {
        self.options.size_limit = entries;
        self
    }

    /// Sets how many entries are put in order for one search at most; one that finds more ends with `adminLimitExceeded`. Default
    /// 100,000: what they are sorted by is held until the last is found.
    pub fn sort_limit(mut self, entries: usize) -> Self {
        self.options.max_sorted = entries;
        self
    }

    /// Sets how long a search takes at most, whatever the client asks. Default no limit.
    pub fn time_limit(mut self, time: Duration) -> Self {
        self.options.time_limit = Some(time);
        self
    }

    /// Sets who a client is that binds by EXTERNAL: from its certificate, or the user at the other end of a Unix
    /// socket. Default the user of the socket, under the name that OpenLDAP gives it, and nobody for a certificate.
    pub fn external(mut self, map: impl Fn(&Connection) -> Option<Dn> + Send + Sync + 'static) -> Self {
        self.options.external = Some(Arc::new(map));
        self
    }

    /// Sets what tells the time for `createTimestamp` and `modifyTimestamp`. Default the clock of the system.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.options.clock = Arc::new(clock);
        self
    }

    /// Keeps the directory in a folder, which is made if there is none: every change is written there before it is answered,
    /// so that `kill -9` loses nothing that was acknowledged. If the folder holds a directory already, that is what is
    /// started, and the entries that the builder was given are not loaded;
    /// [`recovery`](Directory::recovery) tells. Default nothing is kept.
    ///
    /// Changes then need tokio's runtime. The folder takes about as much room as two LDIF files of all entries, at
    /// most; passwords are in it as they are in the entries, and only the user of the process may read it.
    ///
    /// ```
    /// use ldapwire::directory::Directory;
    /// # let folder = tempfile::tempdir()?;
    /// # let folder = folder.path();
    ///
    /// let first = Directory::builder().ldif("dn: dc=example\nobjectClass: domain\n").data(folder).build()?;
    /// drop(first);
    /// let again = Directory::builder().data(folder).build()?;
    /// assert_eq!(again.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn data(mut self, folder: impl Into<PathBuf>) -> Self {
        self.data = Some(folder.into());
        self
    }

    /// Sets what a change has survived when it is answered, in a directory that is [kept](Self::data). Default
    /// [`Durability::Disk`].
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// Sets the places where [`start`](Self::start) listens; with none of them the directory is reached by
    /// [memory pipes](RunningDirectory::client) alone. Default a free port of the loopback interface.
    pub fn listen(mut self, places: impl IntoIterator<Item = Endpoint>) -> Self {
        self.front.places = places.into_iter().collect();
        self
    }

    /// Sets the certificate that the directory shows when it is [started](Self::start), by StartTLS and at places with
    /// TLS from the first octet. Default none: no TLS.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, acceptor: TlsAcceptor) -> Self {
        self.front.acceptor = Some(acceptor);
        self
    }

    /// Sets what clients may make the directory hold when it is [started](Self::start).
    pub fn limits(mut self, limits: ServerLimits) -> Self {
        self.front.limits = limits;
        self
    }

    /// Sets whose server the directory looks like when it is [started](Self::start). Default its own.
    pub fn personality(mut self, personality: Personality) -> Self {
        self.front.personality = personality;
        self
    }

    /// Makes the directory, without a server in front of it.
    ///
    /// # Errors
    ///
    /// A name is none, an LDIF cannot be read, or an entry cannot be: it is there already, or has no `objectClass`. The
    /// folder cannot be read or written, is damaged, or belongs to another directory.
    pub fn build(mut self) -> Result<Directory, DirectoryError> {
        for suffix in &self.suffixes {
            self.options.suffixes.push(parse("the suffix", suffix)?);
        }
        if let Some((dn, password)) = self.admin {
            self.options.admin = Some((parse("the administrator", &dn)?, password));
        }
        if let Some(dn) = &self.policy {
            self.options.policy = DefaultPolicy::Entry(parse("the password policy", dn)?);
        }
        let rules = match &self.schema {
            None => Rules::built_in(self.checks),
            Some(own) => Rules::with(own, self.checks),
        };
        self.options.access = AccessRules::read(self.access, &rules)?;
        self.options.rules = rules.clone();
        let defaults = |own: &'static [&'static str]| if self.has_default_indexes { own } else { &[] };
        let index = Index::new(
            rules.clone(),
            defaults(&INDEXED).iter().copied().chain(self.indexed.iter().map(String::as_str)),
            defaults(&INDEXED_PARTS).iter().copied().chain(self.indexed_parts.iter().map(String::as_str)),
        );
        let sources = self.sources;
        // Each goes when it is loaded.
        let load = |directory: &Directory| sources.into_iter().try_for_each(|source| source.load(directory));
        let store = Store::new(rules, index);
        match &self.data {
            Some(folder) => Directory::keep(store, self.options, (folder, self.durability), load),
            None => {
                let directory = Directory::new(store, self.options);
                load(&directory)?;
                Ok(directory)
            }
        }
    }

    /// Makes the directory and serves it, on a free port of the loopback interface unless told otherwise. The last
    /// 10,000 requests are kept.
    ///
    /// For layers of your own give a [`build`](Self::build) to a [`Server`](crate::server::Server).
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build), or a place cannot be listened on.
    pub async fn start(mut self) -> Result<RunningDirectory, DirectoryError> {
        let front = std::mem::take(&mut self.front);
        RunningDirectory::start(self.build()?, front).await
    }
}

fn parse(of: &'static str, text: &str) -> Result<Dn, DirectoryError> {
    Dn::parse(text).map_err(|error| DirectoryError::Dn { of, text: text.to_owned(), error })
}

impl fmt::Debug for DirectoryBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectoryBuilder").field("sources", &self.sources.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_indexes_can_be_left_out() {
        let indexed = |builder: DirectoryBuilder| {
            let directory = builder.ldif("dn: uid=ada\nobjectClass: account\ncn: Ada\n").build().unwrap();
            let store = directory.read();
            ["uid", "cn", "objectClass"].map(|name| store.index.present(&name.into(), 1).is_some())
        };
        let builder = Directory::builder;
        assert_eq!(indexed(builder()), [true; 3]);
        assert_eq!(indexed(builder().no_default_indexes().index("cn")), [false, true, false]);
        assert_eq!(indexed(builder().index_parts("uid").no_default_indexes()), [true, false, false]);
    }
}

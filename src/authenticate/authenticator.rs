//! Search, then bind.

use std::fmt;
use std::sync::Arc;

use crate::error::{Error, ErrorKind};
use crate::execute::{Executor, RequestExt};
use crate::model::{AttributeDescription, Filter, LdapString, Scope, Secret};
use crate::pool::{After, Pool, PoolOptions, Servers};
use crate::proto::controls::{PasswordPolicy, PasswordPolicyResponse, PasswordPolicyWarning};
use crate::proto::{BindRequest, SearchRequest, SearchResultEntry};

use super::account::{self, AccountState, Finding};

/// Finds users by a search and verifies their passwords by a bind, on connections that belong to nobody else meanwhile.
///
/// ```no_run
/// use ldapwire::PoolOptions;
/// use ldapwire::authenticate::{Authenticator, Verdict};
/// use ldapwire::pool::{Credentials, Servers};
///
/// # async fn run(name: &str, password: &str) -> Result<(), ldapwire::Error> {
/// let servers = Servers::from("ldaps://ldap.example.org");
/// let search = PoolOptions::new(servers.clone())
///     .credentials(Credentials::simple("cn=reader,dc=example,dc=org", "secret"))
///     .start()
///     .await?;
/// let authenticator = Authenticator::new(search, servers, "ou=people,dc=example,dc=org");
/// match authenticator.authenticate(name, password).await? {
///     Verdict::Accepted { entry, .. } => println!("welcome, {}", entry.dn()),
///     Verdict::Account(state) => println!("{state}"),
///     _ => println!("name or password is wrong"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Authenticator {
    search: Pool,
    /// For binds; `None` if they go over the pool for searches, and are reverted.
    binds: Option<Pool>,
    base: LdapString,
    find: Arc<dyn Fn(&str) -> Filter + Send + Sync>,
    attributes: Vec<String>,
}

/// What became of a name and a password. Trouble with a server is an [`Error`] and no verdict.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[must_use = "only `Accepted` lets anybody in"]
pub enum Verdict {
    /// The password is right and the account may be used.
    Accepted {
        /// The user's entry.
        entry: Box<SearchResultEntry>,
        /// What the password policy warns of.
        warning: Option<PasswordPolicyWarning>,
    },
    /// Nobody has this name.
    NoSuchUser,
    /// More than one entry has this name; none was tried.
    Ambiguous,
    /// The password is wrong.
    WrongPassword,
    /// The password is empty. Nothing was sent: servers take such a bind for an anonymous one and say success
    /// (RFC 4513 5.1.2).
    EmptyPassword,
    /// The account may not be used now. Some servers say so whatever the password is.
    Account(AccountState),
}

impl Authenticator {
    /// Makes an authenticator that finds users below `base` by their `uid` on the pool `search`, and binds as them on
    /// the servers `binds`, where it has a pool of its own: up to 10 connections, none at first.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn new(search: Pool, binds: impl Into<Servers>, base: impl Into<LdapString>) -> Self {
        let binds = PoolOptions::new(binds).connections(0, 10).start_in_background();
        Self::with_pools(search, binds, base)
    }

    /// As [`new`](Self::new), with a pool of the caller's making for binds. **Its connections belong to whoever was
    /// verified last: use it for nothing else.**
    pub fn with_pools(search: Pool, binds: Pool, base: impl Into<LdapString>) -> Self {
        Self::make(search, Some(binds), base.into())
    }

    /// As [`new`](Self::new), with one pool for both: after each bind as a user, its connection is bound again as those
    /// of the pool are, before anybody else gets it. **If that fails, or its future is dropped, the connection is given
    /// up.** Takes no connections of its own, and costs each user the time of a second bind.
    pub fn on_one_pool(pool: Pool, base: impl Into<LdapString>) -> Self {
        Self::make(pool, None, base.into())
    }

    fn make(search: Pool, binds: Option<Pool>, base: LdapString) -> Self {
        let find = |user: &str| Filter::equality(AttributeDescription::from_static("uid"), user);
        let attributes = vec!["*".to_owned()];
        Self { search, binds, base, find: Arc::new(find), attributes }
    }

    /// Sets by which filter a user is found; the name is a value that the function puts into it. Default
    /// `(uid=...)`.
    ///
    /// ```no_run
    /// # fn set(authenticator: ldapwire::authenticate::Authenticator) -> ldapwire::authenticate::Authenticator {
    /// use ldapwire::filter;
    /// authenticator.find_by(|name| filter!("(&(objectClass=person)(|(uid={})(mail={})))", name, name))
    /// # }
    /// ```
    #[must_use]
    pub fn find_by(mut self, find: impl Fn(&str) -> Filter + Send + Sync + 'static) -> Self {
        self.find = Arc::new(find);
        self
    }

    /// Sets which attributes of the user's entry are returned. Default all user attributes.
    #[must_use]
    pub fn attributes(mut self, attributes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.attributes = attributes.into_iter().map(Into::into).collect();
        self
    }

    /// Verifies a password.
    ///
    /// # Errors
    ///
    /// No server could be asked, or what it answered says nothing of the user.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future during the bind costs its connection.
    pub async fn authenticate(&self, user: &str, password: impl Into<Secret>) -> Result<Verdict, Error> {
        let password = password.into();
        if password.is_empty() {
            return Ok(Verdict::EmptyPassword);
        }
        let search = SearchRequest::new(self.base.clone(), Scope::WholeSubtree, (self.find)(user))
            .size_limit(2)
            .attributes(&self.attributes);
        let entry = match self.search.search_one(search).await {
            Ok(entry) => entry,
            Err(error) => {
                return match error.kind() {
                    ErrorKind::NotOne { found: 0 } => Ok(Verdict::NoSuchUser),
                    ErrorKind::NotOne { .. } => Ok(Verdict::Ambiguous),
                    _ => Err(error),
                };
            }
        };
        let bind = BindRequest::simple(entry.dn(), password).with_control(PasswordPolicy);
        let bound = match &self.binds {
            Some(binds) => binds.bind_as(bind, After::Whoever).await,
            None => self.search.bind_as(bind, After::Reverted).await,
        };
        match bound {
            Ok(response) => {
                let policy = response.control::<PasswordPolicyResponse>()?;
                if let Some(state) = policy.and_then(|policy| policy.error()).and_then(account::of_policy) {
                    return Ok(Verdict::Account(state));
                }
                let warning = policy.and_then(|policy| policy.warning());
                Ok(Verdict::Accepted { entry: Box::new(entry), warning })
            }
            Err(error) => {
                let policy = error.control::<PasswordPolicyResponse>().unwrap_or_default();
                let ErrorKind::Refused { result, .. } = error.kind() else { return Err(error) };
                match account::find(result, policy) {
                    Some(Finding::NoSuchUser) => Ok(Verdict::NoSuchUser),
                    Some(Finding::WrongPassword) => Ok(Verdict::WrongPassword),
                    Some(Finding::Account(state)) => Ok(Verdict::Account(state)),
                    None => Err(error),
                }
            }
        }
    }

    /// Stops the pool for binds, if there is one. The pool for searches is the caller's.
    pub async fn stop(&self) {
        if let Some(binds) = &self.binds {
            binds.stop().await;
        }
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator").field("base", &self.base).finish_non_exhaustive()
    }
}

//! The Bind operation (RFC 4511 4.2, RFC 4513 5).

use subtle::ConstantTimeEq;

use crate::model::{AttributeDescription, AuthzId, Dn, Filter, ResultCode, Secret, Value};
use crate::proto::controls::{AuthorizationIdentityResponse, PasswordPolicyResponse};
use crate::proto::{Authentication, BindRequest, BindResponse, LdapResult};
use crate::server::{Answer, Connection, Operation};

use super::access::Level;
use super::controls::Requested;
use super::handle::Directory;
use super::identity::Identity;
use super::password::Stored;
use super::resolve;
use super::transactions::Transactions;

impl Directory {
    pub(super) async fn bind(&self, request: &BindRequest, operation: &Operation) -> Result<Answer, Answer> {
        // "Upon receipt of a BindRequest, [...] the server moves the authorization state to anonymous"
        // (RFC 4513 3.2), and it stays so if the bind fails.
        let connection = &operation.connection;
        Identity::set(connection, None);
        Transactions::abort(connection);
        let controls = Requested::read(operation)?;
        let mut told = PasswordPolicyResponse::new();
        let answer = self.authenticate(request, operation, &mut told).await.unwrap_or_else(|refusal| refusal);
        Self::restrict(connection, &told);
        let answer = match controls.password_policy && told != PasswordPolicyResponse::new() {
            true => answer.with_control(told),
            false => answer,
        };
        if controls.authorization_identity && answer.code().is_success() {
            // RFC 3829 4: "The control is included in a bind response where the client is successful".
            let identity = Identity::authz_id(connection);
            return Ok(answer.with_control(AuthorizationIdentityResponse::new(identity)));
        }
        Ok(answer)
    }

    /// Finds out who it is; `told` is what the password policy has to say.
    async fn authenticate(
        &self,
        request: &BindRequest,
        operation: &Operation,
        told: &mut PasswordPolicyResponse,
    ) -> Result<Answer, Answer> {
        let connection = &operation.connection;
        match request.authentication() {
            Authentication::Simple(password) => {
                let who = self.simple(request, password, told).await?;
                Identity::set(connection, who);
                Ok(Answer::success())
            }
            Authentication::Sasl { mechanism, credentials } => {
                let name = mechanism.as_str();
                if name.eq_ignore_ascii_case("PLAIN") {
                    self.plain(credentials.as_ref(), connection, told).await
                } else if name.eq_ignore_ascii_case("EXTERNAL") {
                    self.external(credentials.as_ref(), connection)
                } else {
                    Err(not_supported())
                }
            }
            _ => Err(not_supported()),
        }
    }

    /// Name and password (RFC 4513 5.1).
    async fn simple(
        &self,
        request: &BindRequest,
        password: &Secret,
        told: &mut PasswordPolicyResponse,
    ) -> Result<Option<Dn>, Answer> {
        let dn = resolve::name(request.name())?;
        match (dn.is_root(), password.is_empty()) {
            (true, true) => Ok(None),
            // "Servers SHOULD by default fail Unauthenticated Bind requests with a resultCode of unwillingToPerform."
            (false, true) => {
                let text = "a name without a password proves nothing";
                Err(Answer::refuse(ResultCode::UNWILLING_TO_PERFORM, text))
            }
            (true, false) => Err(ResultCode::INVALID_CREDENTIALS.into()),
            (false, false) => {
                self.check_attempt(&dn, password, told).await?;
                Ok(Some(dn))
            }
        }
    }

    /// PLAIN (RFC 4616): `[authzid] NUL authcid NUL passwd`.
    async fn plain(
        &self,
        credentials: Option<&Secret>,
        connection: &Connection,
        told: &mut PasswordPolicyResponse,
    ) -> Result<Answer, Answer> {
        let Some(credentials) = credentials else {
            let response = BindResponse::new(LdapResult::new(ResultCode::SASL_BIND_IN_PROGRESS));
            return Ok(response.with_server_sasl_creds("").into());
        };
        let invalid = || Answer::from(ResultCode::INVALID_CREDENTIALS);
        let mut parts = credentials.expose().split(|octet| *octet == 0);
        let (Some(authzid), Some(authcid), Some(password), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(invalid());
        };
        if authcid.is_empty() || password.is_empty() {
            return Err(invalid());
        }
        let text = |octets| std::str::from_utf8(octets).map_err(|_| invalid());
        let user = self.user(text(authcid)?).ok_or_else(invalid)?;
        self.check_attempt(&user, &Secret::from(password), told).await?;
        self.act_as(text(authzid)?, user, connection)
    }

    /// EXTERNAL (RFC 4422 appendix A): the layer below knows who it is.
    fn external(&self, credentials: Option<&Secret>, connection: &Connection) -> Result<Answer, Answer> {
        let known = self.options().external.as_ref().and_then(|map| map(connection));
        let Some(known) = known.or_else(|| unix_user(connection)) else {
            let text = "nothing is known of you from the layers below";
            return Err(Answer::refuse(ResultCode::INAPPROPRIATE_AUTHENTICATION, text));
        };
        let authzid = credentials.map_or(&b""[..], Secret::expose);
        let authzid =
            std::str::from_utf8(authzid).map_err(|_| Answer::from(ResultCode::INVALID_CREDENTIALS))?;
        self.act_as(authzid, known, connection)
    }

    /// Lets somebody act as who they are, or as somebody else if they are the administrator.
    fn act_as(&self, authzid: &str, user: Dn, connection: &Connection) -> Result<Answer, Answer> {
        let acting = match authzid {
            "" => user,
            other => {
                let denied = || Answer::from(ResultCode::INVALID_CREDENTIALS);
                let wanted = self.identity(other).ok_or_else(denied)?;
                if !self.options().rules.is_same_dn(&wanted, &user) && !self.is_admin(&user) {
                    return Err(denied());
                }
                wanted
            }
        };
        Identity::set(connection, Some(acting));
        Ok(BindResponse::new(LdapResult::success()).into())
    }

    /// Reads an authorization identity (RFC 4513 5.2.1.8).
    pub(super) fn identity(&self, text: &str) -> Option<Dn> {
        let authz_id = AuthzId::from_wire(text.into());
        match (authz_id.dn(), authz_id.user()) {
            (Some(dn), _) => Dn::parse(dn).ok(),
            (None, user) => self.user(user?),
        }
    }

    /// Finds who is meant by a name that need not be a distinguished one: `dn:` and a name, a name, or the `uid` of
    /// just one entry.
    pub(super) fn user(&self, text: &str) -> Option<Dn> {
        if let Some(dn) = text.strip_prefix("dn:") {
            return Dn::parse(dn).ok();
        }
        if text.contains('=') {
            return Dn::parse(text).ok();
        }
        let text = text.strip_prefix("u:").unwrap_or(text);
        let filter = Filter::equality("uid", text);
        let store = self.read();
        let ids = super::candidates::candidates(&filter, &store.index, usize::MAX)?;
        let mut found = ids
            .iter()
            .filter_map(|id| store.record(*id))
            .filter(|record| filter.evaluate_on(&***record, &store.rules).is_true());
        let (first, second) = (found.next()?, found.next());
        second.is_none().then(|| first.dn())
    }

    pub(super) fn is_admin(&self, dn: &Dn) -> bool {
        self.options().admin.as_ref().is_some_and(|(admin, _)| self.options().rules.is_same_dn(admin, dn))
    }

    /// Checks a password with which somebody wants to come in, without telling what is wrong: the name or the password. The
    /// policy decides, too, and counts.
    async fn check_attempt(
        &self,
        dn: &Dn,
        password: &Secret,
        told: &mut PasswordPolicyResponse,
    ) -> Result<(), Answer> {
        let is_admin_password = |(_, own): &(Dn, Secret)| bool::from(own.expose().ct_eq(password.expose()));
        if self.is_admin(dn) && self.options().admin.as_ref().is_some_and(is_admin_password) {
            return Ok(());
        }
        // Who may not bind is answered as if the password was wrong.
        let level = self.viewer(None).level(&self.options().rules.dn_key(dn), Some(&PASSWORD));
        if level < Level::Auth {
            return Err(ResultCode::INVALID_CREDENTIALS.into());
        }
        let is_right = self.is_password(dn, password).await;
        self.attempt(dn, is_right, told)
    }

    /// Whether a password is that of an entry. One of an account that is locked is not looked at.
    pub(super) async fn is_password(&self, dn: &Dn, password: &Secret) -> bool {
        let values: Vec<Value> = {
            let store = self.read();
            let record = store.by_name(dn).map(|(_, record)| record);
            let entry = record.map(|record| record.entry()).filter(|entry| !self.is_locked(&store, entry));
            entry.map_or_else(Vec::new, |entry| entry.values(&PASSWORD).to_vec())
        };
        for value in values.iter().take(MAX_PASSWORDS) {
            if fits(value.clone(), password.clone()).await {
                return true;
            }
        }
        false
    }
}

pub(super) static PASSWORD: AttributeDescription = AttributeDescription::from_static("userPassword");

/// Values of `userPassword` that are tried for one bind, at most.
const MAX_PASSWORDS: usize = 16;

async fn fits(value: Value, password: Secret) -> bool {
    let stored = Stored::parse(value.as_bytes());
    if !stored.is_slow() {
        return stored.fits(password.expose());
    }
    // A failure of the task is no proof of anything.
    tokio::task::spawn_blocking(move || Stored::parse(value.as_bytes()).fits(password.expose()))
        .await
        .unwrap_or(false)
}

/// The name by which OpenLDAP knows the user at the other end of a Unix socket.
fn unix_user(connection: &Connection) -> Option<Dn> {
    let own = connection.unix_credentials()?;
    Dn::parse(&format!("gidNumber={}+uidNumber={},cn=peercred,cn=external,cn=auth", own.group, own.user)).ok()
}

fn not_supported() -> Answer {
    let text = "simple, PLAIN and EXTERNAL are the ways to authenticate here";
    Answer::refuse(ResultCode::AUTH_METHOD_NOT_SUPPORTED, text)
}

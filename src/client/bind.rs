//! Binds: who the connection belongs to (RFC 4513).

use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use crate::error::{Closed, Error, ErrorKind, Phase, Refusal};
use crate::execute::{Call, Response};
use crate::model::{LdapString, ResultCode, Secret};
use crate::observe::{Subject, Watch};
use crate::proto::{Authentication, BindRequest, BindResponse, OpKind};
use crate::sasl::{External, Mechanism, Plain, SaslError};

use super::Client;
use super::deadline::Deadline;
use super::handle::Bound;

impl Client {
    /// Binds with a name and a password.
    ///
    /// The bind waits until the operations in flight are over, and those that come after it wait for the bind.
    ///
    /// # Errors
    ///
    /// `invalidCredentials` and the like. Nothing is sent if the password is empty ([`Refusal::EmptyPassword`]) or if
    /// others could read it ([`Refusal::CleartextPassword`]).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes the connection, once the request was sent.
    pub async fn simple_bind(
        &self,
        name: impl Into<LdapString>,
        password: impl Into<Secret>,
    ) -> Result<Response, Error> {
        self.bind(BindRequest::simple(name, password)).await
    }

    /// Binds as nobody (RFC 4513 5.1.1).
    ///
    /// # Errors
    ///
    /// The server lets nobody in, or as for any operation.
    pub async fn anonymous_bind(&self) -> Result<Response, Error> {
        self.bind(BindRequest::simple("", "")).await
    }

    /// Binds as nobody and leaves a name in the server's log (RFC 4513 5.1.2). **Success proves nothing about the
    /// name.**
    ///
    /// # Errors
    ///
    /// Most servers answer `unwillingToPerform`.
    pub async fn unauthenticated_bind(&self, name: impl Into<LdapString>) -> Result<Response, Error> {
        self.bind_once(Call::new(BindRequest::simple(name, ""))).await
    }

    /// Binds as who the layer below says: the client certificate, or the user of a Unix socket.
    ///
    /// # Errors
    ///
    /// As for any operation.
    pub async fn bind_external(&self) -> Result<Response, Error> {
        self.sasl_bind(&mut External::new()).await
    }

    /// Binds with a name and a password by SASL PLAIN.
    ///
    /// # Errors
    ///
    /// As [`simple_bind`](Self::simple_bind).
    pub async fn bind_plain(
        &self,
        user: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Result<Response, Error> {
        self.sasl_bind(&mut Plain::new(user, password)).await
    }

    /// Sends one bind request, with controls and a time limit if need be.
    ///
    /// # Errors
    ///
    /// As [`simple_bind`](Self::simple_bind). `saslBindInProgress` is no error: only a bind may follow it.
    pub async fn bind(&self, bind: impl Into<Call<BindRequest>>) -> Result<Response, Error> {
        let call = bind.into();
        let request = call.request();
        if let Authentication::Simple(password) = request.authentication() {
            if password.expose().is_empty() && !request.name().is_empty() {
                return Err(self.refuse(Refusal::EmptyPassword));
            }
            self.protect(!password.expose().is_empty())?;
        }
        self.bind_once(call).await
    }

    /// Binds by a SASL mechanism, in as many steps as it takes.
    ///
    /// # Errors
    ///
    /// As [`simple_bind`](Self::simple_bind), or the mechanism cannot go on.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future while an answer is awaited closes the connection.
    pub async fn sasl_bind(&self, mechanism: &mut (impl Mechanism + Send)) -> Result<Response, Error> {
        self.protect(mechanism.exposes_secret())?;
        let handle = &self.handle;
        let first = mechanism.initial_response().map_err(|error| self.stuck(error))?;
        let mut credentials = first.clone();
        let mut is_repeatable = true;
        let deadline = Deadline::after(handle.settings.operation_timeout);
        // Held over all the steps: nothing but binds may go between them.
        let _turn = handle.turn(OpKind::BindRequest, handle.all_turns(), deadline).await?;
        for _ in 0..MAX_STEPS {
            let request = BindRequest::sasl(mechanism.name(), credentials);
            let response = self.bind_in_turn(Call::new(request.clone()), None, deadline).await?;
            let challenge = response.bind().and_then(BindResponse::server_sasl_creds).map(|data| &data[..]);
            if response.code() != ResultCode::SASL_BIND_IN_PROGRESS {
                mechanism.finish(challenge).map_err(|error| self.interrupt(error))?;
                handle.set_bound(if is_repeatable { Bound::By(request) } else { Bound::BySteps });
                return Ok(response);
            }
            let answer = mechanism.step(challenge.unwrap_or_default());
            let answer = answer.map_err(|error| self.interrupt(error))?;
            // A server may ask for what it was told already; the last of several steps says nothing by itself.
            is_repeatable &= first.as_ref().is_some_and(|first| first.expose() == answer.expose());
            credentials = Some(answer);
        }
        Err(self.interrupt(SaslError::UnexpectedChallenge))
    }

    async fn bind_once(&self, call: Call<BindRequest>) -> Result<Response, Error> {
        let deadline = self.deadline(&call);
        let turn = self.handle.turn(OpKind::BindRequest, self.handle.all_turns(), deadline).await?;
        let request = call.request().clone();
        let response = self.bind_in_turn(call, Some(turn), deadline).await?;
        if response.code() == ResultCode::SUCCESS {
            self.handle.set_bound(Bound::By(request));
        }
        Ok(response)
    }

    async fn bind_in_turn(
        &self,
        call: Call<BindRequest>,
        turn: Option<OwnedSemaphorePermit>,
        deadline: Deadline,
    ) -> Result<Response, Error> {
        let handle = &self.handle;
        // The session is anonymous from the moment that the request is received (RFC 4513 4).
        handle.set_bound(Bound::ByNone);
        let call = call.into_op();
        // Each step is an operation of its own; the wait for the turn belongs to none.
        let watch =
            Watch::begin(&handle.scope, OpKind::BindRequest, Instant::now(), || Subject::of(call.request()));
        let result = self.exchange_in_turn(&call, turn, deadline).await.and_then(|response| {
            let id = response.id();
            response.into_result().map_err(|error| handle.describe(error, OpKind::BindRequest, Some(id)))
        });
        if let Some(mut watch) = watch {
            if let Ok(response) = &result {
                watch.sent(response.id());
            }
            watch.end(result.as_ref().map(Response::code));
        }
        result
    }

    /// Keeps a secret off a connection that others can read.
    fn protect(&self, has_secret: bool) -> Result<(), Error> {
        if has_secret && !self.handle.is_private && !self.handle.settings.cleartext_passwords {
            return Err(self.refuse(Refusal::CleartextPassword));
        }
        Ok(())
    }

    fn refuse(&self, refusal: Refusal) -> Error {
        self.handle.describe(refusal.into(), OpKind::BindRequest, None)
    }

    /// Makes the error of a mechanism that cannot go on, before the server was told anything.
    pub(super) fn stuck(&self, error: SaslError) -> Error {
        self.sasl_error(error).with_phase(Phase::NotSent)
    }

    /// As [`stuck`](Self::stuck) when the server has been told things: who the connection belongs to is not known.
    fn interrupt(&self, error: SaslError) -> Error {
        self.handle.shared.fail(Closed::Interrupted(OpKind::BindRequest));
        self.sasl_error(error)
    }

    fn sasl_error(&self, error: SaslError) -> Error {
        self.handle.describe(Error::new(ErrorKind::Sasl(error)), OpKind::BindRequest, None)
    }
}

/// The steps that a bind may take. No mechanism has so many; a server could go on for ever.
const MAX_STEPS: usize = 32;

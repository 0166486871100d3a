//! The handler that stands in front.

use crate::directory::handle::Directory;
use crate::model::{Control, Dn, Entry, LdapString, ResultCode, Scope};
use crate::proto::controls::{
    ControlValue as _, Controls as _, PagedResults, PagedResultsResponse, PasswordPolicy,
    PasswordPolicyResponse,
};
use crate::proto::{
    Authentication, BindRequest, LdapMessage, ProtocolOp, SearchRequest, SearchResultEntry,
    SearchResultReference,
};
use crate::server::{Answer, Handler, Operation, Sink};

use super::looks::{dns_name, domain};
use super::sign_in::{self, Bound};
use super::{Personality, ranges};

/// A directory that looks like another server; made by [`Directory::posing_as`].
#[derive(Clone, Debug)]
pub struct Posing {
    directory: Directory,
    personality: Personality,
}

impl Directory {
    /// Returns the directory with the looks of another server, to be given to a [`Server`](crate::server::Server);
    /// [`DirectoryBuilder::personality`](crate::directory::DirectoryBuilder::personality) is the short way.
    pub fn posing_as(&self, personality: Personality) -> Posing {
        Posing { directory: self.clone(), personality }
    }
}

impl Handler for Posing {
    async fn handle(&self, operation: Operation, sink: &mut Sink) -> Answer {
        if self.personality == Personality::Ldapwire {
            return self.directory.handle(operation, sink).await;
        }
        match operation.op() {
            ProtocolOp::BindRequest(request) => {
                let request = request.clone();
                let answer = self.bind(&request, &operation, sink).await;
                let is_bound = answer.code() == ResultCode::SUCCESS && !is_anonymous(&request);
                Bound::set(&operation.connection, is_bound);
                answer
            }
            ProtocolOp::SearchRequest(request) => {
                let request = request.clone();
                self.search(&request, operation, sink).await
            }
            _ => self.directory.handle(operation, sink).await,
        }
    }
}

impl Posing {
    async fn bind(&self, request: &BindRequest, operation: &Operation, sink: &mut Sink) -> Answer {
        if sign_in::is_unauthenticated(request) {
            if let Some(refusal) = sign_in::refuse_unauthenticated(self.personality) {
                return refusal;
            }
            let nobody = with_op(operation, BindRequest::simple("", "").with_version(request.version()));
            return self.directory.handle(nobody, sink).await;
        }
        let simple =
            matches!(request.authentication(), Authentication::Simple(_)) && !request.name().is_empty();
        match self.personality {
            Personality::Ds389 if simple => {
                let (answer, told) = self.told(operation.clone(), sink).await;
                return sign_in::with_expiry(answer, told);
            }
            Personality::ActiveDirectory if simple => {}
            _ => return self.directory.handle(operation.clone(), sink).await,
        }
        let account = sign_in::find(&self.directory, request.name().as_str());
        let name = account.as_ref().map_or_else(|| request.name().clone(), |account| account.dn().clone());
        let named = BindRequest::new(name, request.authentication().clone()).with_version(request.version());
        let (answer, told) = self.told(with_op(operation, named), sink).await;
        let now = sign_in::now(&self.directory);
        let barred = account.as_ref().and_then(|account| sign_in::barred(account, now));
        let barred = barred.or_else(|| sign_in::barred_by_policy(told));
        match (answer.code(), barred) {
            (ResultCode::SUCCESS, Some(code)) => {
                // Nobody, after all.
                let nobody = with_op(operation, BindRequest::simple("", ""));
                let _ = self.directory.handle(nobody, sink).await;
                sign_in::refusal(code)
            }
            (ResultCode::INVALID_CREDENTIALS | ResultCode::INVALID_DN_SYNTAX, _) => {
                let of_policy = sign_in::barred_by_policy(told);
                sign_in::refusal(of_policy.unwrap_or_else(|| sign_in::code_of(account.as_ref())))
            }
            _ => answer,
        }
    }

    /// Carries out a bind; returns with the answer what the password policy says of it, which is in the answer only where the
    /// client has asked for it.
    async fn told(&self, mut operation: Operation, sink: &mut Sink) -> (Answer, PasswordPolicyResponse) {
        let is_asked = operation.controls().iter().any(|control| *control.oid() == PasswordPolicy::OID);
        if !is_asked {
            operation.message.controls.push(PasswordPolicy.into_control());
        }
        let answer = self.directory.handle(operation, sink).await;
        let told = answer.controls().control().and_then(Result::ok).unwrap_or_default();
        let others = answer.controls().iter().filter(|control| *control.oid() != PasswordPolicyResponse::OID);
        let without = others.cloned().fold(Answer::from(answer.result().clone()), Answer::with_control);
        (if is_asked { answer } else { without }, told)
    }

    async fn search(&self, request: &SearchRequest, operation: Operation, sink: &mut Sink) -> Answer {
        let is_own = request.base().is_empty() && request.scope() == Scope::BaseObject;
        let is_active_directory = self.personality == Personality::ActiveDirectory;
        if is_active_directory && !is_own && !Bound::is_set(&operation.connection) {
            let text = "000004DC: LdapErr: DSID-0C0907E1, comment: In order to perform this operation a successful bind \
                        must be completed on the connection., data 0, v4563";
            return Answer::refuse(ResultCode::OPERATIONS_ERROR, text);
        }
        let (selectors, ranges) = ranges::take(request.selectors());
        let (directory, personality) = (self.directory.clone(), self.personality);
        let asked = selectors.clone();
        sink.tap(move |op, _| match op {
            ProtocolOp::SearchResultEntry(entry) => {
                let mut shown = entry.to_entry();
                if is_own {
                    personality.root_dse(&mut shown, &directory);
                    retain(&mut shown, &asked);
                }
                let cut = ranges::cut(&shown, &ranges, personality.value_limit());
                Some(SearchResultEntry::from(&cut).into())
            }
            op => Some(op),
        });
        let limited = self.limit(request, selectors, is_own, operation);
        let (base, scope) = (request.base().clone(), request.scope());
        let answer = self.directory.handle(limited, sink).await;
        let is_last = match answer.controls().control::<PagedResultsResponse>() {
            Some(Ok(page)) => page.cookie().is_empty(),
            _ => true,
        };
        let is_whole = answer.code() == ResultCode::SUCCESS && scope == Scope::WholeSubtree && is_last;
        if is_active_directory && is_whole {
            self.refer(&base, sink).await;
        }
        answer
    }

    /// Bounds a search by the limits of the server.
    fn limit(
        &self,
        request: &SearchRequest,
        selectors: Vec<LdapString>,
        is_own: bool,
        operation: Operation,
    ) -> Operation {
        // What the root DSE has besides can only be added to all that it has.
        let selectors = if is_own { vec!["*".into(), "+".into()] } else { selectors };
        let mut request = request.clone().attributes(selectors);
        let mut controls = operation.message.controls.clone();
        let most = self.personality.size_limit();
        if most > 0 {
            match controls.control::<PagedResults>() {
                Some(Ok(paged)) if paged.page_size() > most => {
                    let smaller = PagedResults::new(most).with_cookie(paged.cookie().clone());
                    replace(&mut controls, smaller.into_control());
                }
                Some(_) => {}
                None => {
                    let asked = Some(request.max_entries()).filter(|asked| *asked > 0);
                    request = request.size_limit(asked.unwrap_or(most).min(most));
                }
            }
        }
        let message = LdapMessage { controls, ..LdapMessage::new(operation.id(), request) };
        Operation::new(message, operation.connection)
    }

    /// Sends the references to the partitions below the domain, which other servers hold.
    async fn refer(&self, base: &LdapString, sink: &mut Sink) {
        let Some(domain) = domain(&self.directory) else { return };
        let is_domain = Dn::parse(base.as_str()).ok() == Dn::parse(&domain).ok();
        if !is_domain {
            return;
        }
        let name = dns_name(&domain);
        for (zone, rdn) in [
            ("ForestDnsZones.", "DC=ForestDnsZones,"),
            ("DomainDnsZones.", "DC=DomainDnsZones,"),
            ("", "CN=Configuration,"),
        ] {
            let url = format!("ldap://{zone}{name}/{rdn}{domain}");
            // If the connection has ended, nobody hears of it.
            let _ = sink.send(SearchResultReference::new([url])).await;
        }
    }
}

fn is_anonymous(request: &BindRequest) -> bool {
    matches!(request.authentication(), Authentication::Simple(password) if password.is_empty())
}

/// The same operation with another request.
fn with_op(operation: &Operation, op: impl Into<ProtocolOp>) -> Operation {
    let message = LdapMessage { op: op.into(), ..operation.message.clone() };
    Operation::new(message, operation.connection.clone())
}

/// Puts a control in the place of the one of the same type, as critical as that was.
fn replace(controls: &mut [Control], new: Control) {
    if let Some(own) = controls.iter_mut().find(|own| own.oid() == new.oid()) {
        *own = if own.is_critical() { new.critical() } else { new };
    }
}

/// Leaves only what was asked for; a search for nothing in particular is one for all.
fn retain(entry: &mut Entry, asked: &[LdapString]) {
    let is_asked = |name: &str| {
        asked.is_empty()
            || asked.iter().any(|asked| {
                let asked = asked.as_str();
                asked == "*" || asked == "+" || asked.eq_ignore_ascii_case(name)
            })
    };
    let mut shown = Entry::new(entry.dn().clone());
    shown.extend(entry.attributes().iter().filter(|own| is_asked(own.description().as_str())).cloned());
    *entry = shown;
}

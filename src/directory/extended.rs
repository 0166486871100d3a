//! Extended operations: Who am I? (RFC 4532), Password Modify (RFC 3062), transactions (RFC 5805). StartTLS and Cancel are
//! the server's.

use crate::model::{AuthzId, Dn, ResultCode, Secret};
use crate::proto::ExtendedRequest;
use crate::proto::extops::{EndTransaction, ExtendedOp, PasswordModify, StartTransaction, WhoAmI};
use crate::server::{Answer, Operation};

use super::access::Level;
use super::bind::PASSWORD;
use super::controls::Requested;
use super::handle::Directory;
use super::modify;
use super::password;
use super::policy::New;
use super::record::Record;
use super::resolve;
use super::update::Asked;

impl Directory {
    pub(super) async fn extended(
        &self,
        request: &ExtendedRequest,
        operation: &Operation,
    ) -> Result<Answer, Answer> {
        let controls = Requested::read(operation)?;
        let who = self.acting(&controls, operation)?;
        let malformed =
            |error: crate::ber::DecodeError| Answer::refuse(ResultCode::PROTOCOL_ERROR, error.to_string());
        if let Some(asked) = WhoAmI::from_request(request) {
            asked.map_err(malformed)?;
            return Ok(WhoAmI::encode_response(&who.map_or(AuthzId::ANONYMOUS, AuthzId::from_dn)).into());
        }
        if let Some(start) = StartTransaction::from_request(request) {
            start.map_err(malformed)?;
            return Ok(StartTransaction::encode_response(&self.start_transaction(operation, who)?).into());
        }
        if let Some(end) = EndTransaction::from_request(request) {
            return self.end_transaction(&end.map_err(malformed)?, operation, &controls);
        }
        if let Some(change) = PasswordModify::from_request(request) {
            return self.change_password(&change.map_err(malformed)?, who, &controls).await;
        }
        // "If the requestName is not recognized by the server, the server MUST NOT provide a responseName nor a
        // responseValue, and the resultCode is set to protocolError" (RFC 4511 4.12).
        let text = format!("the extended operation {} is not known here", request.name());
        Err(Answer::refuse(ResultCode::PROTOCOL_ERROR, text))
    }

    async fn change_password(
        &self,
        change: &PasswordModify,
        own: Option<Dn>,
        controls: &Requested,
    ) -> Result<Answer, Answer> {
        let dn = match change.user() {
            None => own.clone().ok_or_else(|| {
                Answer::refuse(ResultCode::UNWILLING_TO_PERFORM, "an anonymous connection has no password")
            })?,
            Some(user) => {
                let user = user.as_str().ok().and_then(|text| self.user(text));
                user.ok_or_else(|| Answer::refuse(ResultCode::NO_SUCH_OBJECT, "nobody is called so"))?
            }
        };
        self.viewer(own.as_ref()).check(&dn, Some(&PASSWORD), Level::Write)?;
        if let Some(old) = change.old()
            && !self.is_password(&dn, old).await
        {
            // "the server [...] SHALL NOT change the password" if the old one is wrong.
            return Err(Answer::refuse(ResultCode::UNWILLING_TO_PERFORM, "the old password is wrong"));
        }
        let unavailable = || Answer::refuse(ResultCode::OTHER, "the system gives no random octets");
        let generated = match change.new_password() {
            Some(_) => None,
            None => Some(password::generate().ok_or_else(unavailable)?),
        };
        let new =
            generated.as_ref().or_else(|| change.new_password()).cloned().unwrap_or_else(|| Secret::from(""));
        if new.is_empty() {
            let text = "an empty password would let nobody in";
            return Err(Answer::refuse(ResultCode::UNWILLING_TO_PERFORM, text));
        }
        let value = password::store(&new).ok_or_else(unavailable)?;
        let mut store = self.write();
        let (id, record) = resolve::target(&store, &dn, false)?;
        let before = &record.entry();
        let mut entry = modify::set(before, "userPassword", value);
        let new = New {
            before,
            old: before.values(&PASSWORD),
            count: 1,
            passwords: vec![new.expose()],
            has_old: change.old().is_some(),
            who: own.as_ref(),
        };
        self.renew(&store, &new, &mut entry).map_err(|refusal| refusal.answer(controls.password_policy))?;
        self.stamp(&mut entry, &Asked { who: own.clone(), ..Asked::default() });
        let after = Record::new(&store.rules, &entry);
        store.replace(id, after);
        store.commit()?;
        Ok(PasswordModify::encode_response(&generated).into())
    }
}

//! What went wrong, for people and for programs.

use std::fmt::Display;
use std::io::{self, Write};

use ldapwire::model::ResultCode;
use ldapwire::proto::controls::PasswordPolicyResponse;
use ldapwire::proto::{LdapResult, OpKind};
use ldapwire::{Error, ErrorKind, Refusal};
use serde_json::{Map, Value, json};

use crate::controls;
use crate::output::{Format, Palette};
use crate::status::Status;

/// Why a verb did not end well.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Nobody reads the output any more. That is no fault, and nothing is said.
    ReaderGone,
    /// All else.
    Told(Box<Report>),
}

/// What is said of a failure.
#[derive(Debug)]
pub(crate) struct Report {
    status: Status,
    message: String,
    hint: Option<&'static str>,
    /// With what the server refused.
    result: Option<LdapResult>,
    /// The entries that came before.
    entries: u64,
}

impl Failure {
    /// Makes the failure of a wrong call.
    pub(crate) fn usage(message: impl Display) -> Self {
        Self::new(Status::Usage, message)
    }

    /// Makes a failure with a status of its own.
    pub(crate) fn new(status: Status, message: impl Display) -> Self {
        let report = Report { status, message: message.to_string(), hint: None, result: None, entries: 0 };
        Self::Told(Box::new(report))
    }

    /// Makes the failure of an output that cannot be written.
    pub(crate) fn output(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ReaderGone,
            _ => Self::new(Status::Connection, format_args!("cannot write the output: {error}")),
        }
    }

    /// Makes the failure of a connection that was not made, a refused StartTLS among the reasons.
    pub(crate) fn connecting(error: &Error) -> Self {
        Self::Told(Box::new(Report { status: Status::Connection, ..Report::from(error) }))
    }

    /// Makes the failure of a refusal, or of a connection that was lost.
    pub(crate) fn of_server(error: &Error) -> Self {
        Self::Told(Box::new(Report::from(error)))
    }

    /// Tells it in other words, and how many entries came before.
    pub(crate) fn with_message(mut self, message: impl Display, entries: u64) -> Self {
        if let Self::Told(report) = &mut self {
            report.message = message.to_string();
            report.entries = entries;
            if entries > 0 && report.status == Status::Refused {
                report.status = Status::Partial;
            }
        }
        self
    }

    /// Ends with another status.
    pub(crate) fn with_status(mut self, status: Status) -> Self {
        if let Self::Told(report) = &mut self {
            report.status = status;
        }
        self
    }

    /// Says what may be done about it.
    pub(crate) fn with_hint(mut self, hint: &'static str) -> Self {
        if let Self::Told(report) = &mut self {
            report.hint = Some(hint);
        }
        self
    }

    /// Returns with what the command ends.
    pub(crate) fn status(&self) -> Status {
        match self {
            Self::ReaderGone => Status::Success,
            Self::Told(report) => report.status,
        }
    }

    /// Returns what is told of it: a line for people, and what `error` has in JSON.
    pub(crate) fn told(&self) -> (String, Value) {
        match self {
            Self::ReaderGone => (String::new(), Value::Null),
            Self::Told(report) => (report.to_line(), report.to_json()["error"].take()),
        }
    }

    /// Tells it on the standard error stream. That this may fail, too, is passed over: there is nowhere to tell it.
    pub(crate) fn report(&self, format: Format) {
        let Self::Told(report) = self else { return };
        let mut stderr = io::stderr().lock();
        let _ = match format {
            Format { json: true } => writeln!(stderr, "{}", report.to_json()),
            Format { json: false } => {
                let palette = Palette::of(&stderr);
                writeln!(stderr, "{} {}", palette.fault("ldapwire:"), report.to_line())
            }
        };
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::of_server(&error)
    }
}

impl Report {
    fn to_line(&self) -> String {
        match self.hint {
            Some(hint) => one_line(&format!("{}; {hint}", self.message)),
            None => one_line(&self.message),
        }
    }

    fn to_json(&self) -> Value {
        let mut error = Map::new();
        error.insert("status".to_owned(), json!(self.status as u8));
        error.insert("message".to_owned(), json!(self.message));
        if let Some(hint) = self.hint {
            error.insert("hint".to_owned(), json!(hint));
        }
        if let Some(result) = &self.result {
            error.insert("code".to_owned(), json!(result.code().number()));
            let texts = [
                ("name", result.code().name().unwrap_or_default().into()),
                ("matchedDn", result.matched_dn()),
                ("diagnosticMessage", result.diagnostic_message()),
            ];
            error.extend(
                texts
                    .into_iter()
                    .filter(|(_, text)| !text.is_empty())
                    .map(|(key, text)| (key.to_owned(), json!(text))),
            );
            if !result.referral().is_empty() {
                let urls: Vec<&str> = result.referral().iter().map(|url| url.as_str()).collect();
                error.insert("referral".to_owned(), json!(urls));
            }
        }
        if self.entries > 0 {
            error.insert("entries".to_owned(), json!(self.entries));
        }
        json!({ "error": error })
    }
}

impl From<&Error> for Report {
    fn from(error: &Error) -> Self {
        Self {
            status: status(error),
            message: match error.control::<PasswordPolicyResponse>() {
                Ok(Some(policy)) => format!("{error} ({})", controls::password_policy(&policy)),
                _ => error.to_string(),
            },
            hint: hint(error),
            result: error.result().cloned(),
            entries: error.delivered(),
        }
    }
}

fn status(error: &Error) -> Status {
    match error.kind() {
        ErrorKind::Refused { .. } if error.operation() == Some(OpKind::BindRequest) => Status::Authentication,
        ErrorKind::Refused { .. } if error.delivered() > 0 => Status::Partial,
        ErrorKind::Refused { .. } | ErrorKind::NotOne { .. } => Status::Refused,
        ErrorKind::Sasl(_) | ErrorKind::Unsafe(_) => Status::Authentication,
        ErrorKind::Encode(_) | ErrorKind::Misuse(_) => Status::Usage,
        // A pool has no connection where nobody lets it in.
        ErrorKind::NoLease(why) => match why.cause.as_deref().map(status) {
            Some(Status::Authentication) => Status::Authentication,
            _ => Status::Connection,
        },
        _ => Status::Connection,
    }
}

fn hint(error: &Error) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::Refused { result, .. } => refusal_hint(result.code(), error.operation()),
        ErrorKind::Unsafe(Refusal::CleartextPassword) => {
            Some("that is -H ldaps://... or -Z; --danger-allow-cleartext-password sends it all the same")
        }
        ErrorKind::Transport(transport) if transport.is_tls() => {
            Some("--ca-file FILE trusts a private authority")
        }
        ErrorKind::Transport(_) => Some("is -H right, and does the server run?"),
        ErrorKind::Timeout { .. } => Some("--timeout SECONDS waits longer"),
        ErrorKind::NoLease(why) => why.cause.as_deref().and_then(hint),
        _ => None,
    }
}

/// Says what may be done about a refusal of all that somebody asks for.
pub(crate) fn access_hint(code: ResultCode) -> Option<&'static str> {
    match code {
        ResultCode::INSUFFICIENT_ACCESS_RIGHTS
        | ResultCode::STRONGER_AUTH_REQUIRED
        | ResultCode::CONFIDENTIALITY_REQUIRED => refusal_hint(code, None),
        _ => None,
    }
}

fn refusal_hint(code: ResultCode, operation: Option<OpKind>) -> Option<&'static str> {
    Some(match code {
        ResultCode::INVALID_CREDENTIALS => "check the name and the password",
        ResultCode::NO_SUCH_OBJECT if operation == Some(OpKind::SearchRequest) => "check the base, -b",
        ResultCode::NO_SUCH_OBJECT => "check the name of the entry",
        ResultCode::INSUFFICIENT_ACCESS_RIGHTS => "bind as somebody who may, with -D or -Y",
        ResultCode::STRONGER_AUTH_REQUIRED | ResultCode::CONFIDENTIALITY_REQUIRED => {
            "bind with -D or -Y, over -H ldaps://... or -Z"
        }
        ResultCode::SIZE_LIMIT_EXCEEDED => {
            "there are more entries: raise -z, or read in pages with --page-size"
        }
        ResultCode::INAPPROPRIATE_MATCHING if operation == Some(OpKind::SearchRequest) => {
            "the attribute has no such rule; a sort key may name one: -E sss=sn:2.5.13.3"
        }
        ResultCode::TIME_LIMIT_EXCEEDED => "raise -l, or search for less",
        ResultCode::REFERRAL => "ask that server with -H",
        ResultCode::AUTH_METHOD_NOT_SUPPORTED => "`ldapwire rootdse` lists supportedSASLMechanisms",
        ResultCode::PROTOCOL_ERROR if operation == Some(OpKind::ExtendedRequest) => {
            "the server may not know the operation: `ldapwire rootdse` lists supportedExtension"
        }
        _ => return None,
    })
}

/// Keeps what a server sends from ruling the terminal, and a message on its line.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: ResultCode) -> Error {
        let result =
            LdapResult::new(code).with_diagnostic_message("no\n\u{1b}[31mway").with_matched_dn("dc=org");
        Error::refused(result, Vec::new())
    }

    #[test]
    fn the_status_tells_who_must_act() {
        let cases = [
            (refused(ResultCode::NO_SUCH_OBJECT), Status::Refused),
            (refused(ResultCode::SIZE_LIMIT_EXCEEDED).with_delivered(1), Status::Partial),
            (
                refused(ResultCode::INVALID_CREDENTIALS).with_operation(OpKind::BindRequest, None),
                Status::Authentication,
            ),
            (Error::from(Refusal::EmptyPassword), Status::Authentication),
            (Error::new(ErrorKind::Closed(ldapwire::Closed::ByServer)).with_delivered(1), Status::Connection),
        ];
        for (error, status) in cases {
            let text = error.to_string();
            assert_eq!(Failure::from(error).status(), status, "{text}");
        }
        assert_eq!(Failure::connecting(&refused(ResultCode::PROTOCOL_ERROR)).status(), Status::Connection);
        assert_eq!(Failure::output(&io::ErrorKind::BrokenPipe.into()).status(), Status::Success);
    }

    #[test]
    fn a_report_is_one_line_with_code_and_hint_and_without_control_characters() {
        let error = refused(ResultCode::NO_SUCH_OBJECT).with_operation(OpKind::SearchRequest, None);
        let line = Report::from(&error).to_line();
        assert!(line.contains("noSuchObject (32)") && line.ends_with("; check the base, -b"), "{line}");
        assert!(line.contains("no\\n\\u{1b}[31mway") && !line.contains(char::is_control), "{line}");
    }

    #[test]
    fn json_carries_the_whole_result() {
        let error = refused(ResultCode::SIZE_LIMIT_EXCEEDED).with_delivered(7);
        let told = Report::from(&error).to_json();
        assert_eq!(told["error"]["status"], 5);
        assert_eq!(told["error"]["code"], 4);
        assert_eq!(told["error"]["name"], "sizeLimitExceeded");
        assert_eq!(told["error"]["matchedDn"], "dc=org");
        assert_eq!(told["error"]["diagnosticMessage"], "no\n\u{1b}[31mway");
        assert_eq!(told["error"]["entries"], 7);
        assert!(told["error"].get("referral").is_none());
    }
}

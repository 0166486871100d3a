use ldapwire::model::{AuthzId, Filter};
use ldapwire::proto::controls::active_directory::DirSync;
use ldapwire::proto::controls::{
    AssertionControl, Behavior, ChainingBehavior, ControlValue, Dereference, GetEffectiveRights,
    MatchedValues, ServerSideSort, SortKey, Subentries, SyncMode, SyncRequest, VirtualListView,
};

use super::*;

fn control(text: &str) -> Control {
    match text.parse() {
        Ok(Extension::Control(control) | Extension::Endless(control) | Extension::Bind(control)) => control,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn pages_are_read_in_each_of_their_notations() {
    for text in ["pr=500", "!pr=500", "pr=500/noprompt", "!pr=500/noprompt"] {
        assert_eq!(text.parse(), Ok(Extension::Paged(500)), "{text}");
    }
}

#[test]
fn names_of_ldapsearch_mean_what_they_mean_there() {
    let cases: [(&str, Control); 22] = [
        ("sss=sn", ServerSideSort::new("sn").into()),
        (
            "!sss=-sn:2.5.13.3/cn",
            ServerSideSort::new(SortKey::descending("sn").with_rule("2.5.13.3")).then("cn").critical(),
        ),
        (
            "vlv=1/2/3/300",
            VirtualListView::from_offset(3).with_content_count(300).with_before(1).with_after(2).into(),
        ),
        ("vlv=0/9:a/b:c", VirtualListView::from_value("a/b:c").with_after(9).into()),
        ("mv=cn=a", MatchedValues::new([Filter::equality("cn", "a")]).unwrap().into()),
        (
            "mv=((cn=a)(sn=*))",
            MatchedValues::new([Filter::equality("cn", "a"), Filter::present("sn")]).unwrap().into(),
        ),
        ("sync=ro", SyncRequest::new(SyncMode::RefreshOnly).into()),
        ("sync=ro/rid=1,csn=2", SyncRequest::new(SyncMode::RefreshOnly).with_cookie("rid=1,csn=2").into()),
        ("!sync=rp", SyncRequest::new(SyncMode::RefreshAndPersist).critical()),
        ("subentries", Subentries::Visible.into()),
        ("SUBENTRIES=FALSE", Subentries::Hidden.into()),
        (
            "deref=member:cn,mail;owner:cn",
            Dereference::new("member", ["cn", "mail"]).and("owner", ["cn"]).into(),
        ),
        ("assert=(cn=a)", AssertionControl::new(Filter::equality("cn", "a")).unwrap().into()),
        ("authzid=u:ada", ProxiedAuthorization::new(AuthzId::from_user("ada")).into()),
        ("authzid=cn=a", ProxiedAuthorization::new(AuthzId::from_dn("cn=a")).into()),
        ("authzid=", ProxiedAuthorization::new(AuthzId::ANONYMOUS).into()),
        ("preread=cn,sn", PreRead::new(["cn", "sn"]).into()),
        ("chaining", ChainingBehavior::default().into()),
        (
            "chaining=chainingRequired/referralsPreferred",
            ChainingBehavior::new(Behavior::ChainingRequired)
                .with_evaluation(Behavior::ReferralsPreferred)
                .into(),
        ),
        ("!manageDSAit", ManageDsaIt.critical()),
        ("dontUseCopy", DontUseCopy.critical()),
        ("dirSync=0x80000001/0/YWI=", DirSync::new(0x8000_0001).with_cookie("ab").into()),
    ];
    for (text, expected) in cases {
        assert_eq!(control(text), expected, "{text}");
    }
}

#[test]
fn others_are_named_by_identifier_or_registry_and_their_values_are_octets() {
    assert_eq!(control("1.2.3"), Control::new(Oid::from_static("1.2.3")));
    assert_eq!(control("!1.2.3=:a=b"), Control::new(Oid::from_static("1.2.3")).with_value("a=b").critical());
    let octets = control("1.2.3=::AP8=");
    assert_eq!(octets.value().unwrap(), &b"\x00\xff"[..]);
    assert_eq!(control("showRecycled").oid(), &"1.2.840.113556.1.4.2064");
    assert_eq!(control("1.2.3=:").value().map(|value| value.len()), Some(0));
    assert_eq!(control("ger=dn:cn=a"), GetEffectiveRights::plain("cn=a").into());
    let rights = GetEffectiveRights::new(AuthzId::from_dn("cn=a"));
    assert_eq!(control("ger=dn:cn=a/"), rights.clone().into());
    assert_eq!(control("ger=cn=a/sn,cn"), rights.with_attributes(["sn", "cn"]).into());
}

#[test]
fn some_belong_to_the_bind_and_some_do_not_end() {
    assert_eq!("!bauthzid".parse(), Ok(Extension::Bind(AuthorizationIdentity.critical())));
    assert_eq!("ppolicy".parse(), Ok(Extension::Bind(PasswordPolicy.into())));
    assert!(matches!("sync=rp/c".parse(), Ok(Extension::Endless(_))));
    assert!(matches!("psearch=add,modDN/changesonly".parse(), Ok(Extension::Endless(_))));
    assert!(matches!("serverNotif".parse(), Ok(Extension::Endless(_))));
}

#[test]
fn what_means_nothing_is_refused() {
    for text in [
        "",
        "!",
        "pr",
        "pr=",
        "pr=0",
        "pr=2147483648",
        "pr=500/prompt",
        "pr=x/noprompt",
        "sss",
        "sss=",
        "sss=/sn",
        "sss=sn:",
        "vlv=1",
        "vlv=1/2",
        "vlv=1/2/3",
        "vlv=a/2:x",
        "vlv=1/2/3/x",
        "mv=(&(cn=a))",
        "mv=(cn",
        "sync=",
        "sync=xx",
        "psearch=",
        "psearch=add/x",
        "subentries=maybe",
        "deref=member",
        "deref=member:",
        "deref=:cn",
        "assert=(",
        "chaining=often",
        "extendedDn=2",
        "dirSync=1",
        "dirSync=1/2/!",
        "sdflags=x",
        "noop=1",
        "1.2.3=x",
        "1.2.3=::!",
        "nonsense",
        "startTLS",
        "1.02",
    ] {
        assert!(text.parse::<Extension>().is_err(), "{text}");
    }
}

//! Directories that look like those of others.

use super::*;
use crate::error::ErrorKind;

/// A domain with a large group and accounts of all kinds.
fn domain() -> DirectoryBuilder {
    let user = |name: &str| {
        Entry::new(format!("cn={name},dc=example,dc=org"))
            .with("objectClass", ["user"])
            .with("sAMAccountName", [name])
            .with("userPassword", ["secret"])
    };
    let members = (0..4000).map(|number| format!("cn={number},dc=example,dc=org"));
    Directory::builder()
        .entry(Entry::new("dc=example,dc=org").with("objectClass", ["domain"]))
        .entry(user("ada").with("userPrincipalName", ["ada@corp.example"]))
        .entry(user("locked").with("lockoutTime", ["1"]))
        .entry(user("disabled").with("userAccountControl", ["514"]))
        .entry(user("expired").with("accountExpires", ["1"]))
        .entry(user("fresh").with("pwdLastSet", ["0"]).with("accountExpires", ["9223372036854775807"]))
        .entry(Entry::new("cn=all,dc=example,dc=org").with("objectClass", ["group"]).with("member", members))
}

async fn posing(personality: Personality, builder: DirectoryBuilder) -> (RunningDirectory, Client) {
    let directory = builder.personality(personality).start().await.unwrap();
    let client = directory.client().await.unwrap();
    (directory, client)
}

#[tokio::test]
async fn the_root_dse_is_that_of_the_other_server() {
    for (personality, has, lacks) in [
        (Personality::Ldapwire, "vendorName", "configContext"),
        (Personality::OpenLdap, "configContext", "vendorName"),
        (Personality::Ds389, "netscapemdsuffix", "configContext"),
        (Personality::ActiveDirectory, "defaultNamingContext", "vendorName"),
    ] {
        let (_directory, client) = posing(personality, domain()).await;
        let root = client.root_dse().await.unwrap();
        assert!(root.attribute(has).is_some() && root.attribute(lacks).is_none(), "{personality:?} {root:?}");
        assert_eq!(root.first_text("namingContexts"), Some("dc=example,dc=org"));
        let one = client.search_one(SearchRequest::entry("").attributes([has])).await.unwrap();
        assert_eq!(one.attributes().count(), 1, "{personality:?}");
    }
}

#[tokio::test]
async fn a_name_without_a_password_is_what_it_is_elsewhere() {
    for (personality, expected) in [
        (Personality::OpenLdap, ResultCode::UNWILLING_TO_PERFORM),
        (Personality::Ds389, ResultCode::UNWILLING_TO_PERFORM),
        (Personality::ActiveDirectory, ResultCode::SUCCESS),
    ] {
        let (_directory, client) = posing(personality, domain()).await;
        let bound = client.unauthenticated_bind("cn=ada,dc=example,dc=org").await;
        assert_eq!(code(bound), expected, "{personality:?}");
        assert_eq!(client.who_am_i().await.unwrap().to_string(), "", "{personality:?}");
    }
}

#[tokio::test]
async fn active_directory_says_why_a_bind_is_refused() {
    let (_directory, client) = posing(Personality::ActiveDirectory, domain()).await;
    for (name, password, data) in [
        ("cn=ada,dc=example,dc=org", "wrong", "52e"),
        ("cn=nobody,dc=example,dc=org", "secret", "525"),
        ("no name", "secret", "525"),
        ("locked@example.org", "secret", "775"),
        ("locked@example.org", "wrong", "775"),
        ("EXAMPLE\\disabled", "secret", "533"),
        ("EXAMPLE\\disabled", "wrong", "52e"),
        ("expired@example.org", "secret", "701"),
        ("fresh@example.org", "secret", "773"),
        ("ada@elsewhere.org", "secret", "525"),
    ] {
        let error = client.simple_bind(name, password).await.unwrap_err();
        let ErrorKind::Refused { result, .. } = error.kind() else { panic!("{error}") };
        assert_eq!(result.code(), ResultCode::INVALID_CREDENTIALS, "{name}");
        let told = result.diagnostic_message().to_string();
        assert!(told.contains(&format!("AcceptSecurityContext error, data {data},")), "{name}: {told}");
        assert_eq!(client.who_am_i().await.unwrap().to_string(), "", "{name}");
    }
    for name in ["cn=ada,dc=example,dc=org", "ada@corp.example", "ada@EXAMPLE.org", "EXAMPLE\\ada"] {
        client.simple_bind(name, "secret").await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(client.who_am_i().await.unwrap().to_string(), "dn:cn=ada,dc=example,dc=org");
    }
}

#[tokio::test]
async fn active_directory_bounds_answers_and_refers_elsewhere() {
    let person =
        |number: usize| Entry::new(format!("cn=p{number},dc=example,dc=org")).with("objectClass", ["person"]);
    let builder = domain().entries((0..2500).map(person));
    let (_directory, client) = posing(Personality::ActiveDirectory, builder).await;
    let all = || below("dc=example,dc=org", "(cn=p*)").attributes(["1.1"]);
    let error = client.search_all(all()).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::OPERATIONS_ERROR));
    client.simple_bind("ada@example.org", "secret").await.unwrap();
    let error = client.search_all(all()).await.unwrap_err();
    assert_eq!((error.code(), error.partial_entries().len()), (Some(ResultCode::SIZE_LIMIT_EXCEEDED), 1000));
    let paged = client.search_all(all().paged(2000)).await.unwrap();
    assert_eq!((paged.entries.len(), paged.references.len()), (2500, 3));
    assert_eq!(paged.references[2].as_str(), "ldap://example.org/CN=Configuration,dc=example,dc=org");
    // Below the domain nothing refers elsewhere.
    let below = client.search_all(below("cn=all,dc=example,dc=org", "(cn=*)")).await.unwrap();
    assert!(below.references.is_empty());
}

#[tokio::test]
async fn values_come_by_ranges() {
    let (_directory, client) = posing(Personality::ActiveDirectory, domain()).await;
    client.simple_bind("ada@example.org", "secret").await.unwrap();
    let (mut found, mut low) = (Vec::new(), 0);
    loop {
        let selector = if low == 0 { "member".to_owned() } else { format!("member;range={low}-*") };
        let search = SearchRequest::entry("cn=all,dc=example,dc=org").attributes([selector]);
        let entry = client.search_one(search).await.unwrap().to_entry();
        let [part] = entry.attributes() else { panic!("{entry:?}") };
        found.extend(part.values().iter().cloned());
        if part.description().as_str().ends_with("-*") {
            break;
        }
        low = found.len();
    }
    assert_eq!(found.len(), 4000);
    assert_eq!(found[3999], "cn=3999,dc=example,dc=org");
    let other = posing(Personality::OpenLdap, domain()).await;
    assert_eq!(
        other.1.read("cn=all,dc=example,dc=org").await.unwrap().to_entry().values("member").len(),
        4000
    );
}

//! Operations that write, and compare.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::Poll;

use ldapwire::model::{Entry, Modification, ResultCode};
use ldapwire::proto::extops::PasswordModify;
use ldapwire::proto::{AddRequest, CompareRequest, DeleteRequest, ModifyDnRequest, ModifyRequest, OldRdn};
use ldapwire::{Client, Executor};

use super::connections::{admin, alice, encrypted};
use super::slapd::{SUFFIX, Slapd};
use super::{Outcome, cases};

cases![
    adds_reads_and_deletes,
    modifies_in_each_way,
    increments,
    compares,
    renames_and_moves,
    changes_a_password,
    takes_a_generated_password,
    refusals_carry_the_whole_result,
    large_value_round_trip,
    value_of_octets_round_trip,
    forty_megabytes_pipelined,
];

async fn adds_reads_and_deletes(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let area = area(&client, "adds").await?;
    let dn = format!("cn=Zoë\\, \\+1,{area}");
    client.add(AddRequest::from(person(&dn, "Zoë, +1").with("description", ["one", "two"]))).await?;
    let found = client.read(&*dn).await?;
    assert_eq!(found.values("description").count(), 2);
    assert_eq!(found.first_text("cn"), Some("Zoë, +1"));
    client.delete(DeleteRequest::new(&*dn)).await?;
    assert_eq!(client.read(&*dn).await.unwrap_err().code(), Some(ResultCode::NO_SUCH_OBJECT));
    Ok(())
}

async fn modifies_in_each_way(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let dn = format!("cn=changing,{}", area(&client, "modifies").await?);
    client.add(AddRequest::from(person(&dn, "changing").with("title", ["old"]))).await?;
    let changes = [
        Modification::add("description", ["one", "two", "three"]),
        Modification::delete("description", ["two"]),
        Modification::replace("sn", ["New"]),
        Modification::delete_attribute("title"),
        Modification::clear("mail"),
    ];
    client.modify(ModifyRequest::new(&*dn, changes)).await?;
    let found = client.read(&*dn).await?;
    let mut description: Vec<&[u8]> = found.values("description").collect();
    description.sort();
    assert_eq!(description, [&b"one"[..], b"three"]);
    assert_eq!(found.first_text("sn"), Some("New"));
    assert!(found.attribute("title").is_none());
    client.replace(&*dn, "sn", ["Newer"]).await?;
    assert_eq!(client.read(&*dn).await?.first_text("sn"), Some("Newer"));
    Ok(())
}

/// RFC 4525.
async fn increments(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let dn = format!("uid=counter,{}", area(&client, "increments").await?);
    let entry = Entry::new(&*dn)
        .with("objectClass", ["account", "extensibleObject"])
        .with("uid", ["counter"])
        .with("uidNumber", ["40"]);
    match client.add(AddRequest::from(entry)).await {
        // Without the schema of accounts there is no attribute of numbers to count with.
        Err(error) if error.code() == Some(ResultCode::UNDEFINED_ATTRIBUTE_TYPE) => {
            return increments_without_numbers(&client, &dn).await;
        }
        other => other?,
    };
    for amount in [3, -1] {
        client.modify(ModifyRequest::new(&*dn, [Modification::increment("uidNumber", amount)])).await?;
    }
    assert_eq!(client.read(&*dn).await?.first_text("uidNumber"), Some("42"));
    Ok(())
}

/// The server understands the request, and says why it cannot.
async fn increments_without_numbers(client: &Client, dn: &str) -> Outcome {
    client.add(AddRequest::from(person(dn, "counter").with("uid", ["counter"]))).await?;
    let change = ModifyRequest::new(dn, [Modification::increment("sn", 1)]);
    let error = client.modify(change).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::CONSTRAINT_VIOLATION), "{error}");
    Ok(())
}

async fn compares(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    assert!(client.compare(CompareRequest::new(alice(), "sn", "ADAMS")).await?);
    assert!(!client.compare(CompareRequest::new(alice(), "sn", "Brown")).await?);
    assert!(
        client
            .compare(CompareRequest::new(alice(), "description;lang-fr", "Description en français"))
            .await?
    );
    let error = client.compare(CompareRequest::new(alice(), "manager", SUFFIX)).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::NO_SUCH_ATTRIBUTE));
    Ok(())
}

async fn renames_and_moves(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let area = area(&client, "renames").await?;
    for unit in ["here", "there"] {
        client.add(AddRequest::from(unit_entry(&format!("ou={unit},{area}"), unit))).await?;
    }
    let first = format!("cn=first,ou=here,{area}");
    client.add(AddRequest::from(person(&first, "first"))).await?;
    client.modify_dn(ModifyDnRequest::new(&*first, "cn=second", OldRdn::Keep)).await?;
    let second = format!("cn=second,ou=here,{area}");
    assert_eq!(client.read(&*second).await?.values("cn").count(), 2);

    let there = format!("ou=there,{area}");
    let request = ModifyDnRequest::new(&*second, "cn=third", OldRdn::Delete).with_new_superior(&*there);
    client.modify_dn(request).await?;
    let found = client.read(format!("cn=third,{there}")).await?;
    assert_eq!(found.dn(), format!("cn=third,{there}"));
    let mut names: Vec<&[u8]> = found.values("cn").collect();
    names.sort();
    assert_eq!(names, [&b"first"[..], b"third"], "only the value of the old RDN goes");

    // A subtree moves as a whole.
    let request = ModifyDnRequest::new(&*there, "ou=moved", OldRdn::Delete)
        .with_new_superior(format!("ou=here,{area}"));
    client.modify_dn(request).await?;
    client.read(format!("cn=third,ou=moved,ou=here,{area}")).await?;
    Ok(())
}

async fn changes_a_password(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let dn = format!("cn=somebody,{}", area(&client, "passwords").await?);
    client.add(AddRequest::from(person(&dn, "somebody").with("userPassword", ["old"]))).await?;
    let own = encrypted(server).await?;
    own.simple_bind(&*dn, "old").await?;
    let change = PasswordModify::new().with_old("old").with_new("n€w");
    assert!(own.password_modify(change).await?.is_none());
    assert_eq!(own.simple_bind(&*dn, "old").await.unwrap_err().code(), Some(ResultCode::INVALID_CREDENTIALS));
    own.simple_bind(&*dn, "n€w").await?;
    Ok(())
}

async fn takes_a_generated_password(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let dn = format!("cn=somebody,{}", area(&client, "generated").await?);
    client.add(AddRequest::from(person(&dn, "somebody").with("userPassword", ["old"]))).await?;
    let password = client.password_modify(PasswordModify::new().of_user(&*dn)).await?;
    let password = password.ok_or("the server makes a password where none is given")?;
    assert!(!password.is_empty());
    encrypted(server).await?.simple_bind(&*dn, password).await?;
    Ok(())
}

async fn refusals_carry_the_whole_result(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let error = client.delete(DeleteRequest::new(format!("ou=people,{SUFFIX}"))).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::NOT_ALLOWED_ON_NON_LEAF));
    let error = client.delete(DeleteRequest::new(format!("cn=a,ou=b,ou=people,{SUFFIX}"))).await.unwrap_err();
    let result = error.result().ok_or("a result came")?;
    assert_eq!(result.code(), ResultCode::NO_SUCH_OBJECT);
    assert_eq!(result.matched_dn(), format!("ou=people,{SUFFIX}"));
    let error = client.add(AddRequest::from(person(&alice(), "alice"))).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::ENTRY_ALREADY_EXISTS));
    let error = client.replace(alice(), "noSuchType", ["1"]).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::UNDEFINED_ATTRIBUTE_TYPE));
    assert!(!error.result().ok_or("a result came")?.diagnostic_message().is_empty());
    let error = encrypted(server).await?.delete(DeleteRequest::new(alice())).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::STRONGER_AUTH_REQUIRED));
    let error = client.delete(DeleteRequest::new("no name")).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::INVALID_DN_SYNTAX));
    // A connection is none the worse for refusals.
    client.read(alice()).await?;
    Ok(())
}

async fn large_value_round_trip(server: &Slapd) -> Outcome {
    let value: Vec<u8> = (0..60_000_u32).map(|at| (at * 31 / 8) as u8).collect();
    round_trip(server, "large", &value).await
}

async fn value_of_octets_round_trip(server: &Slapd) -> Outcome {
    round_trip(server, "octets", b"\xff\x00\xfe\xc3\x28\n").await?;
    round_trip(server, "nothing", b"").await
}

async fn round_trip(server: &Slapd, name: &str, value: &[u8]) -> Outcome {
    let client = admin(server).await?;
    let dn = format!("cn={name},{}", area(&client, &format!("values of {name}")).await?);
    client.add(AddRequest::from(person(&dn, name).with("jpegPhoto", [value]))).await?;
    let found = client.read(&*dn).await?;
    assert!(found.values("jpegPhoto").eq([value]));
    assert_eq!(found.first_text("jpegPhoto").is_some(), std::str::from_utf8(value).is_ok());
    Ok(())
}

async fn forty_megabytes_pipelined(server: &Slapd) -> Outcome {
    const ENTRIES: u8 = 40;
    let client = admin(server).await?;
    let area = area(&client, "pipelined").await?;
    let name = |number| format!("cn=number{number},{area}");
    let add = |number: u8| {
        let entry = person(&name(number), &format!("number{number}"));
        client.add(AddRequest::from(entry.with("jpegPhoto", [vec![number; 1 << 20]])))
    };
    all((0..ENTRIES).map(add)).await?;
    for number in 0..ENTRIES {
        let found = client.read(name(number)).await?;
        assert!(found.values("jpegPhoto").eq([vec![number; 1 << 20]]));
    }
    all((0..ENTRIES).map(|number| client.delete(DeleteRequest::new(name(number))))).await?;
    Ok(())
}

/// Drives futures side by side to the end of all, in the order given.
pub(crate) async fn all<T, F: Future<Output = Result<T, ldapwire::Error>>>(
    futures: impl Iterator<Item = F>,
) -> Result<Vec<T>, ldapwire::Error> {
    let mut waiting: Vec<(Pin<Box<F>>, Option<T>)> = futures.map(|future| (Box::pin(future), None)).collect();
    let mut poll = pin!(std::future::poll_fn(|cx| {
        let mut pending = false;
        for (future, output) in &mut waiting {
            if output.is_none() {
                match future.as_mut().poll(cx) {
                    Poll::Ready(done) => *output = Some(done?),
                    Poll::Pending => pending = true,
                }
            }
        }
        if pending { Poll::Pending } else { Poll::Ready(Ok::<(), ldapwire::Error>(())) }
    }));
    poll.as_mut().await?;
    Ok(waiting.into_iter().filter_map(|(_, output)| output).collect())
}

/// Makes an entry that one case writes below.
pub(crate) async fn area(client: &Client, name: &str) -> Result<String, ldapwire::Error> {
    let dn = format!("ou={name},ou=scratch,{SUFFIX}");
    client.add(AddRequest::from(unit_entry(&dn, name))).await?;
    Ok(dn)
}

pub(crate) fn person(dn: &str, name: &str) -> Entry {
    Entry::new(dn).with("objectClass", ["inetOrgPerson"]).with("cn", [name]).with("sn", ["Person"])
}

fn unit_entry(dn: &str, name: &str) -> Entry {
    Entry::new(dn).with("objectClass", ["organizationalUnit"]).with("ou", [name])
}

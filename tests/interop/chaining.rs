//! A server that asks another one itself, unless the client does not want that.

use ldapwire::model::{ResultCode, Scope};
use ldapwire::proto::controls::{Behavior, ChainingBehavior, ControlValue};
use ldapwire::{Client, Executor, RequestExt, SearchItem};

use super::connections::encrypted;
use super::searches::search_below;
use super::slapd::{SUFFIX, Setup, Slapd};
use super::{Outcome, another_server, cases};

cases![
    another_server_is_asked_for_what_it_holds_or_referred_to,
    another_server_is_asked_for_a_part_of_the_tree_or_referred_to,
];

const AREA: &str = "ou=chains,dc=example,dc=org";
/// What the other server holds.
const PEOPLE: &str = "ou=people,ou=chains,dc=example,dc=org";
/// What nobody holds.
const NOTHING: &str = "ou=nothing,ou=chains,dc=example,dc=org";

/// Starts a server that refers to another one.
fn referring(other: &Slapd) -> Result<Slapd, Box<dyn std::error::Error>> {
    let ldif = format!(
        "dn: {AREA}
objectClass: organizationalUnit
ou: chains

dn: {PEOPLE}
objectClass: referral
objectClass: extensibleObject
ou: people
ref: ldap://127.0.0.1:{}/ou=people,{SUFFIX}

dn: {NOTHING}
objectClass: referral
objectClass: extensibleObject
ou: nothing
ref: ldap://127.0.0.1:1/ou=nothing,{SUFFIX}
",
        other.port()
    );
    another_server(&Setup { ldif, chains: true, ..Setup::default() })
}

/// A server that asks others itself, too: a critical control comes along with what it is asked.
fn asked() -> Result<Slapd, Box<dyn std::error::Error>> {
    another_server(&Setup { chains: true, ..Setup::default() })
}

async fn another_server_is_asked_for_what_it_holds_or_referred_to(_: &Slapd) -> Outcome {
    let other = asked()?;
    let server = referring(&other)?;
    let client = encrypted(&server).await?;
    let people = search_below(&format!("ou=people,{SUFFIX}"), Scope::WholeSubtree);
    let all = encrypted(&other).await?.search_all(people).await?.entries.len();
    for (behavior, people, nothing) in [
        (None, Ok(all), Err(ResultCode::REFERRAL)),
        (Some(Behavior::ChainingPreferred), Ok(all), Err(ResultCode::REFERRAL)),
        (Some(Behavior::ChainingRequired), Ok(all), Err(ResultCode::CANNOT_CHAIN)),
        (Some(Behavior::ReferralsPreferred), Err(ResultCode::REFERRAL), Err(ResultCode::REFERRAL)),
        (Some(Behavior::ReferralsRequired), Err(ResultCode::REFERRAL), Err(ResultCode::REFERRAL)),
    ] {
        for (base, expected) in [(PEOPLE, people), (NOTHING, nothing)] {
            let control = behavior.map_or_else(ChainingBehavior::default, ChainingBehavior::new);
            let search = search_below(base, Scope::WholeSubtree).with_control(control.critical());
            let found = client.search_all(search).await;
            let found = found.map(|found| found.entries.len()).map_err(|error| error.code());
            assert_eq!(found, expected.map_err(Some), "{behavior:?} below {base}");
        }
    }
    Ok(())
}

async fn another_server_is_asked_for_a_part_of_the_tree_or_referred_to(_: &Slapd) -> Outcome {
    let other = asked()?;
    let server = referring(&other)?;
    let client = encrypted(&server).await?;
    let people = search_below(&format!("ou=people,{SUFFIX}"), Scope::WholeSubtree);
    let all = encrypted(&other).await?.search_all(people).await?.entries.len();
    for (behavior, expected) in [
        (Behavior::ChainingPreferred, (1 + all, 1)),
        (Behavior::ReferralsPreferred, (1, 2)),
        (Behavior::ReferralsRequired, (1, 2)),
    ] {
        let control = ChainingBehavior::new(Behavior::ReferralsRequired).with_evaluation(behavior);
        assert_eq!(entries_and_references(&client, control).await?, expected, "{behavior:?}");
    }
    Ok(())
}

async fn entries_and_references(
    client: &Client,
    control: ChainingBehavior,
) -> Result<(usize, usize), ldapwire::Error> {
    let search = search_below(AREA, Scope::WholeSubtree).with_control(control.critical());
    let mut stream = client.search(search).await?;
    let (mut entries, mut references) = (0, 0);
    while let Some(item) = stream.next_item().await? {
        match item {
            SearchItem::Entry(..) => entries += 1,
            _ => references += 1,
        }
    }
    Ok((entries, references))
}

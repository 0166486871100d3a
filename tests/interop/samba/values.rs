//! Values of Windows that are octets, read by their types.

use std::error::Error;

use ldapwire::mapping::{SecurityDescriptor, Sid};
use ldapwire::proto::SearchRequest;
use ldapwire::proto::controls::ControlValue;
use ldapwire::proto::controls::active_directory::{ExtendedDn, SdFlags};
use ldapwire::{Executor, RequestExt};

use crate::{Outcome, cases};

use super::server::{DOMAIN, Samba, person};

cases![Samba: parts_of_security_descriptors_are_chosen, names_come_with_identifiers];

async fn parts_of_security_descriptors_are_chosen(server: &Samba) -> Outcome {
    let client = server.admin().await?;
    let descriptor = async |flags: SdFlags| -> Result<_, Box<dyn Error>> {
        let search = SearchRequest::entry(person("alice"))
            .attributes(["nTSecurityDescriptor"])
            .with_control(flags.critical());
        let entry = client.search_one(search).await?;
        let octets = entry.values("nTSecurityDescriptor").next().ok_or("it comes")?;
        Ok(SecurityDescriptor::from_octets(octets)?)
    };
    let owner = descriptor(SdFlags::OWNER).await?;
    assert!(
        owner.owner().is_some() && owner.group().is_none() && owner.discretionary().is_none(),
        "{owner:?}"
    );
    let most = descriptor(SdFlags::OWNER | SdFlags::GROUP | SdFlags::DACL).await?;
    assert_eq!(most.owner(), owner.owner());
    assert!(most.group().is_some() && most.discretionary().is_some() && most.system().is_none(), "{most:?}");
    Ok(())
}

async fn names_come_with_identifiers(server: &Samba) -> Outcome {
    let client = server.admin().await?;
    let name = async |form: ExtendedDn| -> Result<_, Box<dyn Error>> {
        let group = format!("CN=Domain Admins,CN=Users,{DOMAIN}");
        let search = SearchRequest::entry(group).attributes(["objectSid"]).with_control(form.critical());
        let entry = client.search_one(search).await?;
        let sid = Sid::from_octets(entry.values("objectSid").next().ok_or("a group has one")?)?;
        Ok((entry.dn().to_owned(), sid))
    };
    let (text, sid) = name(ExtendedDn::Text).await?;
    assert!(
        text.starts_with("<GUID=") && text.contains(&format!(";<SID={sid}>;CN=Domain Admins,")),
        "{text}"
    );
    let (hexadecimal, _) = name(ExtendedDn::Hexadecimal).await?;
    assert!(hexadecimal.contains(";<SID=010500000000000515000000"), "{hexadecimal}");
    Ok(())
}

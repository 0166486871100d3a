//! The loads of this crate, `ldapwire::bulk`.

use ldapwire::ConnectOptions;
use ldapwire::bulk::{Load, Mode, Record, records};
use ldapwire::ldif::ChangeRecord;
use ldapwire::model::Modification;
use ldapwire::proto::{AddRequest, AttributeList, DeleteRequest, ModifyRequest};
use peers::{
    ADMIN, Kind, LOAD_CHANGED, PASSWORD, Stopwatch, Visit, Workload, load_attributes, load_change, load_dn,
};

fn main() {
    let Workload::Load(load) = Workload::from_arguments() else { panic!("only loads") };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let options =
            ConnectOptions::new(format!("ldap://{}", load.address)).danger_allow_cleartext_passwords();
        let client = options.connect().await.expect("a connection");
        client.simple_bind(ADMIN, PASSWORD).await.expect("a bind");
        let mut setup = Load::new().mode(Mode::Apply).max_concurrent(load.connections);
        if let Some(journal) = &load.journal {
            setup = setup.journal(journal);
        }
        let kind = load.kind;
        let stopwatch = Stopwatch::start();
        let report =
            setup.run(&client, records((0..load.operations).map(|number| record(kind, number)))).await;
        let report = report.expect("a load");
        assert!(report.is_success(), "{report} {:?} {:?}", report.failures(), report.stop());
        let peer = match (&load.journal, load.connections) {
            (None, 1) => "ldapwire".to_owned(),
            (None, connections) => format!("ldapwire, {connections} connections"),
            (Some(_), _) => "ldapwire, journal".to_owned(),
        };
        stopwatch.finish(&peer, &load.name, load.operations, &Visit::default(), Vec::new());
    });
}

fn record(kind: Kind, number: u64) -> Record {
    let dn = load_dn(number);
    match kind {
        Kind::Add => {
            let attributes = AttributeList::of_pairs(load_attributes(number));
            Record::new(ChangeRecord::new(AddRequest::new(dn, attributes)))
        }
        Kind::Modify => {
            let change = Modification::replace(LOAD_CHANGED, [load_change(number)]);
            Record::new(ChangeRecord::new(ModifyRequest::new(dn, [change])))
        }
        Kind::Delete => Record::new(ChangeRecord::new(DeleteRequest::new(dn))),
    }
}

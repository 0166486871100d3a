//! The directory in memory as a process of its own: `directory` prints its address and runs until it is ended.

use ldapwire::directory::Directory;
use ldapwire::model::Entry;
use ldapwire::server::{Endpoint, Server};
use peers::{ADMIN, PASSWORD};

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let root = Entry::new("dc=example,dc=org").with("objectClass", ["domain"]).with("dc", ["example"]);
        let parent = Entry::new("ou=bulk,dc=example,dc=org");
        let parent = parent.with("objectClass", ["organizationalUnit"]).with("ou", ["bulk"]);
        let directory = Directory::builder().entries([root, parent]).admin(ADMIN, PASSWORD).build();
        let server = Server::new(directory.expect("a directory")).listen(Endpoint::localhost()).start();
        let server = server.await.expect("a port of the loopback interface");
        println!("{}", server.url().trim_start_matches("ldap://"));
        std::future::pending::<()>().await;
    });
}

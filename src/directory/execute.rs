//! The operations on the directory itself.

use crate::error::Error;
use crate::execute::{Call, Executor, Response, SearchStream};
use crate::proto::{ProtocolOp, SearchRequest};
use crate::server::InProcess;

use super::handle::Directory;

/// Carries out requests in the task of the caller, without a server in front: for tests of code that is generic over
/// [`Executor`].
///
/// Each request counts as one of an anonymous connection of its own; for those of somebody who has bound take an
/// [`InProcess`].
///
/// ```
/// use ldapwire::Executor;
/// use ldapwire::directory::Directory;
///
/// async fn surname(directory: &impl Executor, dn: &str) -> Result<String, ldapwire::Error> {
///     Ok(directory.read(dn).await?.first_text("sn").unwrap_or_default().to_owned())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let directory = Directory::builder().ldif("dn: cn=ada\nobjectClass: person\nsn: Lovelace\n").build()?;
/// assert_eq!(surname(&directory, "cn=ada").await?, "Lovelace");
/// # Ok(())
/// # }
/// ```
impl Executor for Directory {
    async fn execute(&self, call: Call<ProtocolOp>) -> Result<Response, Error> {
        InProcess::new(self.clone()).execute(call).await
    }

    async fn search(&self, search: impl Into<Call<SearchRequest>> + Send) -> Result<SearchStream, Error> {
        InProcess::new(self.clone()).search(search).await
    }
}

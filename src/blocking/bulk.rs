//! Loads, exports, plans and deletes.

use std::io::{Read, Write};
use std::path::Path;

use crate::bulk::{
    Connections, Delete, DeleteError, DeleteErrorKind, DeleteReport, Export, ExportError, ExportReport, Load,
    LoadError, Mirror, MirrorError, Plan, Record, Report, try_records,
};
use crate::error::Error;
use crate::execute::Executor;
use crate::files::Records;

use super::Blocking;

impl Load<'_> {
    /// As [`run`](Self::run), for code that is not asynchronous: with the records of an iterator, which is asked for them on this
    /// thread.
    ///
    /// # Errors
    ///
    /// This is called within an asynchronous task; or, within, a file of the load cannot be used.
    ///
    /// ```no_run
    /// use ldapwire::blocking::Client;
    /// use ldapwire::bulk::Load;
    /// use ldapwire::files::Records;
    /// use ldapwire::ldif::ReadOptions;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = Client::connect("ldaps://ldap.example.org")?;
    /// client.simple_bind("cn=admin,dc=example,dc=org", "secret")?;
    /// let records = Records::open("people.ldif", ReadOptions::new())?;
    /// println!("{}", Load::new().journal("people.journal").run_blocking(&client, records)??);
    /// # Ok(())
    /// # }
    /// ```
    pub fn run_blocking<C, I, R, F>(
        self,
        connections: &Blocking<C>,
        records: I,
    ) -> Result<Result<Report, LoadError>, Error>
    where
        C: Connections,
        I: IntoIterator<Item = Result<R, F>>,
        R: Into<Record>,
        F: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        connections.worker.run(self.run(&connections.inner, try_records(records)))
    }
}

impl Export {
    /// As [`to_file`](Self::to_file), for code that is not asynchronous.
    ///
    /// # Errors
    ///
    /// As there, or this is called within an asynchronous task.
    pub fn to_file_blocking<E: Executor>(
        &self,
        executor: &Blocking<E>,
        path: impl AsRef<Path>,
    ) -> Result<ExportReport, ExportError> {
        executor.worker.run(self.to_file(&executor.inner, path))?
    }

    /// As [`write_to`](Self::write_to), for code that is not asynchronous.
    ///
    /// # Errors
    ///
    /// As there, or this is called within an asynchronous task.
    pub fn write_to_blocking<E: Executor, W: Write + Send + 'static>(
        &self,
        executor: &Blocking<E>,
        target: W,
    ) -> Result<(W, ExportReport), ExportError> {
        executor.worker.run(self.write_to(&executor.inner, target))?
    }
}

impl Mirror {
    /// As [`plan`](Self::plan), for code that is not asynchronous.
    ///
    /// # Errors
    ///
    /// As there, or this is called within an asynchronous task.
    pub fn plan_blocking<E: Executor>(
        &self,
        executor: &Blocking<E>,
        wanted: Records<impl Read + Send + 'static>,
    ) -> Result<Plan, MirrorError> {
        executor.worker.run(self.plan(&executor.inner, wanted))?
    }

    /// As [`plan_from`](Self::plan_from), for code that is not asynchronous.
    ///
    /// # Errors
    ///
    /// As there, or this is called within an asynchronous task.
    pub fn plan_from_blocking<E: Executor, S: Executor>(
        &self,
        executor: &Blocking<E>,
        source: &Blocking<S>,
    ) -> Result<Plan, MirrorError> {
        executor.worker.run(self.plan_from(&executor.inner, &source.inner))?
    }
}

impl Plan {
    /// As [`apply`](Self::apply), for code that is not asynchronous.
    ///
    /// # Errors
    ///
    /// This is called within an asynchronous task; or, within, a file of the load cannot be used.
    pub fn apply_blocking<C: Connections>(
        &mut self,
        connections: &Blocking<C>,
        load: Load<'_>,
    ) -> Result<Result<Report, LoadError>, Error> {
        connections.worker.run(self.apply(&connections.inner, load))
    }
}

impl Delete {
    /// As [`count`](Self::count), for code that is not asynchronous.
    ///
    /// # Errors
    ///
    /// As there, or this is called within an asynchronous task.
    pub fn count_blocking<E: Executor>(&self, executor: &Blocking<E>) -> Result<u64, DeleteError> {
        executor.worker.run(self.count(&executor.inner)).map_err(DeleteErrorKind::Server)?
    }

    /// As [`preview`](Self::preview), for code that is not asynchronous.
    ///
    /// # Errors
    ///
    /// As there, or this is called within an asynchronous task.
    pub fn preview_blocking<E: Executor>(
        &self,
        executor: &Blocking<E>,
        target: &mut impl Write,
    ) -> Result<u64, DeleteError> {
        executor.worker.run(self.preview(&executor.inner, target)).map_err(DeleteErrorKind::Server)?
    }

    /// As [`run`](Self::run), for code that is not asynchronous.
    ///
    /// # Errors
    ///
    /// As there, or this is called within an asynchronous task.
    pub fn run_blocking<C: Connections + Executor>(
        &self,
        connections: &Blocking<C>,
    ) -> Result<DeleteReport, DeleteError> {
        connections.worker.run(self.run(&connections.inner)).map_err(DeleteErrorKind::Server)?
    }
}

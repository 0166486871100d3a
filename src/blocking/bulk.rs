//! Exports, plans and deletes.

use std::io::Read;
use std::path::Path;

use crate::bulk::{
    Connections, Delete, DeleteError, DeleteErrorKind, DeleteReport, Export, ExportError, ExportReport,
    Mirror, MirrorError, Plan,
};
use crate::execute::Executor;
use crate::files::Records;

use super::Blocking;

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
}

impl Delete {
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

//! The process of a server, which never outlives this one.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{io, thread};

/// The server and a shell that ends it if this process is killed before it can do so itself.
pub(crate) struct Processes {
    pub(crate) server: Child,
    watchdog: Child,
}

impl Processes {
    /// Starts both; the server may take its time until it listens.
    pub(crate) fn spawn(server: &mut Command) -> io::Result<Self> {
        let mut server = server.stdin(Stdio::null()).spawn()?;
        // The pipe to the shell closes when this process ends, however that comes about.
        let watchdog = Command::new("sh")
            .arg("-c")
            .arg(format!("read -r never; kill -KILL {}", server.id()))
            .stdin(Stdio::piped())
            .spawn();
        match watchdog {
            Ok(watchdog) => Ok(Self { server, watchdog }),
            Err(error) => {
                let _ = server.kill();
                Err(error)
            }
        }
    }

    /// Repeats what fails because the server does not listen yet, as long as it runs.
    pub(crate) fn wait_for<T>(&mut self, attempt: impl Fn() -> io::Result<T>) -> io::Result<()> {
        let end = Instant::now() + PATIENCE;
        while let Err(error) = attempt() {
            if let Some(status) = self.server.try_wait()? {
                return Err(io::Error::other(format!("it has ended: {status}")));
            }
            if Instant::now() > end {
                return Err(error);
            }
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        // The shell first: the server's number may belong to somebody else once the server is gone.
        for process in [&mut self.watchdog, &mut self.server] {
            // Fails only if the process is gone already, which is what is wanted.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// How long a server may take until it listens, and to do what a case waits for. All of that takes seconds; on a machine that
/// is busy with other things it takes many times as long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);

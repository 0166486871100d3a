//! Interoperability with a real server: OpenLDAP's `slapd`, started here on loopback.
//!
//! Where no `slapd` (with its tools) is installed each case is reported as ignored, by name. With `LDAPWIRE_INTEROP=required` in the
//! environment a missing `slapd` is a failure, with `all` any missing server.
//!
//! To add a case, write an `async fn(&Slapd) -> Outcome` in the module of its area and name it in that module's
//! `cases!`; a new area is one more line in [`areas`]. All cases share one server and run side by side, so a case
//! writes only below an entry of its own in `ou=scratch`, and searches nothing that others write: `slapd` answers that it is
//! busy where entries go away under a search. One that searches the whole tree, needs more people, or stops the server, starts
//! its own with [`another_server`]; an area of such cases, and one of what `slapd` itself may die of, is
//! [`alone`](Case::alone).
//!
//! What only other servers have is tried with them, in [`ds389`] and [`samba`]. They are heavy to install, and who has no
//! use for that leaves it: without `all`, their cases are ignored where they are missing.

#[cfg(feature = "bulk")]
mod bulk;
mod captures;
mod chaining;
mod changes;
mod command;
mod connections;
mod controls;
mod coverage;
mod crowd;
#[cfg(feature = "directory")]
mod directory;
mod ds389;
mod endings;
#[cfg(feature = "compression")]
mod export;
mod fixture;
mod folder;
mod installed;
mod ldif;
#[cfg(feature = "cli")]
mod measuring;
#[cfg(feature = "bulk")]
mod mirror;
#[cfg(feature = "directory")]
mod passwords;
mod people;
mod pki;
mod pool;
mod port;
mod process;
#[cfg(all(feature = "directory", feature = "tls"))]
mod python;
mod records;
mod samba;
mod schema;
mod searches;
mod slapd;
mod synchronization;

use std::any::Any;
use std::env;
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::{LazyLock, OnceLock};

use libtest_mimic::{Arguments, Failed, Trial};

use ds389::Ds389;
use installed::Installed;
use samba::Samba;
use slapd::{Setup, Slapd};

/// What a case returns; it may panic, too.
type Outcome = Result<(), Box<dyn Error>>;

/// One test: its name and what it does with a server, on a runtime of its own.
struct Case<S = Slapd> {
    name: String,
    run: Box<dyn Fn(&S) -> Outcome + Send>,
    alone: bool,
    /// Whether it takes minutes, and is run by `--ignored` only.
    long: bool,
}

/// The cases of each area.
fn areas() -> Vec<Vec<Case>> {
    let mut areas = vec![
        fixture::cases(),
        captures::cases(),
        connections::cases(),
        changes::cases(),
        searches::cases(),
        controls::cases(),
        chaining::cases(),
        synchronization::cases().into_iter().map(Case::alone).collect(),
        records::cases(),
        endings::cases(),
        crowd::cases(),
        pool::cases(),
        schema::cases(),
    ];
    #[cfg(feature = "directory")]
    areas.extend([directory::cases().into_iter().map(Case::alone).collect(), passwords::cases()]);
    #[cfg(feature = "compression")]
    areas.push(export::cases());
    #[cfg(feature = "bulk")]
    areas.push(mirror::cases());
    #[cfg(feature = "bulk")]
    areas.push(bulk::cases());
    if command::PROGRAM.is_some() {
        areas.push(command::cases());
        #[cfg(feature = "cli")]
        areas.push(measuring::cases());
    }
    areas
}

/// Makes `fn cases()` of the `async fn`s that it names, of a `slapd` or of another server that it names before.
macro_rules! cases {
    ($server:ty: $($name:ident),* $(,)?) => {
        /// The cases of this area.
        pub(crate) fn cases() -> Vec<$crate::Case<$server>> {
            let area = module_path!().split_once("::").map_or("", |(_, area)| area);
            vec![$($crate::Case::new(area, stringify!($name), async |server| $name(server).await)),*]
        }
    };
    ($($name:ident),* $(,)?) => { $crate::cases![$crate::slapd::Slapd: $($name),*]; };
}
use cases;

impl<S: Send + Sync + 'static> Case<S> {
    fn new(area: &str, name: &str, case: impl AsyncFn(&S) -> Outcome + Send + 'static) -> Self {
        let run = move |server: &S| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(case(server))
        };
        Self { name: format!("{area}::{name}"), run: Box::new(run), alone: false, long: false }
    }

    /// Leaves the case to who asks for the long ones.
    #[cfg(feature = "bulk")]
    fn long(self) -> Self {
        Self { long: true, ..self }
    }

    /// The case as the test runner knows it, on a server that most do not have.
    fn trial_on(self, server: &'static Shared<S>, is_tried: bool) -> Trial {
        let name = self.name.clone();
        let run = move || self.outcome(server.running()?).map_err(|error| Failed::from(error.to_string()));
        Trial::test(name, run).with_ignored_flag(!is_tried)
    }

    /// What the case says, or with what it panicked.
    fn outcome(&self, server: &S) -> Outcome {
        catch_unwind(AssertUnwindSafe(|| (self.run)(server)))
            .unwrap_or_else(|panic| Err(panic_message(&*panic).into()))
    }
}

impl Case {
    /// Gives the case a server of its own, and a fresh one where that dies under it.
    ///
    /// slapd 2.5 now and then does so at the end of a transaction, one in a hundred.
    fn alone(self) -> Self {
        Self { alone: true, ..self }
    }

    /// The case as the test runner knows it.
    fn trial(self, is_tried: bool) -> Trial {
        let (name, long) = (self.name.clone(), self.long);
        let run = move || if self.alone { self.run_alone() } else { self.run_on(SERVER.running()?) };
        Trial::test(name, run).with_ignored_flag(long || !is_tried)
    }

    fn run_alone(&self) -> Result<(), Failed> {
        let mut attempts = 0;
        loop {
            let server = another_server(&Setup::default()).map_err(|error| error.to_string())?;
            let outcome = self.run_on(&server);
            attempts += 1;
            if outcome.is_ok() || attempts == ATTEMPTS || !server.has_died() {
                return outcome;
            }
        }
    }

    fn run_on(&self, server: &Slapd) -> Result<(), Failed> {
        let start = server.log_length();
        self.outcome(server)
            .map_err(|error| Failed::from(format!("{error}\n--- slapd\n{}", server.log_tail(start))))
    }
}

/// How many servers may die under a case that is alone.
const ATTEMPTS: u32 = 5;

/// A server of many cases, started by the first of them.
struct Shared<S> {
    server: OnceLock<Result<S, String>>,
    start: fn() -> Result<S, Box<dyn Error>>,
}

impl<S> Shared<S> {
    const fn new(start: fn() -> Result<S, Box<dyn Error>>) -> Self {
        Self { server: OnceLock::new(), start }
    }

    fn running(&self) -> Result<&S, &str> {
        let server = self.server.get_or_init(|| (self.start)().map_err(|error| error.to_string()));
        server.as_ref().map_err(String::as_str)
    }

    /// Does what a drop would: a static is never dropped.
    fn discard(&self, discard: fn(&S)) {
        if let Some(Ok(server)) = self.server.get() {
            discard(server);
        }
    }
}

/// The server of all cases that write to it.
static SERVER: Shared<Slapd> = Shared::new(|| another_server(&Setup::default()));

/// A server with a hundred thousand people, for the cases that need so many and only read.
static CROWD: Shared<Slapd> = Shared::new(|| another_server(&Setup { people: 100_000, ..Setup::default() }));

static DS389: Shared<Ds389> = Shared::new(Ds389::start);
static SAMBA: Shared<Samba> = Shared::new(Samba::start);
#[cfg(all(feature = "directory", feature = "tls"))]
static PYTHON: Shared<python::Python> = Shared::new(python::Python::start);

fn server_with_crowd() -> Result<&'static Slapd, &'static str> {
    CROWD.running()
}

/// A server for one case alone, which ends with it.
fn another_server(setup: &Setup) -> Result<Slapd, Box<dyn Error>> {
    Slapd::start(INSTALLED.as_ref().ok_or("no slapd with its tools is installed")?, setup)
}

/// Starts a server again that was stopped.
fn restart(server: &Slapd) -> Outcome {
    server.restart(INSTALLED.as_ref().ok_or("no slapd with its tools is installed")?)
}

static INSTALLED: LazyLock<Option<Installed>> = LazyLock::new(Installed::find);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let (slapd_is_required, all_are_required) = required();
    let cases = areas().into_iter().flatten();
    let is_tried = slapd_is_required || INSTALLED.is_some();
    let slapd = cases.map(|case| case.trial(is_tried));
    let is_tried = all_are_required || Ds389::is_installed();
    let ds389 = ds389::cases().map(|case| case.trial_on(&DS389, is_tried));
    let is_tried = all_are_required || Samba::is_installed();
    let samba = samba::cases().map(|case| case.trial_on(&SAMBA, is_tried));
    let mut trials: Vec<Trial> = slapd.chain(ds389).chain(samba).collect();
    #[cfg(all(feature = "directory", feature = "tls"))]
    {
        let is_tried = all_are_required || python::Python::is_installed();
        trials.extend(python::cases().into_iter().map(|case| case.trial_on(&PYTHON, is_tried)));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    for server in [&SERVER, &CROWD] {
        server.discard(Slapd::discard);
    }
    DS389.discard(Ds389::discard);
    SAMBA.discard(Samba::discard);
    #[cfg(all(feature = "directory", feature = "tls"))]
    PYTHON.discard(python::Python::discard);
    conclusion.exit_code()
}

/// Whether `slapd` has to be there, and whether all others, as the environment says.
fn required() -> (bool, bool) {
    match env::var("LDAPWIRE_INTEROP").as_deref() {
        Ok("all") => (true, true),
        Ok("required") => (true, false),
        _ => (false, false),
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("panic without a message").to_owned()
}

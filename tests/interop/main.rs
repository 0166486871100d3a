//! Interoperability with a real server: OpenLDAP's `slapd`, started here on loopback.
//!
//! Where no `slapd` (with its tools) is installed each case is reported as ignored, by name. With `LDAPWIRE_INTEROP=required` in the
//! environment a missing server is a failure.
//!
//! To add a case, write an `async fn(&Slapd) -> Outcome` in the module of its area and name it in that module's
//! `cases!`; a new area is one more line in [`areas`]. All cases share one server and run side by side, so a case
//! writes only below an entry of its own in `ou=scratch`. One that needs more people, or that stops the server, starts its
//! own with [`another_server`]. An area of what `slapd` itself may die of is [`alone`](Case::alone).

#[cfg(feature = "bulk")]
mod bulk;
mod captures;
mod changes;
mod command;
mod connections;
mod controls;
mod crowd;
#[cfg(feature = "directory")]
mod directory;
mod endings;
#[cfg(feature = "compression")]
mod export;
mod fixture;
mod installed;
mod ldif;
#[cfg(feature = "bulk")]
mod mirror;
mod people;
mod pki;
mod pool;
mod records;
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

use installed::Installed;
use slapd::{Setup, Slapd};

/// What a case returns; it may panic, too.
type Outcome = Result<(), Box<dyn Error>>;

/// One test: its name and what it does, on a runtime of its own.
struct Case {
    name: String,
    run: Box<dyn Fn(&Slapd) -> Outcome + Send>,
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
        synchronization::cases().into_iter().map(Case::alone).collect(),
        records::cases(),
        endings::cases(),
        crowd::cases(),
        pool::cases(),
        schema::cases(),
    ];
    #[cfg(feature = "directory")]
    areas.push(directory::cases());
    #[cfg(feature = "compression")]
    areas.push(export::cases());
    #[cfg(feature = "bulk")]
    areas.push(mirror::cases());
    #[cfg(feature = "bulk")]
    areas.push(bulk::cases());
    if command::PROGRAM.is_some() {
        areas.push(command::cases());
    }
    areas
}

/// Makes `fn cases()` of the `async fn`s that it names.
macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        /// The cases of this area.
        pub(crate) fn cases() -> Vec<$crate::Case> {
            let area = module_path!().rsplit("::").next().unwrap_or_default();
            vec![$($crate::Case::new(area, stringify!($name), async |server| $name(server).await)),*]
        }
    };
}
use cases;

impl Case {
    fn new(area: &str, name: &str, case: impl AsyncFn(&Slapd) -> Outcome + Send + 'static) -> Self {
        let run = move |server: &Slapd| {
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

    /// Gives the case a server of its own, and a fresh one where that dies under it.
    ///
    /// slapd 2.5 now and then does so at the end of a transaction, one in a hundred.
    fn alone(self) -> Self {
        Self { alone: true, ..self }
    }

    /// The case as the test runner knows it.
    fn trial(self, installed: bool, required: bool) -> Trial {
        let (name, long) = (self.name.clone(), self.long);
        let run = move || if self.alone { self.run_alone() } else { self.run_on(server()?) };
        Trial::test(name, run).with_ignored_flag(long || (!installed && !required))
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
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.run)(server)))
            .unwrap_or_else(|panic| Err(panic_message(&*panic).into()));
        outcome.map_err(|error| Failed::from(format!("{error}\n--- slapd\n{}", server.log_tail(start))))
    }
}

/// How many servers may die under a case that is alone.
const ATTEMPTS: u32 = 5;

/// The server of all cases, started by the first of them.
static SERVER: OnceLock<Result<Slapd, String>> = OnceLock::new();

fn server() -> Result<&'static Slapd, &'static String> {
    let start = || another_server(&Setup::default()).map_err(|error| error.to_string());
    SERVER.get_or_init(start).as_ref()
}

/// A server with a hundred thousand people, for the cases that need so many and only read.
static CROWD: OnceLock<Result<Slapd, String>> = OnceLock::new();

fn server_with_crowd() -> Result<&'static Slapd, &'static str> {
    let setup = Setup { people: 100_000, ..Setup::default() };
    let start = || another_server(&setup).map_err(|error| error.to_string());
    CROWD.get_or_init(start).as_ref().map_err(String::as_str)
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
    let required = env::var("LDAPWIRE_INTEROP").is_ok_and(|value| value == "required");
    let cases = areas().into_iter().flatten();
    let trials = cases.map(|case| case.trial(INSTALLED.is_some(), required)).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    // A static is never dropped.
    for server in [&SERVER, &CROWD] {
        if let Some(Ok(server)) = server.get() {
            server.discard();
        }
    }
    conclusion.exit_code()
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("panic without a message").to_owned()
}

//! Where passwords come from: never the command line, which other users of the machine can read.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use ldapwire::model::Secret;

use crate::failure::Failure;
use crate::status::Status;

/// A password given by `-w` and the like.
pub(crate) const HINT: &str = "give it by a file, by a prompt or by the environment; --help tells how";

/// The octets that a password file may have; more is a wrong file.
const LARGEST_FILE: u64 = 64 * 1024;

/// Reads a password that is the whole file but for one line end, which editors leave behind.
pub(crate) fn from_file(path: &Path) -> Result<Secret, Failure> {
    let failed =
        |error| Failure::usage(format_args!("cannot read password file {}: {error}", path.display()));
    let file = File::open(path).map_err(failed)?;
    // Room for all of it: a buffer that grows leaves copies behind.
    let mut octets = Vec::with_capacity(LARGEST_FILE as usize + 1);
    let read = file.take(LARGEST_FILE + 1).read_to_end(&mut octets);
    let is_too_large = octets.len() as u64 > LARGEST_FILE;
    let password = without_line_end(octets);
    read.map_err(failed)?;
    if is_too_large {
        return Err(Failure::usage(format_args!(
            "password file {} is larger than {LARGEST_FILE} octets",
            path.display()
        )));
    }
    non_empty(password, format_args!("password file {} is empty", path.display()))
}

/// Asks for a password on the terminal, whatever the standard streams are.
pub(crate) fn from_prompt(prompt: &str) -> Result<Secret, Failure> {
    let password = rpassword::prompt_password(format!("{prompt}: ")).map_err(|error| {
        Failure::usage(format_args!("cannot ask for a password on the terminal: {error}")).with_hint(HINT)
    })?;
    non_empty(Secret::from(password), "the password is empty")
}

/// Asks twice, as for a password that nobody will be able to look up.
pub(crate) fn from_prompt_twice(prompt: &str) -> Result<Secret, Failure> {
    let password = from_prompt(prompt)?;
    if from_prompt(&format!("{prompt} again"))?.expose() != password.expose() {
        return Err(Failure::new(Status::Usage, "the two passwords differ"));
    }
    Ok(password)
}

/// Takes a password from the environment; an empty variable is as none.
pub(crate) fn from_environment(variable: &str) -> Option<Secret> {
    let value = std::env::var_os(variable)?;
    Some(Secret::from(value.into_encoded_bytes())).filter(|password| !password.is_empty())
}

fn without_line_end(mut octets: Vec<u8>) -> Secret {
    if octets.last() == Some(&b'\n') {
        octets.pop();
        if octets.last() == Some(&b'\r') {
            octets.pop();
        }
    }
    Secret::from(octets)
}

/// An empty password would be an anonymous bind that looks like success (RFC 4513 5.1.2).
fn non_empty(password: Secret, otherwise: impl std::fmt::Display) -> Result<Secret, Failure> {
    if password.is_empty() { Err(Failure::usage(otherwise)) } else { Ok(password) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_end_is_no_part_of_the_password() {
        let cases: [(&[u8], &[u8]); 6] = [
            (b"secret", b"secret"),
            (b"secret\n", b"secret"),
            (b"secret\r\n", b"secret"),
            (b"secret\n\n", b"secret\n"),
            (b" s\xff \n", b" s\xff "),
            (b"\n", b""),
        ];
        for (file, password) in cases {
            assert_eq!(without_line_end(file.to_vec()).expose(), password);
        }
    }

    #[test]
    fn files_that_hold_no_password_are_refused() {
        let folder = std::env::temp_dir().join(format!("ldapwire-password-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("password");
        for (content, is_good) in
            [(vec![b'x'; 65_536], true), (vec![b'x'; 65_537], false), (b"\n".to_vec(), false)]
        {
            std::fs::write(&file, &content).unwrap();
            let read = from_file(&file);
            assert_eq!(read.is_ok(), is_good, "{} octets", content.len());
            assert!(read.is_ok() || read.is_err_and(|failure| failure.status() == Status::Usage));
        }
        assert!(from_file(&folder.join("none")).is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

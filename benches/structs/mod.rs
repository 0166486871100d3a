//! Structs that a person becomes, and the same made by hand: the least that has to be done for them.

use ldapwire::model::Value;
use ldapwire::proto::{SearchResultEntry, Values};
use serde::Deserialize;

/// Nine fields that own their values: what applications ask for.
#[derive(Default, Deserialize)]
#[allow(dead_code, reason = "made, and not looked at")]
#[serde(rename_all = "camelCase")]
pub(crate) struct Account {
    dn: String,
    uid: String,
    cn: String,
    sn: String,
    given_name: Option<String>,
    mail: Vec<String>,
    employee_number: Option<u32>,
    telephone_number: Option<String>,
    department_number: Option<String>,
}

/// The same nine, which borrow from the entry: what a program asks for that looks at many entries and keeps few.
#[derive(Default, Deserialize)]
#[allow(dead_code, reason = "made, and not looked at")]
#[serde(rename_all = "camelCase")]
pub(crate) struct BorrowedAccount<'a> {
    dn: &'a str,
    uid: &'a str,
    cn: &'a str,
    sn: &'a str,
    given_name: Option<&'a str>,
    #[serde(borrow)]
    mail: Vec<&'a str>,
    employee_number: Option<u32>,
    telephone_number: Option<&'a str>,
    department_number: Option<&'a str>,
}

/// The name and every attribute.
#[derive(Default, Deserialize)]
#[allow(dead_code, reason = "made, and not looked at")]
#[serde(rename_all = "camelCase")]
pub(crate) struct Person {
    dn: String,
    object_class: Vec<String>,
    uid: String,
    cn: String,
    given_name: String,
    sn: String,
    mail: Vec<String>,
    employee_number: u32,
    employee_type: String,
    department_number: u32,
    room_number: u32,
    telephone_number: String,
    mobile: String,
    title: String,
    o: String,
    l: String,
    postal_address: String,
    #[serde(rename = "labeledURI")]
    labeled_uri: String,
    description: String,
    audio: Value,
}

/// The same, which borrows from the entry.
#[derive(Deserialize)]
#[allow(dead_code, reason = "made, and not looked at")]
#[serde(rename_all = "camelCase")]
pub(crate) struct Borrowed<'a> {
    dn: &'a str,
    #[serde(borrow)]
    object_class: Vec<&'a str>,
    uid: &'a str,
    cn: &'a str,
    given_name: &'a str,
    sn: &'a str,
    #[serde(borrow)]
    mail: Vec<&'a str>,
    employee_number: u32,
    employee_type: &'a str,
    department_number: u32,
    room_number: u32,
    telephone_number: &'a str,
    mobile: &'a str,
    title: &'a str,
    o: &'a str,
    l: &'a str,
    postal_address: &'a str,
    #[serde(rename = "labeledURI")]
    labeled_uri: &'a str,
    description: &'a str,
    audio: &'a [u8],
}

/// The fields of an [`Account`] asked for by name, one after the other: what people write.
pub(crate) fn account_by_name(entry: &SearchResultEntry) -> Option<Account> {
    let text = |name: &str| entry.first_text(name).map(str::to_owned);
    Some(Account {
        dn: entry.dn().to_owned(),
        uid: text("uid")?,
        cn: text("cn")?,
        sn: text("sn")?,
        given_name: text("givenName"),
        mail: texts(entry.values("mail"))?,
        employee_number: entry.first_text("employeeNumber").and_then(|number| number.parse().ok()),
        telephone_number: text("telephoneNumber"),
        department_number: text("departmentNumber"),
    })
}

/// One walk over the attributes for an [`Account`]: names as the server writes them, of several values the first, and
/// what is missing stays empty.
pub(crate) fn account_by_walk(entry: &SearchResultEntry) -> Option<Account> {
    let mut account = Account { dn: entry.dn().to_owned(), ..Account::default() };
    for attribute in entry.attributes() {
        let values = attribute.values();
        match attribute.description_octets() {
            b"uid" => account.uid = text(values)?,
            b"cn" => account.cn = text(values)?,
            b"sn" => account.sn = text(values)?,
            b"givenName" => account.given_name = Some(text(values)?),
            b"mail" => account.mail = texts(values)?,
            b"employeeNumber" => account.employee_number = Some(number(values)?),
            b"telephoneNumber" => account.telephone_number = Some(text(values)?),
            b"departmentNumber" => account.department_number = Some(text(values)?),
            _ => {}
        }
    }
    Some(account)
}

/// The same for a [`BorrowedAccount`].
pub(crate) fn borrowed_account_by_walk(entry: &SearchResultEntry) -> Option<BorrowedAccount<'_>> {
    let mut account = BorrowedAccount { dn: entry.dn(), ..BorrowedAccount::default() };
    for attribute in entry.attributes() {
        let mut values = attribute.values();
        match attribute.description_octets() {
            b"uid" => account.uid = view(values.next()?)?,
            b"cn" => account.cn = view(values.next()?)?,
            b"sn" => account.sn = view(values.next()?)?,
            b"givenName" => account.given_name = Some(view(values.next()?)?),
            b"mail" => account.mail = values.map(view).collect::<Option<_>>()?,
            b"employeeNumber" => account.employee_number = Some(number(values)?),
            b"telephoneNumber" => account.telephone_number = Some(view(values.next()?)?),
            b"departmentNumber" => account.department_number = Some(view(values.next()?)?),
            _ => {}
        }
    }
    Some(account)
}

/// The same for a [`Person`].
pub(crate) fn person_by_walk(entry: &SearchResultEntry) -> Option<Person> {
    let mut person = Person { dn: entry.dn().to_owned(), ..Person::default() };
    for attribute in entry.attributes() {
        let mut values = attribute.values();
        match attribute.description_octets() {
            b"objectClass" => person.object_class = texts(values)?,
            b"uid" => person.uid = text(values)?,
            b"cn" => person.cn = text(values)?,
            b"givenName" => person.given_name = text(values)?,
            b"sn" => person.sn = text(values)?,
            b"mail" => person.mail = texts(values)?,
            b"employeeNumber" => person.employee_number = number(values)?,
            b"employeeType" => person.employee_type = text(values)?,
            b"departmentNumber" => person.department_number = number(values)?,
            b"roomNumber" => person.room_number = number(values)?,
            b"telephoneNumber" => person.telephone_number = text(values)?,
            b"mobile" => person.mobile = text(values)?,
            b"title" => person.title = text(values)?,
            b"o" => person.o = text(values)?,
            b"l" => person.l = text(values)?,
            b"postalAddress" => person.postal_address = text(values)?,
            b"labeledURI" => person.labeled_uri = text(values)?,
            b"description" => person.description = text(values)?,
            b"audio" => person.audio = Value::from(values.next()?),
            _ => {}
        }
    }
    Some(person)
}

fn view(value: &[u8]) -> Option<&str> {
    str::from_utf8(value).ok()
}

fn text(mut values: Values<'_>) -> Option<String> {
    str::from_utf8(values.next()?).ok().map(str::to_owned)
}

fn texts(values: Values<'_>) -> Option<Vec<String>> {
    values.map(|value| str::from_utf8(value).ok().map(str::to_owned)).collect()
}

fn number(mut values: Values<'_>) -> Option<u32> {
    str::from_utf8(values.next()?).ok()?.parse().ok()
}

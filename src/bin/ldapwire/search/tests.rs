use clap::Parser;
use ldapwire::Delivery;

use super::*;

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    search: Search,
}

fn parsed(arguments: &[&str]) -> Result<Search, clap::Error> {
    Arguments::try_parse_from(["search"].iter().chain(arguments)).map(|arguments| arguments.search)
}

fn call(arguments: &[&str]) -> Call<SearchRequest> {
    parsed(arguments).unwrap().call().unwrap()
}

#[test]
fn the_request_is_what_the_options_say() {
    let call = call(&[
        "-xLLL",
        "-b",
        "dc=example",
        "-s",
        "one",
        "-l",
        "5",
        "-z",
        "10",
        "-a",
        "always",
        "-A",
        "(cn=a)",
        "cn",
        "+",
    ]);
    let expected = SearchRequest::new("dc=example", Scope::SingleLevel, Filter::parse("(cn=a)").unwrap())
        .attributes(["cn", "+"])
        .time_limit(Duration::from_secs(5))
        .size_limit(10)
        .deref_aliases(DerefAliases::DerefAlways)
        .types_only(true);
    assert_eq!(call.request(), &expected);
    assert!(call.controls().is_empty() && call.delivery() == Delivery::Shared);
}

#[test]
fn without_options_it_is_the_whole_tree_without_limits() {
    let call = call(&[]);
    assert_eq!(call.request(), &SearchRequest::new("", Scope::WholeSubtree, Filter::present("objectClass")));
}

#[test]
fn the_first_word_is_a_filter_if_it_looks_like_one() {
    let filter = |arguments: &[&str]| {
        let call = call(arguments);
        let selectors: Vec<String> = call.request().selectors().iter().map(ToString::to_string).collect();
        (call.request().filter().to_string(), selectors.join(" "))
    };
    let cases: [(&[&str], &str, &str); 7] = [
        (&["uid=ada"], "(uid=ada)", ""),
        (&["uid=ada", "cn"], "(uid=ada)", "cn"),
        (&[" (uid=ada) "], "(uid=ada)", ""),
        (&["&(a=b)(c=d)"], "(&(a=b)(c=d))", ""),
        (&["(&)"], "(&)", ""),
        (&["cn"], "(objectClass=*)", "cn"),
        (&["cn", "mail=x"], "(objectClass=*)", "cn mail=x"),
    ];
    for (arguments, expected, attributes) in cases {
        assert_eq!(filter(arguments), (expected.to_owned(), attributes.to_owned()), "{arguments:?}");
    }
}

#[test]
fn a_filter_that_is_none_is_wrong_usage() {
    for text in ["(uid=ada", "uid=a)(b=c", "=", "(uid)"] {
        let failure = parsed(&[text]).unwrap().call().unwrap_err();
        assert_eq!(failure.status(), Status::Usage, "{text}");
    }
}

#[test]
fn pages_and_referral_objects_are_asked_for() {
    assert_eq!(call(&["-E", "pr=7"]).delivery(), Delivery::Paged(7));
    assert_eq!(call(&["--page-size", "8"]).delivery(), Delivery::Paged(8));
    assert_eq!(call(&["-M"]).controls(), [Control::from(ManageDsaIt)]);
    assert_eq!(call(&["-MM"]).controls(), [ManageDsaIt.critical()]);
}

#[test]
fn options_that_mean_nothing_are_wrong_usage() {
    for arguments in
        [["-s", "all"], ["-a", "often"], ["-z", "-1"], ["-E", "sss="], ["-o", "x"], ["--page-size", "0"]]
    {
        let error = parsed(&arguments).err().unwrap_or_else(|| panic!("{arguments:?}"));
        assert_eq!(error.exit_code(), Status::Usage as i32);
    }
}

#[test]
fn controls_of_both_options_go_with_the_search_and_those_of_the_bind_do_not() {
    let call = call(&["-E", "!sss=sn", "-e", "preread=cn", "-E", "pr=7", "-e", "ppolicy"]);
    assert_eq!(call.delivery(), Delivery::Paged(7));
    let oids: Vec<&str> = call.controls().iter().map(|control| control.oid().as_str()).collect();
    assert_eq!(oids, ["1.2.840.113556.1.4.473", "1.3.6.1.1.13.1"]);
    assert!(call.controls()[0].is_critical() && call.timeout().is_none());
}

#[test]
fn a_search_that_goes_on_may_be_silent_unless_a_time_is_given() {
    assert_eq!(call(&["-E", "sync=rp"]).timeout(), Some(ENDLESS));
    assert_eq!(call(&["-E", "sync=ro"]).timeout(), None);
    assert_eq!(call(&["-E", "sync=rp", "--timeout", "5"]).timeout(), None);
}

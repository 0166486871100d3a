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
        .time_limit(std::time::Duration::from_secs(5))
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
    assert_eq!(call(&["-M"]).controls(), [Control::new(MANAGE_DSA_IT)]);
    assert_eq!(call(&["-MM"]).controls(), [Control::new(MANAGE_DSA_IT).critical()]);
}

#[test]
fn options_that_mean_nothing_are_wrong_usage() {
    for arguments in
        [["-s", "all"], ["-a", "often"], ["-z", "-1"], ["-E", "sss=cn"], ["-o", "x"], ["--page-size", "0"]]
    {
        let error = parsed(&arguments).err().unwrap_or_else(|| panic!("{arguments:?}"));
        assert_eq!(error.exit_code(), Status::Usage as i32);
    }
}

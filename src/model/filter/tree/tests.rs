use std::collections::hash_map::DefaultHasher;
use std::thread;

use super::*;

fn hash(filter: &Filter) -> u64 {
    let mut hasher = DefaultHasher::new();
    filter.hash(&mut hasher);
    hasher.finish()
}

#[test]
fn each_builder_makes_its_filter() {
    let cases = [
        (Filter::equality("cn", "a"), "(cn=a)"),
        (Filter::present("cn"), "(cn=*)"),
        (Filter::greater_or_equal("cn", "a"), "(cn>=a)"),
        (Filter::less_or_equal("cn", "a"), "(cn<=a)"),
        (Filter::approximate("cn", "a"), "(cn~=a)"),
        (Filter::starts_with("cn", "a"), "(cn=a*)"),
        (Filter::contains("cn", "a"), "(cn=*a*)"),
        (Filter::ends_with("cn", "a"), "(cn=*a)"),
        (Filter::substrings("cn").initial("a").any("b").any("c").last("d").into(), "(cn=a*b*c*d)"),
        (ExtensibleMatch::new("cn", "a").into(), "(cn:=a)"),
        (ExtensibleMatch::any_attribute("2.5.13.2", "a").with_dn_attributes().into(), "(:dn:2.5.13.2:=a)"),
        (Filter::and([Filter::present("a"), Filter::present("b")]), "(&(a=*)(b=*))"),
        (Filter::or([Filter::present("a")]), "(|(a=*))"),
        (Filter::not(Filter::present("a")), "(!(a=*))"),
        (Filter::absolute_true(), "(&)"),
        (Filter::absolute_false(), "(|)"),
        (Filter::and(Vec::<Filter>::new()), "(&)"),
    ];
    for (filter, text) in cases {
        assert_eq!(filter.to_string(), text);
        assert_eq!(Filter::parse(text).unwrap(), filter);
        assert_eq!(filter.detach(), filter);
    }
}

#[test]
fn equality_is_that_of_the_form() {
    let equal = [
        ("(cn=a)", "(CN=a)"),
        ("(cn;lang-de;x-a=a)", "(CN;X-A;lang-DE=a)"),
        ("(cn:caseexactmatch:=a)", "(cn:caseExactMatch:=a)"),
        (r"(&(cn=\61)(!(b=*)))", "(&(cn=a)(!(b=*)))"),
        ("(&)", "(&)"),
    ];
    for (left, right) in equal {
        let (left, right) = (Filter::parse(left).unwrap(), Filter::parse(right).unwrap());
        assert_eq!(left, right);
        assert_eq!(hash(&left), hash(&right));
    }
    let all = [
        "(cn=a)",
        "(cn=A)",
        "(sn=a)",
        "(cn>=a)",
        "(cn<=a)",
        "(cn~=a)",
        "(cn:=a)",
        "(cn:dn:=a)",
        "(cn=*)",
        "(cn=a*)",
        "(cn=*a)",
        "(cn=*a*)",
        "(&)",
        "(|)",
        "(&(cn=a))",
        "(|(cn=a))",
        "(!(cn=a))",
        "(!(!(cn=a)))",
        "(&(cn=a)(sn=a))",
        "(&(sn=a)(cn=a))",
        "(&(&(cn=a))(sn=a))",
        "(&(&(cn=a)(sn=a)))",
    ];
    for (index, left) in all.iter().enumerate() {
        for (other, right) in all.iter().enumerate() {
            let is_equal = Filter::parse(left).unwrap() == Filter::parse(right).unwrap();
            assert_eq!(is_equal, index == other, "{left} {right}");
        }
    }
}

#[test]
fn depth_counts_filters_within_each_other() {
    for (text, depth) in
        [("(a=1)", 1), ("(&)", 1), ("(!(a=1))", 2), ("(&(a=1)(|(b=2)(!(c=3)))(d=4))", 4), ("(&(|))", 2)]
    {
        assert_eq!(Filter::parse(text).unwrap().depth(), depth, "{text}");
    }
}

#[test]
fn members_are_in_reach() {
    let filter = Filter::parse("(&(a=1)(!(b=2)))").unwrap();
    let Filter::And(filters) = &filter else { panic!("{filter}") };
    assert_eq!(filters.len(), 2);
    assert_eq!(filters.into_iter().count(), 2);
    let Filter::Not(negated) = &filters[1] else { panic!("{filter}") };
    assert_eq!(**negated, Filter::equality("b", "2"));
    assert_eq!(format!("{filter:?}"), "Filter((&(a=1)(!(b=2))))");
    assert_eq!(format!("{filters:?}"), "[Filter((a=1)), Filter((!(b=2)))]");
    assert_eq!(format!("{negated:?}"), "Filter((b=2))");
}

/// The depth of nesting of goal R-02.
const DEEP: usize = 1_000_000;

/// Runs on a stack that no recursion of that depth fits on.
fn on_small_stack<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    thread::Builder::new().stack_size(256 * 1024).spawn(run).unwrap().join().unwrap()
}

/// Makes a filter of this depth in which groups of each kind follow each other, with members before and behind.
fn nest(depth: usize) -> Filter {
    (1..depth).fold(Filter::equality("cn", "a"), |filter, level| match level % 4 {
        0 => Filter::or([filter]),
        1 => Filter::present("x") & filter,
        2 => Filter::or([filter, Filter::present("x")]),
        _ => !filter,
    })
}

#[test]
fn no_depth_exhausts_the_stack() {
    on_small_stack(|| {
        let filter = nest(DEEP);
        assert_eq!(filter.depth(), DEEP);
        let clone = filter.clone();
        let other = filter.detach();
        assert!(filter == other && filter == clone);
        assert_eq!(hash(&filter), hash(&other));
        drop(clone);
        drop(other);
        let text = filter.to_string();
        assert!(text.len() > DEEP * 3);
        assert_eq!(format!("{filter:?}").len(), text.len() + "Filter()".len());
        assert!(Filter::parse(&text).unwrap_err().is_too_deep());
        assert_eq!(filter.walk_backward().count(), filter.walk().count());
        let Filter::Not(negated) = &filter else { panic!() };
        assert_eq!(format!("{negated:?}").len(), text.len() + "Filter()".len() - "(!)".len());
        assert!(*negated == negated.clone());
        let Filter::Or(filters) = &**negated else { panic!() };
        assert!(format!("{filters:?}").len() > DEEP * 3);
        assert!(*filters == filters.clone());
    });
}

#[test]
fn dropping_in_several_threads_at_once_exhausts_no_stack() {
    for _ in 0..20 {
        let filter = nest(20_000);
        let mut negated = filter.walk().filter_map(|event| match event {
            FilterEvent::Enter(FilterGroup::Not, [member]) => Some(member.clone()),
            _ => None,
        });
        let inner = negated.nth(2_500);
        assert!(inner.is_some());
        let threads = [Some(filter.clone()), inner, Some(filter)]
            .map(|filter| thread::Builder::new().stack_size(64 * 1024).spawn(move || drop(filter)).unwrap());
        for thread in threads {
            thread.join().unwrap();
        }
    }
}

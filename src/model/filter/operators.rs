//! `&`, `|` and `!` between filters.

use std::ops::{BitAnd, BitOr, Not};

use super::Filter;

impl BitAnd for Filter {
    type Output = Self;

    /// Joins two filters as [`Filter::and`] does. An `and` on the left takes the right one up, so that `a & b & c` is one
    /// group of three.
    fn bitand(self, other: Self) -> Self {
        match self {
            Self::And(filters) => Self::And(filters.with(other)),
            first => Self::and([first, other]),
        }
    }
}

impl BitOr for Filter {
    type Output = Self;

    /// Joins two filters as [`Filter::or`] does. An `or` on the left takes the right one up, so that `a | b | c` is one
    /// group of three.
    fn bitor(self, other: Self) -> Self {
        match self {
            Self::Or(filters) => Self::Or(filters.with(other)),
            first => Self::or([first, other]),
        }
    }
}

impl Not for Filter {
    type Output = Self;

    fn not(self) -> Self {
        Self::not(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_collect_one_group() {
        let [a, b, c] = ["a", "b", "c"].map(Filter::present);
        let all = a.clone() & b.clone() & c.clone();
        assert_eq!(all.to_string(), "(&(a=*)(b=*)(c=*))");
        let shared = all.clone() & a.clone();
        assert_eq!((all.to_string().len(), shared.to_string().len()), (18, 23), "a clone is not changed");
        assert_eq!((a.clone() | b.clone() | !c.clone()).to_string(), "(|(a=*)(b=*)(!(c=*)))");
        assert_eq!((a & (b | c)).to_string(), "(&(a=*)(|(b=*)(c=*)))");
        assert_eq!((Filter::absolute_false() | Filter::present("a")).to_string(), "(|(a=*))");
    }
}

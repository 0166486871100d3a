//! The preparation of strings for comparison (RFC 4518): [`Preparation`].
//!
//! | step | file | tables |
//! |---|---|---|
//! | transcode | none: strings are UTF-8 already | |
//! | map | `map` | RFC 4518 2.2 with erratum 860, written there; case folding is table B.2 of RFC 3454, of the crate `stringprep` |
//! | normalize | the crate `unicode-normalization` | Unicode's |
//! | prohibit | `prohibit` | A.1, C.3, C.4, C.5 and C.8 of RFC 3454, of the crate `stringprep` |
//! | check bidi | none: "bidirectional characters are ignored" | |
//! | insignificant characters | `insignificant` | appendix A of RFC 4518, in `combining` |

mod combining;
mod insignificant;
mod map;
mod preparation;
mod prohibit;

pub use preparation::{Preparation, PreparationError, SubstringPart};

#[cfg(test)]
mod tests;

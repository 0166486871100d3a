//! The standards sentence by sentence: what each text and each message means, and what is refused where.
//!
//! The cases stand in `data/standards`, one in each line with the section that decides it.

mod cases;
mod messages;
mod names;
mod text;

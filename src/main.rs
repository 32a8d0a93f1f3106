//! The binary: reads the command line, makes the clock, and hands over to the library.

fn main() {}

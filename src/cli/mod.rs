//! The command line: what can be typed after `guestlist`, one file a command. Commands talk to people and
//! to scripts; the work is done in the other rooms, and none of it speaks HTTP or SQL here.

pub mod sandbox;

//! One binary for all tests that see the house from outside.

mod who_is_who;

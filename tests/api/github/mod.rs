//! The GitHub source against a GitHub that is made up: a world of plainly made-up people, in GitHub's own forms. The
//! server shares no code with the source, executes whatever it is asked, and refuses what GitHub does not know. What
//! the store must hold is counted from the world.

mod conforms;
mod cost;
mod execute;
mod graph;
mod lists;
mod official;
mod query;
mod rest;
mod serve;
mod site;
mod stories;
mod threads;
mod troubles;
mod world;

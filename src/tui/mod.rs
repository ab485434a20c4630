//! The screen: what the user sees and does. [`app::App`] is plain data; [`update::update`] is the only place
//! that changes it and answers with effects; [`view::view`] draws it and changes nothing; [`perform`] carries
//! the effects out. A feature is one file in `screens/`. Must not know the store, nor how a sync is done.

mod ahead;
pub mod app;
mod browse;
pub mod command;
pub mod effect;
pub mod export;
pub mod filtering;
pub mod frame;
pub mod judgement;
pub mod kept;
pub mod key;
pub mod keymap;
pub mod list;
mod listen;
pub mod live;
pub mod msg;
pub mod painter;
pub mod palette;
pub mod perform;
pub mod screens;
mod scroll;
pub mod scrolling;
mod sgr;
mod terminal;
pub mod theme;
mod travel;
pub mod update;
pub mod view;
pub mod views;
pub mod when;
pub mod widgets;

pub use app::{App, Choices};
pub use frame::frame;
pub use live::{explore, width};
pub use msg::{Notice, Progress};
pub use perform::{Deed, Setup, TuiError, run};
pub use view::LEAST;
pub use widgets::text::Charset;

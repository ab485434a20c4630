//! Themes: what each role on the screen looks like, by name from `assets/themes/` or from a file of the
//! user's own. Must not know which screen uses a role.

use ratatui::style::{Color, Modifier, Style};
use serde::{Deserialize, Serialize};

const OWN: &[(&str, &str)] = &[
    ("default", include_str!("../../assets/themes/default.toml")),
    ("mono", include_str!("../../assets/themes/mono.toml")),
    ("bright", include_str!("../../assets/themes/bright.toml")),
];

/// One look for each role. A role that a file leaves out looks like plain text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Theme {
    pub title: Paint,
    pub quiet: Paint,
    pub header: Paint,
    pub marker: Paint,
    pub name: Paint,
    pub figure: Paint,
    pub spark: Paint,
    pub good: Paint,
    pub warn: Paint,
    pub bad: Paint,
    pub tab: Paint,
    pub key: Paint,
    #[serde(rename = "match")]
    pub found: Paint,
    pub skeptic: Paint,
    pub blocker: Paint,
    pub teacher: Paint,
    pub guide: Paint,
    #[serde(rename = "go-getter")]
    pub go_getter: Paint,
    /// What is shown is a sample, or a store of its own.
    pub label: Paint,
    /// An earlier day is looked at.
    pub past: Paint,
}

/// How a role looks. Colours are names of the 16, `#rrggbb`, or an index of the 256.
#[allow(clippy::struct_excessive_bools, reason = "they are the words of the theme file")]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Paint {
    pub fg: Option<String>,
    pub bg: Option<String>,
    pub bold: bool,
    pub dim: bool,
    pub underline: bool,
    pub reverse: bool,
}

/// A role that a piece of text plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    #[default]
    Name,
    Title,
    Quiet,
    Header,
    Marker,
    Figure,
    Spark,
    Good,
    Warn,
    Bad,
    Tab,
    Key,
    Found,
    Skeptic,
    Blocker,
    Teacher,
    Guide,
    GoGetter,
    Label,
    Past,
}

impl Theme {
    /// The built-in theme of that name.
    pub fn named(name: &str) -> Result<Self, String> {
        let known = OWN.iter().find(|(known, _)| *known == name);
        let (_, text) = known.ok_or_else(|| {
            let names: Vec<_> = OWN.iter().map(|(name, _)| *name).collect();
            format!("there is no theme `{name}`; built in are {}", names.join(", "))
        })?;
        Self::read(text)
    }

    /// Reads a theme file.
    pub fn read(text: &str) -> Result<Self, String> {
        let theme: Self = toml::from_str(text)
            .map_err(|e: toml::de::Error| format!("the theme cannot be read: {}", e.message()))?;
        for paint in theme.all() {
            for name in [&paint.fg, &paint.bg].into_iter().flatten() {
                name.parse::<Color>().map_err(|_| format!("theme: `{name}` is no colour"))?;
            }
        }
        Ok(theme)
    }

    const fn all(&self) -> [&Paint; 20] {
        [
            &self.title,
            &self.quiet,
            &self.header,
            &self.marker,
            &self.name,
            &self.figure,
            &self.spark,
            &self.good,
            &self.warn,
            &self.bad,
            &self.tab,
            &self.key,
            &self.found,
            &self.skeptic,
            &self.blocker,
            &self.teacher,
            &self.guide,
            &self.go_getter,
            &self.label,
            &self.past,
        ]
    }

    pub fn style(&self, role: Role) -> Style {
        let paint = match role {
            Role::Name => &self.name,
            Role::Title => &self.title,
            Role::Quiet => &self.quiet,
            Role::Header => &self.header,
            Role::Marker => &self.marker,
            Role::Figure => &self.figure,
            Role::Spark => &self.spark,
            Role::Good => &self.good,
            Role::Warn => &self.warn,
            Role::Bad => &self.bad,
            Role::Tab => &self.tab,
            Role::Key => &self.key,
            Role::Found => &self.found,
            Role::Skeptic => &self.skeptic,
            Role::Blocker => &self.blocker,
            Role::Teacher => &self.teacher,
            Role::Guide => &self.guide,
            Role::GoGetter => &self.go_getter,
            Role::Label => &self.label,
            Role::Past => &self.past,
        };
        paint.style()
    }
}

impl Paint {
    fn style(&self) -> Style {
        let colour = |name: &Option<String>| name.as_deref().and_then(|name| name.parse::<Color>().ok());
        let mut style = Style::new();
        style.fg = colour(&self.fg);
        style.bg = colour(&self.bg);
        for (set, modifier) in [
            (self.bold, Modifier::BOLD),
            (self.dim, Modifier::DIM),
            (self.underline, Modifier::UNDERLINED),
            (self.reverse, Modifier::REVERSED),
        ] {
            if set {
                style = style.add_modifier(modifier);
            }
        }
        style
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_theme_reads_and_mono_has_no_colour() {
        for (name, _) in OWN {
            Theme::named(name).unwrap();
        }
        let mono = Theme::named("mono").unwrap();
        assert!(mono.all().iter().all(|paint| paint.fg.is_none() && paint.bg.is_none()));
        assert!(Theme::named("nope").unwrap_err().contains("default"));
        assert!(Theme::read("title = { fg = \"grean\" }").unwrap_err().contains("grean"));
    }
}

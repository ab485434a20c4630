//! Where a clone comes from: its subject (`repo:owner/name`), its address on the web and its forge, from the
//! URL of the remote `origin`. Credentials in the URL go nowhere. Must not know the repository's content.

use std::path::Path;

use super::signature::forge_of;
use crate::domain::text;

/// Names that say nothing about the project a bare repository holds.
const DUMB_NAMES: &[&str] = &["repo", "git", "bare", "mirror", "repository", "src"];

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Origin {
    /// `owner/name`, or the folder's name.
    pub project: String,
    /// `https://host/owner/name`.
    pub web: Option<String>,
    /// `github`, `gitlab` or a host.
    pub forge: Option<String>,
    /// The first part of `owner/name`: a login that pull requests from within the repository name.
    pub owner: Option<String>,
}

impl Origin {
    /// From the remote's URL where it names a forge, else from the folder.
    pub(super) fn new(url: Option<&str>, folder: &Path) -> Self {
        url.and_then(forge_url).unwrap_or_else(|| Self { project: folder_name(folder), ..Self::default() })
    }

    pub(super) fn subject(&self) -> String {
        format!("repo:{}", self.project)
    }

    /// Whether a login that a merge names is the repository's own owner: then it names no person.
    pub(super) fn is_owner(&self, login: &str) -> bool {
        self.owner.as_deref().is_some_and(|owner| owner.eq_ignore_ascii_case(login))
    }
}

fn forge_url(url: &str) -> Option<Origin> {
    let (scheme, rest) = if let Some((scheme, rest)) = url.split_once("://") {
        (scheme.to_ascii_lowercase(), rest.to_owned())
    } else {
        // scp form: `git@host:owner/name.git`; a path or a drive letter is none.
        let (host, path) = url.split_once(':')?;
        if host.contains('/') || host.len() < 2 {
            return None;
        }
        ("ssh".to_owned(), format!("{host}/{}", path.trim_start_matches('/')))
    };
    if !matches!(scheme.as_str(), "http" | "https" | "ssh" | "git" | "git+ssh") {
        return None;
    }
    let (authority, path) = rest.split_once('/')?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host).to_ascii_lowercase();
    let path = path.split(['?', '#']).next()?.trim_matches('/');
    let project = text::name(path.strip_suffix(".git").unwrap_or(path).trim_end_matches('/'));
    let (name, port) = host.split_once(':').map_or((host.as_str(), None), |(name, port)| (name, Some(port)));
    if name.is_empty() || project.is_empty() {
        return None;
    }
    let site = match (scheme.as_str(), port) {
        ("http" | "https", Some(port)) => format!("{scheme}://{name}:{port}"),
        ("http", None) => format!("http://{name}"),
        _ => format!("https://{name}"),
    };
    let owner = project.split_once('/').map(|(owner, _)| owner.to_owned());
    Some(Origin {
        web: owner.as_ref().and_then(|_| text::web(&format!("{site}/{project}"))),
        forge: Some(forge_of(name)),
        owner,
        project,
    })
}

/// The folder's own name; that of the one above where it says nothing.
fn folder_name(folder: &Path) -> String {
    let mut names = folder.ancestors().filter_map(|path| path.file_name()).map(|name| {
        let name = name.to_string_lossy();
        text::name(name.strip_suffix(".git").unwrap_or(&name).trim_start_matches('.'))
    });
    let first = names.next().unwrap_or_default();
    let is_dumb = |name: &String| name.is_empty() || DUMB_NAMES.contains(&name.as_str());
    if !is_dumb(&first) {
        return first;
    }
    let above = names.next().filter(|name| !name.is_empty());
    above.unwrap_or(if first.is_empty() { "repository".to_owned() } else { first })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_names_project_address_and_forge_and_keeps_no_credentials() {
        for (url, project, web, forge) in [
            ("https://github.com/acme/tool.git", "acme/tool", Some("https://github.com/acme/tool"), "github"),
            (
                "https://ada:secret@github.com/acme/tool",
                "acme/tool",
                Some("https://github.com/acme/tool"),
                "github",
            ),
            ("git@github.com:acme/tool.git", "acme/tool", Some("https://github.com/acme/tool"), "github"),
            (
                "ssh://git@git.example.com:2222/acme/tool.git",
                "acme/tool",
                Some("https://git.example.com/acme/tool"),
                "git.example.com",
            ),
            (
                "http://git.example.com:3000/acme/tool",
                "acme/tool",
                Some("http://git.example.com:3000/acme/tool"),
                "git.example.com",
            ),
            (
                "https://gitlab.com/acme/sub/tool.git/",
                "acme/sub/tool",
                Some("https://gitlab.com/acme/sub/tool"),
                "gitlab",
            ),
            ("git://git.example.org/tool.git", "tool", None, "git.example.org"),
        ] {
            let origin = Origin::new(Some(url), Path::new("/x/y"));
            let read = (origin.project.as_str(), origin.web.as_deref(), origin.forge.as_deref());
            assert_eq!(read, (project, web, Some(forge)), "{url}");
            assert!(!format!("{origin:?}").contains("secret"));
        }
    }

    #[test]
    fn without_a_forge_the_folder_names_the_project() {
        for (url, folder, project) in [
            (None, "/x/tool", "tool"),
            (None, "/x/tool.git", "tool"),
            (None, "/x/tool/repo", "tool"),
            (None, "/x/acme+tool/repo", "acme+tool"),
            (Some("/srv/git/tool.git"), "/x/mine", "mine"),
            (Some("../tool"), "/x/mine", "mine"),
            (Some("C:/tool"), "/x/mine", "mine"),
            (Some("file:///srv/tool"), "/x/mine", "mine"),
            (None, "/", "repository"),
        ] {
            assert_eq!(Origin::new(url, Path::new(folder)).project, project, "{url:?} {folder}");
        }
    }
}

//! The base URL of a source: https, or http to this machine, or http by an explicit setting. Must not know what
//! is asked there.

/// Checks a base URL and takes the slash off its end.
pub(super) fn base(text: &str, insecure: bool) -> Result<String, String> {
    let shown = || format!("`{text}`");
    let text = text.trim();
    let (scheme, rest) = text
        .split_once("://")
        .ok_or_else(|| format!("{} is no URL: write it like `https://{text}`", shown()))?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        // It may hold a password: never repeat it.
        return Err("`base_url` holds a user or a password: use `token`".to_owned());
    }
    if rest.contains(['?', '#']) || !rest.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(format!("{} is no base URL: leave out all after the path", shown()));
    }
    let host = host(authority);
    if host.is_empty() {
        return Err(format!("{} names no host", shown()));
    }
    match scheme.to_ascii_lowercase().as_str() {
        "https" => {}
        "http" if insecure || is_loopback(host) => {}
        "http" => {
            return Err(format!(
                "{} is not encrypted: write https://, or `insecure = true` where nobody can listen",
                shown()
            ));
        }
        _ => return Err(format!("{} is neither https nor http", shown())),
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// The host of an authority, without its port.
fn host(authority: &str) -> &str {
    match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => authority.rsplit_once(':').map_or(authority, |(host, _)| host),
    }
}

/// Whether a host can only be this machine.
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_base_url_is_encrypted_or_stays_on_this_machine() {
        for (text, insecure, base) in [
            ("https://forum.example.org/", false, "https://forum.example.org"),
            (" https://h.example/api/v3 ", false, "https://h.example/api/v3"),
            ("http://127.0.0.1:8080", false, "http://127.0.0.1:8080"),
            ("http://localhost/x/", false, "http://localhost/x"),
            ("http://[::1]:1", false, "http://[::1]:1"),
            ("http://h.example", true, "http://h.example"),
        ] {
            assert_eq!(super::base(text, insecure).as_deref(), Ok(base), "{text}");
        }
        for (text, said) in [
            ("http://h.example", "not encrypted"),
            ("http://127.0.0.1.evil.example", "not encrypted"),
            ("http://localhost.evil.example", "not encrypted"),
            ("http://[fe80::1]/", "not encrypted"),
            ("forum.example.org", "write it like `https://forum.example.org`"),
            ("ftp://h.example", "neither https nor http"),
            ("https://", "names no host"),
            ("https://:80", "names no host"),
            ("https://h.example/?a=b", "leave out all after the path"),
            ("https://h.example/a b", "leave out all after the path"),
        ] {
            let why = super::base(text, false).unwrap_err();
            assert!(why.contains(said), "{text}: {why}");
        }
        let why = super::base("https://me:hidden@h.example", true).unwrap_err();
        assert!(why.contains("use `token`") && !why.contains("hidden"), "{why}");
    }
}

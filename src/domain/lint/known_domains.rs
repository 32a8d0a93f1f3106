//! Tables of well-known mail providers and of mistyped endings.

/// Domains of well-known mail providers, the most used first.
#[rustfmt::skip]
pub(super) const PUBLIC_DOMAINS: &[&str] = &[
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "hotmail.fr", "live.com",
    "msn.com", "yahoo.com", "yahoo.co.uk", "yahoo.fr", "ymail.com", "icloud.com", "me.com", "mac.com", "aol.com",
    "mail.com", "email.com", "gmx.com", "gmx.de", "gmx.net", "web.de", "protonmail.com", "proton.me",
    "fastmail.com", "zoho.com", "hey.com", "mail.ru", "yandex.com", "qq.com", "163.com", "126.com", "comcast.net",
    "verizon.net", "btinternet.com", "orange.fr", "free.fr", "laposte.net", "t-online.de", "libero.it",
];

/// Mistyped endings that also exist. They are reported only if the corrected domain is in use.
pub(super) const AMBIGUOUS_ENDINGS: &[(&str, &str)] =
    &[("co", "com"), ("cm", "com"), ("om", "com"), ("ne", "net"), ("or", "org")];
pub(super) const NONEXISTENT_ENDINGS: &[(&str, &str)] = &[
    ("con", "com"),
    ("cmo", "com"),
    ("ocm", "com"),
    ("comm", "com"),
    ("coom", "com"),
    ("vom", "com"),
    ("xom", "com"),
    ("cpm", "com"),
    ("nte", "net"),
    ("ney", "net"),
    ("nett", "net"),
    ("ogr", "org"),
    ("rog", "org"),
    ("orgg", "org"),
];

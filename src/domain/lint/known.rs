//! What is known of mail domains without learning: the providers that everybody knows, and endings as fingers
//! mistype them. Tables only.

/// Domains of mail providers that everybody knows, the most used first. All are right as they stand.
pub(super) const PUBLIC: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "hotmail.co.uk",
    "hotmail.fr",
    "live.com",
    "msn.com",
    "yahoo.com",
    "yahoo.co.uk",
    "yahoo.fr",
    "ymail.com",
    "icloud.com",
    "me.com",
    "mac.com",
    "aol.com",
    "mail.com",
    "email.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "protonmail.com",
    "proton.me",
    "fastmail.com",
    "zoho.com",
    "hey.com",
    "mail.ru",
    "yandex.com",
    "qq.com",
    "163.com",
    "126.com",
    "comcast.net",
    "verizon.net",
    "btinternet.com",
    "orange.fr",
    "free.fr",
    "laposte.net",
    "t-online.de",
    "libero.it",
];

/// Endings as fingers mistype them. Those of the first list are real ones as well, so they are doubted only
/// where the right spelling is in use; those of the second exist nowhere.
pub(super) const DOUBTED: &[(&str, &str)] =
    &[("co", "com"), ("cm", "com"), ("om", "com"), ("ne", "net"), ("or", "org")];
pub(super) const NOWHERE: &[(&str, &str)] = &[
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

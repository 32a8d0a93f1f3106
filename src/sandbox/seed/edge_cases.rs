//! Unusual invites of the sample tenancy: hostile texts, extreme lengths, duplicates, likely typos.

use super::seed_invite::SeedInvite;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// Number of unusual invites.
pub(super) const COUNT: usize = EDGE_CASES.len() + 2;

/// Email, message, seconds until the expiry.
const EDGE_CASES: [(&str, &str, i64); 28] = [
    // Wide and unusual characters.
    ("田中.健@tokyo-partners.example", "こんにちは。こちらからテナントにご参加ください。", 5 * DAY),
    ("li.wei@shanghai-freight.example", "您好，请接受邀请，谢谢！（招标文件）", 3 * DAY + 7 * HOUR),
    ("minji.kim@hanbit.example", "안녕하세요! 초대장을 보내드립니다.", 6 * DAY),
    ("zoë.müller@stahlbau-vogel.example", "Grüße aus Köln – bitte bis Freitag annehmen.", 8 * DAY),
    ("emoji@kiteworks-studio.example", "Party 🎉👩‍👩‍👧‍👦 and flags 🇳🇴🇯🇵, thumbs 👍🏽 up!", 4 * DAY),
    ("layla@dubai-ports.example", "مرحبا، هذه دعوتك للانضمام", 2 * DAY + HOUR),
    (
        "combining@fabrikam.example",
        "Z\u{351}\u{346}a\u{300}\u{301}\u{302}\u{303}lgo was here, e\u{301}te\u{301}",
        7 * DAY,
    ),
    // Texts that try to control a terminal or mislead.
    ("escape@hostile.example", "\u{1b}[2J\u{1b}[31mall your rows\u{1b}[0m\u{7} are gone", 5 * DAY + 3 * HOUR),
    (
        "osc@hostile.example",
        "\u{1b}]0;owned\u{7}\u{1b}]52;c;cm0gLXJmIC8=\u{7}look at your title bar",
        5 * DAY + HOUR,
    ),
    (
        "bidi@hostile.example",
        "invoice \u{202e}gpj.exe\u{202c} attached \u{2066}now\u{2069}",
        5 * DAY + 2 * HOUR,
    ),
    ("zero@hostile.example", "pay\u{200b}pal \u{feff}is n\u{ad}ot \u{200d}pay\u{2060}pal", 5 * DAY),
    ("c1@hostile.example", "one byte is enough: \u{9b}2J \u{85} \u{90}", 4 * DAY),
    ("shell@hostile.example", "'; rm -rf ~ #\t$(reboot) `id` | <script>alert(1)</script> \\", 3 * DAY),
    ("formula@hostile.example", "=HYPERLINK(\"https://hostile.example\",\"click\")", 3 * DAY),
    ("lines@northwind.example", "Dear colleague,\n\nthree lines\r\nin one message.\n", 6 * DAY),
    ("rtl\u{202e}moc.elpmaxe@hostile.example", "The address turns around.", 6 * DAY),
    // No message.
    ("quiet.one@northwind.example", "", 9 * DAY),
    ("quiet.two@tallship.example", "", 20 * HOUR),
    // Duplicates.
    ("dora.twice@northwind.example", "Please join us.", 2 * DAY),
    ("dora.twice@northwind.example", "Please join us.", 7 * DAY),
    ("Case.Sensitive@tallship.example", "First try, with capitals.", 30 * HOUR),
    ("case.sensitive@tallship.example", "Second try.", 5 * DAY),
    ("CASE.SENSITIVE@TALLSHIP.EXAMPLE", "THIRD TRY.", 9 * DAY),
    // Likely typos.
    ("peter.parker@gmial.com", "Hi Peter, here is the link you asked for.", 4 * DAY),
    ("wendy.walker@acme.co", "Welcome to the team, Wendy!", 6 * DAY),
    ("ops@northwind.exmaple", "Shared mailbox of the operations desk.", 3 * DAY),
    // Valid, although unusual.
    ("bob@job", "Text to be inserted in email", 9 * DAY + 23 * HOUR),
    // Expires soon.
    ("last.minute@contoso-logistics.example", "It is now or never.", 4 * 60),
];

/// Returns all unusual invites.
pub(super) fn invites() -> Vec<SeedInvite> {
    let fixed = EDGE_CASES.iter().map(|&(email, message, expires_in)| SeedInvite {
        email: email.to_owned(),
        message: message.into(),
        expires_in,
    });
    let long_email = format!("{}@northwind.example", "long.".repeat(21) + "email");
    let full = SeedInvite {
        email: "full.message@fabrikam.example".to_owned(),
        message: full_message().into(),
        expires_in: DAY,
    };
    let long = SeedInvite {
        email: long_email,
        message: "The longest address that is allowed.".into(),
        expires_in: DAY,
    };
    fixed.chain([full, long]).collect()
}

/// Returns a message of maximum length whose last character is wide.
fn full_message() -> String {
    let sentence = "This message is exactly as long as a message may be, and it ends with a star. ";
    let text: String = sentence.chars().cycle().take(crate::domain::limits::MAX_MESSAGE_CHARS - 1).collect();
    text + "🌟"
}

//! Reads the shell lines of code blocks.
//! Knows the syntax that the documents use: quotes, comments, pipes, redirects and `$(…)`.

/// Returns the words of each `guestlist` command in a line.
pub fn parse_commands(line: &str) -> Vec<Vec<String>> {
    let commands = split_line(line).into_iter().map(remove_redirects);
    commands
        .filter_map(|words| {
            let start = words.iter().position(|word| word == "guestlist")?;
            Some(words[start + 1..].to_vec())
        })
        .collect()
}

/// Splits a line into commands, and each command into words. Redirects are words too.
fn split_line(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut chars = line.chars().peekable();
    let mut quote: Option<char> = None;
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some('\''), _) => word.get_or_insert_default().push(c),
            (_, '\\') => word.get_or_insert_default().extend(chars.next()),
            (Some(_), _) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => break,
            (None, '$') if chars.peek() == Some(&'(') => {
                chars.next();
                end_command(&mut commands, &mut word);
            }
            (None, '|' | ';' | '&' | ')') => end_command(&mut commands, &mut word),
            (None, '>' | '<') => {
                end_word(&mut commands, &mut word);
                add_word(&mut commands, c.to_string());
            }
            (None, _) if c.is_whitespace() => end_word(&mut commands, &mut word),
            (None, _) => word.get_or_insert_default().push(c),
        }
    }
    assert!(quote.is_none(), "a quote is open: {line}");
    end_word(&mut commands, &mut word);
    commands
}

fn add_word(commands: &mut [Vec<String>], word: String) {
    commands.last_mut().expect("a command").push(word);
}

fn end_word(commands: &mut [Vec<String>], word: &mut Option<String>) {
    if let Some(word) = word.take() {
        add_word(commands, word);
    }
}

fn end_command(commands: &mut Vec<Vec<String>>, word: &mut Option<String>) {
    end_word(commands, word);
    commands.push(Vec::new());
}

fn remove_redirects(words: Vec<String>) -> Vec<String> {
    let mut remaining: Vec<String> = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        if word == ">" || word == "<" {
            // `>>` is two redirects.
            words.by_ref().find(|word| word != ">");
        } else {
            remaining.push(word);
        }
    }
    remaining
}

#[test]
fn shell_line_yields_its_guestlist_commands() {
    let line =
        "grep x 'a b' | guestlist import - --message \"Hi, you.\" >> out.txt; cat out   # guestlist no";
    assert_eq!(parse_commands(line), [["import", "-", "--message", "Hi, you."]]);
    let line = "for name in $(guestlist config profiles); do guestlist doctor --profile \"$name\"; done";
    assert_eq!(parse_commands(line), [vec!["config", "profiles"], vec!["doctor", "--profile", "$name"]]);
    assert_eq!(parse_commands("guestlist"), [Vec::<String>::new()]);
    assert!(parse_commands("cargo install --path .").is_empty());
}

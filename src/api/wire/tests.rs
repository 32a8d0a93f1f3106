//! Parsing of real and of broken bodies.

use super::super::types::PageToken;
use super::*;

fn parse_page(body: &str) -> Option<ListPage> {
    super::parse_list(body.as_bytes(), None).map(|read| read.value)
}

fn page_token(text: &str) -> Option<PageToken> {
    Some(PageToken(text.into()))
}

#[test]
fn vendor_example_is_parsed() {
    let page = parse_page(
        r#"{"invites":[{"identity":"invites/f4e4b1b5-8186-4feb-9072-9999f89d4619","email":"bob@job",
        "message":"another personalised message","expiry_time":"2022-06-17T11:30:43Z"},],"next_page_token":"a=+/"}"#,
    )
    .expect("a page");
    let invite = &page.invites[0];
    assert_eq!(invite.identity.to_string(), "invites/f4e4b1b5-8186-4feb-9072-9999f89d4619");
    assert_eq!((invite.email.as_str(), invite.message.as_str()), ("bob@job", "another personalised message"));
    assert_eq!(invite.expiry, Expiry::parse("2022-06-17T11:30:43Z"));
    assert_eq!((page.unusable_rows, page.next), (0, page_token("a=+/")));
}

#[test]
fn parse_list_missing_null_or_empty_rows_is_empty() {
    for body in
        ["{}", r#"{"invites":null}"#, r#"{"invites":[]}"#, r#"{"invites":null,"next_page_token":null}"#]
    {
        let page = parse_page(body).expect(body);
        assert_eq!((page.invites.len(), page.unusable_rows, page.next), (0, 0, None), "{body}");
    }
}

#[test]
fn missing_rows_are_allowed_only_with_a_page_token() {
    for body in
        [r#"{"next_page_token":""}"#, r#"{"page_token":"","x":1}"#, r#"{"x":1,"next_page_token":null}"#]
    {
        assert!(parse_page(body).is_some_and(|page| page.invites.is_empty()), "{body}");
    }
    for body in [
        r#"{"code":16,"message":"token expired","details":[]}"#,
        r#"{"code":0}"#,
        r#"{"error":"unauthorized"}"#,
        r#"{"error":{"code":401}}"#,
        r#"{"message":"Unauthorized"}"#,
        r#"{"data":[]}"#,
        r#"{"invites":null,"data":[]}"#,
        r#"{"invites":null,"message":"x"}"#,
        r#"{"code":16,"next_page_token":""}"#,
        r#"{"invites":[],"error":"half of it"}"#,
        r#"{"invites":[],"code":14}"#,
        r#"{"invites":[],"errors":["half of it"]}"#,
        r#"{"invites":[],"errors":{"code":401}}"#,
        r#"{"errors":[]}"#,
        r#"{"invites":[],"message":"permission denied"}"#,
        r#"{"invites":[],"message":"permission denied","next_page_token":""}"#,
        r#"{"invites":[],"invites":[]}"#,
    ] {
        assert_eq!(parse_page(body), None, "{body}");
        let members = body.replace("invites", "members");
        assert!(super::parse_members(members.as_bytes()).is_none(), "{members}");
        assert!(parse_caps(body.replace("invites", "caps").as_bytes()).is_none(), "{body}");
    }
    for body in [
        r#"{"invites":[],"code":0,"error":null,"message":"ok"}"#,
        r#"{"invites":[],"errors":[],"message":" "}"#,
        r#"{"invites":[{"identity":"a"}],"message":"ok"}"#,
    ] {
        assert!(parse_page(body).is_some(), "{body}");
    }
}

#[test]
fn page_token_of_wrong_type_is_an_error() {
    for value in ["{}", "[]", "true", "1.5", "-1", "1e300"] {
        assert_eq!(parse_page(&format!(r#"{{"invites":[],"next_page_token":{value}}}"#)), None, "{value}");
        assert_eq!(parse_page(&format!(r#"{{"invites":[],"page_token":{value}}}"#)), None, "{value}");
    }
    assert_eq!(parse_page(r#"{"invites":[],"next_page_token":"","next_page_token":"a"}"#), None);
}

#[test]
fn non_object_is_not_a_page() {
    for body in
        ["[]", "[[],null,null]", "\"hello\"", "null", "7", "true", "", "<html>", r#"{"invites":"all"}"#]
    {
        assert_eq!(parse_page(body), None, "{body}");
    }
}

#[test]
fn odd_fields_and_rows_do_not_fail_the_page() {
    let page = parse_page(
        r#"{"more":{"x":[1]},"invites":[{"identity":"invites/a","email":7,"message":{"x":[1]},"expiry_time":false},
        {"identity":"b","email":null,"message":["x"],"unknown":1.5},{"identity":""},{"email":"x"},null,"row",3,[1,[2]],
        {"identity":null},{"identity":"c"}]}"#,
    )
    .expect("a page");
    let names: Vec<_> = page.invites.iter().map(|invite| invite.identity.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(page.unusable_rows, 7);
    assert_eq!((page.invites[0].email.as_str(), page.invites[0].message.as_str()), ("7", ""));
    assert_eq!(page.invites[0].expiry, Expiry(None));
}

#[test]
fn parse_list_malformed_row_keeps_the_others() {
    let good = r#"{"identity":"invites/good","email":"g@x","message":"m"}"#;
    for (odd, names, unusable) in [
        (r#"{"identity":"a","email":"x\ud800@y"}"#, &["a", "good"][..], 0),
        (r#"{"identity":"a\ud800","email":"x@y"}"#, &["good"], 1),
        (r#"{"identity":"a","email":"x@y","email":"z@y"}"#, &["good"], 1),
        (r#"{"identity":"a","identity":"b","email":"x@y"}"#, &["good"], 1),
        (r#"{"identity":"a","email":"x@y","email":"x@y"}"#, &["a", "good"], 0),
        (r#"{"identity":"a","message":NaN,"x":[-Infinity]}"#, &["a", "good"], 0),
        (r#"{"identity":NaN}"#, &["good"], 1),
        (r#"{"identity":"a","x":1e999,"email":"x@y"}"#, &["a", "good"], 0),
        (r#"{"identity":1e999}"#, &["good"], 1),
        (r#"{"identity":12345678901234567890123,"email":"x@y"}"#, &["good"], 1),
        (r#"{"identity":7}"#, &["good"], 1),
        (r#"{"identity":true}"#, &["good"], 1),
        (r#""row""#, &["good"], 1),
        ("undefined", &["good"], 1),
        (r#"{"identity":"a b"}"#, &["good"], 1),
        (r#"{"identity":"invites/x/y"}"#, &["good"], 1),
    ] {
        for body in
            [format!(r#"{{"invites":[{odd},{good}]}}"#), format!(r#"{{"invites":[{odd},{good},],"x":NaN}}"#)]
        {
            let page = parse_page(&body).unwrap_or_else(|| panic!("{body}"));
            let read: Vec<_> = page.invites.iter().map(|invite| invite.identity.as_str()).collect();
            assert_eq!((read.as_slice(), page.unusable_rows), (names, unusable), "{body}");
        }
    }
    for body in
        [r#"{"invites":NaN}"#, r#"{"invites":[],"next_page_token":NaN}"#, r#"{"invites":[{"identity":}]}"#]
    {
        assert_eq!(parse_page(body), None, "{body}");
    }
}

#[test]
fn parse_list_long_identity_counts_as_unusable() {
    let page =
        parse_page(&format!(r#"{{"invites":[{{"identity":"{}"}}]}}"#, "x".repeat(1025))).expect("a page");
    assert_eq!((page.invites.len(), page.unusable_rows), (0, 1));
}

#[test]
fn next_page_token_is_read_under_both_names() {
    for (body, next) in [
        (r#"{"next_page_token":"n","page_token":"p"}"#, page_token("n")),
        (r#"{"page_token":"p"}"#, page_token("p")),
        (r#"{"next_page_token":null,"page_token":"p"}"#, page_token("p")),
        (r#"{"next_page_token":"","page_token":"p"}"#, None),
        (r#"{"page_token":""}"#, None),
        (r#"{"next_page_token":7}"#, page_token("7")),
    ] {
        assert_eq!(parse_page(body).expect(body).next, next, "{body}");
    }
}

#[test]
fn created_invite_must_have_an_identity() {
    let invite = |body: &str| super::parse_invite(body.as_bytes()).map(|read| read.value);
    assert!(invite(r#"{"identity":"invites/a","email":"x@y","message":null}"#).is_some());
    for body in ["{}", "[]", "\"ok\"", r#"{"identity":"invites/"}"#, r#"{"identity":7.5e400}"#] {
        assert_eq!(invite(body), None, "{body}");
    }
}

#[test]
fn members_and_quotas_are_parsed_with_numbers_as_text() {
    let body = r#"{"members":[{"identity":"members/1","display_name":"J","email":"j@x","active":true,"roles":["OWNER",3]},
        null,{"email":"k@x","roles":null},{"identity":"members/4"},{"email":" "}],"page_token":"2"}"#;
    let page = parse_members(body.as_bytes()).expect("a page").value;
    assert_eq!((page.unusable_rows, page.next), (3, page_token("2")));
    assert_eq!(page.emails, ["j@x", "k@x"]);

    let body = r#"{"caps":[{"resource_type":"Invites","resource_remaining":"6","resource_cap":"-1"},{"resource_cap":"x"}]}"#;
    let caps = parse_caps(body.as_bytes()).expect("quotas").value;
    assert_eq!((caps[0].remaining, caps[0].cap), (Some(6), Some(-1)));
    assert_eq!((caps[1].remaining, caps[1].cap), (None, None));
}

#[test]
fn create_body_has_exactly_two_keys() {
    let draft = Draft { email: " bob@job ".into(), message: String::new() };
    let body = serde_json::to_string(&NewInvite::from_draft(&draft)).expect("JSON");
    assert_eq!(body, r#"{"message":"","email":"bob@job"}"#);
}

//! Decodes the claims of a token (tenancy, name, expiry) for display, without verification.
//! A token that is not a JWT has no claims.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::Value;

use crate::domain::connection::Claims;

/// Decodes the payload of a JWT; missing or malformed claims are `None`.
pub(super) fn decode(token: &str) -> Claims {
    decode_payload(token).map_or_else(Claims::default, |claims| Claims {
        tenant: claim_text(&claims, "jit_tenant_id"),
        name: claim_text(&claims, "name"),
        subject: claim_text(&claims, "sub"),
        expires_at: claims.get("exp").and_then(Value::as_f64).and_then(timestamp_from_seconds),
    })
}

fn decode_payload(token: &str) -> Option<Value> {
    let mut parts = token.split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn claim_text(claims: &Value, name: &str) -> Option<String> {
    claims.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn timestamp_from_seconds(seconds: f64) -> Option<Timestamp> {
    // Casting from a float saturates; a value out of range is no timestamp.
    Timestamp::from_second(seconds as i64).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jwt(payload: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn tenancy_name_and_expiry_are_read() {
        let claims = decode(&jwt(
            r#"{"jit_tenant_id":"tenant/4f2c","name":"acme","sub":"u1","exp":1718452800,"iat":1}"#,
        ));
        assert_eq!(claims.tenant.as_deref(), Some("tenant/4f2c"));
        assert_eq!((claims.name.as_deref(), claims.subject.as_deref()), (Some("acme"), Some("u1")));
        assert_eq!(claims.expires_at.expect("known").to_string(), "2024-06-15T12:00:00Z");
    }

    #[test]
    fn invalid_jwt_has_no_claims() {
        for token in [
            "",
            "opaque",
            "a.b",
            "a.!!.c",
            &jwt("[]"),
            &jwt("{\"exp\":\"soon\",\"name\":7,\"jit_tenant_id\":\"\"}"),
            &jwt("{\"exp\":1e300}"),
        ] {
            assert_eq!(decode(token), Claims::default(), "{token}");
        }
    }
}

//! Judges the token verifier by a file of signed tokens in the form of C2SP/wycheproof:
//! `jws_vectors json_web_signature_test.json`. One line of figures; exit 1 on a miss.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use musicgen_security::authentication::jwt::Algorithm;
use musicgen_security::authentication::jwt::vectors::VectorKey;
use serde_json::Value;
use std::process::ExitCode;

/// Cases that the file or the RFC contradicts: 367 and 370 are the text of 357, which is valid; 372
/// and 373 are "valid" with a `?` in them, which base64url doesn't have (RFC 7515, section 2).
const LEFT_OUT: [u64; 4] = [367, 370, 372, 373];

fn bytes(jwk: &Value, member: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(jwk[member].as_str()?).ok()
}

/// The algorithm of a key and its bytes, when it is one of ours.
fn ours(jwk: &Value) -> Option<(Algorithm, Vec<u8>)> {
    let (algorithm, bytes) = match (jwk["kty"].as_str()?, jwk["crv"].as_str()) {
        ("oct", _) => (Algorithm::Hs256, bytes(jwk, "k")?),
        ("EC", Some("P-256")) => {
            let point = [vec![4], bytes(jwk, "x")?, bytes(jwk, "y")?].concat();
            (Algorithm::Es256, point)
        }
        ("OKP", Some("Ed25519")) => (Algorithm::EdDsa, bytes(jwk, "x")?),
        _ => return None,
    };
    let named = jwk["alg"].as_str().is_none_or(|alg| alg == algorithm.id());
    named.then_some((algorithm, bytes))
}

/// A key for something else verifies nothing.
fn is_for_signatures(jwk: &Value) -> bool {
    let operations = jwk["key_ops"].as_array();
    jwk["use"].as_str().is_none_or(|text| text == "sig")
        && operations.is_none_or(|all| all.iter().any(|one| one == "verify"))
}

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("name the file");
        return ExitCode::FAILURE;
    };
    let text = std::fs::read(&path).unwrap_or_default();
    let file: Value = serde_json::from_slice(&text).unwrap_or_default();
    let (mut judged, mut right, mut others) = (0, 0, 0);
    for group in file["testGroups"].as_array().into_iter().flatten() {
        let jwk = group.get("public").unwrap_or(&group["private"]);
        let tests = group["tests"].as_array().into_iter().flatten();
        let Some((algorithm, bytes)) = ours(jwk) else {
            others += tests.count();
            continue;
        };
        let key = VectorKey::new(algorithm, &bytes).filter(|_| is_for_signatures(jwk));
        for test in tests {
            if test["tcId"]
                .as_u64()
                .is_some_and(|id| LEFT_OUT.contains(&id))
            {
                continue;
            }
            let jws = test["jws"].as_str().unwrap_or_default();
            let accepted = key.as_ref().is_some_and(|key| key.read(jws).is_ok());
            let good = match test["result"].as_str() {
                Some("valid") => accepted,
                Some("invalid") => !accepted,
                _ => true,
            };
            judged += 1;
            right += usize::from(good);
            if !good {
                println!(
                    "case {} ({}): {}",
                    test["tcId"], test["comment"], test["result"]
                );
            }
        }
    }
    println!("{right} of {judged} right, {others} with keys of other algorithms");
    if judged > 0 && right == judged {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

use super::*;
use musicgen_security::authorization::RoleName;

const GOOD_POLICY: &str = "[roles.composer]\ngrants = [\"music:*\"]\n";

#[test]
fn without_a_policy_file_the_built_in_roles_hold() {
    let config = Case::development().load().unwrap().config;
    let authorization = &config.authorization;
    assert!(authorization.policy_file.is_none());
    assert_eq!(authorization.policy.roles().count(), 5);
}

#[test]
fn a_policy_file_is_read_at_start() {
    for case in [Case::development(), Case::production()] {
        let path = case.file("policy.toml", GOOD_POLICY, 0o644);
        let loaded = case.with("POLICY_FILE", &path).load().unwrap();
        let authorization = &loaded.config.authorization;
        assert!(
            authorization
                .policy
                .knows(&RoleName::parse("composer").unwrap())
        );
        let watched = authorization.policy_file.as_ref().unwrap();
        assert_eq!(watched.path().display().to_string(), path);
        assert!(
            loaded
                .notices
                .iter()
                .all(|notice| notice.variable != "POLICY_FILE")
        );
    }
}

/// AZ-5: refused before anything is served, every fault beside the other mistakes.
#[test]
fn every_fault_of_the_policy_file_is_a_mistake_of_the_configuration() {
    let case = Case::production();
    let text = "[roles.a]\ngrants = [\"music:genrate\"]\ninherits = [\"b\"]\n[roles.admin]\n";
    let path = case.file("policy.toml", text, 0o644);
    let case = case.with("POLICY_FILE", &path).without("JWT_SECRET_KEY");
    let errors = case.load().unwrap_err();
    let told: Vec<String> = errors
        .problems()
        .iter()
        .filter(|problem| problem.variable() == "POLICY_FILE")
        .map(ToString::to_string)
        .collect();
    assert_eq!(told.len(), 3, "{told:?}");
    for (fault, line) in told.iter().zip(["line 2", "line 3", "line 4"]) {
        let begin = format!("POLICY_FILE (in the environment): {path}: {line}: ");
        assert!(fault.starts_with(&begin), "{fault}");
        assert!(!fault.contains("accepted"), "{fault}");
    }
    assert!(
        errors
            .problems()
            .iter()
            .any(|problem| problem.variable() == "JWT_SECRET_KEY")
    );
}

#[test]
fn a_missing_or_open_policy_file_is_refused() {
    let missing = Case::development().with("POLICY_FILE", "/nowhere/policy.toml");
    assert_eq!(missing.refused(), ["POLICY_FILE"]);

    let case = Case::production();
    let path = case.file("policy.toml", GOOD_POLICY, 0o666);
    assert_eq!(case.with("POLICY_FILE", &path).refused(), ["POLICY_FILE"]);

    let case = Case::development();
    let path = case.file("policy.toml", GOOD_POLICY, 0o666);
    let loaded = case.with("POLICY_FILE", &path).load().unwrap();
    let notice = loaded
        .notices
        .iter()
        .find(|notice| notice.variable == "POLICY_FILE");
    assert!(notice.unwrap().text.contains("0666"));
}

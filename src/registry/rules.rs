//! Whether a rule set is well formed (`registry-semantics` 9.2). What its rules say is for clients to judge.

use super::contract::{Rule, RuleMode, RuleSet};
use super::error::{RegistryError, RuleSetProblem};
use std::collections::HashSet;

/// Characters of a rule's name.
const NAME_CHARS_MAX: usize = 256;

/// Checks every rule in order.
///
/// # Errors
/// [`RegistryError::InvalidRuleSet`] with the first problem.
pub(super) fn validate(rules: &RuleSet) -> Result<(), RegistryError> {
    let mut names = HashSet::new();
    let lists = [
        (&rules.migration_rules, true, RuleSetProblem::MigrationMode),
        (&rules.domain_rules, false, RuleSetProblem::DomainMode),
        (&rules.encoding_rules, false, RuleSetProblem::EncodingMode),
    ];
    for (list, migrates, wrong_mode) in lists {
        for rule in list {
            if let Some(name) = rule.name.as_deref()
                && !names.insert(name)
            {
                return Err(RegistryError::InvalidRuleSet(RuleSetProblem::DuplicateName(name.to_owned())));
            }
            problem(rule, migrates, &wrong_mode).map_or(Ok(()), |p| Err(RegistryError::InvalidRuleSet(p)))?;
        }
    }
    Ok(())
}

fn problem(rule: &Rule, migrates: bool, wrong_mode: &RuleSetProblem) -> Option<RuleSetProblem> {
    let Some(name) = rule.name.as_deref() else { return Some(RuleSetProblem::MissingName) };
    if let Some(problem) = name_problem(name) {
        return Some(problem);
    }
    if rule.rule_type.is_none() {
        return Some(RuleSetProblem::MissingType);
    }
    let runs_both_ways = matches!(rule.mode, RuleMode::WriteRead | RuleMode::UpDown);
    let has_several = [&rule.on_success, &rule.on_failure].into_iter().flatten().any(|actions| actions.contains(','));
    if has_several && !runs_both_ways {
        return Some(RuleSetProblem::MultipleActions);
    }
    let is_migration = matches!(rule.mode, RuleMode::Upgrade | RuleMode::Downgrade | RuleMode::UpDown);
    (is_migration != migrates).then(|| wrong_mode.clone())
}

fn name_problem(name: &str) -> Option<RuleSetProblem> {
    let Some(first) = name.chars().next() else { return Some(RuleSetProblem::EmptyName) };
    if name.encode_utf16().count() > NAME_CHARS_MAX {
        return Some(RuleSetProblem::NameTooLong);
    }
    if !first.is_alphabetic() && first != '_' {
        return Some(RuleSetProblem::IllegalInitialCharacter(name.to_owned()));
    }
    let legal = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    (!name.chars().all(legal)).then(|| RuleSetProblem::IllegalCharacter(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::validate;
    use crate::registry::contract::{Rule, RuleMode, RuleSet};
    use crate::registry::error::{RegistryError, RuleSetProblem as P};

    fn rule(name: &str, mode: RuleMode) -> Rule {
        Rule { name: Some(name.into()), mode, rule_type: Some("CEL".into()), ..Rule::default() }
    }

    fn problem(rules: RuleSet) -> Option<P> {
        match validate(&rules) {
            Ok(()) => None,
            Err(RegistryError::InvalidRuleSet(problem)) => Some(problem),
            Err(other) => panic!("{other}"),
        }
    }

    fn of_domain(rule: Rule) -> Option<P> {
        problem(RuleSet { domain_rules: vec![rule], ..RuleSet::default() })
    }

    #[test]
    fn the_first_problem_of_a_rule_set_is_named() {
        let good = rule("a", RuleMode::Write);
        assert_eq!(of_domain(good.clone()), None);
        assert_eq!(of_domain(rule("é_1-x", RuleMode::Read)), None);
        assert_eq!(of_domain(Rule { name: None, ..good.clone() }), Some(P::MissingName));
        assert_eq!(of_domain(rule("", RuleMode::Read)), Some(P::EmptyName));
        assert_eq!(of_domain(rule(&"n".repeat(257), RuleMode::Read)), Some(P::NameTooLong));
        assert_eq!(of_domain(rule("1", RuleMode::Read)), Some(P::IllegalInitialCharacter("1".into())));
        assert_eq!(of_domain(rule("a b", RuleMode::Read)), Some(P::IllegalCharacter("a b".into())));
        assert_eq!(of_domain(Rule { rule_type: None, ..good.clone() }), Some(P::MissingType));
        let several = Rule { on_success: Some("NONE,DLQ".into()), ..good.clone() };
        assert_eq!(of_domain(several), Some(P::MultipleActions));
        assert_eq!(of_domain(rule("a", RuleMode::Upgrade)), Some(P::DomainMode));
        let set = RuleSet { migration_rules: vec![rule("a", RuleMode::WriteRead)], ..RuleSet::default() };
        assert_eq!(problem(set), Some(P::MigrationMode));
        let set = RuleSet { encoding_rules: vec![rule("a", RuleMode::UpDown)], ..RuleSet::default() };
        assert_eq!(problem(set), Some(P::EncodingMode));
        let (one, two) = (rule("a", RuleMode::Upgrade), good);
        let set = RuleSet { migration_rules: vec![one], domain_rules: vec![two], ..RuleSet::default() };
        assert_eq!(problem(set), Some(P::DuplicateName("a".into())));
    }
}

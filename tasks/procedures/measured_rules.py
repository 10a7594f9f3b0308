"""The baselines in force: configured, and measured by staff."""

from __future__ import annotations

from tasks.domain.hours_saved.baseline_study import with_versions
from tasks.domain.office.settings import SavingsRules
from tasks.edges.hours_saved.baseline_store import BaselineStore
from tasks.edges.office_database.database import Database


def measured_rules(rules: SavingsRules, database: Database) -> SavingsRules:
    """Return the rules with the baselines that staff measured and adopted."""
    versions = BaselineStore(database).versions()
    if not versions:
        return rules
    baselines = with_versions(rules.baselines, versions)
    return rules.model_copy(update={"baselines": baselines})

"""What is done to facts: collected from versions, compacted, dropped and rebuilt."""

from banyan.base.facts.actions.collecting import collect, fit
from banyan.base.facts.actions.keeping import compact, rebuild, sweep
from banyan.base.facts.actions.stating import stated

__all__ = ["collect", "compact", "fit", "rebuild", "stated", "sweep"]

"""What other rooms may ask of the matching of names."""

from banyan.base.matching.queries.rules import Rules, places, rules_of, weights

__all__ = ["Rules", "places", "rules_of", "weights"]

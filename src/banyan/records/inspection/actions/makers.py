"""What a sample takes over from its maker, so that it counts in the right county, park, trade and size."""

from __future__ import annotations

from collections.abc import Sequence

from banyan.base.registry.queries import organisations_by_key, places_on
from banyan.records.inspection.models import Sample


def take_over_from_makers(samples: Sequence[Sample]) -> None:
    """Fill the gaps of samples whose maker is registered: where it was on the day of sampling, trade and size."""
    open_ = [one for one in samples if one.maker_id and not (one.origin_county_id and one.industry_id and one.size)]
    if not open_:
        return
    makers = organisations_by_key(keys=[one.maker_id for one in open_ if one.maker_id])
    for day in sorted({one.sampled_on for one in open_}):
        of_day = [one for one in open_ if one.sampled_on == day]
        places = places_on(keys=[one.maker_id for one in of_day if one.maker_id], on=day)
        for sample in of_day:
            maker, place = makers[sample.maker_id or ""], places.get(sample.maker_id or "")
            if sample.origin_county_id is None and place is not None:
                sample.origin_county_id = place.county_id
            if sample.park_id is None and place is not None and place.county_id == sample.origin_county_id:
                sample.park_id = place.park_id
            sample.industry_id = sample.industry_id or maker.industry_id
            sample.size = sample.size or maker.size

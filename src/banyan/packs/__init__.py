"""The packs themselves: what the law and the policy decreed, as dated data. No code."""

"""Sub-commands of `banyan`: each file has `register(app)` and speaks only to actions and queries."""

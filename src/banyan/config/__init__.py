"""Settings, urls, the command line and the daily flow: where the floors are put together."""

"""The commands, one a file, named as one types them."""

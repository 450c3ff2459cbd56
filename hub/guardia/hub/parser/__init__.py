"""The hub: parser."""

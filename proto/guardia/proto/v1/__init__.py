"""Generated from the protobuf files beside it; see proto/generate.py."""

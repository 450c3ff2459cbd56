"""The grammar that the compact model's sentences come from; every name in it is invented."""

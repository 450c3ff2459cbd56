"""English sentences: what stands around a verb says how it is meant."""

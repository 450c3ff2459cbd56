"""The embedded reader: what a chat message means, without a model.

`normalise → segment → scan (names, words, endings, values) → mood → targets → requests → context`, each a pure step.
"""

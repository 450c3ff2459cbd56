"""Reading by a language model: schema and prompt."""

"""The trial of a morphological analyser (docs/adr/0011): Kiwi's endings beside the embedded reader."""

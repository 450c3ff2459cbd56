"""Certificates, join tokens, TLS contexts and step tickets."""

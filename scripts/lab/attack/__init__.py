"""Attacks on one running `serve`: by who publishes, by the STS service, by who comes over HTTP. A healthy stream beside them must not notice."""

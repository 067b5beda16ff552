"""A Kubernetes of one node, for cluster-check."""

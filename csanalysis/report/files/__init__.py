"""What lies on disk: locks, fingerprints, kept chapters, manifests, frozen plans, publishing whole."""

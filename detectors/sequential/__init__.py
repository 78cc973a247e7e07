"""The sequential detector: a site's normal, learned online; evidence against it, lane by lane; a test with a known rate."""

"""What answers cost, measured as whole processes, beside a peer."""

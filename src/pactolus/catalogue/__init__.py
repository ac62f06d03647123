"""Publishers' facts as tidy tables that know where they come from."""

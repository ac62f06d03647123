"""What a scenario does in a world: losses by importer and month, beside the engines, and alternatives."""

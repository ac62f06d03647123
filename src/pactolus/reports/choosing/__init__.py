"""A choice of projects for several members: sections from the results of the selection engine."""

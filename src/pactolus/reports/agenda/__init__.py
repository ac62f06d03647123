"""The agenda pack for the next meeting: one file a section, the joint brief as its annex."""

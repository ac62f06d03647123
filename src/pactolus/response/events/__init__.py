"""Events as a requester reports them: the form of EVENT.yaml, what it says, ready ones."""

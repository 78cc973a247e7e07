"""What the service does when people are needed: escalation, notification, and the state of both."""

"""Teams that are sent to incidents: who they are, how soon they can be there, who goes."""

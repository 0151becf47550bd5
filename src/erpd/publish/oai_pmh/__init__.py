"""The door that harvesters prefer (G5.1): an OAI-PMH 2.0 repository."""

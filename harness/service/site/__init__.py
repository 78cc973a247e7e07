"""The file that configures a service, and the service that it describes."""

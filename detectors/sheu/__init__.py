"""The sequential detector of Sheu (2004): symptoms, extended Kalman filter, modified sequential test."""

"""The commands of the installation itself."""

"""What a video says: speech recognition, and the weights it needs."""

"""What a video says: speech recognition, and the weights it needs."""

from socialcopy.understanding.video import understand as understand

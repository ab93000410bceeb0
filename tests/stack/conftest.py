from socialcopy.storage.bucket import Bucket
from socialcopy.storage.errors import StorageError


def ended(bucket: Bucket) -> int:
    """How many videos have an outcome; 0 while the store is away."""
    try:
        keys_ = list(bucket.list_keys(""))
    except StorageError:
        return 0
    endings = ("/manifest.json", "/reason.json")
    return sum(key.endswith(endings) and not key.startswith("_") for key in keys_)

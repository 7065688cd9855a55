"""Redis under tests: the processes of a run share one server, and Django's `clear` would empty it for all of them."""

from django.core.cache.backends.redis import RedisCache


class OwnRedisCache(RedisCache):
    """Django's Redis cache, but clearing forgets only the keys of this process (those with its KEY_PREFIX)."""

    def clear(self) -> bool:
        client = self._cache.get_client(None, write=True)
        for key in client.scan_iter(match=f"{self.key_prefix}:*", count=1000):
            client.delete(key)
        return True

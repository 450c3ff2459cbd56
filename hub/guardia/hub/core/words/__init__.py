"""What the hub says in rooms, by noun: data alone, said by `guardia.hub.core.texts`."""

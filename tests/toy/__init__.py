"""A toy network of RFC 6241 datastores without sockets, threads or real time: the real flow runs on it and is broken at will."""

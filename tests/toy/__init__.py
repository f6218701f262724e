"""A toy network of RFC 6241 datastores without sockets, threads or real time.

The real flow runs on it and is broken at will.
"""

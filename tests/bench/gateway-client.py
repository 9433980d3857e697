#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks a model in OpenAI's chat protocol and prints how long it took, as one line of JSON.

gateway-client.py BASE-URI REQUESTS UPLOAD-MIB; the key comes from $BENCH_KEY or OpenCode's own
configuration. Each request has a connection of its own, as behind the gateway.
"""
import http.client
import json
import os
import sys
import time
import urllib.parse


def find_key():
    if "BENCH_KEY" in os.environ:
        return os.environ["BENCH_KEY"]
    config = json.loads(os.environ["OPENCODE_CONFIG_CONTENT"])
    return config["provider"]["openai"]["options"]["apiKey"]


def ask(uri, key, body):
    """Milliseconds to the first byte of the answer and to its end; bytes; events."""
    start = time.monotonic()
    connection = http.client.HTTPConnection(uri.hostname, uri.port)
    connection.request("POST", uri.path + "/chat/completions", body,
                       {"Authorization": "Bearer " + key, "Content-Type": "application/json"})
    answer = connection.getresponse()
    data = answer.read1(65536)
    first = time.monotonic()
    size, events = len(data), data.count(b"data: ")
    while data:
        data = answer.read1(65536)
        size, events = size + len(data), events + data.count(b"data: ")
    end = time.monotonic()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"the answer was {answer.status}")
    return (first - start) * 1000, (end - start) * 1000, size, events


def main():
    uri, key = urllib.parse.urlparse(sys.argv[1]), find_key()
    small = {"model": "gpt-4.1", "stream": True, "stream_options": {"include_usage": True},
             "messages": [{"role": "user", "content": "hello"}]}
    ask(uri, key, json.dumps(small))
    times = [ask(uri, key, json.dumps(small))[1] for _ in range(int(sys.argv[2]))]
    with_tools = dict(small, tools=[{"type": "function", "function": {"name": "none", "parameters": {}}}])
    _, stream_ms, stream_bytes, stream_events = ask(uri, key, json.dumps(with_tools))
    large = dict(small, messages=[{"role": "user", "content": "x" * (int(sys.argv[3]) << 20)}])
    _, upload_ms, _, _ = ask(uri, key, json.dumps(large))
    print("BENCH " + json.dumps({"times": times, "stream_ms": stream_ms, "stream_bytes": stream_bytes,
                                 "stream_events": stream_events, "upload_ms": upload_ms}))


main()

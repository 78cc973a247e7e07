from harness.service.web.stream_message import CHUNK_BYTES, RETRY_MS, StreamMessage, sse_chunks, status_message


def test_a_status_says_when_to_come_back_and_has_no_number() -> None:
    head, _, tail = status_message(7, {}).sse.partition(b"data: ")
    assert head == b"event: status\r\n"
    assert tail.endswith(b"}\r\nretry: %d\r\n\r\n" % RETRY_MS)


def test_messages_go_together_until_a_chunk_is_full_and_none_is_cut() -> None:
    long = "x" * (CHUNK_BYTES // 2)
    messages = [StreamMessage("event", long, number) for number in range(1, 6)]
    chunks = list(sse_chunks(messages))
    assert [chunk.count(b"\r\n\r\n") for chunk in chunks] == [2, 2, 1]
    assert b"".join(chunks) == b"".join(message.sse for message in messages)
    assert list(sse_chunks([])) == []

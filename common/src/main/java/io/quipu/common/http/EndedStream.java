package io.quipu.common.http;

import io.quipu.common.wire.Json;

/** Watches for the line that says a stream is complete: without it the answer was cut. Not thread-safe. */
public final class EndedStream {

    /** A line about anything is longer. */
    private static final int MAX_LENGTH = 32;

    private boolean ended;

    /** Whether a line is the last: {@code {"end":true}}. */
    public static boolean isEnd(byte[] line) {
        return line.length <= MAX_LENGTH && Boolean.TRUE.equals(Json.read(line, End.class).end());
    }

    private record End(Boolean end) {
    }

    /** Notes a line: nothing may follow the last one. */
    public void line(boolean end) {
        if (ended) {
            throw new UnusableAnswerException("its answer goes on after its end");
        }
        ended = end;
    }

    /** Checks that the last line has come. */
    public void complete() {
        if (!ended) {
            throw new UnusableAnswerException("its answer was cut");
        }
    }
}

package io.quipu.reporting.source;

/** Watches for the line that says a stream is complete: without it the answer was cut. */
final class EndedStream {

    private boolean ended;

    /** Notes a line: nothing may follow the last one. */
    void line(boolean end) {
        if (ended) {
            throw new UnusableAnswerException("its answer goes on after its end");
        }
        ended = end;
    }

    /** Checks that the last line has come. */
    void complete() {
        if (!ended) {
            throw new UnusableAnswerException("its answer was cut");
        }
    }
}

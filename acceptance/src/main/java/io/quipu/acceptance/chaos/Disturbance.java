package io.quipu.acceptance.chaos;

import java.time.Duration;

/**
 * What a {@link Link} does to one exchange, which is a request and its answer.
 *
 * @param kind what
 * @param delay how long it holds back, for the kinds that delay
 * @param chunk the chunk, from 0, that is cut, for the kinds that cut; an exchange with fewer chunks passes
 * @param permille how much of that chunk still passes, in thousandths, rounded down
 */
record Disturbance(Kind kind, Duration delay, int chunk, int permille) {

    /** Nothing is done. */
    static final Disturbance NONE = new Disturbance(Kind.NONE, Duration.ZERO, 0, 0);

    /** The kinds. */
    enum Kind {
        /** Both directions pass. */
        NONE,
        /** The connection is closed before any byte of the request has passed. */
        DROPPED,
        /** The connection is closed in the middle of the request. */
        CUT_IN_REQUEST,
        /** The connection is closed in the middle of the answer, or before its first byte: the request took effect. */
        CUT_IN_ANSWER,
        /** The request is held back. */
        DELAYED_REQUEST,
        /** The answer is held back. */
        DELAYED_ANSWER
    }

    static Disturbance dropped() {
        return new Disturbance(Kind.DROPPED, Duration.ZERO, 0, 0);
    }

    static Disturbance cut(Kind where, int chunk, int permille) {
        return new Disturbance(where, Duration.ZERO, chunk, permille);
    }

    static Disturbance delayed(Kind what, Duration delay) {
        return new Disturbance(what, delay, 0, 0);
    }

    /** How many bytes of a chunk of that length pass before the cut. */
    int passing(int length) {
        return (int) ((long) length * permille / 1000);
    }
}

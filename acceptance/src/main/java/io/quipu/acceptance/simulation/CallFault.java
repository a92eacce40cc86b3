package io.quipu.acceptance.simulation;

/** What can go wrong with a call between processes. */
enum CallFault {
    /** It never arrives. */
    LOST,
    /** It takes effect, and its answer does not arrive, or only half of it. */
    ANSWER_LOST,
    /** It arrives twice: the second time at once, or much later. */
    REPEATED,
    /** The caller gives up on it, and it takes effect later, after calls that were made after it. */
    DELAYED,
    /** It is answered 503. */
    UNAVAILABLE,
    /** It is answered 500, for no good reason. */
    BROKEN
}

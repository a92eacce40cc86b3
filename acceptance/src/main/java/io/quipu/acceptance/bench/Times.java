package io.quipu.acceptance.bench;

/** When usages end and levels begin, in milliseconds since the epoch. */
@FunctionalInterface
interface Times {

    /** When each is sent. */
    Times NOW = (serial, now) -> now;

    /** The time of that serial number. */
    long of(long serial, long now);

    /** All at one time. */
    static Times at(long time) {
        return (serial, now) -> time;
    }

    /** So many, by ascending serial number and at equal distances; from the first time on, which is included, to the last. */
    static Times over(long from, long to, long usages) {
        return (serial, now) -> from + (to - from) * serial / usages;
    }
}

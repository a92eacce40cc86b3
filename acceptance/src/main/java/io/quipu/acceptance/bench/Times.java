package io.quipu.acceptance.bench;

/** When usages end and levels begin, in milliseconds since the epoch. */
@FunctionalInterface
interface Times {

    /** A prime. */
    long STRIDE = 7_919;

    /** When each is sent. */
    Times NOW = (serial, now) -> now;

    /** The time of that serial number. */
    long of(long serial, long now);

    /** All at one time. */
    static Times at(long time) {
        return (serial, now) -> time;
    }

    /**
     * So many, ascending with their serial numbers, spread over the time from the first, which is included, to the last, which is
     * not. Each comes a little later than its turn, up to that of the next: no area under a level is a round one.
     */
    static Times over(long from, long to, long usages) {
        long turn = Math.max(1, (to - from) / usages);
        return (serial, now) -> from + (to - from) * serial / usages + serial * STRIDE % turn;
    }
}

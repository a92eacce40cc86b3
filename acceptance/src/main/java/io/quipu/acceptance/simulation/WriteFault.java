package io.quipu.acceptance.simulation;

/** What can go wrong with a call that writes. */
enum WriteFault {
    /** Nothing is written, and the caller is told that it is unclear. */
    FAILED(false),
    /** Everything is written, and the caller is told that it is unclear. */
    UNCLEAR(false),
    /** Some of it is written, and the caller is told that it is unclear. */
    HALF(true),
    /** The caller is told that it is unclear, and some time later it is written. */
    LATE(false),
    /** The process is killed before anything is written. */
    CRASH_BEFORE(false),
    /** The process is killed after all is written and before it is told. */
    CRASH_AFTER(false),
    /** The process is killed when some of it is written. */
    CRASH_HALF(true),
    /** The process stands still for minutes or hours before it is written. */
    STALLED(false);

    private final boolean bulk;

    WriteFault(boolean bulk) {
        this.bulk = bulk;
    }

    boolean applies(Site site) {
        return !bulk || site.bulk();
    }
}

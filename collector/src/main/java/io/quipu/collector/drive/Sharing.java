package io.quipu.collector.drive;

import io.quipu.collector.log.StoredUsageLog;

/** How the processes on one log share its partitions: by leases, or not at all where there is one process. */
public interface Sharing {

    /**
     * Has the log tell whoever drives what was appended.
     *
     * @throws io.quipu.common.store.StoreException when the store is away
     */
    void start();

    /** Gives up what this process drives. Last of all: after its drivers and its log have drained. */
    void stop();

    /** Of the one process on a log, which drives all of it. */
    static Sharing none(StoredUsageLog log, Drivers drivers) {
        return new Sharing() {
            @Override
            public void start() {
                log.onAppended(drivers::wake);
            }

            @Override
            public void stop() {
                // There is nobody to give anything to.
            }
        };
    }
}

package io.quipu.acceptance.bench;

import java.io.IOException;

/** How much of a load is not in the reports yet. Where the backlog is shared it is told late, so usages are counted instead. */
final class Unprocessed {

    private final Services services;
    private final long before;

    private Unprocessed(Services services, long before) {
        this.services = services;
        this.before = before;
    }

    /** Of a load that has not begun; nothing else is under way. */
    static Unprocessed of(Services services) throws IOException, InterruptedException {
        return new Unprocessed(services, services.deployment().shared() ? services.processed() : 0);
    }

    /** Usages that were accepted and are not in the reports. */
    long usages(Load load) throws IOException, InterruptedException {
        return services.deployment().shared() ? load.accepted() - (services.processed() - before) : services.backlog();
    }
}

package io.quipu.acceptance.simulation;

import java.util.function.BooleanSupplier;

/** What runs in a process. */
interface Service {

    /**
     * Told to stop, as SIGTERM does: takes no more, and finishes what it has begun.
     *
     * @param machine what it runs on
     * @return tells whether it has
     */
    BooleanSupplier stop(Machine machine);
}

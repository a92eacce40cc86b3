package io.quipu.acceptance.simulation;

/** Ends what runs on a machine that is no more: thrown at whatever it would do next, and never caught by it for good. */
final class Killed extends Error {

    private static final long serialVersionUID = 1L;

    Killed() {
        super("the process was killed", null, false, false);
    }
}

package io.quipu.acceptance.simulation;

import java.util.concurrent.Semaphore;

/** One thing that runs on a machine: a request, a driver's turn, a timer. Goes on only when it is its turn. */
final class Fiber {

    final Machine machine;
    final Runnable body;
    final Semaphore turn = new Semaphore(0);
    boolean started;
    boolean ended;

    /** Which wait it is in, so that an event for an earlier one is ignored. */
    long waiting;

    Fiber(Machine machine, Runnable body) {
        this.machine = machine;
        this.body = body;
    }
}

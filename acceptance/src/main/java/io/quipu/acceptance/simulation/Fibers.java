package io.quipu.acceptance.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;

/**
 * Simulated time, and whose turn it is: exactly one fiber runs at any moment, and it runs until it pauses. So everything
 * happens in one order, which follows from the seed alone.
 *
 * <p>The code that is simulated blocks, as it does in production, and what it does must interleave in every order. So a
 * fiber borrows a thread for its stack; the baton that one fiber hands to the next sees to it that there is never more
 * than one at work, as if all were in one thread.
 */
final class Fibers {

    /** Turns after which a run is given up: it will not come to rest. */
    static final long MAX_TURNS = 1_000_000;

    private final ExecutorService threads;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparingLong(Event::order));
    private final Semaphore ended = new Semaphore(0);
    private final List<Throwable> failures = new ArrayList<>();
    private long now;
    private long order;
    private long turns;
    private boolean over;
    private Fiber current;

    /**
     * Nothing yet.
     *
     * @param threads lends threads, as many as there are fibers at a time
     * @param now when simulated time begins
     */
    Fibers(ExecutorService threads, long now) {
        this.threads = threads;
        this.now = now;
    }

    private record Event(long time, long order, Fiber fiber, long waiting) {
    }

    long now() {
        return now;
    }

    Fiber current() {
        return current;
    }

    /** What escaped from fibers. */
    List<Throwable> failures() {
        return failures;
    }

    /** Starts something on a machine, after a while; not at all when the machine is gone by then. */
    Fiber start(Machine machine, long delay, Runnable body) {
        Fiber fiber = new Fiber(machine, body);
        machine.running().add(fiber);
        schedule(fiber, now + delay);
        return fiber;
    }

    /** The running fiber lets time pass, and others run. */
    void pause(long millis) {
        Fiber me = current;
        live(me.machine);
        me.waiting++;
        schedule(me, now + millis);
        yieldTurn(me);
    }

    /** The running fiber waits until it is woken, at most so long. */
    void park(long atMost) {
        pause(atMost);
    }

    /** Ends the wait of a fiber. */
    void wake(Fiber fiber) {
        if (!fiber.ended) {
            fiber.waiting++;
            schedule(fiber, now);
        }
    }

    /** Everything on a machine is to end. */
    void killed(Machine machine) {
        for (Fiber fiber : machine.running()) {
            if (fiber != current) {
                wake(fiber);
            }
        }
    }

    /** Ends the run: whatever would go on from here is ended instead. */
    void stop() {
        over = true;
        for (Event event : List.copyOf(events)) {
            if (event.waiting() == event.fiber().waiting) {
                wake(event.fiber());
            }
        }
    }

    /** Runs until nothing is left to run; called from outside, once. */
    void run() {
        Fiber first = next();
        if (first != null) {
            handTo(first);
            ended.acquireUninterruptibly();
        }
    }

    private void schedule(Fiber fiber, long time) {
        events.add(new Event(time, order++, fiber, fiber.waiting));
    }

    private void yieldTurn(Fiber me) {
        Fiber next = next();
        if (next != me) {
            handTo(next);
            me.turn.acquireUninterruptibly();
        }
        live(me.machine);
    }

    private void live(Machine machine) {
        if (over || !machine.alive()) {
            throw new Killed();
        }
    }

    /** Whose turn it is next; null when there is nobody. */
    private Fiber next() {
        while (true) {
            Event event = events.poll();
            if (event == null) {
                return null;
            }
            Fiber fiber = event.fiber();
            if (event.waiting() != fiber.waiting) {
                continue;
            }
            Machine machine = fiber.machine;
            if (!over && machine.alive() && machine.frozenUntil() > event.time()) {
                schedule(fiber, machine.frozenUntil());
                continue;
            }
            if ((over || !machine.alive()) && !fiber.started) {
                machine.running().remove(fiber);
                continue;
            }
            if (!over && ++turns > MAX_TURNS) {
                failures.add(new IllegalStateException("not at rest after " + MAX_TURNS + " turns"));
                over = true;
            }
            now = Math.max(now, event.time());
            return fiber;
        }
    }

    private void handTo(Fiber fiber) {
        current = fiber;
        if (fiber.started) {
            fiber.turn.release();
        } else {
            fiber.started = true;
            threads.execute(() -> live(fiber));
        }
    }

    private void live(Fiber fiber) {
        try {
            fiber.body.run();
        } catch (Killed end) {
            // As it should be.
        } catch (Throwable failure) {
            failures.add(failure);
        }
        fiber.machine.running().remove(fiber);
        fiber.ended = true;
        fiber.waiting++;
        current = null;
        Fiber next = next();
        if (next == null) {
            ended.release();
        } else {
            handTo(next);
        }
    }
}

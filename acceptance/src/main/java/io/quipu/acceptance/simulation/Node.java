package io.quipu.acceptance.simulation;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A place where a service runs: whenever its process is killed, another one is started, which knows what is on disk and
 * nothing else; unless it is to leave, then it is gone.
 *
 * @param <S> what it offers to callers
 */
final class Node<S extends Service> {

    /** For how long a process that is told to stop may go on. */
    private static final int STOP_SECONDS = 8;

    /** How long a machine has been up at most when a process starts on it, milliseconds. */
    private static final long MAX_UPTIME = 400L * 24 * 3_600_000;

    private final World world;
    private final String name;
    private final Function<Machine, S> boot;
    private final Consumer<Node<S>> onLeft;
    private Machine machine;
    private S service;
    private int incarnation;
    private boolean stopping;
    private boolean leaves;
    private boolean hasStopped;

    /**
     * Nothing runs yet.
     *
     * @param boot starts the service in a process of its own; when it fails, the process ends
     * @param onLeft told when nothing will run here any more
     */
    Node(World world, String name, Function<Machine, S> boot, Consumer<Node<S>> onLeft) {
        this.world = world;
        this.name = name;
        this.boot = boot;
        this.onLeft = onLeft;
    }

    Machine machine() {
        return machine;
    }

    /** What it offers; null while it is not ready. */
    S service() {
        return service;
    }

    /** Whether it is ready and nobody has told it to stop. */
    boolean serves() {
        return service != null && !stopping;
    }

    /** Whether its process is the last one. */
    boolean leaves() {
        return leaves;
    }

    /** Whether the last process that was told to stop has done so before it was killed. */
    boolean hasStopped() {
        return hasStopped;
    }

    void start() {
        Machine started = new Machine(world.fibers(), name + "." + incarnation++, world.delays().skew(),
                world.random().nextLong(MAX_UPTIME), this::killed);
        machine = started;
        world.fibers().start(started, 0, () -> {
            try {
                service = boot.apply(started);
                world.story().tell(started, () -> "is ready");
            } catch (RuntimeException e) {
                world.story().tell(started, () -> "cannot start: " + e.getMessage());
                started.kill();
            }
        });
    }

    /** Its next process is never started. */
    void leave() {
        leaves = true;
    }

    /** SIGTERM, and some seconds later SIGKILL, whatever it does. */
    void stop() {
        Machine stopped = machine;
        stopping = true;
        world.story().tell(stopped, () -> leaves ? "is told to stop for good" : "is told to stop");
        BooleanSupplier finished = service.stop(stopped);
        world.later(0, () -> {
            for (int seconds = 0; seconds < STOP_SECONDS && stopped.alive() && !finished.getAsBoolean(); seconds++) {
                world.pause(1_000);
            }
            hasStopped = finished.getAsBoolean();
            world.story().tell(stopped, () -> hasStopped ? "has stopped" : "has not stopped in time");
            stopped.kill();
        });
    }

    private void killed() {
        service = null;
        stopping = false;
        if (leaves) {
            world.story().tell(machine, () -> "is gone");
            onLeft.accept(this);
            return;
        }
        world.story().tell(machine, () -> "is killed");
        world.later(world.faults().isCalm() ? 0 : world.delays().downtime(), this::start);
    }
}

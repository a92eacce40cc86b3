package io.quipu.acceptance.simulation;

import java.util.function.Function;

/**
 * A place where a service runs: whenever its process is killed, another one is started, which knows what is on disk and
 * nothing else.
 *
 * @param <S> what it offers to callers
 */
final class Node<S> {

    private final World world;
    private final String name;
    private final Function<Machine, S> boot;
    private Machine machine;
    private S service;
    private int incarnation;

    /**
     * Nothing runs yet.
     *
     * @param boot starts the service in a process of its own; when it fails, the process ends
     */
    Node(World world, String name, Function<Machine, S> boot) {
        this.world = world;
        this.name = name;
        this.boot = boot;
    }

    Machine machine() {
        return machine;
    }

    /** What it offers; null while it is not ready. */
    S service() {
        return service;
    }

    void start() {
        Machine started = new Machine(world.fibers(), name + "." + incarnation++, world.skew(), this::killed);
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

    private void killed() {
        service = null;
        world.story().tell(machine, () -> "is killed");
        world.later(world.faults().isCalm() ? 0 : world.downtime(), this::start);
    }
}

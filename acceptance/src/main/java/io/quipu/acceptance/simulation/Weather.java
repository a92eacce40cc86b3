package io.quipu.acceptance.simulation;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What befalls whole processes: they are killed, stand still, are restarted, and have their clocks set; and what an operator or
 * the load does to them: instances come and go.
 */
final class Weather {

    /** How much more often than a write goes wrong. */
    private static final double OFTEN = 5;

    /** How long an operator waits from one instance of a rolling restart to the next, milliseconds. */
    private static final int ROLLING = 20_000;

    private final World world;

    Weather(World world) {
        this.world = world;
    }

    /** Lets things happen from time to time, until it is calm. */
    void blow() {
        long between = Math.max(2_000, world.settings().duration() / 40);
        while (!world.faults().isCalm()) {
            world.pause(1 + world.random().nextLong(2 * between));
            happens("PROCESS KILLED", one(), node -> node.machine().kill());
            happens("PROCESS FROZEN", one(), node -> {
                long millis = world.delays().longDelay();
                world.story().tell(node.machine(), () -> "stands still for " + millis + " ms");
                node.machine().freeze(millis);
            });
            happens("CLOCK SET", one(), node -> node.machine().setSkew(world.delays().skew()));
            happens("PROCESS RESTARTED", one(), Node::stop);
            if (world.faults().happens("MARKS EXPIRED", OFTEN)) {
                world.expiry().expireMarks();
            }
            scale(world.fleets().get(world.random().nextInt(world.fleets().size())));
        }
    }

    private <S extends Service> void scale(Fleet<S> fleet) {
        if (world.faults().happens("FLEET GROWN", OFTEN)) {
            fleet.grow().ifPresent(Node::start);
        }
        if (fleet.mayShrink()) {
            happens("FLEET SHRUNK", one(fleet.nodes()), node -> {
                node.leave();
                node.stop();
            });
        }
        if (fleet.mayShrink()) {
            happens("FLEET LOST_ONE", one(fleet.nodes()), node -> {
                node.leave();
                node.machine().kill();
            });
        }
        if (world.faults().happens("FLEET ROLLED", OFTEN / 2)) {
            List<Node<S>> all = List.copyOf(fleet.nodes());
            world.later(0, () -> roll(all));
        }
    }

    /** Restarts one after the other, without waiting until it is there again. */
    private void roll(List<? extends Node<?>> all) {
        for (Node<?> node : all) {
            if (node.serves()) {
                node.stop();
            }
            world.pause(world.random().nextInt(ROLLING));
        }
    }

    private <N extends Node<?>> void happens(String kind, Optional<N> node, Consumer<N> what) {
        if (node.isPresent() && world.faults().happens(kind, OFTEN)) {
            what.accept(node.get());
        }
    }

    private Optional<Node<?>> one() {
        return one(world.nodes());
    }

    /** Any of some nodes, unless it is down already. */
    private <N extends Node<?>> Optional<N> one(List<N> nodes) {
        return Optional.of(nodes.get(world.random().nextInt(nodes.size()))).filter(Node::serves);
    }
}

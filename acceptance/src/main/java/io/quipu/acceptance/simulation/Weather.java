package io.quipu.acceptance.simulation;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What befalls whole processes: they are killed, stand still, are restarted, and have their clocks set. */
final class Weather {

    /** How much more often than a write goes wrong. */
    private static final double OFTEN = 5;

    private final World world;

    Weather(World world) {
        this.world = world;
    }

    /** Lets things happen from time to time, until it is calm. */
    void blow() {
        long between = Math.max(2_000, world.settings().duration() / 40);
        while (!world.faults().isCalm()) {
            world.pause(1 + world.random().nextLong(2 * between));
            happens("PROCESS KILLED", one(world.nodes()), node -> node.machine().kill());
            happens("PROCESS FROZEN", one(world.nodes()), node -> {
                long millis = world.longDelay();
                world.story().tell(node.machine(), () -> "stands still for " + millis + " ms");
                node.machine().freeze(millis);
            });
            happens("CLOCK SET", one(world.nodes()), node -> node.machine().setSkew(world.skew()));
            happens("PROCESS RESTARTED", one(world.collectors()), node -> {
                world.story().tell(node.machine(), () -> "is told to stop");
                node.service().stop();
            });
            if (world.faults().happens("MARKS EXPIRED", OFTEN)) {
                world.expiry().expireMarks();
            }
        }
    }

    private <N extends Node<?>> void happens(String kind, Optional<N> node, Consumer<N> what) {
        if (node.isPresent() && world.faults().happens(kind, OFTEN)) {
            what.accept(node.get());
        }
    }

    /** Any of some nodes, unless it is down already. */
    private <N extends Node<?>> Optional<N> one(List<N> nodes) {
        return Optional.of(nodes.get(world.random().nextInt(nodes.size()))).filter(node -> node.service() != null);
    }
}

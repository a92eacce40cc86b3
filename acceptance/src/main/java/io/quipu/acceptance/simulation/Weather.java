package io.quipu.acceptance.simulation;

import java.util.List;

/** What befalls whole processes: they are killed, stand still, are restarted, and have their clocks set. */
final class Weather {

    private final World world;

    Weather(World world) {
        this.world = world;
    }

    /** Lets things happen from time to time, until it is calm. */
    void blow() {
        long between = Math.max(2_000, world.settings().duration() / 40);
        while (!world.faults().isCalm()) {
            world.pause(1 + world.random().nextLong(2 * between));
            List<Node<?>> nodes = world.nodes();
            Node<?> node = nodes.get(world.random().nextInt(nodes.size()));
            if (node.service() == null) {
                continue;
            }
            Machine machine = node.machine();
            if (world.faults().happens("PROCESS KILLED", 10)) {
                machine.kill();
            } else if (world.faults().happens("PROCESS FROZEN", 10)) {
                long millis = world.longDelay();
                world.story().tell(machine, () -> "stands still for " + millis + " ms");
                machine.freeze(millis);
            } else if (world.faults().happens("CLOCK SET", 5)) {
                machine.setSkew(world.skew());
            } else if (node.service() instanceof CollectorService collector
                    && world.faults().happens("PROCESS RESTARTED", 10)) {
                world.story().tell(machine, () -> "is told to stop");
                collector.stop();
            }
        }
    }
}

package io.quipu.acceptance.simulation;

import io.quipu.collector.log.DedupMark;
import io.quipu.collector.log.LogTimes;
import io.quipu.common.store.Document;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Position;
import io.quipu.common.wire.Json;
import java.util.List;
import java.util.Optional;

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
            if (world.faults().happens("PROCESS KILLED", OFTEN)) {
                one(world.nodes()).ifPresent(node -> node.machine().kill());
            }
            if (world.faults().happens("PROCESS FROZEN", OFTEN)) {
                long millis = world.longDelay();
                one(world.nodes()).ifPresent(node -> {
                    world.story().tell(node.machine(), () -> "stands still for " + millis + " ms");
                    node.machine().freeze(millis);
                });
            }
            if (world.faults().happens("CLOCK SET", OFTEN)) {
                one(world.nodes()).ifPresent(node -> node.machine().setSkew(world.skew()));
            }
            if (world.faults().happens("PROCESS RESTARTED", OFTEN)) {
                one(world.collectors()).ifPresent(node -> {
                    world.story().tell(node.machine(), () -> "is told to stop");
                    node.service().stop();
                });
            }
            if (world.faults().happens("MARKS EXPIRED", OFTEN)) {
                expireMarks();
            }
        }
    }

    /**
     * Marks go as early as they may: once the usage's end is older than the log time at the cursor less slack and an hour.
     */
    private void expireMarks() {
        for (int p = 0; p < world.settings().partitions(); p++) {
            int partition = p;
            world.cursor(partition).flatMap(at -> world.invariants().segment(partition, Position.segment(at)))
                    .ifPresent(segment -> {
                        long before = segment.time() - world.settings().times().lateness().slack().toMillis()
                                - LogTimes.GRACE.toMillis();
                        world.invariants().marks().forEach(mark -> expire(partition, mark, before));
                    });
        }
    }

    private void expire(int partition, String mark, long before) {
        Optional<Document> document = world.collectorDisk().get(mark);
        long position = document.map(d -> Json.read(d.content(), DedupMark.class).position()).orElse(Position.NONE);
        boolean old = world.invariants().segment(partition, Position.segment(position))
                .filter(segment -> Position.index(position) < segment.usage().size())
                .map(segment -> segment.usage().get(Position.index(position)))
                .filter(usage -> DedupMark.key(usage).equals(mark) && usage.origin().end() < before).isPresent();
        if (old) {
            world.story().tell(world.outside(), () -> mark + " expires");
            world.collectorDisk().write(List.of(new Write.Remove(mark, document.get().version())));
        }
    }

    /** Any of some nodes, unless it is down already. */
    private <N extends Node<?>> Optional<N> one(List<N> nodes) {
        return Optional.of(nodes.get(world.random().nextInt(nodes.size()))).filter(node -> node.service() != null);
    }
}

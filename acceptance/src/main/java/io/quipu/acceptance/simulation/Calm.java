package io.quipu.acceptance.simulation;

import io.quipu.collector.drive.SharedPartitions;
import io.quipu.collector.lease.Leases;
import io.quipu.common.usage.Position;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What leases and signals promise once nothing goes wrong any more: soon every partition is driven by exactly one instance that
 * lives, what was appended is driven, each instance shows that nothing waits, and nobody looks for work more often than is needed.
 */
final class Calm {

    /** Within which the instances agree, at the usual pace, and for what does not depend on it: starting, and slow stores. */
    private static final long AGREED = 60_000;
    private static final long STARTED = 150_000;

    /** Within which what waited is driven: calls that nobody answers, and retries, take their time. */
    private static final long DRAINED = 300_000;

    /** Within which what is appended while all is well is driven; the second one at the usual pace. */
    private static final long DRIVEN = 120_000;
    private static final long SIGNALLED = 10_000;

    /** Within which each instance shows that nothing waits, at the usual pace. */
    private static final long SHOWN = 30_000;

    /** For how long nothing happens, at the usual pace, and how much may be read in it. */
    private static final long QUIET = 60_000;
    private static final long READS_PER_SECOND = 2;

    /** And of each partition, once, to trim what was driven before. */
    private static final long READS_TO_TRIM = 10;

    /** Collectors of which one can leave and another one be killed, and one is left. */
    private static final int ENOUGH = 3;

    private static final long STEP = 250;

    private final World world;
    private final long pace;

    Calm(World world) {
        this.world = world;
        this.pace = world.settings().pace();
    }

    /**
     * Nothing goes wrong any more. A collector that stands still goes on doing so, and its partitions are taken over; whatever else
     * stands still is restarted, as nobody would do without it.
     */
    void begin() {
        for (Node<?> node : world.nodes()) {
            if (node.service() != null && !node.machine().awake() && !(node.service() instanceof CollectorService)) {
                node.machine().kill();
            }
        }
        if (world.collectors().nodes().stream().noneMatch(node -> node.service() != null && node.machine().awake())) {
            // Also one that has stood still since it was started, and may for hours.
            world.collectors().nodes().stream().filter(node -> node.machine().alive() && !node.machine().awake()).findFirst()
                    .ifPresent(node -> node.machine().kill());
        }
        agree();
        Map<Integer, Long> ends = new TreeMap<>();
        partitions().forEach(partition -> ends.put(partition, world.end(partition)));
        // Of what was appended without anybody's knowing, nobody is told.
        boolean untold = Set.of(WriteFault.LATE, WriteFault.UNCLEAR).stream()
                .anyMatch(fault -> world.faults().counts().containsKey(Site.SEGMENT + " " + fault));
        within(DRAINED + SIGNALLED * pace + (untold ? world.settings().look().toMillis() : 0) + behind(), "not all is driven that was appended",
                () -> partitions().allMatch(partition -> world.cursor(partition).orElse(Position.NONE) >= ends.get(partition)));
    }

    /** Everything that was appended by now must be driven soon, since it was signalled. */
    void appended() {
        within(DRIVEN + SIGNALLED * pace, "what was appended while all was well is not driven", world::driven);
    }

    /**
     * One comes and is given its share. One stops and has given its partitions away when it has. One is killed just after it has
     * appended, before it could tell anybody: whoever drives then must find out by itself.
     */
    void comeAndGo(Client client, SubmittedUsage last) {
        Fleet<CollectorService> fleet = world.collectors();
        do {
            fleet.grow().ifPresent(Node::start);
        } while (fleet.nodes().size() < ENOUGH);
        agree();
        fleet.nodes().stream().filter(Node::serves).findFirst().filter(node -> fleet.mayShrink()).ifPresent(this::leave);
        agree();
        world.killAppender();
        client.sendOnce(last);
        within(AGREED * pace + STARTED + DRIVEN, "what one has appended who died is not driven", world::driven);
        agree();
    }

    private void leave(Node<CollectorService> node) {
        String name = node.machine().name();
        node.leave();
        node.stop();
        while (world.collectors().nodes().contains(node)) {
            world.pause(STEP);
        }
        if (node.hasStopped() && world.leases().instance(name).isPresent()) {
            world.violated(name + " has stopped and has not given its partitions away: " + world.leases(), null);
        }
    }

    /** All is driven: each instance must say so, and nobody may do much. */
    void quiet() {
        within(SHOWN * pace + STARTED, "the collectors do not agree that nothing is left to be driven", () -> agreed() && collectors().stream()
                .allMatch(node -> node.service().backlog().shared().backlog() == 0));
        // Who has come last still finds out where the logs end.
        world.pause(SHOWN * pace);
        Map<String, Long> reads = new TreeMap<>();
        collectors().forEach(node -> reads.put(node.machine().name(), node.machine().reads()));
        world.quiet(true);
        world.pause(QUIET * pace);
        world.quiet(false);
        collectors().forEach(node -> {
            long read = node.machine().reads() - reads.getOrDefault(node.machine().name(), 0L);
            if (read > READS_PER_SECOND * QUIET / 1_000 + READS_TO_TRIM * world.settings().partitions()) {
                world.violated(node.machine().name() + " has read " + read + " documents in " + QUIET * pace
                        + " ms in which nothing happened, at " + pace + " times the usual pace", null);
            }
        });
    }

    private void agree() {
        within(AGREED * pace + STARTED, "the collectors do not agree who drives what", this::agreed);
    }

    private List<Node<CollectorService>> collectors() {
        return world.collectors().nodes().stream().filter(node -> node.service() != null && node.machine().awake()).toList();
    }

    /**
     * How long it takes the slowest clock to come to where the logs are, or where the fastest may bring them. A collector whose clock is
     * far behind appends nothing, nor what a snapshot comes to.
     */
    private long behind() {
        LongSummaryStatistics clocks = collectors().stream().mapToLong(node -> node.machine().clock().millis()).summaryStatistics();
        long latest = partitions().mapToLong(world::logTime).max().orElse(0);
        return clocks.getCount() == 0 ? 0 : Math.max(latest, clocks.getMax()) - clocks.getMin();
    }

    private IntStream partitions() {
        return IntStream.range(0, world.settings().partitions());
    }

    /** Those that live, and no others, share the partitions, and know it. That each has one is looked at with every write. */
    private boolean agreed() {
        List<Node<CollectorService>> living = collectors();
        Leases leases = world.leases();
        return leases.instances().stream().map(Leases.Instance::id).collect(Collectors.toSet())
                .equals(living.stream().map(node -> node.machine().name()).collect(Collectors.toSet()))
                && living.stream().allMatch(node -> knows(node, leases));
    }

    private boolean knows(Node<CollectorService> node, Leases leases) {
        List<Integer> given = leases.instance(node.machine().name()).orElseThrow().partitions();
        SharedPartitions known = node.service().shared().orElseThrow();
        return partitions().allMatch(partition -> known.holds(partition) == given.contains(partition));
    }

    private void within(long millis, String otherwise, BooleanSupplier holds) {
        long end = world.fibers().now() + millis;
        while (!holds.getAsBoolean()) {
            if (world.fibers().now() > end) {
                world.violated(otherwise + " within " + millis + " ms of calm; the leases are " + world.leases(), null);
                return;
            }
            world.pause(STEP * pace);
        }
    }
}

package io.quipu.acceptance.simulation;

import io.quipu.accumulator.Keeping;
import io.quipu.aggregator.KeptTotals;
import io.quipu.aggregator.UsageAggregator;
import io.quipu.collector.lease.Leases;
import io.quipu.collector.log.Cursor;
import io.quipu.collector.log.Segment;
import io.quipu.common.plan.CompiledPlans;
import io.quipu.common.running.Reconciled;
import io.quipu.common.running.SnapshotQuery;
import io.quipu.common.running.Unlisted;
import io.quipu.common.stage.Batch;
import io.quipu.common.stage.BatchAnswer;
import io.quipu.common.time.Retention;
import io.quipu.common.usage.AccumulatedUsage;
import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.Position;
import io.quipu.common.usage.Positioned;
import io.quipu.common.wire.Json;
import io.quipu.meter.UsageMeter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Everything there is in one run: time, disks, network, processes and clients, all of it drawn from a seed. The services'
 * code is that of production; what is simulated is what it stands on.
 */
final class World {

    private static final long TO_METER = 60_000;
    private static final long TO_ACCUMULATOR = 45_000;
    private static final long TO_AGGREGATOR = 20_000;

    /** As short as may be: so that every document of a window is written with its expiry. */
    private static final KeptTotals KEPT = new KeptTotals(new Retention("consumers", Retention.MIN_MONTHS),
            new Retention("organizations", Retention.MIN_MONTHS));

    private final Settings settings;
    private final RandomGenerator random;
    private final Faults faults;
    private final Fibers fibers;
    private final Story story;
    private final Machine outside;
    private final Delays delays;
    private final Network network = new Network(this);
    private final Invariants invariants;
    private final Expiry expiry = new Expiry(this);
    private final Disk collectorDisk;
    private final Disk accumulatorDisk;
    private final Disk aggregatorDisk;
    private final Fleet<CollectorService> collectors;
    private final List<String> violations = new ArrayList<>();
    private final List<Fleet<?>> fleets = new ArrayList<>();
    private boolean quiet;
    private boolean killsAppender;
    private int ids;
    private int pending;

    World(SplittableRandom seeded, Settings settings, IntPredicate allowed, boolean told, ExecutorService threads) {
        this.settings = settings;
        this.random = seeded.split();
        this.faults = new Faults(seeded.split(), allowed);
        this.fibers = new Fibers(threads, settings.start());
        this.delays = new Delays(random, settings, faults);
        this.story = new Story(told, fibers::now);
        this.outside = new Machine(fibers, "world", 0, 0, () -> { });
        this.invariants = new Invariants(this);
        this.collectorDisk = new Disk("collector", outside.clock(), invariants);
        this.accumulatorDisk = new Disk("accumulator", outside.clock(), invariants);
        this.aggregatorDisk = new Disk("aggregator", outside.clock(), invariants);
        Fleet<Stage<AccumulatedUsage>> aggregators = fleet("aggregator", settings.others(), machine ->
                new Stage<>(new UsageAggregator(new SimulatedStore(this, machine, aggregatorDisk), plans(), KEPT,
                        machine.clock())::aggregate));
        Fleet<AccumulatorStage> accumulators = fleet("accumulator", settings.others(), machine ->
                new AccumulatorStage(new SimulatedStore(this, machine, accumulatorDisk), plans(),
                        new Keeping(new Retention("instances", Retention.MIN_MONTHS), machine.clock()), fibers, batches ->
                        send(Link.ACCUMULATOR_TO_AGGREGATOR, TO_AGGREGATOR, aggregators, batches, AccumulatedUsage.class)));
        Fleet<Stage<CollectedUsage>> meters = fleet("meter", settings.others(), machine ->
                new Stage<>(new UsageMeter(plans(), batches ->
                        send(Link.METER_TO_ACCUMULATOR, TO_ACCUMULATOR, accumulators, batches, MeteredUsage.class))::meter));
        this.collectors = fleet("collector", settings.collectors(), machine -> new CollectorService(this, machine, batches -> {
            batches.forEach(invariants::driven);
            return send(Link.COLLECTOR_TO_METER, TO_METER, meters, batches, CollectedUsage.class);
        }, (query, unlisted) -> ask(accumulators, query, unlisted)));
    }

    private Reconciled.Counts ask(Fleet<AccumulatorStage> accumulators, SnapshotQuery query,
            Consumer<List<Unlisted.Instance>> unlisted) {
        AccumulatorStage.Told told = network.call(Link.COLLECTOR_TO_ACCUMULATOR, TO_ACCUMULATOR, accumulators,
                accumulator -> accumulator.compare(Json.read(Json.write(query), SnapshotQuery.class)));
        story.tell(fibers.current().machine, () -> "is told " + told + " of " + query);
        told.unlisted().forEach(some -> unlisted.accept(some.unlisted()));
        return told.reconciled();
    }

    private <S extends Service> Fleet<S> fleet(String name, int count, Function<Machine, S> boot) {
        Fleet<S> fleet = new Fleet<>(this, name, count, boot);
        fleets.add(fleet);
        return fleet;
    }

    private static CompiledPlans plans() {
        return new CompiledPlans(CompiledPlans.DEFAULT_CAPACITY);
    }

    private <U extends Positioned, S extends Stage<U>> List<BatchAnswer> send(Link link, long timeout, Fleet<S> to,
            List<Batch<U>> batches, Class<U> type) {
        story.tell(fibers.current().machine, () -> link + batches.stream().map(batch -> " partition " + batch.partition()
                + ", cursor " + batch.cursor() + ", positions " + batch.positions().boxed().toList())
                .collect(Collectors.joining(";")));
        List<BatchAnswer> answers = network.call(link, timeout, to, stage -> stage.take(Network.overTheWire(batches, type)));
        for (int i = 0; i < batches.size(); i++) {
            BatchAnswer answer = answers.get(i);
            if (answer.stale() == null && answer.committedTo() != batches.get(i).lastPosition()) {
                violated(link + " answered " + answer.committedTo() + " to " + batches.get(i).lastPosition(), null);
            }
        }
        return answers;
    }

    /** Something is not as it must be. */
    void violated(String what, Throwable cause) {
        violations.add(what);
        story.tell(outside, () -> "VIOLATION: " + what);
        if (cause != null) {
            story.tell(outside, () -> String.join("\n    ", Arrays.stream(cause.getStackTrace()).limit(12)
                    .map(StackTraceElement::toString).toList()));
        }
    }

    List<String> violations() {
        return violations;
    }

    Settings settings() {
        return settings;
    }

    RandomGenerator random() {
        return random;
    }

    Faults faults() {
        return faults;
    }

    Fibers fibers() {
        return fibers;
    }

    Story story() {
        return story;
    }

    Machine outside() {
        return outside;
    }

    Delays delays() {
        return delays;
    }

    Network network() {
        return network;
    }

    Invariants invariants() {
        return invariants;
    }

    Expiry expiry() {
        return expiry;
    }

    Disk collectorDisk() {
        return collectorDisk;
    }

    Disk accumulatorDisk() {
        return accumulatorDisk;
    }

    Disk aggregatorDisk() {
        return aggregatorDisk;
    }

    Fleet<CollectorService> collectors() {
        return collectors;
    }

    /** All services. */
    List<Fleet<?>> fleets() {
        return fleets;
    }

    /** All instances of all services. */
    List<Node<?>> nodes() {
        List<Node<?>> nodes = new ArrayList<>();
        fleets.forEach(fleet -> nodes.addAll(fleet.nodes()));
        return nodes;
    }

    String nextId() {
        return "w" + ids++;
    }

    void pause(long millis) {
        fibers.pause(millis);
    }

    /** Something that happens some time later, whoever is alive then. */
    void later(long millis, Runnable what) {
        pending++;
        fibers.start(outside, millis, () -> {
            try {
                what.run();
            } finally {
                pending--;
            }
        });
    }

    /** Where the cursor of a partition stands; empty while it is at the beginning. */
    Optional<Long> cursor(int partition) {
        return collectorDisk.get(Keys.cursor(partition)).map(d -> Json.read(d.content(), Cursor.class).position());
    }

    /** The last position of a partition's log. */
    long end(int partition) {
        return invariants.last(partition).filter(last -> !last.usage().isEmpty())
                .map(last -> Position.of(last.segment(), last.usage().size() - 1)).orElse(Position.NONE);
    }

    /** The time of a partition's log; 0 when it is empty. */
    long logTime(int partition) {
        return invariants.last(partition).map(Segment::time).orElse(0L);
    }

    /** Whether every cursor has come to the end of its log. */
    boolean driven() {
        return IntStream.range(0, settings.partitions())
                .allMatch(partition -> cursor(partition).orElse(Position.NONE) >= end(partition));
    }

    /** Who drives what, as it is written down. */
    Leases leases() {
        return collectorDisk.get(Keys.leases()).map(d -> Json.read(d.content(), Leases.class))
                .orElse(new Leases(Leases.VERSION, List.of()));
    }

    /** Whoever appends next is killed once that is durable. */
    void killAppender() {
        killsAppender = true;
    }

    /** Whether that is about to happen now; then not again. */
    boolean killsAppender() {
        boolean kills = killsAppender;
        killsAppender = false;
        return kills;
    }

    /** Whether nothing happens at all. */
    void quiet(boolean is) {
        quiet = is;
    }

    boolean isQuiet() {
        return quiet;
    }

    /** Things that are still to happen {@link #later}. */
    int pending() {
        return pending;
    }

    void races(Site site) {
        faults.count(site + " RACED");
    }
}

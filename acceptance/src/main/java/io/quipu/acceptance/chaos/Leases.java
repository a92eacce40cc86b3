package io.quipu.acceptance.chaos;

import io.quipu.acceptance.process.Instance;
import io.quipu.acceptance.process.Place;
import io.quipu.acceptance.process.Ports;
import io.quipu.acceptance.process.StoreServer;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator.SplittableGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Shows with real processes, two of each service on a shared store, how collectors share the partitions: what each drives when one
 * joins, is killed or is stopped; that the backlog per instance rises under load and falls when another one joins; and how little
 * a deployment reads that has nothing to do. Everything is read from the services' own metrics.
 */
public final class Leases {

    /** Partitions of the log. */
    static final int PARTITIONS = 64;

    private static final int INSTANCES = 2;
    private static final Instance FIRST = new Instance(Ports.COLLECTOR, 1);
    private static final Instance SECOND = new Instance(Ports.COLLECTOR, 2);
    private static final int CLIENTS = 8;
    private static final Duration READY = Duration.ofMinutes(3);
    private static final Duration CALM = Client.PATIENCE.plusSeconds(30);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration DRAINED = Duration.ofMinutes(5);

    /** In which another instance's share is taken over, and is given to one that joins. */
    private static final Duration SHARED = Duration.ofSeconds(10);
    /** From the end of an instance that was asked to end: a beat, and as much for reading it here. */
    private static final Duration AT_ONCE = Duration.ofSeconds(3);
    /** How long one collector takes usage alone, at least. */
    private static final Duration ALONE = Duration.ofSeconds(20);
    /** How long two do. */
    private static final Duration TOGETHER = Duration.ofSeconds(20);
    private static final Duration SETTLED = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final String READS = "quipu_store_reads_total";
    private static final BigDecimal IDLE_READS = new BigDecimal(2);

    private final Place place;
    private final Clock clock;
    private final PrintStream out;
    private final SplittableGenerator random;
    private final Topology topology;
    private final Verdict verdict = new Verdict();
    private final Tally answers = new Tally();
    private final Ledger ledger = new Ledger();
    private final List<Sample> samples = new ArrayList<>();

    /**
     * What the first collector says at a moment.
     *
     * @param instances how many collectors there are
     * @param perInstance the backlog of all of them over their number
     * @param backlog of all of them
     */
    private record Sample(int instances, BigDecimal perInstance, BigDecimal backlog) {
    }

    private Leases(Place place, long seed, Clock clock, PrintStream out) {
        this.place = place;
        this.clock = clock;
        this.out = out;
        this.random = RandomGeneratorFactory.<SplittableGenerator>of("L64X128MixRandom").create(seed);
        this.topology = new Topology(place.offset(), INSTANCES, Set.of());
    }

    /**
     * Runs, and prints what was seen.
     *
     * @param seed what usage is drawn from
     * @param clock the time that usage is drawn around; the services read the machine's
     * @return whether everything was as it has to be
     * @throws IOException when the services cannot be started
     */
    public static boolean run(Place place, long seed, Clock clock, PrintStream out)
            throws IOException, InterruptedException {
        return new Leases(place, seed, clock, out).run();
    }

    private boolean run() throws IOException, InterruptedException {
        try (Fleet fleet = new Fleet(place, topology, List.of(), random.split(), new Tally(),
                duration -> Thread.sleep(duration.toMillis()))) {
            Runtime.getRuntime().addShutdownHook(new Thread(fleet::close));
            fleet.quiet();
            Endpoints endpoints = new Endpoints(topology, fleet.roster());
            fleet.roster().left(SECOND);
            fleet.startStore(READY);
            fleet.start();
            awaitReady(fleet, endpoints);
            awaitShares(endpoints, "one collector alone", System.nanoTime(), SHARED, Map.of(FIRST, PARTITIONS));
            share(fleet, endpoints);
            load(fleet, endpoints);
            idle(endpoints);
        }
        out.print(verdict.text());
        return verdict.clean();
    }

    private void awaitReady(Fleet fleet, Endpoints endpoints) throws IOException, InterruptedException {
        List<String> waiting = fleet.notReady(READY, instance -> Chaos.ready(endpoints, instance),
                duration -> Thread.sleep(duration.toMillis()));
        if (!waiting.isEmpty()) {
            throw new IOException("not ready within " + READY.toSeconds() + " s: " + String.join(", ", waiting)
                    + "; the logs are in " + place.data().resolve("logs"));
        }
    }

    /** A second collector joins, is killed, joins again, and is stopped. */
    private void share(Fleet fleet, Endpoints endpoints) throws IOException, InterruptedException {
        Map<Instance, Integer> halves = new LinkedHashMap<>();
        halves.put(FIRST, PARTITIONS / 2);
        halves.put(SECOND, PARTITIONS / 2);
        join(fleet, endpoints);
        awaitShares(endpoints, "a second one joins", System.nanoTime(), SHARED, halves);

        long killed = System.nanoTime();
        fleet.service(SECOND).kill();
        awaitShares(endpoints, "the second one is killed", killed, SHARED, Map.of(FIRST, PARTITIONS));

        join(fleet, endpoints);
        awaitShares(endpoints, "it joins again", System.nanoTime(), SHARED, halves);

        long asked = System.nanoTime();
        if (!fleet.service(SECOND).terminate(ServiceFaults.GRACE)) {
            verdict.wrong("a collector with nothing to do had not ended " + ServiceFaults.GRACE.toSeconds()
                    + " s after a SIGTERM");
        }
        out.println("  SIGTERM: ended after " + seconds(System.nanoTime() - asked) + " s");
        awaitShares(endpoints, "it was stopped", System.nanoTime(), AT_ONCE, Map.of(FIRST, PARTITIONS));
    }

    private void join(Fleet fleet, Endpoints endpoints) throws IOException, InterruptedException {
        fleet.start(SECOND);
        awaitReady(fleet, endpoints);
    }

    /** Waits until each drives as many partitions as it has to, and all know how many they are. */
    private void awaitShares(Endpoints endpoints, String what, long since, Duration within, Map<Instance, Integer> expected)
            throws InterruptedException {
        Map<String, String> found = new LinkedHashMap<>();
        boolean reached = false;
        long now = since;
        while (!reached && now - since < within.multipliedBy(2).toNanos()) {
            found.clear();
            reached = true;
            for (Map.Entry<Instance, Integer> share : expected.entrySet()) {
                BigDecimal partitions = metric(endpoints, share.getKey(), "quipu_collector_partitions");
                BigDecimal instances = metric(endpoints, share.getKey(), "quipu_collector_instances");
                found.put(share.getKey().name(), partitions.toPlainString() + " of " + PARTITIONS);
                reached &= partitions.compareTo(BigDecimal.valueOf(share.getValue())) == 0
                        && instances.compareTo(BigDecimal.valueOf(expected.size())) == 0;
            }
            now = System.nanoTime();
            if (!reached) {
                Thread.sleep(POLL.toMillis());
            }
        }
        out.println("  " + what + ": " + found + " after " + seconds(now - since) + " s");
        if (!reached || now - since > within.toNanos()) {
            verdict.wrong(what + ", and the partitions are not shared as they should be within " + within.toSeconds() + " s: "
                    + found);
        }
    }

    /** Clients post as much as they can, to one collector and then to two. */
    private void load(Fleet fleet, Endpoints endpoints) throws IOException, InterruptedException {
        List<Offer> offers = new Provisioner(endpoints).provision();
        Phase phase = new Phase();
        Crew crew = new Crew(verdict);
        for (int i = 0; i < CLIENTS; i++) {
            Client client = new Client(1, new UsageSource(i, CLIENTS, offers, random.split(), clock), random.split(), endpoints,
                    ledger, answers, verdict);
            crew.start("client " + i, () -> client.run(phase));
        }
        out.println("  backlog ÷ instances under load, every " + LOOK.toSeconds() + " s");
        long begin = System.nanoTime();
        look(endpoints, begin, ALONE);
        fleet.start(SECOND);
        while (!Chaos.ready(endpoints, SECOND)) {
            look(endpoints, begin, LOOK);
        }
        fleet.roster().joined(SECOND);
        out.println("  the second one is ready");
        look(endpoints, begin, TOGETHER);
        phase.end();
        crew.join(CALM);
        out.println("  the load ends");
        long deadline = System.nanoTime() + DRAINED.toNanos();
        while (endpoints.backlog().signum() != 0 && System.nanoTime() < deadline) {
            look(endpoints, begin, LOOK);
        }
        look(endpoints, begin, LOOK.multipliedBy(2));
        judge();
    }

    /** Looks every other second for that long. */
    private void look(Endpoints endpoints, long begin, Duration duration) throws InterruptedException {
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() - end < 0) {
            Thread.sleep(LOOK.toMillis());
            Sample sample = new Sample(metric(endpoints, FIRST, "quipu_collector_instances").intValue(),
                    metric(endpoints, FIRST, "quipu_collector_backlog_per_instance_usages"),
                    metric(endpoints, FIRST, "quipu_collector_backlog_usages"));
            samples.add(sample);
            out.println(String.format(Locale.ROOT, "  %6s s  %,10.1f  (instances %d, backlog %,.0f)",
                    seconds(System.nanoTime() - begin), sample.perInstance(), sample.instances(), sample.backlog()));
        }
    }

    /** It rises while one collector is alone, is less when there are two, and nothing is left in the end. */
    private void judge() {
        List<Sample> alone = samples.stream().filter(sample -> sample.instances() == 1).toList();
        Sample first = alone.get(0);
        Sample last = alone.get(alone.size() - 1);
        if (last.perInstance().compareTo(first.perInstance()) <= 0) {
            verdict.wrong("the load was too small to show anything: the backlog of one collector did not rise");
        }
        Sample shared = samples.stream().filter(sample -> sample.instances() == INSTANCES)
                .max(Comparator.comparing(Sample::perInstance)).orElse(last);
        if (shared.perInstance().compareTo(last.perInstance()) >= 0) {
            verdict.wrong("the backlog per instance did not fall when a second one joined: " + last + ", then " + shared);
        }
        Sample end = samples.get(samples.size() - 1);
        if (end.perInstance().signum() != 0) {
            verdict.wrong("there is a backlog after the load: " + end);
        }
    }

    /** Nothing is posted, nothing is asked for; and the last that was has been looked after. */
    private void idle(Endpoints endpoints) throws InterruptedException {
        Thread.sleep(SETTLED.toMillis());
        Map<Instance, BigDecimal> before = new LinkedHashMap<>();
        for (String service : StoreServer.STORING) {
            for (Instance instance : topology.of(service)) {
                before.put(instance, metric(endpoints, instance, READS));
            }
        }
        long begin = System.nanoTime();
        Thread.sleep(IDLE.toMillis());
        out.println("  reads a second and instance, idle for " + IDLE.toSeconds() + " s");
        for (Map.Entry<Instance, BigDecimal> reads : before.entrySet()) {
            BigDecimal after = metric(endpoints, reads.getKey(), READS);
            BigDecimal each = after.subtract(reads.getValue())
                    .divide(new BigDecimal(seconds(System.nanoTime() - begin)), 2, RoundingMode.HALF_UP);
            out.println("    " + reads.getKey().name() + " " + each);
            if (reads.getValue().signum() < 0 || after.signum() < 0) {
                verdict.wrong(reads.getKey().name() + " does not tell what it reads");
            } else if (each.compareTo(IDLE_READS) >= 0) {
                verdict.wrong(reads.getKey().name() + " reads " + each + " documents a second though it is idle");
            }
        }
    }

    /** As an instance says, or below everything while it does not. */
    private static BigDecimal metric(Endpoints endpoints, Instance instance, String name) throws InterruptedException {
        return endpoints.metric(instance, name).orElse(BigDecimal.ONE.negate());
    }

    private static String seconds(long nanos) {
        return BigDecimal.valueOf(nanos).divide(BigDecimal.valueOf(1_000_000_000L), 1, RoundingMode.HALF_UP).toPlainString();
    }
}

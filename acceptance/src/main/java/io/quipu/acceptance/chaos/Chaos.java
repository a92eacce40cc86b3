package io.quipu.acceptance.chaos;

import io.quipu.acceptance.process.Instance;
import io.quipu.acceptance.process.Ports;
import io.quipu.acceptance.process.ServiceProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator.SplittableGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A run: starts the services and provisions them, lets clients post and everything fail for a while, waits until all is
 * quiet and the backlog is empty, and compares. Every choice is drawn from the seed, in the order in which each actor comes
 * to it; the timing is that of the machine.
 */
public final class Chaos {

    private static final int CLIENTS = 6;
    private static final int READERS = 2;
    private static final Duration READY = Duration.ofSeconds(120);
    private static final Duration BACKLOG = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(200);
    /** A collector that has just started may not have counted all of its partitions yet. */
    private static final Duration EMPTY = Duration.ofSeconds(1);
    /** Where several share a backlog, each knows of the others' as of their last beat, every other second, or of the one before. */
    private static final Duration EMPTY_OF_SEVERAL = Duration.ofSeconds(4);
    /** From the last fault on: processes that were just killed start within this time, too. */
    private static final Duration CONVERGENCE = Duration.ofSeconds(60);
    private static final Duration PROGRESS = Duration.ofSeconds(10);
    /** So that nothing that had begun is cut off: every fault, every wait of a client. */
    private static final Duration CALM = Client.PATIENCE.plus(ServiceFaults.GRACE).plusSeconds(30);

    private final ChaosOptions options;
    private final Clock clock;
    private final PrintStream out;
    /** From here on every kind of fault must have happened to some process. */
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(1);
    /** From here on every instance that was to must have come up in time, and one have left. */
    private static final Duration LONG_ENOUGH_TO_SCALE = Duration.ofMinutes(2);

    private final Tally faults = new Tally();
    private final Tally answers = new Tally();
    private final Verdict verdict = new Verdict();
    private final Phase phase = new Phase();
    private final Ledger ledger = new Ledger();
    private long quiet;

    private Chaos(ChaosOptions options, Clock clock, PrintStream out) {
        this.options = options;
        this.clock = clock;
        this.out = out;
    }

    /**
     * Runs, and prints what was done and what came out of it.
     *
     * @param clock the time that usage is drawn around; the services read the machine's
     * @return whether everything was right
     * @throws IOException when the services cannot be started
     */
    public static boolean run(ChaosOptions options, Clock clock, PrintStream out)
            throws IOException, InterruptedException {
        return new Chaos(options, clock, out).run();
    }

    private boolean run() throws IOException, InterruptedException {
        SplittableGenerator random = RandomGeneratorFactory
                .<SplittableGenerator>of("L64X128MixRandom").create(options.seed());
        Topology topology = new Topology(options.place().offset(), options.instances(), growing(random));
        out.println("chaos for " + options.chaos().toSeconds() + " s, seed " + options.seed()
                + (options.instances() == 1 ? "" : ", " + options.instances() + " instances of each service on a shared store"));
        try (Fleet fleet = new Fleet(options.place(), topology, Fleet.IMPATIENT, random.split(), faults,
                duration -> Thread.sleep(duration.toMillis()))) {
            // The command may be interrupted at any time: no process stays behind.
            Runtime.getRuntime().addShutdownHook(new Thread(fleet::close));
            Endpoints endpoints = new Endpoints(topology, fleet.roster());
            fleet.startStore(READY);
            fleet.start();
            awaitReady(fleet, endpoints);
            List<Offer> offers = new Provisioner(endpoints).provision();
            fail(fleet, endpoints, topology, offers, random);
            settle(fleet, endpoints);
            disturbed(topology);
            String compared = new Reckoning(endpoints, clock, answers, verdict).reckon(ledger);
            if (fleet.storeLost()) {
                verdict.wrong("the shared store has ended by itself, so nothing above means anything");
            }
            terminate(fleet);
            out.print("\nfaults\n" + faults.table() + "\nanswers\n" + answers.table() + "\n" + compared + "\n");
        }
        out.print(verdict.text());
        return verdict.clean();
    }

    /** With several instances the collector gets one more; in a long run another service, too. */
    private Set<String> growing(SplittableGenerator random) {
        if (options.instances() == 1) {
            return Set.of();
        }
        List<String> others = Ports.SERVICES.stream().filter(service -> !service.equals(Ports.COLLECTOR)).toList();
        return longEnough() ? Set.of(Ports.COLLECTOR, others.get(random.nextInt(others.size()))) : Set.of(Ports.COLLECTOR);
    }

    private boolean longEnough() {
        return options.chaos().compareTo(LONG_ENOUGH) >= 0;
    }

    /** A run long enough for it in which a kind of fault never happened shows nothing of that kind. */
    private void disturbed(Topology topology) {
        if (longEnough()) {
            for (String kind : ServiceFaults.KINDS) {
                if (faults.of(kind) == 0) {
                    verdict.wrong("no process was " + kind + ", so this shows nothing of it");
                }
            }
        }
        if (options.chaos().compareTo(LONG_ENOUGH_TO_SCALE) >= 0) {
            for (String kind : List.of(Scaling.JOINED, Scaling.LEFT)) {
                if (faults.of(kind) < topology.growing().size()) {
                    verdict.wrong("not every instance that was to has " + kind + ", so this shows nothing of it");
                }
            }
        }
    }

    private void awaitReady(Fleet fleet, Endpoints endpoints) throws IOException, InterruptedException {
        List<String> waiting = fleet.notReady(READY, instance -> ready(endpoints, instance),
                duration -> Thread.sleep(duration.toMillis()));
        if (!waiting.isEmpty()) {
            throw new IOException("not ready within " + READY.toSeconds() + " s: " + String.join(", ", waiting)
                    + "; the logs are in " + options.place().data().resolve("logs"));
        }
    }

    private void fail(Fleet fleet, Endpoints endpoints, Topology topology, List<Offer> offers, SplittableGenerator random)
            throws InterruptedException {
        Crew crew = new Crew(verdict);
        for (int i = 0; i < CLIENTS; i++) {
            Client client = new Client(Client.MAX_PEACE_MILLIS, new UsageSource(i, CLIENTS, offers, random.split(), clock),
                    random.split(), endpoints, ledger, answers, verdict);
            crew.start("client " + i, () -> client.run(phase));
        }
        for (int i = 0; i < READERS; i++) {
            ReportReader reader = new ReportReader(random.split(), endpoints, answers, verdict);
            crew.start("reader " + i, () -> reader.run(phase));
        }
        for (Instance instance : fleet.instances()) {
            ServiceFaults ofInstance = new ServiceFaults(fleet.service(instance), options.instances(),
                    () -> fleet.roster().of(instance.service()).contains(instance), random.split(), phase, faults, verdict);
            crew.start("faults of " + instance.name(), ofInstance::run);
        }
        for (Link link : fleet.links()) {
            LinkOutages outages = new LinkOutages(link, random.split(), phase);
            crew.start("outages of " + link.name(), outages::run);
        }
        for (Instance joining : topology.later()) {
            Scaling scaling = new Scaling(fleet, joining, random.split(), faults, verdict);
            crew.start("scaling of " + joining.service(),
                    () -> scaling.run(phase, options.chaos(), instance -> ready(endpoints, instance)));
        }
        long end = System.nanoTime() + options.chaos().toNanos();
        for (long left = options.chaos().toMillis(); left > 0; left = Duration.ofNanos(end - System.nanoTime()).toMillis()) {
            phase.await(Duration.ofMillis(Math.min(left, PROGRESS.toMillis())));
            out.println("progress usages=" + ledger.entries().size() + " answers=" + answers.of(Client.ANSWERED)
                    + " faults=" + faults.total());
        }
        phase.end();
        fleet.quiet();
        quiet = System.nanoTime();
        out.println("quiet");
        crew.join(CALM);
    }

    /** All run, and nothing is left to drive. */
    private void settle(Fleet fleet, Endpoints endpoints) throws IOException, InterruptedException {
        fleet.start();
        out.println("every client has its answers after " + seconds(quiet) + " s of quiet");
        awaitReady(fleet, endpoints);
        out.println("every instance is ready after " + seconds(quiet) + " s of quiet");
        Duration steady = options.instances() == 1 ? EMPTY : EMPTY_OF_SEVERAL;
        long deadline = System.nanoTime() + BACKLOG.toNanos();
        long since = System.nanoTime();
        BigDecimal backlog = endpoints.backlog();
        while (backlog.signum() != 0 || System.nanoTime() - since < steady.toNanos()) {
            if (System.nanoTime() - deadline > 0) {
                verdict.wrong("the backlog is still " + backlog + " after " + seconds(quiet) + " s of quiet");
                return;
            }
            Thread.sleep(POLL.toMillis());
            long before = System.nanoTime();
            backlog = endpoints.backlog();
            since = backlog.signum() == 0 ? since : before;
        }
        long converged = Duration.ofNanos(since - quiet).toSeconds();
        out.println("the backlog is empty after " + converged + " s of quiet");
        if (converged > CONVERGENCE.toSeconds()) {
            verdict.wrong("it took " + converged + " s of quiet until the backlog was empty, more than "
                    + CONVERGENCE.toSeconds());
        }
    }

    private static long seconds(long since) {
        return Duration.ofNanos(System.nanoTime() - since).toSeconds();
    }

    static boolean ready(Endpoints endpoints, Instance instance) {
        try {
            return endpoints.ready(instance);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The collector first: then nothing new comes while the others finish. */
    private void terminate(Fleet fleet) throws InterruptedException {
        List<Instance> instances = new ArrayList<>(fleet.instances());
        Collections.reverse(instances);
        for (Instance instance : instances) {
            ServiceProcess service = fleet.service(instance);
            if (!service.left() && !service.terminate(ServiceFaults.GRACE)) {
                verdict.wrong(service.name() + " had not ended " + ServiceFaults.GRACE.toSeconds()
                        + " s after the last SIGTERM");
            }
        }
    }
}

package io.quipu.acceptance.chaos;

import io.quipu.acceptance.process.ServiceProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
    private static final int EMPTY_POLLS = 5;
    private static final Duration PROGRESS = Duration.ofSeconds(10);
    /** So that nothing that had begun is cut off: every fault, every wait of a client. */
    private static final Duration CALM = Client.PATIENCE.plus(ServiceFaults.GRACE).plusSeconds(30);

    private final ChaosOptions options;
    private final Clock clock;
    private final PrintStream out;
    /** From here on every kind of fault must have happened to some process. */
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(1);

    private final Tally faults = new Tally();
    private final Tally answers = new Tally();
    private final Verdict verdict = new Verdict();
    private final Phase phase = new Phase();
    private final Ledger ledger = new Ledger();
    private final Endpoints endpoints;

    private Chaos(ChaosOptions options, Clock clock, PrintStream out) {
        this.options = options;
        this.clock = clock;
        this.out = out;
        this.endpoints = new Endpoints(new Topology(options.offset()));
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
        out.println("chaos for " + options.chaos().toSeconds() + " s, seed " + options.seed());
        try (Fleet fleet = new Fleet(options, random.split(), faults, duration -> Thread.sleep(duration.toMillis()))) {
            // The command may be interrupted at any time: no process stays behind.
            Runtime.getRuntime().addShutdownHook(new Thread(fleet::close));
            fleet.start();
            awaitReady(fleet);
            List<Offer> offers = new Provisioner(endpoints).provision();
            fail(fleet, offers, random);
            settle(fleet);
            disturbed();
            String compared = new Reckoning(endpoints, clock, answers, verdict).reckon(ledger);
            terminate(fleet);
            out.print("\nfaults\n" + faults.table() + "\nanswers\n" + answers.table() + "\n" + compared + "\n");
        }
        out.print(verdict.text());
        return verdict.clean();
    }

    /** A run long enough for it in which a kind of fault never happened shows nothing of that kind. */
    private void disturbed() {
        if (options.chaos().compareTo(LONG_ENOUGH) >= 0) {
            for (String kind : ServiceFaults.KINDS) {
                if (faults.of(kind) == 0) {
                    verdict.wrong("no process was " + kind + ", so this shows nothing of it");
                }
            }
        }
    }

    private void awaitReady(Fleet fleet) throws IOException, InterruptedException {
        List<String> waiting =
                fleet.notReady(READY, this::ready, duration -> Thread.sleep(duration.toMillis()));
        if (!waiting.isEmpty()) {
            throw new IOException("not ready within " + READY.toSeconds() + " s: " + String.join(", ", waiting)
                    + "; the logs are in " + options.data().resolve("logs"));
        }
    }

    private void fail(Fleet fleet, List<Offer> offers, SplittableGenerator random)
            throws IOException, InterruptedException {
        Crew crew = new Crew(verdict);
        for (int i = 0; i < CLIENTS; i++) {
            Client client = new Client(new UsageSource(i, CLIENTS, offers, random.split(), clock), random.split(), endpoints,
                    ledger, answers, verdict);
            crew.start("client " + i, () -> client.run(phase));
        }
        for (int i = 0; i < READERS; i++) {
            ReportReader reader = new ReportReader(random.split(), endpoints, answers, verdict);
            crew.start("reader " + i, () -> reader.run(phase));
        }
        for (ServiceProcess service : fleet.services()) {
            ServiceFaults ofService = new ServiceFaults(service, random.split(), phase, faults, verdict);
            crew.start("faults of " + service.name(), ofService::run);
        }
        for (Link link : fleet.links()) {
            LinkOutages outages = new LinkOutages(link, random.split(), phase);
            crew.start("outages of " + link.name(), outages::run);
        }
        long end = System.nanoTime() + options.chaos().toNanos();
        for (long left = options.chaos().toMillis(); left > 0; left = Duration.ofNanos(end - System.nanoTime()).toMillis()) {
            phase.await(Duration.ofMillis(Math.min(left, PROGRESS.toMillis())));
            out.println("progress usages=" + ledger.entries().size() + " answers=" + answers.of(Client.ANSWERED)
                    + " faults=" + faults.total());
        }
        phase.end();
        fleet.quiet();
        out.println("quiet");
        crew.join(CALM);
    }

    /** All run, and nothing is left to drive. */
    private void settle(Fleet fleet) throws IOException, InterruptedException {
        fleet.start();
        awaitReady(fleet);
        long deadline = System.nanoTime() + BACKLOG.toNanos();
        int empty = 0;
        while (empty < EMPTY_POLLS) {
            if (System.nanoTime() > deadline) {
                verdict.wrong("the backlog is still " + endpoints.backlog() + " after " + BACKLOG.toSeconds() + " s");
                return;
            }
            empty = endpoints.backlog().signum() == 0 ? empty + 1 : 0;
            Thread.sleep(POLL.toMillis());
        }
        out.println("the backlog is empty");
    }

    private boolean ready(ServiceProcess service) {
        try {
            return endpoints.ready(service.name());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The collector first: then nothing new comes while the others finish. */
    private void terminate(Fleet fleet) throws InterruptedException {
        List<ServiceProcess> services = new ArrayList<>(fleet.services());
        Collections.reverse(services);
        for (ServiceProcess service : services) {
            if (!service.terminate(ServiceFaults.GRACE)) {
                verdict.wrong(service.name() + " had not ended " + ServiceFaults.GRACE.toSeconds()
                        + " s after the last SIGTERM");
            }
        }
    }
}

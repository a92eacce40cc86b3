package io.quipu.acceptance.bench;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The scenarios by name, in the order in which they are run. */
final class Scenarios {

    /** Posted one at a time. */
    static final String SINGLE = "single documents";

    /** Posted one at a time, too. */
    static final String BATCH = "batches of 100";

    /** The beginning of a long load, and its end. */
    static final String FIRST = "first";

    /** The end of a long load. */
    static final String LAST = "last";

    /** The one that starts the services itself. */
    static final String START = "start";

    /** One that is run only when it was asked for. */
    static final String SOAK = "soak";

    /** An open loop at half of what batches of 100 reach. */
    static final String HALF_LOAD = "half-load";

    /** An open loop at half of what must be visible. */
    static final String STEADY_LOAD = "steady-load";

    /** Usages a second that must be visible in reports. */
    static final int MUST_BE_VISIBLE = 6_000;

    /** What each is. */
    static final Map<String, Scenario> NAMES = new LinkedHashMap<>();

    private static final int ORGANIZATIONS = 100;
    static final int FEW_ORGANIZATIONS = 20;
    static final int SPACES = 2;
    static final int CONSUMERS = 10;
    static final int HUNDRED = 100;
    /** What a load that outruns the pipeline leaves behind must be driven in reasonable time. */
    static final long MOST = 200_000;
    /** Until the services' compilers have hardly anything left to do. */
    private static final long WARM = 800_000;
    /** One organization is one partition, which is driven by one thread. */
    private static final long MOST_OF_ONE = 60_000;
    static final int BATCH_CONNECTIONS = 4;
    private static final int OPEN_CONNECTIONS = 16;
    private static final Duration SOAK_UNLESS_SAID = Duration.ofMinutes(10);

    static {
        add(START, "start of all five services on no data", Scenarios::start);
        add("singles-1", "single documents over 1 connection, 20 organizations", run -> singles(run, 1));
        add("singles-50", "single documents over 50 connections, in turns with an empty endpoint", Scenarios::share);
        add("singles-200", "single documents over 200 connections, 20 organizations", run -> singles(run, 200));
        add("batch-100", "batches of 100, each over 100 organizations", run -> batches(run, "batch-100", HUNDRED,
                shape("batch-100", ORGANIZATIONS)));
        add("batch-100-own", "batches of 100, each of one of 100 organizations", run -> batches(run, "batch-100-own",
                HUNDRED, new Traffic.Shape("batch-100-own", ORGANIZATIONS, SPACES, CONSUMERS, HUNDRED, Times.NOW, Offer.BUILT_IN)));
        add("batch-1000", "batches of 1,000, each over 100 organizations", run -> batches(run, "batch-1000", 1_000,
                shape("batch-1000", ORGANIZATIONS)));
        for (int organizations : new int[] {1, 20, 1_000}) {
            add("orgs-" + organizations, "batches of 100 over " + organizations + " organizations",
                    run -> batches(run, "orgs-" + organizations, HUNDRED, shape("orgs-" + organizations, organizations)));
        }
        for (int consumers : new int[] {1, 10, 100, 1_000, 10_000}) {
            add("consumers-" + consumers, "an organization of " + consumers + " consumers: bytes written, reports",
                    run -> oneOrganization(run, "consumers-" + consumers, 1, consumers));
        }
        for (int spaces : new int[] {1, 10, 100}) {
            add("spaces-" + spaces, "an organization of " + spaces + " spaces and 100 consumers: bytes written, reports",
                    run -> oneOrganization(run, "spaces-" + spaces, spaces, HUNDRED));
        }
        add("month-start", "usage of the first day of last month", run -> Month.day(run, "month-start", 1));
        add("month-end", "usage of the last day of last month", run -> Month.day(run, "month-end", 0));
        for (Offer offer : Offer.ALL) {
            add("plans-" + offer.name(), offer.what(), run -> batches(run, "plans-" + offer.name(), HUNDRED,
                    new Traffic.Shape("plans-" + offer.name(), FEW_ORGANIZATIONS, SPACES, CONSUMERS, 1, Times.NOW, offer)));
        }
        add(Month.LEVELS, "1,000 instances that change a level 100 times in last month, in turns with as much discrete usage",
                Month::levels);
        add(HALF_LOAD, "an open loop at half of what batch-100 reaches, or at --rate: the age of usage",
                Scenarios::halfLoad);
        add(STEADY_LOAD, "an open loop of 3,000 usages/s, half of what must be visible: the age of usage",
                run -> aged(run, STEADY_LOAD, MUST_BE_VISIBLE / 2.0));
        add("two-million", "2,000,000 usages on no data: the last 100,000 against the first", Scenarios::twoMillion);
        add(Stores.NAME, "batches of 100 and of 1,000 on the embedded store, and on a protocol server with one and two of each service; "
                + "not run unless asked for", Stores::compare);
        add(SOAK, "batch-100 for --minutes, measured every minute; not run unless asked for", Scenarios::soak);
    }

    /**
     * A scenario.
     *
     * @param what it is, in a line
     * @param body runs it
     */
    record Scenario(String what, Body body) {
    }

    /** Runs a scenario. */
    @FunctionalInterface
    interface Body {
        void run(Run run) throws IOException, InterruptedException;
    }

    private Scenarios() {
    }

    private static void add(String name, String what, Body body) {
        NAMES.put(name, new Scenario(what, body));
    }

    /** What is usual: a few spaces, a few consumers, the plan that comes with the collector. */
    static Traffic.Shape shape(String name, int organizations) {
        return new Traffic.Shape(name, organizations, SPACES, CONSUMERS, 1, Times.NOW, Offer.BUILT_IN);
    }

    /** Some of everything, so that what is measured is compiled and its connections are open. */
    static void warmUp(Run run) throws IOException, InterruptedException {
        run.say("warming up");
        Traffic traffic = run.traffic(shape("warm-up", FEW_ORGANIZATIONS));
        run.drive("batches", traffic, run.order(BATCH_CONNECTIONS, HUNDRED, 70, WARM));
        run.drive("singles", traffic, run.order(50, 1, 15, MOST));
        for (String depth : Reports.DEPTHS) {
            Reports.read("warm-up", run, traffic, depth, run.time(5_000, 100));
        }
        run.verify(traffic);
    }

    private static void start(Run run) throws IOException, InterruptedException {
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < (run.options().quick() ? 1 : 3); i++) {
            seconds.add(run.restart());
            run.say(String.format("  ready after %s s", Results.figure(seconds.get(i))));
        }
        run.results().start(new Results.StartResult(Verdict.median(seconds.stream().mapToDouble(s -> s).toArray()), seconds,
                run.resident(false)));
    }

    private static void singles(Run run, int connections) throws IOException, InterruptedException {
        String name = "singles-" + connections;
        Traffic traffic = run.traffic(shape(name, FEW_ORGANIZATIONS));
        run.load(name, "", traffic, run.order(connections, 1, 20, MOST));
        run.verify(traffic);
    }

    private static void share(Run run) throws IOException, InterruptedException {
        int connections = 50;
        String name = "singles-" + connections;
        Duration time = run.time(20_000, 2_000);
        Traffic traffic = run.traffic(shape(name, FEW_ORGANIZATIONS));
        List<MachineLimits.EmptyResult> empty = new ArrayList<>();
        List<LoadResult> loads = new ArrayList<>();
        for (int turn = 1; turn <= 2; turn++) {
            empty.add(run.limits().emptyAgain(connections, 1, time));
            run.say(String.format("  empty endpoint: %s requests/s", Results.count(empty.get(turn - 1).requestsPerSecond())));
            loads.add(run.load(name, "turn " + turn, traffic, Load.Order.closed(connections, 1, time)));
        }
        run.verify(traffic);
        run.results().share(Share.of(empty, loads));
    }

    private static void batches(Run run, String name, int batch, Traffic.Shape shape)
            throws IOException, InterruptedException {
        run.provide(shape.offer());
        Traffic traffic = run.traffic(shape);
        run.load(name, "", traffic, run.order(BATCH_CONNECTIONS, batch, 20, MOST));
        run.verify(traffic);
        for (String depth : Reports.DEPTHS) {
            run.report(name, traffic, depth, run.time(500, 100));
        }
    }

    /** First all consumers are made known; what is measured is usage of known ones. */
    private static void oneOrganization(Run run, String name, int spaces, int consumers)
            throws IOException, InterruptedException {
        Traffic traffic = run.traffic(new Traffic.Shape(name, 1, spaces, consumers, 1, Times.NOW, Offer.BUILT_IN));
        run.drive(name + " making known", traffic, Load.Order.all(BATCH_CONNECTIONS, HUNDRED, Math.max(HUNDRED, consumers)));
        run.oneAtATime(name, SINGLE, traffic, 1, run.options().quick() ? 20 : 200);
        run.oneAtATime(name, BATCH, traffic, HUNDRED, run.options().quick() ? 5 : 30);
        run.load(name, "", traffic, run.order(BATCH_CONNECTIONS, HUNDRED, 10, MOST_OF_ONE));
        run.verify(traffic);
        for (String depth : Reports.DEPTHS) {
            run.report(name, traffic, depth, run.time(4_000, 200));
        }
    }

    private static void halfLoad(Run run) throws IOException, InterruptedException {
        double rate = run.options().rate().map(BigDecimal::doubleValue).orElse(Double.NaN);
        if (Double.isNaN(rate)) {
            if (run.results().visiblePerSecond("batch-100").isEmpty()) {
                batches(run, "batch-100", HUNDRED, shape("batch-100", ORGANIZATIONS));
            }
            rate = run.results().visiblePerSecond("batch-100").getAsDouble() / 2;
        }
        aged(run, HALF_LOAD, rate);
    }

    private static void aged(Run run, String name, double rate) throws IOException, InterruptedException {
        run.say(String.format("  at %s usages/s", Results.count(rate)));
        Traffic traffic = run.traffic(shape(name, ORGANIZATIONS));
        // The compilers have seen large batches only, and none of these consumers is known yet.
        run.drive(name + " running in", traffic,
                Load.Order.open(OPEN_CONNECTIONS, HUNDRED, run.time(15_000, 1_000), rate));
        run.aged(name, traffic, run.traffic(shape(name + "-probe", 1)),
                Load.Order.open(OPEN_CONNECTIONS, HUNDRED, run.time(30_000, 3_000), rate));
        run.verify(traffic);
    }

    private static void twoMillion(Run run) throws IOException, InterruptedException {
        run.fresh();
        long all = run.options().quick() ? 30_000 : 2_000_000;
        long part = run.options().quick() ? 5_000 : 100_000;
        Traffic traffic = run.traffic(shape("two-million", ORGANIZATIONS));
        run.load("two-million", FIRST, traffic, Load.Order.all(BATCH_CONNECTIONS, HUNDRED, part));
        run.load("two-million", "between", traffic, Load.Order.all(BATCH_CONNECTIONS, HUNDRED, all - 2 * part));
        run.load("two-million", LAST, traffic, Load.Order.all(BATCH_CONNECTIONS, HUNDRED, part));
        run.verify(traffic);
    }

    private static void soak(Run run) throws IOException, InterruptedException {
        Duration left = run.options().soak().orElse(SOAK_UNLESS_SAID);
        Traffic traffic = run.traffic(shape(SOAK, ORGANIZATIONS));
        for (int minute = 1; left.compareTo(Duration.ZERO) > 0; minute++) {
            Duration time = left.compareTo(Duration.ofMinutes(1)) < 0 ? left : Duration.ofMinutes(1);
            run.load(SOAK, "minute " + minute, traffic, Load.Order.closed(BATCH_CONNECTIONS, HUNDRED, time));
            left = left.minus(time);
        }
        run.verify(traffic);
    }
}

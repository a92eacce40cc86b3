package io.quipu.acceptance.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The scenarios by name, in the order in which they are run. */
final class Scenarios {

    /** What each is. */
    static final Map<String, Scenario> NAMES = new LinkedHashMap<>();

    static {
        add("singles-50", "single documents over 50 connections, 20 organizations", run -> singles(run, 50));
        add("batch-100", "batches of 100 over 100 organizations", run -> batches(run, "batch-100", "", 100, 100, 1));
        add("batch-100-own", "batches of 100, each of one of 100 organizations",
                run -> batches(run, "batch-100-own", "", 100, 100, 100));
    }

    private static final int CONSUMERS = 10;
    private static final int SPACES = 2;
    private static final int BATCH_CONNECTIONS = 4;

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

    /** Some of everything, so that what is measured is compiled and its connections are open. */
    static void warmUp(Run run) throws IOException, InterruptedException {
        Traffic traffic = new Traffic(new Traffic.Shape("warm-up", 20, SPACES, CONSUMERS, 1, 0, Offer.BUILT_IN));
        run.warmUp("batches", traffic, Load.Order.closed(BATCH_CONNECTIONS, 100, run.time(8, 2)));
        run.warmUp("singles", traffic, Load.Order.closed(50, 1, run.time(6, 2)));
        run.verify(traffic);
    }

    private static void singles(Run run, int connections) throws IOException, InterruptedException {
        String name = "singles-" + connections;
        Traffic traffic = new Traffic(new Traffic.Shape(name, 20, SPACES, CONSUMERS, 1, 0, Offer.BUILT_IN));
        run.load(name, "", traffic, Load.Order.closed(connections, 1, run.time(20, 3)));
        run.verify(traffic);
    }

    private static void batches(Run run, String name, String label, int batch, int organizations, int together)
            throws IOException, InterruptedException {
        Traffic traffic = new Traffic(
                new Traffic.Shape(name, organizations, SPACES, CONSUMERS, together, 0, Offer.BUILT_IN));
        run.load(name, label, traffic, Load.Order.closed(BATCH_CONNECTIONS, batch, run.time(20, 3)));
        run.verify(traffic);
    }
}

package io.quipu.acceptance.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The stores next to each other: the embedded one, and a server that speaks Couchbase's protocol, shared by one or two of each. */
final class Stores {

    /** What the names of its loads begin with. */
    static final String NAME = "stores";

    private static final int[] BATCHES = {100, 1_000};
    private static final int TURNS = 2;
    private static final int ORGANIZATIONS = 100;
    private static final int SECONDS = 15;
    private static final List<Deployment> SHARED = List.of(Deployment.SHARED, Deployment.SHARED_BY_TWO);

    private Stores() {
    }

    /**
     * The same load on each in turns. All run at once, each warm; those whose turn it is not are idle.
     *
     * @param run with embedded stores, warm
     */
    static void compare(Run run) throws IOException, InterruptedException {
        List<Services> started = new ArrayList<>();
        Thread closing = new Thread(() -> started.forEach(Services::close));
        Runtime.getRuntime().addShutdownHook(closing);
        try {
            List<Run> runs = new ArrayList<>(List.of(run));
            for (Deployment deployment : SHARED) {
                run.say("  starting: " + deployment.name());
                Services services = new Services(run.options(), deployment);
                started.add(services);
                Run other = run.with(services);
                other.warm();
                runs.add(other);
            }
            for (int batch : BATCHES) {
                turns(runs, batch);
            }
            for (Services services : started) {
                services.stop();
            }
        } finally {
            started.forEach(Services::close);
            Runtime.getRuntime().removeShutdownHook(closing);
        }
    }

    private static void turns(List<Run> runs, int batch) throws IOException, InterruptedException {
        List<Traffic> traffic = new ArrayList<>();
        runs.forEach(run -> traffic.add(run.traffic(Scenarios.shape("stores-" + batch, ORGANIZATIONS))));
        for (int turn = 1; turn <= TURNS; turn++) {
            for (int i = 0; i < runs.size(); i++) {
                Run run = runs.get(i);
                run.load(NAME + ", batches of " + batch + ", " + run.services().deployment().name(), "turn " + turn, traffic.get(i),
                        run.order(Scenarios.BATCH_CONNECTIONS, batch, SECONDS, Scenarios.MOST));
            }
        }
        for (int i = 0; i < runs.size(); i++) {
            runs.get(i).verify(traffic.get(i));
        }
    }
}

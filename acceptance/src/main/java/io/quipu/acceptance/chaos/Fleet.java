package io.quipu.acceptance.chaos;

import io.quipu.acceptance.chaos.Topology.Call;
import io.quipu.acceptance.process.Instance;
import io.quipu.acceptance.process.Place;
import io.quipu.acceptance.process.ServiceProcess;
import io.quipu.acceptance.process.StoreServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator.SplittableGenerator;

/** The services' instances as processes, the links through which they call each other, and the store that they may share. */
final class Fleet implements AutoCloseable {

    /** How old usage may be: what ends around the last month's border is always within it. */
    static final Duration SLACK = Duration.ofDays(33);

    /**
     * Each stage gives up sooner than a stopped neighbour goes on or a held back answer comes, so that answers do get lost;
     * and tries again soon, so that there is much to get wrong.
     */
    static final List<String> IMPATIENT = List.of("--quipu.append-timeout=PT2S",
            "--quipu.meter.response-timeout=PT3S",
            "--quipu.accumulator.response-timeout=PT2.2S",
            "--quipu.aggregator.response-timeout=PT1.5S",
            "--quipu.breaker.open=PT0.5S",
            "--quipu.drive.backoff-longest=PT1S",
            "--quipu.reporting.response-timeout=2s",
            "--quipu.reporting.breaker-open=500ms");

    /** Of what goes between a service and the shared store, hundreds of exchanges a second, one in so many is disturbed. */
    private static final int OF_STORE = 1_000;

    /** The network of addresses that are this machine's own: on Linux all of them, elsewhere the first only. */
    private static final byte LOOPBACK = 127;

    private final Roster roster;
    private final Optional<StoreServer> store;
    private final Map<Instance, ServiceProcess> services = new LinkedHashMap<>();
    private final Map<Instance, List<Link>> links = new LinkedHashMap<>();
    private final List<Link> toStore = new ArrayList<>();
    private final List<Disturbances> disturbances = new ArrayList<>();

    /** Opens the links to the instances that are there from the beginning; no service runs yet. All have those properties. */
    Fleet(Place place, Topology topology, List<String> common, SplittableGenerator random, Tally tally, Pause pause)
            throws IOException {
        this.roster = new Roster(topology.first());
        this.store = topology.instances() > 1 ? Optional.of(new StoreServer(place)) : Optional.empty();
        place.prepare();
        List<Instance> all = new ArrayList<>(topology.first());
        all.addAll(topology.later());
        try {
            for (Instance called : all) {
                links.put(called, new ArrayList<>());
                for (Call call : Topology.CALLS) {
                    if (call.service().equals(called.service())) {
                        links.get(called).add(new Link(call.caller() + "→" + called.name(),
                                local(topology.port(call, called)), local(topology.port(called)),
                                disturbances(call.disturbed(), random), tally, pause));
                    }
                }
            }
            for (Instance instance : topology.first()) {
                open(links.get(instance));
            }
        } catch (IOException e) {
            close();
            throw new IOException("a port that a link needs is taken by another program; choose other ports with --offset N", e);
        }
        for (Instance instance : all) {
            List<String> properties = new ArrayList<>(common);
            properties.add("--quipu.slack=" + SLACK);
            for (Call call : Topology.CALLS) {
                if (call.caller().equals(instance.service())) {
                    properties.add("--quipu." + call.service() + ".url=" + topology.urls(call));
                }
            }
            if (store.isPresent() && StoreServer.STORING.contains(instance.service())) {
                properties.addAll(toStore(instance, random, tally, pause));
            }
            services.put(instance, place.service(instance, properties));
        }
    }

    /**
     * The options by which an instance finds the shared store: through a link of its own, where this machine has more than one address
     * of its own. The store tells its callers the port at which they find their documents, which has to be the same on both sides.
     */
    private List<String> toStore(Instance instance, SplittableGenerator random, Tally tally, Pause pause) throws IOException {
        InetAddress address =
                InetAddress.getByAddress(new byte[] {LOOPBACK, 0,
                (byte) (1 + StoreServer.STORING.indexOf(instance.service())), (byte) instance.number()});
        int port = store.orElseThrow().port(instance.service());
        Link link = new Link(instance.name() + "→store", new InetSocketAddress(address, port), local(port),
                disturbances(OF_STORE, random), tally, pause);
        try {
            link.open();
        } catch (IOException noSuchAddress) {
            return store.get().properties(instance.service());
        }
        toStore.add(link);
        return store.get().properties(instance.service(), address.getHostAddress());
    }

    private Disturbances disturbances(int oneIn, SplittableGenerator random) {
        Disturbances ofLink = new Disturbances(oneIn, random.split());
        disturbances.add(ofLink);
        return ofLink;
    }

    private static InetSocketAddress local(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static void open(List<Link> closed) throws IOException {
        for (Link link : closed) {
            link.open();
        }
    }

    /** Who is there at the moment. */
    Roster roster() {
        return roster;
    }

    /** All instances that are ever there, in the order in which they are started. */
    List<Instance> instances() {
        return List.copyOf(services.keySet());
    }

    ServiceProcess service(Instance instance) {
        return services.get(instance);
    }

    List<Link> links() {
        List<Link> all = new ArrayList<>();
        links.values().forEach(all::addAll);
        all.addAll(toStore);
        return all;
    }

    /** Starts an instance, unless it runs. */
    void start(Instance instance) throws IOException {
        services.get(instance).start();
    }

    /** Starts the store that the instances share, if they do, and waits for it. */
    void startStore(Duration patience) throws IOException, InterruptedException {
        if (store.isPresent()) {
            store.get().start(patience);
        }
    }

    /** Whether the store that the instances share has ended by itself: then nothing means anything. */
    boolean storeLost() {
        return store.isPresent() && store.get().died();
    }

    /** Starts all that belong to the deployment and do not run. */
    void start() throws IOException {
        for (Map.Entry<Instance, ServiceProcess> service : services.entrySet()) {
            if (service.getValue().present() || roster.of(service.getKey().service()).contains(service.getKey())) {
                service.getValue().start();
            }
        }
    }

    /** Starts an instance that was not there before, and lets its neighbours through. */
    void join(Instance instance) throws IOException {
        services.get(instance).start();
        open(links.get(instance));
    }

    /**
     * Takes an instance away for good: asks it to end, and kills it when it has not within that time; at once when that is none.
     * Its neighbours are refused from then on. Whether it ended by itself.
     */
    boolean leave(Instance instance, Duration grace) throws InterruptedException {
        boolean ended;
        if (grace.isZero()) {
            services.get(instance).close();
            ended = false;
        } else {
            ended = services.get(instance).leave(grace);
        }
        links.get(instance).forEach(Link::close);
        return ended;
    }

    /** From now on the links pass everything. */
    void quiet() {
        disturbances.forEach(Disturbances::quiet);
    }

    /** Those of the deployment that have not become ready within that time. */
    List<String> notReady(Duration patience, Predicate<Instance> ready, Pause pause) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        List<String> waiting = new ArrayList<>();
        do {
            waiting.clear();
            services.keySet().stream().filter(instance -> services.get(instance).present())
                    .filter(instance -> !ready.test(instance)).map(Instance::name).forEach(waiting::add);
            if (!waiting.isEmpty()) {
                pause.of(Duration.ofMillis(200));
            }
        } while (!waiting.isEmpty() && System.nanoTime() < deadline);
        return waiting;
    }

    /** Closes the links and kills whatever still runs. */
    @Override
    public void close() {
        links().forEach(Link::close);
        services.values().forEach(ServiceProcess::close);
        store.ifPresent(StoreServer::close);
    }
}

package io.quipu.acceptance.simulation;

import io.quipu.collector.catalog.Catalog;
import io.quipu.common.stage.StageBrokenException;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.StoreException;
import io.quipu.common.web.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** One seed, from an empty disk to the judgement. The same arguments give the same run, to the last event. */
final class Run {

    private static final int MAX_USAGES = 1_000;
    private static final long TIMEOUT = 60_000;
    private static final long REST = 60_000;
    private static final int MAX_RESTS = 60 * 24;

    /** By how much clocks differ in the end at most, milliseconds: in some runs by more than leases are patient. */
    private static final int SECONDS = 8_000;
    private static final int MINUTES = 240_000;

    private final World world;
    private final Ledger ledger = new Ledger();
    private final RandomGenerator random;
    private final Client client;
    private final Provider provider;
    private int audited;

    private Run(long seed, Choice choice, boolean told, ExecutorService threads) {
        // One that mixes well: neighbouring seeds must not be alike.
        SplittableRandom seeded = new SplittableRandom(seed);
        this.random = seeded.split();
        this.world = new World(seeded, Settings.of(random, choice.usages()), choice::happens, told, threads);
        this.client = new Client(world, ledger);
        this.provider = new Provider(random, world.settings());
    }

    /**
     * How a run ended.
     *
     * @param violations what was not as it must be; empty when all was well
     * @param faults how often each kind of fault happened at each place
     * @param decided how many faults were drawn
     * @param usages how many usages were sent
     * @param accepted how many were accepted
     * @param audited how many months of organizations were audited
     * @param story what happened, if it was told
     */
    record Result(List<String> violations, Map<String, Integer> faults, int decided, int usages, long accepted,
            int audited, List<String> story) {
    }

    /**
     * What of a seed is run.
     *
     * @param usages how many usages arrive, at most
     * @param only the ordinals of the faults that happen; null for all
     */
    record Choice(int usages, Set<Integer> only) {

        /** All of it. */
        static final Choice ALL = new Choice(MAX_USAGES, null);

        boolean happens(int ordinal) {
            return only == null || only.contains(ordinal);
        }
    }

    /**
     * Runs a seed.
     *
     * @param told whether to keep its story
     * @param threads lends threads
     */
    static Result of(long seed, Choice choice, boolean told, ExecutorService threads) {
        Run run = new Run(seed, choice, told, threads);
        run.run();
        World world = run.world;
        world.fibers().failures().forEach(failure -> world.violated("failed: " + failure, failure));
        return new Result(List.copyOf(world.violations()), world.faults().counts(), world.faults().decided(),
                world.settings().usages(),
                run.ledger.entries().values().stream().mapToLong(entry -> entry.accepted.size()).sum(),
                run.audited, world.story().lines());
    }

    private void run() {
        Plans.store(CollectorService.catalog(world.collectorDisk().documents(), world.outside().clock()));
        Workload workload = new Workload(random, world.settings());
        Stream.concat(workload.requests().stream(), provider.events().stream()).forEach(request -> world.fibers().start(world.outside(),
                request.time() - world.settings().start(), () -> client.send(request.usages())));
        Stream.concat(workload.listings().stream(), provider.snapshots().stream()).forEach(listing ->
                world.fibers().start(world.outside(), listing.time() - world.settings().start(),
                        () -> client.send(listing.snapshot())));
        for (int changes = random.nextInt(Plans.REVISIONS + 1); changes > 0; changes--) {
            int revision = changes;
            world.fibers().start(world.outside(), random.nextLong(world.settings().duration()),
                    () -> changePlans(revision));
        }
        world.nodes().forEach(Node::start);
        world.fibers().start(world.outside(), 1, new Weather(world)::blow);
        world.fibers().start(world.outside(), world.settings().duration(), this::end);
        world.fibers().run();
    }

    /** An operator, who tries until it is done. */
    private void changePlans(int revision) {
        while (true) {
            try {
                world.network().call(Link.CLIENT_TO_COLLECTOR, TIMEOUT, world.collectors(), collector -> {
                    Catalog catalog = collector.catalog();
                    Plans.change(catalog, revision);
                    return true;
                });
                return;
            } catch (StageUnavailableException | StageBrokenException | StoreException | Problem e) {
                world.pause(5_000);
            }
        }
    }

    /** Calm at last: everything comes to rest, and is judged. */
    private void end() {
        world.faults().calm();
        world.story().tell(world.outside(), () -> "CALM");
        int apart = random.nextBoolean() ? SECONDS : MINUTES;
        world.collectors().nodes().forEach(node -> node.machine().setSkew(random.nextInt(apart) - apart / 2));
        Optional<Calm> calm = world.settings().leased() ? Optional.of(new Calm(world)) : Optional.empty();
        calm.ifPresent(Calm::begin);
        rest();
        // Whatever was lost, and whatever came late: from here on it is known what runs.
        provider.all(world.fibers().now()).forEach(client::send);
        calm.ifPresent(Calm::appended);
        calm.ifPresent(some -> some.comeAndGo(client, Workload.last(world.fibers().now())));
        rest();
        calm.ifPresent(Calm::quiet);
        if (world.violations().isEmpty()) {
            audited = new Judgement(world, ledger, provider).judge();
        }
        world.fibers().stop();
    }

    private void rest() {
        int rests = 0;
        while (world.violations().isEmpty() && !atRest()) {
            if (++rests > MAX_RESTS) {
                world.violated("not at rest a day after the last fault: " + ledger.open() + " requests without an answer, "
                        + world.pending() + " things to happen", null);
                break;
            }
            // Not always at the same moment of what comes round regularly.
            world.pause(1 + world.random().nextLong(2 * REST));
        }
    }

    /** Nobody waits for an answer, nothing stands still or runs in a stage, and every cursor is at the end of its log. */
    private boolean atRest() {
        return ledger.open() == 0 && world.pending() == 0 && world.driven()
                && world.nodes().stream().allMatch(node -> node.service() != null
                && node.machine().frozenUntil() <= world.fibers().now()
                && (node.service() instanceof CollectorService || node.machine().running().isEmpty()));
    }
}

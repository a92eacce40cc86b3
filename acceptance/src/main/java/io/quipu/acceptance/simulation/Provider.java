package io.quipu.acceptance.simulation;

import io.quipu.common.usage.Event;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * One who knows what truly runs of a resource that nobody else tells of. It tells each change by an event, but loses some of
 * them, and now and then all that runs by a snapshot: late, twice, or incomplete some of the time. All of it is drawn before
 * anything happens.
 */
final class Provider {

    /** The resource. */
    static final String RESOURCE = "vm";

    private static final int ORGANIZATIONS = 2;
    private static final int INSTANCES = 4;
    /** Of how many events one is lost. */
    private static final int LOST = 6;
    private static final int SOON = 10_000;
    /** What a disk is metered as. */
    private static final BigDecimal TWO = new BigDecimal("2");
    /** The nodes that a server is metered as, beside being a server. */
    private static final BigDecimal THREE = new BigDecimal("3");

    private final RandomGenerator random;
    private final Settings settings;
    private final List<Instance> instances = new ArrayList<>();
    private final List<Workload.Request> events = new ArrayList<>();
    private final List<Workload.Listing> snapshots = new ArrayList<>();

    Provider(RandomGenerator random, Settings settings) {
        this.random = random;
        this.settings = settings;
        for (int organization = 0; organization < ORGANIZATIONS; organization++) {
            for (int instance = 0; instance < INSTANCES; instance++) {
                instances.add(new Instance("org-" + organization, "v" + instance, new TreeMap<>()));
            }
        }
        for (int changes = settings.usages() / 2; changes > 0; changes--) {
            instances.get(random.nextInt(instances.size())).times.put(settings.start() + random.nextLong(settings.duration()),
                    new TreeMap<>());
        }
        instances.forEach(this::run);
        for (int i = settings.usages() / 12; i > 0; i--) {
            tell(settings.start() + random.nextLong(settings.duration()), i);
        }
    }

    /** An instance, and what runs from a time on; nothing where nothing is measured. */
    private record Instance(String organizationId, String id, TreeMap<Long, SortedMap<String, BigDecimal>> times) {

        SortedMap<String, BigDecimal> at(long time) {
            return times.floorEntry(time) == null ? new TreeMap<>() : times.floorEntry(time).getValue();
        }

        SubmittedUsage event(long time, String eventId, Event.Kind kind) {
            return new SubmittedUsage(organizationId, "space-0", "app:0", RESOURCE, "basic", id, time, time, eventId, kind,
                    at(time));
        }
    }

    private void run(Instance instance) {
        boolean[] running = {false};
        instance.times.forEach((time, levels) -> {
            Event.Kind kind = !running[0] ? Event.Kind.START : random.nextBoolean() ? Event.Kind.LEVEL : Event.Kind.STOP;
            running[0] = kind != Event.Kind.STOP;
            if (running[0]) {
                levels.put("servers", BigDecimal.valueOf(1 + random.nextInt(3)));
                levels.put("disks", BigDecimal.valueOf(random.nextInt(3)));
            }
            if (random.nextInt(LOST) > 0) {
                SubmittedUsage event = instance.event(time, random.nextBoolean() ? "p" + events.size() : null, kind);
                for (int times = random.nextInt(8) == 0 ? 2 : 1; times > 0; times--) {
                    events.add(new Workload.Request(sent(time), List.of(event)));
                }
            }
        });
    }

    private void tell(long time, int number) {
        SubmittedSnapshot snapshot = snapshot(random.nextInt(3) == 0 ? null : "org-" + random.nextInt(ORGANIZATIONS), time,
                random.nextBoolean() ? "s" + number : null, random.nextInt(3) > 0);
        for (int times = random.nextInt(4) == 0 ? 2 : 1; times > 0; times--) {
            snapshots.add(new Workload.Listing(sent(time), snapshot));
        }
    }

    /** Before all comes to rest: what is sent later than the last snapshot would not be corrected by any. */
    private long sent(long time) {
        return Math.min(time + delay(), settings.start() + settings.duration() - 1);
    }

    /** Mostly soon, sometimes as late as leaves time to be taken. */
    private long delay() {
        return random.nextInt(4) > 0 ? random.nextInt(SOON)
                : random.nextLong(Math.min(settings.duration(), settings.times().lateness().slack().toMillis() / 2));
    }

    private SubmittedSnapshot snapshot(String organizationId, long time, String id, boolean complete) {
        List<SubmittedUsage> listed = instances.stream()
                .filter(instance -> organizationId == null || instance.organizationId.equals(organizationId))
                .filter(instance -> !instance.at(time).isEmpty())
                .map(instance -> instance.event(time, id, Event.Kind.SNAPSHOT)).toList();
        return new SubmittedSnapshot(organizationId, RESOURCE, time, id, complete || listed.isEmpty(), listed);
    }

    /** What it tells by events. */
    List<Workload.Request> events() {
        return events;
    }

    /** What it tells by snapshots. */
    List<Workload.Listing> snapshots() {
        return snapshots;
    }

    /** All that runs at a time: by organization, or of all. */
    List<SubmittedSnapshot> all(long time) {
        return random.nextBoolean() ? List.of(snapshot(null, time, "last", true)) : organizations().stream()
                .map(organizationId -> snapshot(organizationId, time, "last", true)).toList();
    }

    /** The organizations in which it has something. */
    Set<String> organizations() {
        return instances.stream().map(Instance::organizationId).collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * What truly runs at a time in an organization: levels that are not zero, by metric, by {@code {space} {consumer}
     * {instance}}.
     */
    Map<String, Map<String, BigDecimal>> running(String organizationId, long time) {
        Map<String, Map<String, BigDecimal>> running = new TreeMap<>();
        snapshot(organizationId, time, null, true).listed().forEach(instance -> {
            Map<String, BigDecimal> levels = new TreeMap<>(instance.measures());
            levels.computeIfPresent("disks", (metric, disks) -> disks.signum() == 0 ? null : disks.multiply(TWO));
            Optional.ofNullable(levels.get("servers")).ifPresent(servers -> levels.put("nodes", servers.multiply(THREE)));
            levels.replaceAll((metric, level) -> level.stripTrailingZeros());
            running.put(String.join(" ", instance.spaceId(), instance.consumerId(), instance.resourceInstanceId()), levels);
        });
        return running;
    }
}

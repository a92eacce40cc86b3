package io.quipu.acceptance.simulation;

import io.quipu.common.usage.Event;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * What clients send, all of it drawn before anything happens: usage of several organizations around the end of a month,
 * late and out of order, the same again, the same with other measures, and some that stages must reject. One organization
 * measures in fives, so that its totals do not only pass the bounds of tiers and of free units but fall on them. Among them are
 * {@link Events}.
 */
final class Workload {

    private static final int ORGANIZATIONS = 4;
    private static final int CROWDED_ORGANIZATIONS = 6;
    private static final int MANY_ORGANIZATIONS = 30;
    private static final int BURST = 60_000;
    private static final int RAPID = 500;
    private static final int CLOSE = 3_000;
    /** Of how many usages one is an event. */
    private static final int EVENTS = 3;
    /** On how many usages one snapshot comes. */
    private static final int SNAPSHOTS = 15;
    static final BigDecimal HUGE = new BigDecimal("6e29");
    /** The bounds in {@link Plans} are multiples of five. */
    private static final BigDecimal FIVE = new BigDecimal("5");
    private static final BigDecimal FIFTEEN = new BigDecimal("15");
    private static final String IN_FIVES = "org-1";

    private final RandomGenerator random;
    private final Settings settings;
    private final List<SubmittedUsage> all = new ArrayList<>();
    private final Events events;

    Workload(RandomGenerator random, Settings settings) {
        this.random = random;
        this.settings = settings;
        this.events = new Events(random, settings, all);
    }

    /**
     * Usages, or events of one kind, that are sent together.
     *
     * @param time when
     * @param usages what
     */
    record Request(long time, List<SubmittedUsage> usages) {
    }

    /**
     * A snapshot that is sent.
     *
     * @param time when
     * @param snapshot what
     */
    record Listing(long time, SubmittedSnapshot snapshot) {
    }

    /** Snapshots of queues as they never were: of some of those that were drawn before, with any levels. */
    List<Listing> listings() {
        List<Listing> listings = new ArrayList<>();
        for (int i = settings.usages() / SNAPSHOTS; i > 0; i--) {
            long now = settings.start() + random.nextLong(settings.duration());
            SubmittedSnapshot snapshot = events.snapshot(now - lateness());
            for (int times = random.nextInt(3) == 0 ? 2 : 1; times > 0; times--) {
                listings.add(new Listing(now + random.nextInt(apart()), snapshot));
            }
        }
        return listings;
    }

    /** What is drawn before {@link #listings}. */
    List<Request> requests() {
        List<Request> requests = new ArrayList<>();
        int left = settings.usages();
        List<Long> times = times();
        for (int next = 0; left > 0; next++) {
            long time = times.get(next);
            List<SubmittedUsage> usages = new ArrayList<>();
            for (int i = Math.min(left, together()); i > 0; i--) {
                usages.add(usage(time));
                left--;
            }
            // Each kind has an endpoint of its own.
            Map<Optional<Event.Kind>, List<SubmittedUsage>> kinds = usages.stream().collect(Collectors.groupingBy(
                    usage -> Optional.ofNullable(usage.kind()), LinkedHashMap::new, Collectors.toList()));
            kinds.values().forEach(some -> requests.add(new Request(time, List.copyOf(some))));
        }
        return requests;
    }

    /** When requests come, in bursts. */
    private List<Long> times() {
        List<Long> times = new ArrayList<>();
        while (times.size() < settings.usages()) {
            long time = settings.start() + random.nextLong(settings.duration());
            for (int i = random.nextInt(settings.crowded() ? 20 : 5); i >= 0; i--) {
                times.add(time);
                time += random.nextInt(apart());
            }
        }
        times.sort(null);
        return times;
    }

    private SubmittedUsage usage(long now) {
        if (!all.isEmpty() && random.nextInt(settings.forgetful() ? 2 : 5) == 0) {
            // Mostly one of the last, which is not too old yet.
            SubmittedUsage known = all.get(random.nextInt(3) == 0 ? random.nextInt(all.size())
                    : Math.max(0, all.size() - 1 - random.nextInt(settings.forgetful() ? 2 : 4)));
            if (random.nextInt(3) > 0) {
                return known;
            }
            if (random.nextBoolean()) {
                return known.again("d" + all.size());
            }
            SortedMap<String, BigDecimal> others = new TreeMap<>(known.measures());
            others.replaceAll((measure, quantity) -> measure.equals("gate") ? quantity : quantity.add(BigDecimal.TEN));
            return known.with(others);
        }
        if (random.nextInt(EVENTS) == 0) {
            SubmittedUsage event = events.event(now - lateness(), "org-" + random.nextInt(organizations()));
            all.add(event);
            return event;
        }
        long end = now - lateness();
        boolean queue = random.nextInt(3) == 0;
        SubmittedUsage fresh = new SubmittedUsage("org-" + random.nextInt(organizations()), "space-" + random.nextInt(2),
                "app:" + random.nextInt(settings.consumers()), queue ? "queue" : "db",
                random.nextInt(queue ? 6 : 3) > 0 ? "basic" : "pro",
                "i" + random.nextInt(2), end - random.nextInt(1_000), end,
                random.nextInt(4) == 0 ? "d" + all.size() : null, null, queue ? queueMeasures() : databaseMeasures());
        if (fresh.measures().containsKey("raw")) {
            // All of one instance, so that they meet.
            fresh = new SubmittedUsage("org-0", "space-0", "app:0", "queue", "basic", "i0", fresh.start(), end,
                    fresh.dedupId(), null, fresh.measures());
        }
        if (fresh.organizationId().equals(IN_FIVES)) {
            fresh = fresh.with(inFives(fresh.measures()));
        }
        all.add(fresh);
        return fresh;
    }

    /** A usage that comes when all others have come. */
    static SubmittedUsage last(long now) {
        return new SubmittedUsage("org-0", "space-0", "app:0", "db", "basic", "i0", now - 1, now, "last", null,
                new TreeMap<>(Map.of("calls", BigDecimal.ONE, "gate", BigDecimal.ONE)));
    }

    /** How many usages come in one request. */
    private int together() {
        if (settings.crowded()) {
            return 1 + random.nextInt(6);
        }
        return random.nextInt(3) == 0 ? 1 + random.nextInt(12) : 1;
    }

    /** How far apart the requests of a burst are at most. What is sent again at once is in the log twice: later, the collector knows it. */
    private int apart() {
        return settings.forgetful() ? RAPID : settings.crowded() ? CLOSE : BURST;
    }

    private int organizations() {
        if (settings.crowded()) {
            return CROWDED_ORGANIZATIONS;
        }
        return settings.forgetful() ? MANY_ORGANIZATIONS : ORGANIZATIONS;
    }

    /** How long ago a usage ended when it is sent: mostly just now, some at the edge of what is taken, few beyond it. */
    private long lateness() {
        long slack = settings.times().lateness().slack().toMillis();
        return switch (random.nextInt(20)) {
            case 0, 1, 2 -> random.nextLong(slack);
            case 3 -> slack - random.nextInt(120_000);
            case 4 -> slack + random.nextInt(60_000);
            case 5 -> -random.nextLong(settings.times().lateness().lead().toMillis());
            default -> random.nextInt(10_000);
        };
    }

    private SortedMap<String, BigDecimal> queueMeasures() {
        SortedMap<String, BigDecimal> measures = new TreeMap<>();
        int kind = random.nextInt(settings.poison());
        if (kind == 0) {
            // Costs more than a document holds: only the aggregator finds out.
            measures.put("messages", HUGE);
        } else {
            measures.put("messages", quantity());
        }
        if (random.nextBoolean()) {
            measures.putAll(events.levels());
        }
        if (kind == 1) {
            // The second one in a window is more than a document holds: the accumulator finds out.
            measures.put("raw", HUGE);
        }
        return measures;
    }

    private SortedMap<String, BigDecimal> databaseMeasures() {
        SortedMap<String, BigDecimal> measures = new TreeMap<>();
        measures.put("calls", quantity());
        if (random.nextInt(3) > 0) {
            measures.put("bytes", quantity());
        }
        // By zero nothing can be divided: the meter finds out.
        measures.put("gate", BigDecimal.valueOf(random.nextInt(settings.poison()) == 0 ? 0 : 1 + random.nextInt(6)));
        return measures;
    }

    /** Few fives, so that it takes several usages to reach a bound; and no gate that would make fractions of them. */
    private static SortedMap<String, BigDecimal> inFives(SortedMap<String, BigDecimal> measures) {
        SortedMap<String, BigDecimal> exact = new TreeMap<>(measures);
        exact.computeIfPresent("calls", (measure, quantity) ->
                quantity.divide(FIFTEEN, 0, RoundingMode.FLOOR).multiply(FIVE));
        exact.computeIfPresent("gate", (measure, gate) -> gate.min(BigDecimal.ONE));
        return exact;
    }

    private BigDecimal quantity() {
        return new BigDecimal(random.nextInt(600) - 30).movePointLeft(1);
    }
}

package io.quipu.acceptance.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Decides, from the seed, what goes wrong and where. Each seed has a weather of its own: how often anything goes wrong, and
 * one or two kinds at places of their own that go wrong very often. Counts what it decides.
 */
final class Faults {

    private static final double FOCUSED = 0.25;
    private static final double ASLEEP = 0.5;

    /** How much less often something goes wrong where something is written all the time. */
    private static final double REGULARLY = 0.2;
    private static final double[] WEATHER = {0, 0.01, 0.03, 0.07};

    /** Places that a run comes by seldom: something must go wrong there often when it does. */
    private static final Set<String> RARE = Set.of("REJECTED", "REJECTED_PAGE", "TRIM", "SEGMENT_REMOVAL", "PLAN_COPY",
            "CATALOG");

    private static final Set<String> REGULAR = Arrays.stream(Site.values()).filter(Site::regular).map(Site::name)
            .collect(Collectors.toUnmodifiableSet());

    private final RandomGenerator random;
    private final IntPredicate allowed;
    private final double often;
    private final List<String> focus = new ArrayList<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private boolean calm;
    private int ordinal;

    /**
     * The faults of one run.
     *
     * @param random draws them
     * @param allowed tells by their ordinals which faults happen, to find out which of them matter
     */
    Faults(RandomGenerator random, IntPredicate allowed) {
        this.random = random;
        this.allowed = allowed;
        this.often = WEATHER[random.nextInt(WEATHER.length)];
        List<String> all = all();
        List<String> rare = all.stream().filter(kind -> RARE.contains(kind.substring(0, kind.indexOf(' ')))).toList();
        for (int i = random.nextInt(4); i > 0; i--) {
            List<String> some = random.nextInt(3) == 0 ? rare : all;
            focus.add(some.get(random.nextInt(some.size())));
        }
    }

    /** Every kind at every place where it can happen. */
    static List<String> all() {
        List<String> all = new ArrayList<>();
        for (Site site : Site.values()) {
            for (WriteFault fault : WriteFault.values()) {
                if (fault.applies(site)) {
                    all.add(site + " " + fault);
                }
            }
        }
        Arrays.stream(Site.values()).filter(site -> site != Site.MARK).forEach(site -> all.add(site + " RACED"));
        for (Link link : Link.values()) {
            for (CallFault fault : CallFault.values()) {
                all.add(link + " " + fault);
            }
        }
        all.addAll(List.of("PROCESS KILLED", "PROCESS FROZEN", "PROCESS RESTARTED", "CLOCK SET", "READ FAILED",
                "MARKS EXPIRED", "FLEET GROWN", "FLEET SHRUNK", "FLEET LOST_ONE", "FLEET ROLLED"));
        return all;
    }

    /** From here on nothing goes wrong any more. */
    void calm() {
        calm = true;
    }

    boolean isCalm() {
        return calm;
    }

    /** How many faults were decided. */
    int decided() {
        return ordinal;
    }

    /** How often each kind at each place has happened. */
    Map<String, Integer> counts() {
        return counts;
    }

    /** Which fault befalls a call that writes documents of those sites; HALF kinds only when there are several. */
    Optional<WriteFault> ofWrite(Set<Site> sites, int writes) {
        for (Site site : sites) {
            for (WriteFault fault : WriteFault.values()) {
                boolean possible = fault.applies(site)
                        && (writes > 1 || fault != WriteFault.HALF && fault != WriteFault.CRASH_HALF);
                if (possible && focused(site + " " + fault)) {
                    return decide(fault, sites);
                }
            }
        }
        if (!happens(sites.stream().allMatch(Site::regular) ? often * REGULARLY : often)) {
            return Optional.empty();
        }
        WriteFault[] kinds = Arrays.stream(WriteFault.values())
                .filter(fault -> writes > 1 || fault != WriteFault.HALF && fault != WriteFault.CRASH_HALF)
                .toArray(WriteFault[]::new);
        return decide(kinds[random.nextInt(kinds.length)], sites);
    }

    private Optional<WriteFault> decide(WriteFault fault, Set<Site> sites) {
        if (!allowed()) {
            return Optional.empty();
        }
        sites.stream().filter(fault::applies).forEach(site -> count(site + " " + fault));
        return Optional.of(fault);
    }

    /** Whether one falls asleep who is about to learn that what it writes is there already: a mark, or a segment. */
    boolean asleep(Site site) {
        if (!happens(ASLEEP) || !allowed()) {
            return false;
        }
        count(site + " " + WriteFault.STALLED);
        return true;
    }

    /** Which fault befalls a call between processes. */
    Optional<CallFault> ofCall(Link link) {
        for (CallFault fault : CallFault.values()) {
            if (focused(link + " " + fault)) {
                return decide(fault, link);
            }
        }
        return happens(often) ? decide(CallFault.values()[random.nextInt(CallFault.values().length)], link)
                : Optional.empty();
    }

    private Optional<CallFault> decide(CallFault fault, Link link) {
        if (!allowed()) {
            return Optional.empty();
        }
        count(link + " " + fault);
        return Optional.of(fault);
    }

    /** Whether something else goes wrong; {@code often} times as often as a write does. */
    boolean happens(String kind, double times) {
        if (!focused(kind) && !happens(often * times) || !allowed()) {
            return false;
        }
        count(kind);
        return true;
    }

    /** One that was counted by who made it happen. */
    void count(String kind) {
        counts.merge(kind, 1, Integer::sum);
    }

    private boolean focused(String kind) {
        return !calm && focus.contains(kind)
                && random.nextDouble() < focusedOn(kind.substring(0, kind.indexOf(' ')));
    }

    private static double focusedOn(String place) {
        return RARE.contains(place) ? 2 * FOCUSED : REGULAR.contains(place) ? REGULARLY * FOCUSED : FOCUSED;
    }

    private boolean happens(double chance) {
        return !calm && random.nextDouble() < chance;
    }

    private boolean allowed() {
        return allowed.test(ordinal++);
    }
}

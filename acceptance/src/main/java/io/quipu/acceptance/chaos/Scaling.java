package io.quipu.acceptance.chaos;

import io.quipu.acceptance.process.Instance;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * A service's instances become one more under load; later one of them, it may be any, leaves for good: terminated as a platform does
 * it, or killed.
 */
final class Scaling {

    /** An instance that was not there before, as it is counted. */
    static final String JOINED = "joined";
    /** An instance that is gone for good, as it is counted. */
    static final String LEFT = "left for good";

    /** Of the time of faults, in hundredths: the first moment to join, the last one, and the same to leave. */
    private static final int FIRST_JOIN = 10;
    private static final int LAST_JOIN = 30;
    private static final int FIRST_LEAVE = 60;
    private static final int LAST_LEAVE = 80;
    private static final int HUNDRED = 100;
    private static final Duration POLL = Duration.ofMillis(200);

    private final Fleet fleet;
    private final Instance joining;
    private final RandomGenerator random;
    private final Tally tally;
    private final Verdict verdict;

    /** With the instance that will join. */
    Scaling(Fleet fleet, Instance joining, RandomGenerator random, Tally tally, Verdict verdict) {
        this.fleet = fleet;
        this.joining = joining;
        this.random = random;
        this.tally = tally;
        this.verdict = verdict;
    }

    /**
     * Joins and leaves, unless the phase is over before.
     *
     * @param chaos how long the phase lasts
     * @param ready asked of the instance that has joined
     */
    void run(Phase phase, Duration chaos, Predicate<Instance> ready) throws IOException, InterruptedException {
        Duration join = chaos.multipliedBy(between(FIRST_JOIN, LAST_JOIN)).dividedBy(HUNDRED);
        Duration leave = chaos.multipliedBy(between(FIRST_LEAVE, LAST_LEAVE)).dividedBy(HUNDRED);
        boolean killed = random.nextBoolean();
        int leaver = random.nextInt(Integer.MAX_VALUE);
        long begin = System.nanoTime();
        if (phase.await(join)) {
            return;
        }
        fleet.join(joining);
        // Clients are sent there when it is ready; its neighbours find it as soon as it listens.
        while (!ready.test(joining)) {
            if (phase.await(POLL)) {
                return;
            }
        }
        fleet.roster().joined(joining);
        tally.count(JOINED, joining.name());
        if (phase.await(leave.minusNanos(System.nanoTime() - begin))) {
            return;
        }
        List<Instance> instances = fleet.roster().of(joining.service());
        leave(instances.get(leaver % instances.size()), killed);
    }

    private void leave(Instance instance, boolean killed) throws InterruptedException {
        tally.count(LEFT, instance.name() + (killed ? " (SIGKILL)" : " (SIGTERM)"));
        fleet.roster().left(instance);
        if (!fleet.leave(instance, killed ? Duration.ZERO : ServiceFaults.GRACE) && !killed) {
            verdict.wrong(instance.name() + " had not ended " + ServiceFaults.GRACE.toSeconds() + " s after the SIGTERM with "
                    + "which it was to leave");
        }
    }

    private int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }
}

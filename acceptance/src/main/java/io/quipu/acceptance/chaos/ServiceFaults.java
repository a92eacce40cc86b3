package io.quipu.acceptance.chaos;

import io.quipu.acceptance.process.ServiceProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * What befalls one instance of a service until the phase is over: a fault, then a while of peace, which may be too short for it
 * to come up again. The choices depend on the seed only, not on what the service does.
 */
final class ServiceFaults {

    /** How long a service may take to end when it is asked to: three times what a platform grants. */
    static final Duration GRACE = Duration.ofSeconds(30);

    private static final int MIN_PEACE_MILLIS = 1_500;
    private static final int MAX_PEACE_MILLIS = 16_000;
    private static final int MAX_DOWN_MILLIS = 3_000;
    private static final int MIN_STOP_MILLIS = 500;
    private static final int MAX_STOP_MILLIS = 6_000;

    /** The kinds of fault, in the proportions in which they are dealt. */
    private static final String KILLED = "killed (SIGKILL)";
    private static final String STOPPED = "stopped (SIGSTOP)";
    private static final String TERMINATED = "terminated (SIGTERM)";

    /** What befalls processes, as it is counted. */
    static final List<String> KINDS = List.of(KILLED, STOPPED, TERMINATED);

    enum Kind { KILL, STOP, TERMINATE }

    private static final List<Kind> DECK = List.of(Kind.KILL, Kind.STOP, Kind.TERMINATE, Kind.STOP, Kind.KILL);

    private final ServiceProcess service;
    private final int peaceful;
    private final BooleanSupplier present;
    private final RandomGenerator random;
    private final Phase phase;
    private final Tally tally;
    private final Verdict verdict;
    private final Deque<Kind> deck = new ArrayDeque<>();

    /**
     * Of one of so many instances: the more there are, the longer each has peace. A start costs seconds of CPU, of which a machine
     * has only so many: with several instances, each of which has a client of the shared store to start too, half as many are
     * struck altogether.
     *
     * @param present whether it belongs to the deployment: one that has yet to come up for the first time has peace
     */
    ServiceFaults(ServiceProcess service, int instances, BooleanSupplier present, RandomGenerator random, Phase phase, Tally tally,
            Verdict verdict) {
        this.service = service;
        this.peaceful = instances == 1 ? 1 : 2 * instances;
        this.present = present;
        this.random = random;
        this.phase = phase;
        this.tally = tally;
        this.verdict = verdict;
    }

    /** Goes on until the phase is over or the instance has left for good; then the service runs, and is not stopped. */
    void run() throws IOException, InterruptedException {
        while (!phase.await(between(MIN_PEACE_MILLIS, MAX_PEACE_MILLIS).multipliedBy(peaceful)) && !service.left()) {
            if (!present.getAsBoolean()) {
                continue;
            }
            restartIfDead();
            Kind kind = deal();
            Duration duration = kind == Kind.STOP ? between(MIN_STOP_MILLIS, MAX_STOP_MILLIS) : between(0, MAX_DOWN_MILLIS);
            strike(kind, duration);
        }
        restartIfDead();
    }

    private void restartIfDead() throws IOException {
        if (service.died()) {
            verdict.wrong(service.name() + " ended by itself with status " + service.exitStatus() + "; see "
                    + service.log());
            service.start();
        }
    }

    private void strike(Kind kind, Duration duration) throws IOException, InterruptedException {
        switch (kind) {
            case KILL -> {
                tally.count(KILLED, service.name());
                service.kill();
                phase.await(duration);
                service.start();
            }
            case STOP -> {
                tally.count(STOPPED, service.name());
                service.stop();
                phase.await(duration);
                service.resume();
            }
            case TERMINATE -> {
                tally.count(TERMINATED, service.name());
                if (!service.terminate(GRACE)) {
                    verdict.wrong(service.name() + " had not ended " + GRACE.toSeconds() + " s after a SIGTERM");
                }
                phase.await(duration);
                service.start();
            }
        }
    }

    private Kind deal() {
        if (deck.isEmpty()) {
            List<Kind> rest = new ArrayList<>(DECK);
            while (!rest.isEmpty()) {
                deck.add(rest.remove(random.nextInt(rest.size())));
            }
        }
        return deck.remove();
    }

    private Duration between(int least, int most) {
        return Duration.ofMillis(least + random.nextInt(most - least));
    }
}
